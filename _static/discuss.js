// A link beside each heading that asks about its section: an issue in the repository that the theme's
// button names, with page and section filled in. Nobody is asked for anything before a click.
document.addEventListener("DOMContentLoaded", () => {
  const button = document.querySelector('a[href*="/issues/new?title="]');
  if (!button) return; // built from no repository
  const words = (heading) => {
    const copy = heading.cloneNode(true);
    copy.querySelectorAll(".headerlink, .katex-mathml").forEach((part) => part.remove());
    return copy.textContent.trim();
  };
  const chapter = document.querySelector(".bd-article h1");
  for (const anchor of document.querySelectorAll(".bd-article :is(h1, h2, h3) > .headerlink")) {
    const heading = anchor.parentElement;
    const page = document.querySelector("link[rel=canonical]")?.href ?? location.href.split("#")[0];
    const place = [...new Set([words(chapter), words(heading)])].join(": ");
    const link = document.createElement("a");
    link.className = "headerlink discuss";
    link.textContent = "?";
    link.title = "Ask about this section";
    link.ariaLabel = `Ask about ${words(heading)}`;
    link.href = new URL("?" + new URLSearchParams({ title: `Question on ${place}`, body: `${page}${anchor.hash}\n\n` }), button.href);
    anchor.after(link);
  }
});
