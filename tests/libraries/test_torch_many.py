"""Chapter 8's functions beside PyTorch's.

Skipped where PyTorch is not installed; `make test-libraries` installs it.
"""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from softmax_src.few_bits import soft_cap, to_bfloat16
from softmax_src.vocabulary import linear_cross_entropy

torch = pytest.importorskip("torch")
functional = torch.nn.functional

CLOSE = {"rtol": 1e-10, "atol": 1e-12}


@given(st.data(), st.integers(1, 12), st.sampled_from(["mean", "sum"]))
def test_chunks_give_what_linear_cross_entropy_gives(data, chunk, reduction):
    n, d, v = (data.draw(st.integers(1, most)) for most in (5, 4, 10))
    h = data.draw(hnp.arrays(float, (n, d), elements=st.floats(-5, 5)))
    W = data.draw(hnp.arrays(float, (v, d), elements=st.floats(-5, 5)))
    y = data.draw(hnp.arrays(np.int64, n, elements=st.integers(0, v - 1)))
    leaves = [torch.tensor(x, requires_grad=True) for x in (h, W)]
    loss = functional.linear_cross_entropy(*leaves, torch.tensor(y), reduction=reduction)
    loss.backward()
    expected = [loss.item(), *(leaf.grad.numpy() for leaf in leaves)]
    got = linear_cross_entropy(h, W, y, chunk, reduction)
    for one, other in zip(got, expected, strict=True):
        np.testing.assert_allclose(one, other, **CLOSE)


@given(hnp.arrays(np.float32, 20, elements=st.floats(width=32)))
def test_bfloat16_is_torchs(x):
    expected = torch.tensor(x).to(torch.bfloat16).to(torch.float32).numpy()
    np.testing.assert_array_equal(to_bfloat16(x), expected)


def test_a_sum_of_ones_in_bfloat16_stops_at_256():
    total = torch.tensor(0.0, dtype=torch.bfloat16)
    for _ in range(1000):
        total = total + torch.tensor(1.0, dtype=torch.bfloat16)
    assert total.item() == 256


@given(hnp.arrays(float, 10, elements=st.floats(-100, 100)), st.floats(0.5, 50))
def test_capped_gradient_is_autograds(z, cap):
    leaf = torch.tensor(z, requires_grad=True)
    capped = cap * torch.tanh(leaf / cap)
    capped.sum().backward()
    # A subnormal z / cap is rounded by up to half of 2^-1074, which becomes 25 of it times the cap.
    np.testing.assert_allclose(soft_cap(z, cap), capped.detach().numpy(), rtol=1e-12, atol=2e-322)
    slope = 1 - (soft_cap(z, cap) / cap) ** 2
    np.testing.assert_allclose(slope, leaf.grad.numpy(), rtol=1e-8, atol=1e-12)


@pytest.mark.skipif(sys.platform != "linux", reason="the peak is read from /proc")
def test_pytorch_spares_the_logits_on_request_alone():
    code = """if True:
        import pathlib, re, torch
        torch.manual_seed(0)
        h, W = (torch.randn(n, 16, requires_grad=True) for n in (2048, 20_000))
        status = pathlib.Path("/proc/self/status")  # a child's ru_maxrss begins at its parent's
        peak = lambda: int(re.search(r"VmHWM:\\s+(\\d+)", status.read_text())[1])
        before = peak()
        loss = torch.nn.functional.linear_cross_entropy(h, W, torch.arange(2048){})
        loss.backward()
        print((peak() - before) / (2048 * 20_000 * 4 / 1024), loss.item())
    """

    def run(options):
        command = [sys.executable, "-c", code.format(options)]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        return map(float, said.split())

    (held, loss), (spared, same) = run(""), run(", options=torch.nn.LinearCrossEntropyOptions()")
    assert spared < 1 < 2 < held  # in units of the logits
    assert same == pytest.approx(loss, rel=1e-5)
