"""Steps 5 to 7: the value of items, categories and the total."""

from dataclasses import dataclass, field
from fractions import Fraction

from .figures import ZERO
from .moves import has_fired, item_moves
from .tree import Case, Node, Unit, node_applies


@dataclass(eq=False)
class Worth:
    """A node's value for one unit, what it carries over, and the lines of what bounds and rounding do."""

    value: Fraction
    carry: Fraction = ZERO
    start: Fraction = ZERO  # what the node begins with: its start, or the weighted sum of its children
    lines: list[tuple[str, Fraction]] = field(default_factory=list)

    def shift(self, reason: str, value: Fraction) -> None:
        """Set the value and note the difference as a line of the node itself."""
        if value != self.value:
            self.lines.append((reason, value - self.value))
            self.value = value


def zero_reason(case: Case, unit: Unit, node: Node) -> str | None:
    """Whether a fired forfeit names the node ("the item is worth 0 ...; with `acts_on: category` or `total`, that"), or
    a fired veto with `{zero: category}` or `{zero: total}` does ("the item's immediate parent")."""
    for clause in case.clauses():
        if clause.effect == "forfeit" and clause.target_node is node and has_fired(case, unit, clause):
            return "forfeit"
    for clause in case.clauses():
        scopes = [entry.get("zero") for entry in clause.list_of("consequences")] if clause.effect == "veto" else []
        named = ("category" in scopes and clause.item.parent is node) or ("total" in scopes and node.kind == "total")
        if named and has_fired(case, unit, clause):
            return "zero"
    return None


def items_acting_on(node: Node) -> list[Node]:
    """The items of which a clause may act on the node: itself, a category's immediate children, or all."""
    if node.kind == "item":
        return [node]
    below = node.walk() if node.kind == "total" else node.children
    return [item for item in below if item.kind == "item"]


def acting_on(case: Case, unit: Unit, node: Node) -> Fraction:
    """The awards and deductions (and what vetoes deduct) that act on this node."""
    moves = [move for item in items_acting_on(node) for move in item_moves(case, unit, item)]
    return sum((move.points for move in moves if move.node is node), ZERO)


def hold_in_bounds(node: Node, worth: Worth) -> None:
    """ "held within floor and ceiling"; "With `floor: none` the node's own value is held at 0 and what is beyond is
    carried into the parent"."""
    if node.floor is None and worth.value < 0:
        worth.carry = worth.value
        worth.shift("carried", ZERO)
    elif node.floor is not None and worth.value < node.floor:
        worth.shift("floor", node.floor)
    if node.ceiling is not None and worth.value > node.ceiling:
        worth.shift("ceiling", node.ceiling)


def hold_at_zero(node: Node, worth: Worth, reason: str | None) -> None:
    """ "A forfeited or zeroed node is worth 0, or its floor where that is higher, or what it was where that is less,
    and carries nothing"."""
    if reason is not None:
        floor = node.floor if node.floor is not None else ZERO
        worth.carry = ZERO
        worth.shift(reason, min(worth.value, max(ZERO, floor)))


def item_worth(case: Case, unit: Unit, item: Node) -> Worth:
    """Step 5: "start (full marks or 0) + awards − deductions; forfeited → 0; then held within floor and ceiling, and
    rounded"; "What an item carries over is rounded as the item is"."""
    start = ZERO if item.raw.get("start") == "zero" else item.points
    worth = Worth(start + acting_on(case, unit, item), start=start)
    hold_in_bounds(item, worth)
    hold_at_zero(item, worth, zero_reason(case, unit, item))
    if case.rounds_items:
        worth.shift("rounding", case.rounded(worth.value))
        worth.carry = case.rounded(worth.carry)
    return worth


def mean_of_peers(case: Case, unit: Unit, node: Node) -> Fraction | None:
    """`mean`: "of the node's final values over the units of the same series to which it applies, if there are none over
    all to which it applies, if none at all as skip"."""
    everyone = [other for other in case.units if node_applies(node, other)]
    peers = [other for other in everyone if other.series == unit.series] or everyone
    values = [own_worth(case, other, node).value for other in peers]
    return sum(values, ZERO) / len(values) if values else None


