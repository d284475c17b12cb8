"""Pages below a page: questions below their list, modules below the API reference.

The contents and *Next* name the page above alone, which lists those below it. Among these, *Next*
goes from one to the next.
"""


def mark(app, page, template, context, doctree):
    """Mark in the contents the page that is open, for those who do not see its colour, too."""
    unmarked = context.get("generate_toctree_html")

    def marked(*args, **kwargs):
        contents = unmarked(*args, **kwargs)
        for link in contents.select("a.current[href='#']") if contents else ():
            link["aria-current"] = "page"
        return contents

    context["generate_toctree_html"] = marked


def step_over(app, page, template, context, doctree):
    """Lead from a page to the one beside it, past the pages below either of them."""
    relations = getattr(app.builder, "relations", {})
    if page not in relations:
        return
    above = {name: places[0] for name, places in relations.items()}
    root = app.config.root_doc
    titles = app.env.titles

    def ancestors(name):
        """Return the pages above a page, the nearest first, without the landing page."""
        found = []
        while (name := above.get(name)) not in (None, root):
            found.append(name)
        return found

    following = relations[page][2]
    while following and page in ancestors(following):
        following = relations[following][2]
    preceding = relations[page][1]
    beside = [page, *ancestors(page)]
    outer = [name for name in ancestors(preceding) if name not in beside]
    preceding = outer[-1] if outer else preceding
    for key, name in (("prev", preceding), ("next", following)):
        context[key] = name and {
            "link": app.builder.get_relative_uri(page, name),
            "title": app.builder.render_partial(titles[name])["title"],
        }


def setup(app):
    """Connect to the pages, after the theme gave its contents."""
    app.connect("html-page-context", mark, priority=900)
    app.connect("html-page-context", step_over)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
