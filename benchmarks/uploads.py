"""Fifty uploads of 10 MB at once against the server as the demonstration starts it: memory, errors, waiting.

gunicorn runs as a process of its own over an empty house; ten units give five files each. The files are sent by this
process, so its memory is not counted. What is stored is read back and hashed.
"""

from __future__ import annotations

import hashlib
import http.client
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import median, quantiles

from benchmarks.house import load, open_house
from benchmarks.measuring import AT_MOST, Figure, Finding, Sizes, many, seconds

Processes = Callable[..., list[int]]
ROOT = Path(__file__).resolve().parents[1]
UNITS = 10
MEGABYTE = 1_000_000
TOKEN = "b" * 32  # of the form's protection, once as a cookie and once as a header
PATIENCE = 60  # seconds until the server answers
ITEM = "work.report"
RUBRIC = {
    "format": "appraisal-rubric/1",
    "code": "uploads",
    "title": "Uploads",
    "year": 2026,
    "total": 10,
    "series": [{"code": "all", "title": "All"}],
    "categories": [
        {"code": "work", "title": "Work", "points": 10, "items": [
            {"code": "report", "title": "Report", "points": 10, "start": "zero", "clauses": [
                {"code": "done", "text": "Done", "effect": "award", "basis": "manual", "min": 0, "max": 10},
            ]},
        ]},
    ],
}  # fmt: skip


@dataclass(frozen=True)
class Clerk:
    """Whose upload it is: the session that is signed in, and the sheet."""

    session: str
    sheet: int


def uploads(sizes: Sizes) -> Iterator[Finding]:
    """One upload after another, then all at once; what the server's processes hold meanwhile."""
    count, size = sizes.pick(50, 10), sizes.pick(10, 2) * MEGABYTE
    clerks = _house()
    filling = os.urandom(size)
    with _server() as (port, pids):
        warm = [_send(port, clerks[n % UNITS], filling, f"warm {n}") for n in range(8)]
        alone = [_send(port, clerks[0], filling, f"alone {n}") for n in range(max(sizes.rounds, 3))]
        before = _resident(pids())
        with _watched(pids) as peak, ThreadPoolExecutor(count) as crowd:
            began = time.perf_counter()
            sent = list(crowd.map(lambda n: _send(port, clerks[n % UNITS], filling, f"crowd {n}"), range(count)))
            whole = time.perf_counter() - began
        time.sleep(0.5)
        after, master = _resident(pids()), _resident(pids(master=True))
    errors = [one for one in (*warm, *alone, *sent) if one.status != 200]
    single = median(one.seconds for one in alone)
    late = quantiles((one.seconds for one in sent), n=20)[-1]
    behind = f"{many(count, 'upload')} of {size // MEGABYTE} MB at once, all through after {seconds(whole)}"
    yield Figure("uploads that failed", len(errors), AT_MOST, 0, behind, "")
    yield Figure("files missing from the store, or not as they were sent", _wrong(sent, filling), AT_MOST, 0, "", "")
    yield Figure("parts of files left over in the store", _left_over(), AT_MOST, 0, "", "")
    stood = f"{before:.0f} MB before, {max(peak):.0f} MB at the most, {after:.0f} MB after"
    yield Figure(
        "memory of the serving processes at the most", max(peak), AT_MOST, 256,
        f"{stood}; gunicorn's own process has {master:.0f} MB beside", "MB",
    )  # fmt: skip
    yield Figure("the same ÷ memory before", max(peak) / before, AT_MOST, 1.5, stood)
    yield Figure(
        "p95 of an upload in the crowd ÷ an upload alone", late / single, AT_MOST, count * 1.2,
        f"alone {seconds(single)}, in the crowd median {seconds(median(one.seconds for one in sent))}, "
        f"p95 {seconds(late)}; whoever comes last waits for all the others",
    )  # fmt: skip


def _house() -> list[Clerk]:
    """An open cycle of ten units, each with a clerk who is signed in."""
    open_house()
    from django.conf import settings
    from django.test import Client
    from django.utils import timezone

    from rubrics import selectors, services
    from units import services as units_services

    now = timezone.now()
    days = services.PhaseDates("self_assessment", now - timedelta(days=1), now + timedelta(days=9))
    people = [services.Participant(code=f"u{n}", title=f"Unit {n}", series="all") for n in range(UNITS)]
    cycle = services.start_cycle(
        actor=None, rubric=load(RUBRIC), title="Uploads", code="uploads", phases=[days], participants=people
    )
    clerks = []
    for row in selectors.enrolments_in(cycle):
        account = units_services.people.Account(row.unit.code, "Clerk", "!", (("clerk", row.unit),), False)
        browser = Client()
        browser.force_login(
            units_services.open_accounts(actor=None, accounts=[account])[0],
            backend="django.contrib.auth.backends.ModelBackend",
        )
        clerks.append(Clerk(browser.cookies[settings.SESSION_COOKIE_NAME].value, row.pk))
    return clerks


