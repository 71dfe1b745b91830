"""The demonstration: five regulations as running cycles with units, people, facts and proof, dated from today.

Read from `fixtures/demo/plan.yaml` and the facts and figures beside it; written through the services of all apps, as
the house itself.
"""

from scoring.demo.loading import is_loaded, load
from scoring.demo.plan import Plan, read_plan
from scoring.demo.roster import who

__all__ = ["Plan", "is_loaded", "load", "read_plan", "who"]
