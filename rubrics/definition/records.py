"""The records of a rubric: what `scoring-model` calls a rubric file, as frozen records with every default filled in.

Field names are a public interface: they are the keys of the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Any, ClassVar, Literal, Union

from pydantic import BeforeValidator, Discriminator, Field, Tag, WithJsonSchema, create_model, model_serializer
from pydantic_core import PydanticCustomError

from rubrics.kinds import BARE, BASES
from rubrics.kinds.base import Kind, OrMap, OrOne, OrText, Plain
from rubrics.kinds.numbers import Figure, Number, OpenFigure, OpenNumber, OpenOrdinal, Ordinal, Positive, Whole, as_number

FORMAT = "appraisal-rubric/1"
SLUG = r"^[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*$"
MONTH_DAY = r"^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"
RESERVED_CODES = ("gradings", "procedure", "panels", "series", "rubric")
WHOLE = "rubric"
"""The code of the total as a node: no category may be called so."""

Slug = Annotated[str, Field(pattern=SLUG)]
MonthDay = Annotated[str, Field(pattern=MONTH_DAY)]


def _codes(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


Codes = Annotated[tuple[str, ...], BeforeValidator(_codes), OrText()]
"""One code or a list of them."""


class AppliesTo(Plain):
    """Of several keys all must hold; within one key one member is enough. Empty: everyone."""

    series: Codes = ()
    tags: Codes = ()
    units: Codes = ()

    def __bool__(self) -> bool:
        return bool(self.series or self.tags or self.units)

    def covers(self, *, series: str | None, tags: frozenset[str], unit: str) -> bool:
        return (
            (not self.series or series in self.series)
            and (not self.tags or bool(tags.intersection(self.tags)))
            and (not self.units or unit in self.units)
        )


EVERYONE = AppliesTo()


class Provider(Plain):
    """Who supplies the facts: the same for all units (`codes`), or by series."""

    codes: tuple[str, ...] = ()
    by_series: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @model_serializer
    def _as_written(self) -> Any:
        if self.by_series:
            return {series: _one_or_list(codes) for series, codes in self.by_series}
        return _one_or_list(self.codes)

    def for_series(self, series: str | None) -> tuple[str, ...]:
        return dict(self.by_series).get(series or "", ()) if self.by_series else self.codes

    @property
    def all_codes(self) -> tuple[str, ...]:
        return self.codes or tuple(code for _, codes in self.by_series for code in codes)


def _one_or_list(codes: tuple[str, ...]) -> Any:
    return codes[0] if len(codes) == 1 else list(codes)


def _provider(value: Any) -> Any:
    if value is None or isinstance(value, Provider):
        return value
    if isinstance(value, str):
        return Provider(codes=(value,))
    if isinstance(value, (list, tuple)) and value and all(isinstance(code, str) for code in value):
        return Provider(codes=tuple(value))
    if isinstance(value, Mapping) and value:
        entries = tuple((str(series), _provider_codes(codes)) for series, codes in value.items())
        return Provider(by_series=entries)
    raise PydanticCustomError("provider", "a code, a list of codes, or a map by series")


def _provider_codes(value: Any) -> tuple[str, ...]:
    codes = _codes(value)
    if isinstance(codes, (list, tuple)) and codes and all(isinstance(code, str) for code in codes):
        return tuple(codes)
    raise PydanticCustomError("provider", "a code, a list of codes, or a map by series")


OptionalProvider = Annotated[
    Provider | None, BeforeValidator(_provider), WithJsonSchema({"type": ["string", "array", "object"]})
]


class Share(Plain):
    """A named part of one result: the lead unit's, a partner's."""

    code: str
    title: str = ""
    value: Annotated[
        Decimal | None,
        BeforeValidator(lambda v, info: _share(v, info)),
        WithJsonSchema({"type": ["number", "null"], "exclusiveMinimum": 0, "maximum": 1}),
    ] = None


def _share(value: Any, info: Any) -> Decimal | None:
    if value is None:
        return None
    number = as_number(value, stored=bool(info.context and info.context.get("stored")))
    if not 0 < number <= 1:
        raise PydanticCustomError("share_range", "a share lies above 0 and at most at 1", {"value": number})
    return number


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
    open: bool = False

    _kind: ClassVar[Kind]

    @property
    def kind(self) -> Kind:
        """The declaration of the clause's basis."""
        return self._kind


def _clause_class(kind: Kind) -> type[CommonClause]:
    name = f"{(kind.code or 'bare').capitalize()}Clause"
    made = create_model(name, __base__=(CommonClause, kind.parameters), __module__=__name__)
    made._kind = kind
    return made


