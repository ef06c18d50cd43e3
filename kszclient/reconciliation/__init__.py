"""A population against the registers: one lookup a child, nothing lost, nothing asked twice.

Needs the extra ``batch``, for polars:

    client = AsyncChildBenefitsClient(Profile.load("mock"))
    done = reconcile(Path("dossiers.csv"), client, out=Path("results"))
    done.results.findings  # a polars frame
"""

from importlib.util import find_spec

if find_spec("polars") is None:
    raise ModuleNotFoundError(
        "kszclient.reconciliation needs polars: pip install 'kszclient[batch]'", name="polars"
    )

from kszclient.reconciliation.execute.progress import Progress
from kszclient.reconciliation.execute.throttle import Pace, Stop, StopReason
from kszclient.reconciliation.input.mapping import Mapping, read_mapping
from kszclient.reconciliation.kinds import Kind, KindOfFinding, Severity, kinds
from kszclient.reconciliation.output.results import Reconciliation, Results
from kszclient.reconciliation.output.summary import Summary
from kszclient.reconciliation.plan.plan import Plan
from kszclient.reconciliation.question import Question, plan_of
from kszclient.reconciliation.run import reconcile

__all__ = [
    "Kind",
    "KindOfFinding",
    "Mapping",
    "Pace",
    "Plan",
    "Progress",
    "Question",
    "Reconciliation",
    "Results",
    "Severity",
    "Stop",
    "StopReason",
    "Summary",
    "kinds",
    "plan_of",
    "read_mapping",
    "reconcile",
]
