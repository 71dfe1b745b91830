"""`manage.py schema rubric|facts`: the JSON Schema of a file format."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from evidence.facts.schema import facts_schema
from rubrics.definition.schema import rubric_schema

SCHEMAS = {"rubric": rubric_schema, "facts": facts_schema}


class Command(BaseCommand):
    help = "Print the JSON Schema of a rubric or facts file."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("format", choices=tuple(SCHEMAS))

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(schema_text(options["format"]))


def schema_text(name: str) -> str:
    """The schema as it is kept in docs/: two blanks of indent, a line feed at the end."""
    return json.dumps(SCHEMAS[name](), ensure_ascii=False, indent=2)
