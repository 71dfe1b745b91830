"""The first steps of a real installation: `manage.py setup`, and what the settings make of the environment."""

import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.test import RequestFactory

from appraisal_site.toolkit.site import read_site, write_site
from units import policies
from units.models import JournalEntry, User

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "Qing-shan-lv-shui-9"


@pytest.fixture
def house(settings, tmp_path: Path, db: None) -> Path:
    settings.DATA_DIR = tmp_path / "data"
    return settings.DATA_DIR


def setup(**options: object) -> str:
    said = io.StringIO()
    call_command("setup", interactive=False, stdout=said, **options)
    return said.getvalue()


def test_the_first_administrator_gets_a_password_for_one_sign_in(house: Path) -> None:
    said = setup(title="某市考评", time_zone="Asia/Urumqi")

    user = User.objects.get()
    assert (user.username, user.must_change_password, user.is_superuser) == ("admin", True, False)
    assert policies.is_administrator(user)
    password = re.search(r"[a-z2-9]{14}", said).group()
    request = RequestFactory().post("/sign-in/")
    assert authenticate(request, username="admin", password=password) == user
    assert read_site(house) == {"title": "某市考评", "time_zone": "Asia/Urumqi", "contact": ""}
    assert list(JournalEntry.objects.order_by("pk").values_list("verb", flat=True)) == ["user.created", "role.given"]


def test_a_password_may_come_by_standard_input(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(PASSWORD + "\n"))
    said = setup(username="office", display_name="考评办", password_stdin=True)

    user = User.objects.get()
    assert (str(user), user.must_change_password) == ("考评办", False)
    assert user.check_password(PASSWORD)
    assert PASSWORD not in said


def test_a_weak_password_opens_no_account(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("12345\n"))
    with pytest.raises(CommandError):
        setup(username="office", password_stdin=True)
    assert not User.objects.exists()


def test_setup_again_opens_no_second_account_unless_it_is_named(house: Path) -> None:
    setup()
    setup(title="renamed")
    assert User.objects.count() == 1
    assert read_site(house)["title"] == "renamed"
    with pytest.raises(CommandError):
        setup(username="admin")
    setup(username="second")
    assert User.objects.count() == 2


def test_a_time_zone_that_does_not_exist_is_refused(house: Path) -> None:
    with pytest.raises(CommandError, match="Mars"):
        setup(time_zone="Mars/Olympus")
    assert read_site(house) == {}


def test_what_a_house_says_about_itself_is_changed_one_by_one(tmp_path: Path) -> None:
    write_site(tmp_path, title="a")
    write_site(tmp_path, contact="b")
    assert read_site(tmp_path) == {"title": "a", "contact": "b"}
    with pytest.raises(ValueError, match="colour"):
        write_site(tmp_path, colour="red")
    assert [path.name for path in tmp_path.iterdir()] == ["site.json"]


# ------------------------------------------------------------------ settings, in a process of their own


def told(tmp_path: Path, code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """What Python says of the settings under exactly this environment."""
    base = {
        "PATH": os.environ["PATH"],
        "DATA_DIR": str(tmp_path / "data"),
        "DJANGO_SETTINGS_MODULE": "appraisal_site.settings",
    }
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=base | environment, capture_output=True, text=True, check=False
    )


SERVE = "import appraisal_site.wsgi"
KEY = "from django.conf import settings; print(settings.SECRET_KEY)"
REAL = {"SECRET_KEY": "k" * 60 + "0123456789", "ALLOWED_HOSTS": "kaoping.example"}


@pytest.mark.parametrize(
    ("environment", "missing"), [({}, "SECRET_KEY and ALLOWED_HOSTS"), ({"SECRET_KEY": "x"}, "ALLOWED_HOSTS")]
)
def test_nobody_is_served_without_key_and_hosts(tmp_path: Path, environment: dict[str, str], missing: str) -> None:
    outcome = told(tmp_path, SERVE, **environment)
    assert outcome.returncode == 1
    assert f"Set {missing} in the environment before serving" in outcome.stderr


@pytest.mark.parametrize("environment", [REAL, {"KAOPING_DEMO": "true"}, {"DEBUG": "true"}])
def test_a_real_house_the_demonstration_and_development_are_served(tmp_path: Path, environment: dict[str, str]) -> None:
    assert told(tmp_path, SERVE, **environment).stderr == ""


def test_the_generated_key_stays_and_is_for_its_owner_only(tmp_path: Path) -> None:
    first = told(tmp_path, KEY, KAOPING_DEMO="true").stdout
    assert len(first) > 60
    assert told(tmp_path, KEY, KAOPING_DEMO="true").stdout == first
    assert (tmp_path / "data" / "secret_key").stat().st_mode & 0o777 == 0o600


def test_a_command_that_serves_nobody_leaves_no_key_behind(tmp_path: Path) -> None:
    assert told(tmp_path, KEY).stdout != told(tmp_path, KEY).stdout
    assert not (tmp_path / "data" / "secret_key").exists()


def test_the_environment_overrides_what_was_written_down(tmp_path: Path) -> None:
    write_site(tmp_path / "data", title="written", time_zone="Asia/Urumqi")
    code = "from django.conf import settings as s; import json; print(json.dumps([s.KAOPING_SITE_TITLE, s.TIME_ZONE]))"
    assert json.loads(told(tmp_path, code).stdout) == ["written", "Asia/Urumqi"]
    assert json.loads(told(tmp_path, code, SITE_TITLE="said").stdout) == ["said", "Asia/Urumqi"]


def test_redis_turns_celery_and_the_shared_cache_on(tmp_path: Path) -> None:
    code = "from django.conf import settings as s; print(s.JOBS_RUN, s.CACHES['default']['BACKEND'].rpartition('.')[2])"
    assert told(tmp_path, code).stdout.split() == ["thread", "LocMemCache"]
    assert told(tmp_path, code, REDIS_URL="redis://127.0.0.1:1/0").stdout.split() == ["celery", "RedisCache"]
