"""The sentences for problems: what is wrong and what would be right, in Chinese and English."""

from __future__ import annotations

from rubrics.kinds.lint_texts import LINT_TEXTS

_TEXTS: dict[str, tuple[str, str]] = {
    # the file as such
    "file_missing": ("文件不存在或无法读取：{reason}", "the file does not exist or cannot be read: {reason}"),
    "file_large": (
        "文件 {size} MB，超过 {most} MB 的上限；请拆分后再试",
        "the file has {size} MB, more than the {most} MB allowed; split it",
    ),
    "file_encoding": ("文件不是 UTF-8 编码；请另存为 UTF-8", "the file is not UTF-8; save it as UTF-8"),
    "yaml": (
        "第 {line} 行第 {column} 列不合 YAML 语法：{reason}",
        "line {line}, column {column} is not valid YAML: {reason}",
    ),
    "alias": (
        "第 {line} 行使用了锚点或别名（& *）；请把内容完整写出",
        "line {line} uses an anchor or alias (& *); write the content out",
    ),
    "tag": ("第 {line} 行使用了标签（!{tag}）；请去掉", "line {line} uses a tag (!{tag}); remove it"),
    "deep": (
        "第 {line} 行嵌套超过 {most} 层；请减少层次",
        "line {line} is nested more than {most} levels deep; flatten it",
    ),
    "many_values": ("内容超过 {most} 个值；请拆分文件", "more than {most} values; split the file"),
    "duplicate_key": (
        "键“{key}”写了两次（第 {line} 行）；只留一个",
        "the key “{key}” is given twice (line {line}); keep one",
    ),
    "key_not_text": (
        "第 {line} 行的键不是文字；请加引号",
        "the key on line {line} is not text; put it in quotation marks",
    ),
    "one_document": ("文件里有多个文档（---）；只留一个", "the file holds several documents (---); keep one"),
    "not_a_mapping": ("应为“键: 值”的对照表", "should be a mapping of keys to values"),
    "format": ("format 为“{found}”，应为“{wanted}”", "format is “{found}”, should be “{wanted}”"),
    # workbooks
    "sheet_missing": (
        "缺少工作表“{name}”（或已改名、隐藏）；请从下载的工作簿或空白工作簿补上，没有内容也要保留",
        "the sheet “{name}” is missing, renamed or hidden; bring it back, even if it is empty",
    ),
    "sheet_unknown": (
        "不认识工作表“{name}”，没有读入；是否为：{known}",
        "the sheet “{name}” is not known and was not read; did you mean {known}?",
    ),
    "sheet_twice": ("工作表“{name}”有两张（两种语言的名称各一）；只留一张", "“{name}” stands twice; keep one sheet"),
    "no_heads": (
        "找不到表头；第一行应有：{known}",
        "the heads are missing; the first row should have {known}",
    ),
    "column_missing": (
        "没有“{name}”这一列，按留空读入；要填写请补上表头",
        "there is no column “{name}”; it is read as blank",
    ),
    "column_unknown": (
        "不认识列“{name}”；请改成 {known}，或删去这一列",
        "the column “{name}” is not known; did you mean {known}? Otherwise delete it",
    ),
    "column_twice": ("“{name}”写了两次；只留一个", "“{name}” stands twice; keep one"),
    "column_without_head": ("这一列没有表头；请补上表头或删去内容", "this column has no head; give it one or clear it"),
    "field_unknown": ("没有“{value}”这个项目；请照表中原有的写", "there is no field “{value}”; write it as it stood"),
    "cell_merged": (
        "单元格 {cells} 合并了；请取消合并，逐格填写",
        "the cells {cells} are merged; part them and fill in each",
    ),
    "cell_formula": (
        "公式没有算出的值；请在 Excel 中打开并保存，或直接填值",
        "the formula has no value; open and save the workbook in Excel, or write the value",
    ),
    "cell_error": ("单元格是错误值 {value}；请直接填值", "the cell holds the error {value}; write the value"),
    "cell_date": ("此处是日期 {value}；请设为文本格式后重写", "this is the date {value}; write it as text"),
    "cell_flag": ("“{value}”应为“是”或“否”", "“{value}” should be yes or no"),
    "cell_list": (
        "“{value}”写法看不懂；几个之间用顿号隔开，含标点的代码放在直引号里",
        "“{value}” cannot be read; separate by commas, put codes with signs into straight quotation marks",
    ),
    "cell_pairs": (
        "“{value}”写法看不懂；应写作 代码=值，几个之间用分号隔开",
        "“{value}” cannot be read; write code=value, separated by semicolons",
    ),
    "cell_key": ("没有“{value}”这一部分；可用：{known}", "there is no part “{value}”; use {known}"),
    "unknown_owner": (
        "工作表“{sheet}”里没有“{code}”；请先补上，或改成已有的",
        "there is no “{code}” on the sheet “{sheet}”; add it or name one that is there",
    ),
    "item_at_top": (
        "项目必须在类别之下；完整代码写作 类别.项目",
        "an item stands within a category; write category.item",
    ),
    # shapes
    "missing": ("缺少“{field}”，请补上", "“{field}” is missing; add it"),
    "unknown_key": ("没有“{key}”这个键；可用：{known}", "there is no key “{key}”; did you mean {known}?"),
    "wrong_type": ("“{value}”类型不对，应为{wanted}", "“{value}” has the wrong type, should be a {wanted}"),
    "choice": ("“{value}”不在可选范围；应为 {choices} 之一", "“{value}” is not a choice; use one of {choices}"),
    "pattern": (
        "“{value}”写法不合要求；应符合 {pattern}",
        "“{value}” is not written as it should be; follow the pattern {pattern}",
    ),
    "empty": ("“{field}”不能为空，请填写", "“{field}” must not be empty; fill it in"),
    "invalid": ("内容无效：{message}", "not valid: {message}"),
    "number": ("“{value}”不是数字；应为十进制数", "“{value}” is not a number; write a decimal number"),
    "number_range": (
        "“{value}”超出范围；应为有限的十进制数，整数不超过 15 位，小数不超过 12 位",
        "“{value}” is out of range; write a finite decimal of at most 15 digits and 12 decimals",
    ),
    "negative": ("“{value}”为负数；应为 0 或正数", "“{value}” is negative; should be 0 or more"),
    "zero": ("不能为 0；应大于 0", "must not be 0; should be above 0"),
    "whole": ("“{value}”不是整数；应为整数", "“{value}” is not a whole number; write one"),
    "share_range": ("“{value}”应大于 0 且不超过 1", "“{value}” should lie above 0 and at most at 1"),
    "provider": ("应为一个代码、代码列表或按系列的对照表", "should be a code, a list of codes, or a map by series"),
    "quota": (
        "名额应为整数、按系列的对照表，或 percent（0–100）加 partial（down、up）",
        "should be a whole number, a map by series, or percent (0–100) with partial (down, up)",
    ),
    "null_figure": (
        "数值为空；请填写，或把该条目标为未定（open: true）",
        "the figure is null; give it, or mark the entry as open (open: true)",
    ),
    "missing_figure": (
        "缺少数值“{field}”；请填写，或标为未定（open: true）",
        "the figure “{field}” is missing; give it, or mark the entry as open (open: true)",
    ),
    # rubric
    "duplicate_code": ("代码“{code}”重复；同级代码只能用一次", "the code “{code}” stands twice; use each code once"),
    "duplicate_edge": ("界限 {value} 重复；只留一档", "the edge {value} stands twice; keep one band"),
    "reserved_code": ("代码“{code}”为保留字；请换一个", "the code “{code}” is reserved; choose another"),
    "unknown_series": ("没有系列“{code}”；已有：{known}", "there is no series “{code}”; known: {known}"),
    "unknown_provider": (
        "没有数据提供部门“{code}”；请在 providers 中列出。已有：{known}",
        "there is no provider “{code}”; list it under providers. Known: {known}",
    ),
    "unknown_panel": ("没有评议主体“{code}”；已有：{known}", "there is no panel “{code}”; known: {known}"),
    "unknown_option": ("没有选项“{code}”；已有：{known}", "there is no option “{code}”; known: {known}"),
    "unknown_clause": ("没有条款“{code}”；可用：{known}", "there is no clause “{code}”; known: {known}"),
    "unknown_node": ("没有类别或项目“{code}”；可用：{known}", "there is no category or item “{code}”; known: {known}"),
    "unknown_grade": ("没有等次“{code}”；已有：{known}", "there is no grade “{code}”; known: {known}"),
    "unknown_grading": ("没有等次评定“{code}”；已有：{known}", "there is no grading “{code}”; known: {known}"),
    "mixed_group": (
        "合并限额下的条款，作用和作用对象须一致；请拆成几组",
        "the clauses of a group must share one effect and one acts_on; part them into groups",
    ),
    "panel_without_groups": (
        "评议主体没有分组，无法收票；请至少加一组",
        "the panel has no groups, so nobody can rate; add one",
    ),
    "panel_without_weight": ("各组权重都是 0；至少一组应大于 0", "all weights are 0; give at least one group more"),
    "beyond_scale": (
        "{value} 超过量程 {scale}；请改小，或调高量程",
        "{value} lies beyond the scale of {scale}; lower it, or raise the scale",
    ),
    "one_of": ("应只写其中一项：{fields}", "give exactly one of {fields}"),
    "only_with": (
        "“{field}”只能与“{other}”同用；请去掉，或补上后者",
        "“{field}” goes with “{other}” only; remove it, or add the other",
    ),
    "only_for": ("“{field}”只用于 {effects}；请去掉", "“{field}” is for {effects} only; remove it"),
    "range_upside_down": (
        "上限 {high} 小于下限 {low}；请对调或改正",
        "the upper bound {high} is below the lower bound {low}; change one of them",
    ),
    "no_such_day": ("没有这一天；请改日期", "there is no such day; change the date"),
    "period_upside_down": ("结束日期早于开始日期；请改正", "the period ends before it begins; change one of the dates"),
    "points_in_pool": (
        "扣分池或加分池下的子项分值应为 0，现为 {value}",
        "children of a pool carry 0 points, not {value}",
    ),
    "each_in_cohort": (
        "与其他单位比较的条款不能逐条计（gather: each）；请改用其他归集办法",
        "a clause that compares units cannot gather: each; gather its facts in another way",
    ),
    "each_by_value": (
        "gather: each 时名次须由事实给出（rank、of），不能由数值算出",
        "with gather: each a fact gives its place (rank, of), not a value",
    ),
    "members_alone": (
        "members 不能与其他来源并用；只留一种",
        "members cannot stand beside other sources; keep one of the two",
    ),
    "sum_mismatch": (
        "“{code}”写明 {stated} 分，各子项合计 {sum} 分；请改成一致",
        "“{code}” states {stated} points, its parts add up to {sum}; make them agree",
    ),
    "merit_for_all": (
        "有的规则写了 merit，这条没有；要写就都写",
        "some rules carry merit, this one does not; give it to all",
    ),
    "merit_twice": ("两条规则的 merit 相同；请各写一个", "two rules have the same merit; give each its own"),
    "item_without_clauses": (
        "项目没有条款，分数不会变动；请加条款",
        "the item has no clauses, so nothing moves it; add one",
    ),
    "category_without_children": (
        "类别下没有项目；请加项目，或删去类别",
        "the category has no items; add one, or remove it",
    ),
    "veto_without_consequence": (
        "一票否决没有写明后果，生效也不改变什么；请补后果",
        "the veto has no consequence, so it changes nothing; add one",
    ),
    # formulas
    "formula_empty": ("公式为空；请填写", "the formula is empty; write one"),
    "formula_long": ("公式超过 {most} 个字符；请写短", "the formula is longer than {most} characters; shorten it"),
    "formula_deep": ("公式括号嵌套过深；请减少层次", "the formula is nested too deeply; flatten it"),
    "formula_sign": ("公式里不能用“{sign}”；请去掉", "“{sign}” cannot stand in a formula; remove it"),
    "formula_ends": ("公式不完整；请补完", "the formula ends too early; complete it"),
    "formula_expected": ("此处应为“{expected}”，却是“{token}”", "expected “{expected}”, found “{token}”"),
    "formula_unexpected": ("公式里多出“{token}”；请去掉", "“{token}” is out of place in the formula; remove it"),
    "formula_function": ("没有函数“{name}”；可用：{known}", "there is no function “{name}”; use {known}"),
    "formula_arguments": (
        "函数“{name}”不能有 {count} 个参数；请增减参数",
        "the function “{name}” does not take {count} arguments; give it more or fewer",
    ),
    "formula_condition": (
        "if 的第一个参数应为比较，如 a >= b",
        "the first argument of if must be a comparison such as a >= b",
    ),
    "formula_comparison": ("比较只能写在 if 的第一个参数里", "a comparison may only stand as the first argument of if"),
    "formula_input": (
        "公式用到的“{code}”不在 inputs 里；已有：{known}",
        "the formula reads “{code}”, which is not among the inputs; known: {known}",
    ),
    # facts
    "other_rubric": ("事实属于“{found}”，不是“{wanted}”", "the facts name the rubric “{found}”, not “{wanted}”"),
    "duplicate_unit": ("单位代码“{code}”重复", "the unit code “{code}” stands twice"),
    "duplicate_id": ("事实编号“{code}”重复", "the fact id “{code}” stands twice"),
    "unknown_unit": ("没有单位“{code}”", "there is no unit “{code}”"),
    "unknown_group": ("评议主体没有分组“{code}”；已有：{known}", "the panel has no group “{code}”; known: {known}"),
    "unknown_level": ("没有级别“{code}”；可用：{known}", "there is no level “{code}”; use one of {known}"),
    "unknown_modifier": (
        "条款没有情形“{code}”；可用：{known}",
        "the clause has no modifier “{code}”; use one of {known}",
    ),
    "unknown_share": ("没有份额“{code}”；可用：{known}", "there is no share “{code}”; use one of {known}"),
    "unknown_target": ("单位没有目标“{code}”；已有：{known}", "the unit has no target “{code}”; known: {known}"),
    "not_said_here": (
        "“{basis}”条款的事实不写“{field}”；只写：{known}",
        "a fact under a “{basis}” clause does not say “{field}”; it says {known}",
    ),
    "out_of_range": ("{value} 不在 {low} 至 {high} 之间", "{value} is not between {low} and {high}"),
    "off_step": ("{value} 不在档上；应从 {low} 起每档 {step}", "{value} is off the step; count in {step} from {low}"),
    "not_a_choice": ("{value} 不可选；只能是 {choices}", "{value} is not a choice; use one of {choices}"),
    "rank_beyond": ("名次 {rank} 超过总数 {of}", "place {rank} lies beyond {of}"),
    "date": ("“{value}”不是日期；应写作 2026-03-15", "“{value}” is not a date; write it as 2026-03-15"),
    "date_outside": ("日期 {value} 不在 {low} 至 {high} 之间", "the date {value} lies outside {low} to {high}"),
    "date_needed": (
        "条款按月或季度封顶，事实须写日期",
        "the clause has a limit by month or quarter, so the fact needs a date",
    ),
    "target_sum": (
        "“{code}”的目标合计 {sum} 分，应为 {wanted} 分",
        "the targets of “{code}” add up to {sum}, should be {wanted}",
    ),
    "target_twice": ("目标“{code}”有两条事实；每个目标只能有一条", "the target “{code}” has two facts; one each"),
    "target_value": (
        "目标“{code}”没有可比的数值；请写 points",
        "the target “{code}” has no value to compare; give points",
    ),
    "target_item": ("“{code}”不是有目标条款的项目", "“{code}” is not an item with a clause of targets"),
    "member_circle": ("所属关系绕成了圈：{units}", "membership goes round in a circle: {units}"),
    "rating": ("“{value}”不是有效评分；应为 {wanted}", "“{value}” is not a valid rating; use {wanted}"),
    "series_needed": ("缺少系列；可用：{known}", "the series is missing; use one of {known}"),
    "circle": ("计分互相依赖成圈：{code}", "scores depend on one another in a circle: {code}"),
}

TEXTS: dict[str, tuple[str, str]] = {**_TEXTS, **LINT_TEXTS}
"""By the code of the problem: Chinese, English."""
