"""`python -m benchmarks.once UNITS ITEMS`: one whole process that makes units up and scores them, to be measured."""

from __future__ import annotations

import sys

from benchmarks.material import definition_of, facts_of
from scoring.engine import evaluate


def main(units: int, items: int) -> None:
    evaluate(definition_of(items), facts_of(units, items))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
