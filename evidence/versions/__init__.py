"""What a sheet says, as one canonical record: made in one place, hashed, kept with every version, and compared.

Pure: no framework, no clock, no database. `content` shapes and hashes, `differences` compares two of them. The rows are
read by `evidence.selectors.content`.
"""

from evidence.versions.content import (
    FORMAT,
    Content,
    FactState,
    FileState,
    ItemState,
    PrerequisiteState,
    TargetState,
    canonical_bytes,
    content_data,
    content_from,
    fingerprint,
)
from evidence.versions.differences import Change, Changed, Keyed, Size, differences, size_of, touched

__all__ = [
    "FORMAT",
    "Change",
    "Changed",
    "Content",
    "FactState",
    "FileState",
    "ItemState",
    "Keyed",
    "PrerequisiteState",
    "Size",
    "TargetState",
    "canonical_bytes",
    "content_data",
    "content_from",
    "differences",
    "fingerprint",
    "size_of",
    "touched",
]
