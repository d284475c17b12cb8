"""Numbers figures, formulas, propositions and exercises of appendix A as A.1, A.2, …

Sphinx numbers what stands in unnumbered chapters right through the book. An appendix is a page
whose title says so.
"""

import re

TITLE = re.compile(r"Appendix (?P<letter>[A-Z])\b")


def number_by_letter(app, env):
    """Put the appendix's letter before numbers that start again at 1."""
    changed = []
    for document, kinds in env.toc_fignumbers.items():
        title = TITLE.match(env.titles[document].astext())
        if title is None:
            continue
        for numbers in kinds.values():
            in_order = sorted(numbers, key=lambda name: numbers[name][-1])
            numbers.update({name: (title["letter"], i) for i, name in enumerate(in_order, 1)})
        changed.append(document)
    return changed


def setup(app):
    """Renumber after Sphinx has numbered."""
    app.connect("env-get-updated", number_by_letter, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
