"""What the page of first aid tells readers to paste does what it says, in each library.

A block belongs to the library that its first line names. Skipped where a library is missing.
"""

import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from softmax_src import fit_temperature

PAGE = Path(__file__).parents[2] / "front/first-aid.md"
BLOCKS = re.findall(r"^```python\n(# .*?)^```", PAGE.read_text(), re.M | re.S)


def blocks(library):
    """Return the library's blocks, in the page's order."""
    return [block for block in BLOCKS if block.startswith(f"# {library}")]


def test_every_block_names_its_library():
    assert len(BLOCKS) == PAGE.read_text().count("```python")
    assert len(BLOCKS) == sum(len(blocks(name)) for name in ("PyTorch", "JAX", "Keras", "NumPy"))


def test_pytorch(capsys):
    torch = pytest.importorskip("torch")
    loss, hooks, entropy, mask, finite, moves, clip, temperature = blocks("PyTorch")

    half = torch.tensor([[0.0, 20.0]], dtype=torch.float16)
    page = {"logits": half, "labels": torch.tensor([1])}
    exec(loss, page)
    assert page["loss"].dtype == torch.float32

    page |= {"model": torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.Linear(3, 2))}
    exec(hooks, page)
    with pytest.raises(FloatingPointError, match="in_features=2"):
        page["model"](torch.tensor([[torch.nan, 0.0]]))
    recurrent = torch.nn.LSTM(2, 3)  # which returns a tuple
    exec(hooks, page | {"model": recurrent})
    with pytest.raises(FloatingPointError, match="LSTM"):
        recurrent(torch.tensor([[torch.nan, 0.0]]))

    class Named(torch.nn.Module):
        def forward(self, x):
            return {"logits": 1 / x, "hidden": None} if x.all() or self.training else None

    named = Named()  # returns what many models do, and, asked for nothing, nothing
    exec(hooks, found := page | {"model": named})
    assert named.eval()(torch.zeros(2)) is None
    with pytest.raises(FloatingPointError, match="Named"):
        named.train()(torch.zeros(2))
    for hook in found["hooks"]:
        hook.remove()
    assert named(torch.zeros(2))["logits"].isinf().all()
    torch.autograd.set_detect_anomaly(False)

    page["p"] = torch.tensor([[0.0, 1.0], [0.5, 0.5]], requires_grad=True)
    exec(entropy, page)
    page["entropy"].sum().backward()
    assert page["p"].grad.isfinite().all()
    assert page["entropy"].detach().numpy() == pytest.approx([0, np.log(2)])

    page["scores"] = torch.zeros(2, 3, requires_grad=True)
    page["allowed"] = torch.tensor([[True, False, True], [False, False, False]])
    exec(mask, seen := dict(page))
    assert seen["weights"].tolist() == [[0.5, 0, 0.5], [0, 0, 0]]
    (seen["weights"] ** 2).sum().backward()
    assert page["scores"].grad.isfinite().all()

    for number, said in ((1.0, "True"), (torch.nan, "False")):
        page["model"].zero_grad()
        (page["model"](torch.ones(1, 2)).square().sum() * number).backward()
        page["loss"] = torch.tensor(0.0)  # finite, whatever the gradient is
        exec(finite, page)
        assert capsys.readouterr().out == f"{said}\n"
    page["model"].zero_grad()

    page["optimizer"] = torch.optim.SGD(page["model"].parameters(), lr=0.1)
    page["loss"] = page["model"](torch.ones(1, 2)).square().sum()
    exec(moves, page)
    assert capsys.readouterr().out.count("True") == 4
    exec(clip, page)
    norms = [w.grad.norm() for w in page["model"].parameters()]
    assert torch.stack(norms).norm() <= 1.0001

    rng = np.random.default_rng(0)
    z, labels = 3 * rng.normal(size=(400, 5)), rng.integers(0, 5, 400)
    z[np.arange(400), labels] += 2
    page |= {"held_out": torch.tensor(z), "held_out_labels": torch.tensor(labels)}
    exec(temperature, page)
    assert page["log_T"].exp().item() == pytest.approx(fit_temperature(z, labels), rel=1e-3)
    assert page["p"].shape == (1, 2)


