"""The fixed words of the workbook, Chinese and English: sheets, heads, and what stands for "none" or "not given"."""

from __future__ import annotations

from typing import Any

Words = tuple[str, str]

GUIDE: Words = ("填写说明", "Guide")
GENERAL: Words = ("基本信息", "General")
TREE: Words = ("目录", "Tree")
CLAUSES: Words = ("条款", "Clauses")
CHOICES: Words = ("选项", "Choices")

FIELD: Words = ("项目", "Field")
ENTRY: Words = ("填写", "Entry")
MEANING: Words = ("怎么填", "How to fill in")
NODE_KIND: Words = ("类型", "Kind")
CATEGORY: Words = ("类别", "Category")
ITEM: Words = ("项目", "Item")
FULL_CODE: Words = ("完整代码", "Full code")
OWNER: Words = ("所属", "Belongs to")
NUMBER: Words = ("编号", "Number")

YES: Words = ("是", "yes")
NO: Words = ("否", "no")
UNBOUND: Words = ("不设", "none")
STARTED: Words = ("进一", "up")

EMPTY = "–"
"""Stands in the first cell of what is there but says nothing."""
OPEN = "?"
"""Stands for a figure that is left open, within a list."""

NODE_HELP: Words = (
    "类别或项目；项目下面写条款，类别下面写项目和下级类别",
    "category or item; an item holds clauses, a category holds items and nested categories",
)
CODE_HELP: Words = (
    "从最上级类别起逐级写代码，用点连接，如 conduct.meetings。同级按行的先后排列；"
    "改代码时，下级和其他工作表里写到它的地方要一并改",
    "the codes from the topmost category down, joined by dots: conduct.meetings. Siblings stand in the order of their "
    "rows; where a code is changed, change it below and on the other sheets too",
)
OWNER_HELP: Words = (
    "它属于哪一条：写工作表“{sheet}”里的{head}",
    "what it belongs to: the {head} on the sheet “{sheet}”",
)
RULE_HELP: Words = ("等次评定的代码.等次的代码", "code of the grading.code of the grade")
NUMBER_HELP: Words = (
    "同属一条的依次为 1、2、3；条件里还有条件的写 1.1、1.2",
    "1, 2, 3 within one; conditions within a condition are 1.1, 1.2",
)

# How a cell is written, by what it holds.
SYNTAX: dict[str, Words] = {
    "number": ("填数字", "a number"),
    "whole": ("填整数", "a whole number"),
    "flag": ("填“是”或留空", "yes, or left blank"),
    "choice": ("从下拉列表中选", "choose from the list"),
    "codes": ("几个之间用顿号，如 a、b", "several are separated by commas: a, b"),
    "numbers": (
        "几个数之间用顿号，如 1、2、3；未定的写 ?",
        "several are separated by commas: 1, 2, 3; ? is not yet set",
    ),
    "bound": ("填数字；不设限的写“不设”", "a number, or none for no bound"),
    "number_map": ("写作 代码=数，几个之间用分号，如 a=5；b=10", "code=number, separated by semicolons: a=5; b=10"),
    "code_map": (
        "写作 代码=代码，几个之间用分号，如 city=city；county=city",
        "code=code, separated by semicolons: a=b; c=d",
    ),
    "provider": (
        "写数据提供部门的代码，几个之间用顿号；按系列分别写的，如 甲系列=a；乙系列=a、b（系列写代码）",
        "codes of providers, separated by commas; by series: one=a; two=a, b (codes of series)",
    ),
    "applies_to": (
        "写作 系列=a、b；标签=c；单位=d，各部分都要满足，一部分里满足一个即可；不填即全部适用",
        "series=a, b; tags=c; units=d: all parts must hold, within one part one is enough; blank: everyone",
    ),
    "quota": (
        "每系列几个，如 2；各系列不同，如 a=1；b=2；按比例，如 20%（舍去零头）或 20% 进一",
        "a number for every series: 2; by series: a=1; b=2; by percentage: 20% (rounded down) or 20% up",
    ),
    "month_day": ("月-日，如 03-31", "month-day: 03-31"),
}

GUIDE_LINES: tuple[tuple[str, Words], ...] = (
    ("title", ("考评办法工作簿", "Rubric workbook")),
    (
        "note",
        (
            "离线填写后在“办法编制 → 导入”上传。系统先列出问题和改动，确认后才保存。",
            "Fill it in offline, then upload it under Workbench → Bring in. Problems and changes are shown first; "
            "nothing is stored before you confirm.",
        ),
    ),
    ("head", ("怎么填", "How to fill in")),
    (
        "line",
        (
            "每张工作表第一行是表头，不要改动；把鼠标停在表头上可以看到说明。下面每行一条，可以增、删、移动。",
            "The first row of every sheet holds the heads: leave them as they are. Hover over a head to read what it "
            "means. Below it, every row is one entry; rows can be added, deleted and moved.",
        ),
    ),
    (
        "line",
        (
            "“目录”一行一个类别或项目，“条款”一行一条；其他工作表一行是某一条里的一个部分，“所属”写它属于谁。",
            "“Tree” has a row for each category and item, “Clauses” one for each clause; on the other sheets a row "
            "is a part of some entry, and “Belongs to” names it.",
        ),
    ),
    (
        "line",
        (
            "“条款”里发灰的格子与这一条选定的依据无关，留空即可。",
            "Grey cells on “Clauses” have no use under the basis of that row: leave them blank.",
        ),
    ),
    (
        "line",
        (
            "留空就是取默认值。公式只读取算出的值；不要合并单元格。",
            "A blank cell means the default. Of formulas only the values are read. Do not merge cells.",
        ),
    ),
    (
        "line",
        (
            "单写一个短横“–”，表示这一部分在、但什么也没填；带直引号的文字按引号里的原样读。",
            "A lone dash “–” says that a part is there but empty. A text in straight quotation marks is read exactly "
            "as it stands between them.",
        ),
    ),
    ("head", ("各工作表", "The sheets")),
)


def pick(words: Words, lang: str) -> str:
    """The Chinese or the English words."""
    return words[1 if lang.startswith("en") else 0]


def joined(lang: str, parts: Any) -> str:
    """Parts of a list within one cell."""
    return (", " if lang.startswith("en") else "、").join(parts)


def paired(lang: str, pairs: Any) -> str:
    """Parts `key=value` within one cell."""
    return ("; " if lang.startswith("en") else "；").join(f"{name}={value}" for name, value in pairs)
