"""The runbook of a maintenance window: who does what on which node, in which order, and how to go back.

What is to be done stands in the knowledge (procedures and phases); this room keeps what a site needs of it
and names the site's own nodes.
"""

from certlib.runbook.bases import ADVICE_ORDER, REHEARSAL, bases
from certlib.runbook.costs import costs
from certlib.runbook.model import WHO, Action, Costs, Expense, Plan, Runbook, Task
from certlib.runbook.plan import nodes_to_sign, runbook
from certlib.runbook.rehearsal import STOPPED, Defect, Moment, Rehearsal, rehearse
from certlib.runbook.rounds import Round, rounds

__all__ = [
    "ADVICE_ORDER",
    "REHEARSAL",
    "STOPPED",
    "WHO",
    "Action",
    "Costs",
    "Defect",
    "Expense",
    "Moment",
    "Plan",
    "Rehearsal",
    "Round",
    "Runbook",
    "Task",
    "bases",
    "costs",
    "nodes_to_sign",
    "rehearse",
    "rounds",
    "runbook",
]
