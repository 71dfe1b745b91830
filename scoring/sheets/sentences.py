"""Lines and notices as sentences, made when somebody reads them: the engine keeps codes and numbers only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scoring.sheets.numbers import exact, short, signed
from scoring.sheets.words import both, english

if TYPE_CHECKING:
    from rubrics.definition.records import Definition

REASONS = {
    "exempt": ("免予计分", "exempt"),
    "set_aside": ("同一事项就高计分，不重复计", "set aside: the same matter counts once, at its highest"),
    "limit_per": ("超出本期限额", "beyond the limit for the period"),
    "limit": ("超出本条限额", "beyond the clause's limit"),
    "group_limit": ("超出合并限额", "beyond the limit over several clauses"),
    "not_applicable": ("不适用于本单位", "does not apply to this unit"),
}

NODE_LINES = {
    "forfeit": ("达到次数，本项不得分", "forfeited: nothing is left of it"),
    "zero": ("按一票否决清零", "set to zero by a veto"),
    "floor": ("扣到下限为止", "held at its floor"),
    "ceiling": ("到上限为止", "held at its ceiling"),
    "carried": ("不够扣的部分转由上一级承担", "what could not be borne here is carried over"),
    "scale": ("不适用的部分按比例折算", "scaled up for the parts that do not apply"),
    "full": ("不适用，按满分计", "does not apply: counts as full marks"),
    "mean": ("不适用，按平均分计", "does not apply: counts as the mean"),
    "rounding": ("四舍五入", "rounded"),
}

ACTS = {
    "deduct": ("扣", "takes away"),
    "award": ("计", "gives"),
    "forfeit": ("本项不得分", "forfeits the item"),
    "veto": ("触发一票否决", "fires a veto"),
    "record": ("只作记录，不计分", "is on record and moves nothing"),
}


def pick(pairs: dict[str, tuple[str, str]], code: str, lang: str) -> str:
    """The word for a code in the language; an unknown code says itself."""
    return pairs.get(code, (code, code))[1 if english(lang) else 0]


def reason(code: str | None, lang: str) -> str:
    return pick(REASONS, code, lang) if code else ""


def of_line(definition: Definition, line: Any, facts: list[Any], lang: str) -> str:
    """One line as a sentence; `facts` are those that it names, in their order."""
    if line.clause is None:
        return _end(pick(NODE_LINES, line.reason, lang), lang)
    clause = definition.clauses[line.clause]
    parts = [_what_happened(clause, facts, lang), _by_what_rule(definition, clause, facts, lang)]
    if line.reason:
        parts.append(_why_less(line, facts, lang))
    if english(lang):
        return " ".join(_end(part, lang) for part in parts if part)
    return "".join(_end(part, lang) for part in parts if part)


def _what_happened(clause: Any, facts: list[Any], lang: str) -> str:
    """`缺席会议：2 人次`; a fact without words of its own only names its clause."""
    said = both("；", "; ", lang).join(text for fact in facts if (text := clause.kind.said(clause, fact, lang)))
    return both(f"{clause.text}：{said}", f"{clause.text}: {said}", lang) if said else str(clause.text)


def _by_what_rule(definition: Definition, clause: Any, facts: list[Any], lang: str) -> str:
    """`每人次扣 2 分；乘以 0.8`."""
    parts = [clause.kind.sentence(clause, lang)]
    for fact in facts:
        parts.extend(_weighed(definition, clause, fact, lang))
    return both("；", "; ", lang).join(dict.fromkeys(part for part in parts if part))


def _weighed(definition: Definition, clause: Any, fact: Any, lang: str) -> list[str]:
    found = []
    titles = {entry.code: entry.title or entry.code for entry in clause.modifiers}
    for code in getattr(fact, "modifiers", None) or ():
        entry = next((entry for entry in clause.modifiers if entry.code == code), None)
        if entry is not None and entry.times is not None:
            found.append(f"{titles[code]} × {short(entry.times)}")
        elif entry is not None and entry.plus is not None:
            found.append(f"{titles[code]} {signed(entry.plus, _digits(entry.plus))}")
    share = getattr(fact, "share", None)
    if share is not None:
        found.append(
            both(f"分成 × {_share(definition, fact, share)}", f"share × {_share(definition, fact, share)}", lang)
        )
    return found


def _share(definition: Definition, fact: Any, share: Any) -> str:
    if not isinstance(share, str):
        return short(share)
    entry = next((entry for entry in definition.shares_of(fact.clause) if entry.code == share), None)
    return share if entry is None else f"{short(entry.value)} ({entry.title or entry.code})"


def _digits(number: Any) -> int:
    text = short(number)
    return len(text.partition(".")[2])


def _why_less(line: Any, facts: list[Any], lang: str) -> str:
    """Why a line moves something else than its face."""
    why = reason(line.reason, lang)
    own = next((fact.reason for fact in facts if getattr(fact, "reason", None)), None)
    if line.reason == "exempt":
        return both(f"{why}：{own}", f"{why}: {own}", lang) if own else why
    matter = next((fact.matter for fact in facts if getattr(fact, "matter", None)), None)
    if line.reason == "set_aside" and matter:
        why = both(f"同一事项“{matter}”就高计分，不重复计", f"the matter “{matter}” counts once, at its highest", lang)
    face = exact(line.face)
    if face and face != exact(line.points):
        amount = short(abs(face))
        return both(f"本可计 {amount} 分，{why}", f"would be {amount} points, but {why}", lang)
    return why


def veto_consequence(definition: Definition, entry: Any, lang: str) -> str:
    """What one consequence of a veto does."""
    if entry.zero is not None:
        return both("总分计零" if entry.zero == "total" else "本类计零", f"sets the {entry.zero} to zero", lang)
    if entry.bar_grades:
        names = both("、", ", ", lang).join(_grade(definition, code) for code in entry.bar_grades)
        return both(f"不得评为{names}", f"bars {names}", lang)
    if entry.cap_grade is not None:
        name = _grade(definition, entry.cap_grade)
        return both(f"最高只能评为{name}", f"caps the grade at {name}", lang)
    if entry.downgrade is not None:
        steps = entry.downgrade
        return both(f"降 {steps} 等", f"lowers the grade by {steps}", lang)
    amount = short(entry.deduct)
    return both(f"扣 {amount} 分" if amount else "扣分待定", f"takes away {amount or '?'} points", lang)


def _grade(definition: Definition, code: str) -> str:
    rules = [rule for grading in definition.gradings for rule in grading.rules if rule.code == code]
    return rules[0].title or code if rules else code


def _end(text: str, lang: str) -> str:
    """A sentence with its full stop, in the marks of its language."""
    stop = "." if english(lang) else "。"
    text = text.strip()
    if not english(lang):
        text = _full_width(text)
    elif text:
        text = text[0].upper() + text[1:]
    return text if text.endswith((".", "。", "！", "？", "!", "?")) else text + stop


_MARKS = {",": "，", ";": "；", ":": "："}


def _full_width(text: str) -> str:
    """Latin commas, colons and semicolons between Chinese words as Chinese ones; those inside numbers stay."""
    found = []
    for place, mark in enumerate(text):
        near = text[place + 1 : place + 2]
        inside = mark in ",:" and text[place - 1 : place].isdigit() and near.isdigit()
        found.append(_MARKS.get(mark, mark) if not inside and near != " " else mark)
    return "".join(found)
