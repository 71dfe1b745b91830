"""The procedure: what a regulation demands of the process."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator

from rubrics.definition.records.common import EVERYONE, AppliesTo, Codes, MonthDay, Slug
from rubrics.kinds.base import Flag, OrOne, Plain
from rubrics.kinds.numbers import OpenFigure, OpenOrdinal


class Convert(Plain):
    """The total is also shown scaled, for use in another appraisal."""

    to: OpenFigure = None
    open: Flag = False
    ref: str = ""
    text: str = ""


Phase = Literal["application", "self_assessment", "verification", "review", "panel", "publicity", "appeal", "approval"]


class Reviewers(Plain):
    code: str = ""
    text: str = ""
    min: OpenOrdinal = None
    max: OpenOrdinal = None
    applies_to: AppliesTo = EVERYONE
    open: Flag = False
    ref: str = ""


class Prerequisite(Plain):
    code: Slug
    text: str = ""
    applies_to: AppliesTo = EVERYONE
    evidence: Literal["required", "optional", "none"] = "required"
    ref: str = ""
    open: Flag = False


class Authority(Plain):
    code: Slug
    action: Literal["assess", "renew"]
    grade: str
    by: dict[str, str] = {}
    report_to: str | None = None
    text: str = ""
    ref: str = ""
    open: Flag = False


class Demand(Plain):
    code: Slug
    text: str = ""
    phase: Phase | None = None
    evidence: Literal["required", "optional", "none"] = "none"
    ref: str = ""
    open: Flag = False


class Deadline(Plain):
    code: Slug
    phase: Phase | None = None
    by: MonthDay | None = None
    text: str = ""
    ref: str = ""
    open: Flag = False


class Renewal(Plain):
    window: str = ""
    procedure: str = ""
    issues: str = ""


class Certificate(Plain):
    grades: Codes = ()
    valid_years: OpenFigure = None
    reapply_after_years: OpenFigure = None
    renewal: Renewal | None = None
    confirmation: str = ""
    lapse: Flag = False
    issuer: str = ""
    ref: str = ""
    open: Flag = False


def _reviewers(value: Any) -> Any:
    return [value] if isinstance(value, Mapping) else value


class Procedure(Plain):
    """What the regulation demands of the process; the cycle enforces it."""

    phases: tuple[Phase, ...] = ()
    publicity_days: OpenOrdinal = None
    publicity_of: Literal["results", "applicants"] = "results"
    reviewers: Annotated[tuple[Reviewers, ...], BeforeValidator(_reviewers), OrOne()] = ()
    prerequisites: tuple[Prerequisite, ...] = ()
    authorities: tuple[Authority, ...] = ()
    demands: tuple[Demand, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    certificate: Certificate | None = None
    convert: Convert | None = None
    rectification: Flag = False
    open: Flag = False
