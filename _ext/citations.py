"""The list of references names an entry as the pages cite it: [Gutmann and Hyvärinen, 2010].

pybtex's own labels have nothing to do with such citations, and they garble names with accents that
are written in TeX. Its full stop behind an address is left out, since a browser puts it on a line
of its own where the address fills one.

A citation within a sentence, Gutmann and Hyvärinen [2010], is a link as a whole. Its year alone,
which is the link otherwise, says nothing to who goes from link to link, and is small to touch.
"""

import functools
import unicodedata

import pybtex.plugin
from pybtex.backends.plaintext import Backend
from pybtex.plugin import register_plugin
from pybtex.style.formatting.alpha import Style
from pybtex.style.labels import BaseLabelStyle
from pybtex.style.sorting import BaseSortingStyle
from pybtex.style.template import join, optional
from sphinxcontrib.bibtex.plugin import register_plugin as register_referencing
from sphinxcontrib.bibtex.style.referencing.author_year import AuthorYearReferenceStyle
from sphinxcontrib.bibtex.style.referencing.basic_author_year import (
    BasicAuthorYearParentheticalReferenceStyle,
    BasicAuthorYearTextualReferenceStyle,
)
from sphinxcontrib.bibtex.style.template import join as listed
from sphinxcontrib.bibtex.style.template import reference, year

CITED = BasicAuthorYearParentheticalReferenceStyle()
PLAIN = Backend()
# Each citation looks a plugin up, which reads what every installed package says of itself.
pybtex.plugin.entry_points = functools.cache(pybtex.plugin.entry_points)


def label(entry):
    """Return what a citation in brackets shows: authors and year."""
    authors = CITED.person.author_or_editor_or_title(full=False)
    text = listed(sep=CITED.author_year_sep)[authors, year]
    return text.format_data({"entry": entry, "style": CITED}).render(PLAIN)


class Labels(BaseLabelStyle):
    """Labels of authors and year."""

    def format_labels(self, sorted_entries):
        """Return them all."""
        return map(label, sorted_entries)


class Order(BaseSortingStyle):
    """The order of the labels, accents and case set aside."""

    def sorting_key(self, entry):
        """Return what an entry is sorted by."""
        return unicodedata.normalize("NFD", label(entry)).encode("ascii", "ignore").lower()


class AuthorYear(Style):
    """Entries as in pybtex's style ``alpha``, with these labels and in their order."""

    default_label_style = Labels
    default_sorting_style = Order

    def format_web_refs(self, e):
        """Return the addresses of an entry."""
        ways = self.format_url, self.format_eprint, self.format_pubmed, self.format_doi
        return join(sep=", ")[[optional[way(e)] for way in ways]]


class InSentence(BasicAuthorYearTextualReferenceStyle):
    """A citation within a sentence, all of it a link."""

    def inner(self, role_name):
        """Return the link."""
        authors = self.person.author_or_editor_or_title(full="s" in role_name)
        dated = listed[self.bracket.left, year, self.bracket.right]
        return reference[listed(sep=self.text_reference_sep)[authors, dated]]


class Citations(AuthorYearReferenceStyle):
    """Citations in brackets and within sentences."""

    def __post_init__(self):
        """Put this style of the latter in the place of its own."""
        super().__post_init__()
        in_sentence = InSentence()
        self.role_style |= dict.fromkeys(in_sentence.role_names(), in_sentence)


def setup(app):
    """Make both styles known and choose them."""
    register_plugin("pybtex.style.formatting", "author_year", AuthorYear)
    app.config.bibtex_default_style = "author_year"
    register_referencing("sphinxcontrib.bibtex.style.referencing", "linked", Citations)
    app.config.bibtex_reference_style = "linked"
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
