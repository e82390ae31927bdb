"""What agents meet, gadget by gadget: the rows that several chapters and the workbook show."""

from collections.abc import Sequence

from certlib.assess import Scenario
from certlib.knowledge import Knowledge
from certlib.tables.cells import Cell, make_outcome_cell


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
