"""Why a unit has its score: the tree with every line as a sentence, self-assessed beside final, in finished strings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from scoring.sheets import page, sentences, tables
from scoring.sheets.numbers import exact, fixed, short, signed
from scoring.sheets.words import both

if TYPE_CHECKING:
    from rubrics.definition.records import Definition

TOTAL = "rubric"


@dataclass(frozen=True)
class WhyLine:
    """One line: a fact with what it moves in either stand, or what a bound did to the node."""

    sentence: str
    ref: str
    clause: str
    facts: tuple[str, ...]
    date: str
    matter: str
    claimed: str
    decided: str
    difference: str
    claimed_lost: bool
    decided_lost: bool
    is_lower: bool
    is_off: bool


@dataclass(frozen=True)
class WhyNode:
    """A category or item with its values in both stands, its lines and its children."""

    code: str
    title: str
    full: str
    is_item: bool
    claimed: str
    decided: str
    difference: str
    is_lower: bool
    is_open: bool
    lines: tuple[WhyLine, ...]
    children: tuple[WhyNode, ...]


@dataclass(frozen=True)
class Why:
    """The whole page: the tree, what acts on the total, and the total."""

    nodes: tuple[WhyNode, ...]
    lines: tuple[WhyLine, ...]
    claimed: str
    decided: str
    difference: str
    is_lower: bool
    full: str
    facts: int


@dataclass(frozen=True)
class _Side:
    """One stand: the unit's result, its facts by id, its lines by node."""

    unit: Any
    facts: Mapping[str, Any]
    lines: Mapping[str, list[Any]]


class _Builder:
    def __init__(self, definition: Definition, claimed: _Side | None, decided: _Side | None, lang: str) -> None:
        self.definition, self.claimed, self.decided, self.lang = definition, claimed, decided, lang
        self.sides = (claimed, decided)
        self.digits = definition.rounding.digits

    def node(self, code: str, *, in_pool: bool = False) -> WhyNode | None:
        """The node with everything below it, or None where it does not apply to the unit or has nothing to say.

        What a pool's child hands on to the pool is shown as the child's own value, so that a pool's start and its
        children add up before one's eyes, instead of as a pair of lines that cancel each other.
        """
        mine, theirs = (_value(side, code, with_carried=in_pool) for side in self.sides)
        if mine is None and theirs is None:
            return None
        record = self.definition.nodes[code]
        is_pool = hasattr(record, "children") and record.start is not None
        inner = getattr(record, "children", ())
        children = tuple(
            child for entry in inner if (child := self.node(f"{code}.{entry.code}", in_pool=is_pool)) is not None
        )
        lines = self.lines(code, without_carried=is_pool or in_pool)
        if not (lines or mine or theirs or in_pool or tables.full_of(self.definition, code)) and not _any_open(
            children
        ):
            return None
        by_ballot = page.by_ballot(self.definition, code)
        if by_ballot:
            mine = None
        full = tables.full_of(self.definition, code)
        shown, difference, is_lower = self._compare(mine, theirs)
        return WhyNode(
            code=code,
            title=record.title or record.code,
            full=short(full) if full else "",
            is_item=not hasattr(record, "children"),
            claimed=self._not_claimed() if by_ballot else shown[0],
            decided=shown[1],
            difference=difference,
            is_lower=is_lower,
            is_open=any(line.clause for line in lines) or any(child.is_open for child in children),
            lines=(*self._start(code, record, lines or children), *lines),
            children=children,
        )

    def _not_claimed(self) -> str:
        return both("不自评", "not claimed", self.lang) if self.claimed else ""

    def _compare(self, mine: Decimal | None, theirs: Decimal | None) -> tuple[tuple[str, str], str, bool]:
        shown = (fixed(mine, self.digits), fixed(theirs, self.digits))
        if mine is None or theirs is None or mine == theirs:
            return shown, "", False
        return shown, signed(theirs - mine, self.digits), theirs < mine

    def _start(self, code: str, record: Any, moved: Sequence[Any]) -> list[WhyLine]:
        """Where the reckoning begins, so that start and lines add up to the value; needless where nothing moved."""
        if record.start != "full" or not moved:
            return []
        plus = signed(tables.full_of(self.definition, code), self.digits)
        mine, theirs = (plus if side and code in side.unit.nodes else "" for side in self.sides)
        text = both("从满分起扣。", "Starts from full marks.", self.lang)
        return [WhyLine(text, "", "", (), "", "", mine, theirs, "", False, False, False, False)]

    def lines(self, code: str, *, without_carried: bool = False) -> tuple[WhyLine, ...]:
        """The lines that act on a node, those of one fact in both stands together, in the order of the final stand."""
        pairs: dict[Any, list[Any]] = {}
        for place, side in enumerate((self.decided, self.claimed)):
            for line in side.lines.get(code, []) if side else []:
                if without_carried and line.clause is None and line.reason == "carried":
                    continue
                pairs.setdefault(_key(line), [None, None])[place] = line
        return tuple(self._line(claimed, decided) for decided, claimed in pairs.values())

    def _line(self, claimed: Any, decided: Any) -> WhyLine:
        line, side = (decided, self.decided) if decided is not None else (claimed, self.claimed)
        ids = fact_ids(line)
        facts = [side.facts[key] for key in ids if key in side.facts] if side else []
        clause = self.definition.clauses.get(line.clause) if line.clause else None
        mine, theirs = points(claimed), points(decided)
        difference = (theirs or Decimal(0)) - (mine or Decimal(0))
        both_known = self.claimed is not None and self.decided is not None and not _by_others(clause)
        return WhyLine(
            sentence=sentences.of_line(self.definition, line, facts, self.lang),
            ref=clause.ref or clause.code if clause is not None else "",
            clause=line.clause or "",
            facts=ids,
            date=next((str(fact.date) for fact in facts if fact.date), ""),
            matter=next((fact.matter for fact in facts if fact.matter), ""),
            claimed=signed(mine, self.digits),
            decided=signed(theirs, self.digits),
            difference=signed(difference, self.digits) if both_known and difference else "",
            claimed_lost=mine is not None and mine < 0,
            decided_lost=theirs is not None and theirs < 0,
            is_lower=difference < 0,
            is_off=bool(line.clause and line.reason) and not line.points,
        )


