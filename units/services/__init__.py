"""All writing of this app. `units.services.journal.append` is what the services of every app call.

`actor=None` means the house itself: a command of the person at the machine, never a request.
"""

from units.services import journal, people
from units.services.notices import mark_all_read, mark_read, notify
from units.services.people import (
    change_language,
    change_own_address,
    change_password,
    change_person,
    create_user,
    open_accounts,
    record_lockout,
    record_sign_in,
    reinstate_person,
    reset_password,
    retire_person,
    switch_demo_user,
)
from units.services.roles import give_role, take_role
from units.services.units import change_unit, create_unit, save_units

__all__ = [
    "change_language",
    "change_own_address",
    "change_password",
    "change_person",
    "change_unit",
    "create_unit",
    "create_user",
    "give_role",
    "journal",
    "mark_all_read",
    "mark_read",
    "notify",
    "open_accounts",
    "people",
    "record_lockout",
    "record_sign_in",
    "reinstate_person",
    "reset_password",
    "retire_person",
    "save_units",
    "switch_demo_user",
    "take_role",
]