@contextmanager
def _server() -> Iterator[tuple[int, Processes]]:
    """gunicorn with the demonstration's settings; yields its port and what tells its processes (or its master)."""
    from tests.servers import free_port

    port = free_port()
    folder = tempfile.mkdtemp(prefix="kaoping-bench-")
    environment = os.environ | {
        "SERVER_PID": f"{folder}/pid", "HTTPS": "false", "ALLOWED_HOSTS": "127.0.0.1", "LOG_LEVEL": "ERROR",
    }  # fmt: skip
    command = [
        sys.executable, "-m", "gunicorn", "--config", ".ci/demo-server.py", "--bind", f"127.0.0.1:{port}",
        "appraisal_site.wsgi",
    ]  # fmt: skip
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    try:
        _wait(port)
        yield port, lambda *, master=False: [process.pid] if master else _children(process.pid)
    finally:
        process.terminate()
        process.wait(30)


def _wait(port: int) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            link = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
            link.request("GET", "/sign-in/")
            if link.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
        finally:
            link.close()
    raise TimeoutError(f"nothing answered on port {port}")


@dataclass(frozen=True)
class Sent:
    """What came of one upload: the status, how long it took, and the words that make the file unlike others."""

    status: int
    seconds: float
    words: str


def _content(words: str, filling: bytes) -> tuple[bytes, bytes]:
    return b"%PDF-1.4\n%" + words.encode() + b"\n", filling


def _send(port: int, clerk: Clerk, filling: bytes, words: str) -> Sent:
    """One file as the page sends it, in pieces."""
    from django.conf import settings

    head = (
        f'--kaoping\r\nContent-Disposition: form-data; name="item"\r\n\r\n{ITEM}\r\n--kaoping\r\n'
        f'Content-Disposition: form-data; name="files"; filename="{words}.pdf"\r\n'
        "Content-Type: application/pdf\r\n\r\n"
    ).encode()
    parts = [head, *_content(words, filling), b"\r\n--kaoping--\r\n"]
    began = time.perf_counter()
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
    try:
        link.request(
            "POST", f"/sheets/{clerk.sheet}/attach/", body=iter(parts),
            headers={
                "Content-Type": "multipart/form-data; boundary=kaoping", "Accept": "application/json",
                "Content-Length": str(sum(map(len, parts))), "X-CSRFToken": TOKEN,
                "Cookie": f"{settings.SESSION_COOKIE_NAME}={clerk.session}; {settings.CSRF_COOKIE_NAME}={TOKEN}",
            },
        )  # fmt: skip
        answer = link.getresponse()
        answer.read()
        return Sent(answer.status, time.perf_counter() - began, words)
    except OSError:
        return Sent(0, time.perf_counter() - began, words)
    finally:
        link.close()


@contextmanager
def _watched(pids: Processes) -> Iterator[list[float]]:
    """The memory of the processes, looked at every 20 ms while the block runs."""
    found, over = [_resident(pids())], threading.Event()

    def watch() -> None:
        while not over.wait(0.02):
            found.append(_resident(pids()))

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield found
    finally:
        over.set()
        watcher.join()


def _resident(pids: list[int]) -> float:
    """MB of resident memory, all processes together."""
    return sum(_status(pid, "VmRSS") for pid in pids) / 1024


def _status(pid: int, name: str) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith(f"{name}:")), 0)


def _children(pid: int) -> list[int]:
    try:
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]
    except OSError:
        return []


def _wrong(sent: list[Sent], filling: bytes) -> int:
    """How many of the files are not in the store with the bytes that were sent."""
    from evidence import store
    from evidence.models import Attachment

    wrong = 0
    for one in sent:
        digest = hashlib.sha256(b"".join(_content(one.words, filling))).hexdigest()
        row = Attachment.objects.filter(name=f"{one.words}.pdf", sha256=digest).first()
        if row is None:
            wrong += 1
            continue
        with store.open_file(row.file) as stream:
            wrong += hashlib.file_digest(stream, "sha256").hexdigest() != digest
    return wrong


def _left_over() -> int:
    """Files in the store that no row names."""
    from evidence import store
    from evidence.models import Attachment

    named = set(Attachment.objects.values_list("file", flat=True))
    root = store.root()
    return sum(1 for path in root.rglob("*") if path.is_file() and path.relative_to(root).as_posix() not in named)
