"""A runbook and what options cost as plain data, each line with its basis."""

from dataclasses import dataclass

from certlib.knowledge import Basis
from certlib.knowledge.model import Counted, Effect, Identity

WHO = "rule-who"


@dataclass(frozen=True, slots=True)
class Action:
    """One box to tick. A command is shown and never run."""

    text: str
    command: str
    basis: Basis
    needs: tuple[Effect, ...] = ()
    does: tuple[Effect, ...] = ()


@dataclass(frozen=True, slots=True)
class Task:
    """What somebody does on one node, or once for the site."""

    procedure: str  # id in knowledge/procedures.yaml
    phase: str  # id in knowledge/phases.yaml
    node: str | None  # None: once for the site
    title: str
    where: str
    who: str  # a proposal (rule-who)
    steps: tuple[Action, ...]
    minutes: int | None  # None: no source gives a time
    minutes_basis: Basis | None
    interrupts: str
    check: str  # how to see that it worked
    basis: Basis
    nodes: tuple[str, ...] = ()  # on which its steps take effect
    identity: Identity | None = None  # the certificate that it is about
    release: str | None = None  # to which it leads
    hop: int | None = None  # the hop of the way that it is part of, from 0
    of_any: "Task | None" = None  # the same, told of any node instead of its own; None: once for the site


@dataclass(frozen=True, slots=True)
class Expense:
    """A line of what an option costs this site in restarts, outage or effort."""

    text: str
    basis: Basis
    nodes: tuple[str, ...]  # whom it concerns; empty: nobody in particular
    every: bool = False  # these are all nodes of their products
    others: tuple[str, ...] = ()  # the nodes of UCCX and SocialMiner that it does not concern
    counts: Counted | None = None  # what of the comparison `number` is
    number: int = 0


@dataclass(frozen=True, slots=True)
class Costs:
    """What an option costs this site, counted."""

    restarts: tuple[Expense, ...]
    outage: tuple[Expense, ...]
    effort: tuple[Expense, ...]

    def counting(self, what: Counted) -> tuple[Expense, ...]:
        """The lines that count something; none: the option has nothing of it."""
        return tuple(
            expense for expense in (*self.restarts, *self.outage, *self.effort) if expense.counts == what
        )

    def number(self, what: Counted) -> int:
        """How many of something."""
        return sum(expense.number for expense in self.counting(what))


@dataclass(frozen=True, slots=True)
class Plan:
    """The tasks of one way to put a site right, in the order of the work."""

    option: str | None  # id in knowledge/options.yaml; None: the upgrade and the findings alone
    title: str
    tasks: tuple[Task, ...]
    nodes: tuple[tuple[str, str], ...]  # name and role, in the order in which they come
    order: Basis  # why in this order


@dataclass(frozen=True, slots=True)
class Runbook:
    """The plans of a site, the recommended one first; without any, nothing need be done."""

    plans: tuple[Plan, ...]
