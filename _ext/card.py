"""The picture that is shown where somebody shares a link to a page: four outputs of softmax."""

from pathlib import Path

from softmax_book.figures.definition import sweep
from softmax_book.figures.style import MUTED, new_figure, png, styled

SIZE = 1200 / 144, 630 / 144  # inches: 1200 by 630 pixels, as those who show pictures ask for


@styled
def draw(title, subtitle):
    """Return the figure."""
    fig, ax = new_figure(size=SIZE)
    ax.set_position((0.08, 0.08, 0.87, 0.58))
    ax.plot(*sweep([2.5, -1.0, 3.2]), lw=4.5)
    ax.set(xticks=[], yticks=[0, 1], ylim=(-0.03, 1.03), xmargin=0.01)
    ax.tick_params(length=0, labelsize=13, labelcolor=MUTED)
    ax.spines[:].set_visible(False)
    ax.grid(visible=False)
    fig.text(0.05, 0.88, title, size=34, weight="bold", va="center")
    fig.text(0.05, 0.76, subtitle, size=15, va="center", color=MUTED)
    return fig


def write(app, error):
    """Write the picture beside the pages."""
    if not error and app.builder.name == "html":
        title, _, subtitle = app.config.project.partition(", ")
        (Path(app.outdir) / app.config.ogp_image).write_bytes(png(draw(title, subtitle)))


def setup(app):
    """Connect to the end of the build."""
    app.connect("build-finished", write)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
