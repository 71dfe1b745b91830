"""The small language of formulas: numbers, inputs, + − * /, parentheses, comparisons within `if`, and a few functions.

A formula is parsed once into a tree and worked out in exact fractions; the basis divides once, at the end.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, NamedTuple

LONGEST = 2000
_NO_DIGITS = Fraction(10) ** 40
# Beyond this nobody rounds: the value is no figure any more.
DEEPEST = 60

_TOKEN = re.compile(r"\s*(?:(\d+(?:\.\d+)?)|([A-Za-z_][A-Za-z0-9_]*)|(<=|>=|==|!=|[-+*/(),<>−]))")

COMPARISONS: dict[str, Callable[[Fraction, Fraction], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}

# Name → least and most number of arguments.
FUNCTIONS: dict[str, tuple[int, int]] = {
    "if": (3, 3),
    "min": (1, 50),
    "max": (1, 50),
    "round": (1, 2),
    "floor": (1, 1),
    "ceil": (1, 1),
    "abs": (1, 1),
}


class FormulaError(Exception):
    """The text is not a formula; `code` and `params` say why."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


class Node(NamedTuple):
    """`op` is number, input, a binary sign, neg, a comparison or a function; `args` its operands."""

    op: str
    args: tuple[Any, ...]


def parse(text: str) -> Node:
    """The tree of a formula. Raises FormulaError."""
    if len(text) > LONGEST:
        raise FormulaError("formula_long", most=LONGEST)
    tokens = _tokens(text)
    parser = _Parser(tokens)
    node = parser.expression(0)
    if parser.peek() is not None:
        raise FormulaError("formula_unexpected", token=parser.peek())
    if node.op in COMPARISONS:
        raise FormulaError("formula_comparison")
    return node


def inputs_of(node: Node) -> set[str]:
    """The names of all inputs that the formula reads."""
    if node.op == "input":
        return {node.args[0]}
    return set().union(*(inputs_of(arg) for arg in node.args if isinstance(arg, Node)))


def work_out(node: Node, inputs: Mapping[str, Fraction], rounder: Callable[[Fraction, int], Fraction]) -> Fraction:
    """The formula's value. Raises ZeroDivisionError where what is worked out divides by zero.

    `rounder(x, digits)` rounds in the rubric's mode. Only the branch of an `if` that is taken is worked out.
    """
    if node.op == "number":
        return node.args[0]  # type: ignore[no-any-return]
    if node.op == "input":
        return inputs[node.args[0]]
    if node.op == "if":
        condition, yes, no = node.args
        holds = COMPARISONS[condition.op](*(work_out(arg, inputs, rounder) for arg in condition.args))
        return work_out(yes if holds else no, inputs, rounder)
    values = [work_out(arg, inputs, rounder) for arg in node.args]
    if node.op == "round":
        digits = int(values[1]) if len(values) > 1 else 0
        if abs(values[0]) > _NO_DIGITS:
            return values[0]
        return rounder(values[0], max(-15, min(15, digits)))
    return _OPERATIONS[node.op](*values)


_OPERATIONS: dict[str, Callable[..., Fraction]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "neg": lambda a: -a,
    "min": lambda *args: min(args),
    "max": lambda *args: max(args),
    "abs": abs,
    "floor": lambda a: Fraction(a.numerator // a.denominator),
    "ceil": lambda a: Fraction(-(-a.numerator // a.denominator)),
}


def _tokens(text: str) -> list[str]:
    tokens, at = [], 0
    text = text.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if not match:
            raise FormulaError("formula_sign", sign=text[at:].strip()[:1])
        tokens.append(match.group().strip().replace("−", "-"))
        at = match.end()
    if not tokens:
        raise FormulaError("formula_empty")
    return tokens


class _Parser:
    """Recursive descent over tokens: comparison > sum > product > sign > atom."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens
        self.at = 0

    def peek(self) -> str | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def take(self, expected: str | None = None) -> str:
        token = self.peek()
        if token is None:
            raise FormulaError("formula_ends")
        if expected is not None and token != expected:
            raise FormulaError("formula_expected", expected=expected, token=token)
        self.at += 1
        return token

    def expression(self, depth: int) -> Node:
        if depth > DEEPEST:
            raise FormulaError("formula_deep")
        left = self.sum(depth)
        if self.peek() not in COMPARISONS:
            return left
        sign = self.take()
        return Node(sign, (left, self.sum(depth)))

    def sum(self, depth: int) -> Node:
        node = self.product(depth)
        while self.peek() in ("+", "-"):
            sign = self.take()
            node = Node(sign, (_numeric(node), _numeric(self.product(depth))))
        return node

    def product(self, depth: int) -> Node:
        node = self.sign(depth)
        while self.peek() in ("*", "/"):
            sign = self.take()
            node = Node(sign, (_numeric(node), _numeric(self.sign(depth))))
        return node

    def sign(self, depth: int) -> Node:
        if depth > DEEPEST:
            raise FormulaError("formula_deep")
        if self.peek() == "-":
            self.take()
            return Node("neg", (_numeric(self.sign(depth + 1)),))
        return self.atom(depth)

    def atom(self, depth: int) -> Node:
        token = self.take()
        if token == "(":  # noqa: S105  (a bracket, not a password)
            node = self.expression(depth + 1)
            self.take(")")
            return node
        if token[0].isdigit():
            return Node("number", (Fraction(token),))
        if token[0].isalpha() or token[0] == "_":
            return self.call(token, depth) if self.peek() == "(" else Node("input", (token,))
        raise FormulaError("formula_unexpected", token=token)

    def call(self, name: str, depth: int) -> Node:
        if name not in FUNCTIONS:
            raise FormulaError("formula_function", name=name, known=list(FUNCTIONS))
        self.take("(")
        args = [self.expression(depth + 1)]
        while self.peek() == ",":
            self.take()
            args.append(self.expression(depth + 1))
        self.take(")")
        least, most = FUNCTIONS[name]
        if not least <= len(args) <= most:
            raise FormulaError("formula_arguments", name=name, count=len(args))
        if name == "if" and args[0].op not in COMPARISONS:
            raise FormulaError("formula_condition")
        return Node(
            name, tuple(arg if name == "if" and place == 0 else _numeric(arg) for place, arg in enumerate(args))
        )


def _numeric(node: Node) -> Node:
    if node.op in COMPARISONS:
        raise FormulaError("formula_comparison")
    return node
