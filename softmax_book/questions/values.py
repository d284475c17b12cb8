"""What is computed: a check's variables for a seed, and a formula that a reader may write."""

import ast
import functools
import math
import operator
import random
import re
import warnings

import numpy as np

import softmax_src

HOLE = re.compile(r"\[\[(\w+)(?::([^\]]*))?\]\]")
FUNCTIONS = {"exp": math.exp, "log": math.log, "sqrt": math.sqrt}
OPERATORS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: math.pow,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
}
TYPED = str.maketrans({"−": "-", "·": "*", "×": "*", "^": "**"})


class Chance:
    """The seeded choices of a check; ``used`` says whether it made any."""

    def __init__(self, name, seed):
        self._random = random.Random(f"{name}/{seed}")
        self.used = False

    def pick(self, *choices):
        """Return one of the choices."""
        self.used = True
        return choices[int(self._random.random() * len(choices))]

    def draw(self, low, high, step=1):
        """Return one of low, low + step, …, high."""
        value = low + step * self.pick(*range(round((high - low) / step) + 1))
        return value if isinstance(value, int) else round(value, 10)


@functools.lru_cache(4096)  # a build asks some of them three times
def run(code, name, seed):
    """Return the variables of a check for a seed, which are not to be changed, and whether it made
    a choice."""
    chance = Chance(name, seed)
    known = {n: getattr(softmax_src, n) for n in softmax_src.__all__}
    known |= {"np": np, "math": math, "pick": chance.pick, "draw": chance.draw}
    variables = dict(known)
    with warnings.catch_warnings(), np.errstate(all="ignore"):  # some questions are about these
        warnings.simplefilter("ignore")
        exec(compile(code, f"<check of {name}>", "exec"), variables)
    variables.pop("__builtins__")
    own = {n: v for n, v in variables.items() if v is not known.get(n, chance)}
    return own, chance.used


def name_in(text, variables):
    """Return the one name that a number's text ``[[name:format]]`` holds."""
    hole = HOLE.fullmatch(text)
    if hole is None:
        raise ValueError(f"{text!r} is no number; accepted is [[name:.3f]], computed in the check")
    _known(hole[1], variables)
    return hole[1]


def _known(name, variables):
    if name not in variables:
        raise ValueError(f"[[{name}]] stands for nothing: the check sets no {name}")
    return variables[name]


def fill(text, variables):
    """Return the text with values for names: ``[[a]]``, ``[[a:.2f]]``; lists with commas."""

    def value(hole):
        found, form = _known(hole[1], variables), hole[2] or ""
        parts = np.ravel(found).tolist() if isinstance(found, list | tuple | np.ndarray) else None
        try:
            return ", ".join(_shown(part, form) for part in ([found] if parts is None else parts))
        except (TypeError, ValueError):
            kind = type(found).__name__
            raise ValueError(f"{hole[0]} cannot be: {hole[1]} is of type {kind}") from None

    return HOLE.sub(value, text)


def _shown(value, form):
    """Return a value as it is read: 0.3, not 0.30000000000000004 or np.float64(0.3)."""
    if isinstance(value, np.generic):
        value = value.item()
    if not form and isinstance(value, float):
        return f"{value:.10g}"
    shown = format(value, form)
    return shown.lstrip("-") if re.fullmatch(r"-0(\.0*)?", shown) else shown


def formula(text, point):
    """Return the value of an expression: numbers, names of the point, + - * / ** ^, exp, log, sqrt.

    Infinite or undefined is nan. The page's own evaluator agrees with this one.
    """
    try:
        tree = ast.parse(text.translate(TYPED).strip(), mode="eval")
    except SyntaxError as error:
        raise ValueError(f"{text!r} cannot be read as a formula") from error
    try:
        value = _value(tree.body, point)
    except (ZeroDivisionError, OverflowError):
        return math.nan
    return value if math.isfinite(value) else math.nan


def _value(node, point):
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return float(number)
        case ast.Name(id=name) if name in point:
            return float(point[name])
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
            return _defined(OPERATORS[type(op)], _value(left, point), _value(right, point))
        case ast.UnaryOp(op=op, operand=operand) if type(op) in OPERATORS:
            return OPERATORS[type(op)](_value(operand, point))
        case ast.Call(func=ast.Name(id=name), args=[inner], keywords=[]) if name in FUNCTIONS:
            return _defined(FUNCTIONS[name], _value(inner, point))
    names = ", ".join(point)
    raise ValueError(
        f"{ast.unparse(node)} cannot stand in a formula; accepted are numbers, {names}, "
        "+ - * / **, exp, log and sqrt"
    )


def _defined(function, *numbers):
    """Return the function's value, or nan where it has none."""
    try:
        return function(*numbers)
    except ValueError:
        return math.nan


def close(one, other):
    """Say whether two values agree to a millionth; nan agrees with nothing."""
    return abs(one - other) <= 1e-6 * max(abs(one), abs(other), 1e-300)
