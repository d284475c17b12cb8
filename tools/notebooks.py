"""Run the chapters and normalise them, so that two runs give identical files.

    python tools/notebooks.py run [--keep text|notebook] [NOTEBOOK ...]   execute and normalise
    python tools/notebooks.py text [--keep notebook] [NOTEBOOK ...]       write .text/NAME.md
    python tools/notebooks.py strict [NOTEBOOK ...]   copy to _build/strict, every output compared

A chapter can be edited in two places, as notebook or as text. What both said when they were last
the same is noted in ``.text/NAME.json``, so that ``run`` takes the one that was edited since, and
nothing that was edited is overwritten: where that would happen, ``--keep`` has to say what to keep.
"""

import argparse
import copy
import hashlib
import json
import os
import re
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor, as_completed
from difflib import SequenceMatcher
from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient
from tqdm import tqdm

ROOT = Path(__file__).parent.parent
TEXT = ROOT / ".text"
STRICT = ROOT / "_build" / "strict"
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
OPTIONAL = "nbval-ignore-output"  # the tag of cells with libraries that the book can do without


def all_notebooks():
    """Return the book's notebooks in reading order."""
    return [ROOT / "index.ipynb", *sorted((ROOT / "chapters").glob("*.ipynb"))]


def text_of(path):
    """Return where the Markdown of a notebook lives."""
    return TEXT / f"{path.stem}.md"


def sources_of(path):
    """Return a hash of what a notebook says, its outputs and counts left out."""
    notebook = normalised(nbformat.read(path, as_version=4))
    return sha(jupytext.writes(notebook, fmt="md:myst"))


def sha(text):
    """Return the hash of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def edited(path):
    """Return which of a chapter's two forms were edited since they were the same: a set."""
    text, note = text_of(path), text_of(path).with_suffix(".json")
    if not text.exists():
        return {"notebook"}
    if not path.exists():
        return {"text"}
    same = json.loads(note.read_text()) if note.exists() else {"text": "", "notebook": ""}
    now = {"text": sha(text.read_text(encoding="utf-8")), "notebook": sources_of(path)}
    if now["text"] == now["notebook"]:
        return set()
    return {form for form in now if now[form] != same[form]}


def write_text(path):
    """Write the notebook as MyST Markdown, to be edited, and note that both are the same."""
    TEXT.mkdir(exist_ok=True)
    notebook = normalised(nbformat.read(path, as_version=4))
    text = jupytext.writes(notebook, fmt="md:myst")
    text_of(path).write_text(text, encoding="utf-8")
    same = {"text": sha(text), "notebook": sha(text)}
    text_of(path).with_suffix(".json").write_text(json.dumps(same), encoding="utf-8")


def text_to_keep(paths, keep):
    """Stop where writing the text would overwrite what somebody wrote there."""
    names = [path.stem for path in paths if text_of(path).exists() and "text" in edited(path)]
    if names and keep != "notebook":
        sys.exit(
            f"Edited in {TEXT.name}/ and not yet in the notebook: {', '.join(names)}\n"
            "`make notebooks` brings these edits back; `make text KEEP=notebook` throws them away"
        )


def write_strict(path):
    """Copy the notebook so that nbval compares the cells of optional libraries too."""
    STRICT.mkdir(parents=True, exist_ok=True)
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        tags = cell.metadata.get("tags", [])
        cell.metadata["tags"] = [tag for tag in tags if tag != OPTIONAL]
    nbformat.write(notebook, STRICT / path.name)


def conflicts(paths, keep):
    """Stop where a chapter was edited both as notebook and as text, unless one is to be kept."""
    names = [path.stem for path in paths if len(edited(path)) == 2]
    if names and keep is None:
        sys.exit(
            f"Edited both as notebook and in {TEXT.name}/: {', '.join(names)}\n"
            "Say which to keep, `make notebooks KEEP=text` or KEEP=notebook; the other is lost"
        )


def read_source(path, keep=None):
    """Read a notebook, or its Markdown where that was edited."""
    changed = edited(path)
    if "text" not in changed or (keep == "notebook" and path.exists()):
        return nbformat.read(path, as_version=4)
    notebook = jupytext.read(text_of(path), fmt="md:myst")
    if path.exists():
        take_ids(notebook, nbformat.read(path, as_version=4))
    return notebook


def take_ids(notebook, before):
    """Give cells that Markdown kept the ids that they had: it has no place for them."""
    ours, theirs = ([c.source for c in book.cells] for book in (notebook, before))
    for cell in notebook.cells:
        cell["id"] = ""
    for kind, i, i_end, j, j_end in SequenceMatcher(None, ours, theirs, False).get_opcodes():
        # An edited cell keeps its id too: as many cells as before stand in the same place.
        if kind == "equal" or (kind == "replace" and i_end - i == j_end - j):
            for cell, old in zip(notebook.cells[i:i_end], before.cells[j:j_end], strict=True):
                cell["id"] = old["id"]


