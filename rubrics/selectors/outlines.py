"""A definition as finished values for the pages: a summary in numbers, and the whole as rows of a printed form."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from rubrics.checks import full_marks, kinds_of_units, open_entries
from rubrics.definition import Category, marks_of
from rubrics.kinds.numbers import plain
from rubrics.wording import effect_title, phase_title

if TYPE_CHECKING:
    from rubrics.definition import CommonClause, Definition, Item


@dataclass(frozen=True)
class Marks:
    """What the units of a series can reach: `reached` of `total`; `fits` where some kind of unit reaches just that."""

    code: str
    title: str
    reached: str
    total: str
    fits: bool


@dataclass(frozen=True)
class Open:
    """A place whose figure the regulation leaves out."""

    code: str
    title: str


@dataclass(frozen=True)
class Row:
    """One row of the printed form: a category, an item or a clause. `deep` is the depth of a category, from 1."""

    kind: str
    code: str
    title: str
    ref: str = ""
    points: str = ""
    deep: int = 1
    says: tuple[str, ...] = ()
    effect: str = ""
    effect_title: str = ""
    open: bool = False
    first: bool = False
    note: str = ""


@dataclass(frozen=True)
class Summary:
    title: str
    code: str
    year: int
    total: str
    counts: tuple[tuple[str, int], ...]
    marks: tuple[Marks, ...]
    open: tuple[Open, ...] = field(default=())
    phases: tuple[str, ...] = ()


def summary_of(definition: Definition) -> Summary:
    """The rubric in numbers, for the list, the dry run and the head of its page."""
    categories = sum(isinstance(node, Category) for node in definition.nodes.values())
    return Summary(
        title=definition.title,
        code=definition.code,
        year=definition.year,
        total=plain(definition.total),
        counts=(
            (_("Categories"), categories),
            (_("Items"), len(definition.items)),
            (_("Clauses"), len(definition.clauses)),
            (_("Panels"), len(definition.panels)),
            (_("Gradings"), len(definition.gradings)),
        ),
        marks=tuple(_marks(definition)),
        open=tuple(open_of(definition)),
        phases=tuple(phase_title(code) for code in definition.procedure.phases),
    )


def _marks(definition: Definition) -> list[Marks]:
    """For each series what its units can reach: the most that any kind of unit (by tags, or named) reaches."""
    reached: dict[str | None, set[Decimal]] = defaultdict(set)
    for series, tags, unit in kinds_of_units(definition):
        reached[series].add(full_marks(definition, series=series, tags=tags, unit=unit))
    rows = []
    for entry in definition.series:
        total, sums = definition.total_of(entry.code), reached[entry.code]
        shown = total if total in sums else max(sums)
        rows.append(Marks(entry.code, entry.title or entry.code, plain(shown), plain(total), total in sums))
    return rows


def open_of(definition: Definition) -> list[Open]:
    """What still has to be filled in before publishing, with the titles that lead there."""
    return [Open(code, title_of(definition, code)) for code, _path in open_entries(definition)]


def title_of(definition: Definition, code: str) -> str:
    """The title of a node or the text of a clause by its full code; of other places the code itself."""
    if code in definition.nodes:
        return definition.nodes[code].title or code
    if code in definition.clauses:
        return definition.clauses[code].text
    return code


def rows_of(definition: Definition) -> list[Row]:
    """The whole tree in reading order, each clause with its sentence in the reader's language."""
    lang = get_language() or "zh-hans"
    rows: list[Row] = []
    for code, node in definition.nodes.items():
        deep = code.count(".") + 1
        if isinstance(node, Category):
            rows.append(_category_row(code, node, deep))
            continue
        rows.append(_item_row(code, node, deep))
        rows += [
            _clause_row(definition, f"{code}.{clause.code}", clause, lang, first=place == 0)
            for place, clause in enumerate(node.clauses)
        ]
    return rows


def _category_row(code: str, node: Category, deep: int) -> Row:
    return Row(
        "category",
        code,
        node.title or node.code,
        node.ref,
        plain(marks_of(node)),
        deep,
        tuple(_node_says(node)),
        open=node.open,
        note=node.note,
    )


def _item_row(code: str, node: Item, deep: int) -> Row:
    return Row(
        "item",
        code,
        node.title or node.code,
        node.ref,
        plain(marks_of(node)),
        deep,
        tuple(_node_says(node)),
        open=node.open,
        note=node.note,
    )


