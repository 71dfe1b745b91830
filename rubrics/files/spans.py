"""A YAML text as a tree of spans: which signs of it each value takes up, so that one can be changed by itself."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Literal

from ruamel.yaml import YAML
from ruamel.yaml.events import (
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from rubrics.kinds.problems import Path

_COMMENT = re.compile(r"[ \t]+#[^\n]*|[ \t]+(?=\n|\Z)")


@dataclass
class Span:
    """A value in the text. `stop` lies behind the comment on its last line, where the value stands in block style; a
    block ends there too.

    Children of a mapping are its values; `keys` are their keys, in the same order.
    """

    kind: Literal["scalar", "map", "list"]
    start: int
    end: int
    flow: bool
    key: str = ""
    stop: int = 0
    keys: list[Span] = field(default_factory=list)
    children: list[Span] = field(default_factory=list)

    def child(self, name: str) -> int | None:
        """The place of the value under a key."""
        return next((place for place, key in enumerate(self.keys) if key.key == name), None)


def spans_of(text: str) -> Span | None:
    """The tree of a text that has been read without problems; None where it holds nothing."""
    root: Span | None = None
    stack: list[Span] = []
    for event in YAML(typ="safe", pure=True).parse(text):
        if isinstance(event, (MappingEndEvent, SequenceEndEvent)):
            _close(text, stack.pop(), event)
            continue
        made = _span(text, event, inside_flow=bool(stack) and stack[-1].flow)
        if made is None:
            continue
        if stack:
            _add(stack[-1], made)
        root = root or made
        if made.kind != "scalar":
            stack.append(made)
    return root


def _span(text: str, event: Any, *, inside_flow: bool) -> Span | None:
    start, end = event.start_mark, event.end_mark
    if isinstance(event, ScalarEvent):
        last = start.index + len(text[start.index : end.index].rstrip()) if event.style in ("|", ">") else end.index
        stop = last if inside_flow else _behind_comment(text, last)
        return Span("scalar", start.index, last, inside_flow, event.value, stop)
    if isinstance(event, (MappingStartEvent, SequenceStartEvent)):
        kind: Literal["map", "list"] = "map" if isinstance(event, MappingStartEvent) else "list"
        return Span(kind, start.index, end.index, bool(event.flow_style))
    return None


def _add(holder: Span, made: Span) -> None:
    if holder.kind == "map" and len(holder.keys) == len(holder.children):
        holder.keys.append(made)
    else:
        holder.children.append(made)


def _close(text: str, span: Span, event: Any) -> None:
    if span.flow:
        span.end = event.end_mark.index
        span.stop = _behind_comment(text, span.end)
    elif span.children:
        span.end = span.stop = span.children[-1].stop


def _behind_comment(text: str, place: int) -> int:
    match = _COMMENT.match(text, place)
    return match.end() if match else place


def line_of(text: str, root: Span | None, path: Path) -> int:
    """The line on which what a path leads to begins, or the nearest thing around it; 0 where there is no text."""
    if root is None:
        return 0
    place, span = root.start, root
    for part in path:
        number = part if isinstance(part, int) else span.child(part)
        if number is None or number >= len(span.children):
            break
        place = span.keys[number].start if span.kind == "map" else span.children[number].start
        span = span.children[number]
    return text.count("\n", 0, place) + 1
