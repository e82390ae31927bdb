"""Tasks that are the same on several nodes, so that their steps need be told once."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from types import MappingProxyType

from certlib.runbook.model import Task


@dataclass(frozen=True, slots=True)
class TaskGroup:
    """A task that is done on one node after the other, or one that stands alone."""

    tasks: tuple[Task, ...]  # at least one, in the order of the work

    @property
    def told(self) -> Task:
        """The task as it is told: of any node where it is done on several."""
        first = self.tasks[0]
        return first.of_any if first.of_any and self.tasks[1:] else first

    @property
    def nodes(self) -> tuple[str, ...]:
        """The nodes in the order of the work; none where it is done once for the site."""
        return tuple(task.node for task in self.tasks if task.node)

    def commands(self, step: int) -> list[str]:
        """The command lines of a step: once where they are the same on each node, else node by node."""
        return list(
            dict.fromkeys(line for task in self.tasks for line in task.steps[step].command.splitlines())
        )


def group_tasks(tasks: Iterable[Task], *, told: Mapping[Task, str] = MappingProxyType({})) -> list[TaskGroup]:
    """Tasks in their order; those that follow each other and differ only in the node's name together.

    `told`: where tasks stand that were told before; such a task is never put together with a new one.
    """

    def alike(numbered: tuple[int, Task]) -> Hashable:
        number, task = numbered
        return told.get(task), task.of_any or number

    return [TaskGroup(tuple(task for _, task in same)) for _, same in groupby(enumerate(tasks), alike)]
