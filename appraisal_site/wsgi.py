"""The WSGI application for gunicorn and runserver."""

import os

from django.core.wsgi import get_wsgi_application

from appraisal_site.toolkit.serving import require_served_settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "appraisal_site.settings")

require_served_settings()
application = get_wsgi_application()