def run(path, keep=None):
    """Execute one notebook in its folder, normalise it and write it back."""
    notebook = read_source(path, keep)
    client = NotebookClient(notebook, timeout=600, resources={"metadata": {"path": path.parent}})
    os.environ["SOFTMAX_BOOK_VERSIONS"] = "1"  # figures dark and narrow too, as the pages need them
    # Each kernel would say on stderr that its sockets on localhost are not encrypted.
    client.execute(stderr=subprocess.DEVNULL)
    if path.exists():
        keep_optional(notebook, nbformat.read(path, as_version=4))
    nbformat.write(normalised(notebook), path)
    if text_of(path).exists():
        write_text(path)
    return path


def keep_optional(notebook, before):
    """Keep what cells with optional libraries have shown where a library is missing here.

    They say so. Without this, whoever runs all chapters takes the libraries' answers off the page.
    """
    cells = [cell for cell in notebook.cells if OPTIONAL in cell.metadata.get("tags", [])]
    said = "".join(output.get("text", "") for cell in cells for output in cell.outputs)
    if " is missing\n" not in said:
        return
    shown = {cell.source: cell.outputs for cell in before.cells if cell.cell_type == "code"}
    for cell in cells:
        if cell.source not in shown:
            raise RuntimeError(
                f"Here a library is missing that this cell needs:\n\n{cell.source}\n\n"
                "`make test-libraries` makes .venv-libraries; then run the chapter with\n"
                ".venv-libraries/bin/python tools/notebooks.py run CHAPTER"
            )
        cell.outputs = shown[cell.source]


def normalised(notebook):
    """Return a copy without anything that differs from run to run or machine to machine."""
    notebook = copy.deepcopy(notebook)
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        }
    )
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    count = 0
    for cell, own in zip(notebook.cells, cell_ids(notebook.cells), strict=True):
        cell["id"] = own
        cell.metadata.pop("execution", None)
        if cell.cell_type != "code":
            continue
        count += 1
        cell.execution_count = count
        cell.outputs = with_joined_streams(cell.outputs)
        for output in cell.outputs:
            if "execution_count" in output:
                output["execution_count"] = count
            if "data" in output:
                output["data"].pop(WIDGET_VIEW, None)
    return notebook


def cell_ids(cells):
    """Return an id for each cell: its own, or for a new cell one made of what it says.

    An id stays when a cell is inserted above, so that a diff shows the new cell alone.
    """
    taken = set()
    for cell in cells:
        own = cell.get("id", "")
        if not re.fullmatch(r"cell-[\w-]+", own) or own in taken:
            words = hashlib.sha256(cell.source.encode())
            while (own := f"cell-{words.hexdigest()[:8]}") in taken:
                words.update(b"again")
        taken.add(own)
        yield own


def with_joined_streams(outputs):
    """Join neighbouring pieces of one stream: where a kernel cuts it is a matter of timing."""
    joined = []
    for output in outputs:
        last = joined[-1] if joined else {}
        if output.output_type == "stream" and last.get("name") == output.name:
            last["text"] += output.text
        else:
            joined.append(output)
    return joined


def main(arguments):
    """Do what the command line says, two notebooks at a time, with progress."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("task", choices=["run", "text", "strict", "named"])
    parser.add_argument("--keep", choices=["text", "notebook"])
    parser.add_argument("notebooks", nargs="*", type=Path)
    options = parser.parse_intermixed_args(arguments)
    paths = [path.resolve() for path in options.notebooks] or all_notebooks()
    fresh = options.task == "run"  # a new chapter is a text at first
    gone = [p.name for p in paths if not (p.exists() or (fresh and text_of(p).exists()))]
    if gone:
        accepted = "name it as in chapters/02-definition.ipynb (for make, CHAPTERS=2 will do)"
        sys.exit(f"No notebook {', '.join(gone)}: {accepted}")
    if options.task == "named":  # and there they are
        return
    if options.task == "text":
        text_to_keep(paths, options.keep)
        for path in paths:
            write_text(path)
        print(f"{len(paths)} chapters are in {TEXT.name}/; `make notebooks` brings edits back")
        return
    if options.task == "strict":
        for path in paths:
            write_strict(path)
        return
    conflicts(paths, options.keep)
    with ProcessPoolExecutor(max_workers=os.cpu_count()) as pool:
        jobs = {pool.submit(run, path, options.keep): path for path in paths}
        for job in tqdm(as_completed(jobs), total=len(jobs), unit="chapter"):
            try:
                job.result()
            except Exception as error:
                sys.exit(f"{jobs[job].name} failed:\n{error}")


if __name__ == "__main__":
    main(sys.argv[1:])
