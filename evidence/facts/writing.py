"""Facts as a facts file says them: fields that hold nothing are left out. Also the digest that a run keeps."""

from __future__ import annotations

import datetime
import hashlib
import json
from decimal import Decimal
from typing import Any

from evidence.facts.records import FORMAT, Fact, Facts, UnitFacts
from rubrics.kinds.numbers import plain


def facts_data(facts: Facts) -> dict[str, Any]:
    """File-shaped plain data: numbers as int or Decimal, dates as text."""
    data: dict[str, Any] = {"format": FORMAT, "rubric": facts.rubric, "units": [_unit(unit) for unit in facts.units]}
    if facts.ratings:
        data["ratings"] = [{**rating._asdict(), "values": list(rating.values)} for rating in facts.ratings]
    return data


def digest(facts: Facts) -> str:
    """SHA-256 over the canonical JSON of the facts, as 64 hexadecimal digits."""
    text = json.dumps(facts_data(facts), ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> str:
    return plain(value) if isinstance(value, Decimal) else str(value)


def _unit(unit: UnitFacts) -> dict[str, Any]:
    data: dict[str, Any] = {"code": unit.code, "title": unit.title, "series": unit.series}
    if unit.tags:
        data["tags"] = sorted(unit.tags)
    if unit.member_of:
        data["member_of"] = unit.member_of
    if unit.holds:
        data["holds"] = [held._asdict() for held in unit.holds]
    if unit.targets:
        data["targets"] = {item: [_filled(target._asdict()) for target in own] for item, own in unit.targets.items()}
    if unit.not_applicable:
        data["not_applicable"] = sorted(unit.not_applicable)
    data["facts"] = [_fact(fact) for fact in unit.facts if not fact.rejected]
    return data


def _fact(fact: Fact) -> dict[str, Any]:
    data = _filled(fact._asdict())
    if fact.date is not None:
        data["date"] = fact.date.isoformat() if isinstance(fact.date, datetime.date) else str(fact.date)
    if fact.modifiers:
        data["modifiers"] = list(fact.modifiers)
    return data


def _filled(data: dict[str, Any]) -> dict[str, Any]:
    # A figure of 0 says something; compared with False it would be left out.
    return {
        key: value for key, value in data.items() if value is not None and value is not False and value not in ("", ())
    }
