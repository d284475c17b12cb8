"""Functions of the package as a chapter prints them: without docstring and types."""

import ast
import inspect
import textwrap

from IPython.display import Markdown


def plain_source(function):
    """Return a function's source without its docstring and the types of its arguments."""
    source = textwrap.dedent(inspect.getsource(function))
    node = ast.parse(source).body[0]
    lines = source.splitlines()
    first = node.body[0]
    end = first.end_lineno if ast.get_docstring(node) else first.lineno - 1  # of what goes before
    for argument in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs):
        argument.annotation = None
    last = lines[first.lineno - 2]  # of the signature, perhaps with a comment
    comment = last[last.index("  #") :] if "  #" in last else ""
    head = f"def {node.name}({ast.unparse(node.args)}):".replace("'", '"')
    body = "\n".join(lines[end:]).lstrip("\n")
    return f"{head}{comment}\n{body}\n"


def show(function):
    """Display it."""
    return Markdown(f"```python\n{plain_source(function)}```")
