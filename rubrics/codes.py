"""How people write codes and tags."""

from __future__ import annotations

import re

UNIT_CODE = r"^[a-z0-9][a-z0-9_.-]*\Z"


def split_tags(text: str) -> list[str]:
    """Tags as people write them: between commas or blanks, each once, in order."""
    return list(dict.fromkeys(tag for tag in re.split(r"[\s,，、;；]+", text) if tag))
