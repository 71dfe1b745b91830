"""Saving again what may have been saved: the answer to a request got lost, so the browser sends it once more."""

from __future__ import annotations

from dataclasses import dataclass

from appraisal_site.toolkit.conflicts import Conflict
from evidence.models import Fact
from evidence.services.common import Refused


@dataclass(frozen=True)
class Attempt:
    """One request of a form that keeps what is typed; each key is random and of at most 40 characters.

    ``form`` is the same for all requests of a form until it was told that it is saved, ``key`` is this request's, and
    ``unanswered`` are those of the form's earlier requests that nobody answered: what one of them wrote last is the
    same person's own and no conflict.
    """

    form: str = ""
    key: str = ""
    unanswered: frozenset[str] = frozenset()

    def wrote(self, save_key: str) -> bool:
        """Whether what is stored was written by this very request or by an unanswered one before it."""
        return bool(save_key) and (save_key == self.key or save_key in self.unanswered)


ONCE = Attempt()
"""A request that is not repeated."""


def made_before(attempt: Attempt, enrolment_pk: int, clause_code: str) -> Fact | None:
    """The claim that an earlier request of the same form made. Conflict where it was taken back meanwhile."""
    if not attempt.form:
        return None
    fact = Fact.objects.filter(enrolment_id=enrolment_pk, client_key=attempt.form).first()
    if fact is None:
        return None
    if fact.clause_code != clause_code or fact.origin != Fact.Origin.UNIT:
        raise Refused("no_fact")
    if fact.state == Fact.State.WITHDRAWN:
        raise Conflict(fact, sent=0, current=fact.version)
    return fact
