"""The report as a workbook to filter, tick and pass on: the tables that notebooks get, as sheets.

The same evidence gives the same bytes: the workbook is dated by the collection.
"""

from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any

import pandas as pd

from certlib import frames, show
from certlib.assess import Assessment, Scenario
from certlib.evidence import Evidence
from certlib.knowledge import load
from certlib.show.summary import when
from certlib.twins.sheets import WIDTH, Book, Cell, Choice, Column, Stated, height, new, plain, table
from certlib.twins.tables import records
from certlib.words import EXPIRES, FINDING_STATES, KEYS, OUTCOMES, VERDICTS, outcome_text

HEADS = {
    "sha256": "SHA-256",
    "dns_names": "Names (SAN)",
    "tls": "TLS",
    "prompts_per_pc": "Prompts per PC",
    "text": "What was found",
    "remedy": "What to do",
    "waived": "Accepted",
    "title": "Check",
    "check": "Check id",
}
WIDTHS = {  # characters; a whole table has about 250, so that it can be read on one page's width
    column: width
    for width, columns in {
        8: "port step chain_length agrees minutes done",
        11: "days_left not_before not_after kind version milliseconds who",
        14: "key offer address status phase reason",
        16: "state signature signature_algorithm waived",
        20: "browser_gets rsa_offer_gets ecdsa_offer_gets expected_now after_upgrade after_recommended",
        21: "basis_now basis_upgrade basis_recommended option task interrupts serial check",
        24: "node web_server basis",
        28: "title endpoint presented_by suite detail",
        30: "dns_names command subject issuer",
        34: "sha256 leaf remedy",
        48: "text",
    }.items()
    for column in columns.split()
}
Say = Callable[[Any], Cell]
DONE = Choice({"☐": "none", "☑": "ok"})
STATUS = Choice(
    {
        "– open": "none",
        "▲ in progress": "warn",
        "✓ done": "ok",
        "✕ failed": "bad",
        "? not needed": "open",
    }
)
SHOWN = ("browser_gets", "rsa_offer_gets", "ecdsa_offer_gets", "after_upgrade", "after_recommended")
SYMBOLS = {name: symbol for name, symbol, _ in (*OUTCOMES.values(), *FINDING_STATES.values())}
ONCE = "the site"  # where the runbook names a node, and the task is done once
FACTS = (
    ("Customer", "customer"),
    ("Site", "title"),
    ("Releases", "releases"),
    ("Upgrade planned for", "upgrade_date"),
    ("Evidence of", "evidence_date"),
    ("Author", "author"),
    ("Organisation", "organisation"),
    ("Confidentiality", "confidentiality"),
    ("Reference", "reference"),
    ("Version", "version"),
    ("Made with", "made_with"),
)
WIDE = (30, 40)  # characters of the summary's first column and of each of the three behind it


def workbook(*, assessment: Assessment, evidence: Evidence) -> bytes:
    """The sheets Summary, Matrix, Findings, Certificates, Runbook and Evidence as one XLSX file."""
    facts = show.cover(assessment).private[show.COVER] | {"evidence_date": when(assessment.collected)}
    target = BytesIO()
    book = new(target, " · ".join(one for one in (facts["reference"], facts["confidentiality"]) if one))
    book.book.set_properties(
        {
            "title": plain(f"Certificate readiness · {facts['customer']} · {facts['title']}", 255),
            "subject": plain(facts["releases"], 255),
            "author": plain(facts["author"] or facts["organisation"], 255),
            "company": plain(facts["organisation"], 255),
            "comments": plain(facts["made_with"], 255),
            "created": assessment.collected.replace(tzinfo=None),
        }
    )
    _summary(book, assessment, facts)
    _matrix(book, assessment)
    _findings(book, assessment)
    _certificates(book, evidence)
    _runbook(book, assessment)
    _frame(book, "Evidence", frames.presentations(evidence), frozen=2)
    book.book.close()
    return target.getvalue()


def _summary(book: Book, assessment: Assessment, facts: Mapping[str, str]) -> None:
    sheet = book.sheet("Summary")
    sheet.set_column(0, 0, WIDE[0])
    sheet.set_column(1, 3, WIDE[1])
    class_, symbol, word = VERDICTS[assessment.verdict.word]
    lead = book.formats[f"lead-{_VERDICT_STATES[class_]}"]
    sheet.write_string(0, 0, plain(f"Certificate readiness: {facts['customer']}"), book.formats["title"])
    sheet.merge_range(2, 0, 2, 3, f"{symbol} {word}", lead)
    sheet.set_row(2, height([(word, 10)]) * 2)
    row = 3
    for label, text in (("Why", facts["verdict_sentence"]), ("Rule that decided", facts["rule"])):
        row = _line(book, sheet, row, label, text)
    for label, name in FACTS:
        if facts[name]:
            row = _line(book, sheet, row, label, facts[name])
    row = _part(book, sheet, row, "What agents meet")
    row = _experiences(book, sheet, row, assessment)
    for title, told in (
        ("What to do", show.what_to_do(assessment)),
        ("Not checked, not known", show.not_checked(assessment)),
    ):
        row = _part(book, sheet, row, title)
        for line in told.text.splitlines() or ["Nothing."]:
            row = _line(book, sheet, row, "", line)


def _part(book: Book, sheet: Any, row: int, title: str) -> int:
    sheet.write_string(row + 1, 0, title, book.formats["part"])
    return row + 2


