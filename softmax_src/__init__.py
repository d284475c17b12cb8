"""The softmax output layer: its maths in NumPy, as the book derives it.

Importing this package loads NumPy alone. Logits are ``z``, log-probabilities ``log_a``,
probabilities ``a``, targets ``y``; classes lie along the last axis unless an argument says so.
"""

from softmax_src.activations import (
    log_softmax,
    logsumexp,
    one_hot,
    one_vs_rest_margin,
    sigmoid,
    softmax,
)
from softmax_src.calibration import expected_calibration_error, fit_temperature
from softmax_src.gradcheck import GradientCheck, check_gradient, numerical_gradient
from softmax_src.jacobian import softmax_jacobian, softmax_jvp
from softmax_src.losses import (
    multilabel_logistic_loss,
    multilabel_logistic_loss_gradient,
    quadratic_loss,
    quadratic_loss_gradient,
    softmax_loss,
    softmax_loss_gradient,
)

__version__ = "1.0.0"

__all__ = [
    "GradientCheck",
    "check_gradient",
    "expected_calibration_error",
    "fit_temperature",
    "log_softmax",
    "logsumexp",
    "multilabel_logistic_loss",
    "multilabel_logistic_loss_gradient",
    "numerical_gradient",
    "one_hot",
    "one_vs_rest_margin",
    "quadratic_loss",
    "quadratic_loss_gradient",
    "sigmoid",
    "softmax",
    "softmax_jacobian",
    "softmax_jvp",
    "softmax_loss",
    "softmax_loss_gradient",
]
