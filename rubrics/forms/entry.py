"""The form of one entry of a draft: its controls follow from the declarations of the entry's fields."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from rubrics.definition.declared import Declared, in_words
from rubrics.definition.entries import fields_of
from rubrics.forms.controls import Control, EntryForm, Option, Row
from rubrics.forms.typed import LEFT_OPEN, NONE, ROOT, read_post, typed_of
from rubrics.kinds.numbers import plain
from rubrics.kinds.problems import Problem

__all__ = ["Control", "EntryForm", "Option", "Options", "entry_form", "read_post", "typed_of", "whole_shape"]

Options = Mapping[str, Sequence[tuple[str, str]]]
"""What codes can name, by `Declared.refers`: (code, title) in the order of the rubric."""
LONGEST_NAME = 48
ORDERED = frozenset({"phases", "tie_breakers"})
"""Lists of codes whose order means something."""


def whole_shape(shape: Mapping[str, Any], stored: Mapping[str, Any], problems: Iterable[Problem]) -> dict[str, Any]:
    """The shape to save: what was typed, and what is stored wherever what was typed is wrong."""
    wrong = {str(problem.path[0]) for problem in problems if problem.path}
    return {**shape, **{name: stored[name] for name in wrong if name in stored}}


def entry_form(
    kind: str,
    data: Mapping[str, Any],
    *,
    section: str = "",
    problems: Sequence[Problem] = (),
    options: Options | None = None,
    lang: str = "zh-hans",
    grow: str = "",
) -> EntryForm:
    """The form for an entry's data, stored or as typed; `grow` names the list that gets one more empty row."""
    maker = _Maker(options or {}, lang, grow, _by_name(problems, lang))
    made = tuple(maker.control(one, data.get(one.name), ROOT) for one in fields_of(kind, data, section=section))
    if kind == "head" and section in ("rounding", "period", "ranking", "procedure", "providers") and len(made) == 1:
        made = _opened(made[0])
    rest = tuple(text for name, texts in maker.problems.items() if name not in maker.named for text in texts)
    return EntryForm(
        usual=tuple(control for control in made if not control.rare),
        rare=tuple(control for control in made if control.rare),
        problems=rest,
    )


def _opened(section: Control) -> tuple[Control, ...]:
    """The one record of a section lies open: its fields are the form."""
    return section.controls if section.holds == "record" else (section,)


def _by_name(problems: Sequence[Problem], lang: str) -> dict[str, list[str]]:
    named: dict[str, list[str]] = {}
    for problem in problems:
        name = ".".join((ROOT, *map(str, problem.path)))
        named.setdefault(name, []).append(in_words(problem, lang))
    return named