def _line(book: Book, sheet: Any, row: int, label: str, text: str) -> int:
    """One fact over the width of the sheet, as high as its text needs."""
    shown = plain(text)
    book.write(sheet, row, 0, label, "label")
    sheet.merge_range(row, 1, row, 3, "", book.formats["plain"])
    sheet.write_string(row, 1, shown, book.formats["plain"])
    sheet.set_row(row, height([(shown, 3 * WIDE[1])]))
    return row + 1


def _experiences(book: Book, sheet: Any, row: int, assessment: Assessment) -> int:
    knowledge, chosen = load(), assessment.after_recommended
    scenarios = [(one.title, one) for one in assessment.scenarios]
    scenarios += [("after the recommended steps", chosen)] if chosen else []
    for column, head in enumerate(["What agents use", *(title for title, _ in scenarios)]):
        book.write(sheet, row, column, head, "head")
    for gadget in dict.fromkeys(met.gadget for _, one in scenarios for met in one.experiences):
        row += 1
        book.write(sheet, row, 0, knowledge.gadgets[gadget].title)
        told = [_met(scenario, gadget) for _, scenario in scenarios]
        for column, state in enumerate(told, 1):
            book.write(sheet, row, column, state)
        sheet.set_row(row, height((state.text, WIDE[1]) for state in told))
    return row + 1


def _met(scenario: Scenario, gadget: str) -> Stated:
    met = next((one for one in scenario.experiences if one.gadget == gadget), None)
    return Stated(OUTCOMES[met.outcome][0], outcome_text(met)) if met else Stated("none", "– none")


def _matrix(book: Book, assessment: Assessment) -> None:
    said: dict[str, Say] = dict.fromkeys(SHOWN, _certificate) | {"agrees": _AGREES.get}
    _frame(book, "Matrix", frames.matrix(assessment), frozen=2, say=said)


def _certificate(text: str) -> Stated | None:
    """A certificate in the words of the matrix, with the state that its words tell."""
    if not text:
        return None
    if text in ("none", "not asked"):
        return Stated("none", f"– {text}")
    name = "open"
    if text.startswith((*KEYS.values(), "other key")) and " or " not in text:
        name = "warn" if "self-signed" in text else "ok" if "signed" in text else "open"
    return Stated(name, f"{SYMBOLS[name]} {text}")


def _findings(book: Book, assessment: Assessment) -> None:
    columns = ["state", "title", "node", "endpoint", "text", "remedy", "basis", "waived", "check"]
    found = frames.findings(assessment)[columns]
    _frame(book, "Findings", found, frozen=2, say={"state": _states(FINDING_STATES)})


def _certificates(book: Book, evidence: Evidence) -> None:
    day = frames.day_that_counts(evidence)
    ends = frames.expiry(evidence, on=day)[["sha256", "not_after", "days_left", "state"]]
    facts = frames.certificates(evidence).drop(columns="not_after")
    columns = ["state", "not_after", "days_left", "subject", "issuer", "key", "signature", "kind"]
    columns += ["dns_names", "presented_by", "not_before", "serial", "sha256"]
    heads = {"state": f"Expires, counted from {day:%Y-%m-%d}"}
    rows = ends.merge(facts, on="sha256")[columns]
    _frame(book, "Certificates", rows, frozen=1, heads=heads, say={"state": _states(EXPIRES)})


def _runbook(book: Book, assessment: Assessment) -> None:
    knowledge = load()
    steps = frames.runbook(assessment)
    steps.insert(0, "done", "☐")
    steps.insert(1, "status", "– open")
    say: dict[str, Say] = {
        "option": lambda name: knowledge.options[name].title if name else None,
        "phase": lambda name: knowledge.phases[name].title,
        "node": lambda name: name or ONCE,
    }
    heads = {"text": "What to do", "check": "It worked when", "option": "For the option"}
    choices = {"done": DONE, "status": STATUS}
    _frame(book, "Runbook", steps, frozen=2, heads=heads, say=say, choices=choices)


def _frame(
    book: Book,
    name: str,
    frame: pd.DataFrame,
    *,
    frozen: int,
    heads: Mapping[str, str] | None = None,
    say: Mapping[str, Say] | None = None,
    choices: Mapping[str, Choice] | None = None,
) -> None:
    """A frame as a sheet: `heads` that people read, what to `say` for a value, `choices` to fill in."""
    titles, said, choose = {**HEADS, **(heads or {})}, say or {}, choices or {}
    columns = [
        Column(
            head=titles.get(column, column.replace("_", " ").capitalize()),
            width=WIDTHS.get(column, WIDTH),
            choice=choose.get(column),
        )
        for column in map(str, frame.columns)
    ]
    rows = [
        [said.get(column, _plain)(value) for column, value in record.items()] for record in records(frame)
    ]
    table(book, name, columns, rows, frozen=frozen)


def _plain(value: Any) -> Cell:
    return value.to_pydatetime(warn=False) if isinstance(value, pd.Timestamp) else value


def _states(known: Mapping[str, tuple[str, str, str]]) -> Say:
    """How to say a state by its name: symbol and word, in its colour."""

    def say(name: str) -> Stated:
        class_, symbol, word = known[name]
        return Stated(class_, f"{symbol} {word}")

    return say


_AGREES = {"yes": Stated("none", "= yes"), "no": Stated("bad", "≠ no")}
_VERDICT_STATES = {
    "verdict-ready": "ok",
    "verdict-actions": "warn",
    "verdict-not-ready": "bad",
    "verdict-incomplete": "open",
}
