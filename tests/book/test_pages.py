"""The built pages: local, linked, described, with every formula read."""

import functools
import gc
import re
from collections import Counter
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup
from PIL import Image

from tests.sources import HTML, ROOT, function_pages, notebooks, pages

# What a browser fetches by itself; an <a href> is only followed by its reader.
FETCHED = {"script": "src", "img": "src", "iframe": "src", "source": "src", "video": "src"}
NOT_STYLE = {"canonical", "next", "prev", "index", "search", "author", "license"}


@functools.cache
def soup(page):
    """Parse a built page, once: it takes about a second."""
    html = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
    gc.freeze()  # or Python looks again and again whether the pages so far are needed
    return html


def third_parties(html):
    """Return the addresses outside the book that opening the page would ask."""
    addresses = [tag.get(FETCHED[tag.name], "") for tag in html.find_all(list(FETCHED))]
    links = html.find_all("link", href=True)
    addresses += [tag["href"] for tag in links if not NOT_STYLE & set(tag["rel"])]
    inline = " ".join(tag.get_text() for tag in html.find_all(["style", "script"]))
    addresses += re.findall(r"(?:@import|url\(|import\(|fetch\()\s*[\"']?(https?:[^\"')]+)", inline)
    return [a for a in addresses if urlsplit(a).netloc]


def unread_formulas(html):
    """Return formulas that KaTeX could not read; it prints them in red and goes on."""
    broken = html.select('.katex-error, [style*="#cc0000"]')
    bare = html.find_all(["span", "div"], class_="math")
    return broken + [m for m in bare if not m.find(class_="katex")]


def missing_alts(html):
    """Return images without an alt text, or with a file's name for one."""
    name = re.compile(r"\.(png|svg|jpe?g)$|^_images/")
    return [i["src"] for i in html.find_all("img") if not i.get("alt") or name.search(i["alt"])]


def unsaid_names(html):
    """Return what is not called as it reads: browsers leave formulas out of a heading's name, and a
    fold's label takes the place of its words."""
    headings = [h for h in html.find_all(["h1", "h2", "h3", "h4"]) if h.find("math")]
    return headings + html.find_all("summary", attrs={"aria-label": True}) + alike(html)


def alike(html):
    """Return the names of folds of code that neither say which figure the code draws nor, where it
    draws none, what else it is for; and those that a page has twice."""
    unsaid = []
    for fold in html.select("details.hide"):
        figure = fold.parent.select_one("figcaption .caption-number")
        own = f"code of {figure.get_text(strip=True)}" if figure else "code: "
        unsaid += [name for name in fold.select("summary p") if own not in name.get_text()]
    names = Counter(name.get_text() for name in html.select("details.hide summary p"))
    return unsaid + [name for name, count in names.items() if count > 1]


def loose_marks(html):
    """Return code whose punctuation can begin a line: in a table of many columns code breaks
    anywhere, and so also behind its last letter, and in the reference a long name that has no place
    to break, and a signature behind its bracket."""
    code = html.select("article tr:has(> :nth-child(4)) code")
    loose = [c for c in code if re.match(r"[,.;:?!)]", c.next_sibling or "")]
    names = html.select("article dl code .pre")
    loose += [n for n in names if re.match(r"[\w.]{24}", n.get_text()) and not n.find("wbr")]
    brackets = html.select("dt.sig .sig-paren:has(+ .sig-param)")
    return loose + brackets


def repeated_ids(html):
    """Return the ids that more than one place of a page has, so that no link can mean them all."""
    ids = [tag["id"] for tag in html.find_all(id=True)]
    return [name for name, count in Counter(ids).items() if count > 1]


@functools.cache
def anchors(page):
    """Return what a link to a page can name: its ids, and its widgets."""
    named = {"id", "data-widget"}
    return {tag.attrs[name] for tag in soup(page).find_all() for name in named & tag.attrs.keys()}


def dead_links(page, html):
    """Return links to pages or places of the book that are not there."""
    dead = []
    for link in html.find_all("a", href=True):
        parts = urlsplit(link["href"])
        if parts.scheme or parts.netloc or link["href"] == "#":
            continue
        # The 404 page answers from any folder, so its links start at the root.
        folder = HTML if parts.path.startswith("/") else page.parent
        target = (folder / unquote(parts.path).lstrip("/")).resolve() if parts.path else page
        if not target.exists() or (
            parts.fragment
            and target.suffix == ".html"
            and unquote(parts.fragment).partition(":")[0] not in anchors(target)  # its settings
        ):
            dead.append(link["href"])
    return dead


def test_pages_are_local_described_and_linked(book):
    for page in pages():
        html = soup(page)
        name = page.relative_to(HTML)
        assert third_parties(html) == [], name
        assert unread_formulas(html) == [], name
        assert missing_alts(html) == [], name
        assert unsaid_names(html) == [], name
        assert loose_marks(html) == [], name
        assert repeated_ids(html) == [], name
        assert dead_links(page, html) == [], name


