"""Clauses that read alike: the same rule written twice would move points twice. Hints, near-linear in the clauses."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

from rubrics.checks.audience import Audience, audiences
from rubrics.checks.places import placed_clauses, placed_nodes
from rubrics.definition.records import Definition, Provider
from rubrics.kinds.problems import Path, Problem, hint

_ALIKE = 0.9
_SHORTEST = 8
_NEIGHBOURS = 3
# Texts that differ only by one of these tell grades, ranks or counts apart on purpose.
_GRADING_SIGNS = frozenset(
    "0123456789零一二两三四五六七八九十百千万半首次第国省部市厅州县区乡镇村街上中下前后左右内外大小高低优良差轻重甲乙丙丁年季月周日"
)


class _Text(NamedTuple):
    """A clause's text without marks and blanks, and what decides whom it may be compared with."""

    text: str
    path: Path
    code: str
    item: str
    provider: Provider | None
    effect: str
    judged: bool
    audience: Audience


def check_alike(definition: Definition) -> Iterator[Problem]:
    """Of two clauses that read alike the later one is named."""
    named: set[str] = set()
    for one, other in _pairs(list(_texts(definition))):
        first, later = (one, other) if one.path < other.path else (other, one)
        if later.code not in named:
            named.add(later.code)
            text = definition.clauses[first.code].text
            yield hint((*later.path, "text"), "clauses_alike", {"code": first.code, "text": text})


def _texts(definition: Definition) -> Iterator[_Text]:
    audience = audiences(definition)
    providers: dict[str, Provider | None] = {}
    for _, code, node, _ in placed_nodes(definition):
        providers[code] = node.provider or providers.get(code.rpartition(".")[0])
    for path, code, clause, _ in placed_clauses(definition):
        item = code.rpartition(".")[0]
        judged = clause.kind.judged or clause.kind.mode == "unit"
        provider = clause.provider or providers[item]
        yield _Text(_plain(clause.text), path, code, item, provider, clause.effect, judged, audience[code])


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(sign for sign in folded if sign.isalnum())


def _pairs(texts: list[_Text]) -> Iterator[tuple[_Text, _Text]]:
    same: dict[str, list[_Text]] = {}
    for each in texts:
        same.setdefault(each.text, []).append(each)
    for group in same.values():
        for place, one in enumerate(group):
            # The nearest ones are enough: each is named once.
            yield from ((one, other) for other in group[place + 1 : place + 1 + _NEIGHBOURS] if _comparable(one, other))
    for text, near_text in _neighbours([text for text in same if len(text) >= _SHORTEST]):
        if _written_alike(text, near_text):
            near = product(same[text][:_NEIGHBOURS], same[near_text][:_NEIGHBOURS])
            found = ((a, b) for a, b in near if _comparable(a, b))
            yield from (pair for pair in [next(found, None)] if pair is not None)


def _neighbours(texts: list[str]) -> Iterator[tuple[str, str]]:
    """Pairs that begin or that end alike: neighbours where the texts are put in order, forwards and backwards."""
    seen: set[tuple[str, str]] = set()
    for ordered in (sorted(texts), sorted(texts, key=lambda text: text[::-1])):
        for place, one in enumerate(ordered):
            for other in ordered[place + 1 : place + 1 + _NEIGHBOURS]:
                pair = (one, other) if one < other else (other, one)
                if pair not in seen:
                    seen.add(pair)
                    yield pair


def _written_alike(one: str, other: str) -> bool:
    longest = max(len(one), len(other))
    if min(len(one), len(other)) < longest * 0.8:
        return False
    # What stands at both ends is cheap to compare and settles most pairs.
    head = _common(one, other)
    tail = _common(one[head:][::-1], other[head:][::-1])
    if head + tail < longest / 2:
        return False
    rest = one[head : len(one) - tail] + other[head : len(other) - tail]
    if rest and _GRADING_SIGNS.issuperset(rest):
        return False
    if [sign for sign in one if sign.isdigit()] != [sign for sign in other if sign.isdigit()]:
        return False
    return difflib.SequenceMatcher(None, one, other, autojunk=False).ratio() >= _ALIKE


def _common(one: str, other: str) -> int:
    """How many signs two texts have in common at their beginning."""
    pairs = zip(one, other, strict=False)
    return next((place for place, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _comparable(one: _Text, other: _Text) -> bool:
    """Of one effect, for units that both may apply to, and in one item; or in one category or from one provider.

    Across items, short texts say too little, and judgements are made on each item by itself.
    """
    if one.effect != other.effect or not one.text or one.audience.apart(other.audience):
        return False
    if one.item == other.item:
        return True
    if one.judged or other.judged or min(len(one.text), len(other.text)) < _SHORTEST:
        return False
    near = one.item.rpartition(".")[0] == other.item.rpartition(".")[0]
    return near or (one.provider is not None and one.provider == other.provider)
