"""What a fact says, between its three shapes: typed and exact, stored (JSON, numbers as shortest strings), read back.

Pure.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from rubrics.kinds.numbers import plain

WHOLE = ("count", "rank")
FIELDS = ("count", "level", "value", "baseline", "points", "target", "rank", "of", "inputs", "score")
"""The fields of a fact that a basis may ask for, in the order of the facts file."""


def to_stored(said: Mapping[str, Any]) -> dict[str, Any]:
    """Canonical JSON: fields in a fixed order, numbers as shortest decimal strings."""
    return {name: _stored(said[name]) for name in FIELDS if said.get(name) is not None}


def _stored(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {code: _stored(one) for code, one in sorted(value.items())}
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        return plain(Decimal(value))
    return str(value)


def from_stored(said: Mapping[str, Any], basis: str) -> dict[str, Any]:
    """File-shaped values: whole numbers as int, others as Decimal, codes as they are.

    ``target`` is a code under the basis of that name and a number elsewhere; ``of`` is whole beside a rank.
    """
    return {name: _typed(name, value, basis) for name, value in said.items()}


def _typed(name: str, value: Any, basis: str) -> Any:
    if name in WHOLE or (name == "of" and basis == "rank"):
        return int(Decimal(value))
    if name == "inputs":
        return {code: Decimal(one) for code, one in value.items()}
    if name == "level" or (name == "target" and basis == "targets"):
        return value
    return Decimal(value)


def share_typed(share: str) -> Any:
    """A share as a facts file has it: a number, a code of the node's shares, or None where the fact counts whole."""
    if not share:
        return None
    try:
        return Decimal(share)
    except ArithmeticError:
        return share