def explain(definition: Definition, claimed: Any, decided: Any, facts: Mapping[str, Any], lang: str) -> Why:
    """The page of one unit.

    `claimed` and `decided` are its results (either may be None), `facts` its records under the same two names.
    """
    builder = _Builder(definition, _side(claimed, facts.get("claimed")), _side(decided, facts.get("decided")), lang)
    nodes = [builder.node(category.code) for category in definition.categories]
    mine = exact(claimed.total) if claimed is not None else None
    theirs = exact(decided.total) if decided is not None else None
    shown, difference, is_lower = builder._compare(mine, theirs)
    if any(_by_others(clause) for clause in definition.clauses.values()):
        difference = ""
    unit = decided if decided is not None else claimed
    records = facts.get("decided") or facts.get("claimed")
    return Why(
        nodes=tuple(node for node in nodes if node is not None),
        lines=builder.lines(TOTAL),
        claimed=shown[0],
        decided=shown[1],
        difference=difference,
        is_lower=is_lower,
        full=short(definition.total_of(unit.series)),
        facts=len(records.facts) if records is not None else 0,
    )


def _side(unit: Any, records: Any) -> _Side | None:
    if unit is None:
        return None
    lines: dict[str, list[Any]] = defaultdict(list)
    for line in unit.lines:
        lines[line.node].append(line)
    return _Side(unit, facts_by_id(records), lines)


def facts_by_id(records: Any) -> dict[str, Any]:
    """A unit's facts by what a line calls them: their id, else their place in the list."""
    if records is None:
        return {}
    return {fact.id or f"facts[{place}]": fact for place, fact in enumerate(records.facts)}


def fact_ids(line: Any) -> tuple[str, ...]:
    """The facts that a line stands for: one, several that were gathered, or none."""
    return tuple(line.fact.split(", ")) if line.fact else ()


def _any_open(nodes: Sequence[WhyNode]) -> bool:
    return any(node.is_open for node in nodes)


def _by_others(clause: Any) -> bool:
    """Whether ballots or other scores say it, so that there is no claim to compare with."""
    return clause is not None and clause.kind.mode == "unit"


def _key(line: Any) -> Any:
    return (line.clause, line.fact) if line.clause else (None, line.reason)


def _value(side: _Side | None, code: str, *, with_carried: bool) -> Decimal | None:
    """A node's value; `with_carried` less what it handed on."""
    if side is None or code not in side.unit.nodes:
        return None
    return tables.value_of(side.unit, code) - (tables.carried_out(side.unit, code) if with_carried else 0)


def points(line: Any) -> Decimal | None:
    return None if line is None else exact(line.points)


__all__ = ["Why", "WhyLine", "WhyNode", "explain", "fact_ids", "facts_by_id"]
