"""The page of the offline sheet: looked at first, confirmed, and refused with a reason."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from evidence import services
from evidence.models import Fact, Submission
from rubrics.models import Enrolment
from tests.evidence.conftest import CLOSED, LATE, enrolment_in
from tests.evidence.test_offline import fill, rows_of, saved


def page(enrolment: Enrolment) -> str:
    return reverse("evidence:offline", args=[enrolment.pk])


def fetched(client: Client, enrolment: Enrolment) -> Workbook:
    answer = client.get(reverse("evidence:offline_workbook", args=[enrolment.pk]))
    assert answer.status_code == 200
    assert "attachment" in answer["Content-Disposition"]
    return load_workbook(BytesIO(b"".join(answer.streaming_content)))


def sent(client: Client, enrolment: Enrolment, book: Workbook | bytes) -> Any:
    content = book if isinstance(book, bytes) else saved(book)
    return client.post(page(enrolment), {"file": SimpleUploadedFile("自评表.xlsx", content)})


def confirmed(client: Client, enrolment: Enrolment, looked: Any, **fields: str) -> Any:
    carried = {name: looked.context[name] for name in ("filled", "expected", "name")}
    return client.post(page(enrolment), {**carried, **fields})


def test_the_workbook_there_and_back_through_the_pages(as_user, own, clerk):
    client = as_user(clerk)
    assert (
        reverse("evidence:offline", args=[own.pk])
        in client.get(reverse("evidence:sheet", args=[own.pk])).content.decode()
    )
    book = fetched(client, own)
    fill(book, rows_of(book, LATE)[0], 数量=3)
    looked = sent(client, own, book)
    assert looked.status_code == 200
    assert "3 人次" in looked.content.decode()
    assert not Fact.objects.exists()
    assert not Submission.objects.exists()
    answer = confirmed(client, own, looked)
    assert answer.status_code == 302
    assert Fact.objects.get().said == {"count": "3"}
    assert sent(client, own, fetched(client, own)).context["lines"] == []


def test_problems_are_shown_by_cell_and_nothing_can_be_confirmed(as_user, own, clerk):
    client = as_user(clerk)
    book = fetched(client, own)
    row = rows_of(book, LATE)[0]
    fill(book, row, 数量="许多")
    answer = sent(client, own, book)
    assert answer.status_code == 422
    assert f"{row}</code>" in answer.content.decode()
    assert "filled" not in answer.context
    assert not Fact.objects.exists()


def test_a_save_meanwhile_answers_409_and_shows_both(as_user, own, clerk, claim):
    fact = claim(LATE, count=1)
    client = as_user(clerk)
    book = fetched(client, own)
    fill(book, rows_of(book, LATE)[0], 数量=7)
    looked = sent(client, own, book)
    online = services.Claim({"count": 3}, {})
    services.save_claim(actor=clerk, enrolment=own, clause_code=LATE, claim=online, fact_pk=fact.pk, version=1)
    answer = confirmed(client, own, looked)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "3 人次" in text
    assert "7 人次" in text
    fact.refresh_from_db()
    assert fact.said == {"count": "3"}
    (line,) = answer.context["choosing"]
    confirmed(client, own, answer, **{f"pick-{line.key}": "mine"})
    fact.refresh_from_db()
    assert fact.said == {"count": "7"}


def test_a_choice_keeps_what_is_stored_unless_it_says_otherwise(as_user, own, clerk, claim):
    fact = claim(LATE, count=1)
    client = as_user(clerk)
    book = fetched(client, own)
    fill(book, rows_of(book, LATE)[0], 数量=None)
    looked = sent(client, own, book)
    (line,) = looked.context["asking"]
    confirmed(client, own, looked)
    fact.refresh_from_db()
    assert fact.state == "draft"
    confirmed(client, own, sent(client, own, book), take=line.key)
    fact.refresh_from_db()
    assert fact.state == "withdrawn"


def test_a_closed_sheet_takes_nothing_and_can_be_downloaded(as_user, start, clerk):
    own = enrolment_in(start(CLOSED), "own")
    client = as_user(clerk)
    book = fetched(client, own)
    answer = client.get(page(own))
    assert 'type="file"' not in answer.content.decode()
    fill(book, rows_of(book, LATE)[0], 数量=3)
    assert sent(client, own, book).status_code == 422
    assert not Fact.objects.exists()


def test_a_deadline_that_passes_before_confirming_writes_nothing(as_user, own, clerk, cycle, settings):
    client = as_user(clerk)
    book = fetched(client, own)
    fill(book, rows_of(book, LATE)[0], 数量=3)
    looked = sent(client, own, book)
    cycle.phases.filter(code="self_assessment").delete()
    answer = confirmed(client, own, looked)
    assert answer.status_code == 422
    assert not Fact.objects.exists()


def test_a_carried_text_that_is_not_ours_is_refused(as_user, own, clerk):
    answer = as_user(clerk).post(page(own), {"filled": "x:y:z", "expected": "e"})
    assert answer.status_code == 422
    assert as_user(clerk).post(page(own), {}).status_code == 422


def test_markup_in_cells_is_text(as_user, own, clerk):
    client = as_user(clerk)
    book = fetched(client, own)
    fill(book, rows_of(book, LATE)[0], 数量="<img src=x>")
    assert "<img src=x" not in sent(client, own, book).content.decode()
    book = fetched(client, own)
    fill(book, rows_of(book, LATE)[0], 数量=1, 说明="<img src=x>{{ 7|add:1 }}")
    assert "<img src=x" not in sent(client, own, book).content.decode()


@pytest.mark.parametrize("rows", [1, 12])
def test_the_pages_take_a_constant_number_of_queries(as_user, own, clerk, claim, rows, django_assert_max_num_queries):
    for number in range(rows):
        claim(LATE, count=number + 1)
    client = as_user(clerk)
    book = fetched(client, own)
    for row in rows_of(book, LATE)[:rows]:
        fill(book, row, 数量=50)
    with django_assert_max_num_queries(25):
        client.get(reverse("evidence:offline_workbook", args=[own.pk]))
    with django_assert_max_num_queries(32):
        assert len(sent(client, own, book).context["lines"]) == rows
