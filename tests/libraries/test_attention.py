"""Attention beside PyTorch's and JAX's, and what they say of a row that is masked entirely."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from softmax_src.heads import attention, attention_weights

torch = pytest.importorskip("torch")
jax = pytest.importorskip("jax")
functional = torch.nn.functional
numbers = st.floats(-4, 4)

rng = np.random.default_rng(6)
Q, K, V = (rng.normal(size=(3, 4)) for _ in range(3))
EMPTY = np.array([[True] * 3, [False] * 3, [True] * 3])  # the second query may look at nothing


def by_torch(q, k, v, mask, **options):
    tensors = (torch.tensor(x)[None] for x in (q, k, v))
    answer = functional.scaled_dot_product_attention(*tensors, torch.tensor(mask), **options)
    return answer[0].numpy()


def by_jax(q, k, v, **options):
    arrays = (jax.numpy.asarray(x, dtype="float32")[None, :, None] for x in (q, k, v))
    return np.asarray(jax.nn.dot_product_attention(*arrays, **options))[0, :, 0]


@given(st.data(), st.integers(1, 5), st.integers(1, 8))
def test_attention_is_pytorchs(data, d, tile):
    N, n = data.draw(st.integers(1, 4)), data.draw(st.integers(1, 7))
    q, k, v = (
        data.draw(hnp.arrays(float, shape, elements=numbers)) for shape in ((N, d), (n, d), (n, 2))
    )
    mask = data.draw(hnp.arrays(bool, (N, n)))
    mask[:, 0] = True
    scale = data.draw(st.floats(-3, 3))
    found = attention(q, k, v, mask, scale, tile=tile)
    np.testing.assert_allclose(found, by_torch(q, k, v, mask, scale=scale), rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(
        attention(q, k, v, mask), by_torch(q, k, v, mask), rtol=1e-10, atol=1e-12
    )


def test_pytorch_answers_0_to_a_query_that_may_look_at_nothing():
    for mask in (EMPTY, np.where(EMPTY, 0.0, -np.inf)):
        answer = by_torch(Q, K, V, mask)
        np.testing.assert_array_equal(answer[1], 0)
        np.testing.assert_allclose(answer[[0, 2]], attention(Q, K, V)[[0, 2]], rtol=1e-12)
    assert torch.softmax(torch.full((3,), -np.inf), 0).isnan().all()


def test_the_least_float_as_a_mask_lets_the_query_look_at_everything():
    least = float(np.finfo(np.float32).min)
    answer = by_torch(*(np.float32(x) for x in (Q, K, V)), np.float32(np.where(EMPTY, 0, least)))
    np.testing.assert_allclose(answer[1], V.mean(axis=0), rtol=1e-5)


def test_multihead_attention_depends_on_whether_weights_are_wanted():
    torch.manual_seed(0)
    layer = torch.nn.MultiheadAttention(4, 1, batch_first=True)
    x = torch.randn(1, 3, 4)
    with torch.no_grad():
        answer, weights = layer(x, x, x, attn_mask=torch.tensor(~EMPTY))
        assert answer[0, 1].isnan().all()
        assert weights[0, 1].isnan().all()
        answer, _ = layer(x, x, x, attn_mask=torch.tensor(~EMPTY), need_weights=False)
        np.testing.assert_array_equal(answer[0, 1], layer.out_proj.bias)


def test_multihead_attention_without_weights_depends_on_its_fast_path():
    layer = torch.nn.MultiheadAttention(4, 2, batch_first=True)
    x, mask = torch.randn(1, 3, 4), torch.tensor(~EMPTY)
    for training, with_gradient in ((True, True), (True, False), (False, True), (False, False)):
        with torch.set_grad_enabled(with_gradient):
            answer, _ = layer.train(training)(x, x, x, attn_mask=mask, need_weights=False)
        fast = not training and not with_gradient
        assert answer[0, 1].isnan().all() == fast
        assert answer[0, [0, 2]].isfinite().all()


def test_add_zero_attn_is_the_implicit_sink():
    layer = torch.nn.MultiheadAttention(
        4, 1, bias=False, add_zero_attn=True, batch_first=True, dtype=torch.float64
    )
    with torch.no_grad():
        layer.in_proj_weight.copy_(torch.eye(4).repeat(3, 1))
        layer.out_proj.weight.copy_(torch.eye(4))
        q, k, v = (torch.tensor(x)[None] for x in (Q, K, V))
        answer, _ = layer(q, k, v, attn_mask=torch.tensor(~EMPTY))
    np.testing.assert_array_equal(answer[0, 1], 0)
    expected = attention(Q, K, V, EMPTY, zero_logit=True)
    np.testing.assert_allclose(answer[0], expected, rtol=1e-12)


def test_jax_answers_the_mean_of_all_values_or_nan():
    answer = by_jax(Q, K, V, mask=EMPTY[None, None])
    np.testing.assert_allclose(answer[1], V.mean(axis=0), rtol=1e-5)
    np.testing.assert_allclose(answer[[0, 2]], attention(Q, K, V)[[0, 2]], rtol=1e-5)
    bias = jax.numpy.where(EMPTY, 0.0, -np.inf)[None, None]
    assert np.isnan(by_jax(Q, K, V, bias=bias)[1]).all()


def test_softmax_src_answers_nan():
    assert np.isnan(attention(Q, K, V, EMPTY)[1]).all()
    assert np.isnan(attention_weights(Q, K, EMPTY)[1]).all()


def test_entries_before_training_have_the_variances_that_chapter_9_names():
    torch.manual_seed(0)
    d = 512
    x = functional.layer_norm(torch.randn(2000, d), (d,))
    layer = torch.nn.MultiheadAttention(d, num_heads=8)
    queries = functional.linear(x, layer.in_proj_weight[:d])
    assert float(torch.nn.Linear(d, d)(x).var()) == pytest.approx(1 / 3, rel=0.02)
    assert float(queries.var()) == pytest.approx(1 / 2, rel=0.02)
