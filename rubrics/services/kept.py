"""The text of a rubric file, kept for the way out: its comments, and the order and the style of what did not change."""

from __future__ import annotations

from rubrics.models import KeptFile, Rubric


def keep_file(rubric: Rubric, text: str) -> None:
    """Keep the text of the YAML file that a rubric was loaded from. JSON has neither comments nor style."""
    if text.strip() and not text.lstrip().startswith("{"):
        KeptFile.objects.update_or_create(rubric=rubric, defaults={"text": text})


def copy_kept_file(original: Rubric, copy: Rubric) -> None:
    """A copy keeps the comments of what it was copied from."""
    for text in KeptFile.objects.filter(rubric=original).values_list("text", flat=True):
        keep_file(copy, text)
