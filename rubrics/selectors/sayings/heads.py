"""What stands at the top of a rubric in words: total, rounding, period, providers, the procedure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rubrics.kinds.numbers import plain
from rubrics.selectors.sayings.names import Names, figure, known
from rubrics.wording import bracketed, joined, listed, month_day, parted, phase_title

if TYPE_CHECKING:
    from decimal import Decimal

    from rubrics.definition import Definition
    from rubrics.definition.records import Authority, Certificate, Period, Procedure, Rounding


def general_says(definition: Definition) -> list[str]:
    says = [_("out of %(n)s points") % {"n": plain(definition.total)}]
    different = [entry for entry in definition.series if entry.total not in (None, definition.total)]
    says += [
        _("%(title)s: out of %(n)s points") % {"title": entry.title or entry.code, "n": figure(entry.total)}
        for entry in different
    ]
    return says


def rounding_says(rounding: Rounding) -> list[str]:
    """Where and how numbers are rounded."""
    modes = {
        "half_up": _("halves up"),
        "half_even": _("halves to the even digit"),
        "down": _("the rest is cut off"),
        "up": _("always up"),
    }
    digits = (
        ngettext("%(n)d digit after the point", "%(n)d digits after the point", rounding.digits)
        % {"n": rounding.digits}
        if rounding.digits
        else _("whole points")
    )
    where = _("every item and then the total are rounded") if rounding.at == "item" else _("only the total is rounded")
    return [joined([where, digits, modes[rounding.mode]])]


def period_says(period: Period | None) -> list[str]:
    if period is None:
        return [_("facts of any date count")]
    dates = {"start": month_day(period.from_), "end": month_day(period.to)}
    return [_("facts dated from %(start)s to %(end)s count; others are refused") % dates]


def provider_says(names: Names) -> list[str]:
    """Each provider and how many clauses it supplies facts for, whatever the series."""
    definition = names.definition
    if definition is None:
        return []
    counts = {entry.code: 0 for entry in definition.providers}
    for code in definition.clauses:
        serving = {one for series in _series(definition) for one in definition.providers_of(code, series)}
        for one in serving & counts.keys():
            counts[one] += 1
    return [
        ngettext("%(title)s: facts of %(n)d clause", "%(title)s: facts of %(n)d clauses", counts[entry.code])
        % {"title": entry.title or entry.code, "n": counts[entry.code]}
        for entry in definition.providers
    ]


def _series(definition: Definition) -> list[str | None]:
    return [entry.code for entry in definition.series] or [None]


# --- procedure ----------------------------------------------------------------------------------------------------


def publicity_words(procedure: Procedure) -> str:
    """How long what is published; blank where nothing is demanded."""
    if not procedure.publicity_days:
        return ""
    days = procedure.publicity_days
    least = ngettext("%(n)s day at the least", "%(n)s days at the least", days) % {"n": days}
    of = _("the applicants") if procedure.publicity_of == "applicants" else _("the results")
    return joined([of, least])


def reviewer_words(names: Names, entry: Any) -> str:
    """How many judge one unit: 3–5, with whom it concerns."""
    most, least = entry.max, entry.min
    if most and least:
        number = _("%(n)s people") % {"n": least if least == most else f"{least}–{most}"}
    elif least:
        number = _("%(n)s or more") % {"n": least}
    else:
        number = _("up to %(n)s") % {"n": most} if most else _("not yet set")
    who = names.applies(entry.applies_to)
    return joined([number + (bracketed(who) if who else ""), entry.text])


def evidence_words(code: str) -> str:
    return {"required": _("proof required"), "optional": _("proof if there is any")}.get(code, "")


def authority_words(names: Names, entry: Authority) -> str:
    """Who judges bodies of which level, and to whom that is reported."""
    action = _("renews") if entry.action == "renew" else _("assesses")
    bureaus = dict.fromkeys(entry.by.values())
    by = [
        _("bodies of %(levels)s by the bureau of %(bureau)s")
        % {"levels": listed(known(body) for body, at in entry.by.items() if at == bureau), "bureau": known(bureau)}
        for bureau in bureaus
    ]
    report = _("reported to %(level)s") % {"level": known(entry.report_to)} if entry.report_to else ""
    return joined(
        [_("%(action)s %(grade)s") % {"action": action, "grade": names.grade(entry.grade)}, *by, report, entry.text]
    )


def certificate_says(names: Names, certificate: Certificate) -> list[str]:
    """Everything a certificate is and how long it holds."""
    says = []
    if certificate.grades:
        says.append(_("for %(list)s") % {"list": listed(names.grade(code) for code in certificate.grades)})
    if certificate.issuer:
        says.append(_("issued by %(who)s") % {"who": known(certificate.issuer)})
    if certificate.valid_years is not None:
        says.append(_("valid for %(n)s years") % {"n": plain(certificate.valid_years)})
    elif certificate.open:
        says.append(_("how long it is valid is not yet set"))
    if certificate.lapse:
        says.append(_("it lapses where it is not renewed"))
    if certificate.renewal is not None:
        renewal = certificate.renewal
        says += [
            _("%(term)s: %(text)s") % {"term": term, "text": known(text)}
            for term, text in (
                (_("when to renew"), renewal.window),
                (_("how to renew"), renewal.procedure),
                (_("given on renewal"), renewal.issues),
            )
            if text
        ]
    if certificate.confirmation:
        says.append(_("confirmed by %(who)s") % {"who": known(certificate.confirmation)})
    if certificate.reapply_after_years is not None:
        says.append(_("new application after %(n)s years") % {"n": plain(certificate.reapply_after_years)})
    return says


def _points(number: Decimal | None) -> str:
    return figure(None) if number is None else _("%(n)s points") % {"n": plain(number)}


def procedure_facts(names: Names, procedure: Procedure) -> list[tuple[str, str]]:
    """The few figures of the procedure, as term and text."""
    facts: list[tuple[str, str]] = []
    if procedure.phases:
        facts.append((_("Phases"), " → ".join(phase_title(code) for code in procedure.phases)))
    publicity = publicity_words(procedure)
    if publicity:
        facts.append((_("Publicity"), publicity))
    facts += [(_("Reviewers a unit"), reviewer_words(names, entry)) for entry in procedure.reviewers]
    facts += [(_("Who judges"), authority_words(names, entry)) for entry in procedure.authorities]
    if procedure.certificate is not None:
        certificate = parted(certificate_says(names, procedure.certificate))
        facts.append((_("Certificate"), certificate or _("not yet set")))
    if procedure.convert is not None:
        facts.append((_("Total also shown out of"), joined([_points(procedure.convert.to), procedure.convert.text])))
    if procedure.rectification:
        facts.append((_("Rectification"), _("what lost points is put right afterwards")))
    return facts


def procedure_says(names: Names, procedure: Procedure) -> list[str]:
    """The whole procedure, one sentence an entry."""
    says = [_("%(term)s: %(text)s") % {"term": term, "text": text} for term, text in procedure_facts(names, procedure)]
    for entry in procedure.prerequisites:
        words = [entry.text or entry.code, *names.only_for(entry.applies_to), evidence_words(entry.evidence)]
        says.append(_("an applicant confirms: %(text)s") % {"text": joined(words)})
    for deadline in procedure.deadlines:
        text = joined([deadline.text or deadline.code, phase_title(deadline.phase) if deadline.phase else ""])
        day = {"day": month_day(deadline.by) if deadline.by else "", "text": text}
        says.append(_("by %(day)s: %(text)s") % day if deadline.by else _("on a day not yet set: %(text)s") % day)
    for demand in procedure.demands:
        ends = _("before the end of: %(phase)s") % {"phase": phase_title(demand.phase)} if demand.phase else ""
        words = [demand.text or demand.code, ends, evidence_words(demand.evidence)]
        says.append(_("has to be done: %(text)s") % {"text": joined(words)})
    if procedure.open:
        says.append(_("a figure is left open"))
    return says
