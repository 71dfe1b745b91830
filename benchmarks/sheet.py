"""The self-assessment sheet over Django's request path, on SQLite as the embedded size runs it: opening it, saving one
claim, and two hundred clerks who save at the same time.

Requests go through every middleware but over no socket. The clerks arrive at even intervals whatever the server does,
so that a save which has to queue is counted with its wait.
"""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import quantiles
from typing import TYPE_CHECKING

from benchmarks.house import load, open_house
from benchmarks.long_sheet import CLAUSES, clause_codes, long_rubric
from benchmarks.measuring import AT_LEAST, AT_MOST, Figure, Finding, Sizes, many, seconds, side_by_side

if TYPE_CHECKING:
    from django.test import Client

SHORT, LONG = 6, 60
"""Items of the two sheets; five clauses each."""
POSTS = 10
"""Posts in one round of a measurement."""
CLERKS, INTERVAL, RUSH = 200, 20, 100
"""Clerks who fill in at once, the seconds between two saves of one of them, and the saves a second asked for."""
WARMING = 6
"""Seconds that the processes have to open their connections and read what they read once."""
HTMX = {"HX-Request": "true"}


@dataclass
class Desk:
    """One clerk at one sheet, with the claim they keep changing."""

    browser: Client
    sheet: int
    clause: str
    fact: int
    version: int
    count: int = 1

    def save(self) -> int:
        """Change the claim once, as the page posts it; the status of the answer."""
        self.count = self.count % 50 + 1
        sent = {
            "clause": self.clause, "key": f"f{self.fact}", "fact": self.fact, "version": self.version,
            "count": self.count,
        }  # fmt: skip
        answer = self.browser.post(f"/sheets/{self.sheet}/claim/", sent, headers=HTMX, secure=True)
        self.version += answer.status_code == 200
        return int(answer.status_code)


def sheet(sizes: Sizes) -> Iterator[Finding]:
    """Queries and time of opening, a save on a long sheet beside one on a short, and many clerks at once."""
    open_house()
    short, long = _desks(1, SHORT)[0], _desks(1, LONG)[0]
    yield from _opening(short, long, sizes)
    yield from _saving(short, long, sizes)
    clerks = sizes.pick(CLERKS, 20)
    desks = _desks(clerks, 20)
    yield from _many(desks, clerks / INTERVAL, sizes, goal=False)
    yield from _many(desks, RUSH, sizes, goal=True)


def _desks(count: int, items: int) -> list[Desk]:
    """A running cycle of so many units with a clerk each; every clerk has claimed once."""
    from datetime import timedelta

    from django.conf import settings
    from django.test import Client
    from django.utils import timezone

    from evidence.services import Claim, save_claim
    from rubrics import selectors, services
    from units import services as units_services

    settings.ALLOWED_HOSTS = ["testserver"]
    code, now = f"sheet-{items}-{count}", timezone.now()
    names = [f"{code}-{number}" for number in range(count)]
    units = [units_services.create_unit(actor=None, code=name, title=name) for name in names]
    accounts = [
        units_services.people.Account(name, name, "!", (("clerk", unit),), False)
        for name, unit in zip(names, units, strict=True)
    ]
    people = units_services.open_accounts(actor=None, accounts=accounts)
    cycle = services.start_cycle(
        actor=None, rubric=load(long_rubric(items, code=code)), title=code, code=code,
        phases=[services.PhaseDates("self_assessment", now - timedelta(days=1), now + timedelta(days=9))],
        participants=[services.Participant(name, "offices") for name in names],
    )  # fmt: skip
    rows = {row.unit.code: row for row in selectors.enrolments_in(cycle)}
    clause, desks = next(clause_codes(items)), []
    for name, person in zip(names, people, strict=True):
        browser = Client()
        browser.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        saved = save_claim(actor=person, enrolment=rows[name], clause_code=clause, claim=Claim({"count": "1"}, {}))
        desks.append(Desk(browser, rows[name].pk, clause, saved.fact.pk, saved.fact.version))
    return desks


# --- one clerk -------------------------------------------------------------------------------------------------------


def _opening(short: Desk, long: Desk, sizes: Sizes) -> Iterator[Finding]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts, behind = {}, []
    works = {_name(items): _opens(desk) for items, desk in ((SHORT, short), (LONG, long))}
    for name, work in works.items():
        work()  # what a process reads once for a rubric
        with CaptureQueriesContext(connection) as queries:
            size = work()
        counts[name] = len(queries)
        behind.append(f"{name} {len(queries)} queries, {size / 1024:,.0f} KB")
    more = counts[_name(LONG)] - counts[_name(SHORT)]
    yield Figure("more queries for opening the long sheet than the short one", more, AT_MOST, 0, "; ".join(behind), "")
    times = side_by_side(works, max(sizes.rounds, 5))
    ratio = times.ratio(_name(LONG), _name(SHORT))
    yield Figure(
        f"opening the long sheet ÷ the short one, {LONG // SHORT} × the clauses", ratio, AT_MOST, 10, str(times)
    )


