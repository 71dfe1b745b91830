"""A rubric's life: loaded or cloned as a draft, published once without errors and open figures, retired."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from appraisal_site.toolkit.models import compare_and_set
from rubrics import policies
from rubrics.checks import read_definition
from rubrics.definition import canonical, file_data, fingerprint
from rubrics.definition.figures import complete
from rubrics.lifecycle import step
from rubrics.models import Rubric
from rubrics.models.rubric import CODE_LENGTH, TITLE_LENGTH
from rubrics.selectors.definitions import definition_of, file_shape_of
from rubrics.selectors.drafts import draft_of
from rubrics.selectors.rubrics import next_edition
from rubrics.services.common import Refused, demand, house
from rubrics.services.kept import copy_kept_file, keep_file
from rubrics.services.storage import head_of, store
from units.services import journal

if TYPE_CHECKING:
    from rubrics.definition import Definition
    from units.models import User


@transaction.atomic
def load_rubric(
    *, actor: User | None, data: Any, filename: str = "", source_text: str = "", file_text: str = ""
) -> Rubric:
    """Store what a rubric file holds as a new draft; Refused("file") with every problem where it is not a rubric.

    `file_text` is the text of the file where it is YAML: its comments come out again with the rubric.
    """
    demand(actor, policies.may_write_rubrics(actor) if actor else True)
    definition = _definition(data)
    rubric = _store(definition, source_text=source_text)
    keep_file(rubric, file_text)
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
    """A new draft with the same content under another code, title or year; under the same code and year it is the
    next edition. `figures` fill in what the original leaves open.

    A draft with errors is copied as it stands, errors and all; figures cannot be filled into one (Refused "errors").
    """
    demand(actor, policies.may_clone_rubric(actor, rubric) if actor else True)
    named = {key: value for key, value in (("code", code), ("title", title), ("year", year)) if value is not None}
    errors = draft_of(rubric).errors if rubric.state == Rubric.State.DRAFT else ()
    if errors and figures:
        raise Refused("errors", errors)
    after: dict[str, Any] = {"from": rubric.pk}
    if errors:
        clone = _copy_rows(rubric, named)
    else:
        data = file_data(definition_of(rubric))
        if figures:
            data = _completed(data, figures)
        definition = _definition(data | named)
        clone = _store(definition, source_text=rubric.source_text, cloned_from=rubric)
        after["fingerprint"] = fingerprint(definition)
    copy_kept_file(rubric, clone)
    journal.append(actor=actor, scope=house(), verb="rubric.cloned", obj=clone, after={**_facts_of(clone), **after})
    return clone


@transaction.atomic
def publish_rubric(*, actor: User | None, rubric: Rubric, version: int) -> Rubric:
    """Freeze a draft under its fingerprint.

    Refused("errors") with every problem while there is an error, Refused("open") with the places while a figure is
    open. What is judged is what is frozen: a change meanwhile makes another version, and that is a Conflict.
    """
    demand(actor, policies.may_publish_rubric(actor, rubric) if actor else True)
    state = step(rubric.state, "publish")
    draft = draft_of(rubric)
    if draft.errors or draft.definition is None:
        raise Refused("errors", draft.errors)
    if draft.open:
        raise Refused("open", [code for code, _place in draft.open])
    digest = fingerprint(draft.definition)
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


def _copy_rows(rubric: Rubric, named: Mapping[str, Any]) -> Rubric:
    """The rows of a draft as they are, whatever is wrong with them, under other names."""
    said = {key: str(value) for key, value in named.items()}
    shape: dict[str, Any] = {**file_shape_of(rubric), **said}
    code, year = named.get("code", rubric.code), named.get("year", rubric.year)
    clone = Rubric.objects.create(
        code=code,
        title=named.get("title", rubric.title),
        year=year,
        edition=next_edition(code, year),
        head=head_of(shape),
        source_text=rubric.source_text,
        cloned_from=rubric,
    )
    store(clone, shape)
    if file_shape_of(clone) != shape:
        raise RuntimeError(f"draft {rubric.pk} reads back differently from what was copied")
    return clone


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
