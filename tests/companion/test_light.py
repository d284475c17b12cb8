"""What a page in the browser imports does not fetch scikit-learn and SciPy, 18 MB of it."""

import subprocess
import sys

import pytest

HEAVY = "import sys; print(*sorted({'scipy', 'sklearn', 'sympy'} & set(sys.modules)))"
MODULES = [
    "softmax_src",
    "softmax_book.widgets",
    "softmax_book.figures.evaluation",
    "softmax_book.experiments, softmax_book.experiments_auc, softmax_book.experiments_rare",
]


@pytest.mark.parametrize("modules", MODULES)
def test_importing_it_loads_nothing_heavy(modules):
    digits = "from softmax_book.data import load_digits; load_digits(0)"
    command = [sys.executable, "-c", f"import {modules}; {digits}; {HEAVY}"]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip() == ""
