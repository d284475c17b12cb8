"""The build refuses what a reader would stumble over: a tiny book with the real settings."""

import shutil
import subprocess
import sys

import nbformat

from tests.book.test_pages import soup, unread_formulas
from tests.builds import building
from tests.sources import ROOT


def test_a_dead_reference_stops_the_build_and_a_formula_that_katex_cannot_read_is_seen(build):
    text = (
        "# A page\n\nSee {eq}`eq-nothing`, {ref}`sec-nothing`, $\\frac{a}{$ and $\\nonsense{x}$.\n"
    )
    code, messages, html = build(text)
    assert code != 0
    assert "eq-nothing" in messages
    assert "sec-nothing" in messages
    assert len(unread_formulas(soup(html / "page.html"))) >= 2


def test_a_sound_page_builds_and_punctuation_keeps_to_its_formulas(build, tmp_path):
    (tmp_path / "collected").mkdir()
    (tmp_path / "collected" / "eve_ps1.ipynb").write_text("what a student hands in is no page")
    long = "+".join("abcdefghijk")
    text = f"# A page\n\nHere ($x$) is the $k$-th $y$, but not ${long}$, since no $m$ word.\n"
    text += "\nA *top-p*, a `top-k`.\n"
    text += "\n$$a + b$$ (eq-sum)\n\nSee {eq}`eq-sum`.\n"
    code, messages, html = build(text)
    assert code == 0, messages
    joined = soup(html / "page.html").select("article .joined")
    assert [j.get_text() for j in joined if not j.select_one("math")] == ["top-p"]
    joined = [j for j in joined if j.select_one("math")]
    assert [j.select_one("math").get_text() for j in joined] == ["x", "k", "y", long]
    assert joined[1].get_text().endswith("-th")
    assert ["broad" in j["class"] for j in joined] == [False, False, False, True]
    assert [(j.get_text()[0], j.get_text()[-1]) for j in joined][:1] == [("(", ")")]


def test_a_hidden_cell_has_its_figures_number_where_all_pages_are_one(build, tmp_path):
    dot = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGMAAQAABQABDQottAAAAABJRU5Er"
    dot += "kJggg=="
    metadata = {"tags": ["hide-input"], "image": {"alt": "A dot."}}
    metadata["mystnb"] = {"figure": {"caption": "A dot.", "name": "fig-dot"}}
    cell = nbformat.v4.new_code_cell("dot", metadata=metadata)
    cell.outputs = [nbformat.v4.new_output("display_data", {"image/png": dot})]
    cells = [nbformat.v4.new_markdown_cell("# Page"), cell]
    language = {"language_info": {"name": "python", "pygments_lexer": "ipython3"}}
    page = nbformat.v4.new_notebook(cells=cells, metadata=language)
    nbformat.write(page, tmp_path / "page.ipynb")
    code, messages = building.build(
        tmp_path, "--builder", "custom", "--custom-builder", "singlehtml"
    )
    assert code == 0, messages
    page = soup(tmp_path / "_build" / "singlehtml" / "index.html")
    assert page.select_one("summary").get_text(" ", strip=True).startswith("Show code of Fig. 1 ")


def test_a_changed_extension_reads_the_pages_again(build, tmp_path):
    (tmp_path / "_ext").unlink()
    shutil.copytree(ROOT / "_ext", tmp_path / "_ext")
    text = "# A page\n"
    assert build(text)[0] == 0
    assert "0 added, 1 changed" in build(text)[1]
    with open(tmp_path / "_ext" / "punctuation.py", "a", encoding="utf-8") as extension:
        extension.write("# changed\n")
    assert "2 added" in build(text)[1]


def test_what_make_live_makes_reads_the_pages_again(build, tmp_path):
    (tmp_path / ".cache").unlink()
    (tmp_path / ".cache").mkdir()
    (tmp_path / ".cache" / "vendor").symlink_to(ROOT / ".cache" / "vendor")
    assert build("# A page\n")[0] == 0
    (tmp_path / ".cache" / "lite").mkdir()
    code, messages, html = build("# A page\n")
    assert code == 0, messages
    assert "2 added" in messages
    assert (html / "lite").is_dir()


def test_a_page_that_is_not_built_anew_is_found_by_its_words(build, tmp_path):
    (tmp_path / "reference").mkdir()
    (tmp_path / "reference" / "search_words.txt").write_text("sec-other: gradient check\n")
    (tmp_path / "other.md").write_text("(sec-other)=\n# Another page\n")
    contents = (tmp_path / "_toc.yml").read_text(encoding="utf-8")
    (tmp_path / "_toc.yml").write_text(contents.replace("page\n", "page\n- file: other\n"))
    for text in ("# A page\n", "# A page that changed\n"):
        code, messages, html = build(text)
        assert code == 0, messages
        index = (html / "searchindex.js").read_text(encoding="utf-8")
        assert '"gradient check":[[1,"sec-other",true]]' in index


FAILS = """
from two_at_once import beside
beside(lambda: 1_000_000 * "more than a pipe holds")
raise SystemExit(3)
"""


def test_a_build_that_fails_waits_for_no_fork():
    process = subprocess.run([sys.executable, "-c", FAILS], cwd=ROOT / "_ext", timeout=60)
    assert process.returncode == 3


LATE = f"""#!{sys.executable}
import socket, sys, time
server = socket.socket(socket.AF_UNIX)
server.bind(sys.argv[sys.argv.index("--socket") + 1])
time.sleep(0.3)
server.listen()
server.accept()
time.sleep(60)
"""
ASKS = """
import sys
import sphinxcontrib.katex
from two_at_once import KaTeXServer
sphinxcontrib.katex.NODEJS_BINARY = sys.argv[1]
KaTeXServer.get()
"""


def test_a_server_that_has_its_socket_and_does_not_listen_yet_is_waited_for(tmp_path):
    node = tmp_path / "node"
    node.write_text(LATE)
    node.chmod(0o755)
    asked = [sys.executable, "-c", ASKS, str(node)]
    subprocess.run(asked, cwd=ROOT / "_ext", timeout=60, check=True)
