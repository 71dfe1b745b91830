"""A read workbook as a signed text for a hidden field, so that it is not uploaded twice between looking and merging."""

from __future__ import annotations

from dataclasses import asdict

from django.core import signing

from evidence.offline.rows import FactRow, Filled, ItemRow

SALT = "evidence.offline"
A_DAY = 24 * 60 * 60
LONGEST = 2_000_000
"""Signs of the text: what a form may carry."""


class Lost(ValueError):
    """The text is not ours, of another sheet, or older than a day."""


def packed(filled: Filled, enrolment_pk: int) -> str:
    """Everything but the problems: what had any is not carried further."""
    data = [
        filled.sheet, filled.letters, [list(asdict(row).values()) for row in filled.facts],
        [list(asdict(row).values()) for row in filled.items],
        list(filled.known_facts.items()), filled.known_items,
    ]  # fmt: skip
    return signing.dumps(data, salt=f"{SALT}:{enrolment_pk}", compress=True)


def unpacked(text: str, enrolment_pk: int) -> Filled:
    """The workbook out of a hidden field of the same sheet. Raises Lost."""
    try:
        sheet, letters, facts, items, known, known_items = signing.loads(
            text, salt=f"{SALT}:{enrolment_pk}", max_age=A_DAY
        )
    except (signing.BadSignature, ValueError) as error:
        raise Lost from error
    return Filled(
        sheet, letters, [FactRow(*row) for row in facts], [ItemRow(*row) for row in items],
        {int(pk): mark for pk, mark in known}, known_items,
    )  # fmt: skip
