"""The workbench over HTTP, on SQLite as the embedded size runs it: opening it, one saved change, all checks.

A change is posted as the page posts it and measured against the barest form of the project that writes one row and one
row of the journal: another title for a unit.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from benchmarks.database import LAND_BUREAU
from benchmarks.house import open_house
from benchmarks.material import rubric_data
from benchmarks.measuring import AT_MOST, Figure, Finding, Sizes, many, seconds, side_by_side

if TYPE_CHECKING:
    from django.test import Client

    from rubrics.models import Rubric

POSTS = 10
"""Posts in one round of a measurement."""
HTMX = {"HX-Request": "true"}


def workbench(sizes: Sizes) -> Iterator[Finding]:
    """Queries of opening, the time of a save beside that of a bare form, and what checking the whole takes."""
    open_house()
    browser = _browser()
    rubrics = {
        "land-bureau": _draft(_land_bureau()),
        "large": _draft({**rubric_data(sizes.pick(2000, 200)), "code": "large"}),
    }
    yield from _opening(browser, rubrics)
    yield from _saving(browser, rubrics, sizes)
    yield from _linting(rubrics, sizes)


def _browser() -> Client:
    """Somebody who administers the house, signed in."""
    from django.conf import settings
    from django.test import Client

    from units import services

    settings.ALLOWED_HOSTS = ["testserver"]
    account = services.people.Account("bench", "Bench", "!", (("administrator", None),), False)
    person = services.open_accounts(actor=None, accounts=[account])[0]
    browser = Client()
    browser.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return browser


def _land_bureau() -> Any:
    from rubrics.files import read_yaml

    return read_yaml(LAND_BUREAU.read_bytes())


def _draft(data: Any) -> Rubric:
    from rubrics import services

    return services.load_rubric(actor=None, data=data)


def _size(rubric: Rubric) -> str:
    from rubrics.selectors.definitions import definition_of

    definition = definition_of(rubric)
    return f"{many(len(definition.nodes), 'node')}, {many(len(definition.clauses), 'clause')}"


def _opening(browser: Client, rubrics: dict[str, Rubric]) -> Iterator[Finding]:
    """The page as it is opened first of all, nothing of it remembered, at the first item."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from django.urls import reverse

    from rubrics.models import Item

    counts, behind = {}, []
    browser.get(reverse("rubrics:rubrics"), secure=True)  # what a process reads once
    for name, rubric in rubrics.items():
        item = Item.objects.filter(category__rubric=rubric).earliest("pk")
        address = f"{reverse('rubrics:workbench', args=[rubric.pk])}?at=item-{item.pk}"
        began = time.perf_counter()
        with CaptureQueriesContext(connection) as queries:
            answer = browser.get(address, secure=True)
        _demand(answer, 200)
        counts[name] = len(queries)
        behind.append(
            f"{name} ({_size(rubric)}) {many(len(queries), 'query').replace('querys', 'queries')}, "
            f"{seconds(time.perf_counter() - began)}, {len(answer.content) / 1024:,.0f} KB"
        )
    more = counts["large"] - counts["land-bureau"]
    yield Figure("more queries for opening the large one than land-bureau", more, AT_MOST, 0, "; ".join(behind), "")


def _saving(browser: Client, rubrics: dict[str, Rubric], sizes: Sizes) -> Iterator[Finding]:
    works: dict[str, Callable[[], Any]] = {"bare form": _bare_form(browser)}
    works |= {name: _saves(browser, rubric) for name, rubric in rubrics.items()}
    for work in works.values():
        work()  # what is compiled and read once
    times = side_by_side(works, max(sizes.rounds, 5), time.perf_counter)
    for name in rubrics:
        yield Figure(
            f"a saved change of a clause of {name} ÷ a bare form post", times.ratio(name, "bare form"), AT_MOST, 3,
            f"{many(POSTS, 'post')} a round: {times}",
        )  # fmt: skip


def _bare_form(browser: Client) -> Callable[[], Any]:
    from django.urls import reverse

    from units import services

    unit = services.create_unit(actor=None, code="bench", title="Bench")
    address, count = reverse("units:unit_edit", args=[unit.pk]), iter(range(10**9))

    def post() -> None:
        for _ in range(POSTS):
            sent = {"title": f"Bench {next(count)}", "is_active": "on"}
            _demand(browser.post(address, sent, secure=True), 302)

    return post


def _saves(browser: Client, rubric: Rubric) -> Callable[[], Any]:
    from django.urls import reverse

    from rubrics.models import Clause

    clause = Clause.objects.filter(item__category__rubric=rubric, basis="count").earliest("pk")
    address, count = reverse("rubrics:entry", args=[rubric.pk, "clause", clause.pk]), iter(range(10**9))
    typed = {"f.effect": clause.effect, "f.basis": "count", "f.points": "0.5"}

    def post() -> None:
        version = Clause.objects.values_list("version", flat=True).get(pk=clause.pk)
        for place in range(POSTS):
            sent = {**typed, "f.text": f"Text {next(count)}", "version": str(version + place)}
            _demand(browser.post(address, sent, headers=HTMX, secure=True), 200, 204)

    return post


def _linting(rubrics: dict[str, Rubric], sizes: Sizes) -> Iterator[Finding]:
    """Every check of the whole draft, from its rows on."""
    from rubrics.selectors.drafts import read_draft

    works = {name: (lambda rubric=rubric: read_draft(rubric)) for name, rubric in rubrics.items()}
    times = side_by_side(works, sizes.rounds, time.perf_counter)
    for name, rubric in rubrics.items():
        found = len(read_draft(rubric).problems)
        yield Figure(
            f"reading and checking all of {name}", times[name], AT_MOST, 1,
            f"{_size(rubric)}: {many(found, 'problem')}; {times}", "s",
        )  # fmt: skip


def _demand(answer: Any, *wanted: int) -> None:
    if answer.status_code not in wanted:
        raise RuntimeError(f"{answer.request['PATH_INFO']} answered {answer.status_code}")
