"""What a clause asks and what a fact says, as sentences in the reader's language; the kinds make the sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import formats
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from evidence.facts import Fact as FactRecord
from evidence.outline import Entry, may_ask_exemption
from evidence.said import from_stored
from rubrics.kinds.numbers import plain
from rubrics.kinds.problems import Problem


def lang() -> str:
    return get_language() or "zh-hans"


def how(clause: Any, definition: Any, code: str, series: str | None) -> str:
    """The rule of a clause in one line: its kind's sentence, limits, what proof is asked, who supplies the facts."""
    parts = [clause.kind.sentence(clause, lang())]
    if clause.limit is not None:
        parts.append(_("at most %(points)s points in all") % {"points": plain(clause.limit)})
    if clause.limit_per is not None:
        for period, text in (
            ("month", _("at most %(points)s points a month")),
            ("quarter", _("at most %(points)s points a quarter")),
        ):
            most = getattr(clause.limit_per, period)
            if most is not None:
                parts.append(text % {"points": plain(most)})
    if clause.evidence == "required":
        parts.append(_("proof required"))
    titles = {provider.code: provider.title or provider.code for provider in definition.providers}
    names = [titles[one] for one in definition.providers_of(code, series) if one in titles]
    if names:
        more = _(" and %(n)d more") % {"n": len(names) - 3} if len(names) > 3 else ""
        parts.append(_("facts from %(who)s") % {"who": _(", ").join(names[:3]) + more})
    return " · ".join(part for part in parts if part)


def said_text(clause: Any, said: Mapping[str, Any]) -> str:
    """What a fact says, e.g. 3 times; empty where it says nothing but that it is so.

    What was said under another version of the clause is told field by field.
    """
    try:
        record = FactRecord(clause="", **from_stored(said, clause.kind.code))
        return str(clause.kind.said(clause, record, lang()))
    except (ArithmeticError, AttributeError, KeyError, TypeError, ValueError):
        return said_plainly(said)


def field_names() -> dict[str, str]:
    """What the fields of a fact are called."""
    return {
        "count": _("How many"), "level": _("Level reached"), "value": _("Value reached"), "baseline": _("Baseline"),
        "points": _("Points"), "target": _("Target"), "rank": _("Place"), "of": _("Out of"), "score": _("Score"),
        "date": _("Date"),
    }  # fmt: skip


def said_plainly(said: Mapping[str, Any]) -> str:
    """What a fact says, field by field, for facts that do not fit their clause any more."""
    names = field_names()
    words = []
    for name, value in said.items():
        inner = value.items() if isinstance(value, Mapping) else [(names.get(name, name), value)]
        words += [f"{label} {one}" for label, one in inner]
    return " · ".join(words)


def problem_text(problem: Problem) -> str:
    """What is wrong with a fact, its fields by the names that people know."""
    names = field_names()

    def named(value: Any) -> Any:
        return [names.get(one, one) for one in value] if isinstance(value, list) else names.get(value, value)

    known = {key: named(value) for key, value in problem.params.items() if key in ("field", "known")}
    return problem._replace(params={**problem.params, **known}).text(lang())


def fact_text(clause: Any, fact: Any) -> str:
    """What a stored fact says, whether it fits its clause or not."""
    return said_plainly(fact.said) if fact.misfit else said_text(clause, fact.said)


def extras_text(
    date: Any, matter: str, share: str, modifiers: list[str], note: str, clause: Any, shares: Any,
    exempt_reason: str = "",
) -> str:  # fmt: skip
    """What else a fact says, in one line; ``exempt_reason`` where its unit asks that it move no points."""
    titles = {share.code: share.title or share.code for share in shares}
    named = {modifier.code: modifier.title or modifier.code for modifier in clause.modifiers}
    parts = [formats.date_format(date, "MONTH_DAY_FORMAT") if date else "", matter]
    if share:
        parts.append(titles.get(share, _("share %(share)s") % {"share": share}))
    parts += [named.get(code, code) for code in modifiers]
    parts.append(_short(note))
    if exempt_reason:
        parts.append(asks_exemption(_short(exempt_reason)))
    return " · ".join(part for part in parts if part)


def fact_extras_text(fact: Any, clause: Any, shares: Any) -> str:
    """The same of a stored fact."""
    return extras_text(
        fact.date, fact.matter, fact.share, fact.modifiers, fact.note, clause, shares, asked_reason(fact, clause)
    )


def asked_reason(fact: Any, clause: Any) -> str:
    """Why the unit asks that its claim move no points; blank where the clause, as it is now, would cost it none."""
    return fact.exempt_reason if may_ask_exemption(clause) else ""


def asks_exemption(reason: str) -> str:
    """That a unit asks that what it reports move no points, and why."""
    return _("asks for exemption: %(reason)s") % {"reason": reason}


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"


def item_how(entry: Entry) -> str:
    """From where an item counts."""
    if entry.item.start == "full":
        return _("Starts at full marks; points are lost")
    if not entry.claimable:
        return ""
    return _("Points are lost from the category") if entry.is_deduction else _("Starts at zero; points are earned")
