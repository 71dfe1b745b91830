"""The site: settings, addresses, home page. It knows every app; no app knows it (its toolkit aside)."""

import os

if os.environ.get("REDIS_URL"):
    # `shared_task(...).delay()` needs the configured Celery app in every process that asks for work.
    # Without Redis there is no worker, and every command starts faster without importing Celery.
    from appraisal_site.celery import app as celery_app

    __all__ = ["celery_app"]
