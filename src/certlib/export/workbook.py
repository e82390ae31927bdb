"""The report as a workbook to filter, tick and pass on: the tables that notebooks get, as sheets.

The same evidence gives the same bytes: the workbook is dated by the collection.
"""

from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import Any

import pandas as pd

from certlib import frames, show
from certlib.assess import Assessment
from certlib.evidence import Evidence
from certlib.export.columns import WIDTHS, name_column
from certlib.export.sheets import (
    WIDTH,
    Book,
    Choice,
    Column,
    Stated,
    Value,
    compute_height,
    make_plain,
    open_book,
    write_table,
)
from certlib.export.tables import list_records
from certlib.language import format_moment, mark, say
from certlib.tables.cells import Cell, list_agent_rows
from certlib.tables.changes import SINCE, make_changes
from certlib.tables.matrix import LATER, OFFERS, make_matrix
from certlib.terms import FINDING_STATES, VERDICTS, State, Terms, find_state
from certlib.words import find_expiry_state

WORKBOOK_FACT_TEXTS = {
    "customer": mark("Customer"),
    "title": mark("Site"),
    "releases": mark("Releases"),
    "upgrade_date": mark("Upgrade planned for"),
    "evidence_date": mark("Evidence of"),
    "author": mark("Author"),
    "organisation": mark("Organisation"),
    "confidentiality": mark("Confidentiality"),
    "reference": mark("Reference"),
    "version": mark("Version"),
    "made_with": mark("Made with"),
}

DONE = Choice({"☐": "none", "☑": "ok"})
STATUS: Terms = {  # of a step, to be filled in
    "open": ("none", mark("open")),
    "in-progress": ("warn", mark("in progress")),
    "done": ("ok", mark("done")),
    "failed": ("bad", mark("failed")),
    "not-needed": ("open", mark("not needed")),
}
FACTS = (
    "customer",
    "title",
    "releases",
    "upgrade_date",
    "evidence_date",
    "author",
    "organisation",
    "confidentiality",
    "reference",
    "version",
    "made_with",
)
WIDE = (30, 40)  # characters of the summary's first column and of each of the three behind it


def render_workbook(
    *, assessment: Assessment, evidence: Evidence, earlier: Assessment | None = None
) -> bytes:
    """The sheets Summary, Matrix, Findings, Certificates, Runbook and Evidence as one XLSX file.

    `earlier`: of an earlier run; the sheet Changes behind Matrix tells what changed since then.
    """
    facts = show.cover(assessment).private[show.COVER]
    facts |= {"evidence_date": format_moment(assessment.collected)}
    target = BytesIO()
    footer = " · ".join(one for one in (facts["reference"], facts["confidentiality"]) if one)
    book = open_book(target, footer=footer, pages=say("Page {number} of {total}", number="&P", total="&N"))
    book.book.set_properties(
        {
            "title": make_plain(
                " · ".join((say("Certificate readiness"), facts["customer"], facts["title"])), 255
            ),
            "subject": make_plain(facts["releases"], 255),
            "author": make_plain(facts["author"] or facts["organisation"], 255),
            "company": make_plain(facts["organisation"], 255),
            "comments": make_plain(facts["made_with"], 255),
            "created": assessment.collected.replace(tzinfo=None),
        }
    )
    _write_summary(book, assessment, facts)
    _write_matrix(book, assessment)
    if earlier:
        _write_changes(book, assessment, earlier)
    _write_findings(book, assessment)
    _write_certificates(book, evidence)
    _write_runbook(book, assessment)
    answers = list_records(frames.presentations(evidence))
    _write_rows(book, say("Evidence"), frames.PRESENTATIONS, answers, frozen=2)
    book.book.close()
    return target.getvalue()


def _write_summary(book: Book, assessment: Assessment, facts: Mapping[str, str]) -> None:
    sheet = book.sheet(say("Summary"))
    sheet.set_column(0, 0, WIDE[0])
    sheet.set_column(1, 3, WIDE[1])
    name, symbol, word = find_state(VERDICTS, assessment.verdict.word)
    lead = book.formats[f"lead-{name}"]
    head = say("Certificate readiness: {customer}", customer=facts["customer"])
    sheet.write_string(0, 0, make_plain(head), book.formats["title"])
    sheet.merge_range(2, 0, 2, 3, f"{symbol} {word}", lead)
    sheet.set_row(2, compute_height([(word, 10)]) * 2)
    row = 3
    for label, text in (
        (say("Why"), facts["verdict_sentence"]),
        (say("Rule that decided"), facts["rule"]),
    ):
        row = _write_line(book, sheet, row, label, text)
    for name in FACTS:
        if facts[name]:
            row = _write_line(book, sheet, row, say(WORKBOOK_FACT_TEXTS[name]), facts[name])
    row = _write_part(book, sheet, row, say("What agents meet"))
    row = _write_experiences(book, sheet, row, assessment)
    for title, told in (
        (say("What to do"), show.what_to_do(assessment)),
        (say("Not checked, not known"), show.not_checked(assessment)),
    ):
        row = _write_part(book, sheet, row, title)
        for line in told.text.splitlines() or [say("Nothing.")]:
            row = _write_line(book, sheet, row, "", line)


def _write_part(book: Book, sheet: Any, row: int, title: str) -> int:
    sheet.write_string(row + 1, 0, title, book.formats["part"])
    return row + 2


