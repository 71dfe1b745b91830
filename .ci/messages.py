"""The Chinese texts, without GNU gettext: one file a room in locale/parts/, together one compiled catalogue.

The parts are the only source. `compile` puts them together into the catalogue that Django reads; `missing` names every
text of the code and the templates that no part translates; `unused` names translations that nothing seems to ask for
(texts looked up by a variable are among them).
"""

import os
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
LOCALE = "zh_Hans"
PARTS = ROOT / "locale" / "parts"
COMPILED = ROOT / "locale" / LOCALE / "LC_MESSAGES" / "django.mo"
ROOMS = ["appraisal_site", "units", "rubrics", "evidence", "scoring"]
KEYWORDS = DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}

Key = tuple[str | None, str]  # context, text


def key_of(message: Message) -> Key:
    text = message.id if isinstance(message.id, str) else message.id[0]
    return message.context, text


def parts() -> list[Path]:
    return sorted(PARTS.glob("*.po"))


def gathered() -> tuple[Catalog, list[str]]:
    """All parts in one catalogue, and what is wrong with them."""
    whole = Catalog(locale=LOCALE, project="Kaoping", charset="utf-8")
    said: dict[Key, tuple[object, str]] = {}
    problems = []
    for path in parts():
        with path.open("rb") as file:
            part = read_po(file, locale=LOCALE, charset="utf-8", abort_invalid=True)
        for message in part:
            if not message.id or not message.string or "fuzzy" in message.flags:
                continue
            key = key_of(message)
            other = said.setdefault(key, (message.string, path.name))
            if other[0] != message.string:
                problems.append(f"{path.name}: {key[1]!r} is {message.string!r}, but in {other[1]} it is {other[0]!r}")
                continue
            errors = message.check(part)
            problems += [f"{path.name}: {key[1]!r}: {error}" for error in errors]
            if errors:
                continue
            whole.add(message.id, message.string, flags=message.flags, context=message.context)
    return whole, problems


def compile_catalogue() -> int:
    sources = parts()
    if COMPILED.is_file() and all(path.stat().st_mtime <= COMPILED.stat().st_mtime for path in sources):
        return 0
    catalogue, _problems = gathered()  # named by `missing`; a text that is wrong in one place must not stop the rest
    COMPILED.parent.mkdir(parents=True, exist_ok=True)
    draft = COMPILED.with_suffix(f".{os.getpid()}")
    with draft.open("wb") as file:
        write_mo(file, catalogue)
    draft.replace(COMPILED)
    return 0


def sources() -> Iterator[tuple[Path, bytes]]:
    """Every file that may hold texts, a template as the Python calls it amounts to."""
    from django.conf import settings
    from django.utils.translation.template import templatize

    if not settings.configured:
        settings.configure()
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            yield path, path.read_bytes()
    for path in sorted((ROOT / "templates").rglob("*")):
        if path.suffix in {".html", ".txt", ".svg"}:
            calls = templatize(path.read_text(encoding="utf-8"), origin=str(path))
            yield path, "\n".join(line.strip() for line in calls.split("\n")).encode()


def asked() -> dict[Key, str]:
    """Every text that code or a template asks for, with the first place."""
    found: dict[Key, str] = {}
    for path, content in sources():
        for line, texts, _comments, context in extract("python", BytesIO(content), keywords=KEYWORDS):
            text = texts if isinstance(texts, str) else texts[0]
            if text:
                found.setdefault((context, text), f"{path.relative_to(ROOT)}:{line}")
    return found


def missing() -> int:
    catalogue, problems = gathered()
    known = {key_of(message) for message in catalogue if message.id}
    absent = {key: place for key, place in asked().items() if key not in known}
    for (_context, text), place in absent.items():
        problems.append(f"{place}: {text!r} is not translated")
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


def unused() -> int:
    catalogue, _problems = gathered()
    texts = asked()
    for message in catalogue:
        if message.id and key_of(message) not in texts:
            print(key_of(message)[1])
    return 0


COMMANDS = {"compile": compile_catalogue, "missing": missing, "unused": unused}

if __name__ == "__main__":
    wanted = sys.argv[1:]
    if not wanted or any(name not in COMMANDS for name in wanted):
        sys.exit(f"usage: .ci/messages {' | '.join(COMMANDS)} …")
    sys.exit(max([COMMANDS[name]() for name in wanted]))
