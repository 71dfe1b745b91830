"""A house of its own for benchmarks: an empty SQLite database with the project's settings in a passing folder."""

from __future__ import annotations

import atexit
import os
import secrets
import shutil
import tempfile
from datetime import timedelta
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any

from benchmarks.material import SERIES, rubric_data, units_of

if TYPE_CHECKING:
    from rubrics.models import Cycle

BATCH = 5000


@cache
def open_house() -> None:
    """Set Django up and make the tables; once a process."""
    folder = tempfile.mkdtemp(prefix="kaoping-bench-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "appraisal_site.settings",
        "DATA_DIR": folder,
        "DATABASE_URL": f"sqlite:///{folder}/bench.sqlite3",
        "SECRET_KEY": secrets.token_urlsafe(64),
    }
    for name in ("DEBUG", "KAOPING_DEMO", "REDIS_URL"):
        os.environ.pop(name, None)
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def load(data: Any) -> Any:
    """A published rubric from a rubric file's content."""
    from rubrics import services

    rubric = services.load_rubric(actor=None, data=data)
    return services.publish_rubric(actor=None, rubric=rubric, version=rubric.version)


@cache
def cycle_of(units: int, items: int) -> Cycle:
    """A running cycle in which every fact of the made-up material is recorded."""
    from django.utils import timezone

    from rubrics import services

    phase = services.PhaseDates("review", timezone.now() - timedelta(days=1), timezone.now() + timedelta(days=9))
    people = [
        services.Participant(code=f"u{number}", title=f"Unit {number}", series=SERIES[number % len(SERIES)])
        for number in range(units)
    ]
    rubric = load(rubric_data(items))
    code = f"made-up-{units}"
    cycle = services.start_cycle(actor=None, rubric=rubric, title=code, code=code, phases=[phase], participants=people)
    _record(cycle, units, items)
    return cycle


def _record(cycle: Cycle, units: int, items: int) -> None:
    from evidence.models import Fact
    from evidence.said import FIELDS, to_stored
    from rubrics import selectors

    keys = {row.unit.code: row.pk for row in selectors.enrolments_in(cycle)}
    rows = (
        Fact(
            enrolment_id=keys[unit.code],
            clause_code=fact.clause,
            origin=Fact.Origin.IMPORT,
            state=Fact.State.RECORDED,
            said=to_stored({name: getattr(fact, name) for name in FIELDS}),
            date=fact.date,
        )
        for unit in units_of(units, items)
        for fact in unit.facts
    )
    while batch := list(islice(rows, BATCH)):
        Fact.objects.bulk_create(batch)
