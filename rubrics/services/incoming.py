"""A rubric file brought in over a draft."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction

from rubrics.models import DraftChange, Rubric
from rubrics.services.editing import replace_content
from rubrics.services.kept import keep_file

if TYPE_CHECKING:
    from rubrics.definition import Definition
    from units.models import User


@transaction.atomic
def bring_in(
    *,
    actor: User | None,
    rubric: Rubric,
    version: int | str,
    content: Definition | Mapping[str, Any],
    file_text: str = "",
) -> DraftChange | None:
    """Put a file's content in the place of what the draft holds; `file_text` is kept where the file was YAML.

    Raises what `replace_content` raises: Conflict, Refused, PermissionDenied. None where nothing differs.
    """
    change = replace_content(actor=actor, rubric=rubric, version=version, content=content)
    if file_text:
        keep_file(rubric, file_text)
    return change
