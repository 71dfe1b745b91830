"""A rubric and its facts without a fault, into which tests plant one at a time."""

from typing import Any

from rubrics.files import read_yaml

Json = dict[str, Any]

RUBRIC = """
format: appraisal-rubric/1
code: demo
title: Demo
year: 2026
total: 30
series: [{code: s, title: S}, {code: t, title: T}]
providers: [{code: office, title: Office}]
period: {from: 01-01, to: 12-31}
panels:
  - {code: p, options: {good: 80, poor: 40}, ballot_quota: {good: 0.5}, groups: [{code: g, weight: 1}]}
  - {code: q, scale: 10, groups: [{code: g}]}
categories:
  - code: k
    title: K
    points: 20
    provider: office
    shares: [{code: lead, value: 0.8}]
    items:
      - code: i
        points: 10
        groups: [{code: both, limit: 3, clauses: [c, d]}]
        clauses:
          - {code: c, text: c, effect: deduct, basis: count, points: 1, modifiers: [{code: m, times: 2}]}
          - {code: d, text: d, effect: deduct, basis: count, points: 1}
          - {code: month, text: month, effect: deduct, basis: count, points: 1, limit_per: {month: 1}}
          - {code: veto, text: veto, effect: veto, consequences: [{downgrade: 1, grading: g}]}
      - code: j
        points: 10
        start: zero
        clauses:
          - {code: bands, text: bands, effect: award, basis: bands, bands: [{at_least: 1, points: 1}, {at_least: 2, points: 2}]}
          - {code: manual, text: manual, effect: award, basis: manual, min: 1, max: 5, step: 0.5}
          - {code: choices, text: choices, effect: award, basis: manual, choices: [0, 3]}
          - {code: rank, text: rank, effect: award, basis: rank, table: [3, 2]}
          - {code: each, text: each, effect: award, basis: rank, gather: each, table: [3, 2]}
          - {code: level, text: level, effect: award, basis: level, levels: [{code: a, points: 1}, {code: b, points: 2}]}
          - {code: weights, text: weights, effect: award, basis: steps, weights: {x: 1}, start_at: 0, step: 1, points: 1}
          - {code: ratio, text: ratio, effect: award, basis: ratio, points: 1, target: 3}
          - {code: gap, text: gap, effect: award, basis: steps, reading: gap, start_at: 0, step: 1, points: 1}
          - {code: relative, text: relative, effect: award, basis: relative, method: best_ratio, points: 1}
          - {code: targets, text: targets, effect: award, basis: targets, points: 5}
          - {code: formula, text: formula, effect: award, basis: formula, expression: a + 1, inputs: [{code: a}], min: 0, max: 3}
          - {code: panel, text: panel, effect: award, basis: panel, panel: p, points: 1}
          - {code: linked, text: linked, effect: award, basis: linked, source: other, points: 1}
  - code: pool
    points: 10
    start: full
    items: [{code: z, points: 0, start: zero, clauses: [{code: c, text: c, effect: deduct, basis: count, points: 1}]}]
ranking: {tie_breakers: [k], out_of_rank: {series: [t]}}
gradings:
  - code: g
    rules:
      - {code: best, merit: 1, when: {total_at_least: 20, node_at_least: {k: 1}, has_fact: [k.i.c]}, quota: {s: 1}}
      - {code: rest, merit: 2, when: {in_series: [s], holds_grade: {code: best}, any: [{total_below: 3}]}}
procedure:
  phases: [review]
  reviewers: [{code: few, min: 1, max: 3}]
  certificate: {grades: [best]}
  authorities: [{code: a, action: assess, grade: best}]
  demands: [{code: d, text: d}]
"""

FACTS = """
format: appraisal-facts/1
rubric: demo
units:
  - code: u
    series: s
    holds: [{code: best, years: 1}]
    targets: {k.j: [{code: one, points: 3, value: 10}, {code: two, points: 2}]}
    not_applicable: [pool]
    facts:
      - {clause: k.i.c, id: f0, count: 1, date: 2026-03-01, share: lead, modifiers: [m]}
      - {clause: k.j.manual, points: 1.5}
      - {clause: k.j.choices, points: 3}
      - {clause: k.j.rank, rank: 1, of: 3}
      - {clause: k.j.level, level: a}
      - {clause: k.j.targets, target: one, value: 3}
      - {clause: k.j.formula, inputs: {a: 1}}
      - {clause: k.j.linked, score: 1, of: 2}
      - {clause: k.j.weights, level: x}
      - {clause: k.i.month, date: 2026-03-01}
      - {clause: k.j.bands, value: 3}
      - {clause: k.j.relative, value: 3}
  - {code: v, series: s, member_of: u, facts: []}
ratings:
  - {panel: p, group: g, unit: u, values: [good, null]}
  - {panel: q, group: g, unit: u, values: [7]}
"""


def rubric() -> Json:
    return read_yaml(RUBRIC.encode())  # type: ignore[no-any-return]


def facts() -> Json:
    return read_yaml(FACTS.encode())  # type: ignore[no-any-return]


def at(data: Any, path: str) -> Any:
    """The part of the data at `categories.0.items.1`."""
    for part in path.split("."):
        data = data[int(part)] if isinstance(data, list) else data[part]
    return data


def plant(data: Json, path: str, value: Any) -> Json:
    """Put a value at a path of the data; `...` takes the key away; a path that ends in `+` adds to a list."""
    holder, _, last = path.rpartition(".")
    place = at(data, holder) if holder else data
    if last == "+":
        place.append(value)
    elif isinstance(place, list):
        place[int(last)] = value
    elif value is ...:
        del place[last]
    else:
        place[last] = value
    return data
