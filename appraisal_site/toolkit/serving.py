"""What must be set before anybody is served."""

import os

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


def require_served_settings() -> None:
    """Refuse to serve without a key and host names of one's own, unless this is the demonstration or development."""
    if settings.DEBUG or settings.KAOPING_DEMO:
        return
    missing = [name for name in ("SECRET_KEY", "ALLOWED_HOSTS") if not os.environ.get(name)]
    if missing:
        raise ImproperlyConfigured(
            f"Set {' and '.join(missing)} in the environment before serving: SECRET_KEY is a long random text that "
            "stays the same, ALLOWED_HOSTS the host names people type, separated by commas. "
            "To try the program on this machine only, run `make demo`, or set DEBUG=true."
        )
