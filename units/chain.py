"""The hash chain of the journal. Pure: the standard library only, so that anyone can check an export without us.

A row's hash is SHA-256 over the canonical JSON of everything the row says, the hash of the row before it included. The
first row of a scope follows `GENESIS`. Canonical JSON: UTF-8, keys sorted, no blanks, no floats.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

ALGORITHM = "sha256-json/1"
GENESIS = "0" * 64
FIELDS = (
    "scope",
    "number",
    "at",
    "actor",
    "actor_name",
    "verb",
    "object_type",
    "object_id",
    "object_label",
    "before",
    "after",
    "algorithm",
    "previous_hash",
)


class Break(NamedTuple):
    """The first row that does not fit: its number and why (missing, altered, unlinked, algorithm, cut, head)."""

    number: int
    reason: str


class Link(NamedTuple):
    """One stored row as the check sees it: its fields by name and the hash that stands beside them."""

    fields: Mapping[str, Any]
    hash: str


def plain(value: Any) -> Any:
    """`value` as JSON can carry it exactly: Decimals and dates as strings, keys as strings; a float is refused."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return stamp(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        items = sorted(value) if isinstance(value, set | frozenset) else value
        return [plain(item) for item in items]
    if type(value).__module__ == "django.utils.functional":  # a text that is translated late
        return str(value)
    raise TypeError(f"the journal cannot carry a {type(value).__name__} exactly: {value!r}")


def stamp(moment: datetime) -> str:
    """A moment as the hash sees it: UTC, microseconds, the same whatever zone it was read in."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def canonical_json(value: Any) -> bytes:
    """The one byte string for `value`."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def entry_hash(fields: Mapping[str, Any]) -> str:
    """The hash of a row that says `fields` (all of `FIELDS`, `previous_hash` among them)."""
    said = {name: fields[name] for name in FIELDS}
    if isinstance(said["at"], datetime):
        said["at"] = stamp(said["at"])
    return hashlib.sha256(canonical_json(said)).hexdigest()


def first_break(rows: Iterable[Link], *, head: tuple[int, str] | None) -> Break | None:
    """Walk the rows of one scope in order of number and name the first that does not fit, or None.

    `head` is (number, hash) of the last row as it was noted apart from the rows; without it a cut tail goes unseen.
    """
    expected, previous = 1, GENESIS
    for link in rows:
        number = link.fields["number"]
        if number != expected:
            return Break(expected, "missing")
        if link.fields["algorithm"] != ALGORITHM:
            return Break(number, "algorithm")
        if link.fields["previous_hash"] != previous:
            return Break(number, "unlinked")
        if entry_hash(link.fields) != link.hash:
            return Break(number, "altered")
        expected, previous = number + 1, link.hash
    if head is None:
        return Break(1, "head") if expected > 1 else None
    if head[0] >= expected:
        return Break(expected, "cut")
    if head != (expected - 1, previous):
        return Break(expected - 1, "head")
    return None


def combined_head(heads: Mapping[str, str]) -> str:
    """One hash over the heads of several scopes, whatever order they come in."""
    return hashlib.sha256(canonical_json(dict(heads))).hexdigest()
