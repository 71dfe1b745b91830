"""Every difference between a shipped rubric and the register of its regulation, in both directions."""

from collections.abc import Iterator
from typing import Any

from tests.registers.plain import Row, as_list, bare, by_code, clauses, nodes, normal_clause, normal_node, points_of

BOUNDS = ("floor", "limit", "exclusive", "ceiling", "shares")
STRUCTURE = ("code", "title", "text", "ref", "note", "items", "categories", "clauses")
# Said in a rubric for the reader or the form; a difference only where the register says something too.
FREE_IN_CLAUSE = ("evidence",)
FREE_IN_PROCEDURE = ("code", "text", "title", "ref", "note", "phase", "evidence")
RESERVED = ("rubric", "series", "panels", "gradings", "procedure")


def differences(data: dict[str, Any], rows: list[Row]) -> list[str]:
    """One sentence for each difference; empty if rubric and register say the same."""
    by_head: dict[str, list[Row]] = {head: [] for head in (*RESERVED, "")}
    for row in rows:
        head = row.code.split(".")[0]
        by_head[head if head in RESERVED else ""].append(row)
    return [
        *_tree(data, by_head[""]),
        *_top(data, by_head["rubric"]),
        *_series(data, by_head["series"]),
        *_panels(data, by_head["panels"]),
        *_gradings(data, by_head["gradings"]),
        *_procedure(data.get("procedure") or {}, by_head["procedure"]),
    ]


# ---------------------------------------------------------------------------------------------- categories to clauses


def _tree(data: dict[str, Any], rows: list[Row]) -> Iterator[str]:
    wanted_nodes = {row.code: dict(row.parameters) for row in rows if row.kind in ("category", "item")}
    wanted_clauses = {
        row.code: {"effect": row.effect, "basis": row.basis, **row.parameters} for row in rows if row.kind == "clause"
    }
    for row in rows:
        if row.kind not in ("category", "item", "clause"):
            yield from _add_bound(row, wanted_nodes, wanted_clauses)
    found_nodes, found_clauses = dict(nodes(data)), dict(clauses(data))
    yield from _missing("node", wanted_nodes, found_nodes)
    yield from _missing("clause", wanted_clauses, found_clauses)
    refs = {row.code: row.ref for row in rows if row.kind in ("category", "item", "clause")}
    for code, found in [*found_nodes.items(), *found_clauses.items()]:
        if not found.get("title") and not found.get("text"):
            yield f"{code}: has neither title nor text"
        if code in refs and found.get("ref") != refs[code]:
            yield f"{code}: ref is {found.get('ref')!r}, register {refs[code]!r}"
    for code, fields in wanted_nodes.items():
        if code in found_nodes:
            node = found_nodes[code]
            shown = {key: value for key, value in node.items() if key not in STRUCTURE} | {"points": points_of(node)}
            yield from _compare(code, normal_node(shown), normal_node(fields))
    for code, fields in wanted_clauses.items():
        if code in found_clauses:
            free = [*STRUCTURE, *(key for key in FREE_IN_CLAUSE if key not in fields)]
            shown = {key: value for key, value in found_clauses[code].items() if key not in free}
            yield from _compare(code, normal_clause(shown), normal_clause(fields))


def _add_bound(row: Row, wanted_nodes: dict[str, Any], wanted_clauses: dict[str, Any]) -> Iterator[str]:
    """A register's row for a bound, group or modifier goes to the node or clause it belongs to."""
    owner, _, last = row.code.rpartition(".")
    target = wanted_nodes.get(owner) if owner in wanted_nodes else wanted_clauses.get(owner)
    if target is None:
        yield f"register: {row.code} belongs to nothing in the register"
    elif last in BOUNDS and set(row.parameters) == {last}:
        if target.get(last, row.parameters[last]) != row.parameters[last]:
            yield f"register: {row.code} contradicts {owner}"
        target[last] = row.parameters[last]
    elif "group" in row.parameters:
        target.setdefault("groups", []).append({"code": last, **row.parameters["group"]})
    elif "modifier" in row.parameters:
        if row.parameters["modifier"] not in target.setdefault("modifiers", []):
            target["modifiers"].append(row.parameters["modifier"])
    else:
        yield f"register: {row.code} is of no known sort"


# ---------------------------------------------------------------------------------------------- what stands beside them


def _top(data: dict[str, Any], rows: list[Row]) -> Iterator[str]:
    for row in rows:
        for field, wanted in row.parameters.items():
            found = data.get(field)
            if field == "providers":
                yield from _missing("provider", by_code(wanted), by_code(found or []))
            elif field == "ranking":
                yield from _compare(row.code, _ranking(found), _ranking(wanted))
            else:
                yield from _compare(row.code, {field: found}, {field: wanted})
    said = {field for row in rows for field in row.parameters}
    for field in ("providers", "period", "ranking"):
        there = _ranking(data.get(field)) if field == "ranking" else data.get(field)
        if there and field not in said:
            yield f"rubric.{field}: not in the register"


def _ranking(ranking: dict[str, Any] | None) -> dict[str, Any]:
    return {key: value for key, value in (ranking or {}).items() if (key, value) != ("ties", "competition")}


