"""The columns of the two lists that come in from Excel, and what a row must say. They read and check; services write.

django-import-export does the row work (which column feeds which field, new or known, what is wrong); saving is switched
off, so that a dry run and the real thing check alike and writing stays with `units.services`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from import_export import resources
from import_export.instance_loaders import BaseInstanceLoader
from tablib import Dataset

from units.models import Membership, Unit, User
from units.roles import CYCLE_ROLES, HOUSE_ROLES, ROLES, UNIT_ROLES

UNIT_HEADS = {
    "code": ("代码", "单位代码"),
    "title": ("名称", "单位名称", "name"),
    "short_title": ("简称", "short title", "short name"),
    "level": ("层级", "级别"),
}
ACCOUNT_HEADS = {
    "username": ("用户名", "账户", "user name", "login"),
    "display_name": ("显示名", "姓名", "display name", "name"),
    "role": ("角色",),
    "unit": ("单位代码", "单位", "unit code"),
    "email": ("邮箱", "邮件地址", "电子邮箱", "mail", "e-mail", "address for mail"),
}
MEMBERSHIP_HEADS = {field: ACCOUNT_HEADS[field] for field in ("username", "role", "unit")} | {"until": ("至", "until")}
LEVEL_WORDS = {"province": "省级", "city": "市级", "county": "县级", "township": "乡镇"}
LEVELS = {
    "": "",
    "省": "province",
    "省级": "province",
    "市": "city",
    "市级": "city",
    "县": "county",
    "县级": "county",
    "区": "county",
    "区级": "county",
    "乡": "township",
    "镇": "township",
    "乡镇": "township",
    "乡镇级": "township",
} | {code: code for code, _label in Unit.LEVELS}
ROLE_WORDS = {
    "管理员": "administrator",
    "考评办管理员": "administrator",
    "监督员": "auditor",
    "经办人": "clerk",
    "单位经办人": "clerk",
    "负责人": "head",
    "单位负责人": "head",
    "协办人": "colleague",
    "单位协办人": "colleague",
    "数据员": "provider",
    "数据提供员": "provider",
    "考评员": "reviewer",
    "考评组成员": "reviewer",
    "领导小组": "leader",
    "领导小组成员": "leader",
    "data provider": "provider",
    "unit clerk": "clerk",
    "unit head": "head",
    "unit colleague": "colleague",
} | {name: name for name in ROLES}


class _KnownRows(BaseInstanceLoader):
    """Finds the stored row among those read at once before the import."""

    def get_instance(self, row: dict[str, Any]) -> Any:
        return self.resource.known.get(row[self.resource.key])


class _ListResource(resources.ModelResource):
    """What both lists share: one query for the known rows, no saving, every error of a row at once."""

    key = ""

    def __init__(self, *, keep_known: bool = False, **options: Any) -> None:
        super().__init__(**options)
        self.keep_known = keep_known
        self.known: dict[str, Any] = {}
        self.seen: dict[str, str] = {}

    def passes_over(self, row: Mapping[str, Any]) -> bool:
        """Whether the row is left alone, since what it is about is there already and known rows are to be kept."""
        return self.keep_known and row[self.key] in self.known

    def do_instance_save(self, instance: Any, is_create: bool) -> None:
        """Nothing: `units.services` writes."""

    def said_before(self, what: str, row: dict[str, Any]) -> str:
        """Where the same was said further up in the list, or nothing; remembers this place."""
        here = _("sheet {sheet}, row {row}").format(sheet=row["sheet"], row=row["number"])
        before = self.seen.setdefault(what, here)
        return "" if before == here else before


class UnitResource(_ListResource):
    """The list of units: code, title, short title, level. `before` keeps what is stored, by code and field."""

    key = "code"

    class Meta:
        model = Unit
        fields = ("code", "title", "short_title", "level")
        import_id_fields = ("code",)
        instance_loader_class = _KnownRows
        skip_diff = True
        report_skipped = True
        store_instance = True
        use_transactions = False

    def before_import(self, dataset: Dataset, **kwargs: Any) -> None:
        """Read the units the list names, at once."""
        self.known = {unit.code: unit for unit in Unit.objects.filter(code__in=dataset["code"])}
        self.before = {code: {field: getattr(unit, field) for field in UNIT_HEADS} for code, unit in self.known.items()}

    def import_instance(self, instance: Unit, row: dict[str, Any], **kwargs: Any) -> None:
        """Fill the unit from the row; a level in words becomes its code, a column that is not there changes nothing."""
        if self.passes_over(row):
            return
        errors: dict[str, Any] = {}
        instance.code, instance.title = row["code"], row["title"]
        if row["short_title"] is not None:
            instance.short_title = row["short_title"]
        if row["level"] is not None:
            level = LEVELS.get(row["level"].lower())
            if level is None:
                said = _("There is no level “{level}”. Known are province, city, county, township, or nothing.")
                errors["level"] = said.format(level=row["level"])
            else:
                instance.level = level
        try:
            instance.clean_fields(exclude=errors)
        except ValidationError as problem:
            errors |= problem.message_dict
        before = self.said_before(row["code"], row)
        if before and row["code"]:
            errors["code"] = _("The code {code} stands already in {place}.").format(code=row["code"], place=before)
        if errors:
            raise ValidationError(errors)


class AccountResource(_ListResource):
    """The list of accounts: user name, shown name, role, unit code, address for mail. A person with two roles stands
    in two rows. A list without the column of addresses leaves them as they are, an empty cell too.
    """

    key = "username"

    class Meta:
        model = User
        fields = ("username", "display_name", "email")
        import_id_fields = ("username",)
        instance_loader_class = _KnownRows
        skip_diff = True
        report_skipped = True
        store_instance = True
        use_transactions = False

    def before_import(self, dataset: Dataset, **kwargs: Any) -> None:
        """Read the people and units the list names, and who acts for which unit, in four queries."""
        names = [User.normalize_username(name) for name in dataset["username"]]
        self.known = {user.username: user for user in User.objects.filter(username__in=names)}
        self.shown = {user.username: user.display_name for user in self.known.values()}
        self.mailed = {user.username: user.email for user in self.known.values()}
        self.first: dict[str, User] = {}
        self.addressed: dict[str, str] = {}
        units = [text for text in dataset["unit"] if text]
        self.units = {unit.title: unit for unit in Unit.objects.filter(title__in=units)}
        self.units |= {unit.code: unit for unit in Unit.objects.filter(code__in=units)}
        held = Membership.objects.filter(user__username__in=names, until=None)
        self.held: set[tuple[str, str, int | None]] = set(held.values_list("user__username", "role", "unit_id"))
        groups = User.groups.through.objects.filter(user__username__in=names)
        self.held |= {(name, group, None) for name, group in groups.values_list("user__username", "group__name")}

    def before_import_row(self, row: dict[str, Any], **kwargs: Any) -> None:
        """One spelling of the user name."""
        row["username"] = User.normalize_username(row["username"])

    def get_instance(self, instance_loader: BaseInstanceLoader, row: dict[str, Any]) -> User | None:
        """The stored person, or the one an earlier row of this list introduces."""
        return self.known.get(row["username"]) or self.first.get(row["username"])

    def import_instance(self, instance: User, row: dict[str, Any], **kwargs: Any) -> None:
        """Fill the person from the row and find what role it gives."""
        if self.passes_over(row):
            return
        errors = self._name_errors(instance, row)
        role, unit, said = self.role_in(row)
        errors |= said
        before = self.said_before(f"{row['username']}\0{role}\0{unit.code if unit else ''}", row)
        if before and row["username"]:
            text = _("{name} has this role already in {place}.")
            errors["username"] = text.format(name=row["username"], place=before)
        if errors:
            raise ValidationError(errors)
        self.first.setdefault(instance.username, instance)

    def _name_errors(self, person: User, row: dict[str, Any]) -> dict[str, str]:
        errors: dict[str, str] = {}
        person.username = row["username"]
        shown = row.get("display_name") or ""
        earlier = self.first.get(row["username"])
        if earlier is not None and shown and earlier.display_name != shown:
            errors["display_name"] = _("Further up {name} is shown as “{shown}”.").format(
                name=row["username"], shown=earlier.display_name
            )
        if shown:
            person.display_name = shown
        errors |= self._address(person, row.get("email") or "")
        try:
            person.clean_fields(exclude=["password", "first_name", "last_name"])
        except ValidationError as problem:
            errors |= {field: " ".join(messages) for field, messages in problem.message_dict.items()}
        if not person.is_active:
            errors["username"] = _("The account {name} is closed; open it again first.").format(name=person.username)
        return errors

    def _address(self, person: User, address: str) -> dict[str, str]:
        """Take the address over; what is wrong with two that differ. A blank cell says nothing."""
        if not address:
            return {}
        if self.addressed.setdefault(person.username, address) != address:
            return {"email": _("Further up {name} has another address.").format(name=person.username)}
        person.email = address
        return {}

    def role_in(self, row: Mapping[str, Any]) -> tuple[str, Unit | None, dict[str, str]]:
        """The role and unit that a row names, and what is wrong with them, by column."""
        words, code = (row.get("role") or "").lower(), row.get("unit") or ""
        role = ROLE_WORDS.get(words, "")
        unit = self.units.get(code)
        if words and not role:
            known = "、".join(["经办人", "单位负责人", "协办人", "数据员", "管理员", "监督员"])
            return (
                "",
                None,
                {"role": _("There is no role “{role}”. Known are {known}.").format(role=words, known=known)},
            )
        if role in CYCLE_ROLES:
            text = _("Reviewers and the leading group are named in their cycle. Leave the role blank here.")
            return "", None, {"role": text}
        if code and unit is None:
            return role, None, {"unit": _("There is no unit “{code}” in the list of units.").format(code=code)}
        if role in UNIT_ROLES and unit is None:
            return role, None, {"unit": _("This role needs the code of a unit.")}
        if role in HOUSE_ROLES and unit is not None:
            return role, None, {"unit": _("This role is for the whole house: leave the unit blank.")}
        if not role and unit is not None:
            return "", unit, {"role": _("With a unit there must be a role.")}
        return role, unit, {}

    @staticmethod
    def role_label(role: str) -> str:
        """A role as the list writes it: the first of its words."""
        return next(word for word, name in ROLE_WORDS.items() if name == role)

    def is_held(self, username: str, role: tuple[str, Unit | None]) -> bool:
        """Whether the person has the role already."""
        name, unit = role
        return (username, name, unit.pk if unit else None) in self.held


class MembershipResource(AccountResource):
    """The list of memberships: user name, role, unit code. It opens no account and gives no role of the house.

    A row with an end (`until`) is the record of what was: it is passed over.
    """

    def passes_over(self, row: Mapping[str, Any]) -> bool:
        """Whether the row tells of a membership that ended."""
        return bool(row.get("until"))

    def import_instance(self, instance: User, row: dict[str, Any], **kwargs: Any) -> None:
        """Check that the person is there and what role for which unit the row gives."""
        if self.passes_over(row):
            return
        role, unit, errors = self.role_in(row)
        if not errors and role not in UNIT_ROLES:
            known = "、".join(self.role_label(name) for name in UNIT_ROLES)
            errors = {"role": _("A membership has one of the roles {known}.").format(known=known)}
        if not errors and self.is_held(row["username"], (role, unit)):
            return
        if unit is not None and not unit.is_active:
            errors = {"unit": _("This unit is out of use; put it in use again first.")} | errors
        errors |= self._account_errors(instance, row["username"])
        before = self.said_before(f"{row['username']}\0{role}\0{unit.code if unit else ''}", row)
        if before and not errors:
            text = _("{name} has this role already in {place}.")
            errors["username"] = text.format(name=row["username"], place=before)
        if errors:
            raise ValidationError(errors)

    @staticmethod
    def _account_errors(person: User, name: str) -> dict[str, str]:
        if not name:
            return {"username": _("The user name is missing.")}
        if person.pk is None:
            return {"username": _("There is no account “{name}”.").format(name=name)}
        if not person.is_active:
            return {"username": _("The account {name} is closed; open it again first.").format(name=name)}
        return {}