def test_the_messages_are_those_of_pytorch_and_the_remedies_help():
    torch = pytest.importorskip("torch")
    ce, bce = (getattr(torch.nn.functional, name) for name in
               ("cross_entropy", "binary_cross_entropy_with_logits"))  # fmt: skip
    logits, labels = torch.zeros(4, 3), torch.tensor([0, 1, 2, 0])
    one_hot, places = torch.eye(3, dtype=torch.long)[labels], torch.zeros(2, 5, dtype=torch.long)
    cases = [
        (ce, logits, labels.float(), logits, labels.float().long()),
        (ce, logits, labels[:, None], logits, labels[:, None].squeeze(1)),
        (ce, torch.zeros(2, 5, 3), places, torch.zeros(2, 5, 3).transpose(1, 2), places),
        (ce, logits, one_hot, logits, one_hot.argmax(1)),
        (ce, logits, one_hot, logits, one_hot.float()),
        (bce, logits[:, :1], labels.clip(0, 1).float(), logits[:, 0], labels.clip(0, 1).float()),
        (bce, logits[:, 0], labels.clip(0, 1), logits[:, 0], labels.clip(0, 1).float()),
    ]
    messages = re.findall(r"^\| `(.+?)`.*\| .*(?:labels|logits)\.", PAGE.read_text(), re.M)
    for loss, z, y, good_z, good_y in cases:
        with pytest.raises((RuntimeError, ValueError)) as refused:
            loss(z, y)
        assert [
            m for m in messages if re.search(re.escape(m).replace("…", ".*"), str(refused.value))
        ]
        assert loss(good_z, good_y).isfinite()


@pytest.mark.parametrize(
    ("last", "floor"),
    [("softmax", np.log(np.e + 9) - 1), ("sigmoid", np.log(np.e + 9) - 1),
     ("tanh", np.log(1 + 9 * np.exp(-2)))],
)  # fmt: skip
def test_what_comes_before_the_loss_gives_it_a_floor(last, floor):
    loss = train(lambda z: z.softmax(-1) if last == "softmax" else getattr(z, last)())
    assert floor < loss < floor + 1e-3


def test_a_loss_below_minus_one_falls_on_and_that_of_one_output_is_0():
    torch = pytest.importorskip("torch")
    assert train(lambda z: z, loss=torch.nn.functional.nll_loss) < -100
    bce = torch.nn.functional.binary_cross_entropy_with_logits
    for low, high in ((1, 2), (-1, 1)):
        y = torch.tensor([low, high] * 5, dtype=torch.float32)
        assert train(lambda z: z[:, 0], loss=bce, labels=y) < -100
    assert torch.nn.functional.cross_entropy(torch.randn(4, 1), torch.zeros(4).long()) == 0


def test_weights_in_bfloat16_lose_small_steps():
    torch = pytest.importorskip("torch")
    for dtype, moves in ((torch.bfloat16, False), (torch.float32, True)):
        weight = torch.nn.Parameter(torch.full((1,), 0.75, dtype=dtype))
        weight.grad = torch.ones_like(weight)
        torch.optim.SGD([weight], lr=1e-3).step()
        assert (weight.item() != 0.75) == moves


def train(last, loss=None, labels=None):
    """Train a small network on ten examples; return its last loss."""
    torch = pytest.importorskip("torch")
    loss = loss or torch.nn.functional.cross_entropy
    labels = torch.arange(10) if labels is None else labels
    torch.manual_seed(0)
    x, model = torch.randn(10, 20), torch.nn.Linear(20, 10)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
    for _ in range(1000):
        optimizer.zero_grad()
        cost = loss(last(model(x)), labels)
        cost.backward()
        optimizer.step()
    return cost.item()


def test_adam_in_float16_spoils_a_weight_whose_gradient_is_0():
    torch = pytest.importorskip("torch")
    for dtype, sound in ((torch.float16, False), (torch.float32, True)):
        weights = torch.nn.Parameter(torch.zeros(2, dtype=dtype))
        weights.grad = torch.tensor([0.01, 0.0], dtype=dtype)
        torch.optim.Adam([weights]).step()
        assert weights.isfinite().tolist() == [True, sound]


def test_the_anomaly_mode_stops_at_an_overflow_that_a_scaler_skips():
    torch = pytest.importorskip("torch")
    model = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.ReLU(), torch.nn.Linear(3, 2))
    before = [w.detach().clone() for w in model.parameters()]
    optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
    scaler = torch.amp.GradScaler("cpu", init_scale=2.0**24)

    def backward():
        with torch.autocast("cpu", dtype=torch.float16):
            logits = model(torch.ones(2, 2))
        cross_entropy = torch.nn.functional.cross_entropy
        scaler.scale(cross_entropy(logits.float(), torch.tensor([0, 0]))).backward()

    backward()
    scaler.step(optimizer)
    assert all(map(torch.equal, before, model.parameters()))
    with torch.autograd.detect_anomaly(), pytest.raises(RuntimeError, match="returned nan"):
        backward()