def _series(data: dict[str, Any], rows: list[Row]) -> Iterator[str]:
    wanted = {row.code.removeprefix("series."): row.parameters for row in rows}
    found = by_code(data.get("series") or [])
    yield from _missing("series", wanted, found)
    named = {unit for _, node in nodes(data) for unit in as_list((node.get("applies_to") or {}).get("units", []))}
    for code, fields in wanted.items():
        # Other numbers in these rows count units, which the cycle enrols.
        if code in found:
            yield from _compare(f"series.{code}", _only(found[code], "total"), _only(fields, "total"))
        if isinstance(fields.get("units"), list) and named != set(fields["units"]):
            yield f"series.{code}: the rubric names the units {sorted(named)}, register {sorted(fields['units'])}"


def _panels(data: dict[str, Any], rows: list[Row]) -> Iterator[str]:
    wanted = {row.code.removeprefix("panels."): row.parameters for row in rows}
    found = by_code(data.get("panels") or [])
    yield from _missing("panel", wanted, found)
    for code in wanted.keys() & found.keys():
        yield from _compare(f"panels.{code}", _panel(found[code]), _panel(wanted[code]))


def _panel(panel: dict[str, Any]) -> dict[str, Any]:
    defaults = {"combine": "mean", "weigh_by": "group"}
    short = {key: value for key, value in bare(panel).items() if key not in STRUCTURE and defaults.get(key) != value}
    return short | {"groups": by_code(short.get("groups") or [])}


def _gradings(data: dict[str, Any], rows: list[Row]) -> Iterator[str]:
    wanted: dict[str, dict[str, Any]] = {}
    for row in sorted(rows, key=lambda row: row.code.count(".")):
        _, grading, rule, *consequence = row.code.split(".")
        if consequence:
            if f"{grading}.{rule}" not in wanted:
                yield f"register: {row.code} has no rule"
                continue
            wanted[f"{grading}.{rule}"].setdefault("consequences", []).extend(row.parameters["consequences"])
        else:
            wanted[f"{grading}.{rule}"] = dict(row.parameters)
    found = {
        f"{grading['code']}.{rule['code']}": {key: value for key, value in rule.items() if key not in STRUCTURE}
        for grading in data.get("gradings") or []
        for rule in grading["rules"]
    }
    yield from _missing("rule", wanted, found)
    if set(wanted) == set(found) and list(wanted) != list(found):
        yield f"gradings: the rules stand in the order {list(found)}, register {list(wanted)}"
    for code in wanted.keys() & found.keys():
        yield from _compare(f"gradings.{code}", _rule(found[code]), _rule(wanted[code]))


def _rule(rule: dict[str, Any]) -> dict[str, Any]:
    short: dict[str, Any] = bare({key: value for key, value in rule.items() if (key, value) != ("tie", "extend")})
    return short | {"consequences": by_code(bare(short.get("consequences") or []))}


def _procedure(procedure: dict[str, Any], rows: list[Row]) -> Iterator[str]:
    wanted_entries: dict[str, dict[str, Any]] = {}
    seen: dict[str, Any] = {}
    for row in rows:
        _, field, *entry = row.code.split(".")
        found = procedure.get(field)
        if entry and isinstance(found, list):
            wanted_entries[f"{field}.{entry[0]}"] = row.parameters
        elif entry:
            seen.setdefault(field, set()).update(row.parameters)
            yield from _compare(row.code, _only(found or {}, *row.parameters), row.parameters)
        else:
            yield from _compare(row.code, {field: found}, row.parameters)
        seen.setdefault(field, set())
    yield from (f"procedure.{field}: not in the register" for field in procedure.keys() - seen.keys())
    for field, keys in seen.items():
        if keys:
            yield from (
                f"procedure.{field}.{key}: not in the register" for key in procedure.get(field, {}).keys() - keys
            )
    found_entries = {
        f"{field}.{entry['code']}": entry
        for field, entries in procedure.items()
        if isinstance(entries, list)
        for entry in entries
        if isinstance(entry, dict)
    }
    yield from _missing("entry of procedure", wanted_entries, found_entries)
    for code in wanted_entries.keys() & found_entries.keys():
        said, wanted = found_entries[code], wanted_entries[code]
        free = [key for key in FREE_IN_PROCEDURE if key not in wanted]
        shown = {key: value for key, value in said.items() if key not in free}
        yield from _compare(f"procedure.{code}", shown, wanted)
        if code.split(".")[0] in ("demands", "prerequisites") and not said.get("text"):
            yield f"procedure.{code}: has no text"


# ---------------------------------------------------------------------------------------------- comparing


def _only(fields: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: fields[key] for key in keys if key in fields}


def _missing(what: str, wanted: dict[str, Any], found: dict[str, Any]) -> Iterator[str]:
    yield from (f"{code}: {what} of the register is not in the rubric" for code in wanted if code not in found)
    yield from (f"{code}: {what} of the rubric is not in the register" for code in found if code not in wanted)


def _compare(code: str, found: dict[str, Any], wanted: dict[str, Any]) -> Iterator[str]:
    for key in sorted(found.keys() | wanted.keys()):
        if key not in found:
            yield f"{code}.{key}: missing, register {wanted[key]!r}"
        elif key not in wanted:
            yield f"{code}.{key}: {found[key]!r} is not in the register"
        elif found[key] != wanted[key]:
            yield f"{code}.{key}: {found[key]!r}, register {wanted[key]!r}"