CLAUSE_CLASSES: dict[str, type[CommonClause]] = {
    (kind.code or "bare"): _clause_class(kind) for kind in (*BASES.values(), BARE)
}
CLAUSE_TAGS = frozenset(CLAUSE_CLASSES)


def _basis_tag(value: Any) -> str | None:
    """Which class reads a clause: by its basis; without one `count` for forfeits and vetoes, none for the others."""
    if isinstance(value, CommonClause):
        return value.kind.code or "bare"
    if not isinstance(value, Mapping):
        return "bare"
    basis = value.get("basis")
    if basis is None:
        return "count" if value.get("effect") in ("forfeit", "veto") else "bare"
    return basis if isinstance(basis, str) and basis in BASES else None


Clause = Annotated[
    Union[tuple(Annotated[made, Tag(tag)] for tag, made in CLAUSE_CLASSES.items())],  # type: ignore[misc]  # noqa: UP007
    Discriminator(_basis_tag),
]


class Group(Plain):
    """A limit over several clauses of an item together."""

    code: Slug
    title: str = ""
    limit: OpenFigure = None
    clauses: Codes = ()
    open: bool = False


def _floor(value: Any, info: Any) -> Any:
    if value is None or value == "none":
        return value
    return as_number(value, stored=bool(info.context and info.context.get("stored")))


Bound = Annotated[
    Decimal | Literal["none"] | None,
    BeforeValidator(_floor),
    WithJsonSchema({"anyOf": [{"type": "number"}, {"const": "none"}]}),
]
"""A number, or `none` for no bound; None where the file leaves it to the default."""


class Node(Plain):
    """What items and categories share."""

    code: Slug
    title: str = ""
    points: OpenFigure = None
    weight: Figure = Decimal(1)
    floor: Bound = None
    ceiling: Bound = None
    exclusive: Literal["none", "matter"] = "none"
    applies_to: AppliesTo = EVERYONE
    when_not_applicable: Literal["skip", "full", "mean", "scale"] = "skip"
    provider: OptionalProvider = None
    ref: str = ""
    note: str = ""
    shares: tuple[Share, ...] = ()
    open: bool = False


class Item(Node):
    """A leaf of the tree that carries full marks and clauses."""

    start: Literal["full", "zero"] = "full"
    clauses: tuple[Clause, ...] = ()  # type: ignore[valid-type]
    groups: tuple[Group, ...] = ()


class Category(Node):
    """An inner node. With `start` it is one pool that its children move; otherwise the sum of its children."""

    start: Literal["full", "zero"] | None = None
    items: tuple[Item, ...] = ()
    categories: tuple[Category, ...] = ()

    @property
    def children(self) -> tuple[Item | Category, ...]:
        """In reading order: items, then nested categories."""
        return (*self.items, *self.categories)

    @property
    def is_pool(self) -> bool:
        return self.start is not None

    @cached_property
    def full_marks(self) -> Decimal:
        """The stated points, or Σ weight × points of all children."""
        if self.points is not None:
            return self.points
        return sum((child.weight * marks_of(child) for child in self.children), Decimal(0))


def marks_of(node: Item | Category) -> Decimal:
    """A node's full marks in points."""
    return node.full_marks if isinstance(node, Category) else (node.points or Decimal(0))


class Rounding(Plain):
    """digits after the point, how, and where: every item and the total, or the total alone."""

    digits: Whole = 2
    mode: Literal["half_up", "half_even", "down", "up"] = "half_up"
    at: Literal["item", "total"] = "item"


class Series(Plain):
    """A group of units within which ranks are given; `total` where it can reach only part of the marks."""

    code: Slug
    title: str = ""
    total: Figure | None = None
    note: str = ""


class ProviderEntry(Plain):
    code: Slug
    title: str = ""


class Period(Plain):
    """Facts dated outside are refused."""

    from_: MonthDay = Field(alias="from")
    to: MonthDay


class PanelGroup(Plain):
    code: Slug
    title: str = ""
    weight: Figure = Decimal(1)
    quorum: Whole = 0


def _options(value: Any) -> Any:
    if isinstance(value, Mapping):
        return tuple({"code": str(code), "value": worth} for code, worth in value.items())
    return value


class Option(Plain):
    code: str
    value: Figure


class OptionQuota(Plain):
    code: str
    part: Figure