def _node_says(node: Category | Item) -> list[str]:
    """What is special about a node's arithmetic, in words."""
    says = []
    if node.start == "zero" and marks_of(node):
        says.append(_("from nothing upwards"))
    elif node.start == "full":
        says.append(_("from full marks downwards"))
    if node.weight != 1:
        says.append(_("weight %(n)s") % {"n": plain(node.weight)})
    if node.floor == "none":
        says.append(_("what goes below 0 is carried on"))
    elif node.floor is not None and node.floor != 0:
        says.append(_("not below %(n)s") % {"n": plain(node.floor)})
    if node.ceiling == "none":
        says.append(_("no upper bound"))
    if node.exclusive == "matter":
        says.append(_("one matter counts once"))
    says += _applies_to(node.applies_to)
    for group in getattr(node, "groups", ()):
        if group.limit is not None:
            says.append(
                _("%(title)s: at most %(n)s together") % {"title": group.title or group.code, "n": plain(group.limit)}
            )
    if node.shares:
        named = ", ".join(
            f"{share.title or share.code} {plain(share.value)}" for share in node.shares if share.value is not None
        )
        says.append(_("shares: %(list)s") % {"list": named})
    return says


def _applies_to(applies_to: Any) -> list[str]:
    parts = [*applies_to.series, *applies_to.tags, *applies_to.units]
    return [_("only for %(list)s") % {"list": ", ".join(parts)}] if parts else []


def _clause_row(definition: Definition, code: str, clause: CommonClause, lang: str, *, first: bool) -> Row:
    return Row(
        "clause",
        code,
        clause.text,
        clause.ref,
        says=(clause.kind.sentence(clause, lang), *_clause_says(definition, code, clause)),
        effect=clause.effect,
        effect_title=effect_title(clause.effect),
        open=clause.open,
        first=first,
        note=clause.note,
    )


def _clause_says(definition: Definition, code: str, clause: CommonClause) -> list[str]:
    """What stands around a clause's basis: limits, where it acts, modifiers, who supplies it."""
    says = []
    if clause.limit is not None:
        says.append(_("at most %(n)s points in all") % {"n": plain(clause.limit)})
    if clause.limit_per is not None and clause.limit_per.month is not None:
        says.append(_("at most %(n)s points a month") % {"n": plain(clause.limit_per.month)})
    if clause.limit_per is not None and clause.limit_per.quarter is not None:
        says.append(_("at most %(n)s points a quarter") % {"n": plain(clause.limit_per.quarter)})
    if clause.acts_on == "category":
        says.append(_("acts on the category"))
    elif clause.acts_on == "total":
        says.append(_("acts on the total"))
    says += [_modifier(modifier) for modifier in clause.modifiers]
    if clause.escalate:
        says.append(_("repeated: × %(list)s") % {"list": ", ".join(plain(step) for step in clause.escalate)})
    says += [words for consequence in clause.consequences for words in consequence_words(definition, consequence)]
    if clause.evidence == "required":
        says.append(_("proof required"))
    says += _applies_to(clause.applies_to)
    titles = {provider.code: provider.title or provider.code for provider in definition.providers}
    supplied = list(dict.fromkeys(titles.get(name, name) for name in _providers(definition, code, clause)))
    if supplied:
        says.append(_("supplied by %(list)s") % {"list": ", ".join(supplied)})
    return says


def _providers(definition: Definition, code: str, clause: CommonClause) -> tuple[str, ...]:
    """The provider codes of a clause for whatever series: its own, or those of the nearest node above."""
    if clause.provider is not None:
        return clause.provider.all_codes
    parts = code.split(".")[:-1]
    for length in range(len(parts), 0, -1):
        node = definition.nodes[".".join(parts[:length])]
        if node.provider is not None:
            return node.provider.all_codes
    return ()


def _modifier(modifier: Any) -> str:
    title = modifier.title or modifier.code
    if modifier.times is not None:
        return f"{title} × {plain(modifier.times)}"
    return f"{title} + {plain(modifier.plus)}" if modifier.plus is not None else title


def consequence_words(definition: Definition, consequence: Any) -> list[str]:
    """What a veto does beside firing, in words."""
    grades = {rule.code: rule.title or rule.code for grading in definition.gradings for rule in grading.rules}
    says = []
    if consequence.deduct is not None:
        says.append(_("takes %(n)s points each time") % {"n": plain(consequence.deduct)})
    if consequence.zero == "total":
        says.append(_("the total becomes 0"))
    elif consequence.zero == "category":
        says.append(_("the category becomes 0"))
    if consequence.bar_grades:
        barred = ", ".join(grades.get(code, code) for code in consequence.bar_grades)
        says.append(_("bars %(list)s") % {"list": barred})
    if consequence.cap_grade:
        says.append(_("at best %(grade)s") % {"grade": grades.get(consequence.cap_grade, consequence.cap_grade)})
    if consequence.downgrade:
        n = int(consequence.downgrade)
        says.append(ngettext("%(n)d grade lower", "%(n)d grades lower", n) % {"n": n})
    return says
