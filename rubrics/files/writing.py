"""File-shaped data as YAML text: keys in their given order, short entries on one line."""

from __future__ import annotations

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
        if not top and _is_short(value):
            made.fa.set_flow_style()
        return made
    if isinstance(value, list):
        made_list = CommentedSeq(_laid_out(part) for part in value)
        if value and not any(isinstance(part, dict) for part in value) and _is_short(value):
            made_list.fa.set_flow_style()
        return made_list
    if isinstance(value, str) and scalar_of(value) != value:
        return SingleQuotedScalarString(value)
    return value


def _is_short(value: Any) -> bool:
    return len(str(value)) <= _SHORT
