"""What all widgets share: traits that are checked, and four ways to be shown.

A widget is an ``anywidget.AnyWidget`` with a name, traits, a static picture and a few numbers. Its
mime bundle holds the live view (Jupyter), the state (the book's page), the picture (GitHub, paper,
no JavaScript) and the numbers as text (compared by the tests).
"""

import base64
import inspect
import math
from pathlib import Path

import anywidget
import numpy as np
import traitlets

from softmax_book.widgets import _modules
from softmax_book.widgets._island import MIME


def rounded(value, digits=6):
    """Round numbers, in any nesting of lists, to significant digits; leave the rest alone."""
    if isinstance(value, dict):
        return {key: rounded(item, digits) for key, item in value.items()}
    if isinstance(value, list | tuple | np.ndarray):
        return [rounded(item, digits) for item in value]
    if isinstance(value, float | np.floating):
        number = float(f"{value:.{digits}g}")
        return int(number) if number.is_integer() and abs(number) < 1e6 else number
    return value.item() if isinstance(value, np.generic) else value


class Number(traitlets.CFloat):
    """A finite number, between ``min`` and ``max`` where these are given."""

    def info(self):
        """Say what is accepted."""
        within = "" if math.isinf(self.max) else f" from {self.min:g} to {self.max:g}"
        return "a finite number" + within

    def validate(self, obj, value):
        """Refuse inf and nan, too; CFloat's own message on bounds would be garbled by a list."""
        try:
            number = float(value)
        except (TypeError, ValueError):
            self.error(obj, value)
        if not (math.isfinite(number) and self.min <= number <= self.max):
            self.error(obj, value)
        return number


class Numbers(traitlets.List):
    """A list of ``length`` finite numbers (of any length where none is given)."""

    def __init__(self, default, length=None, min=-math.inf, max=math.inf, **kwargs):
        self.length = length
        sizes = {} if length is None else {"minlen": length, "maxlen": length}
        super().__init__(Number(min=min, max=max), default_value=list(default), **sizes, **kwargs)

    def length_error(self, obj, value):
        """Say how many there should be, and how many there are."""
        kind = type(obj).__name__
        said = f"{self.name} of {kind} is a list of {self.length} numbers, not of {len(value)}"
        raise traitlets.TraitError(said)

    def validate(self, obj, value):
        """Accept arrays and tuples as well as lists."""
        if isinstance(value, np.ndarray | tuple):
            value = [float(x) for x in np.asarray(value, dtype=float).ravel()]
        return super().validate(obj, value)


class Island(anywidget.AnyWidget):
    """Base of all widgets: subclasses give traits, ``figure()`` and ``numbers()``.

    The subclass's module ``name.py`` has its front end beside it in ``name.mjs``, and its style, if
    any, in ``name.css``. Every trait tagged ``sync=True`` is state: it travels to the page, and a
    link such as ``#four_outputs:T=0.5`` sets it.
    """

    def __init_subclass__(cls, **kwargs):
        # anywidget subclasses once more for each instance, with _esm as a trait of its own
        if "_esm" not in cls.__dict__:
            source = Path(inspect.getfile(cls))
            cls.widget_name = source.stem
            cls._esm = _modules.for_jupyter(source.with_suffix(".mjs"))
            sheet = source.with_suffix(".css")
            own = _modules.style_of(sheet) if sheet.exists() else ""
            cls._css = _modules.shared_style() + own
        super().__init_subclass__(**kwargs)

    def __init__(self, **kwargs):
        unknown = sorted(set(kwargs) - set(self.trait_names()))
        if unknown:
            accepted = ", ".join(self._state_names())
            raise traitlets.TraitError(
                f"{type(self).__name__} has no trait {', '.join(unknown)}; it takes {accepted}"
            )
        super().__init__(**kwargs)

    def figure(self):
        """Draw the static picture of the present state, a matplotlib Figure."""
        raise NotImplementedError

    def numbers(self):
        """Return what the picture shows as a dict of numbers: the text form of the widget."""
        raise NotImplementedError

    @classmethod
    def _state_names(cls):
        own = {"layout", "tabbable", "tooltip"}
        return [n for n in cls.class_trait_names(sync=True) if n[0] != "_" and n not in own]

    @classmethod
    def rules(cls):
        """Return what each trait takes, for a page, where nobody else checks: a dict per trait."""
        traits = cls.class_traits()
        return {name: _rule(traits[name]) for name in sorted(cls._state_names())}

    def state(self):
        """Return the values of all traits, rounded to 6 significant digits: what a page holds."""
        return {name: rounded(getattr(self, name)) for name in sorted(self._state_names())}

    def __repr__(self):
        lines = [f"{key} = {_plain(rounded(value))}" for key, value in self.numbers().items()]
        return f"{type(self).__name__}: " + ", ".join(lines)

    def _repr_mimebundle_(self, **kwargs):
        # Here, since it loads matplotlib, and many only read or move a widget.
        from softmax_book.figures.style import png, versions

        bundle = super()._repr_mimebundle_(**kwargs)
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        data = {
            **data,
            MIME: {"widget": self.widget_name, "state": self.state()},
            "image/png": base64.b64encode(png(self.figure())).decode(),
            "text/plain": repr(self),
        }
        return data, {**metadata, **versions(self.figure)}


def _rule(trait):
    """Return a trait's bounds as the page's host reads them; {} where all is well that is there."""
    if isinstance(trait, traitlets.Bool):
        return {"among": [False, True]}
    if isinstance(trait, traitlets.Enum):
        return {"among": list(trait.values)}
    if isinstance(trait, traitlets.Int | traitlets.Float):
        ends = [None if math.isinf(end or 0) else end for end in (trait.min, trait.max)]
        return {"number": ends} | ({"whole": True} if isinstance(trait, traitlets.Int) else {})
    if isinstance(trait, traitlets.List):
        return {"list": getattr(trait, "length", None), "of": _rule(trait._trait)}
    return {}


def _plain(value):
    if isinstance(value, list):
        return "[" + ", ".join(_plain(item) for item in value) + "]"
    return f"{value:g}" if isinstance(value, int | float) else str(value)
