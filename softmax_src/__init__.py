"""The softmax output layer: its maths in NumPy, as the book derives it.

Importing this package loads NumPy alone. Logits are ``z``, log-probabilities ``log_a``,
probabilities ``a``, or ``p`` where they need not come from a softmax, targets ``y``; classes lie
along the last axis unless `axis` says otherwise: an integer, a tuple of several axes that are
counted as one, or None for all. The classes of several axes are numbered in the array's own order,
the last axis fastest, in whatever order the axes are named. An `axis` that is out of bounds raises
AxisError, one that is empty or names an axis twice ValueError, and what is neither an integer nor a
tuple, list or range of integers TypeError. Logits that are integers count as the float64 nearest to
them, which is exact up to 2^53.
"""

from softmax_src.activations import (
    log_softmax,
    logsumexp,
    one_hot,
    one_vs_rest_margin,
    sigmoid,
    softmax,
)
from softmax_src.calibration import (
    Reliability,
    expected_calibration_error,
    fit_temperature,
    reliability_bins,
)
from softmax_src.conformal import conformal_scores, conformal_threshold
from softmax_src.contrast import info_nce_gradient, info_nce_loss
from softmax_src.distillation import distillation_gradient, distillation_loss
from softmax_src.few_bits import soft_cap, to_bfloat16, z_loss, z_loss_gradient
from softmax_src.focal import (
    focal_loss,
    focal_loss_gradient,
    focal_minimiser,
    focal_to_probabilities,
)
from softmax_src.gradcheck import GradientCheck, check_gradient, numerical_gradient
from softmax_src.heads import (
    attention,
    attention_weights,
    dispersion_bound,
    softmax1,
    sparsemax,
)
from softmax_src.jacobian import softmax_jacobian, softmax_jvp
from softmax_src.losses import (
    multilabel_logistic_loss,
    multilabel_logistic_loss_gradient,
    quadratic_loss,
    quadratic_loss_gradient,
    softmax_loss,
    softmax_loss_gradient,
)
from softmax_src.onepass import Piece, merge, summarise
from softmax_src.preferences import (
    bradley_terry_gradient,
    bradley_terry_log_likelihood,
    dpo_loss,
    dpo_loss_gradient,
    plackett_luce_gradient,
    plackett_luce_log_likelihood,
)
from softmax_src.routing import router_weights
from softmax_src.sampled import sampled_logits, sampled_softmax_loss
from softmax_src.sampling import gumbel_softmax, truncated_distribution
from softmax_src.shift import adjust_priors
from softmax_src.speculative import speculative_draws
from softmax_src.tree import huffman_tree, tree_depths, tree_log_softmax, tree_loss
from softmax_src.unknown import RiskCoverage, chow_answers, novelty_score, risk_coverage
from softmax_src.vocabulary import linear_cross_entropy, logit_bytes

__version__ = "1.1.0.dev0"

__all__ = [
    "GradientCheck",
    "Piece",
    "Reliability",
    "RiskCoverage",
    "adjust_priors",
    "attention",
    "attention_weights",
    "bradley_terry_gradient",
    "bradley_terry_log_likelihood",
    "check_gradient",
    "chow_answers",
    "conformal_scores",
    "conformal_threshold",
    "dispersion_bound",
    "distillation_gradient",
    "distillation_loss",
    "dpo_loss",
    "dpo_loss_gradient",
    "expected_calibration_error",
    "fit_temperature",
    "focal_loss",
    "focal_loss_gradient",
    "focal_minimiser",
    "focal_to_probabilities",
    "gumbel_softmax",
    "huffman_tree",
    "info_nce_gradient",
    "info_nce_loss",
    "linear_cross_entropy",
    "log_softmax",
    "logit_bytes",
    "logsumexp",
    "merge",
    "multilabel_logistic_loss",
    "multilabel_logistic_loss_gradient",
    "novelty_score",
    "numerical_gradient",
    "one_hot",
    "one_vs_rest_margin",
    "plackett_luce_gradient",
    "plackett_luce_log_likelihood",
    "quadratic_loss",
    "quadratic_loss_gradient",
    "reliability_bins",
    "risk_coverage",
    "router_weights",
    "sampled_logits",
    "sampled_softmax_loss",
    "sigmoid",
    "soft_cap",
    "softmax",
    "softmax1",
    "softmax_jacobian",
    "softmax_jvp",
    "softmax_loss",
    "softmax_loss_gradient",
    "sparsemax",
    "speculative_draws",
    "summarise",
    "to_bfloat16",
    "tree_depths",
    "tree_log_softmax",
    "tree_loss",
    "truncated_distribution",
    "z_loss",
    "z_loss_gradient",
]