def test_names_of_code_in_many_columns_break_between_their_words(book):
    cells = soup(book / "chapters/c-in-the-libraries.html").select("tr:has(> :nth-child(4)) code")
    names = {code.get_text(): list(code.stripped_strings) for code in cells}
    assert names["CrossEntropyLoss"] == ["Cross", "Entropy", "Loss"]
    assert names["log_loss"] == ["log_", "loss"]


def test_styles_ask_nobody_else(book):
    for sheet in book.rglob("*.css"):
        text = sheet.read_text(encoding="utf-8")
        assert re.findall(r"(?:@import\s+|url\()[\"']?(?:https?:)?//[^\"')]+", text) == [], sheet


def test_a_sheet_or_script_has_one_address_and_it_changes_with_the_file():
    addresses = {}
    for page in pages():
        text = page.read_text(encoding="utf-8")
        for path, version in re.findall(r'"[./]*(_static/[^"?]+\.(?:css|js))(\?[^"]*)?"', text):
            addresses.setdefault(path, set()).add(version)
    assert len(addresses) > 15
    assert {path: found for path, found in addresses.items() if len(found) > 1} == {}
    bare = [path for path, found in addresses.items() if found == {""}]
    assert [path for path in bare if path.endswith(".css")] == []


def test_every_page_is_in_the_contents(book):
    front = soup(book / "index.html")
    listed = {a["href"].split("#")[0] for a in front.select(".bd-links a, .toctree-wrapper a")}
    lists = soup(book / "front/questions.html").select("article a")  # one for each chapter
    listed |= {a["href"].split("#")[0].removeprefix("../") for a in lists}
    modules = soup(book / "reference/api.html").select("dl.modules a")
    listed |= {f"reference/{a['href'].split('#')[0]}" for a in modules}
    generated = {"index.html", "genindex.html", "search.html", "404.html"}
    for page in pages():
        if page.name in generated or page.name.startswith("prf-"):
            continue
        assert str(page.relative_to(book)) in listed


def test_a_shared_link_shows_title_description_and_card(book):
    found = {}
    for path in notebooks():
        page = book / ("index.html" if path.stem == "index" else f"chapters/{path.stem}.html")
        tags = soup(page).select("head meta[content]")
        about = {tag.get("property") or tag.get("name"): tag["content"] for tag in tags}
        assert about["og:title"].endswith(soup(page).h1.get_text()), page.name
        assert about["twitter:card"] == "summary_large_image"
        card = about["og:image"].rpartition("_static/")[2]
        with Image.open(book / "_static" / card) as card:
            assert card.size == (1200, 630)
        found[page.name] = about["description"]
    assert min(map(len, found.values())) > 80
    assert len(set(found.values())) == len(found)


@pytest.mark.parametrize("path", notebooks(), ids=lambda path: path.stem)
def test_without_javascript_formulas_and_figures_are_there(book, path):
    source = path.read_text(encoding="utf-8")
    page = book / ("index.html" if path.stem == "index" else f"chapters/{path.stem}.html")
    html = soup(page)
    islands = html.select(".softmax-island")
    assert len(islands) == source.count('"application/vnd.softmax-src.widget+json"')
    assert all(island.find("img", alt=True) for island in islands)
    assert not html.select("script[src*=mathjax]")
    if "$$" in source:
        assert html.select(".katex-mathml math")


ORIGIN = re.compile(r"(?:Derived|Defined|Used)\s+in\s")


def is_after(link, words):
    """Say whether a link to a section stands behind these words in its paragraph."""
    before = "".join(str(part) for part in link.find_all_previous(string=True)[:2][::-1])
    return "#sec-" in link["href"] and bool(words.search(before))


def label_of(link):
    """Return the label that a link leads to."""
    return link["href"].split("#")[1]


@pytest.mark.parametrize("path", function_pages(), ids=lambda path: path.stem)
def test_functions_and_sections_lead_to_each_other(book, path):
    name = f"api/{path.stem}.html"
    api = soup(book / "reference" / name)
    entries = [tag for tag in api.select("dl.py > dt[id]") if not tag.find_parent("dd")]
    assert entries
    for entry in entries:
        text = entry.find_next_sibling("dd")
        origin = next(p for p in text.find_all("p") if re.search(ORIGIN, p.get_text()))
        link = next(a for a in origin.find_all("a") if is_after(a, ORIGIN))
        assert link.get_text(strip=True) not in ("", label_of(link)), "a link without its title"
        page, label = link["href"].split("#")[0], label_of(link)
        section = soup((book / "reference" / "api" / page).resolve()).find(id=label)
        section = section if section.name == "section" else section.find_parent("section")
        links = section.select(":scope > p.in-code a")
        assert section.find("h1") is None, f"{entry['id']} leads to a whole chapter"
        assert f"../reference/{name}#{entry['id']}" in {a["href"] for a in links}


