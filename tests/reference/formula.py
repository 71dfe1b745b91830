"""The formula language: "numbers, its inputs' codes, + − * /, parentheses, comparisons, `if(condition, a, b)`, `min`,
`max`, `round(x, n)`, `floor`, `ceil` and `abs`, in exact decimal"."""

import math
import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from .figures import ONE, ZERO, round_to

TOKEN = re.compile(r"\s*(?:(\d+(?:\.\d+)?|\.\d+)|([A-Za-z_][A-Za-z0-9_]*)|(<=|>=|==|!=|[-+*/()<>,]))")
Tree = Any  # a Fraction, a str (an input's code) or a tuple (operator, *operands)


def tokens(text: str) -> list[tuple[str, str]]:
    """Numbers, names and signs, in order."""
    found, at, text = [], 0, text.replace("−", "-").rstrip()
    while at < len(text):
        match = TOKEN.match(text, at)
        if match is None:
            raise ValueError(f"formula: {text[at:]!r}")
        kind = ("number", "name", "sign")[match.lastindex - 1]
        found.append((kind, match.group(match.lastindex)))
        at = match.end()
    return found


class Parser:
    """Recursive descent: comparison < sum < product < sign < atom."""

    def __init__(self, text: str) -> None:
        self.tokens = tokens(text)

    def peek(self) -> str:
        return self.tokens[0][1] if self.tokens else ""

    def take(self, expected: str | None = None) -> tuple[str, str]:
        kind, text = self.tokens.pop(0)
        if expected is not None and text != expected:
            raise ValueError(f"formula: {expected!r} expected, found {text!r}")
        return kind, text

    def whole(self) -> Tree:
        tree = self.comparison()
        if self.tokens:
            raise ValueError(f"formula: unexpected {self.peek()!r}")
        return tree

    def comparison(self) -> Tree:
        left = self.chain(self.product, "+-")
        if self.peek() in ("<", "<=", ">", ">=", "==", "!="):
            sign = self.take()[1]
            return (sign, left, self.chain(self.product, "+-"))
        return left

    def product(self) -> Tree:
        return self.chain(self.signed, "*/")

    def chain(self, part: Callable[[], Tree], signs: str) -> Tree:
        left = part()
        while self.peek() and self.peek() in signs:
            sign = self.take()[1]
            left = (sign, left, part())
        return left

    def signed(self) -> Tree:
        if self.peek() in ("-", "+"):
            sign = self.take()[1]
            return (sign, ZERO, self.signed())
        return self.atom()

    def atom(self) -> Tree:
        kind, text = self.take()
        if kind == "number":
            return Fraction(text)
        if kind == "name":
            return (text, *self.arguments()) if self.peek() == "(" else text
        if text != "(":
            raise ValueError(f"formula: unexpected {text!r}")
        inner = self.comparison()
        self.take(")")
        return inner

    def arguments(self) -> list[Tree]:
        self.take("(")
        found = [self.comparison()]
        while self.peek() == ",":
            self.take(",")
            found.append(self.comparison())
        self.take(")")
        return found


def compare(sign: str, left: Fraction, right: Fraction) -> Fraction:
    """ "comparisons are < <= > >= == !="; one that is true is 1, one that is false 0."""
    outcome = {
        "<": left < right,
        "<=": left <= right,
        ">": left > right,
        ">=": left >= right,
        "==": left == right,
        "!=": left != right,
    }[sign]
    return ONE if outcome else ZERO


def work_out(tree: Tree, inputs: dict[str, Fraction], mode: str) -> Fraction:
    """ "`if` works out only the branch taken"; "`round(x, n)` uses the rubric's mode, n is 0 when left out"."""
    if isinstance(tree, Fraction):
        return tree
    if isinstance(tree, str):
        return inputs[tree]
    name, *parts = tree
    if name == "if":
        taken = parts[1] if work_out(parts[0], inputs, mode) != 0 else parts[2]
        return work_out(taken, inputs, mode)
    args = [work_out(part, inputs, mode) for part in parts]
    if name in ("<", "<=", ">", ">=", "==", "!="):
        return compare(name, *args)
    if name == "round":
        return round_to(args[0], int(args[1]) if len(args) > 1 else 0, mode)
    functions: dict[str, Callable[..., Any]] = {
        "+": lambda a, b: a + b,
        "-": lambda a, b: a - b,
        "*": lambda a, b: a * b,
        "/": lambda a, b: a / b,
        "min": min,
        "max": max,
        "floor": math.floor,
        "ceil": math.ceil,
        "abs": abs,
    }
    if name in ("min", "max"):
        return functions[name](args)
    return Fraction(functions[name](*args))


def formula_value(expression: str, inputs: dict[str, Fraction], mode: str) -> Fraction | None:
    """The expression's value; None where something divides by zero ("makes the whole expression 0")."""
    try:
        return work_out(Parser(expression).whole(), inputs, mode)
    except ZeroDivisionError:
        return None
