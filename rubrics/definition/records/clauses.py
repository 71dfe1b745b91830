"""Clauses: what all have, and one class for every basis with the parameters that it declares."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, TypeAlias, Union, cast

from pydantic import Discriminator, Field, Tag, create_model

from rubrics.definition.records.common import EVERYONE, SLUG, AppliesTo, Codes, OptionalProvider, Slug
from rubrics.kinds import BARE, BASES
from rubrics.kinds.base import Flag, Kind, Plain
from rubrics.kinds.numbers import Figure, OpenFigure, OpenNumber, Ordinal


class Modifier(Plain):
    """What a fact may name to aggravate or lighten it: points × times, or points + plus."""

    code: str = Field(pattern=SLUG)
    title: str = ""
    times: OpenFigure = None
    plus: OpenNumber = None


class LimitPer(Plain):
    """The most points that a clause's facts dated within one month or quarter may move."""

    month: Figure | None = None
    quarter: Figure | None = None


class Consequence(Plain):
    """What a veto does beside firing: exactly one of the keys, `grading` only beside `downgrade`."""

    deduct: OpenFigure = None
    zero: Literal["total", "category"] | None = None
    bar_grades: Codes = ()
    cap_grade: str | None = None
    downgrade: Ordinal | None = None
    grading: str | None = None


class CommonClause(Plain):
    """What every clause has, whatever its basis."""

    code: Slug
    text: str = Field(min_length=1)
    effect: Literal["deduct", "award", "forfeit", "veto", "record"]
    ref: str = ""
    note: str = ""
    applies_to: AppliesTo = EVERYONE
    provider: OptionalProvider = None
    evidence: Literal["required", "optional", "none"] = "optional"
    limit: OpenFigure = None
    limit_per: LimitPer | None = None
    acts_on: Literal["item", "category", "total"] = "item"
    modifiers: tuple[Modifier, ...] = ()
    escalate: tuple[Figure, ...] = ()
    at: Ordinal = 1
    consequences: tuple[Consequence, ...] = ()
    open: Flag = False

    _kind: ClassVar[Kind]

    @property
    def kind(self) -> Kind:
        """The declaration of the clause's basis."""
        return self._kind


def _clause_class(kind: Kind) -> type[CommonClause]:
    name = f"{(kind.code or 'bare').capitalize()}Clause"
    made = cast(type[CommonClause], create_model(name, __base__=(CommonClause, kind.parameters), __module__=__name__))
    made._kind = kind
    return made


CLAUSE_CLASSES: dict[str, type[CommonClause]] = {
    (kind.code or "bare"): _clause_class(kind) for kind in (*BASES.values(), BARE)
}
CLAUSE_TAGS = frozenset(CLAUSE_CLASSES)


def basis_tag(value: Any) -> str | None:
    """Which class reads a clause: by its basis; without one `count` for forfeits and vetoes, none for the others."""
    if isinstance(value, CommonClause):
        return value.kind.code or "bare"
    if not isinstance(value, Mapping):
        return "bare"
    basis = value.get("basis")
    if basis is None:
        return "count" if value.get("effect") in ("forfeit", "veto") else "bare"
    return basis if isinstance(basis, str) and basis in BASES else None


if TYPE_CHECKING:
    Clause: TypeAlias = CommonClause
else:
    Clause = Annotated[
        Union[tuple(Annotated[made, Tag(tag)] for tag, made in CLAUSE_CLASSES.items())],  # noqa: UP007
        Discriminator(basis_tag),
    ]
"""Any clause; its basis decides which class reads it."""
