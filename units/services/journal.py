"""The journal: append one row to a scope's chain, and check chains.

Scopes are "house", "cycle:3" and "cycle:3/unit:12": one chain for each unit in each cycle, so that clerks do not
queue for one. Append last in a transaction, and scopes in order of name where there are several: the scope's head
stays locked until the commit.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import Model, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from units import chain
from units.models import JournalEntry, JournalHead

if TYPE_CHECKING:
    from units.models import User

HOUSE = "house"
_BATCH = 2_000
_COLUMNS = (
    "scope",
    "number",
    "at",
    "actor_id",
    "actor_name",
    "verb",
    "object_type",
    "object_id",
    "object_label",
    "before",
    "after",
    "algorithm",
    "previous_hash",
)


class Verdict(NamedTuple):
    """What the check of one scope found: how many rows, the head, and the first row that does not fit, if any."""

    scope: str
    count: int
    head: str
    broken: chain.Break | None

    @property
    def ok(self) -> bool:
        """Whether every row fits."""
        return self.broken is None


def append(
    *, actor: User | None, scope: str, verb: str, obj: Any, before: Any = None, after: Any = None
) -> JournalEntry:
    """Append what was done to the chain of `scope`, in the caller's transaction, and return the row.

    `obj` is a saved model row (or a text, perhaps lazy, for what has no row). `before` and `after` are JSON-able
    records; Decimals and dates are kept as text, floats are refused with TypeError.
    """
    with transaction.atomic():
        head = _locked_head(scope)
        fields = {
            "scope": scope,
            "number": head.number + 1,
            "at": timezone.now(),
            "actor": actor.pk if actor else None,
            "actor_name": str(actor)[:120] if actor else "",
            "verb": verb,
            **_named(obj),
            "before": chain.plain(before),
            "after": chain.plain(after),
            "algorithm": chain.ALGORITHM,
            "previous_hash": head.hash,
        }
        digest = chain.entry_hash(fields)
        row = {**fields, "actor_id": fields["actor"], "hash": digest}
        del row["actor"]
        entry = JournalEntry.objects.create(**row)
        head.number, head.hash = entry.number, digest
        head.save(update_fields=["number", "hash"])
    return entry


def _locked_head(scope: str) -> JournalHead:
    """The scope's head, locked until the commit; on SQLite the transaction already holds the only write lock."""
    heads = JournalHead.objects.select_for_update()
    head = heads.filter(scope=scope).first()
    if head is None:
        JournalHead.objects.bulk_create([JournalHead(scope=scope, number=0, hash=chain.GENESIS)], ignore_conflicts=True)
        head = heads.get(scope=scope)
    return head


def _named(obj: Any) -> dict[str, str]:
    """How a row names the object: kind, key, and what it was called at that time (in the default language)."""
    with override(settings.LANGUAGE_CODE):
        label = str(obj)[:200]
    if not isinstance(obj, Model):
        return {"object_type": "", "object_id": "", "object_label": label}
    return {"object_type": obj._meta.label_lower, "object_id": str(obj.pk), "object_label": label}


def verify_chain(scope: str, *, progress: Callable[[int], None] | None = None) -> Verdict:
    """Check every row of `scope` and name the first that does not fit."""
    count = 0

    def links() -> Any:
        nonlocal count
        rows = JournalEntry.objects.filter(scope=scope).order_by("number").values_list(*_COLUMNS, "hash")
        for *values, digest in rows.iterator(chunk_size=_BATCH):
            fields = dict(zip(chain.FIELDS, values, strict=True))
            count += 1
            if progress and count % _BATCH == 0:
                progress(count)
            yield chain.Link(fields, digest)

    head = JournalHead.objects.filter(scope=scope).values_list("number", "hash").first()
    broken = chain.first_break(links(), head=head)
    return Verdict(scope, count, head[1] if head else chain.GENESIS, broken)


def _inside(prefix: str) -> Q:
    return Q(scope=prefix) | Q(scope__startswith=f"{prefix}/") if prefix else Q()


def scopes(prefix: str = "") -> list[str]:
    """All scopes with rows or a head, or those at and under `prefix`; both are asked, so that neither goes unseen."""
    inside = _inside(prefix)
    found = set(JournalHead.objects.filter(inside).values_list("scope", flat=True))
    found.update(JournalEntry.objects.filter(inside).order_by().values_list("scope", flat=True).distinct())
    return sorted(found)


def head_of(prefix: str = "") -> str:
    """The present head: one hash over the heads of `prefix` and all under it; "" for the whole journal."""
    return chain.combined_head({scope: digest for scope, _number, digest in _heads(prefix)})


def verify(
    prefix: str = "", *, against: str = "", progress: Callable[[int, int], None] | None = None
) -> tuple[list[Verdict], bool]:
    """Check `prefix` and all under it; the flag says whether all fits, `against` (a printed head) included."""
    names = scopes(prefix)
    verdicts = []
    for place, scope in enumerate(names, start=1):
        verdicts.append(verify_chain(scope))
        if progress:
            progress(place, len(names))
    fits = all(verdict.ok for verdict in verdicts)
    if against:
        fits = fits and was_head(prefix, against)
    return verdicts, fits


def hand_out(*, actor: User | None, prefix: str, on: str) -> str:
    """The head of `prefix` to print on something that leaves the house; noted in the chain to be checked later.

    `on` says what it is printed on. The row keeps number and hash of every chain under `prefix` at this moment: years
    later `was_head` finds out whether all that stood then still stands.
    """
    heads = {scope: [number, digest] for scope, number, digest in _heads(prefix)}
    head = chain.combined_head({scope: digest for scope, (_number, digest) in heads.items()})
    append(actor=actor, scope=prefix or HOUSE, verb="journal.handed_out", obj=on, after={"head": head, "heads": heads})
    return head


def _heads(prefix: str) -> Any:
    return JournalHead.objects.filter(_inside(prefix)).order_by("scope").values_list("scope", "number", "hash")


def note_verification(*, actor: User | None, verdicts: list[Verdict], seconds: float) -> JournalEntry:
    """Note in the house's chain what a check of the whole journal found: counts, time taken, the broken places."""
    broken = {
        verdict.scope: {"number": verdict.broken.number, "reason": verdict.broken.reason}
        for verdict in verdicts
        if verdict.broken
    }
    after = {
        "outcome": "broken" if broken else "whole",
        "rows": sum(verdict.count for verdict in verdicts),
        "chains": len(verdicts),
        "milliseconds": round(seconds * 1000),
        "head": chain.combined_head({verdict.scope: verdict.head for verdict in verdicts}),
        "broken": broken,
    }
    return append(actor=actor, scope=HOUSE, verb="journal.verified", obj=_("All of the journal"), after=after)


def was_head(prefix: str, against: str) -> bool:
    """Whether all that stood when the head `against` was handed out still stands.

    It is the present head, or one noted.
    """
    wanted = "".join(against.split()).lower()
    if head_of(prefix) == wanted:
        return True
    noted = JournalEntry.objects.filter(scope=prefix or HOUSE, verb="journal.handed_out", after__head=wanted).first()
    if noted is None:
        return False
    heads = {scope: tuple(pair) for scope, pair in noted.after["heads"].items()}
    standing = JournalEntry.objects.filter(scope__in=list(heads)).filter(hash__in=[pair[1] for pair in heads.values()])
    found = {scope: (number, digest) for scope, number, digest in standing.values_list("scope", "number", "hash")}
    return found == heads and chain.combined_head({scope: pair[1] for scope, pair in heads.items()}) == wanted
