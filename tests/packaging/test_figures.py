"""The pack of figures, made of a small notebook."""

import io

import nbformat
from pypdf import PdfReader

from tools.figures import figures

CELL = """from softmax_book.figures import definition
print("not shown")
definition.two_scales([2.5, -1.0, 3.2])"""
FIGURE = {
    "figure": {"name": "fig-small", "caption": "Twice the same, by {eq}`eq-def-softmax`."},
    "image": {"alt": "Two panels."},
}


def test_a_figure_is_packed_with_its_words_and_its_licence(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # what runs a notebook goes to its folder
    cell = nbformat.v4.new_code_cell(CELL, metadata={"mystnb": FIGURE})
    hidden = nbformat.v4.new_code_cell("%pip install x", metadata={"tags": ["remove-cell"]})
    nbformat.write(nbformat.v4.new_notebook(cells=[hidden, cell]), tmp_path / "small.ipynb")
    files, said = figures(tmp_path / "small.ipynb")
    assert sorted(files) == ["fig-small.pdf", "fig-small.svg"]
    assert files == figures(tmp_path / "small.ipynb")[0]
    svg = files["fig-small.svg"].decode()
    assert "creativecommons.org/licenses/by/4.0" in svg
    assert "Two panels." in svg
    assert "<text" not in svg  # no font of the reader's
    pdf = PdfReader(io.BytesIO(files["fig-small.pdf"]))
    assert "output" in pdf.pages[0].extract_text()
    assert "CC BY 4.0" in pdf.metadata["/Keywords"]
    assert "![Two panels.](fig-small.svg)\n\nTwice the same, by `eq-def-softmax`." in said
