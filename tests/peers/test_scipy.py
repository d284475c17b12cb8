"""SciPy's own tests of softmax, log_softmax and logsumexp, as installed, run on softmax_src.

Left out is what softmax_src does not have (weights b, signs, complex numbers) or does not promise:
SciPy keeps a single number's shape and calls one +inf a certainty.
"""

import re
import subprocess
import sys
from importlib.util import find_spec

import pytest

from tests.sources import ROOT

MODULE = "scipy.special.tests.test_logsumexp"
OTHER = (
    "wrap_radians or logsumexp_b or logsumexp_sign or complex or logsumexp_shape or imaginary or "
    "dtypes_a or gh22601 or gh23548 or gh22903 or test_device or _scalar or writeback or "
    "invalid_input or gh21610"
)


@pytest.mark.skipif(find_spec(MODULE) is None, reason="this SciPy comes without its tests")
def test_they_pass(tmp_path):
    settings = tmp_path / "pytest.ini"
    settings.write_text("[pytest]\n")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", str(settings)),
            *("-p", "tests.peers.adapter", "-k", f"not ({OTHER})", "--pyargs", MODULE),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout
    assert int(re.search(r"(\d+) passed", done.stdout)[1]) >= 18
