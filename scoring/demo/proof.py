"""Small files as proof: a clipping, a roster, a ledger. Made by `fixtures/demo/files/make_files.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evidence import services as evidence_services
from scoring.demo.plan import CyclePlan, folder

if TYPE_CHECKING:
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
}
"""What the units called the files."""


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
