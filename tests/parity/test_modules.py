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
        f"{imports}const library = {_modules.library()};\n"
        f"console.log(JSON.stringify([[{parts}], Object.keys(library), library.softmax([1, 1])]))"
    )
    assert sorted(given) == sorted(exported)
    assert value == [0.5, 0.5]


@pytest.mark.parametrize("path", WIDGETS, ids=lambda path: path.stem)
def test_the_pages_script_defines_the_widget(path):
    rules = {"T": {"number": [0.1, None]}}
    name, given, kind = run(
        "const softmaxIslands = { define(name, rules, make) {\n"
        f"  const library = {_modules.library()};\n"
        "  console.log(JSON.stringify([name, rules, typeof make(library).render])); } };\n"
        + _modules.for_page(path, rules)
    )
    assert (name, given, kind) == (path.stem, rules, "function")


def test_a_widget_may_use_a_name_of_the_library_for_its_own(tmp_path):
    widget = tmp_path / "own.mjs"
    widget.write_text(
        'import { el } from "./static/controls.mjs";\n'
        "const softmax = () => 7;\n"
        "function render() { return softmax(); }\n"
        "export default { render };\n"
    )
    joined = tmp_path / "joined.mjs"
    joined.write_text(_modules.for_jupyter(widget), encoding="utf-8")
    script = f"import widget from {json.dumps(joined.as_uri())};\n"
    script += "const el = { classList: { add() {} }, dataset: {} };\n"
    assert run(f"{script}console.log(JSON.stringify(widget.render({{ el }})));") == 7


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
