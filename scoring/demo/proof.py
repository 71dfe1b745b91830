"""Small files as proof: a clipping, a roster, a ledger. Made by `fixtures/demo/files/make_files.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evidence import services as evidence_services
from scoring.demo.plan import CyclePlan, folder

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from rubrics.models import Enrolment
    from units.models import User

NAMES = {
    "news-clipping.jpg": "见报剪报.jpg",
    "news-list.xlsx": "上稿情况统计表.xlsx",
    "flood-duty.jpg": "防汛值守现场.jpg",
    "duty-roster.pdf": "防汛值班表.pdf",
    "dispute-ledger.pdf": "权属纠纷调处台账.pdf",
    "circular.pdf": "情况通报.pdf",
    "work-summary.docx": "年度工作总结.docx",
    "archive-room.jpg": "档案库房照片.jpg",
    "prerequisites.pdf": "申报条件证明材料.pdf",
}
"""What the units called the files."""


PREREQUISITES = "prerequisites.pdf"


def confirm(enrolment: Enrolment, clerk: User, moment: datetime, codes: Sequence[str] | None = None) -> None:
    """Confirm what the rubric asks for beforehand, all of it or these codes, with one file for them all."""
    evidence_services.load_confirmations(
        actor=None,
        enrolment=enrolment,
        codes=codes,
        name=NAMES[PREREQUISITES],
        content=(folder() / "files" / PREREQUISITES).read_bytes(),
        confirmed_by=clerk,
        confirmed_at=moment,
    )


def attach(plan: CyclePlan, enrolment: Enrolment, code: str, clerk: User) -> None:
    """The files of one unit, before its sheet is handed in."""
    for entry in plan.proof:
        if entry["unit"] != code:
            continue
        for file in entry["files"]:
            evidence_services.load_proof(
                actor=None,
                enrolment=enrolment,
                item_code=entry["item"],
                name=NAMES[file],
                content=(folder() / "files" / file).read_bytes(),
                uploaded_by=clerk,
            )
