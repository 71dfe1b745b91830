"""Which entry of the one definition is which of the other: by code, else renamed, else moved elsewhere."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable

from rubrics.definition import canonical_json
from rubrics.differences.entries import Entry

Key = Callable[[Entry], Hashable | None]


class Pairs:
    """The entries of two trees that belong together; what is left over came or went."""

    def __init__(self, old: Entry, new: Entry) -> None:
        self.new_of: dict[Entry, Entry] = {}
        self.old_of: dict[Entry, Entry] = {}
        self._parent: dict[Entry, Entry] = {}
        for root in (old, new):
            self._learn(root)
        self._pair(old, new)
        for key in (_same_name, _same_content):
            self._match(list(old.all_below()), list(new.all_below()), key)

    def parent(self, entry: Entry) -> Entry:
        return self._parent[entry]

    def moved(self) -> set[Entry]:
        """New entries that stand under another parent, or at another place among those that stayed beside them."""
        found: set[Entry] = set()
        families: dict[tuple[Entry, str], list[tuple[Entry, Entry]]] = defaultdict(list)
        for old, new in self.new_of.items():
            if new not in self._parent:
                continue
            if self.new_of.get(self._parent[old]) is not self._parent[new]:
                found.add(new)
            else:
                families[(self._parent[new], new.kind)].append((old, new))
        for (parent, _kind), pairs in families.items():
            places = {entry: place for place, entry in enumerate(parent.below)}
            before = {entry: place for place, entry in enumerate(self.old_of[parent].below)}
            ordered = [new for _old, new in sorted(pairs, key=lambda pair: before[pair[0]])]
            found |= _out_of_order([(new, places[new]) for new in ordered])
        return found

    def _learn(self, root: Entry) -> None:
        for entry in root.below:
            self._parent[entry] = root
            self._learn(entry)

    def _pair(self, old: Entry, new: Entry) -> None:
        """These two, and what stands below them by code, else by what it says."""
        self.new_of[old], self.old_of[new] = new, old
        fresh = dict(_numbered(new.below))
        for name, entry in _numbered(old.below):
            if name in fresh:
                self._pair(entry, fresh[name])
        self._match(old.below, new.below, _same_content)

    def _match(self, old: Iterable[Entry], new: Iterable[Entry], key: Key) -> None:
        """Pair what is left of both where exactly one on each side has the same key; outer entries come first."""
        left, right = self._alone(old, self.new_of, key), self._alone(new, self.old_of, key)
        for name, entries in left.items():
            found = right.get(name, ())
            if len(entries) == 1 == len(found) and entries[0] not in self.new_of and found[0] not in self.old_of:
                self._pair(entries[0], found[0])

    def _alone(self, entries: Iterable[Entry], paired: dict[Entry, Entry], key: Key) -> dict[Hashable, list[Entry]]:
        found: dict[Hashable, list[Entry]] = defaultdict(list)
        for entry in entries:
            name = None if entry in paired else key(entry)
            if name is not None:
                found[name].append(entry)
        return found


def _numbered(entries: Iterable[Entry]) -> list[tuple[Hashable, Entry]]:
    """Entries by kind, code and how many before them have it too: a draft may name two of them alike."""
    seen: Counter[tuple[str, str]] = Counter()
    found: list[tuple[Hashable, Entry]] = []
    for entry in entries:
        name = (entry.kind, entry.code)
        found.append(((*name, seen[name]), entry))
        seen[name] += 1
    return found


def _same_name(entry: Entry) -> Hashable | None:
    """Moved elsewhere: it kept its code and what it is called."""
    return (entry.kind, entry.code, entry.title) if entry.title else None


def _same_content(entry: Entry) -> Hashable | None:
    """Renamed: it says the same, word for word and figure for figure."""
    return (entry.kind, canonical_json(entry.says)) if entry.title else None


def _out_of_order(placed: list[tuple[Entry, int]]) -> set[Entry]:
    """The fewest entries that have to be taken out so that the places of the others only grow."""
    tails: list[int] = []
    chain: list[int] = []
    before: list[int] = [-1] * len(placed)
    for index, (_entry, place) in enumerate(placed):
        at = bisect_left(tails, place)
        before[index] = chain[at - 1] if at else -1
        if at == len(tails):
            tails.append(place)
            chain.append(index)
        else:
            tails[at], chain[at] = place, index
    kept: set[int] = set()
    index = chain[-1] if chain else -1
    while index >= 0:
        kept.add(index)
        index = before[index]
    return {entry for index, (entry, _place) in enumerate(placed) if index not in kept}
