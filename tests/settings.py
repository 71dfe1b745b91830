"""The site's settings as the tests need them: a folder of their own, quick passwords, jobs on commit.

The database is SQLite in that folder, or what DATABASE_URL names (`python -m tests.servers …` names a real PostgreSQL).
"""

import atexit
import os
import shutil
import tempfile

if "KAOPING_TEST_DIR" not in os.environ:  # the processes that xdist starts inherit the folder of the first
    os.environ["KAOPING_TEST_DIR"] = tempfile.mkdtemp(prefix="kaoping-test-")
    atexit.register(shutil.rmtree, os.environ["KAOPING_TEST_DIR"], ignore_errors=True)

os.environ["DATA_DIR"] = os.environ["KAOPING_TEST_DIR"]
os.environ["SECRET_KEY"] = "only-for-tests-" + "x" * 50
os.environ["ALLOWED_HOSTS"] = "testserver,localhost,127.0.0.1"
os.environ["HTTPS"] = "false"
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright keeps an event loop in the thread of the test
for name in ("DEBUG", "KAOPING_DEMO", "REDIS_URL", "TIME_ZONE", "SITE_TITLE", "CONTACT", "PROXY_COUNT"):
    os.environ.pop(name, None)

from appraisal_site.settings import *  # noqa: E402, F403
from appraisal_site.settings import DATA_DIR, DATABASES, LOGGING  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
JOBS_RUN = "inline"
LOGGING["root"]["level"] = "ERROR"

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, or the threads of a test would lock each other out; nothing has to survive a power cut here.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
    DATABASES["default"]["OPTIONS"]["init_command"] = (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA foreign_keys=ON;"
    )
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 0  # so that the database can be dropped when the tests are over
