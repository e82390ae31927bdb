"""The runbook of a maintenance window: who does what on which node, in which order, and how to go back.

What is to be done stands in the knowledge (procedures and phases); this room keeps what a site needs of it
and names the site's own nodes.
"""

from certlib.runbook.costs import ADVICE_ORDER, REHEARSAL, costs, list_bases
from certlib.runbook.model import WHO, Action, Costs, Expense, Plan, Runbook, Task
from certlib.runbook.plan import TaskGroup, find_nodes_to_sign, group_tasks, runbook
from certlib.runbook.rehearsal import Defect, Moment, Rehearsal, rehearse

__all__ = [
    "ADVICE_ORDER",
    "REHEARSAL",
    "WHO",
    "Action",
    "Costs",
    "Defect",
    "Expense",
    "Moment",
    "Plan",
    "Rehearsal",
    "Runbook",
    "Task",
    "TaskGroup",
    "costs",
    "find_nodes_to_sign",
    "group_tasks",
    "list_bases",
    "rehearse",
    "runbook",
]
