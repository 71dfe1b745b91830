"""No basis: a `record` that is only claimed, proved and decided."""

from __future__ import annotations

from typing import Any

from rubrics.kinds.base import Kind, Parameters, english, verb


class BareParameters(Parameters):
    basis: None = None


def said(clause: Any, fact: Any, lang: str) -> str:
    return verb(clause.effect, lang)


def sentence(clause: Any, lang: str) -> str:
    if clause.effect != "record":
        return verb(clause.effect, lang)
    return "is on record and moves no points" if english(lang) else "只作记录，不计分"


KIND = Kind(
    code="",
    title=("只作记录", "On record only"),
    mode="fact",
    parameters=BareParameters,
    says=lambda clause: (),
    points=lambda clause, fact, own: 0,
    sentence=sentence,
    said=said,
)
