"""What happened, as plain records: read from a facts file, judged against a definition. No Django inside."""

from evidence.facts.checking import FactChecker, check_said, period_of
from evidence.facts.fact_reading import read_fact
from evidence.facts.reading import read_facts
from evidence.facts.records import Fact, Facts, Held, Rating, Target, UnitFacts
from evidence.facts.writing import facts_data

__all__ = [
    "Fact",
    "FactChecker",
    "Facts",
    "Held",
    "Rating",
    "Target",
    "UnitFacts",
    "check_said",
    "facts_data",
    "period_of",
    "read_fact",
    "read_facts",
]
