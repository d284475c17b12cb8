"""The explained survivors of the mutation tests are of the code as it is, each with a reason."""

import re

from tools.mutation import ROOT, SURVIVORS, change, changes

TEXT = SURVIVORS.read_text(encoding="utf-8")
# A reason in words, and the changes that it is for.
REASONS = re.findall(r"^(?!```|[#+-])\S[^\n]*\n\n((?:```diff\n.*?```\n+)+)", TEXT, re.M | re.DOTALL)
DIFFS = [diff for diffs in REASONS for diff in re.findall(r"```diff\n(.*?)```", diffs, re.DOTALL)]


def test_every_change_has_its_reason():
    assert len(DIFFS) == TEXT.count("```diff") == len(changes(TEXT))


def test_every_change_is_of_lines_that_the_package_has():
    modules = (ROOT / "softmax_src").glob("*.py")
    lines = {line.strip() for p in modules for line in p.read_text(encoding="utf-8").splitlines()}
    assert [out for out, _ in changes(TEXT) if not lines.issuperset(out)] == []


def test_a_diff_is_read_without_its_head_and_indentation():
    diff = "--- a.py\n+++ a.py\n@@ -1 +1 @@\n def f():\n-    x = 1\n+    x = 2\n"
    assert change(diff) == (("x = 1",), ("x = 2",))
