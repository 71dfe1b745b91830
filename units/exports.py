"""The lists that go out of the backstage. They have the heads that the lists coming in have, so that one can be brought
in again; columns that only inform stand at the end and are passed over when they come back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from import_export import resources
from import_export.formats.base_formats import XLSX
from tablib import Dataset

from appraisal_site.toolkit.xlsx import Column, Workbook
from units import selectors
from units.models import Membership, Unit, User
from units.resources import ACCOUNT_HEADS, LEVEL_WORDS, MEMBERSHIP_HEADS, UNIT_HEADS, AccountResource
from units.roles import HOUSE_ROLES, UNIT_ROLES


class TextWorkbook(XLSX):
    """An .xlsx written by the house's one writer: every text is a text cell, whatever it begins with."""

    def export_data(self, dataset: Dataset, **options: Any) -> bytes:
        """The workbook's bytes."""
        book = Workbook(title=dataset.title or "")
        widths = [
            max([len(head) * 2 + 4, *(2 * len(str(cell)) for cell in cells[:50])]) for head, cells in _columns(dataset)
        ]
        columns = [Column(head, min(width, 48)) for head, width in zip(dataset.headers, widths, strict=True)]
        sheet = book.sheet(dataset.title or "", columns=columns, landscape=False)
        for row in dataset:
            sheet.row(row)
        return book.content()


def _columns(dataset: Dataset) -> Iterator[tuple[str, list[Any]]]:
    rows = list(dataset)
    for place, head in enumerate(dataset.headers):
        yield head, [row[place] for row in rows]


class ListExport(resources.ModelResource):
    """A list with heads of its own: `heads` names the columns, `rows` makes the lines."""

    title = ""
    heads: tuple[str, ...] = ()

    def rows(self, queryset: Any) -> Iterable[tuple[Any, ...]]:
        """The lines for these rows of the table."""
        raise NotImplementedError

    def export(self, queryset: Any = None, **options: Any) -> Dataset:
        """The list as import-export hands it to a format."""
        data = Dataset(headers=list(self.heads), title=self.title)
        for row in self.rows(self.get_queryset() if queryset is None else queryset):
            data.append(row)
        return data


def _yes(said: bool) -> str:
    return "是" if said else "否"


class UnitExport(ListExport):
    """Units as the list of units has them, and whether each is in use."""

    title = "单位"
    heads = (*(accepted[0] for accepted in UNIT_HEADS.values()), "在用")

    class Meta:
        model = Unit

    def rows(self, queryset: Any) -> Iterable[tuple[Any, ...]]:
        """One line a unit."""
        for unit in queryset:
            yield unit.code, unit.title, unit.short_title, LEVEL_WORDS.get(unit.level, ""), _yes(unit.is_active)


class AccountExport(ListExport):
    """Accounts as the list of accounts has them: one line for each role of a person."""

    title = "账户"
    heads = (*(accepted[0] for accepted in ACCOUNT_HEADS.values()), "单位名称", "可登录", "上次登录")

    class Meta:
        model = User

    def rows(self, queryset: Any) -> Iterable[tuple[Any, ...]]:
        """Roles in a cycle are given there and are left out."""
        for person in selectors.with_roles(queryset.prefetch_related(None)):
            last = person.last_login
            tail = (_yes(person.is_active), last)
            held = [(group.name, None) for group in person.groups.all() if group.name in HOUSE_ROLES]
            held += [(row.role, row.unit) for row in person.acting if row.role in UNIT_ROLES]  # type: ignore[attr-defined]
            for role, unit in held or [("", None)]:
                word = AccountResource.role_label(role) if role else ""
                code, title = (unit.code, unit.title) if unit else ("", "")
                yield person.username, person.display_name, word, code, person.email, title, *tail


class MembershipExport(ListExport):
    """Memberships, the ended ones too."""

    title = "任职"
    heads = (*(accepted[0] for accepted in MEMBERSHIP_HEADS.values()), "显示名", "单位名称", "自")

    class Meta:
        model = Membership

    def rows(self, queryset: Any) -> Iterable[tuple[Any, ...]]:
        """One line a membership."""
        for row in queryset.select_related("user", "unit"):
            word = AccountResource.role_label(row.role)
            yield row.user.username, word, row.unit.code, row.until, str(row.user), row.unit.title, row.since