def _ballot_quota(value: Any) -> Any:
    if isinstance(value, Mapping):
        return tuple({"code": str(code), "part": part} for code, part in value.items())
    return value


class Panel(Plain):
    """A set of people who rate units, in groups; ratings run from 0 to scale or choose among options."""

    code: Slug
    title: str = ""
    scale: Positive | None = None
    options: Annotated[tuple[Option, ...], BeforeValidator(_options), OrMap()] = ()
    ballot_quota: Annotated[tuple[OptionQuota, ...], BeforeValidator(_ballot_quota), OrMap()] = ()
    combine: Literal["mean", "trimmed"] = "mean"
    trim: Whole = 0
    weigh_by: Literal["group", "ballots"] = "group"
    groups: tuple[PanelGroup, ...] = ()
    note: str = ""

    @property
    def full(self) -> Decimal:
        """The top of the scale; with options and no scale the greatest option value."""
        if self.scale is not None:
            return self.scale
        return max((option.value for option in self.options), default=Decimal(100))


class HoldsGrade(Plain):
    code: str
    years: Figure = Decimal(1)


class When(Plain):
    """Conditions of a grading rule; all of them must hold."""

    total_at_least: Number | None = None
    total_below: Number | None = None
    node_at_least: Annotated[
        tuple[tuple[str, Decimal], ...], BeforeValidator(lambda v, info: _thresholds(v, info)), WithJsonSchema({"type": "object"})
    ] = ()
    rank_at_most: Ordinal | None = None
    rank_from_bottom_at_most: Ordinal | None = None
    within: Literal["series", "all"] = "series"
    has_fact: Codes = ()
    no_veto: bool | None = None
    has_tag: Codes = ()
    in_series: Codes = ()
    holds_grade: HoldsGrade | None = None
    any: tuple[When, ...] = ()


def _thresholds(value: Any, info: Any) -> Any:
    if not isinstance(value, Mapping):
        return value
    stored = bool(info.context and info.context.get("stored"))
    return tuple((str(code), as_number(number, stored=stored)) for code, number in value.items())


class Quota(Plain):
    """How many units a rule takes in each series: one number, a map by series, or a percentage of the series in rank."""

    every: int | None = None
    by_series: tuple[tuple[str, int], ...] = ()
    percent: Decimal | None = None
    partial: Literal["down", "up"] = "down"

    @model_serializer
    def _as_written(self) -> Any:
        if self.percent is not None:
            data: dict[str, Any] = {"percent": self.percent}
            return {**data, "partial": self.partial} if self.partial != "down" else data
        return dict(self.by_series) if self.every is None else self.every


def _quota(value: Any, info: Any) -> Any:
    if value is None or isinstance(value, Quota):
        return value
    stored = bool(info.context and info.context.get("stored"))
    if not isinstance(value, Mapping):
        return Quota(every=_places(value, stored))
    if "percent" not in value:
        return Quota(by_series=tuple((str(series), _places(count, stored)) for series, count in value.items()))
    percent = as_number(value["percent"], stored=stored)
    partial = value.get("partial", "down")
    if set(value) - {"percent", "partial"} or not 0 <= percent <= 100 or partial not in ("down", "up"):
        raise PydanticCustomError("quota", "a number, a map by series, or {percent, partial}")
    return Quota(percent=percent, partial=partial)


def _places(value: Any, stored: bool) -> int:
    number = as_number(value, stored=stored)
    if number < 0 or number != number.to_integral_value():
        raise PydanticCustomError("quota", "a number, a map by series, or {percent, partial}")
    return int(number)


class GradeConsequence(Plain):
    """What a grade brings. `value` is a number for use elsewhere (0.1 of a bonus, a quota of staff)."""

    code: Slug
    title: str = ""
    value: OpenNumber = None
    text: str = ""
    applies_to: AppliesTo = EVERYONE
    open: bool = False


class Rule(Plain):
    """One grade: the first rule from the top that takes a unit gives it its code."""

    code: Slug
    title: str = ""
    when: When = When()
    quota: Annotated[Quota | None, BeforeValidator(_quota), WithJsonSchema({"type": ["number", "object"]})] = None
    tie: Literal["extend", "stop", "tiebreak"] = "extend"
    merit: Ordinal | None = None
    consequences: tuple[GradeConsequence, ...] = ()
    ref: str = ""
    note: str = ""


class Grading(Plain):
    code: Slug
    title: str = ""
    rules: tuple[Rule, ...] = Field(min_length=1)
    ref: str = ""
    note: str = ""


class OutOfRank(Plain):
    tags: Codes = ()
    series: Codes = ()