def _opens(desk: Desk) -> Callable[[], int]:
    def get() -> int:
        answer = desk.browser.get(f"/sheets/{desk.sheet}/", secure=True)
        _demand(answer.status_code)
        return len(answer.content)

    return get


def _saving(short: Desk, long: Desk, sizes: Sizes) -> Iterator[Finding]:
    works = {_name(items): _saves(desk) for items, desk in ((SHORT, short), (LONG, long))}
    for work in works.values():
        work()
    times = side_by_side(works, max(sizes.rounds, 5))
    ratio = times.ratio(_name(LONG), _name(SHORT))
    yield Figure(
        "saving one claim on the long sheet ÷ on the short one", ratio, AT_MOST, 1.5,
        f"{many(POSTS, 'post')} a round: {times}",
    )  # fmt: skip


def _saves(desk: Desk) -> Callable[[], None]:
    def post() -> None:
        for _ in range(POSTS):
            _demand(desk.save())

    return post


def _name(items: int) -> str:
    return f"{items * CLAUSES} clauses"


def _demand(status: int) -> None:
    if status != 200:
        raise RuntimeError(f"a page of the sheet answered {status}")


# --- many clerks -----------------------------------------------------------------------------------------------------


def _many(desks: list[Desk], rate: float, sizes: Sizes, *, goal: bool) -> Iterator[Finding]:
    """So many saves a second, spread evenly over the clerks and over one process for each core."""
    total = int(rate * sizes.pick(20, 4))
    hands = os.cpu_count() or 1
    results = _by_all(desks, rate, total, hands)
    took = max(number / rate + wait for number, (wait, _work, _status) in enumerate(results))
    waits = sorted(wait for wait, _work, _status in results)
    works = sorted(work for _wait, work, _status in results)
    wrong = sum(1 for _wait, _work, status in results if status != 200)
    behind = (
        f"{many(len(desks), 'clerk')}, {many(total, 'save')} in {seconds(took)} in {hands} processes; "
        f"waiting included p50 {seconds(_at(waits, 50))}, p95 {seconds(_at(waits, 95))}; "
        f"the save alone p50 {seconds(_at(works, 50))}, p95 {seconds(_at(works, 95))}"
    )
    asked = f"{rate:g} saves a second"
    yield Figure(f"errors at {asked}", wrong, AT_MOST, 0, behind, "")
    reached = min(rate, total / took)
    yield Figure(f"saves a second reached of {rate:g}", reached, AT_LEAST, 0.95 * rate if goal else None, "", "/s")
    yield Figure(f"p95 of a save at {asked}", 1000 * _at(waits, 95), AT_MOST, 10 if goal else None, "", "ms")


def _by_all(desks: list[Desk], rate: float, total: int, hands: int) -> list[tuple[float, float, int]]:
    from django.db import connections

    connections.close_all()  # a process of its own opens its own
    context = multiprocessing.get_context("fork")
    start = time.time() + WARMING
    with context.Pool(hands) as pool:
        parts = pool.starmap(_work, [(desks[hand::hands], rate, total, hand, hands, start) for hand in range(hands)])
    for part, (_results, versions) in enumerate(parts):
        for desk, version in zip(desks[part::hands], versions, strict=True):
            desk.version, desk.count = version, version
    return [parts[number % hands][0][number // hands] for number in range(total)]


def _work(
    desks: list[Desk], rate: float, total: int, hand: int, hands: int, start: float
) -> tuple[list[tuple[float, float, int]], list[int]]:
    """Every save of this process at its time: how long until it was done, of that the save itself, and the status."""
    found: list[tuple[float, float, int]] = []
    for desk in desks[:1]:
        desk.browser.get(f"/sheets/{desk.sheet}/", secure=True)  # what a process reads once
    for place, number in enumerate(range(hand, total, hands)):
        due = start + number / rate
        time.sleep(max(0.0, due - time.time()))
        began = time.time()
        status = desks[place % len(desks)].save()
        done = time.time()
        found.append((done - due, done - began, status))
    return found, [desk.version for desk in desks]


def _at(values: list[float], percent: int) -> float:
    return quantiles(values, n=100)[percent - 1] if len(values) > 1 else values[0]
