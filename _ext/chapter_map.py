"""The map of the book: its list of chapters becomes links over the boxes of the picture.

In the notebook, on GitHub, in the EPUB and without style sheets the list stands below the picture.
On the page each entry lies where its box is, wide and narrow, and what it says is read out and not
drawn, since the picture says it. The whole box is the link: it takes the finger and shows the
focus.
"""

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from softmax_book.figures.chapter_map import places


class ChapterMap(SphinxPostTransform):
    """Lay the list that stands in one section with the map over its picture."""

    default_priority = 20  # after MyST-NB has chosen the form of each output
    formats = ("html",)

    def run(self, **kwargs):
        """Put picture and list into one box, and say where each entry goes."""
        if self.app.builder.name == "epub":  # whose readers have style sheets of their own
            return
        for figure in list(self.document.findall(nodes.figure)):
            if "fig-map" not in figure["names"] + figure["ids"]:
                continue
            section = figure
            while not isinstance(section, nodes.section):
                section = section.parent
            links = next(section.findall(nodes.bullet_list))
            links.parent.remove(links)
            at = next(i for i, node in enumerate(figure) if not isinstance(node, nodes.caption))
            pieces = [raw('<div class="map">'), figure[at], raw("<ul>")]
            where = zip(places(thin=False).values(), places(thin=True).values(), strict=True)
            for entry, (wide, thin) in zip(links, where, strict=True):
                next(entry.findall(nodes.reference))["classes"].append("sd-stretched-link")
                pieces.append(raw(f'<li style="--wide:{inset(wide)};--thin:{inset(thin)}">'))
                pieces += [nodes.inline("", "", *entry[0]), raw("</li>")]
            figure[at : at + 1] = [*pieces, raw("</ul></div>")]


def raw(text):
    """Return a node that is this HTML."""
    return nodes.raw(text=text, format="html")


def inset(sides):
    """Return the distances from the sides of the picture as CSS takes them."""
    return " ".join(f"{100 * side:.3g}%" for side in sides)


def setup(app):
    """Connect to the pages."""
    app.add_post_transform(ChapterMap)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
