"""Why a file is not taken: a code and the figures its sentence needs. The sentences are in ``evidence.wording``."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(eq=False)
class Refused(Exception):
    """Why a file is not taken: code and the figures its sentence needs."""

    code: str
    params: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.code
