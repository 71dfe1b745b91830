"""File-shaped data as YAML text: keys in their given order, short entries on one line."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.representer import RoundTripRepresenter
from ruamel.yaml.scalarstring import SingleQuotedScalarString

from rubrics.files.reading import scalar_of
from rubrics.kinds.numbers import plain

_SHORT = 110


class _Representer(RoundTripRepresenter):
    def ignore_aliases(self, data: Any) -> bool:
        """One object in two places is written out twice: the reader refuses anchors and aliases."""
        return True


def _decimal(representer: Any, number: Decimal) -> Any:
    text = plain(number)
    return representer.represent_scalar(f"tag:yaml.org,2002:{'float' if '.' in text else 'int'}", text)


_Representer.add_representer(Decimal, _decimal)


def write_yaml(data: Any) -> str:
    """The text of a file that reads back as the same data."""
    writer = YAML()
    writer.Representer = _Representer
    writer.width = 120
    writer.allow_unicode = True
    writer.indent(mapping=2, sequence=4, offset=2)
    stream = StringIO()
    writer.dump(_laid_out(data, top=True), stream)
    return stream.getvalue()


def _laid_out(value: Any, *, top: bool = False) -> Any:
    if isinstance(value, dict):
        made = CommentedMap((key, _laid_out(part)) for key, part in value.items())
        if not top and is_short(value):
            made.fa.set_flow_style()
        return made
    if isinstance(value, list):
        made_list = CommentedSeq(_laid_out(part) for part in value)
        if value and not any(isinstance(part, dict) for part in value) and is_short(value):
            made_list.fa.set_flow_style()
        return made_list
    if isinstance(value, str) and scalar_of(value) != value:
        return SingleQuotedScalarString(value)
    return value


def is_short(value: Any) -> bool:
    """Whether a value has room on one line."""
    return len(str(value)) <= _SHORT


def block_lines(value: Any) -> list[str]:
    """The lines of a mapping or list in block style; those of a list stand two columns in."""
    return write_yaml(value).splitlines()


def flow_text(value: Any) -> str:
    """A value on one line, as it may stand within brackets or by itself."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{flow_text(key)}: {flow_text(part)}" for key, part in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(flow_text, value)) + "]"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return _text(value) if isinstance(value, str) else plain(Decimal(value))


def _text(text: str) -> str:
    """A text bare where it can stand so, else in quotation marks."""
    if _BARE.fullmatch(text) and scalar_of(text) == text:
        return text
    if text.isprintable():
        return "'" + text.replace("'", "''") + "'"
    return _ESCAPED.sub(lambda sign: f"\\u{ord(sign[0]):04x}", json.dumps(text, ensure_ascii=False))


# Letters, digits and signs that mean nothing to YAML where they stand, blanks only between them.
_FIRST = r"\w.+/（）、，。；“”《》〔〕·—…<="
_BARE = re.compile(f"[{_FIRST}](?:[-*()$^%>~ {_FIRST}]*[-*()%>~{_FIRST}])?")
_ESCAPED = re.compile(r"[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
