"""A rubric's life: loaded or cloned as a draft, published once without errors and open figures, retired."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from appraisal_site.toolkit.models import compare_and_set
from rubrics import policies
from rubrics.checks import open_entries, read_definition
from rubrics.definition import canonical, file_data, fingerprint
from rubrics.definition.figures import complete
from rubrics.lifecycle import step
from rubrics.models import Rubric
from rubrics.models.rubric import CODE_LENGTH, TITLE_LENGTH
from rubrics.selectors.definitions import definition_of
from rubrics.selectors.rubrics import next_edition
from rubrics.services.common import Refused, demand, house
from rubrics.services.storage import head_of, store
from units.services import journal

if TYPE_CHECKING:
    from rubrics.definition import Definition
    from units.models import User


@transaction.atomic
def load_rubric(*, actor: User | None, data: Any, filename: str = "", source_text: str = "") -> Rubric:
    """Store what a rubric file holds as a new draft; Refused("file") with every problem where it is not a rubric."""
    demand(actor, policies.may_write_rubrics(actor) if actor else True)
    definition = _definition(data)
    rubric = _store(definition, source_text=source_text)
    journal.append(
        actor=actor,
        scope=house(),
        verb="rubric.loaded",
        obj=rubric,
        after={**_facts_of(rubric), "fingerprint": fingerprint(definition), "file": filename[:200]},
    )
    return rubric


@transaction.atomic
def clone_rubric(
    *,
    actor: User | None,
    rubric: Rubric,
    code: str | None = None,
    title: str | None = None,
    year: int | None = None,
    figures: Mapping[str, Any] | None = None,
) -> Rubric:
    """A new draft with the same content under another code, title or year; `figures` fill in what the original
    leaves open.
    """
    demand(actor, policies.may_clone_rubric(actor, rubric) if actor else True)
    data = file_data(definition_of(rubric))
    if figures:
        data = _completed(data, figures)
    named = {"code": code, "title": title, "year": year}
    data.update({key: value for key, value in named.items() if value is not None})
    definition = _definition(data)
    clone = _store(definition, source_text=rubric.source_text, cloned_from=rubric)
    journal.append(
        actor=actor,
        scope=house(),
        verb="rubric.cloned",
        obj=clone,
        after={**_facts_of(clone), "from": rubric.pk, "fingerprint": fingerprint(definition)},
    )
    return clone


@transaction.atomic
def publish_rubric(*, actor: User | None, rubric: Rubric, version: int) -> Rubric:
    """Freeze a draft under its fingerprint. Refused("open") with the places while a figure is open."""
    demand(actor, policies.may_publish_rubric(actor, rubric) if actor else True)
    state = step(rubric.state, "publish")
    definition = definition_of(rubric)
    places = open_entries(definition)
    if places:
        raise Refused("open", [code for code, _ in places])
    digest = fingerprint(definition)
    before = {"state": rubric.state}
    compare_and_set(rubric, version=version, state=state, fingerprint=digest, published_at=timezone.now())
    journal.append(
        actor=actor,
        scope=house(),
        verb="rubric.published",
        obj=rubric,
        before=before,
        after={"state": rubric.state, "fingerprint": digest},
    )
    return rubric


@transaction.atomic
def retire_rubric(*, actor: User | None, rubric: Rubric, version: int) -> Rubric:
    """Nothing new is started from it; its cycles go on."""
    demand(actor, policies.may_retire_rubric(actor, rubric) if actor else True)
    before = {"state": rubric.state}
    compare_and_set(rubric, version=version, state=step(rubric.state, "retire"))
    journal.append(
        actor=actor, scope=house(), verb="rubric.retired", obj=rubric, before=before, after={"state": rubric.state}
    )
    return rubric


@transaction.atomic
def delete_draft(*, actor: User | None, rubric: Rubric, version: int) -> None:
    """Throw a draft away; what was published stays for ever."""
    demand(actor, policies.may_write_rubrics(actor) if actor else True)
    step(rubric.state, "edit")
    compare_and_set(rubric, version=version)
    journal.append(actor=actor, scope=house(), verb="rubric.deleted", obj=rubric, before=_facts_of(rubric))
    rubric.delete()


def _completed(data: dict[str, Any], figures: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return complete(data, figures)
    except ValueError as error:
        raise Refused("figures", detail=str(error)) from error


def _definition(data: Any, *, stored: bool = False) -> Definition:
    definition, problems = read_definition(data, stored=stored)
    if definition is None:
        raise Refused("file", problems)
    if len(definition.title) > TITLE_LENGTH or any(len(code) > CODE_LENGTH for code in _codes(definition)):
        raise Refused("too_long", code_length=CODE_LENGTH, title_length=TITLE_LENGTH)
    return definition


def _codes(definition: Definition) -> list[str]:
    """Every code that gets a column of its own."""
    parts = [*definition.series, *definition.panels, *definition.gradings]
    nodes = [*definition.nodes.values(), *definition.clauses.values()]
    return [definition.code, *(part.code for part in parts), *(node.code for node in nodes)]


def _store(definition: Definition, *, source_text: str = "", cloned_from: Rubric | None = None) -> Rubric:
    """Rows for a definition, read back at once: what is stored must be the same definition to the last digit."""
    shape = canonical(definition)
    rubric = Rubric.objects.create(
        code=definition.code,
        title=definition.title,
        year=definition.year,
        edition=next_edition(definition.code, definition.year),
        head=head_of(shape),
        source_text=source_text,
        cloned_from=cloned_from,
    )
    store(rubric, shape)
    if fingerprint(definition_of(rubric)) != fingerprint(definition):
        raise RuntimeError(f"rubric {definition.code} reads back differently from what was stored")
    return rubric


def _facts_of(rubric: Rubric) -> dict[str, Any]:
    return {"code": rubric.code, "year": rubric.year, "edition": rubric.edition, "title": rubric.title}
