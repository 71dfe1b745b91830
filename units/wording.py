"""What the codes of journal verbs and notices say in the reader's language.

Every app names its own with `name_verbs` and `name_notices`, once, where it is loaded (its services, or
`apps.ready`). A text may use what the row says: `{count}` is `after["count"]` of a journal row or a parameter of a
notice.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

ROLE_NAMES = {
    "administrator": _("Administrator"),
    "auditor": _("Auditor"),
    "leader": _("Leading group"),
    "reviewer": _("Reviewer"),
    "clerk": _("Unit clerk"),
    "head": _("Unit head"),
    "colleague": _("Unit colleague"),
    "provider": _("Data provider"),
}
_FIELDS: dict[str, Any] = {
    "created": _("added"),
    "updated": _("changed"),
    "changes": _("changes"),
    "units": _("units"),
    "accounts": _("accounts"),
    "memberships": _("memberships"),
    "unit": _("unit"),
    "cycle": _("cycle"),
    "role": _("role"),
    "roles": _("roles"),
    "code": _("code"),
    "title": _("name of the unit"),
    "short_title": _("short name"),
    "level": _("level of the unit"),
    "is_active": _("in use"),
    "username": _("user name"),
    "display_name": _("shown as"),
    "email_changed": _("address for mail changed"),
    "failures": _("failures"),
    "outcome": _("outcome"),
    "rows": _("rows"),
    "chains": _("chains"),
    "milliseconds": _("milliseconds"),
    "head": _("head"),
    "heads": _("heads"),
    "broken": _("broken"),
    "reason": _("reason"),
}
_VALUES: dict[str, Mapping[str, Any]] = {
    "role": ROLE_NAMES,
    "outcome": {"whole": _("all rows fit"), "broken": _("a chain is broken")},
}
_VERBS: dict[str, Any] = {}
_NOTICES: dict[str, Any] = {}


class _Said(dict[str, Any]):
    """Parameters of a text; one that a row does not have is left blank rather than breaking the page."""

    def __missing__(self, key: str) -> str:
        return ""


def name_verbs(texts: Mapping[str, Any]) -> None:
    """Declare the texts of journal verbs, lazily translated."""
    _VERBS.update(texts)


def name_notices(texts: Mapping[str, Any]) -> None:
    """Declare the texts of notices, lazily translated."""
    _NOTICES.update(texts)


def name_fields(texts: Mapping[str, Any]) -> None:
    """Declare what keys of `before` and `after` are called on the journal page, lazily translated."""
    _FIELDS.update(texts)


def field_name(key: str) -> str:
    """What a key of a record is called; a key nobody has named is shown as it is kept."""
    return str(_FIELDS.get(key, key))


def role_name(role: str) -> str:
    """A role in the reader's language."""
    return str(ROLE_NAMES.get(role, role))


def verb_name(verb: str) -> str:
    """What a verb is called in a list to choose from: its text up to the colon."""
    return str(_VERBS.get(verb, verb)).partition(":")[0].partition("：")[0]


def verb_text(verb: str, before: Any, after: Any) -> str:
    """What one journal row says was done."""
    said = _Said(after) if isinstance(after, dict) else _Said()
    for key, names in _VALUES.items():
        if isinstance(said.get(key), str):
            said[key] = names.get(said[key], said[key])
    if isinstance(before, dict):
        said |= {f"old_{key}": value for key, value in before.items()}
    return _tidy(str(_VERBS.get(verb, verb)).format_map(said))


def notice_text(code: str, params: Mapping[str, Any]) -> str:
    """What a notice says."""
    return _tidy(str(_NOTICES.get(code, code)).format_map(_Said(params)))


def _tidy(text: str) -> str:
    """A text without the punctuation that a missing parameter leaves at its end."""
    return text.rstrip(" :：,，")


name_verbs(
    {
        "house.set_up": _("House set up"),
        "user.created": _("Account opened: {username}"),
        "user.changed": _("Account changed: {username}"),
        "user.retired": _("Account closed: {username}"),
        "user.reinstated": _("Account opened again: {username}"),
        "user.password_reset": _("Password reset: {username}"),
        "user.password_changed": _("Own password changed"),
        "user.signed_in": _("Signed in"),
        "user.locked_out": _("Sign-in locked after {failures} failures"),
        "role.given": _("Role given: {role}"),
        "role.taken": _("Role taken: {role}"),
        "unit.created": _("Unit added: {code}"),
        "unit.changed": _("Unit changed: {code}"),
        "units.imported": _("Units imported: {created} new, {updated} changed"),
        "memberships.imported": _("Memberships brought in: {created}"),
        "users.imported": _("Accounts imported: {created} new, {updated} changed"),
        "demo.switched": _("Demonstration role switched"),
        "journal.handed_out": _("Journal head handed out"),
        "journal.verified": _("Journal verified: {outcome}"),
    }
)
name_notices({"job.failed": _("A task did not finish: {message}")})
