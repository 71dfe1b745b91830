"""Jobs that somebody asked for, and notices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.http import Http404

from units import policies
from units.models import Job, Notice

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from units.models import User


def job_for(user: User | AnonymousUser, pk: int) -> Job:
    """A job the person may watch; raises Http404."""
    job = Job.objects.filter(pk=pk).first()
    if job is None or not policies.may_see_job(user, job):
        raise Http404
    return job


def pending_job(name: str) -> Job | None:
    """The job of that name that waits or runs, or None."""
    return Job.objects.filter(name=name, state__in=[Job.QUEUED, Job.RUNNING]).first()


def notices_for(user: User) -> QuerySet[Notice]:
    """The person's notices, newest first."""
    return Notice.objects.filter(user=user)


def notice_for(user: User, pk: int) -> Notice:
    """One of the person's notices; raises Http404."""
    notice = notices_for(user).filter(pk=pk).first()
    if notice is None:
        raise Http404
    return notice


def unread_notices(user: User) -> int:
    """How many notices the person has not read."""
    return Notice.objects.filter(user=user, read_at=None).count()
