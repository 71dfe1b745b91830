"""Rules of the house that no linter knows: looked for in the source as it is."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LONGEST = 420  # lines; from about 300 on a module had better become a package
ROOMS = ["appraisal_site", "units", "rubrics", "evidence", "scoring"]


def files(*patterns: str, below: tuple[str, ...] = tuple(ROOMS)) -> list[Path]:
    return sorted(path for folder in below for pattern in patterns for path in (ROOT / folder).rglob(pattern))


def hits(paths: list[Path], pattern: str) -> list[str]:
    """Where `pattern` stands, as file:line."""
    found = []
    for path in paths:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if re.search(pattern, line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}")
    return found


def python_files() -> list[Path]:
    return [path for path in files("*.py") if "migrations" not in path.parts]


def test_there_is_something_to_look_at() -> None:
    assert len(python_files()) > 50
    assert len(files("*.html", below=("templates",))) > 20


@pytest.mark.parametrize("word", [r"\bmark_safe\b", r"\bcsrf_exempt\b", r"\bSafeString\(", r"except Exception:\s*pass"])
def test_no_code_switches_off_a_guard(word: str) -> None:
    assert hits(python_files(), word) == []


def test_views_forms_and_tasks_ask_selectors_and_not_the_database() -> None:
    rooms = {"views", "forms", "tasks"}
    paths = [path for path in python_files() if rooms & {*path.parts, path.stem} and "toolkit" not in path.parts]
    assert hits(paths, r"\.objects\b(?!\.none\(\))|\._default_manager\b|\.raw\(|cursor\(") == []


_WEAKER = [r"\sstyle\s*=", r"\son[a-z]+\s*=", r"<style\b", r"javascript:", r"\|\s*safe\b", r"autoescape off"]


@pytest.mark.parametrize("pattern", _WEAKER)
def test_no_template_needs_a_weaker_policy(pattern: str) -> None:
    assert hits(files("*.html", "*.svg", below=("templates",)), pattern) == []


def test_scripts_come_from_files() -> None:
    for path in files("*.html", below=("templates",)):
        for tag in re.findall(r"<script\b[^>]*>", path.read_text(encoding="utf-8")):
            assert " src=" in tag or 'type="application/json"' in tag, f"{path.name}: {tag}"


def test_nothing_is_fetched_from_outside() -> None:
    paths = files("*.html", "*.css", "*.js", below=("templates", "static"))
    assert hits(paths, r"""(src|href|url)\s*[=(]\s*["']?(https?:)?//""") == []


def test_a_module_stays_readable() -> None:
    long = {path.relative_to(ROOT): len(path.read_text(encoding="utf-8").splitlines()) for path in python_files()}
    assert {str(path): lines for path, lines in long.items() if lines > LONGEST} == {}


def tracked() -> Iterator[Path]:
    """Every file of the repository, or of the folder where it is no repository."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    for name in listed.split("\0"):
        path = ROOT / name
        if name and path.is_file() and path != Path(__file__):
            yield path


def test_no_file_names_a_machine_or_a_package_index() -> None:
    pattern = re.compile(rb"/root/|/work/|/home/\w+/|--index-url|--find-links|pypi\.org|pythonhosted|files\.python")
    found = [str(path.relative_to(ROOT)) for path in tracked() if pattern.search(path.read_bytes())]
    assert found == []


def test_every_pinned_package_carries_its_hash() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        entries = re.split(r"\n(?=[a-z0-9])", (ROOT / name).read_text(encoding="utf-8"))[1:]
        assert len(entries) > 25
        for entry in entries:
            assert re.match(r"[a-z0-9.-]+==\S+", entry), entry
            assert "--hash=sha256:" in entry, entry


def test_both_locks_agree() -> None:
    pins = [
        dict(re.findall(r"^([a-z0-9.-]+)==(\S+)", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE))
        for name in ("requirements.lock", "requirements-dev.lock")
    ]
    assert pins[0] == {name: pins[1].get(name) for name in pins[0]}


def test_every_interface_text_has_its_chinese() -> None:
    outcome = subprocess.run(
        [ROOT / ".ci" / "messages", "missing"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert outcome.stderr == ""
