"""The three texts that hosts get are the modules that Node tests: Jupyter's, and the page's two."""

import json
import subprocess

import pytest

from softmax_book.widgets import _modules
from tests.parity.conftest import NODE

WIDGETS = sorted(_modules.FOLDER.glob("*.mjs"))


def run(script):
    """Return what an ES module prints, as JSON."""
    done = subprocess.run(
        [NODE, "--input-type=module", "--eval", script], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_pages_library_has_what_the_modules_export():
    imports = "".join(
        f"import * as m{i} from {json.dumps(path.as_uri())};\n"
        for i, path in enumerate(_modules.LIBRARY)
    )
    parts = ", ".join(f"...Object.keys(m{i})" for i in range(len(_modules.LIBRARY)))
    exported, given, value = run(
        f"{imports}const library = {_modules.library_for_page()};\n"
        f"console.log(JSON.stringify([[{parts}], Object.keys(library), library.softmax([1, 1])]))"
    )
    assert sorted(given) == sorted(exported)
    assert value == [0.5, 0.5]


@pytest.mark.parametrize("path", WIDGETS, ids=lambda path: path.stem)
def test_the_pages_script_defines_the_widget(path):
    rules = {"T": {"number": [0.1, None]}}
    name, given, kind = run(
        "const softmaxIslands = { define(name, rules, make) {\n"
        f"  const library = {_modules.library_for_page()};\n"
        "  console.log(JSON.stringify([name, rules, typeof make(library).render])); } };\n"
        + _modules.for_page(path, rules)
    )
    assert (name, given, kind) == (path.stem, rules, "function")


@pytest.mark.parametrize("path", WIDGETS, ids=lambda path: path.stem)
def test_jupyters_text_is_one_module_that_marks_its_element(path, tmp_path):
    module = tmp_path / f"{path.stem}.mjs"
    text = _modules.for_jupyter(path)
    module.write_text(text, encoding="utf-8")
    assert "import " not in text.replace("import(", "")
    classes = run(
        f"import widget from {json.dumps(module.as_uri())};\n"
        "const classes = [];\n"
        "const el = { classList: { add: (name) => classes.push(name) } };\n"
        "try { widget.render({ model: {}, el }); } catch { /* no page to draw on */ }\n"
        "console.log(JSON.stringify(classes));"
    )
    assert classes[:1] == ["sx-widget"]
