"""Notices as sentences: what there is to know about a unit's score beside its lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scoring.sheets.words import english

if TYPE_CHECKING:
    from rubrics.definition.records import Definition

_TEXTS = {
    "pending": ("尚待评定，暂计 0 分", "awaits a judgement, 0 so far"),
    "not_applicable": ("不适用于本单位，所记事实不计", "does not apply to this unit; its facts are set aside"),
    "open_figure": ("分值尚未确定，暂计 0 分", "its figure is still open, 0 so far"),
    "no_baseline": ("缺少基数，计 0 分", "has no baseline, 0 points"),
    "zero_baseline": ("基数为 0，无法计算增减率，计 0 分", "has a baseline of 0, so there is no rate: 0 points"),
    "zero_mean": ("平均值为 0，无法计算相差率，计 0 分", "the mean is 0, so there is no rate: 0 points"),
    "zero_target": ("目标为 0，无法计算完成比例，计 0 分", "the target is 0, so there is no ratio: 0 points"),
    "division_by_zero": ("公式出现除以 0，计 0 分", "the formula divides by zero, 0 points"),
    "no_cohort_tag": (
        "单位没有标签“{tag}”，不参加比较，计 0 分",
        "the unit lacks the tag “{tag}” and is not compared, 0 points",
    ),
    "below_quorum": (
        "“{group}”收票 {count} 张，不足 {quorum} 张",
        "“{group}” cast {count} ballots, fewer than the {quorum} asked for",
    ),
    "no_ballots": ("没有测评票，计 0 分", "has no ballots, 0 points"),
    "no_linked_score": ("没有可引用的得分，计 0 分", "has no score to refer to, 0 points"),
    "no_mean": ("没有其他单位可取平均，按不考核处理", "no other unit has a value, so it is left out"),
    "nothing_to_scale": ("没有其余部分可折算，计 0 分", "nothing is left to scale, 0 points"),
}


def of_notice(definition: Definition, notice: Any, lang: str) -> str:
    """`出勤 · 迟到早退：缺少基数，计 0 分。` — what it is about, then what there is to know."""
    template = _TEXTS[notice.code][1 if english(lang) else 0]
    text = template.format(**notice.params)
    about = _title(definition, notice.about)
    return f"{about}: {text}." if english(lang) else f"{about}：{text}。"


def _title(definition: Definition, code: str) -> str:
    clause = definition.clauses.get(code)
    if clause is not None:
        return str(clause.text)
    node = definition.nodes.get(code)
    return code if node is None else node.title or node.code
