"""The sentences of the linter: what is wrong, or worth a look, and what to do about it; in Chinese and English."""

from __future__ import annotations

LINT_TEXTS: dict[str, tuple[str, str]] = {
    # marks
    "marks_below_total": (
        "{who}：可得满分 {reached} 分，比总分 {total} 分少 {difference} 分；请补足项目分值，或说明不适用时如何计分",
        "{who}: full marks reach {reached}, {difference} less than the total of {total}; add the missing marks, or say "
        "how parts that do not apply are counted",
    ),
    "marks_above_total": (
        "{who}：可得满分 {reached} 分，比总分 {total} 分多 {difference} 分；请核对项目分值和适用范围",
        "{who}: full marks reach {reached}, {difference} more than the total of {total}; check the marks and to whom "
        "they apply",
    ),
    # open figures
    "open_figures": (
        "原文未定的数值尚待填写：{fields}；填好后去掉“未定”",
        "figures that the regulation leaves out are missing: {fields}; fill them in and take away “open”",
    ),
    "open_without_gap": (
        "标为未定，现有数值是暂定的；请核定后去掉“未定”",
        "marked as open: what stands here is provisional; confirm it and take away “open”",
    ),
    # bounds
    "ceiling_below_zero": (
        "上限 {ceiling} 低于 0，而未写下限时下限为 0；请改上限或写明下限",
        "the ceiling {ceiling} is below 0, and without a floor the floor is 0; change the ceiling or state a floor",
    ),
    "ceiling_below_marks": (
        "上限 {ceiling} 低于满分 {marks}，满分永远得不到；请调高上限或改小分值",
        "the ceiling {ceiling} is below the full marks of {marks}, so nobody can reach them; "
        "raise it or lower the points",
    ),
    "floor_above_marks": (
        "下限 {floor} 高于满分 {marks}，而未写上限时上限就是满分；请调低下限或写明上限",
        "the floor {floor} is above the full marks of {marks}, which are the ceiling unless one is stated; lower the "
        "floor or state a ceiling",
    ),
    "floor_hides": (
        "下限 {floor} 使最多只能扣 {room} 分，而各条合计可扣 {most} 分；请调低下限或改小扣分限额",
        "the floor {floor} leaves {room} points to lose, while the clauses can take {most}; "
        "lower the floor or the limits",
    ),
    "deductions_short": (
        "满分 {marks} 分，各条合计最多扣 {most} 分，其余 {left} 分扣不到；如非本意，请加条款或放宽限额",
        "of {marks} points the clauses can take {most} at most, {left} can never be lost; add clauses or widen the "
        "limits unless this is meant",
    ),
    "deductions_hidden": (
        "从 {start} 分起算、下限为 {floor}，又没有得分条款，扣分永远不起作用；请把下限设为“不设”，或从满分起算",
        "it starts at {start}, its floor is {floor}, and nothing awards points: its deductions never act; "
        "set the floor to none, or start from full marks",
    ),
    "awards_hidden": (
        "从 {start} 分起算、上限为 {ceiling}，又没有扣分条款，得分永远不起作用；请改为从零起算，或调高上限",
        "it starts at {start}, its ceiling is {ceiling}, and nothing deducts points: its awards never act; start from "
        "zero, or raise the ceiling",
    ),
    "nothing_awards": (
        "满分 {marks} 分，从零起算却没有得分条款，永远是 0 分；请加得分条款，或从满分起算",
        "it is worth {marks} points and starts from zero, but nothing awards points; add an award, or start from full "
        "marks",
    ),
    "awards_short": (
        "满分 {marks} 分，各条合计最多得 {most} 分，其余 {left} 分得不到；请加条款、放宽限额或改小分值",
        "of {marks} points the clauses can award {most} at most, {left} can never be reached; add clauses, widen the "
        "limits or lower the points",
    ),
    "limit_beyond": (
        "限额 {limit} 分大于本项可变动的 {room} 分，不会起作用；请改小限额，或改本项的分值和上下限",
        "the limit of {limit} is larger than the {room} points that can move here, so it never acts; "
        "lower it, or change the item's points and bounds",
    ),
    "applies_to_nobody": (
        "上级的适用范围与此处没有共同的单位，等于不适用于任何单位；请改其中一处",
        "what stands above applies to others, so this applies to nobody; change one of the two",
    ),
    # gradings
    "rule_contradicts": (
        "总分要不低于 {low} 又要低于 {high}，没有单位能满足；请改其中一个界限",
        "a total of at least {low} and below {high} cannot be; change one of the two",
    ),
    "rule_beyond_total": (
        "总分不低于 {value} 无法达到：最多 {most} 分；请调低界限",
        "a total of {value} cannot be reached: the most is {most}; lower the threshold",
    ),
    "rule_below_all": (
        "总分低于 {value} 不可能：最少 {least} 分；请调高界限，或允许扣到 0 分以下",
        "a total below {value} cannot be: the least is {least}; raise the threshold, or let totals go below 0",
    ),
    "rule_beyond_node": (
        "“{code}”不低于 {value} 无法达到：最多 {most} 分；请调低界限",
        "{value} in “{code}” cannot be reached: the most is {most}; lower the threshold",
    ),
    "rule_no_series": (
        "所要求的系列没有共同的，没有单位能满足；请改系列条件",
        "no series meets all that is asked; change the series of the conditions",
    ),
    "rule_out_of_rank": (
        "系列 {series} 不参加排名，名次条件永远不成立；请去掉名次条件，或让其参加排名",
        "{series} takes no places, so a condition on places never holds; take it away, or let the series be ranked",
    ),
    "rule_fact_elsewhere": (
        "条款“{code}”不适用于系列 {series}，该条件永远不成立；请改条款或系列",
        "the clause “{code}” does not apply to {series}, so this never holds; name another clause or series",
    ),
    "rule_shadowed": (
        "排在前面的{rules}已包括这里的全部单位，这一等次永远轮不到；请调整顺序或条件",
        "{rules}, which stands before, takes every unit that this rule could take; change the order or the conditions",
    ),
    "no_veto_at_all": (
        "条件要求没有一票否决，而办法里没有一票否决条款；请补条款或去掉此条件",
        "the rule asks for no veto, and the rubric has none; add one, or take the condition away",
    ),
    "grade_left_over": (
        "没有一条规则收下其余的单位，它们将没有等次；如非本意，请在末尾加一条无条件的规则",
        "no rule takes all other units, so some get no grade; add a last rule without conditions unless this is meant",
    ),
    "grade_left_over_in": (
        "系列 {series}：没有一条规则收下其余的单位，它们将没有等次；如非本意，请加一条规则",
        "{series}: no rule takes all other units, so some get no grade; add a rule unless this is meant",
    ),
    "grade_gap": (
        "总分在 {gaps} 的单位没有等次（不含上界）；请补一条规则或改界限",
        "units with totals of {gaps} (without the upper end) get no grade; add a rule or move a threshold",
    ),
    "quota_nobody": (
        "各系列名额都是 0，这一等次不会有单位；请填名额或去掉名额限制",
        "the quota is 0 everywhere, so nobody gets this grade; give places, or take the quota away",
    ),
    "quota_elsewhere": (
        "系列 {series} 没有名额，而本规则只看这些系列；请补名额或改系列条件",
        "the rule looks at {series} only, and the quota gives them no place; add places, or change the series",
    ),
    "quota_out_of_rank": (
        "系列“{series}”不参加排名，名额用不上；请去掉，或让其参加排名",
        "“{series}” takes no places, so its quota is never used; take it away, or let the series be ranked",
    ),
    "quota_large": (
        "系列“{series}”有 {units} 个参加排名的单位，名额却有 {places} 个；请改小名额",
        "“{series}” has {units} units in rank, and the quota gives {places} places; lower the quota",
    ),
    "quota_rounds_to_none": (
        "系列“{series}”有 {units} 个参加排名的单位，{percent}% 不足一个名额；请改为进一，或调高比例",
        "“{series}” has {units} units in rank, {percent}% of them is less than one place; "
        "round up, or raise the percent",
    ),
    "tie_without_quota": (
        "没有名额，“{tie}”不会起作用；请写名额，或改回“并列者都给”",
        "without a quota “{tie}” never acts; give a quota, or leave ties as they are",
    ),
    "tiebreak_without_breakers": (
        "要按次序区分同分单位，而排名没有写区分依据；请在排名中写明，或改用其他办法",
        "ties are to be broken, and the ranking names nothing to break them by; name it there, or choose another way",
    ),
    # vetoes and forfeits
    "never_fires": (
        "要计满 {at} 次才生效，而至多只计 {counted} 次，永远不生效；请改其中一个次数",
        "it takes {at} counted occurrences, and at most {counted} are counted: it never fires; change one of the two",
    ),
    "never_above_zero": (
        "得数高于 0 才生效，而这里的得数总是 0，永远不生效；请填写分值",
        "it fires where the points are above 0, and here they are always 0; give points",
    ),
    "forfeit_of_nothing": (
        "本项满分为 0 又没有得分条款，“不得分”不改变什么；请改为作用于类别或总分",
        "the item is worth 0 and nothing awards points, so forfeiting it changes nothing; "
        "let it act on the category or the total",
    ),
    "veto_takes_nothing": (
        "扣 0 分不改变什么；请填写分值或去掉",
        "taking 0 points changes nothing; give points, or remove it",
    ),
    "cap_is_best": (
        "“{grade}”已是最好的等次，最高只能评为它不改变什么；请改为较低的等次",
        "“{grade}” is the best grade, so nothing is capped; name a lower one",
    ),
    "bars_every_grade": (
        "“{grading}”的所有等次都被取消，单位将没有等次；请留下至少一个",
        "every grade of “{grading}” is barred, so the unit gets none; leave at least one",
    ),
    "downgrade_of_one": (
        "“{grading}”只有一个等次，无法降等；请补等次或改后果",
        "“{grading}” has one grade only, so nothing can be lowered; add grades, or choose another consequence",
    ),
    "downgrade_far": (
        "降 {downgrade} 等，而“{grading}”至多能降 {steps} 等；请改小，或直接写明等次",
        "it lowers by {downgrade}, and “{grading}” can fall by {steps} at most; lower it, or name the grade",
    ),
    # panels, providers, tags
    "panel_unused": (
        "没有条款用到评议主体“{panel}”；请加测评条款，或删去",
        "no clause uses the panel “{panel}”; add one, or remove the panel",
    ),
    "panel_without_phase": (
        "有评议主体，而阶段中没有测评，无法收票；请加上测评阶段",
        "there are panels and no panel phase, so nobody can rate; add the phase",
    ),
    "phase_without_panel": (
        "有测评阶段，而没有评议主体；请加评议主体，或去掉此阶段",
        "there is a panel phase and no panel; add a panel, or remove the phase",
    ),
    "quorum_missing": (
        "其他组有法定票数，“{group}”没有，收到一票也算数；请填写",
        "other groups have a quorum, “{group}” has none, so one ballot is enough; give one",
    ),
    "quorum_below_trim": (
        "“{group}”的法定票数 {quorum} 不多于要去掉的 {trim} 票，届时一票也不去；请调高法定票数",
        "the quorum of “{group}”, {quorum}, is no more than the {trim} ballots to be dropped, and then none "
        "is; raise it",
    ),
    "group_without_weight": (
        "“{group}”权重为 0，其评分不算数；请填权重，或删去该组",
        "“{group}” has the weight 0, so its ratings do not count; give a weight, or remove the group",
    ),
    "trim_of_nothing": (
        "要去掉最高分和最低分，而去掉的票数为 0；请填写票数",
        "the highest and lowest ballots are to be dropped, and their number is 0; give a number",
    ),
    "ballot_cannot_be_filled": (
        "各选项的限额合计 {sum}，不足 1，一张票填不满；请调高限额",
        "the shares of the options add up to {sum}, less than 1, so no ballot can be filled; raise them",
    ),
    "provider_unused": (
        "没有项目或条款由“{provider}”提供数据；请指定，或删去",
        "“{provider}” supplies nothing; name it where it does, or remove it",
    ),
    "tag_alike": (
        "标签“{tag}”只出现一次，与“{other}”写法相近；请核对是否写错",
        "the tag “{tag}” stands here only and looks like “{other}”; check whether it is written right",
    ),
    # procedure
    "prerequisite_without_evidence": (
        "前提条件须附证明，这里却不收；请改为必须或可以附证明",
        "a prerequisite is confirmed with evidence, and none is asked for here; ask for it",
    ),
    "phase_twice": ("阶段“{phase}”写了两次；请删去一个", "the phase “{phase}” stands twice; remove one"),
    "phase_not_planned": (
        "阶段中没有“{phase}”，此处不会生效；请加上该阶段，或改为：{known}",
        "“{phase}” is not among the phases, so this never comes up; add it, or choose one of {known}",
    ),
    "publicity_without_days": (
        "有公示阶段，没有写公示天数；请填写至少公示几天",
        "there is a publicity phase, and not for how many days; say how many at least",
    ),
    "publicity_without_phase": (
        "要求公示 {days} 天，而阶段中没有公示；请加上公示阶段",
        "publicity for {days} days is demanded, and there is no publicity phase; add it",
    ),
    "publicity_short": (
        "从 {from} 到 {by} 只有 {days} 天，不足要求公示的 {demanded} 天；请改期限",
        "from {from} to {by} there are {days} days, less than the {demanded} demanded for publicity; move a deadline",
    ),
    "deadline_without_day": (
        "期限没有写日期；请填写，或标为未定",
        "the deadline has no day; give one, or mark it as open",
    ),
    "deadline_out_of_order": (
        "“{phase}”的期限 {by} 早于前一阶段“{other}”的 {before}，将按次年算；请核对日期",
        "the deadline {by} of “{phase}” is before {before} of the earlier phase “{other}” and so falls in "
        "the next year; check the dates",
    ),
    # texts
    "clauses_alike": (
        "与“{text}”（{code}）文字相同或相近，同一件事可能计两次；请合并，或把区别写清楚",
        "reads like “{text}” ({code}), and one matter may count twice; merge them, or say what the difference is",
    ),
}
