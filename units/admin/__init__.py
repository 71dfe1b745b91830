"""The backstage: units, people and memberships as plain tables, for administrators, at /admin/.

Nothing here writes by itself: forms, actions and lists call `units.services`, so that the rules and the journal hold as
on every other page. Other apps register their own tables in their `admin` module on the same `site`.
"""

from units.admin import units, people, memberships  # isort: skip (the order of the sidebar)
from units.admin.site import site

__all__ = ["memberships", "people", "site", "units"]
