"""Every address of the site out of the URL resolver, and what one request to one of them came to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")
OWN_BUSINESS = ("django_session", "axes_accesslog")
"""Tables that any visit may write: how long a session has been idle, when somebody signed out."""


def routes(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[str]:
    """The pattern of every address, e.g. `units/<int:pk>/`."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLPattern):
            yield prefix + str(entry.pattern)
        else:
            yield from routes(entry, prefix + str(entry.pattern))


def filled(route: str, args: Mapping[str, str], side: SimpleNamespace) -> str:
    """The route with keys of this side's objects in it: `pk: unit` takes `side.unit.pk`, other texts stand as they are."""
    path = route
    for name, what in args.items():
        thing = getattr(side, what, what)
        start = path.index("<", 0)
        while path[start : path.index(">", start)].split(":")[-1] != name:
            start = path.index("<", start + 1)
        path = path[:start] + str(getattr(thing, "pk", thing)) + path[path.index(">", start) + 1 :]
    return "/" + path


def sample(route: str, key: object) -> str:
    """One address of a route whatever it takes: `key` for a key, the first of several words, any other text."""
    path = re.sub(r"\^?\(\?P<\w+>(\w+)\|[^)]*\)", r"\1", route)
    path = re.sub(r"\(\?P<\w+>\.\*\)", "elsewhere", path).removesuffix("$")
    return "/" + re.sub(r"<[^>]+>", str(key), path)


def said(data: Mapping[str, Any], side: SimpleNamespace) -> dict[str, Any]:
    """What is sent: `$found.version` is that attribute of this side's thing, `@pdf` a file."""
    return {name: _of(side, value) for name, value in data.items()}


def _of(side: SimpleNamespace, value: Any) -> Any:
    if value == "@pdf":
        return SimpleUploadedFile("补充.pdf", b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n")
    if not (isinstance(value, str) and value.startswith("$")):
        return value
    found: Any = side
    for part in value[1:].split("."):
        found = getattr(found, part)
    return found


@dataclass(frozen=True)
class Answer:
    """What came back, and what was written on the way."""

    status: int
    location: str
    text: str
    writes: tuple[str, ...]

    @property
    def outcome(self) -> str:
        """`done`, `refused` (not signed in, not allowed, not there), `method` or `wrong` (what was sent, or the time)."""
        if self.status in (401, 403, 404) or (self.status == 302 and self.location.startswith("/sign-in/")):
            return "refused"
        if self.status == 405:
            return "method"
        return "done" if self.status < 400 else "wrong"


def ask(client: Client, method: str, path: str, data: Mapping[str, Any]) -> Answer:
    """One request, rolled back afterwards; a fault of the server is raised as it is."""
    kept = _Kept()
    with transaction.atomic():
        with connection.execute_wrapper(kept):
            response = client.post(path, data) if method == "POST" else client.get(path, data)
            content = b"".join(response.streaming_content) if response.streaming else response.content
        transaction.set_rollback(True)
    text = content.decode("utf-8", "replace")
    return Answer(response.status_code, response.headers.get("Location", ""), text, tuple(kept.writes))


class _Kept:
    """The statements that changed rows and were not rolled back by the view itself."""

    def __init__(self) -> None:
        self.writes: list[str] = []
        self.marks: dict[str, int] = {}

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        word, _, rest = sql.partition(" ")
        name = rest.rpartition(" ")[2].strip('"')
        if word == "SAVEPOINT":
            self.marks[name] = len(self.writes)
        elif word == "ROLLBACK":
            del self.writes[self.marks.get(name, 0) :]
        elif word in WRITES and not any(table in sql for table in OWN_BUSINESS):
            self.writes.append(sql)
        return execute(sql, params, many, context)