def given_worth(case: Case, unit: Unit, node: Node) -> Worth | None:
    """What a node that does not apply is given: `when_not_applicable: skip | full | mean | scale`; "rounded as the node
    is". None: it has no value for the unit."""
    way = node.raw.get("when_not_applicable") or "skip"
    if way not in ("full", "mean"):
        return None
    value = node.points if way == "full" else mean_of_peers(case, unit, node)
    if value is None:
        return None
    if node.kind == "item" and case.rounds_items:
        value = case.rounded(value)
    return Worth(value, lines=[(way, value)])


def worth_of(case: Case, unit: Unit, node: Node) -> Worth | None:
    """A node's value for the unit, its own or the one it is given; None if it is left out. The parent applies."""
    return own_worth(case, unit, node) if node_applies(node, unit) else given_worth(case, unit, node)


def own_worth(case: Case, unit: Unit, node: Node) -> Worth:
    return item_worth(case, unit, node) if node.kind == "item" else sum_worth(case, unit, node)


def is_scaled(unit: Unit, node: Node) -> bool:
    """`scale`: "its siblings are scaled up to the parent's points"."""
    return any(
        child.raw.get("when_not_applicable") == "scale" and not node_applies(child, unit) for child in node.children
    )


def scaled_sum(case: Case, unit: Unit, node: Node, weighted: Fraction, marks: Fraction) -> Fraction:
    """ "the parent's weighted sum of its remaining children × its points ÷ their full marks"; "none left: 0 and a
    notice"; for a scaled top category the total marks are the parent's points."""
    points = case.total_marks(unit) if node.kind == "total" else node.points
    return weighted * points / marks if marks else ZERO


def sum_worth(case: Case, unit: Unit, node: Node) -> Worth:
    """Steps 6 and 7. Category: "the weighted sum of its children, and what acts on it, held within floor and ceiling;
    `{zero: category}` acts here"; a pool "begins at its points (full) or at 0 (zero)". Total: the same, "no
    ceiling; held at 0 unless a top category that applies to the unit has `floor: none`; `{zero: total}` acts here"."""
    children = [(child, worth_of(case, unit, child)) for child in node.children]
    remaining = [(child, worth) for child, worth in children if worth is not None]
    start = node.points if node.is_pool and node.raw["start"] == "full" else ZERO
    weighted = sum((child.weight * worth.value for child, worth in remaining), ZERO)
    worth = Worth(start + weighted, start=start + weighted)
    if is_scaled(unit, node):
        marks = sum((child.weight * child.points for child, _ in remaining), ZERO)
        worth.shift("scale", start + scaled_sum(case, unit, node, weighted, marks))
    for child, below in remaining:
        worth.shift("carried", worth.value + child.weight * below.carry)
    worth.value += acting_on(case, unit, node)
    if node.kind == "total":
        hold_total(unit, node, worth)
    else:
        hold_in_bounds(node, worth)
    hold_at_zero(node, worth, zero_reason(case, unit, node))
    if node.kind == "total":
        worth.shift("rounding", case.rounded(worth.value))
    return worth


def hold_total(unit: Unit, root: Node, worth: Worth) -> None:
    """ "held at 0 unless a top category that applies to the unit has `floor: none`"."""
    open_below = any(top.floor is None and node_applies(top, unit) for top in root.children)
    if worth.value < 0 and not open_below:
        worth.shift("floor", ZERO)


def final_total(case: Case, unit: Unit) -> Fraction:
    """ "ranks and gradings read the rounded total"."""
    return sum_worth(case, unit, case.root).value


def all_worths(case: Case, unit: Unit, node: Node) -> dict[str, Worth]:
    """ "`nodes` leaves out what does not apply; full and mean are shown with the value they are given": the node's own
    part of the tree, in reading order. Nothing below a node that does not apply is shown."""
    worth = worth_of(case, unit, node)
    if worth is None:
        return {}
    found = {node.code: worth}
    if node_applies(node, unit):
        for child in node.children:
            found |= all_worths(case, unit, child)
    return found


def shown_nodes(case: Case, unit: Unit) -> dict[str, Fraction]:
    """ "shown, and read by gradings and tie-breakers, as rounded"."""
    found: dict[str, Fraction] = {}
    for top in case.root.children:
        found |= {code: case.rounded(worth.value) for code, worth in all_worths(case, unit, top).items()}
    return found
