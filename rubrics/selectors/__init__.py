"""Everything that is read of rubrics and cycles; the only door for other apps that want to know."""

from rubrics.selectors.cycles import (
    assignments_in,
    assignments_of,
    cycle_for,
    cycle_roles,
    cycles_for,
    enrolment_for,
    enrolments_for,
    enrolments_in,
    free_cycle_code,
    leaders_in,
    phases_of,
    provider_codes_of,
    provider_units_in,
    records_version_of,
    reviewers_in,
    schedule_of,
    unit_counts,
)
from rubrics.selectors.definitions import definition_of, file_shape_of
from rubrics.selectors.rubrics import clause_count, published_rubrics, rubric_for, rubrics_for

__all__ = [
    "assignments_in",
    "assignments_of",
    "clause_count",
    "cycle_for",
    "cycle_roles",
    "cycles_for",
    "definition_of",
    "enrolment_for",
    "enrolments_for",
    "enrolments_in",
    "file_shape_of",
    "free_cycle_code",
    "leaders_in",
    "phases_of",
    "provider_codes_of",
    "provider_units_in",
    "published_rubrics",
    "records_version_of",
    "reviewers_in",
    "rubric_for",
    "rubrics_for",
    "schedule_of",
    "unit_counts",
]