class _Maker:
    """Makes controls, and remembers which problems have found their place."""

    def __init__(self, options: Options, lang: str, grow: str, problems: dict[str, list[str]]) -> None:
        self.options = options
        self.lang = lang
        self.grow = grow
        self.problems = problems
        self.named: set[str] = set()

    def control(self, one: Declared, value: Any, prefix: str) -> Control:
        name = f"{prefix}.{one.name}"
        made = Control(
            name=name,
            label=one.title_in(self.lang),
            holds=one.holds,
            template=f"rubrics/bench/fields/_{_TEMPLATES.get(one.holds, one.holds)}.html",
            help=one.help_in(self.lang),
            rare=one.rare,
            width=_WIDTH_OF.get(one.name) or _WIDTHS.get(one.holds, "w6"),
            restructures=one.name in ("effect", "basis") and prefix == ROOT,
        )
        made = _FILLERS.get(one.holds, _Maker._plain)(self, made, one, value)
        return replace(made, problems=tuple(self._problems_at(made)))

    def _problems_at(self, control: Control) -> list[str]:
        """Those of the control itself, and those below it that no control inside it shows."""
        found = []
        for name, texts in self.problems.items():
            below = name.startswith(f"{control.name}.") and name not in self.named
            if name == control.name or below:
                found += texts
                self.named.add(name)
        return found

    # --- one filler for each thing a field can hold ------------------------------------------------------------------

    def _plain(self, made: Control, one: Declared, value: Any) -> Control:
        if one.refers and one.holds == "text":
            return replace(
                made, template="rubrics/bench/fields/_choice.html", options=self._named(one, [_shown(value)])
            )
        return replace(made, value=_shown(value))

    def _choice(self, made: Control, one: Declared, value: Any) -> Control:
        text = _shown(value)
        options = tuple(
            Option(c.code, c.title_in(self.lang), c.code == text) for c in one.choices if c.code != one.default
        )
        usual = one.choice_in(one.default, self.lang) if one.default else ""
        return replace(made, value="" if text == one.default else text, options=options, parts={"usual": usual})

    def _bound(self, made: Control, one: Declared, value: Any) -> Control:
        unbounded = value == NONE
        return replace(made, on=unbounded, value="" if unbounded else _shown(value))

    def _flag(self, made: Control, one: Declared, value: Any) -> Control:
        return replace(made, on=value is True)

    def _codes(self, made: Control, one: Declared, value: Any) -> Control:
        codes = [_shown(code) for code in value or ()]
        if one.name in ORDERED:
            return self._sequence(made, one, codes)
        if one.choices:
            options = tuple(Option(c.code, c.title_in(self.lang), c.code in codes) for c in one.choices)
            return replace(made, options=options, value=" ".join(codes))
        if one.refers in ("tag", "cycle", ""):
            return replace(made, template="rubrics/bench/fields/_list.html", value="、".join(codes))
        many = len(self.options.get(one.refers, ())) > 12
        template = "rubrics/bench/fields/_pick.html" if many else made.template
        return replace(made, template=template, options=self._named(one, codes), value=" ".join(codes))

    def _sequence(self, made: Control, one: Declared, codes: list[str]) -> Control:
        """Codes whose order matters: a row for each."""
        known = [(c.code, c.title_in(self.lang)) for c in one.choices] or self.options.get(one.refers, ())
        shown = [*codes, ""] if made.name == self.grow or not codes else codes
        rows = tuple(
            Row(
                f"{made.name}.{place}", place, key=code, options=_options(known, [code]),
                first=place == 0, last=place == len(shown) - 1,
            )
            for place, code in enumerate(shown)
        )  # fmt: skip
        return replace(made, template="rubrics/bench/fields/_sequence.html", rows=rows, value=" ".join(codes))

    def _numbers(self, made: Control, one: Declared, value: Any) -> Control:
        return replace(made, value="、".join(LEFT_OPEN[0] if one is None else _shown(one) for one in value or ()))

    def _map(self, made: Control, one: Declared, value: Any) -> Control:
        pairs = [(_shown(key), _shown(number)) for key, number in (value or {}).items()]
        if made.name == self.grow or not pairs:
            pairs.append(("", ""))
        rows = tuple(
            Row(
                f"{made.name}.{place}", place, key=key, value=number,
                options=self._named(one, [key]) if one.refers else (),
                first=place == 0, last=place == len(pairs) - 1,
            )
            for place, (key, number) in enumerate(pairs)
        )  # fmt: skip
        return replace(made, rows=rows, value="+" if value else "")

    def _provider(self, made: Control, one: Declared, value: Any) -> Control:
        by_series = dict(value) if isinstance(value, Mapping) else {}
        codes = [value] if isinstance(value, str) else list(value or ()) if not by_series else []
        rows = tuple(
            Row(f"{made.name}.by.{code}", place, key=title, options=self._provided(_listed(by_series.get(code))))
            for place, (code, title) in enumerate(self._series(by_series))
        )
        mode = "series" if by_series else ""
        return replace(made, mode=mode, options=self._provided(codes), by_series=rows, value=" ".join(codes))

    def _series(self, named: Collection[str]) -> list[tuple[str, str]]:
        """The series of the rubric, and those that are named although they are not there."""
        known = list(self.options.get("series", ()))
        codes = {code for code, _ in known}
        return [*known, *((code, code) for code in named if code not in codes)]

    def _provided(self, codes: Collection[str]) -> tuple[Option, ...]:
        return _options(self.options.get("provider", ()), codes)

    def _applies_to(self, made: Control, one: Declared, value: Any) -> Control:
        said = {key: _listed(codes) for key, codes in (value or {}).items()}
        parts = {
            "series": _options(self.options.get("series", ()), said.get("series", ())),
            "tags": "、".join(said.get("tags", ())),
            "units": "、".join(said.get("units", ())),
            "known_tags": [code for code, _ in self.options.get("tag", ())],
        }
        return replace(made, parts=parts, value="+" if any(said.values()) else "")

    def _quota(self, made: Control, one: Declared, value: Any) -> Control:
        given = value if isinstance(value, Mapping) else {}
        percent = "percent" in given
        mode = "percent" if percent else "series" if given else "every" if value not in (None, "") else ""
        rows = tuple(
            Row(f"{made.name}.by.{code}", place, key=title, value="" if percent else _shown(given.get(code)))
            for place, (code, title) in enumerate(self._series({} if percent else given))
        )
        parts = {
            "every": _shown(value) if mode == "every" else "",
            "percent": _shown(given.get("percent")) if percent else "",
            "up": given.get("partial") == "up",
        }
        return replace(made, mode=mode, by_series=rows, parts=parts)

    def _record(self, made: Control, one: Declared, value: Any) -> Control:
        data = value or {}
        inner = tuple(self.control(part, data.get(part.name), made.name) for part in one.fields)
        return replace(made, controls=inner, value="+" if data else "")

    def _records(self, made: Control, one: Declared, value: Any) -> Control:
        records = [row for row in value or () if isinstance(row, Mapping)]
        if made.name == self.grow:
            records = [*records, {}]
        rows = tuple(
            Row(
                f"{made.name}.{place}", place,
                controls=tuple(self.control(p, row.get(p.name), f"{made.name}.{place}") for p in one.fields),
                first=place == 0, last=place == len(records) - 1, title=_called(row),
            )
            for place, row in enumerate(records)
        )  # fmt: skip
        return replace(made, rows=rows)

    def _named(self, one: Declared, codes: Collection[str]) -> tuple[Option, ...]:
        return _options(self.options.get(one.refers, ()), codes)


