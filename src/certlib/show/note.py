"""What Cisco's note says: its table with the asterisk, the defects that it names, where its COPs are."""

from collections.abc import Iterator

from markupsafe import Markup

from certlib import words
from certlib.assess import Assessment, Statement
from certlib.knowledge import Defect, Knowledge, Row, load
from certlib.language import in_language_of_site, join_list, say
from certlib.show import states
from certlib.show.markup import BREAK, Child, Display, join, make_table, make_tag

MARK = "*"


@in_language_of_site
def note(assessment: Assessment) -> Display:  # noqa: ARG001 - which gives the language
    """The four rows as they stand in the note, then its defects and the download pages of its COPs."""
    knowledge = load()
    columns = [server for server in knowledge.web_servers.values() if server.column]
    html = join(
        make_tag("h3", say("What Cisco's note says")),
        make_table(
            caption=say("The table of Cisco's note, for 11.5(1) without a COP"),
            columns=[
                say("Certificates"),
                say("What agents meet"),
                *(column.column or "" for column in columns),
            ],
            rows=(
                _render_row(row, [column.id for column in columns], knowledge)
                for row in knowledge.rows.values()
            ),
            class_="findings close",
        ),
        (
            make_tag("p", f"{MARK} ", states.render_sentence(asterisk, knowledge))
            for asterisk in _render_asterisks(knowledge)
        ),
        make_table(
            caption=say("The defects that it names"),
            columns=[say("Defect"), say("What it is"), say("What helps")],
            rows=(_render_defect(defect, knowledge) for defect in knowledge.defects.values()),
            class_="findings close",
        ),
        make_table(
            caption=say("The COP files and where Cisco offers them"),
            columns=[say("COP file"), say("Download page")],
            rows=(_render_cop(cop, knowledge) for cop in knowledge.cops),
            class_="findings close",
        ),
    )
    return Display(html=html, text=say("What Cisco's note says"))


def list_note_statements(knowledge: Knowledge) -> Iterator[Statement]:
    """Every statement of the note that is shown."""
    yield from _render_asterisks(knowledge)
    for kind in (knowledge.rows, knowledge.defects, knowledge.cops):
        for entry in kind.values():
            yield Statement("", entry.basis.kind, entry.basis)


def _render_row(row: Row, columns: list[str], knowledge: Knowledge) -> list[Child]:
    pair = [
        words.describe_kind("tomcat", row.tomcat),
        words.describe_kind("tomcat-ECDSA", row.tomcat_ecdsa),
    ]
    cells = {cell.web_server: cell for cell in row.cells}
    met = join(
        f"{row.text} {MARK if row.assumption else ''}".rstrip(),
        " ",
        states.render_basis_of_brief(row.basis, knowledge),
    )
    return [
        "; ".join(pair),
        met,
        *(_add_mark(cells[column].text, cells[column].remark) for column in columns),
    ]


def _render_asterisks(knowledge: Knowledge) -> list[Statement]:
    """How the asterisk is read; the note has no text for it."""
    bases = dict.fromkeys(row.assumption_basis for row in knowledge.rows.values() if row.assumption_basis)
    return [
        Statement(knowledge.rules[basis.rule].why, basis.kind, basis)
        for basis in bases
        if basis is not None and basis.rule
    ]


def _render_defect(defect: Defect, knowledge: Knowledge) -> list[Child]:
    what = join(
        defect.title, BREAK, defect.effect, " ", states.render_basis_of_brief(defect.basis, knowledge)
    )
    doubt = join(BREAK, make_tag("em", say("Doubt:"), " "), defect.doubt) if defect.doubt else None
    unknown = say("Not found: {things}.", things=join_list(*defect.not_found)) if defect.not_found else ""
    return [defect.id, join(what, doubt), _add_mark(defect.remedy, unknown)]


def _render_cop(name: str, knowledge: Knowledge) -> list[Child]:
    cop = knowledge.cops[name]
    unknown = say("Not found: {things}.", things=join_list(*cop.not_found))
    where = join(cop.download, " ", states.render_basis_of_brief(cop.basis, knowledge))
    return [cop.title, join(where, BREAK, unknown) if cop.not_found else where]


def _add_mark(text: str, more: str) -> Markup:
    return join(text, BREAK, more) if more else join(text)
