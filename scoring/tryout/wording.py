"""What is said of a comparison: clauses, nodes, grades and places by their names, causes as sentences."""

from __future__ import annotations

from dataclasses import dataclass

from rubrics.definition import Definition
from scoring.sheets import grades, tables
from scoring.sheets.numbers import signed
from scoring.sheets.words import both, word
from scoring.tryout.records import CLAUSE, REST, Aside, Cause, Side


@dataclass(frozen=True)
class Pair:
    """The two rubrics by which things are named; `before` is None where there is nothing to compare with."""

    before: Definition | None
    after: Definition
    lang: str

    @property
    def digits(self) -> int:
        return self.after.rounding.digits

    def clause(self, code: str) -> str:
        """The words of a clause, as it now stands or stood."""
        found = self.after.clauses.get(code) or (self.before.clauses.get(code) if self.before else None)
        return code if found is None else found.text or code

    def ref(self, code: str) -> str:
        found = self.after.clauses.get(code) or (self.before.clauses.get(code) if self.before else None)
        return "" if found is None else found.ref

    def node(self, code: str) -> str:
        """The title of a node, as it now stands or stood."""
        if code in self.after.nodes or self.before is None:
            return tables.title_of_node(self.after, code)
        return tables.title_of_node(self.before, code)

    def series(self, code: str | None) -> str:
        names = {entry.code: entry.title or entry.code for entry in self.before.series} if self.before else {}
        names |= {entry.code: entry.title or entry.code for entry in self.after.series}
        return names.get(code or "", code or "")


def sentence(cause: Cause, pair: Pair) -> str:
    """`“迟到早退”：原 −2.00，现 −4.00（−2.00）`."""
    digits, lang = pair.digits, pair.lang
    difference = signed(cause.difference, digits)
    if cause.kind == REST:
        return both(f"舍入等其他原因（{difference}）", f"Rounding and the like ({difference})", lang)
    if cause.kind == CLAUSE:
        chinese, english = f"“{pair.clause(cause.code)}”", f"“{pair.clause(cause.code)}”"
    else:
        title = both("总分", "the total", lang) if cause.code not in _nodes(pair) else f"“{pair.node(cause.code)}”"
        chinese, english = f"{title}的起评分和上下限", f"Starting marks and bounds of {title}"
    old, new = signed(cause.before, digits), signed(cause.after, digits)
    if cause.after is None:
        return both(
            f"{chinese}：原 {old}，现已没有（{difference}）", f"{english}: was {old}, is gone ({difference})", lang
        )
    if cause.before is None:
        return both(f"{chinese}：新增，现 {new}（{difference}）", f"{english}: new, {new} ({difference})", lang)
    return both(
        f"{chinese}：原 {old}，现 {new}（{difference}）", f"{english}: was {old}, now {new} ({difference})", lang
    )


def _nodes(pair: Pair) -> set[str]:
    return {*pair.after.nodes, *(pair.before.nodes if pair.before else ())}


def what_moves(kind: str, code: str, pair: Pair) -> str:
    """What a cause is about, in words: a clause, or a node's own marks."""
    if kind == CLAUSE:
        return pair.clause(code)
    if kind == REST:
        return both("舍入等其他原因", "Rounding and the like", pair.lang)
    title = pair.node(code) if code in _nodes(pair) else both("总分", "the total", pair.lang)
    return both(f"{title}：起评分和上下限", f"{title}: starting marks and bounds", pair.lang)


def place(side: Side | None, lang: str) -> str:
    """The place, or that the unit takes none; nothing where it is not scored."""
    if side is None:
        return ""
    return str(side.rank) if side.rank is not None else word("out_of_rank", lang)


def places_won(places: int | None, lang: str) -> str:
    if not places:
        return ""
    if places > 0:
        return both(f"升 {places} 位", f"up {places}", lang)
    return both(f"降 {-places} 位", f"down {-places}", lang)


def first_grade(side: Side | None, definition: Definition | None, lang: str) -> str:
    """The unit's grade by the first grading of its rubric."""
    if side is None or definition is None or not definition.gradings:
        return ""
    grading = definition.gradings[0]
    return grades.title_of(grading, side.grades.get(grading.code), lang)


def aside_title(aside: Aside, pair: Pair) -> str:
    """What was recorded, in words."""
    if aside.what == "fact":
        return pair.clause(aside.code)
    if aside.what == "ballots":
        panels = [*pair.after.panels, *(pair.before.panels if pair.before else ())]
        title = next((panel.title or panel.code for panel in panels if panel.code == aside.code), aside.code)
        return both(f"“{title}”的评议票", f"Ballots of “{title}”", pair.lang)
    title = pair.node(aside.code)
    if aside.what == "targets":
        return both(f"“{title}”的自定目标", f"Own targets under “{title}”", pair.lang)
    return both(f"“{title}”不属本单位职责", f"“{title}” is not the unit's duty", pair.lang)


_GONE = {
    "fact": ("办法里没有这一条", "the rubric has no such clause"),
    "ballots": ("办法里没有这个评议小组", "the rubric has no such panel or group"),
    "targets": ("这一项不再有自定目标", "the item asks for no targets of one's own"),
    "waiver": ("办法里没有这一项", "the rubric has no such item"),
}


def aside_reason(aside: Aside, lang: str) -> str:
    """Why it does not count here."""
    if aside.problem is None:
        return both(*_GONE[aside.what], lang)
    place = f"{aside.problem.place}: " if aside.problem.path and aside.what == "fact" else ""
    return place + aside.problem.text(lang)
