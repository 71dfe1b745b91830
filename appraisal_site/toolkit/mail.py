"""Plain messages by mail, and what kept one from going out. Where they go is the settings' business (EMAIL_URL)."""

from __future__ import annotations

import smtplib

from django.conf import settings
from django.core.mail import EmailMessage

NOWHERE = "django.core.mail.backends.dummy.EmailBackend"


class MailFailed(Exception):
    """The message did not go out. `everybody`: the server cannot be reached or refuses us, so others would fail too."""

    def __init__(self, reason: str, *, everybody: bool) -> None:
        super().__init__(reason)
        self.everybody = everybody


def is_set_up() -> bool:
    """Whether messages go anywhere at all."""
    return str(settings.EMAIL_BACKEND) != NOWHERE


def full_address(path: str) -> str:
    """A page's whole address for a message; blank where the house has not said where it is reached."""
    base = str(settings.KAOPING_SITE_ADDRESS).rstrip("/")
    return f"{base}{path}" if base and path.startswith("/") else ""


def send_plain(*, to: str, subject: str, body: str) -> None:
    """Send one message to one person. Raises MailFailed, and nothing else, where it does not go out."""
    message = EmailMessage(" ".join(subject.split()), body, to=[to])
    try:
        message.send()
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError, ValueError) as error:
        raise MailFailed(str(error), everybody=False) from error
    except OSError as error:  # SMTPException is one too
        raise MailFailed(str(error), everybody=True) from error
