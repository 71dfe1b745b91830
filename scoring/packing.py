"""A unit's result as one compressed JSON text, and back. Numbers are kept as strings, so that nothing is lost."""

from __future__ import annotations

import json
import zlib
from datetime import date
from decimal import Decimal
from typing import Any

from scoring.engine import Line, NodeResult, Notice, UnitResult

LEVEL = 6


def pack(unit: UnitResult) -> bytes:
    """Everything of the result that has no column of its own."""
    data = {
        "converted": None if unit.converted is None else str(unit.converted),
        "nodes": {code: _numbers(node) for code, node in unit.nodes.items()},
        "whole": _numbers(unit.whole),
        "lines": [_line(line) for line in unit.lines],
        "notices": [[notice.code, notice.about, notice.params] for notice in unit.notices],
        "pending": list(unit.pending),
        "counted": sorted(unit.counted),
    }
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), default=str)
    return zlib.compress(text.encode(), LEVEL)


def unpack(body: bytes, **columns: Any) -> UnitResult:
    """The result again; `columns` are what stands beside the body: code, title, series, total, rank, grades …"""
    data = json.loads(zlib.decompress(bytes(body)))
    return UnitResult(
        converted=None if data["converted"] is None else Decimal(data["converted"]),
        nodes={code: _node(fields) for code, fields in data["nodes"].items()},
        whole=_node(data["whole"]),
        lines=[_read_line(fields) for fields in data["lines"]],
        notices=[Notice(code, about, params) for code, about, params in data["notices"]],
        pending=tuple(data["pending"]),
        counted=frozenset(data["counted"]),
        **columns,
    )


def _numbers(node: NodeResult) -> list[Any]:
    return [str(node.value), str(node.points), str(node.start), *([1] if node.given else [])]


def _node(fields: list[Any]) -> NodeResult:
    value, points, start = (Decimal(number) for number in fields[:3])
    return NodeResult(value, points, start, given=len(fields) > 3)


def _line(line: Line) -> list[Any]:
    said = str(line.date) if line.date else None
    return [
        line.clause,
        line.fact,
        line.node,
        str(line.face),
        str(line.points),
        line.reason,
        line.matter,
        said,
        str(line.count),
    ]


def _read_line(fields: list[Any]) -> Line:
    clause, fact, node, face, points, reason, matter, said, count = fields
    line = Line(clause, fact, node, Decimal(face), Decimal(points), reason)
    line.matter, line.count = matter, Decimal(count)
    line.date = date.fromisoformat(said) if said else None
    return line
