"""Settings, all from the environment; with none set, a machine of one's own: SQLite and no services.

What an installation may set is listed in docs/operations.md under "Settings".
"""

import os
import secrets
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import environ
from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from appraisal_site.toolkit.site import read_site

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

# The one folder that holds everything people entered: database, uploaded files, generated key, site.json.
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var"))).resolve()
DEBUG = env.bool("DEBUG", default=False)
KAOPING_DEMO = env.bool("KAOPING_DEMO", default=False)
with suppress(OSError):  # a command that stores nothing may run where nothing can be written
    DATA_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
_SITE = read_site(DATA_DIR)  # what `manage.py setup` wrote down; the environment overrides it
LOCAL = DEBUG or KAOPING_DEMO  # for the person at this machine only, without TLS


def _local_key() -> str:
    """A key made once and kept in the data folder, readable by its owner only, so that sessions survive a restart."""
    path = DATA_DIR / "secret_key"
    if not path.is_file():
        try:
            with open(path, "x", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
                file.write(secrets.token_urlsafe(64))
        except FileExistsError:  # another process was faster
            pass
    return path.read_text(encoding="ascii").strip()


# A command that serves nobody (migrate, score, …) does with a key for its lifetime; serving demands a real one.
SECRET_KEY = env.str("SECRET_KEY", default="") or (_local_key() if LOCAL else secrets.token_urlsafe(64))
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"] if LOCAL else [])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "units",
    "rubrics",
    "evidence",
    "scoring",
    "appraisal_site.home",
    "unfold.apps.BasicAppConfig",  # before the admin: its templates come first
    "unfold.contrib.import_export",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "guardian",
    "import_export",
    "axes",
    "csp",
    "django_htmx",
    "js_lib_bootstrap5",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "appraisal_site.toolkit.headers.HeadersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "appraisal_site.toolkit.sessions.SessionLimitMiddleware",
    "units.middleware.PeopleMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "appraisal_site.toolkit.htmx.HtmxSignInMiddleware",
    "appraisal_site.toolkit.conflicts.ConflictMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "appraisal_site.urls"
WSGI_APPLICATION = "appraisal_site.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "appraisal_site.home.context_processors.shell",
            ],
        },
    },
]

# ---------------------------------------------------------------- database

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'kaoping.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # Every transaction takes the write lock when it begins and waits for it; a commit is on disk before it is said.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
    }
else:
    DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}

# ---------------------------------------------------------------- Redis: cache and long work; without it, this process

REDIS_URL = env.str("REDIS_URL", default="")
if REDIS_URL:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# Where units.jobs runs a job: "celery" (a worker), "thread" (one background thread here), "inline" (on commit, tests).
JOBS_RUN = "celery" if REDIS_URL else "thread"
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULE = {
    "sweep lost jobs": {"task": "units.sweep_jobs", "schedule": 60.0},
    "keep the clock": {"task": "units.keep_clock", "schedule": 600.0},
}
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600}

# ---------------------------------------------------------------- who may come in

AUTH_USER_MODEL = "units.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "guardian.backends.ObjectPermissionBackend",
]
ANONYMOUS_USER_NAME = None  # guardian: rights are for people with an account
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/sign-in/"
_VALIDATORS = "django.contrib.auth.password_validation."
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": _VALIDATORS + "UserAttributeSimilarityValidator"},
    {"NAME": _VALIDATORS + "MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": _VALIDATORS + "CommonPasswordValidator"},
    {"NAME": _VALIDATORS + "NumericPasswordValidator"},
]

# A whole building often shares one address, so name and address are locked as a pair.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "units.views.sign_in.locked_out"
AXES_VERBOSE = False  # no line at every start of every command
AXES_CLIENT_IP_CALLABLE = "appraisal_site.toolkit.headers.client_address"
PROXY_COUNT = env.int("PROXY_COUNT", default=0)  # proxies of ours that append to X-Forwarded-For

SESSION_COOKIE_NAME = "kaoping_session"
SESSION_COOKIE_AGE = 12 * 60 * 60  # seconds
SESSION_IDLE = timedelta(minutes=30)
SESSION_ABSOLUTE = timedelta(hours=12)
SESSION_EXPIRE_AT_BROWSER_CLOSE = True

# ---------------------------------------------------------------- what a browser may do

HTTPS = env.bool("HTTPS", default=not LOCAL)
SECURE_SSL_REDIRECT = HTTPS
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=31_536_000) if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
if PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],  # Bootstrap draws its arrows and ticks as data: pictures
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "worker-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    },
}

# ---------------------------------------------------------------- words and time

KAOPING_SITE_TITLE = env.str("SITE_TITLE", default=_SITE.get("title", ""))
KAOPING_CONTACT = env.str("CONTACT", default=_SITE.get("contact", ""))  # whom to ask: a telephone number or a room
KAOPING_SITE_ADDRESS = env.str("SITE_ADDRESS", default="")  # https://kaoping.example, for links in messages
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["appraisal_site.home.formats"]
LANGUAGE_COOKIE_NAME = "kaoping_language"
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_SAMESITE = "Lax"
TIME_ZONE = env.str("TIME_ZONE", default=_SITE.get("time_zone", "Asia/Shanghai"))
USE_TZ = True

# ---------------------------------------------------------------- mail: nowhere unless EMAIL_URL names a server

vars().update(env.email_url("EMAIL_URL", default="consolemail://" if LOCAL else "dummymail://"))
EMAIL_TIMEOUT = 10  # seconds; a server that hangs must not hold up what else waits
DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", default="kaoping@localhost")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# ---------------------------------------------------------------- files

STATIC_URL = "/static/"
STATIC_ROOT = env.str("STATIC_ROOT", default=None)
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = True  # served straight out of the packages: no collectstatic needed
WHITENOISE_AUTOREFRESH = DEBUG

MEDIA_ROOT = DATA_DIR / "files"  # reached through views that check rights only, never by an address of its own
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440  # bytes of a form without its files
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000
DATA_UPLOAD_MAX_NUMBER_FILES = 20
IMPORT_EXPORT_ESCAPE_FORMULAE_ON_EXPORT = True

# ---------------------------------------------------------------- backstage (/admin/)

AXES_ENABLE_ADMIN = False  # its tables are for the house's own pages
UNFOLD = {
    "SITE_URL": reverse_lazy("home"),
    "SITE_SYMBOL": "balance",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("img/mark.svg")}],
    "SHOW_HISTORY": False,  # the journal has it
    "SHOW_VIEW_ON_SITE": False,
    "STYLES": [lambda request: static("css/backstage.css")],
    "SIDEBAR": {"navigation": "units.admin.site.navigation"},
    "ACCOUNT": {"navigation": [{"title": _("Change my password"), "link": reverse_lazy("units:password")}]},
    "BORDER_RADIUS": "3px",
    "COLORS": {  # the azurite of theme.css
        "primary": {
            "50": "#f2f7fa",
            "100": "#e9f1f5",
            "200": "#cfe0ea",
            "300": "#aacbdd",
            "400": "#86bddb",
            "500": "#4f92b5",
            "600": "#1d5673",
            "700": "#16445c",
            "800": "#123749",
            "900": "#0e2b39",
            "950": "#091c26",
        },
    },
}

# ---------------------------------------------------------------- log: to stderr, the service manager keeps it

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", default="WARNING" if LOCAL else "INFO")},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        "django.request": {"level": "ERROR"},  # a refused or incomplete form is no event
        "axes": {"level": "WARNING"},
    },
}
