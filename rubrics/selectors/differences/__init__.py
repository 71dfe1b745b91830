"""What changed from one version of a rubric to another, as finished values for pages."""

from rubrics.selectors.differences.page import Page, page_of
from rubrics.selectors.differences.reading import definition_shown, differences_of
from rubrics.selectors.differences.summary import Summary, beside, counted, predecessor_of, summary_of, versions_for

__all__ = [
    "Page",
    "Summary",
    "beside",
    "counted",
    "definition_shown",
    "differences_of",
    "page_of",
    "predecessor_of",
    "summary_of",
    "versions_for",
]
