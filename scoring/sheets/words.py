"""The few words that the sheets themselves say, Chinese and English; everything else is the rubric's own."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "rank": ("名次", "Place"),
    "unit": ("单位", "Unit"),
    "series": ("系列", "Series"),
    "all": ("全部单位", "All units"),
    "total": ("总分", "Total"),
    "converted": ("折算分", "Converted"),
    "grade": ("等次", "Grade"),
    "grading": ("等次评定", "Grading"),
    "vetoes": ("一票否决", "Vetoes"),
    "item": ("项目", "Item"),
    "full": ("满分", "Full marks"),
    "code": ("代码", "Code"),
    "clause": ("条款", "Clause"),
    "ref": ("依据", "Reference"),
    "text": ("内容", "Text"),
    "why": ("说明", "Explanation"),
    "date": ("日期", "Date"),
    "face": ("应计分", "Face points"),
    "points": ("实计分", "Points moved"),
    "reason": ("差异原因", "Why they differ"),
    "node": ("计入", "Acts on"),
    "consequence": ("后果", "Consequence"),
    "consequences": ("结果运用", "Consequences"),
    "count": ("家数", "Units"),
    "units": ("单位名单", "Which"),
    "out_of_rank": ("不排名", "out of rank"),
    "no_grade": ("未评定", "no grade"),
    "none": ("无", "None"),
    "matrix": ("项目得分", "Items"),
    "lines": ("计分明细", "Lines"),
    "vetoes_sheet": ("否决", "Vetoes"),
    "grades_sheet": ("等次与运用", "Grades"),
    "made": ("计算时间", "Worked out"),
    "stand": ("口径", "Stand"),
    "fingerprint": ("办法指纹", "Rubric fingerprint"),
    "journal_head": ("日志链首", "Head of the journal"),
    "self": ("自评", "Self-assessed"),
    "provisional": ("暂定", "Provisional"),
    "final": ("核定", "Final"),
    "result_title": ("{year}年度考评结果", "Results of {year}"),
    "signature_counter": ("统计人", "Worked out by"),
    "signature_checker": ("复核人", "Checked by"),
    "signature_approver": ("审定人", "Approved by"),
    "signature_day": ("日期", "Date"),
    "no_vetoes": ("没有单位触发一票否决。", "No unit is under a veto."),
    "own_part": ("个性部分", "Own part"),
    "nobody": ("没有单位", "no unit"),
}

STANDS = ("self", "provisional", "final")


def english(lang: str) -> bool:
    return lang.startswith("en")


def word(code: str, lang: str, **said: object) -> str:
    return WORDS[code][1 if english(lang) else 0].format(**said)


def both(chinese: str, in_english: str, lang: str) -> str:
    """One of two phrasings."""
    return in_english if english(lang) else chinese
