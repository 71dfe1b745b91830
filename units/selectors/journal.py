"""The journal as it is read; its checking is in `units.services.journal`."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.db.models import CharField, Q, QuerySet
from django.db.models.functions import Cast
from django.utils import timezone

from units import policies
from units.models import JournalEntry, JournalHead, User

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


def journal_for(user: User | AnonymousUser) -> QuerySet[JournalEntry]:
    """The journal for those who may read it, nothing for others."""
    return JournalEntry.objects.all() if policies.may_read_journal(user) else JournalEntry.objects.none()


def search_journal(
    user: User,
    *,
    actor: str = "",
    verb: str = "",
    words: str = "",
    since: date | None = None,
    until: date | None = None,
    scope: str = "",
) -> QuerySet[JournalEntry]:
    """The journal by who, what, words in what it is about or says, first and last day, and scope; newest first.

    `actor` is a user's key or "house" for what the house did by itself.
    """
    found = journal_for(user)
    if actor == "house":
        found = found.filter(actor=None)
    elif actor.isdigit():
        found = found.filter(actor_id=int(actor))
    if verb:
        found = found.filter(verb=verb)
    if scope:
        found = found.filter(Q(scope=scope) | Q(scope__startswith=f"{scope}/"))
    if since:
        found = found.filter(at__gte=_midnight(since))
    if until:
        found = found.filter(at__lt=_midnight(until + timedelta(days=1)))
    for word in words.split():
        found = found.annotate(said=Cast("after", CharField())).filter(
            Q(object_label__icontains=word) | Q(actor_name__icontains=word) | Q(said__icontains=word)
        )
    return found.order_by("-at", "-pk")


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def journal_actors() -> list[tuple[str, str]]:
    """Who appears in the journal, to choose from: key and name."""
    people = User.objects.filter(pk__in=JournalEntry.objects.order_by().values("actor")).order_by(
        "sort_key", "username"
    )
    return [(str(person.pk), str(person)) for person in people]


def journal_verbs() -> list[str]:
    """Which verbs appear in the journal."""
    return list(JournalEntry.objects.order_by("verb").values_list("verb", flat=True).distinct())


def journal_size() -> tuple[int, int]:
    """How many chains there are and how many rows they should have together."""
    numbers = list(JournalHead.objects.values_list("number", flat=True))
    return len(numbers), sum(numbers)


def last_verification() -> JournalEntry | None:
    """The latest row that says what a check of the whole journal found."""
    return JournalEntry.objects.filter(verb="journal.verified", scope="house").order_by("-number").first()