@pytest.mark.parametrize("letter", "abcd")
def test_an_appendix_counts_from_one_under_its_letter(book, letter):
    (page,) = [page for page in pages() if page.match(f"chapters/{letter}-*")]  # none that moved
    html, own = soup(page), rf"{letter.upper()}\.(\d+)"
    assert re.match(f"Appendix {letter.upper()}: ", html.h1.get_text())
    captions = [c.get_text(strip=True) for c in html.select("article .caption-number")]
    for kind in ("Fig.", "Exercise"):
        counted = [re.search(own, c)[1] for c in captions if c.startswith(kind)]
        assert counted == [str(n) for n in range(1, len(counted) + 1)] != []
    formulas = [f.get_text(strip=True).strip("()#¶") for f in html.select("article .eqno")]
    assert formulas
    assert all(re.fullmatch(own, number) for number in formulas)


PAGE = """<link rel="stylesheet" href="https://cdn.example.org/a.css">
<script src="//x.example/a.js"></script><style>@import "https://y.example/b.css";</style>
<span class="math">\\frac</span>
<span class="math katex"><span class="katex-error">x</span></span><img src="_images/a.png">
<h2>Why <math><mi>d</mi></math>?</h2><details><summary aria-label="Open">Code</summary></details>
<img src="b.png" alt="b.png"><a href="nowhere.html">n</a><a href="#nothing">m</a>
<a href="#no_widget:T=2">w</a><a href="#widget:T=2">w</a><i data-widget="widget"></i>
<article><table><tr><td><code>a</code>, <code>b</code> (<code>c</code>)</td>
<td></td><td></td><td></td></tr></table><dl><dt class="sig"><span class="sig-paren">(</span><em
class="sig-param">z</em></dt><dd id="d"><code><span
class="pre">a_name_of_more_letters_than_fit</span>
</code></dd></dl><div id="d"><details class="hide"><summary><p>Show code</p></summary></details>
<figure><figcaption><span class="caption-number">Fig. 1 </span></figcaption></figure></div>
<div><details class="hide"><summary><p>Show code: a</p><p>Show code: a</p></summary></details></div>
</article>"""


def test_each_check_finds_what_it_looks_for(tmp_path):
    page = tmp_path / "bad.html"
    page.write_text(PAGE, encoding="utf-8")
    html = soup(page)
    assert len(third_parties(html)) == 3
    assert len(unread_formulas(html)) == 3
    assert len(missing_alts(html)) == 2
    assert len(unsaid_names(html)) == 4
    loose = [code.get_text() for code in loose_marks(html)]
    assert loose == ["a", "c", "a_name_of_more_letters_than_fit", "("]
    assert repeated_ids(html) == ["d"]
    assert dead_links(page, html) == ["nowhere.html", "#nothing", "#no_widget:T=2"]


def test_the_reference_says_more_of_a_field_than_its_number(book):
    for page in (book / "reference" / "api").glob("*.html"):
        assert "Alias for field" not in page.read_text(encoding="utf-8")


def test_where_an_old_address_leads_there_is_something(book):
    template = (ROOT / "_templates" / "redirect.html").read_text(encoding="utf-8")
    targets = re.findall(r'": "([\w./-]+\.html)(?:#([\w-]+))?"', template)
    assert len(targets) > 18
    for page, label in targets:
        folder = "reference" if page.startswith("api") else "chapters"
        text = (book / folder / page).read_text(encoding="utf-8")
        assert not label or f'id="{label}"' in text, (page, label)
    kinds = re.findall(r'"(ex|prop)-\w+-([\w-]+)": "[^"#]+#\1-\w+-([\w-]+)"', template)
    assert len(kinds) > 5
    assert [(old, new) for _, old, new in kinds if old != new] == []


def test_the_list_of_references_names_an_entry_as_it_is_cited(book):
    entries = soup(book / "reference/bibliography.html").select(".citation")
    labels = {e["id"]: e.select_one(".label").get_text().strip("[]") for e in entries}
    assert len(set(labels.values())) == len(labels) > 90
    seen = 0
    for page in pages():
        for link in soup(page).select('a[href*="bibliography.html#"]'):
            label = labels.get(urlsplit(link["href"]).fragment)
            if label is None:  # the page itself
                continue
            seen += 1
            text = link.get_text().replace("\xa0", " ")
            authors, year = label.rsplit(", ", 1)
            assert text in (label, f"{authors} [{year}]"), (page.name, label)
    assert seen > 150


def test_next_leads_through_the_whole_book_and_previous_back():
    def neighbour(page, which):
        link = soup(page).select_one(f"a.{which}")
        return link and (page.parent / link["href"]).resolve()

    seen = [HTML.resolve() / "index.html"]
    while page := neighbour(seen[-1], "right-next"):
        assert page not in seen
        assert neighbour(page, "left-prev") == seen[-1]
        seen.append(page)
    chapters = {path.stem for path in notebooks()}
    assert chapters <= {page.stem for page in seen}
