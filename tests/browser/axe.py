"""What the tests that ask axe-core share: its rules, and formulas that it reads quickly."""

LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RULES = {
    "runOnly": LEVELS,
    "preload": False,  # would fetch the style sheets again, relative to the page
    # to describe each node that passed takes longer than to look
    "resultTypes": ["violations", "incomplete"],
}
# Formulas, each a hundred boxes, take axe the most of its time: their words stay for it, and the
# room that they take. The page stands at its top: what the bar covers, axe takes for its neighbour.
ROOM = """() => {
  scrollTo({ top: 0, behavior: "instant" });
  const formulas = ".katex:not(.sx-widget *)";
  const parts = [...document.querySelectorAll(`${formulas} .base`)]
    .filter((part) => getComputedStyle(part).display === "inline-block");
  const sizes = parts.map((part) => part.getBoundingClientRect());
  parts.forEach((part, i) => {
    part.replaceChildren();
    const [width, height] = [sizes[i].width, sizes[i].height].map((size) => `${size}px`);
    Object.assign(part.style, { width, height, verticalAlign: "middle" });
  });
  for (const words of document.querySelectorAll(`${formulas} .katex-mathml`))
    words.replaceChildren(words.textContent);
}"""