def _write_line(book: Book, sheet: Any, row: int, label: str, text: str) -> int:
    """One fact over the width of the sheet, as high as its text needs."""
    shown = make_plain(text)
    book.write(sheet, row, 0, label, "label")
    sheet.merge_range(row, 1, row, 3, "", book.formats["plain"])
    sheet.write_string(row, 1, shown, book.formats["plain"])
    sheet.set_row(row, compute_height([(shown, 3 * WIDE[1])]))
    return row + 1


def _write_experiences(book: Book, sheet: Any, row: int, assessment: Assessment) -> int:
    chosen = assessment.after_recommended
    scenarios = {scenario.title: scenario for scenario in assessment.scenarios}
    scenarios |= {say("after the recommended steps"): chosen} if chosen else {}
    for column, head in enumerate([say("What agents use"), *scenarios]):
        book.write(sheet, row, column, head, "head")
    for title, *outcomes in list_agent_rows([*scenarios.values()], assessment.knowledge):
        row += 1
        book.write(sheet, row, 0, str(title))
        values = [Stated(outcome.state, str(outcome)) for outcome in outcomes if isinstance(outcome, Cell)]
        for column, value in enumerate(values, 1):
            book.write(sheet, row, column, value)
        sheet.set_row(row, compute_height((value.text, WIDE[1]) for value in values))
    return row + 1


def _write_matrix(book: Book, assessment: Assessment) -> None:
    agrees = {"yes": Stated("none", "= " + say("yes")), "no": Stated("bad", "≠ " + say("no"))}
    frame, table = frames.matrix(assessment), make_matrix(assessment)
    rows = [
        record
        | {"agrees": agrees.get(record["agrees"])}
        | {column: _show_cell(row[column]) if record[column] else None for column in (*OFFERS, *LATER)}
        for record, row in zip(list_records(frame), table.rows, strict=True)
    ]
    _write_rows(book, say("Matrix"), frames.MATRIX, rows, frozen=2)


def _show_cell(cell: Cell) -> Value:
    """A table's cell as people read it, with its state."""
    first, *others = [line.text for line in cell.lines] or [str(cell.value)]
    more = ", ".join(text.removeprefix("– ") for text in others)
    text = f"{first} ({more})" if more else first
    return Stated(cell.state, text) if cell.state else text


def _write_changes(book: Book, assessment: Assessment, earlier: Assessment) -> None:
    heads = {
        name: say("{head} ({day})", head=name_column(name), day=f"{run.collected:%Y-%m-%d}")
        for name, run in (("then", earlier), ("now", assessment))
    }
    table = make_changes(assessment, earlier)
    rows = [{name: _show_cell(cell) for name, cell in row.items()} for row in table.rows]
    _write_rows(book, say("Changes"), SINCE, rows, frozen=2, heads=heads)


def _write_findings(book: Book, assessment: Assessment) -> None:
    columns = ["state", "title", "node", "endpoint", "text", "remedy", "basis", "waived", "check"]
    rows = [
        record | {"state": _show_state(find_state(FINDING_STATES, record["state"]))}
        for record in list_records(frames.findings(assessment))
    ]
    _write_rows(book, say("Findings"), columns, rows, frozen=2)


def _write_certificates(book: Book, evidence: Evidence) -> None:
    day = frames.find_day_that_counts(evidence)
    ends = frames.expiry(evidence, on=day)[["sha256", "not_after", "days_left", "state"]]
    facts = frames.certificates(evidence).drop(columns="not_after")
    columns = ["state", "not_after", "days_left", "subject", "issuer", "key", "signature", "kind"]
    columns += ["dns_names", "presented_by", "not_before", "serial", "sha256"]
    heads = {"state": say("Expires, counted from {day}", day=f"{day:%Y-%m-%d}")}
    rows = [
        record | {"state": _show_state(find_expiry_state(record["state"]))}
        for record in list_records(ends.merge(facts, on="sha256"))
    ]
    _write_rows(book, say("Certificates"), columns, rows, frozen=1, heads=heads)


def _write_runbook(book: Book, assessment: Assessment) -> None:
    knowledge = assessment.knowledge
    states = [find_state(STATUS, name) for name in STATUS]
    status = Choice({str(state): state.name for state in states})
    rows = [
        record
        | {
            "done": "☐",
            "status": str(states[0]),
            "option": knowledge.options[record["option"]].title if record["option"] else None,
            "phase": knowledge.phases[record["phase"]].title,
            "node": record["node"] or say("the site"),
        }
        for record in list_records(frames.runbook(assessment))
    ]
    heads = {
        "text": say("What to do"),
        "check": say("It worked when"),
        "option": say("For the option"),
    }
    columns = ("done", "status", *frames.RUNBOOK)
    choices = {"done": DONE, "status": status}
    _write_rows(book, say("Runbook"), columns, rows, frozen=2, heads=heads, choices=choices)


def _write_rows(
    book: Book,
    name: str,
    columns: Iterable[str],
    rows: Iterable[Mapping[str, Any]],
    *,
    frozen: int,
    heads: Mapping[str, str] | None = None,
    choices: Mapping[str, Choice] | None = None,
) -> None:
    """Rows as a sheet: `heads` other than the usual ones, `choices` to fill in."""
    titles, choose = heads or {}, choices or {}
    shown = [
        Column(
            head=titles.get(column) or name_column(column),
            width=WIDTHS.get(column, WIDTH),
            choice=choose.get(column),
        )
        for column in columns
    ]
    values = [[_show_plain(row[column]) for column in columns] for row in rows]
    write_table(book, name, shown, values, frozen=frozen)


def _show_plain(value: Any) -> Value:
    return value.to_pydatetime(warn=False) if isinstance(value, pd.Timestamp) else value


def _show_state(state: State) -> Stated:
    return Stated(state.name, str(state))
