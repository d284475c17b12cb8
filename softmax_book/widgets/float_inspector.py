"""The softmax loss of two classes as a program in float16, float32 or float64 computes it."""

import traitlets

from softmax_book.figures import loss
from softmax_book.widgets._base import Island, Number
from softmax_src.stepwise import DTYPES, FORMULAS, digits_kept, loss_steps


class FloatInspector(Island):
    """Loss and gradient, each operation rounded, beside the truth (chapter 4, Softmax loss).

    Parameters
    ----------
    margin : float, -1000 to 1000
        The correct class's logit minus the other's, which is 0.
    dtype : {"float16", "float32", "float64"}
        The type of every number.
    formula : {"naive", "shifted", "lse", "log1p"}
        Which of the formulas that are equal on paper.
    revealed : bool
        Whether the map of correct digits is shown before a guess.

    Examples
    --------
    >>> FloatInspector(margin=20, dtype="float32", formula="shifted")
    FloatInspector: margin = 20, dtype = float32, formula = shifted, loss = 0, exact = 2.06115e-09, digits = 0, gradient = 0, exact_gradient = -2.06115e-09, gradient_digits = 0
    """  # noqa: E501

    margin = Number(20.0, min=-1000, max=1000).tag(sync=True)
    dtype = traitlets.Enum(DTYPES, "float32").tag(sync=True)
    formula = traitlets.Enum(FORMULAS, "shifted").tag(sync=True)
    revealed = traitlets.Bool(False).tag(sync=True)

    def numbers(self):
        """Return the loss and the gradient, what they should be, and their correct digits."""
        s = loss_steps(self.margin, self.dtype, self.formula)
        return {
            "margin": self.margin,
            "dtype": self.dtype,
            "formula": self.formula,
            "loss": float(s.loss) + 0.0,  # -0 becomes 0
            "exact": float(s.true_loss),
            "digits": round(float(digits_kept(s.loss, s.true_loss, self.dtype)), 1),
            "gradient": float(s.gradient) + 0.0,
            "exact_gradient": float(s.true_gradient),
            "gradient_digits": round(
                float(digits_kept(s.gradient, s.true_gradient, self.dtype)), 1
            ),
        }

    def figure(self):
        """Draw how many digits each formula keeps over all margins."""
        return loss.float_inspector(self.margin, self.dtype, self.formula)
