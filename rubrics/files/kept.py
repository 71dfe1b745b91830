"""Today's data laid over the file they came from: what did not change stays as it was written, comments and all.

A value that changed replaces only itself; entries that came or went are told by their codes. The text is changed at
the signs that a value takes up, so that nothing else moves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rubrics.checks import read_definition
from rubrics.definition import canonical
from rubrics.files.drafted import draft_shape
from rubrics.files.reading import FileProblems, read_plain
from rubrics.files.spans import Span, spans_of
from rubrics.files.stored import as_file
from rubrics.files.writing import block_lines, flow_text, is_short, write_yaml

Body = tuple[str, str]
"""An entry of a block: the blank and comment lines above it, and its text from key or dash on."""


def write_over(text: str, data: dict[str, Any]) -> str:
    """The text of a file that reads back as `data`, as near to the kept `text` as can be."""
    text = text.replace("\r\n", "\n").lstrip("\ufeff")
    try:
        old = _said(text)
        root = spans_of(text)
    except FileProblems:
        return write_yaml(data)
    if root is None or root.kind != "map":
        return write_yaml(data)
    laid = text[: root.start] + _Layer(text).value(root, old, data, 0) + text[root.end :]
    return laid if _says(laid, data) else write_yaml(data)


def _said(text: str) -> dict[str, Any]:
    """What a text says, in the form in which data are compared. Raises FileProblems."""
    data = read_plain(text.encode())
    definition, _problems = read_definition(data)
    return as_file(canonical(definition) if definition is not None else draft_shape(data)[0])


def _says(text: str, data: dict[str, Any]) -> bool:
    try:
        return _said(text) == data
    except FileProblems:
        return False


class _Layer:
    def __init__(self, text: str) -> None:
        self.text = text

    def value(self, span: Span, old: Any, new: Any, indent: int) -> str:
        """The text of a value from its first to its last sign. `indent` is the column its entries stand in."""
        if old == new:
            return self.text[span.start : span.end]
        if span.kind == "map" and isinstance(old, Mapping) and isinstance(new, Mapping) and span.children and new:
            return self._flow_map(span, old, new) if span.flow else self._block_map(span, old, new, indent)
        pairs = _pairs(span, old, new)
        if pairs is not None and span.children and new:
            return self._flow_list(span, pairs) if span.flow else self._block_list(span, pairs, indent)
        return flow_text(new) if span.flow or is_short(new) else ""

    # --- flow style: on one line, or wrapped ---

    def _flow_map(self, span: Span, old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
        parts: list[tuple[int | None, str]] = []
        for name, place in _key_order(span, old, new):
            if place is None:
                parts.append((None, f"{flow_text(name)}: {flow_text(new[name])}"))
            elif old.get(name) == new.get(name):
                parts.append((place, self.text[span.keys[place].start : span.children[place].end]))
            else:
                child = span.children[place]
                parts.append((place, self._between(span, place) + self.value(child, old.get(name), new[name], 0)))
        return self._joined(span, parts, [key.start for key in span.keys])

    def _flow_list(self, span: Span, pairs: Sequence[tuple[int | None, Any, Any]]) -> str:
        parts = [
            (place, flow_text(new) if place is None else self.value(span.children[place], old, new, 0))
            for place, old, new in pairs
        ]
        return self._joined(span, parts, [child.start for child in span.children])

    def _joined(self, span: Span, parts: list[tuple[int | None, str]], starts: list[int]) -> str:
        """Parts within their brackets, each with what stood before it."""
        written = self.text[span.start : starts[0]]
        for number, (place, part) in enumerate(parts):
            if number:
                kept = self.text[span.children[place - 1].end : starts[place]] if place else ", "
                written += kept
            written += part
        return written + self.text[span.children[-1].end : span.end]

    def _between(self, span: Span, place: int) -> str:
        """A key with what stands between it and its value; an empty value gets its blank."""
        text = self.text[span.keys[place].start : span.children[place].start]
        return text if text.endswith((" ", "\n")) else f"{text.rstrip(':')}: "

    # --- block style: an entry begins a line ---

    def _block_map(self, span: Span, old: Mapping[str, Any], new: Mapping[str, Any], indent: int) -> str:
        column = self._column(span.start)
        bodies: list[Body] = []
        for name, place in _key_order(span, old, new):
            if place is None:
                bodies.append(("", _entry(name, new[name], column)))
            else:
                bodies.append((self._above(span, place), self._key_body(span, place, (old.get(name), new.get(name)))))
        return _stacked(bodies, column)

    def _key_body(self, span: Span, place: int, values: tuple[Any, Any]) -> str:
        key, child = span.keys[place], span.children[place]
        if values[0] == values[1]:
            return self.text[key.start : child.stop]
        made = self.value(child, *values, self._column(child.start))
        if not made:
            return _entry(key.key, values[1], self._column(key.start))
        alone = not child.flow and child.kind != "scalar" and is_short(values[1]) and made == flow_text(values[1])
        head = f"{self.text[key.start : key.end]}: " if alone else self._between(span, place)
        return head + made + self.text[child.end : child.stop]

    def _block_list(self, span: Span, pairs: Sequence[tuple[int | None, Any, Any]], indent: int) -> str:
        column = self._column(span.start)
        bodies: list[Body] = []
        spaced = any(self._above(span, place).startswith("\n") for place in range(1, len(span.children)))
        for place, old, new in pairs:
            if place is None:
                bodies.append(("\n" if spaced and bodies else "", _item(new, column)))
                continue
            child = span.children[place]
            made = self.value(child, old, new, self._column(child.start))
            dash = self.text[self._dash(child.start) : child.start]
            body = f"{dash}{made}{self.text[child.end : child.stop]}" if made else _item(new, column)
            bodies.append((self._above(span, place), body))
        return _stacked(bodies, column)

    def _dash(self, start: int) -> int:
        return self.text.rindex("-", 0, start)

    def _above(self, span: Span, place: int) -> str:
        """The blank and comment lines above an entry; those above the first belong to what it stands in."""
        if place == 0:
            return ""
        start = span.keys[place].start if span.kind == "map" else self._dash(span.children[place].start)
        between = self.text[span.children[place - 1].stop : start]
        return between[1 : between.rfind("\n") + 1]

    def _column(self, place: int) -> int:
        return place - (self.text.rfind("\n", 0, place) + 1)


def _key_order(span: Span, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[tuple[str, int | None]]:
    """The keys to write: those of the text that stay where they are, new ones behind the one they follow in the data.

    A key that the text gives although it says what is assumed anyway stays as long as it does.
    """
    kept: list[tuple[str, int | None]] = [
        (key.key, place)
        for place, key in enumerate(span.keys)
        if key.key in new or old.get(key.key) == new.get(key.key)
    ]
    before = ""
    for name in new:
        if span.child(name) is None and old.get(name) != new[name]:
            names = [each for each, _ in kept]
            kept.insert(names.index(before) + 1 if before in names else len(kept) and 1, (name, None))
        before = name
    return kept


def _pairs(span: Span, old: Any, new: Any) -> list[tuple[int | None, Any, Any]] | None:
    """Each entry of a new list with the place of the old one it goes on from; None where lists cannot be compared."""
    if span.kind != "list" or not isinstance(old, list) or not isinstance(new, list):
        return None
    if len(old) != len(span.children):
        return None
    names = [list(_names(entries)) for entries in (old, new)]
    if all(len(set(each)) == len(each) for each in names):
        places = {name: place for place, name in enumerate(names[0])}
        return [
            (places.get(name), old[places[name]] if name in places else None, entry)
            for name, entry in zip(names[1], new, strict=True)
        ]
    return [
        (place if place < len(old) else None, old[place] if place < len(old) else None, entry)
        for place, entry in enumerate(new)
    ]


def _names(entries: list[Any]) -> Iterator[str]:
    """What tells the entries of a list apart: their codes, or what they say."""
    for entry in entries:
        yield str(entry.get("code") or entry) if isinstance(entry, Mapping) else f"={entry!r}"


def _entry(name: str, value: Any, column: int) -> str:
    """A key with its value in block style."""
    if not isinstance(value, (dict, list)) or is_short(value):
        return f"{flow_text(name)}: {flow_text(value)}"
    inner = column + 2 if isinstance(value, dict) else column
    return "\n".join([f"{flow_text(name)}:", *_shifted(block_lines(value), inner)])


def _item(value: Any, column: int) -> str:
    """An entry of a list in block style."""
    if not isinstance(value, (dict, list)) or is_short(value):
        return f"- {flow_text(value)}"
    lines = _shifted(block_lines(value), column + 2)
    return "- " + "\n".join(lines).lstrip()


def _shifted(lines: list[str], column: int) -> list[str]:
    return [f"{' ' * column}{line}" if line else line for line in lines]


def _stacked(bodies: list[Body], column: int) -> str:
    """Entries below one another. The first begins where the text already stands in its column."""
    blank = " " * column
    written = ""
    for number, (above, body) in enumerate(bodies):
        if number:
            written += f"\n{above}{blank}{body}"
        else:
            lead = above.lstrip()
            written += f"{lead}{blank}{body}" if lead else body
    return written
