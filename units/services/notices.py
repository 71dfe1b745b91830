"""Notices: telling people something inside the house."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from units import chain, policies
from units.models import Notice

if TYPE_CHECKING:
    from units.models import User


def notify(*, users: Iterable[User], text_code: str, params: dict[str, Any] | None = None, url: str = "") -> int:
    """Tell each of `users` once; returns how many. The sentence of `text_code` is declared in `units.wording`."""
    now = timezone.now()
    said = chain.plain(params or {})
    people = {user.pk for user in users}
    rows = [Notice(user_id=pk, text_code=text_code, params=said, url=url, at=now) for pk in sorted(people)]
    return len(Notice.objects.bulk_create(rows))


def mark_read(*, actor: User, notice: Notice) -> None:
    """Note that the person has read it; the first time counts."""
    if not policies.may_read_notice(actor, notice):
        raise PermissionDenied
    Notice.objects.filter(pk=notice.pk, read_at=None).update(read_at=timezone.now())


def mark_all_read(*, actor: User) -> int:
    """Note that the person has read everything there is for them now."""
    return Notice.objects.filter(user=actor, read_at=None).update(read_at=timezone.now())
