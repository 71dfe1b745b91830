"""What the services of this room share: refusals, the scope of the journal, rows of a sheet, checking what is said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from appraisal_site.toolkit.models import compare_and_set
from evidence import outline, policies
from evidence.facts import FactChecker, read_fact
from evidence.models import SheetItem, Submission
from evidence.said import to_stored
from evidence.selectors.records import bare_unit
from rubrics import selectors as rubrics_selectors
from rubrics import services as rubrics_services
from rubrics.kinds.problems import errors_in

if TYPE_CHECKING:
    from rubrics.definition import CommonClause, Definition
    from rubrics.models import Enrolment


UNFINISHED = ("missing", "one_of", "date_needed")
"""Problems that go away by entering more."""


class Refused(Exception):
    """Something cannot be done now; ``code`` says why (the views have the sentence)."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


@dataclass
class Invalid(Exception):
    """What was entered cannot be kept as it is: a sentence for each field, "" for the entry as a whole."""

    problems: dict[str, str] = field(default_factory=dict)
    incomplete: bool = False
    """Whether nothing is wrong but that something is still to be entered."""

    def __str__(self) -> str:
        return "; ".join(self.problems.values())


def scope_of(enrolment: Enrolment) -> str:
    """The journal's chain of one unit in one cycle."""
    return f"cycle:{enrolment.cycle_id}/unit:{enrolment.unit_id}"


def definition_for(enrolment: Enrolment) -> Definition:
    return rubrics_selectors.definition_of(enrolment.cycle.rubric)


def clause_for(definition: Definition, code: str) -> CommonClause:
    """The clause of that full code; Refused where the rubric has none."""
    clause = definition.clauses.get(code)
    if clause is None:
        raise Refused("no_clause", clause=code)
    return clause


def touch(enrolment: Enrolment, *, sheet: int | None = None) -> None:
    """Note that a record that counts changed. Called first in a transaction, it also makes the unit's writers queue.

    ``sheet`` is the version of the sheet that was judged open before: Refused where it was handed in or given back
    meanwhile, and where the cycle got another version of its rubric, against which nothing was checked.
    """
    rubrics_services.touch_records(enrolment)
    if rubrics_selectors.rubric_in_force(enrolment.cycle_id) != enrolment.cycle.rubric_id:
        raise Refused("other_rubric")
    if sheet is not None and sheet != sheet_version(submission_of(enrolment)):
        raise Refused("closed")


def locked(enrolment: Enrolment, submission: Submission | None) -> Refused:
    """Why the unit cannot write in its sheet now: prerequisites are open, or it is closed."""
    return Refused("prerequisites" if policies.waits_for_prerequisites(enrolment, submission) else "closed")


def submission_of(enrolment: Enrolment) -> Submission | None:
    return Submission.objects.filter(enrolment=enrolment).first()


def sheet_version(submission: Submission | None) -> int:
    """The sheet's version, which only handing in and giving back raise; one that is not begun counts as its first."""
    return submission.version if submission else 1


def ensure_submission(enrolment: Enrolment) -> Submission:
    """The sheet's row, made with the first thing that is saved."""
    return Submission.objects.get_or_create(enrolment=enrolment)[0]


def item_row(submission: Submission | None, item_code: str) -> SheetItem | None:
    if submission is None:
        return None
    return SheetItem.objects.filter(submission=submission, item_code=item_code).first()


def set_item(submission: Submission, item_code: str, **changes: Any) -> SheetItem:
    """Write the row of an item, whatever its version: the caller has compared what had to be compared."""
    changes.setdefault("save_key", "")  # whoever writes without one is not the request that wrote before
    row, made = SheetItem.objects.get_or_create(submission=submission, item_code=item_code, defaults=changes)
    if made or all(getattr(row, name) == value for name, value in changes.items()):
        return row
    return compare_and_set(row, version=row.version, **changes)


def note_saved(submission: Submission) -> datetime:
    """When the sheet was last saved; kept beside the version, which only states raise."""
    now = timezone.now()
    Submission.objects.filter(pk=submission.pk).update(saved_at=now)
    submission.saved_at = now
    return now


def check_fact(enrolment: Enrolment, code: str, said: Mapping[str, Any], extras: Mapping[str, Any]) -> None:
    """Raise Invalid where what a fact says does not fit its clause; all problems at once."""
    definition = definition_for(enrolment)
    if extras.get("exempt_reason") and not outline.may_ask_exemption(clause_for(definition, code)):
        raise Invalid({"exempt_reason": _("Exemption is asked for only where points would be lost.")})
    entry: dict[str, Any] = {"clause": code, **to_stored(said)}
    entry |= {name: extras[name] for name in ("share", "date", "matter", "note", "modifiers") if extras.get(name)}
    fact, problems = read_fact(entry, definition, stored=True)
    if fact is not None:
        problems = [*problems, *FactChecker(definition).check(bare_unit(enrolment), fact, ())]
    found: dict[str, str] = {}
    errors = errors_in(problems)
    for problem in errors:
        found.setdefault(_field(problem.path), problem.text(get_language() or "zh-hans"))
    if found:
        raise Invalid(found, incomplete=all(problem.code in UNFINISHED for problem in errors))


def _field(path: tuple[Any, ...]) -> str:
    """The field of the form that a problem's path leads to."""
    names = [str(part) for part in path if isinstance(part, str)]
    if "inputs" in names[:-1]:
        return ".".join(names[names.index("inputs") :])
    return names[-1] if names else ""
