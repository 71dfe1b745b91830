"""What a person holds by guardian grants, read once a request instead of once an object."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from guardian.models import UserObjectPermissionBase

    from units.models import User

_CACHE = "_grants_held"


def held(user: User, table: type[UserObjectPermissionBase]) -> dict[str, frozenset[int]]:
    """The keys of the objects on which `user` holds each permission, by codename; one query for each user object.

    `table` is a direct foreign key table such as `UnitUserObjectPermission`. A user object lives as long as a
    request, so a right that is withdrawn bites on the next one; a service that must not trust the start of its
    request calls `forget` inside its transaction.
    """
    if user.pk is None or not user.is_active:
        return {}
    cache: dict[Any, dict[str, frozenset[int]]] = user.__dict__.setdefault(_CACHE, {})
    if table not in cache:
        found: dict[str, set[int]] = {}
        rows = table._default_manager.filter(user_id=user.pk)
        for codename, pk in rows.values_list("permission__codename", "content_object_id"):
            found.setdefault(codename, set()).add(pk)
        cache[table] = {codename: frozenset(keys) for codename, keys in found.items()}
    return cache[table]


def forget(user: User) -> None:
    """Read the person's rights anew at the next question: object grants and the permissions Django has cached."""
    for name in (_CACHE, "_perm_cache", "_user_perm_cache", "_group_perm_cache"):
        user.__dict__.pop(name, None)
