"""Hostile proof: refused with a reason in plain words, or stored where it does no harm; never an error of the server."""

from __future__ import annotations

import random
import re
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT
from django.utils.translation import override

from evidence import archives, files, looks, wording
from evidence.models import Attachment, PictureLook
from evidence.refused import Refused
from evidence.services import looks as look_services
from tests.conftest import PROVE
from tests.evidence.conftest import cycle, own, start, store  # noqa: F401  fixtures
from tests.hostile.uploads import GOOD, HOSTILE, KEPT, PDF, Hostile, picture, png_claiming, raw_named, word

ITEM = "results.news"
LIMIT = 50 * 1024 * 1024
MUTATIONS = 10_000
THROUGH_THE_VIEW = 10_000 if PROVE else 150
MEMORY = 256  # MB of a whole process
JSON = {"Accept": "application/json"}


def send(client: Client, pk: int, name: str, content: bytes) -> Any:
    """As the page sends one file."""
    sent = {"item": ITEM, "files": SimpleUploadedFile("x", content)}
    sent["files"].name = name
    return client.post(f"/sheets/{pk}/attach/", sent, headers=JSON)


def titles(cases: list[Hostile]) -> list[str]:
    return [f"{place}: {case.what}" for place, case in enumerate(cases)]


def test_there_are_more_than_sixty_of_them() -> None:
    assert len(HOSTILE) > 60
    assert len({case.what + case.name for case in HOSTILE}) == len(HOSTILE)


@pytest.mark.parametrize("case", HOSTILE, ids=titles(HOSTILE))
def test_it_is_judged_by_what_it_is(case: Hostile) -> None:
    name = files.clean_name(case.name)
    try:
        files.inspect(name, BytesIO(case.content), len(case.content), limit=LIMIT)
        became = KEPT
    except Refused as fault:
        became = fault.code
    assert became == case.becomes


def test_every_reason_is_a_sentence_in_both_languages() -> None:
    for code, sentence in wording.FILE_REFUSALS.items():
        figures = dict.fromkeys(re.findall(r"%\((\w+)\)", str(sentence)), 5)
        said = {}
        for language in ("zh-hans", "en"):
            with override(language):
                said[language] = wording.file_refusal(code, figures)
        assert said["zh-hans"] != said["en"], code
        assert "%(" not in said["zh-hans"]
    assert {case.becomes for case in HOSTILE} - {KEPT} <= set(wording.FILE_REFUSALS)


def test_all_of_them_through_the_page(as_user, own, clerk, store, tmp_path) -> None:  # noqa: F811
    client = as_user(clerk)
    before = {path for path in tmp_path.rglob("*") if not path.is_relative_to(store)}
    for case in HOSTILE:
        answer = send(client, own.pk, case.name, case.content)
        if case.becomes == KEPT:
            assert answer.status_code == 200, (case.what, answer.content.decode())
        else:
            assert answer.status_code in (400, 422), (case.what, answer.content.decode())
            assert answer.json()["text"]
    kept = [case for case in HOSTILE if case.becomes == KEPT]
    rows = list(Attachment.objects.all())
    assert 0 < len(rows) <= len(kept)
    for row in rows:
        look_services.look_at(row.pk)
        harmless(client, row)
    assert before == {path for path in tmp_path.rglob("*") if not path.is_relative_to(store)}
    for path in store.rglob("*"):
        assert path.is_dir() or (path.suffix == "" and path.stat().st_mode & 0o7111 == 0), path


def harmless(client: Client, row: Attachment) -> None:
    """Downloaded, never opened; shown only with a policy under which nothing runs."""
    assert row.name == files.clean_name(row.name)
    answer = client.get(f"/attachments/{row.pk}/")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "no-store" in answer.headers["Cache-Control"]
    for path in ("view", "thumb"):
        shown = client.get(f"/attachments/{row.pk}/{path}/")
        assert shown.status_code in (200, 404)
        if shown.status_code == 200:
            policy = shown.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy
            assert "script-src 'none'" in policy
            assert "allow-scripts" not in policy
            assert row.kind == "pdf" or "sandbox" in policy
            assert shown.headers["Content-Type"].split(";")[0] in (*files.CONTENT_TYPES.values(), "text/html")
            if shown.headers["Content-Type"].startswith("text/html"):
                assert b"<script" not in shown.content
            shown.getvalue()
    assert len(answer.getvalue()) == row.size


def test_a_name_in_raw_gbk_is_answered_with_a_reason(as_user, own, clerk) -> None:  # noqa: F811
    body = (
        f"--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"item\"\r\n\r\n{ITEM}\r\n--{BOUNDARY}\r\n".encode()
        + b'Content-Disposition: form-data; name="files"; filename="' + "证明.pdf".encode("gbk") + b'"\r\n'
        + b"Content-Type: application/pdf\r\n\r\n" + PDF + f"\r\n--{BOUNDARY}--\r\n".encode()
    )  # fmt: skip
    answer = as_user(clerk).generic("POST", f"/sheets/{own.pk}/attach/", body, MULTIPART_CONTENT, headers=JSON)
    assert answer.status_code in (200, 400, 422)
    if answer.status_code == 200:
        assert Attachment.objects.get().name.endswith(".pdf")
    else:
        assert answer.json()["text"]
        assert not Attachment.objects.exists()


