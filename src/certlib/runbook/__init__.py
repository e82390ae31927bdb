"""The runbook of a maintenance window: who does what on which node, in which order, and how to go back.

What is to be done stands in the knowledge (procedures and phases); this room keeps what a site needs of it
and names the site's own nodes.
"""

from certlib.runbook.model import WHO, Action, Plan, Runbook, Task, bases
from certlib.runbook.plan import nodes_to_sign, runbook

__all__ = ["WHO", "Action", "Plan", "Runbook", "Task", "bases", "nodes_to_sign", "runbook"]
