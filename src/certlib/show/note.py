"""What Cisco's note says: its table with the asterisk, the defects that it names, where its COPs are."""

from collections.abc import Iterator
from typing import NamedTuple

from certlib.assess import Assessment, Statement
from certlib.knowledge import Knowledge, Row
from certlib.knowledge.model import Cell
from certlib.language import in_language_of_site, say
from certlib.show.render import Display, render
from certlib.words import describe_kind


class _NoteRow(NamedTuple):
    """A row of the note's table."""

    certificates: str
    entry: Row
    cells: list[Cell]


@in_language_of_site
def note(assessment: Assessment) -> Display:
    """The four rows as they stand in the note, then its defects and the download pages of its COPs."""
    knowledge = assessment.knowledge
    servers = [server for server in knowledge.web_servers.values() if server.column]
    html = render(
        "note",
        assessment.site,
        servers=[server.column for server in servers],
        rows=[_make_row(row, [server.id for server in servers]) for row in knowledge.rows.values()],
        asterisks=_explain_asterisks(knowledge),
    )
    return Display(html=html, text=say("What Cisco's note says"))


def list_note_statements(knowledge: Knowledge) -> Iterator[Statement]:
    """Every statement of the note that is shown."""
    yield from _explain_asterisks(knowledge)
    for kind in (knowledge.rows, knowledge.defects, knowledge.cops):
        for entry in kind.values():
            yield Statement("", entry.basis.kind, entry.basis)


def _make_row(row: Row, servers: list[str]) -> _NoteRow:
    pair = (describe_kind("tomcat", row.tomcat), describe_kind("tomcat-ECDSA", row.tomcat_ecdsa))
    cells = {cell.web_server: cell for cell in row.cells}
    return _NoteRow("; ".join(pair), row, [cells[server] for server in servers])


def _explain_asterisks(knowledge: Knowledge) -> list[Statement]:
    """How the asterisk is read; the note has no text for it."""
    bases = dict.fromkeys(row.assumption_basis for row in knowledge.rows.values() if row.assumption_basis)
    return [
        Statement(knowledge.rules[basis.rule].why, basis.kind, basis)
        for basis in bases
        if basis is not None and basis.rule
    ]
