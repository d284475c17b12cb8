"""The picture that is shown where somebody shares a link to a page: four outputs of softmax."""

from pathlib import Path

import numpy as np
from matplotlib import rc_context
from matplotlib.figure import Figure

from softmax_book.figures.style import PALETTES
from softmax_src import softmax

SIZE = (12, 6.3)  # inches of 100 pixels each, as those who show such pictures ask for
COLOURS = [PALETTES["light"][name] for name in ("blue", "vermillion", "green", "purple")]


def draw(title, subtitle):
    """Return the figure."""
    z4 = np.linspace(-5, 8, 200)
    others = np.broadcast_to([2.5, -1.0, 3.2], (z4.size, 3))
    outputs = softmax(np.column_stack([others, z4]))  # (200, 4)
    figure = Figure(SIZE, dpi=100)
    axes = figure.add_axes((0.08, 0.08, 0.87, 0.58))
    for output, colour in zip(outputs.T, COLOURS, strict=True):
        axes.plot(z4, output, color=colour, lw=7, solid_capstyle="round")
    axes.set(xticks=[], yticks=[0, 1], ylim=(-0.03, 1.03), xmargin=0.01)
    axes.tick_params(length=0, labelsize=20, colors=PALETTES["light"]["muted"])
    axes.spines[:].set_visible(False)
    figure.text(0.05, 0.88, title, size=54, weight="bold", va="center")
    figure.text(0.05, 0.76, subtitle, size=24, va="center", color=PALETTES["light"]["muted"])
    return figure


def write(app, error):
    """Write the picture beside the pages."""
    if not error and app.builder.name == "html":
        title, _, subtitle = app.config.project.partition(", ")
        with rc_context():
            draw(title, subtitle).savefig(Path(app.outdir) / app.config.ogp_image)


def setup(app):
    """Connect to the end of the build."""
    app.connect("build-finished", write)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