def _options(known: Sequence[tuple[str, str]], chosen: Collection[str]) -> tuple[Option, ...]:
    """All that can be named, and what is named although it is not there, so that nothing is lost by saving.

    Of several that are chosen the order is theirs, and they stand first: saving moves nothing.
    """
    titles = dict(known)
    if len(chosen) > 1:
        first = tuple(Option(code, titles.get(code, code), True) for code in chosen)
        return (*first, *(Option(code, title) for code, title in known if code not in chosen))
    lost = tuple(Option(code, code, True) for code in chosen if code and code not in titles)
    return (*(Option(code, title, code in chosen) for code, title in known), *lost)


def _called(row: Mapping[str, Any]) -> str:
    """What a record is called where it is folded: its title, its text, else its code."""
    name = str(row.get("title") or row.get("text") or row.get("code") or "")
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else [str(code) for code in value or ()]


def _shown(value: Any) -> str:
    """A value as a person would type it."""
    if value is None:
        return ""
    return plain(value) if hasattr(value, "as_tuple") else str(value)


_FILLERS: dict[str, Any] = {
    "choice": _Maker._choice,
    "bound": _Maker._bound,
    "flag": _Maker._flag,
    "codes": _Maker._codes,
    "numbers": _Maker._numbers,
    "number_map": _Maker._map,
    "code_map": _Maker._map,
    "provider": _Maker._provider,
    "applies_to": _Maker._applies_to,
    "quota": _Maker._quota,
    "record": _Maker._record,
    "records": _Maker._records,
}
_WIDTH_OF = {"ref": "w4", "per": "w3", "unit": "w3", "code": "w4", "plus": "w3"}
_TEMPLATES = {"whole": "number", "code": "text", "numbers": "text", "number_map": "map", "code_map": "map",
              "month_day": "text"}  # fmt: skip
_WIDTHS = {"long_text": "w12", "records": "w12", "record": "w12", "applies_to": "w12", "provider": "w12",
           "number_map": "w12", "code_map": "w12", "codes": "w12", "flag": "w12", "quota": "w12",
           "number": "w3", "whole": "w3", "choice": "w4", "bound": "w4", "month_day": "w3"}  # fmt: skip
