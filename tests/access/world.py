"""A small house in which everybody of the cast has a part, with an own and an other side of everything.

Own: the cast's unit, its cycle, what was recorded about it. Other: another unit of the same cycle. Foreign: a cycle in
which none of the cast has a part. Handed: the own unit in a second cycle, its sheet handed in and waiting for decisions.
Whatever belongs to the other unit or the foreign cycle carries a word of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from types import SimpleNamespace
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from evidence import services as evidence_services
from evidence.models import Attachment, Fact, Submission
from evidence.services import looks
from rubrics import selectors as rubrics_selectors
from rubrics import services as rubrics_services
from rubrics.models import Assignment, Clause, Cycle, Enrolment, Item, ProviderUnit, Rubric
from rubrics.services import Participant, PhaseDates, editing
from tests.cast import OTHER_WORD, OWN_WORD
from units import services as units_services
from units.jobs import enqueue
from units.models import Notice, Unit, User

FOREIGN_WORD = "外周期丙"
WORDS = {"own": OWN_WORD, "other": OTHER_WORD, "foreign": FOREIGN_WORD, "handed": OWN_WORD}
LATE, NEWS = "conduct.meetings.late", "results.news.level"
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"

RUBRIC: dict[str, Any] = {
    "format": "appraisal-rubric/1",
    "code": "access-2026",
    "title": "出入考评办法",
    "year": timezone.localdate().year,
    "total": 100,
    "series": [{"code": "offices", "title": "科室"}],
    "providers": [{"code": "court", "title": "法院"}],
    "categories": [
        {
            "code": "conduct", "title": "作风建设", "points": 40,
            "items": [
                {"code": "meetings", "title": "会议纪律", "points": 40, "clauses": [
                    {"code": "late", "text": "迟到早退", "effect": "deduct", "basis": "count", "points": 1,
                     "per": "人次", "provider": "court"},
                ]},
            ],
        },
        {
            "code": "results", "title": "业务工作", "points": 40,
            "items": [
                {"code": "news", "title": "信息", "points": 40, "start": "zero", "clauses": [
                    {"code": "level", "text": "上稿", "effect": "award", "basis": "level",
                     "levels": {"city": 2, "province": 5}, "evidence": "required"},
                ]},
            ],
        },
        {
            "code": "goals", "title": "年度目标", "points": 20,
            "items": [
                {"code": code, "title": code, "points": 10, "start": "zero", "clauses": [
                    {"code": "done", "text": "本单位目标", "effect": "award", "basis": "targets", "points": 10},
                ]}
                for code in ("own", "more")
            ],
        },
    ],
    "procedure": {"prerequisites": [{"code": "registered", "text": "已办登记", "evidence": "optional"}]},
}  # fmt: skip

PHASES = {"self_assessment": (-5, 5), "review": (-1, 10), "approval": (10, 20)}


@dataclass
class World:
    """Everybody, and by side everything an address can lead to."""

    people: dict[str, User | None]
    sides: dict[str, SimpleNamespace]


def build(people: dict[str, User | None], unit: Unit, other_unit: Unit, other_clerk: User) -> World:
    """The whole house; `people` are the cast by role, None is nobody."""
    clerk, reviewer = people["clerk"], people["reviewer"]
    draft = rubrics_services.load_rubric(actor=None, data={**RUBRIC, "code": "draft-2026", "title": "草案办法"})
    editing.add_entry(actor=None, rubric=draft, kind="panel")  # something to undo
    draft_item = Item.objects.filter(category__rubric=draft).latest("position", "pk")
    draft_clause = Clause.objects.filter(item__category__rubric=draft).latest("position", "pk")
    rubric = rubrics_services.load_rubric(actor=None, data=RUBRIC)
    published = rubrics_services.publish_rubric(actor=None, rubric=rubric, version=rubric.version)
    cycle = _cycle(published, "main", "本年考评", ["own", "other"], {"court": ["own"]})
    foreign = _cycle(published, "foreign", f"{FOREIGN_WORD}考评", ["other"], {})
    units_services.give_role(actor=None, user=people["leader"], role="leader", cycle=cycle)
    rubrics_services.assign_reviewer(actor=None, cycle=cycle, user=reviewer, unit=unit)
    rubrics_services.assign_reviewer(actor=None, cycle=foreign, user=other_clerk)
    handed = _cycle(published, "handed", "已提交的考评", ["own"], {})
    units_services.give_role(actor=None, user=people["leader"], role="leader", cycle=handed)
    rubrics_services.assign_reviewer(actor=None, cycle=handed, user=reviewer)
    sides: dict[str, SimpleNamespace] = {
        "own": _side(cycle, unit, clerk, OWN_WORD, reviewer),
        "other": _side(cycle, other_unit, other_clerk, OTHER_WORD, None),
        "foreign": _side(foreign, other_unit, other_clerk, FOREIGN_WORD, None),
        "handed": _side(handed, unit, clerk, OWN_WORD, reviewer),
    }
    for name in ("own", "handed"):
        _give_meetings(sides[name], clerk, people["colleague"])
    _claim_news(sides["own"], clerk)
    _hand_in(sides["other"], other_clerk)
    _hand_in(sides["handed"], clerk)
    for name, side in sides.items():
        side.draft, side.rubric, side.name = draft, published, name
        side.draft_item = draft_item
        side.draft_clause = draft_clause
        side.leader, side.stranger = people["leader"], people["stranger"]
        side.tie = ProviderUnit.objects.filter(cycle=side.cycle).first() or SimpleNamespace(pk=0)
        side.provided = _provided(side, people["provider"]) if side.cycle.code == "main" else side.found
    return World(people, sides)


def _cycle(rubric: Rubric, code: str, title: str, units: list[str], providers: dict[str, list[str]]) -> Cycle:
    now = timezone.now()
    return rubrics_services.start_cycle(
        actor=None,
        rubric=rubric,
        code=code,
        title=title,
        phases=[
            PhaseDates(name, now + timedelta(first), now + timedelta(last)) for name, (first, last) in PHASES.items()
        ],
        participants=[Participant(code, "offices") for code in units],
        provider_units=providers,
    )


def _side(cycle: Cycle, unit: Unit, clerk: User, word: str, reviewer: User | None) -> SimpleNamespace:
    """One unit in one cycle: claims with proof, a recorded fact, a notice, a job."""
    enrolment: Enrolment = rubrics_selectors.enrolments_in(cycle).get(unit=unit)
    before = _before(enrolment, clerk, word)
    said = evidence_services.Claim({"count": 1}, {"note": f"{word}迟到一次"})
    claim = evidence_services.save_claim(actor=clerk, enrolment=enrolment, clause_code=LATE, claim=said).fact
    upload = SimpleUploadedFile(f"{word}剪报.pdf", PDF + word.encode())
    attachment = evidence_services.attach_file(
        actor=clerk, enrolment=enrolment, upload=upload, item_code="results.news"
    )
    photo = evidence_services.attach_file(
        actor=clerk,
        enrolment=enrolment,
        upload=SimpleUploadedFile(f"{word}现场.png", _picture(word)),
        item_code="results.news",
    )
    looks.look_at(photo.pk)
    recorder = reviewer or _judge(cycle, unit)
    noted = evidence_services.Claim({"count": 1}, {"note": f"{word}抽查"})
    found = evidence_services.record_fact(
        actor=recorder, enrolment=enrolment, clause_code=LATE, claim=noted, origin="reviewer"
    )
    units_services.notify(users=[clerk], text_code="sheet.returned", params={"cycle": word, "reason": word}, url="/")
    return SimpleNamespace(
        cycle=cycle,
        unit=unit,
        enrolment=enrolment,
        claim=claim,
        found=found,
        attachment=Attachment.objects.get(pk=attachment.pk),
        photo=Attachment.objects.get(pk=photo.pk),
        person=clerk,
        notice=Notice.objects.filter(user=clerk).latest("pk"),
        job=enqueue("units.verify_journal", {"prefix": "house"}, actor=clerk),
        assignment=Assignment.objects.filter(cycle=cycle).first(),
        submission=Submission.objects.get(enrolment=enrolment),
        **before,
    )


def _before(enrolment: Enrolment, clerk: User, word: str) -> dict[str, Any]:
    """What comes before the sheet: a prerequisite that is confirmed with a file, and targets that are proposed."""
    licence = evidence_services.attach_file(
        actor=clerk,
        enrolment=enrolment,
        upload=SimpleUploadedFile(f"{word}登记证.pdf", PDF + f"{word}登记".encode()),
        prerequisite="registered",
    )
    confirmed = evidence_services.answer_prerequisite(
        actor=clerk, enrolment=enrolment, code="registered", version=1, confirmed=True, note=f"{word}已登记"
    )
    rows = [{"title": f"{word}目标", "points": "10"}]
    plan = evidence_services.propose_targets(
        actor=clerk, enrolment=enrolment, item_code="goals.more", rows=rows, version=1
    )
    for code in ("goals.own", "goals.more"):
        evidence_services.say_item(actor=clerk, enrolment=enrolment, item_code=code, say="nothing")
    return {"licence": licence, "confirmed": confirmed, "plan": plan}


def _picture(word: str) -> bytes:
    """A picture of each side's own."""
    out = BytesIO()
    Image.new("RGB", (64, 48), (len(word), sum(word.encode()) % 256, 90)).save(out, "PNG")
    return out.getvalue()


