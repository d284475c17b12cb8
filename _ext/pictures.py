"""Pictures on the page: in its theme and width, with fewer bytes, and a place kept until they come.

A notebook holds its figures as PNG, which every reader of notebooks shows. The pages get the same
pixels as lossless WebP, about a fifth smaller, fetched when they come near the window. With a PNG
the notebook holds what the same function drew in the dark theme's colours, and narrow for phones:
of these four a browser fetches one. The width is chosen by ``<picture>``, the theme by the style
sheet, since a reader may choose it, and what is not displayed is not fetched.
"""

import base64
import hashlib
import io
import json
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from docutils import nodes
from PIL import Image
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.images import get_image_size

SIZES = re.compile(r'style="width: (\d+)px; height: (\d+)px;"')
# An output of a cell, by MyST-NB named; in its long name eight letters tell the pictures apart.
OUTPUT = re.compile(r"_images/([0-9a-f]{8})[0-9a-f]{56}\.png")
IMAGE = re.compile(r'<img alt="[^"]*" [^>]*?src="([^"]*)_images/([0-9a-f]{64})\.png"[^>]*>')
# Sphinx makes a picture with a width a link to itself, which leads to the wide and light one.
LINK = re.compile(r'<a class="[^"]*image-reference"[^>]*>(.*?)</a>', re.DOTALL)
PHONE = "(max-width:576px)"  # as in book.css
NARROW_WIDTH = 440  # pixels at most, where a phone lies on its side


def read_versions(app, env, names):
    """Note which versions the book's notebooks hold of each picture, by the digest of its PNG; what
    becomes WebP does so in a thread, while pages are read."""
    app.picture_versions, app.webp_thread, app.webp = {}, ThreadPoolExecutor(1), []
    folder = Path(app.outdir) / "_images"
    pages = (Path(env.doc2path(page)) for page in env.found_docs)  # and no student's notebook
    for path in (page for page in pages if page.suffix == ".ipynb"):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        for output in (output for cell in cells for output in cell.get("outputs", [])):
            if "image/png" not in output.get("data", {}):
                continue
            png = base64.b64decode(output["data"]["image/png"])
            digest = hashlib.sha256(png).hexdigest()
            if app.builder.name == "html":
                smaller = folder / f"{digest[:8]}.webp"
                app.webp.append(app.webp_thread.submit(write_webp, png, smaller))
            if versions := output.get("metadata", {}).get("versions"):
                app.picture_versions[digest] = {
                    kind: base64.b64decode(data)
                    for kind, data in versions.items()
                    if kind != "label"
                }


def write_webp(png, path):
    """Write a picture anew, once: its name is the digest of its content."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with Image.open(io.BytesIO(png)) as picture:
            exact = picture.convert("RGBA" if picture.info.get("transparency") else "RGB")
            # More effort takes twice as long, and saves one byte in a hundred.
            exact.save(path, lossless=True, exact=True, quality=75, method=3)


def await_webp(app, env):
    """Wait for the thread before pages are written in forks, and raise what it met."""
    app.webp_thread.shutdown()
    for written in app.webp:
        written.result()


def short_name(data):
    """Name a file by its content, in few characters: the name is written on the page."""
    return f"{hashlib.sha256(data).hexdigest()[:8]}.webp"


class PictureSizes(SphinxPostTransform):
    """Reserve each picture's place before it is there."""

    default_priority = 10  # after MyST-NB has chosen the form of each output
    formats = ("html",)

    def run(self, **kwargs):
        """Note the sizes; on paper a picture takes what fits, and is there at once."""
        if self.app.builder.name != "html":
            return
        for image in self.document.findall(nodes.image):
            size = get_image_size(Path(self.app.srcdir) / image["uri"].lstrip("/"))
            if size and "width" not in image:
                image["width"], image["height"] = (f"{length}px" for length in size)
            image["loading"] = "lazy"  # not without scripts, nor for print: browsers see to it


def in_all_versions(app, image):
    """Return the markup of a picture in both themes, each wide and narrow."""
    up, digest = image.groups()
    if digest not in app.picture_versions:
        return image[0]
    versions = app.picture_versions[digest]
    markup = []
    for theme, wide, narrow in (("light", None, "narrow"), ("dark", "dark", "narrow-dark")):
        with Image.open(io.BytesIO(versions[narrow])) as picture:
            height = round(NARROW_WIDTH * picture.height / picture.width)
        src = re.search(r' src="[^"]*"', image[0])[0]
        own = f' src="{up}_images/{short_name(versions[wide])}"' if wide else src
        markup.append(
            f'<picture class="sx-{theme}"><source media="{PHONE}" '
            f'srcset="{up}_images/{short_name(versions[narrow])}" '
            f'width="{NARROW_WIDTH}" height="{height}">{image[0].replace(src, own)}</picture>'
        )
    return "".join(markup)


def name_pictures(app, page, template, context, doctree):
    """Ask for WebP, and give the sizes as attributes, which give way on a narrow screen."""
    if app.builder.name == "html" and "body" in context:
        body = LINK.sub(r"\1", context["body"])
        body = SIZES.sub(r'width="\1" height="\2"', body)
        body = IMAGE.sub(lambda image: in_all_versions(app, image), body)
        context["body"] = OUTPUT.sub(r"_images/\1.webp", body)


def write_pictures(app, error):
    """Write the other versions of each output's picture, and drop the PNG."""
    if error or app.builder.name != "html":
        return
    for path in Path(app.outdir).glob("_images/*.png"):
        if OUTPUT.fullmatch(f"_images/{path.name}"):
            path.unlink()
            for data in app.picture_versions.get(path.stem, {}).values():
                path.with_name(short_name(data)).write_bytes(data)


def setup(app):
    """Connect to the pages, before the previews take pieces of them, and to the build's end."""
    app.add_post_transform(PictureSizes)
    app.connect("env-before-read-docs", read_versions)
    app.connect("env-updated", await_webp)
    app.connect("html-page-context", name_pictures, priority=400)
    app.connect("build-finished", write_pictures)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
