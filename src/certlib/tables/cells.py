"""Cells of tables: what people read, how bad it is, on what it rests, and where it leads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from certlib.assess import Experience, Scenario, Statement
from certlib.knowledge import Basis, Knowledge
from certlib.language import say
from certlib.terms import OUTCOMES, State
from certlib.text import align_columns
from certlib.words import describe_in_browser, describe_outcome, group_by_browser


class Line(NamedTuple):
    """A line of a cell."""

    text: str
    state: str = ""  # of SYMBOLS, whose symbol stands in the text already; empty: none is told
    basis: Statement | Basis | None = None
    link: str = ""  # the id of a place in the report


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: its value for programs, its lines for people; without lines the value is what people read."""

    value: object = ""  # text, number, day, yes or no; None: nothing
    lines: tuple[Line, ...] = ()
    statement: Statement | None = None  # why the value may be said

    def __str__(self) -> str:
        return str(self.value)

    @property
    def state(self) -> str:
        """How bad it is, as its first line says; empty where none does."""
        return self.lines[0].state if self.lines else ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its columns by the names that programs use, and for each row a cell in every column."""

    columns: tuple[str, ...]
    rows: tuple[Mapping[str, Cell], ...]

    def group_rows(self, column: str) -> Mapping[str, list[Mapping[str, Cell]]]:
        """The rows by their value in a column, in their order."""
        groups: dict[str, list[Mapping[str, Cell]]] = {}
        for row in self.rows:
            groups.setdefault(str(row[column].value), []).append(row)
        return groups

    def align(self, heads: Mapping[str, str]) -> str:
        """The columns that have heads, for a terminal."""
        rows = ([str(row[column].value) for column in heads] for row in self.rows)
        return align_columns([list(heads.values()), *rows])


def make_cell(
    state: State, basis: Statement | Basis | None = None, *, link: str = "", value: object = ""
) -> Cell:
    """A cell that tells a state."""
    return Cell(value or state.word, (Line(str(state), state.name, basis, link),))


NOTHING = State("none", "–", "")


def make_empty_cell(word: str) -> Cell:
    """A cell that tells that there is nothing, and why."""
    return make_cell(NOTHING._replace(word=word), value=f"– {word}")


def make_outcome_cell(experience: Experience | None) -> Cell:
    """What an agent meets, a line for each browser where they differ, the worst first."""
    if experience is None:
        return make_empty_cell(say("none"))
    value, groups = describe_outcome(experience), group_by_browser(experience)
    if len(groups) < 2:
        state = OUTCOMES[experience.outcome][0]
        return Cell(value, (Line(describe_in_browser(experience), state, experience.statement),))
    lines = [
        Line(describe_in_browser(met, browsers), OUTCOMES[met.outcome][0], met.statement)
        for browsers, met in groups
    ]
    if len({met.statement.basis for _, met in groups}) == 1:
        lines = [
            *(line._replace(basis=None) for line in lines[:-1]),
            lines[-1]._replace(basis=experience.statement),
        ]
    return Cell(value, tuple(lines))


def list_agent_rows(scenarios: Sequence[Scenario], knowledge: Knowledge) -> list[list[str | Cell]]:
    """For each gadget that agents use its title and what they meet in each scenario."""
    rows: list[list[str | Cell]] = []
    for gadget in knowledge.gadgets.values():
        met = [
            next((found for found in scenario.experiences if found.gadget == gadget.id), None)
            for scenario in scenarios
        ]
        if any(met):
            rows.append([gadget.title, *map(make_outcome_cell, met)])
    return rows