class Ranking(Plain):
    """How ties share places, what separates them, and who takes no place."""

    ties: Literal["competition", "dense"] = "competition"
    tie_breakers: Codes = ()
    out_of_rank: OutOfRank = OutOfRank()


class Convert(Plain):
    """The total is also shown scaled, for use in another appraisal."""

    to: OpenFigure = None
    open: bool = False
    ref: str = ""
    text: str = ""


Phase = Literal[
    "application", "self_assessment", "verification", "review", "panel", "publicity", "appeal", "approval"
]


class Reviewers(Plain):
    code: str = ""
    text: str = ""
    min: OpenOrdinal = None
    max: OpenOrdinal = None
    applies_to: AppliesTo = EVERYONE
    open: bool = False
    ref: str = ""


class Prerequisite(Plain):
    code: Slug
    text: str = ""
    applies_to: AppliesTo = EVERYONE
    evidence: Literal["required", "optional", "none"] = "required"
    ref: str = ""
    open: bool = False


class Authority(Plain):
    code: Slug
    action: Literal["assess", "renew"]
    grade: str
    by: dict[str, str] = {}
    report_to: str | None = None
    text: str = ""
    ref: str = ""
    open: bool = False


class Demand(Plain):
    code: Slug
    text: str = ""
    phase: Phase | None = None
    evidence: Literal["required", "optional", "none"] = "none"
    ref: str = ""
    open: bool = False


class Deadline(Plain):
    code: Slug
    phase: Phase | None = None
    by: MonthDay | None = None
    text: str = ""
    ref: str = ""
    open: bool = False


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
    lapse: bool = False
    issuer: str = ""
    ref: str = ""
    open: bool = False


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
    rectification: bool = False
    open: bool = False


class Definition(Plain):
    """One year's rules."""

    format: Literal["appraisal-rubric/1"]
    code: Slug
    title: str = Field(min_length=1)
    year: Ordinal
    total: Figure
    rounding: Rounding = Rounding()
    series: tuple[Series, ...] = ()
    providers: tuple[ProviderEntry, ...] = ()
    period: Period | None = None
    panels: tuple[Panel, ...] = ()
    categories: tuple[Category, ...] = ()
    gradings: tuple[Grading, ...] = ()
    ranking: Ranking = Ranking()
    procedure: Procedure = Procedure()
    source: str = ""
    note: str = ""

    @cached_property
    def nodes(self) -> dict[str, Item | Category]:
        """Every node by its full code, in reading order."""
        return {code: node for code, node in walk(self.categories)}

    @cached_property
    def items(self) -> dict[str, Item]:
        """Every item by its full code, in reading order."""
        return {code: node for code, node in self.nodes.items() if isinstance(node, Item)}

    @cached_property
    def clauses(self) -> dict[str, CommonClause]:
        """Every clause by its full code, in reading order."""
        return {f"{code}.{clause.code}": clause for code, item in self.items.items() for clause in item.clauses}

    def total_of(self, series: str | None) -> Decimal:
        """The marks that units of a series can reach, in points."""
        entry = next((entry for entry in self.series if entry.code == series), None)
        return self.total if entry is None or entry.total is None else entry.total

    def panel(self, code: str) -> Panel | None:
        return next((panel for panel in self.panels if panel.code == code), None)

    def shares_of(self, code: str) -> tuple[Share, ...]:
        """The shares that serve a clause or node: those of the nearest node that has any."""
        parts = code.split(".")
        for length in range(len(parts), 0, -1):
            node = self.nodes.get(".".join(parts[:length]))
            if node is not None and node.shares:
                return node.shares
        return ()

    def providers_of(self, clause_code: str, series: str | None) -> tuple[str, ...]:
        """Who supplies the facts of a clause for units of a series: the nearest provider serves."""
        clause = self.clauses[clause_code]
        if clause.provider is not None:
            return clause.provider.for_series(series)
        parts = clause_code.split(".")[:-1]
        for length in range(len(parts), 0, -1):
            node = self.nodes[".".join(parts[:length])]
            if node.provider is not None:
                return node.provider.for_series(series)
        return ()


def walk(categories: tuple[Category, ...], prefix: str = "") -> Iterator[tuple[str, Item | Category]]:
    """Nodes with their full codes in reading order: a category, its items, then its nested categories."""
    for category in categories:
        code = f"{prefix}{category.code}"
        yield code, category
        for item in category.items:
            yield f"{code}.{item.code}", item
        yield from walk(category.categories, f"{code}.")

