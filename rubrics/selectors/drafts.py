"""A draft as a whole: its definition as far as it can be read, every problem, and where each one lies.

Worked out once for each version of a rubric and remembered; a change makes a new version, so nothing kept is stale.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from threading import Lock
from typing import Any, NamedTuple

from django.db.models import Count, Exists, OuterRef, QuerySet

from rubrics.checks import lint, open_entries
from rubrics.checks.places import placed_clauses, placed_nodes
from rubrics.checks.reading import in_order
from rubrics.checks.totals import Totals, totals_of
from rubrics.definition import Definition, read_shape
from rubrics.definition.entries import HEAD_FIELDS
from rubrics.kinds.problems import Path, Problem, errors_in
from rubrics.models import Cycle, DraftChange, Enrolment, Rubric
from rubrics.selectors.definitions import Rows, own_shape, rows_of, shape_of_rows
from rubrics.selectors.entries import HEAD, KIND_OF, Entry, digest_of, entry_of, section_of, title_of

__all__ = ["Draft", "Entry", "Place", "changes_of", "draft_of", "entry_of", "last_change", "last_change_of", "shape_at"]

KEPT = 8
LOOKED_BACK = 100
"""Changes of one entry that are searched for what it said when somebody opened it."""


class Place(NamedTuple):
    """Which entry it is: for a link into the workbench and the words on it."""

    kind: str
    key: str
    title: str
    ref: str = ""
    full_code: str = ""
    version: int = 0

    @property
    def at(self) -> str:
        return f"{self.kind}-{self.key}"


@dataclass(frozen=True)
class Draft:
    """A rubric at one version. `definition` is mended where it is wrong, and None where nothing could be mended.

    `problems` are all there are, errors first; their paths lead into `shape`, the file as it is stored. `entries` are
    the places of all rows by full code (`conduct.meetings.late`, `series.offices`, `panels.public`, `gradings.prize`).
    """

    rubric_pk: int
    version: int
    shape: Mapping[str, Any]
    definition: Definition | None
    problems: tuple[Problem, ...]
    entries: Mapping[str, Place]
    sections: Mapping[str, Place]
    places: Mapping[Path, Place] = field(repr=False)

    @cached_property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(errors_in(self.problems))

    @cached_property
    def open(self) -> tuple[tuple[str, Place], ...]:
        """What the regulation leaves open: the code of each entry that says so, and where it lies."""
        if self.definition is None:
            return ()
        paths = _Stored(self.definition, self.places, self.entries)
        return tuple((code, self.place_at(paths.of(path))) for code, path in open_entries(self.definition))

    @property
    def publishable(self) -> bool:
        return self.definition is not None and not self.errors and not self.open

    def place_of(self, problem: Problem) -> Place:
        """The entry that a problem lies in; the general section for what lies nowhere else."""
        return self.place_at(problem.path)

    def place_at(self, path: Path) -> Place:
        for length in range(len(path), 0, -1):
            found = self.places.get(path[:length])
            if found is not None:
                return found
        return self.sections["general"]

    @cached_property
    def totals(self) -> Totals | None:
        """What every kind of unit reaches of its total; None where the draft cannot be read."""
        return None if self.definition is None else totals_of(self.definition)


_Key = tuple[int, int, datetime]
_known: OrderedDict[_Key, Draft] = OrderedDict()
_lock = Lock()


def draft_of(rubric: Rubric) -> Draft:
    """The rubric with all its problems; seven queries the first time a version is asked for, none after that."""
    key = (rubric.pk, rubric.version, rubric.created_at)
    with _lock:
        if key in _known:
            _known.move_to_end(key)
            return _known[key]
    draft = read_draft(rubric)
    with _lock:
        _known[key] = draft
        while len(_known) > KEPT:
            _known.popitem(last=False)
    return draft


def read_draft(rubric: Rubric) -> Draft:
    """The same worked out anew, whatever is remembered."""
    rows = rows_of(rubric)
    shape = shape_of_rows(rubric, rows)
    places = dict(_places(rows))
    entries = {place.full_code: place for place in places.values()}
    sections = {name: Place(HEAD, name, "", "", name, section_of(rubric, name).version) for name in HEAD_FIELDS}
    places |= {(name,): sections[section] for section, names in HEAD_FIELDS.items() for name in names}
    definition, problems = read_shape(shape, stored=True)
    if definition is not None:
        stored = _Stored(definition, places, entries)
        found = lint(definition, whole=not problems, units=units_by_series(rubric))
        problems = problems + [problem._replace(path=stored.of(problem.path)) for problem in found]
    return Draft(
        rubric.pk, rubric.version, shape, definition, tuple(in_order(problems)), entries, sections, places
    )  # fmt: skip


def units_by_series(rubric: Rubric) -> dict[str, int] | None:
    """How many units each series had in the last cycle of the same code, to hold quotas against; None without one."""
    last = Cycle.objects.filter(rubric__code=rubric.code).order_by("-year", "-pk").values("pk")[:1]
    counted = Enrolment.objects.filter(cycle_id__in=last).values_list("series_code").annotate(n=Count("pk"))
    return dict(counted.order_by("series_code")) or None


def _places(rows: Rows) -> Iterator[tuple[Path, Place]]:
    """Every row by its path in the file shape, in the same order in which the shape is made."""
    lists = (
        ("series", "series", rows.series),
        ("panels", "panels", rows.panels),
        ("gradings", "gradings", rows.gradings),
    )
    for name, prefix, parts in lists:
        for number, part in enumerate(parts):
            yield (name, number), _place(part, f"{prefix}.{part.code}")

    def below(parent: int | None, path: Path, prefix: str) -> Iterator[tuple[Path, Place]]:
        for number, category in enumerate(rows.categories[parent]):
            here, code = (*path, "categories", number), f"{prefix}{category.code}"
            yield here, _place(category, code)
            for place, item in enumerate(rows.items[category.pk]):
                at, full = (*here, "items", place), f"{code}.{item.code}"
                yield at, _place(item, full)
                for last, clause in enumerate(rows.clauses[item.pk]):
                    yield (*at, "clauses", last), _place(clause, f"{full}.{clause.code}")
            yield from below(category.pk, here, f"{code}.")

    yield from below(None, (), "")


def _place(row: Any, full_code: str) -> Place:
    shape = own_shape(row)
    return Place(KIND_OF[type(row)], str(row.pk), title_of(shape), str(shape.get("ref", "")), full_code, row.version)


class _Stored:
    """From paths in a mended definition to paths in what is stored: what could not be read was left out of its list."""

    def __init__(self, definition: Definition, places: Mapping[Path, Place], entries: Mapping[str, Place]) -> None:
        mended = dict(_mended(definition))
        self.same = len(mended) == len(entries)
        by_code = {} if self.same else {place.full_code: path for path, place in places.items()}
        self.paths = {path: by_code.get(code, path) for path, code in mended.items()} if by_code else {}

    def of(self, path: Path) -> Path:
        if self.same:
            return path
        for length in range(len(path), 0, -1):
            if path[:length] in self.paths:
                return (*self.paths[path[:length]], *path[length:])
        return path


def _mended(definition: Definition) -> Iterator[tuple[Path, str]]:
    for name in ("series", "panels", "gradings"):
        for number, entry in enumerate(getattr(definition, name)):
            yield (name, number), f"{name}.{entry.code}"
    for path, code, _node, _parent in placed_nodes(definition):
        yield path, code
    for path, code, _clause, _item in placed_clauses(definition):
        yield path, code


# --- what was done to it ----------------------------------------------------------------------------------------------


def changes_of(rubric: Rubric) -> QuerySet[DraftChange]:
    """The history of a draft, the last change first, each with `is_undone`; without what the rows held."""
    again = DraftChange.objects.filter(rubric_id=OuterRef("rubric_id"), undoes=OuterRef("number"))
    changes = DraftChange.objects.filter(rubric=rubric).annotate(is_undone=Exists(again))
    return changes.order_by("-number").defer("before", "after")


def last_change(rubric: Rubric) -> DraftChange | None:
    """What undoing would take back next: the last change that neither is an undoing nor was undone."""
    return changes_of(rubric).exclude(verb=DraftChange.Verb.UNDONE).filter(is_undone=False).first()


def last_change_of(rubric: Rubric, kind: str, key: str) -> DraftChange | None:
    """What was done last to one entry itself."""
    changes = DraftChange.objects.filter(rubric=rubric, kind=kind, key=key).order_by("-number")
    return changes.defer("before", "after").first()


def shape_at(rubric: Rubric, kind: str, key: str, version: int) -> Mapping[str, Any] | None:
    """What an entry said at an earlier version of its own; None where the history does not tell (or only far back)."""
    changes = DraftChange.objects.filter(rubric=rubric, kind=kind, key=key).order_by("-number")
    for before in changes.values_list("before", flat=True)[:LOOKED_BACK]:
        for row in before:
            if (row["kind"], str(row["key"])) != (kind, key):
                continue
            if row.get("version", digest_of(row["shape"])) == version:
                shape: Mapping[str, Any] = row["shape"]
                return shape
    return None
