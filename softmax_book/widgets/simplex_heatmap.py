"""The triangle of three classes, with the eigenvalues of the softmax's Jacobian at each point."""

import numpy as np
import traitlets

from softmax_book.figures import properties
from softmax_book.widgets._base import Island, Numbers, rounded
from softmax_src import softmax, softmax_jacobian


class SimplexHeatmap(Island):
    """Eigenvalues of the Jacobian over the triangle of three classes (appendix A).

    Parameters
    ----------
    z : list of 3 floats, -8 to 8
        The logits of the point; dragging it sets those that sum to 0.
    shown : {"largest", "smaller", "product"}
        What the colours mean: either eigenvalue, or the two multiplied.
    revealed : bool
        Whether the scale of the colours is there from the start.

    Examples
    --------
    >>> SimplexHeatmap(z=[1, 0, 0])
    SimplexHeatmap: a = [0.576, 0.212, 0.212], eigenvalues = [0, 0.211942, 0.366309]
    """

    z = Numbers([1.2, 0.6, -1.8], length=3, min=-8, max=8).tag(sync=True)
    shown = traitlets.Enum(["largest", "smaller", "product"], "largest").tag(sync=True)
    revealed = traitlets.Bool(False).tag(sync=True)

    def numbers(self):
        """Return the outputs and the three eigenvalues of their Jacobian."""
        values = np.linalg.eigvalsh(softmax_jacobian(self.z))
        return {"a": rounded(softmax(self.z), 3), "eigenvalues": [0, *values[1:]]}

    def figure(self):
        """Draw the heat-map of the largest eigenvalue and the ellipse of the point."""
        return properties.simplex_heatmap(self.z)
