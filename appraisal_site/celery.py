"""The Celery application of a served installation (REDIS_URL set): `celery -A appraisal_site worker|beat`."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "appraisal_site.settings")

app = Celery("kaoping")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