def _provided(side: SimpleNamespace, provider: User) -> Fact:
    said = evidence_services.Claim({"count": 1}, {"note": f"{WORDS[side.name]}由数据员登记"})
    return evidence_services.record_fact(
        actor=provider, enrolment=side.enrolment, clause_code=LATE, claim=said, origin="provider"
    )


def _judge(cycle: Cycle, unit: Unit) -> User:
    """Somebody else who recorded what was found about the other unit."""
    account = units_services.people.Account(f"judge-{cycle.code}", "另一考评员", "!", (), False)
    judge = units_services.open_accounts(actor=None, accounts=[account])[0]
    rubrics_services.assign_reviewer(actor=None, cycle=cycle, user=judge, unit=unit)
    return judge


def _give_meetings(side: SimpleNamespace, clerk: User, colleague: User) -> None:
    """One item of the unit's sheet is the colleague's; what the others say is none of their business."""
    evidence_services.share_items(
        actor=clerk, enrolment=side.enrolment, wanted={"conduct.meetings": [colleague.pk]}, seen={}
    )


def _claim_news(side: SimpleNamespace, clerk: User) -> None:
    said = evidence_services.Claim({"level": "city"}, {"note": f"{side.unit.short_title}上稿"})
    evidence_services.save_claim(actor=clerk, enrolment=side.enrolment, clause_code=NEWS, claim=said)


def _hand_in(side: SimpleNamespace, clerk: User) -> None:
    _claim_news(side, clerk)
    side.submission = evidence_services.submit_sheet(actor=clerk, enrolment=side.enrolment, version=0)
    side.claim = Fact.objects.get(pk=side.claim.pk)
