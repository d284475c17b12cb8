"""Runs one cell after another, as Jupyter would, and sends the page what each of them shows.

The worker calls `start` once and `run` for each cell. What is shown goes through ``send(kind,
text)``: "stdout", "stderr", "error", "clear", or "data" with a bundle of forms as JSON.
"""

import ast
import base64
import builtins
import importlib.abc
import importlib.machinery
import importlib.util
import io
import json
import linecache
import sys
import time
import traceback
import types
import warnings

MOST = 100_000  # characters that one cell may print
SHOWN = {}  # the widgets on the page, by number
MIME = "application/vnd.softmax-src.widget+json"
main = types.ModuleType("__main__")
sys.modules["__main__"] = main


class Printer(io.TextIOBase):
    """What a cell prints: sent in parts, and cut off where nobody would read on."""

    def __init__(self, kind):
        self.kind = kind
        self.begin()

    def begin(self):
        """Start a cell."""
        self.parts, self.waiting, self.left, self.sent = [], 0, MOST, 0.0

    def writable(self):
        """Say yes."""
        return True

    def write(self, text):
        """Take a text; hand on what has come together, a few times a second."""
        if self.left < 0:
            return len(text)
        self.parts.append(text[: self.left])
        self.waiting += min(len(text), self.left)
        self.left -= len(text)
        if self.left < 0:
            self.parts.append(f"\n… A cell may print {MOST:,} characters; the rest is left out.\n")
        if self.waiting > 8000 or self.left < 0 or time.monotonic() - self.sent > 0.1:
            self.flush()
        return len(text)

    def flush(self):
        """Send what is waiting."""
        if self.parts:
            send(self.kind, "".join(self.parts))
            self.parts, self.waiting, self.sent = [], 0, time.monotonic()


class InTheme(importlib.machinery.SourceFileLoader):
    """The look of the book's figures is the page's as soon as it is known at all."""

    def exec_module(self, module):
        """Run the module, then choose."""
        super().exec_module(module)
        in_theme()


def in_theme():
    """Let the book's figures be drawn as the page is: light or dark, and narrow on a phone."""
    if style := sys.modules.get("softmax_book.figures.style"):
        style.use("dark" if screen["dark"] else "light", screen["narrow"])


