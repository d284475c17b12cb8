"""Pictures on the page: fewer bytes, the same pixels, and a place kept until they come.

A notebook holds its figures as PNG, which every reader of notebooks shows. The pages get the same
pixels as lossless WebP, about a fifth smaller, fetched when they come near the window.
"""

import re
from pathlib import Path

from docutils import nodes
from PIL import Image
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.images import get_image_size

SIZES = re.compile(r'style="width: (\d+)px; height: (\d+)px;"')
OUTPUT = re.compile(r"(_images/[0-9a-f]{64})\.png")  # an output of a cell, by MyST-NB named


class PictureSizes(SphinxPostTransform):
    """Reserve each picture's place before it is there."""

    default_priority = 10  # after MyST-NB has chosen the form of each output
    formats = ("html",)

    def run(self, **kwargs):
        """Note the sizes; on paper a picture takes what fits, and is there at once."""
        if self.app.builder.name == "singlehtml":
            return
        for image in self.document.findall(nodes.image):
            size = get_image_size(Path(self.app.srcdir) / image["uri"].lstrip("/"))
            if size and "width" not in image:
                image["width"], image["height"] = (f"{length}px" for length in size)
            image["loading"] = "lazy"  # not without scripts, nor for print: browsers see to it


def name_pictures(app, page, template, context, doctree):
    """Ask for WebP, and give the sizes as attributes, which give way on a narrow screen."""
    if app.builder.name == "html" and "body" in context:
        context["body"] = OUTPUT.sub(
            r"\1.webp", SIZES.sub(r'width="\1" height="\2"', context["body"])
        )


def write_pictures(app, error):
    """Write each output's picture anew, once: its name is the digest of its content."""
    if error or app.builder.name != "html":
        return
    for path in Path(app.outdir).glob("_images/*.png"):
        if not OUTPUT.fullmatch(f"_images/{path.name}"):
            continue
        smaller = path.with_suffix(".webp")
        if not smaller.exists():
            with Image.open(path) as picture:
                exact = picture.convert("RGBA" if picture.info.get("transparency") else "RGB")
                exact.save(smaller, lossless=True, exact=True, quality=80, method=4)
        path.unlink()


def setup(app):
    """Connect to the pages, before the previews take pieces of them, and to the build's end."""
    app.add_post_transform(PictureSizes)
    app.connect("html-page-context", name_pictures, priority=400)
    app.connect("build-finished", write_pictures)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