def test_names_of_entries_are_read_as_they_were_written() -> None:
    for raw, flags, shown in (
        ("会议记录.txt".encode("gb18030"), 0, "会议记录.txt"),
        ("会议记录.txt".encode(), 0, "会议记录.txt"),
        ("会议记录.txt".encode(), 0x800, "会议记录.txt"),
        (b"plain.txt", 0, "plain.txt"),
        ("turned\u202etxt.exe".encode(), 0x800, "turnedtxt.exe"),
        ("夹\\a.txt".encode("gb18030"), 0, "夹/a.txt"),
    ):
        listing = archives.listing_of(BytesIO(raw_named(raw, flags)))
        assert listing is not None
        assert [entry.name for entry in listing.entries] == [shown]


def test_the_list_of_an_archive_is_bounded_and_escaped(as_user, own, clerk) -> None:  # noqa: F811
    from tests.hostile.uploads import boxed

    entries = {f"<b>{number}</b>.txt": b"x" for number in range(archives.MOST_SHOWN + 20)}
    assert send(as_user(clerk), own.pk, "全部.zip", boxed(entries)).status_code == 200
    page = as_user(clerk).get(f"/attachments/{Attachment.objects.get().pk}/view/")
    assert page.status_code == 200
    assert page.content.count(b"&lt;b&gt;") == archives.MOST_SHOWN
    assert b"<b>0" not in page.content


# --- mutations --------------------------------------------------------------------------------------------------------


def mutated(content: bytes, dice: random.Random) -> bytes:
    """The file with bytes changed, cut out, put in twice or cut off; headers more often than the rest."""
    data = bytearray(content)
    for _ in range(dice.choice((1, 1, 2, 5, 20))):
        if not data:
            break
        reach = len(data) if dice.random() < 0.5 else min(len(data), 64)
        at = dice.randrange(reach)
        what = dice.random()
        if what < 0.5:
            data[at] = dice.choice((0, 1, 0x7F, 0x80, 0xFF, dice.randrange(256)))
        elif what < 0.65:
            data[at : at + 4] = dice.randbytes(4)
        elif what < 0.75:
            del data[at : at + dice.randrange(1, 32)]
        elif what < 0.85:
            data[at:at] = data[at : at + dice.randrange(1, 64)]
        elif what < 0.95:
            tail = max(len(data) - dice.randrange(1, 80), 0)
            data[tail : tail + 4] = dice.randbytes(4)
        else:
            del data[at:]
    return bytes(data)


@pytest.mark.parametrize("name", GOOD)
def test_nothing_but_a_refusal_comes_of_mutations(name: str) -> None:
    dice = random.Random(f"uploads {name}")
    ending = files.ending_of(name)
    taken = 0
    for _ in range(MUTATIONS // len(GOOD) + 1):
        content = mutated(GOOD[name], dice)
        stream = BytesIO(content)
        try:
            kind = files.inspect(name, stream, len(content), limit=LIMIT)
        except Refused as fault:
            assert fault.code in wording.FILE_REFUSALS
            continue
        taken += 1
        if kind == "image":
            try:
                looks.read_look(stream, ending)
            except looks.Unreadable:
                continue
        elif kind == "archive":
            archives.listing_of(stream)
    assert taken or ending in ("zip",)


@pytest.mark.parametrize("ending", ["png", "jpg", "gif", "webp", "bmp"])
def test_pictures_that_the_check_would_refuse_do_no_harm_to_the_looks_either(ending: str) -> None:
    """The look is taken later, by a job: it trusts nothing that was checked before."""
    dice = random.Random(ending)
    for _ in range(300):
        try:
            looks.read_look(BytesIO(mutated(GOOD[f"a.{ending}"], dice)), ending)
        except looks.Unreadable:
            continue


def test_mutations_through_the_page_end_in_an_answer(as_user, own, clerk) -> None:  # noqa: F811
    client, dice = as_user(clerk), random.Random(7)
    names = sorted(GOOD)
    for number in range(THROUGH_THE_VIEW):
        name = names[number % len(names)]
        answer = send(client, own.pk, name, mutated(GOOD[name], dice))
        assert answer.status_code in (200, 400, 422), (name, answer.content[:200])
    for row in Attachment.objects.filter(kind="image"):
        look_services.look_at(row.pk)
    assert PictureLook.objects.count() == Attachment.objects.filter(kind="image").count()


# --- memory -----------------------------------------------------------------------------------------------------------


def test_the_worst_pictures_and_containers_stay_within_bounds_of_memory(tmp_path: Path) -> None:
    """In a process of its own: pictures as large as the limits allow, and every hostile file."""
    script = Path(__file__).with_name("memory.py")
    done = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2]
    )
    assert done.returncode == 0, done.stderr[-2000:]
    peak = int(done.stdout.split()[-1]) / 1024
    assert peak < MEMORY, f"{peak:.0f} MB"


def test_a_flood_of_points_is_refused_before_anything_is_decoded() -> None:
    with pytest.raises(looks.Unreadable):
        looks.read_look(BytesIO(png_claiming(7_000, 7_000)), "png")
    assert looks.read_look(BytesIO(picture("JPEG", (2400, 1800))), "jpg").thumb
    assert word()
