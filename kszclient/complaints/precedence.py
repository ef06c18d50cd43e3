"""Which outcome goes before which, where several rules hold for one instance.

complaints decision table, hit policy "collect": a refusal goes before a wait, a wait before an open
question, an open question before a yes. A redirection goes before all: it says where to go instead.
"""

from __future__ import annotations

from kszclient.complaints.vocabulary import Outcome

PRECEDENCE: dict[str, int] = {
    Outcome.REDIRECT: 0,
    Outcome.INADMISSIBLE: 1,
    Outcome.SUSPENDED: 2,
    Outcome.NOT_YET: 3,
    Outcome.INCOMPLETE: 3,
    Outcome.OPEN: 4,
    Outcome.ADMISSIBLE: 5,
}
"""The lower goes first."""
