"""The state of a widget: its picture and its module are the page's, which knows them already."""

import traitlets


class AnyWidget(traitlets.HasTraits):
    """A widget without ipywidgets: traits that are checked and observed."""

    def _repr_mimebundle_(self, **kwargs):
        return {}, {}
