"""`python -m tests.faults.saving prepare|save`: a process of its own that saves until somebody kills it.

`prepare` makes the tables and a cycle in the database that DATABASE_URL names. `save` prints what is stored as one line of
JSON, then saves step after step: a claim of the unit changed, a fact recorded by a reviewer; "saved N" is printed only
when both calls have returned.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import timedelta
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "appraisal_site.settings")


def prepare() -> None:
    from django.core.management import call_command
    from django.utils import timezone

    from rubrics import services as rubrics_services
    from tests.evidence.conftest import OPEN, RUBRIC
    from units import services as units_services

    call_command("migrate", verbosity=0)
    unit = units_services.create_unit(actor=None, code="own", title="本单位", short_title="本单位", level="city")
    accounts = [units_services.people.Account(name, name, "!", roles) for name, roles in _people(unit)]
    _, reviewer = units_services.open_accounts(actor=None, accounts=accounts)
    draft = rubrics_services.load_rubric(actor=None, data=RUBRIC)
    rubric = rubrics_services.publish_rubric(actor=None, rubric=draft, version=draft.version)
    now = timezone.now()
    cycle = rubrics_services.start_cycle(
        actor=None,
        rubric=rubric,
        title="年度考评",
        phases=[
            rubrics_services.PhaseDates(code, now + timedelta(first), now + timedelta(last))
            for code, (first, last) in OPEN.items()
        ],
        participants=[rubrics_services.Participant("own", "offices")],
        provider_units={"court": ["own"]},
    )
    rubrics_services.assign_reviewer(actor=None, cycle=cycle, user=reviewer)


def _people(unit: Any) -> list[tuple[str, tuple[Any, ...]]]:
    return [("clerk", (("clerk", unit),)), ("reviewer", ())]


def _stored() -> dict[str, Any]:
    """What is there: the claim's count, facts recorded, their rows in the journal, and whether all is whole."""
    from django.db import connection

    from evidence.models import Fact
    from units.models import JournalEntry
    from units.services import journal

    claim = Fact.objects.filter(origin=Fact.Origin.UNIT).first()
    whole = True
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            whole = cursor.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    return {
        "claimed": int(claim.said["count"]) if claim else 0,
        "recorded": Fact.objects.filter(origin=Fact.Origin.REVIEWER).count(),
        "journalled": JournalEntry.objects.filter(verb="fact.recorded").count(),
        "whole": whole and journal.verify()[1],
    }


def save() -> None:
    from evidence import services
    from evidence.models import Fact
    from rubrics.models import Enrolment
    from tests.evidence.conftest import LATE
    from units.models import User

    stored = _stored()
    print(json.dumps(stored), flush=True)
    clerk, reviewer = User.objects.get(username="clerk"), User.objects.get(username="reviewer")
    own = Enrolment.objects.select_related("cycle__rubric", "unit").get()
    number = stored["recorded"]
    while True:
        number += 1
        fact = Fact.objects.filter(origin=Fact.Origin.UNIT).first()
        named = {"fact_pk": fact.pk, "version": fact.version} if fact else {}
        claim = services.Claim({"count": number}, {})
        services.save_claim(actor=clerk, enrolment=own, clause_code=LATE, claim=claim, **named)
        services.record_fact(actor=reviewer, enrolment=own, clause_code=LATE, claim=claim, origin="reviewer")
        print(f"saved {number}", flush=True)


if __name__ == "__main__":
    import django

    django.setup()
    {"prepare": prepare, "save": save}[sys.argv[1]]()
