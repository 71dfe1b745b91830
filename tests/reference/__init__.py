"""A second, independent evaluator of the scoring model, written for cross-checking and for nothing else.

It works with ``fractions.Fraction`` and the standard library only, is slow and plain on purpose, and assumes that both
files are valid. Every function cites the sentence of the scoring model that it implements.

    from tests.reference import evaluate, make_case
    result = evaluate(rubric, facts)            # two plain dicts -> dict shaped like the JSON of ``manage.py score``
    rubric, facts = make_case(random.Random(7)) # a random valid pair

    python -m tests.reference RUBRIC.json FACTS.json

Modules, in the order of the working:

- ``figures``   numbers, dates and rounding
- ``tree``      the rubric as a tree, the units, and what applies to whom
- ``formula``   the language of the basis ``formula``
- ``panels``    a panel's combined rating of a unit
- ``values``    gathering, readings and cohorts of the bases that read a value
- ``bases``     the points of every basis
- ``moves``     steps 2 to 4: escalation, modifiers, shares, exclusivity, limits
- ``nodes``     steps 5 to 7: items, categories, total
- ``grading``   step 8: ranks, grades, conversion
- ``evaluator`` puts the output together

Numbers in the result are ``Fraction`` or ``None``; totals and nodes are rounded as the rubric says.
"""

from .evaluator import evaluate
from .generator import make_case

__all__ = ["evaluate", "make_case"]
