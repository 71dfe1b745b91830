from __future__ import annotations

from django.http import HttpRequest

from appraisal_site.home.shell import Shell


def shell(request: HttpRequest) -> dict[str, Shell]:
    """Nothing is asked of the database before a template reads it, so fragments cost nothing."""
    return {"shell": Shell(request)}
