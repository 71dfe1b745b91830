"""What each entry of a rubric will do, in sentences: complete, in both languages, and for what is not finished too."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils.translation import override

from rubrics.checks import read_definition
from rubrics.definition import Definition, Item
from rubrics.files import read_yaml
from rubrics.selectors.sayings import HEADS, says_of
from rubrics.wording import bracketed, joined, listed, month_day, parted

FILES = sorted((Path(settings.BASE_DIR) / "fixtures" / "rubrics").glob("*.yaml"))
SHOWCASE = next(path for path in FILES if path.stem == "showcase")


def definition_in(path: Path) -> Definition:
    definition, _problems = read_definition(read_yaml(path.read_bytes()))
    assert definition is not None
    return definition


@pytest.fixture(scope="module")
def showcase() -> Definition:
    return definition_in(SHOWCASE)


def everything(definition: Definition) -> dict[str, tuple[str, ...]]:
    """The sentences of every entry of a rubric by kind and code."""
    said = {f"head {section}": says_of(definition, "head", section) for section in HEADS}
    for code, node in definition.nodes.items():
        kind = "item" if isinstance(node, Item) else "category"
        said[f"{kind} {code}"] = says_of(definition, kind, code)
    said |= {f"clause {code}": says_of(definition, "clause", code) for code in definition.clauses}
    for kind, entries in (
        ("series", definition.series),
        ("panel", definition.panels),
        ("grading", definition.gradings),
    ):
        said |= {f"{kind} {entry.code}": says_of(definition, kind, entry.code) for entry in entries}
    return said


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_entry_of_every_shipped_rubric_says_something(path: Path, language: str) -> None:
    definition = definition_in(path)
    with override(language):
        said = everything(definition)
    silent = {place for place, sentences in said.items() if not sentences}
    assert silent <= ({"head providers"} if not definition.providers else set())
    assert [text for sentences in said.values() for text in sentences if not text.strip() or "%(" in text] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_chinese_sentences_are_put_together_with_chinese_signs(path: Path) -> None:
    with override("zh-hans"):
        said = everything(definition_in(path))
    texts = [text for place, sentences in said.items() if "formula" not in place for text in sentences]
    wrong = [text for text in texts if re.search(r"[,;] ", text) and "if(" not in text]
    assert wrong == []


def test_parts_are_joined_in_the_manner_of_the_language() -> None:
    with override("zh-hans"):
        assert (listed("甲乙"), joined("甲乙"), parted("甲乙"), bracketed("丙")) == (
            "甲、乙",
            "甲，乙",
            "甲；乙",
            "（丙）",
        )
        assert month_day("03-31") == "3月31日"
    with override("en"):
        assert (listed("ab"), joined(["a", "", "b"]), parted("ab")) == ("a, b", "a, b", "a; b")
        assert month_day("12-01") == "1 December"


@pytest.mark.parametrize(
    ("kind", "code", "wanted"),
    [
        ("item", "duties.training", {"从满分起扣", "只适用于经济部门、社会部门", "其他单位得满分"}),
        ("item", "duties.training", {"缺训与补考合并：合计不超过 3 分"}),
        ("item", "duties.targets", {"权重 2"}),
        ("item", "development.instant", {"只适用于标签 window", "其他单位由其余项目按比例放大"}),
        ("category", "conduct", {"扣到 0 以下的部分上转", "数据由区纪委监委提供"}),
        ("category", "extra", {"同一事项只计一次", "分摊：牵头单位 0.8、配合单位 0.2", "合计不超过 6 分"}),
        ("clause", "duties.training.absent", {"第 1 次 × 1、第 2 次 × 2、第 3 次起 × 3", "扣完为止"}),
        ("clause", "conduct.discipline.late", {"每月不超过 0.5 分", "被媒体曝光 × 2"}),
        ("clause", "conduct.discipline.notice", {"每季度不超过 3 分", "屡查屡犯 + 0.5"}),
        ("clause", "conduct.safety.fraud", {"总分计 0", "降 1 等（等次）"}),
        ("clause", "conduct.safety.spill", {"所在类别计 0", "不得评为优秀、创新先锋"}),
        ("clause", "opinion.citizens.rating", {"评议主体：社会公众评议"}),
        ("clause", "opinion.party.score", {"引自 party-2026"}),
        ("clause", "duties.projects.progress", {"其中 planned（计划 个）、done（完成 个）、late（逾期 个）"}),
        ("panel", "citizens", {"去掉最高、最低各 1 个", "一张票上评“满意”的不超过参评单位的 50%"}),
        ("panel", "citizens", {"代表委员，权重 3，法定 3 票", "用于：公众评议"}),
        ("panel", "peers", {"每张票同等计算"}),
        ("head", "ranking", {"总分相同的依次比较：重点任务、发展实绩", "计分并列示但不排名次：标签 trial"}),
        ("head", "rounding", {"只对总分取舍，保留 2 位小数，四舍六入五成双"}),
        ("head", "period", {"只计1月1日至12月31日发生的事实，其余不收"}),
        ("head", "procedure", {"公示：考评结果，不少于 7 天", "总分折算为：20 分"}),
        ("head", "procedure", {"每家单位的考评人数：2–3 人（派驻窗口）"}),
        ("head", "providers", {"区政务服务中心：提供 1 个条款的事实"}),
        ("grading", "pay", {"下浮：全部单位中后 1 名"}),
    ],
)
def test_what_a_rubric_can_say_is_said(showcase: Definition, kind: str, code: str, wanted: set[str]) -> None:
    with override("zh-hans"):
        assert wanted <= set(says_of(showcase, kind, code))


def test_a_rule_says_whom_it_takes_how_many_and_what_follows(showcase: Definition) -> None:
    with override("zh-hans"):
        said = " | ".join(says_of(showcase, "grading", "grade"))
    assert (
        "优秀：总分 85 以上，重点任务 24 以上，名额：每个系列的 34%，不足一家按一家，末位同分的按排名办法区分" in said
    )
    assert "良好：总分 75 以上，名额：经济部门 1、社会部门 1、派驻窗口 1，末位同分的都不评" in said
    assert "评为优秀的：奖金系数上浮（0.2）" in said


def test_providers_by_series_are_said_by_series(showcase: Definition) -> None:
    with override("zh-hans"):
        (said,) = [text for text in says_of(showcase, "item", "development.instant") if "数据提供" in text]
    assert said == "数据提供：派驻窗口：区政务服务中心；社会部门：区政务服务中心、区统计局"


def test_a_certificate_says_all_it_holds() -> None:
    definition = definition_in(next(path for path in FILES if path.stem == "archives"))
    with override("zh-hans"):
        (said,) = [text for text in says_of(definition, "head", "procedure") if text.startswith("证书：")]
        texts = " ".join(says_of(definition, "head", "procedure"))
    for part in ("省特级、省一级、省二级", "有效 3 年", "失效", "复查合格证书", "原审批机关", "满 1 年"):
        assert part in said
    assert "评定权限：省一级评定，省级单位由省级主管部门办理，市级、县级、乡镇级单位由市级主管部门办理" in texts


UNFINISHED: list[tuple[str, dict[str, Any]]] = [
    ("category", {"code": "new"}),
    ("item", {"code": "new"}),
    ("item", {"code": "new", "groups": [{"code": "g"}], "shares": [{"code": "s"}]}),
    ("clause", {"code": "new", "effect": "deduct", "basis": "count"}),
    ("clause", {"code": "new", "effect": "award", "basis": "steps"}),
    ("clause", {"code": "new", "effect": "veto", "consequences": [{}]}),
    ("clause", {"code": "new", "effect": "deduct", "basis": "count", "modifiers": [{"code": "m"}]}),
    ("clause", {}),
    ("series", {"code": "new"}),
    ("panel", {"code": "new"}),
    ("grading", {"code": "new", "rules": [{"code": "a", "quota": 2}]}),
]


@pytest.mark.parametrize(("kind", "shape"), UNFINISHED)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_an_unfinished_entry_says_what_it_can(
    kind: str, shape: dict[str, Any], language: str, showcase: Definition
) -> None:
    with override(language):
        assert says_of(showcase, kind, shape)
        assert says_of(None, kind, shape)


def test_a_shape_as_it_is_stored_is_read_with_where_it_stands(showcase: Definition) -> None:
    shape = {"code": "late", "text": "迟到", "effect": "deduct", "basis": "count", "points": "0.5", "per": "人次"}
    with override("zh-hans"):
        said = says_of(showcase, "clause", shape, code="duties.training.late")
    assert said[:2] == ("每人次扣 0.5 分", "扣完为止")
    assert "数据由区委组织部提供" in said


def test_what_is_not_there_or_makes_no_sense_says_nothing(showcase: Definition) -> None:
    assert says_of(showcase, "clause", "no.such.clause") == ()
    assert says_of(showcase, "item", "development") == ()
    assert says_of(None, "item", "development.growth") == ()
    assert says_of(None, "head", "ranking") == ()
    assert says_of(showcase, "clause", {"effect": "award", "basis": "relative", "points": "5"}) == ()


def test_an_open_figure_is_said_to_be_open(showcase: Definition) -> None:
    item = showcase.items["development.growth"].model_copy(update={"points": None, "open": True})
    with override("en"):
        said = says_of(showcase, "item", item)
        whole = says_of(showcase.model_copy(update={"total": Decimal(98)}), "head", "general")
    assert "full marks not yet set" in said
    assert "a figure is left open" in said
    assert whole == ("out of 98 points",)