class FiguresLater(importlib.abc.MetaPathFinder):
    """The modules that draw are run when something is drawn: no first output waits for them."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        """Let Python find it, and put off running it."""
        if not name.startswith("softmax_book.figures."):
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if name.endswith(".style"):
            spec.loader = InTheme(name, spec.origin)
        elif spec and spec.loader:
            spec.loader = importlib.util.LazyLoader(spec.loader)
        return spec


def start(sender, look):
    """Take the page's function, and what the page looks like: {"ratio": 2, "dark": False,
    "narrow": False}."""
    global send, screen, out, err
    send, screen = sender, look
    out, err = sys.stdout, sys.stderr = Printer("stdout"), Printer("stderr")
    sys.meta_path.insert(0, FiguresLater)
    main.__dict__.update(__builtins__=builtins, __name__="__main__")
    builtins.input = no_input
    warnings.filterwarnings("ignore", "tqdm:disabling monitor")  # there are no threads here


def no_input(prompt=""):
    """Say why nothing can be typed in."""
    raise RuntimeError("input() cannot ask anything on this page: write the value into the cell")


def as_python(source):
    """Leave out the lines that only IPython understands (%pip, !ls), which do nothing here."""
    lines = source.split("\n")
    for i, line in enumerate(lines):
        bare = line.lstrip()
        if bare[:1] in ("%", "!"):
            lines[i] = line[: len(line) - len(bare)] + "pass"
    return "\n".join(lines)


def run(number, source, look):
    """Run a cell; return "" or, where a module is missing, its name."""
    global screen
    screen = look
    in_theme()
    out.begin()
    err.begin()
    source, name = as_python(source), f"<cell {number}>"
    linecache.cache[name] = (len(source), None, source.splitlines(True), name)
    try:
        tree = ast.parse(source, name)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, name, "exec"), main.__dict__)
        if (
            last
            and (value := eval(compile(ast.Expression(last.value), name, "eval"), main.__dict__))
            is not None
        ):
            main._ = value
            out.flush()
            if not source.rstrip().endswith(";"):
                show(value)
        show_open_figures()
    except ModuleNotFoundError as error:
        report(error)
        return (error.name or "").split(".")[0]
    except BaseException as error:
        report(error)
        return "!"
    finally:
        out.flush()
        err.flush()
    return ""


def report(error):
    """Send an error with the lines of the cells and of the book that led to it."""
    out.flush()
    frames = error.__traceback__
    while frames and frames.tb_frame.f_code.co_filename == __file__:
        frames = frames.tb_next
    lines = traceback.TracebackException(type(error), error, frames, compact=True)
    lines.stack = shorter(lines.stack)
    text = "".join(lines.format())
    short = "/lib/python3.14/site-packages/"
    send("error", text.replace(short, "").replace("/lib/python314.zip/", ""))


def shorter(stack):
    """Leave a stack as it is if somebody can read it; else its ends."""
    if len(stack) > 24:
        middle = traceback.FrameSummary(
            "…", 0, f"{len(stack) - 20} more", line="", lookup_line=False
        )
        return traceback.StackSummary.from_list([*stack[:10], middle, *stack[-10:]])
    return stack


def plain(value):
    """Return the text form, broken into lines as Jupyter breaks it."""
    from IPython.lib.pretty import pretty

    return pretty(value, max_width=79, max_seq_length=1000)


FORMS = {
    "text/html": "_repr_html_",
    "text/markdown": "_repr_markdown_",
    "image/svg+xml": "_repr_svg_",
    "image/png": "_repr_png_",
    "text/latex": "_repr_latex_",
}


def bundle_of(value):
    """Return all forms that a value has of itself, {mime: text}."""
    base = sys.modules.get("softmax_book.widgets._base")
    if base and isinstance(value, base.Island):  # without the picture that stands where none lives
        state = {"widget": value.widget_name, "state": value.state()}
        return {MIME: state, "text/plain": repr(value)}
    figure = sys.modules.get("matplotlib.figure")
    if figure and isinstance(value, figure.Figure):
        dark = screen["dark"] and hasattr(value, "_repr_mimebundle_")  # the book's, in its theme
        text = str(text_of_figure(value))
        return {"image/png": picture(value), "text/plain": text, "dark": dark}
    if hasattr(value, "_repr_mimebundle_") and not isinstance(value, type):
        given = value._repr_mimebundle_()
        data = given[0] if isinstance(given, tuple) else given
        if data:
            return {"text/plain": plain(value), **data}
    data = {"text/plain": plain(value)}
    if not isinstance(value, type):
        for mime, method in FORMS.items():
            if (form := getattr(value, method, None)) and (text := form()) is not None:
                data[mime] = base64.b64encode(text).decode() if isinstance(text, bytes) else text
    return data


def text_of_figure(figure):
    """Return the text form of a figure."""
    if hasattr(figure, "_repr_mimebundle_"):
        width, height = figure.get_size_inches()
        if screen["narrow"]:
            width = round(width / sys.modules["softmax_book.figures.style"].NARROW, 6)
        return f"<Figure of {width:g} x {height:g} inches, {len(figure.axes)} axes>"
    return figure


def picture(figure):
    """Return a figure as the base64 of a PNG, at the screen's resolution."""
    import matplotlib

    buffer = io.BytesIO()
    own = hasattr(figure, "_repr_mimebundle_")  # some of a style is looked up at the very end
    style = {"fname": sys.modules["softmax_book.figures.style"].STYLE} if own else {}
    with matplotlib.rc_context(**style):
        figure.savefig(buffer, format="png", dpi=figure.dpi * min(3, max(1, screen["ratio"])))
    return base64.b64encode(buffer.getvalue()).decode()


def show(value):
    """Send a value in all its forms; a widget is remembered, so that the page can move it."""
    out.flush()
    data = bundle_of(value)
    if MIME in data:
        number = len(SHOWN)
        SHOWN[number] = value
        data = {**data, MIME: {**data[MIME], "number": number}}
    send("data", json.dumps(data, default=str))


def show_open_figures():
    """Show what pyplot has drawn, as Jupyter does after each cell."""
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        for number in pyplot.get_fignums():
            show(pyplot.figure(number))
        pyplot.close("all")


def clear():
    """Take away what the cell has shown so far."""
    out.parts.clear()
    send("clear", "")


def move(number, name, value):
    """Set a trait of a widget as its picture on the page has it; return whether that went well."""
    out.begin()
    err.begin()
    try:
        SHOWN[number].set_trait(name, json.loads(value))
    except BaseException as error:
        report(error)
        return False
    finally:
        out.flush()
        err.flush()
    return True
