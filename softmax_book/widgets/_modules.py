"""A widget's JavaScript, from separate modules to the one text that each host needs.

The sources are ordinary ES modules: ``four_outputs.mjs`` imports what it needs from
``static/softmax.mjs``, and Node's tests import them as they are. Two hosts cannot follow imports:

* anywidget (live Jupyter) takes one ES module as text: `for_jupyter`;
* a page opened from a folder (``file://``) refuses every module, so the book serves classic
  scripts: `library` once, and `for_page` once for each kind of widget.

In both, the library is one object, from which each widget takes what it imports: a name that a
widget keeps to itself may well be one of the library's.
"""

import json
import re
from pathlib import Path

FOLDER = Path(__file__).parent
LIBRARY = sorted((FOLDER / "static").glob("*.mjs"))

_IMPORT = re.compile(r'^import \{([^}]*)\} from "\./[^"]+";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?:const|function) (\w+)", re.MULTILINE)
_STYLED = """export default {{
  render(given) {{
    given.el.classList.add("sx-widget");
    given.el.dataset.kind = "{kind}";
    return render(given);
  }},
}};
"""


def _without_exports(text: str) -> str:
    return re.sub(r"^export (?=const|function)", "", text, flags=re.MULTILINE)


def _from_library(path: Path) -> str:
    return _IMPORT.sub(r"const {\1} = library;\n", path.read_text(encoding="utf-8"))


def for_jupyter(path: Path) -> str:
    """The library and one widget as the text of a single ES module.

    The page's host gives a widget's element the class and the kind that all styles start from; in
    Jupyter the module does so itself.
    """
    styled = _STYLED.format(kind=path.stem)
    widget = re.sub(r"^export default \{ render \};\n", styled, _from_library(path), flags=re.M)
    return f"const library = {library()};\n{widget}"


def style_of(path: Path) -> str:
    """One widget's style sheet, held to widgets of its kind: it cannot reach another widget."""
    return f':where([data-kind="{path.stem}"]) {{\n{path.read_text(encoding="utf-8")}}}\n'


def shared_style() -> str:
    """The style sheet that all widgets share."""
    return (FOLDER / "static" / "widgets.css").read_text(encoding="utf-8")


def library() -> str:
    """The library as a JavaScript expression: an object with every exported name."""
    texts = [path.read_text(encoding="utf-8") for path in LIBRARY]
    names = [name for text in texts for name in _EXPORT.findall(text)]
    joined = "\n".join(_without_exports(_IMPORT.sub("", text)) for text in texts)
    return f"(() => {{\n{joined}\nreturn {{ {', '.join(names)} }};\n}})()"


def for_page(path: Path, rules: dict) -> str:
    """One widget as a classic script: it hands the page's host ``render`` and its traits' rules."""
    text = _without_exports(_from_library(path))
    text = re.sub(r"^export default ", "return ", text, flags=re.MULTILINE)
    head = f'softmaxIslands.define("{path.stem}", {json.dumps(rules)}, (library) => {{'
    return f"{head}\n{text}}});\n"