def test_the_slope_of_a_root_at_0():
    torch, jax = pytest.importorskip("torch"), pytest.importorskip("jax")
    v = torch.zeros(2, requires_grad=True)
    assert torch.autograd.grad(v.square().sum().sqrt(), v)[0].isnan().all()
    assert torch.autograd.grad((v.square().sum() + 1e-12).sqrt(), v)[0].isfinite().all()
    assert torch.autograd.grad(v.norm(), v)[0].isfinite().all()
    assert jax.numpy.isnan(jax.grad(jax.numpy.linalg.norm)(jax.numpy.zeros(2))).all()


def test_a_sigmoid_that_rounded_stops_learning_unless_it_is_left_to_the_loss():
    torch = pytest.importorskip("torch")
    F, wrong = torch.nn.functional, torch.tensor([1.0, 0.0])
    for loss, moves in ((F.binary_cross_entropy, 0), (F.binary_cross_entropy_with_logits, 2)):
        z = torch.tensor([-200.0, 20.0], requires_grad=True)
        loss(z if moves else z.sigmoid(), wrong).backward()
        assert z.grad.count_nonzero() == moves


def test_which_labels_optax_and_pytorch_refuse():
    torch, jax = pytest.importorskip("torch"), pytest.importorskip("jax")
    optax = pytest.importorskip("optax")
    z = np.array([[0.5, 1.0, 3.0]])

    def loss(z, label):
        labels = np.array([label])
        return optax.softmax_cross_entropy_with_integer_labels(z, labels).mean()

    for label in (3, -4):
        assert jax.numpy.isnan(loss(z, label))
        assert jax.numpy.isfinite(jax.grad(loss)(z, label)).all()
    assert loss(z, -1) == loss(z, 2)
    for label in (3, -1, -4):
        with pytest.raises(IndexError, match=f"Target {label} is out of bounds"):
            torch.nn.functional.cross_entropy(torch.tensor(z), torch.tensor([label]))
    two = torch.tensor(np.repeat(z, 2, axis=0))
    kept, left = (torch.tensor(labels) for labels in ([2, 2], [2, -100]))
    cross_entropy = torch.nn.functional.cross_entropy
    assert cross_entropy(two, left) == cross_entropy(two, kept)


def test_keras_on_jax_counts_a_label_beyond_the_last_class_as_0():
    pytest.importorskip("jax")
    if find_spec("keras") is None:  # importing it here would choose its back end for other tests
        pytest.skip("no Keras")
    code = """if True:
        import keras, numpy as np
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        print(float(loss(np.array([3]), np.array([[0.0, 1.0, 2.0]]))) == 0)
    """
    environment = os.environ | {"KERAS_BACKEND": "jax", "JAX_PLATFORMS": "cpu"}
    said = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert said.stdout == "True\n"


def test_jax():
    jax = pytest.importorskip("jax")
    pytest.importorskip("optax")
    loss, nans, clip = blocks("JAX")
    page = {"logits": np.float16([[0, 20]]), "labels": np.array([0])}
    exec(loss, page)
    assert float(page["loss"]) == 20
    try:
        exec(nans, page)
        for not_finite in (-1.0, 0.0):
            with pytest.raises(FloatingPointError):
                jax.numpy.log(not_finite)
    finally:
        jax.config.update("jax_debug_nans", False)
        jax.config.update("jax_debug_infs", False)
    page["p"] = jax.numpy.array([0.0, 1.0])
    exec(blocks("PyTorch")[2].replace("torch", "jnp"), page)
    assert page["entropy"] == 0
    exec(clip, page)
    w = jax.numpy.ones(3)
    page["optimizer"].update(w, page["optimizer"].init(w), w)


def test_keras():
    os.environ.setdefault("KERAS_BACKEND", "torch")
    keras = pytest.importorskip("keras")
    loss, callbacks, clip = blocks("Keras")
    page = {"model": keras.Sequential([keras.layers.Input((2,)), keras.layers.Dense(3)])}
    exec(loss, page)
    exec(callbacks, page)
    x, y = np.zeros((8, 2), np.float32), np.zeros(8, int)
    x[0] = np.nan
    history = page["model"].fit(
        x, y, batch_size=8, epochs=5, verbose=0, callbacks=page["callbacks"]
    )
    assert len(history.epoch) == 1
    exec(clip, page)
    page["model"].compile(optimizer=page["optimizer"], loss=page["loss"])
    page["model"].fit(np.ones((8, 2), np.float32), y, verbose=0)
