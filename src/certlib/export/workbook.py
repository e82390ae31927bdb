"""The report as a workbook to filter, tick and pass on: the tables that notebooks get, as sheets.

The same evidence gives the same bytes: the workbook is dated by the collection.
"""

from collections.abc import Callable, Mapping
from functools import partial
from io import BytesIO
from typing import Any, get_args

import pandas as pd

from certlib import frames, show
from certlib.assess import Assessment, Scenario
from certlib.evidence import Evidence
from certlib.export.sheets import (
    WIDTH,
    Book,
    Cell,
    Choice,
    Column,
    Stated,
    compute_height,
    make_plain,
    open_book,
    write_table,
)
from certlib.export.tables import list_records
from certlib.knowledge import Knowledge, load
from certlib.language import format_moment, mark, say, say_in
from certlib.terms import (
    COURSES,
    ENDPOINT_COURSES,
    FINDING_COURSES,
    FINDING_STATES,
    FORECAST_RESULTS,
    NODE_COURSES,
    OUTCOMES,
    SYMBOLS,
    VERDICTS,
    State,
    Terms,
    find_state,
)
from certlib.words import (
    KEYS,
    describe_kind,
    describe_outcome,
    find_expiry_state,
    find_kind_state,
)
from certlib.x509 import Kind

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

COLUMN_TEXTS = {
    "state": mark("State"),
    "title": mark("Finding"),
    "node": mark("Node"),
    "endpoint": mark("Endpoint"),
    "text": mark("What was found"),
    "remedy": mark("What to do"),
    "basis": mark("Basis"),
    "waived": mark("Accepted"),
    "check": mark("Check id"),
    "web_server": mark("Web server"),
    "port": mark("Port"),
    "browser_gets": mark("Browser gets"),
    "rsa_offer_gets": mark("RSA offer gets"),
    "ecdsa_offer_gets": mark("ECDSA offer gets"),
    "expected_now": mark("Expected now"),
    "agrees": mark("Agrees"),
    "basis_now": mark("Basis now"),
    "after_upgrade": mark("After upgrade"),
    "basis_upgrade": mark("Basis upgrade"),
    "after_recommended": mark("After recommended"),
    "basis_recommended": mark("Basis recommended"),
    "not_after": mark("Not after"),
    "days_left": mark("Days left"),
    "subject": mark("Subject"),
    "issuer": mark("Issuer"),
    "key": mark("Key"),
    "signature": mark("Signature"),
    "kind": mark("Kind"),
    "dns_names": mark("Names (SAN)"),
    "presented_by": mark("Presented by"),
    "not_before": mark("Not before"),
    "serial": mark("Serial"),
    "sha256": mark("SHA-256"),
    "done": mark("Done"),
    "status": mark("Status"),
    "phase": mark("Phase"),
    "task": mark("Task"),
    "step": mark("Step"),
    "command": mark("Command"),
    "who": mark("Who"),
    "minutes": mark("Minutes"),
    "interrupts": mark("Interrupts"),
    "address": mark("Address"),
    "offer": mark("Offer"),
    "version": mark("Version"),
    "suite": mark("Suite"),
    "signature_algorithm": mark("Signature algorithm"),
    "leaf": mark("Leaf"),
    "chain_length": mark("Chain length"),
    "reason": mark("Reason"),
    "detail": mark("Detail"),
    "milliseconds": mark("Milliseconds"),
    "part": mark("What is compared"),
    "about": mark("About"),
    "change": mark("Change"),
    "then": mark("Then"),
    "foreseen": mark("Foreseen"),
    "now": mark("Now"),
}

SINCE_PART_TEXTS = {
    "verdict": mark("Verdict"),
    "node": mark("Node"),
    "agents": mark("What agents meet"),
    "foreseen": mark("What was foreseen"),
    "certificate": mark("Browser gets"),
    "finding": mark("Finding"),
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
        24: "node web_server basis part",
        28: "title endpoint presented_by suite detail",
        30: "dns_names command subject issuer about change",
        34: "sha256 leaf remedy then foreseen now",
        48: "text",
    }.items()
    for column in columns.split()
}
Shown = Callable[[Any], Cell]
DONE = Choice({"☐": "none", "☑": "ok"})
STATUS: Terms = {  # of a step, to be filled in
    "open": ("none", mark("open")),
    "in-progress": ("warn", mark("in progress")),
    "done": ("ok", mark("done")),
    "failed": ("bad", mark("failed")),
    "not-needed": ("open", mark("not needed")),
}
SHOWN = ("browser_gets", "rsa_offer_gets", "ecdsa_offer_gets", "after_upgrade", "after_recommended")
COURSES_OF: dict[str, Terms] = {
    "verdict": COURSES,
    "node": NODE_COURSES,
    "agents": COURSES,
    "foreseen": FORECAST_RESULTS,
    "certificate": ENDPOINT_COURSES,
    "finding": FINDING_COURSES,
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
    knowledge = load()
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
    _write_summary(book, assessment, facts, knowledge)
    _write_matrix(book, assessment)
    if earlier:
        _write_changes(book, assessment, earlier)
    _write_findings(book, assessment)
    _write_certificates(book, evidence)
    _write_runbook(book, assessment, knowledge)
    _write_frame(book, say("Evidence"), frames.presentations(evidence), frozen=2)
    book.book.close()
    return target.getvalue()


def _write_summary(
    book: Book, assessment: Assessment, facts: Mapping[str, str], knowledge: Knowledge
) -> None:
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
    row = _write_experiences(book, sheet, row, assessment, knowledge)
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


def _write_experiences(book: Book, sheet: Any, row: int, assessment: Assessment, knowledge: Knowledge) -> int:
    chosen = assessment.after_recommended
    scenarios = [(one.title, one) for one in assessment.scenarios]
    scenarios += [(say("after the recommended steps"), chosen)] if chosen else []
    for column, head in enumerate([say("What agents use"), *(title for title, _ in scenarios)]):
        book.write(sheet, row, column, head, "head")
    for gadget in dict.fromkeys(met.gadget for _, one in scenarios for met in one.experiences):
        row += 1
        book.write(sheet, row, 0, knowledge.gadgets[gadget].title)
        told = [_find_outcome(scenario, gadget) for _, scenario in scenarios]
        for column, state in enumerate(told, 1):
            book.write(sheet, row, column, state)
        sheet.set_row(row, compute_height((state.text, WIDE[1]) for state in told))
    return row + 1


def _find_outcome(scenario: Scenario, gadget: str) -> Stated:
    met = next((experience for experience in scenario.experiences if experience.gadget == gadget), None)
    if met is None:
        return Stated("none", "– " + say("none"))
    return Stated(OUTCOMES[met.outcome][0], describe_outcome(met))


def _write_matrix(book: Book, assessment: Assessment) -> None:
    agrees = {
        "yes": Stated("none", "= " + say("yes")),
        "no": Stated("bad", "≠ " + say("no")),
    }
    shown: dict[str, Shown] = dict.fromkeys(SHOWN, _show_certificates()) | {"agrees": agrees.get}
    _write_frame(book, say("Matrix"), frames.matrix(assessment), frozen=2, shown=shown)


def _name_column(column: str) -> str:
    """What a column is called; some words are other ones here than elsewhere."""
    if column == "signature":
        return say_in("certificate", "Signature")
    if column == "version":
        return say_in("TLS", "Version")
    if column == "state":
        return say_in("expiry", "State")
    return say(COLUMN_TEXTS[column])


def _write_changes(book: Book, assessment: Assessment, earlier: Assessment) -> None:
    heads = {
        name: say("{head} ({day})", head=say(COLUMN_TEXTS[name]), day=f"{one.collected:%Y-%m-%d}")
        for name, one in (("then", earlier), ("now", assessment))
    }
    found = frames.since(assessment, earlier)
    found["change"] = found["part"] + " " + found["change"]
    shown: dict[str, Shown] = {
        "part": lambda name: say(SINCE_PART_TEXTS[name]),
        "change": _show_course,
    }
    _write_frame(book, say("Changes"), found, frozen=2, heads=heads, shown=shown)


def _show_course(both: str) -> Cell:
    """What became of something, in the words for what it is: `node gone`."""
    part, _, change = both.partition(" ")
    class_, symbol, word = find_state(COURSES_OF[part], change)
    return Stated(class_, f"{symbol} {word}")


def _show_certificates() -> Shown:
    """How to say a certificate in the words of the matrix: with the state that its words tell."""
    kinds = {
        describe_kind(identity, kind): find_kind_state(kind)
        for identity in (*KEYS, None)
        for kind in get_args(Kind)
    }
    nothing = (say("none"), say("not asked"))

    def certificate(text: str) -> Stated | None:
        if not text:
            return None
        if text in nothing:
            return Stated("none", f"– {text}")
        name = next(
            (state for kind, state in kinds.items() if text == kind or text.startswith(f"{kind} (")), "open"
        )
        return Stated(name, f"{SYMBOLS[name]} {text}")

    return certificate


def _write_findings(book: Book, assessment: Assessment) -> None:
    columns = ["state", "title", "node", "endpoint", "text", "remedy", "basis", "waived", "check"]
    found = frames.findings(assessment)[columns]
    shown = {"state": _show_state(partial(find_state, FINDING_STATES))}
    _write_frame(book, say("Findings"), found, frozen=2, shown=shown)


def _write_certificates(book: Book, evidence: Evidence) -> None:
    day = frames.find_day_that_counts(evidence)
    ends = frames.expiry(evidence, on=day)[["sha256", "not_after", "days_left", "state"]]
    facts = frames.certificates(evidence).drop(columns="not_after")
    columns = ["state", "not_after", "days_left", "subject", "issuer", "key", "signature", "kind"]
    columns += ["dns_names", "presented_by", "not_before", "serial", "sha256"]
    heads = {"state": say("Expires, counted from {day}", day=f"{day:%Y-%m-%d}")}
    rows = ends.merge(facts, on="sha256")[columns]
    shown = {"state": _show_state(find_expiry_state)}
    _write_frame(book, say("Certificates"), rows, frozen=1, heads=heads, shown=shown)


def _write_runbook(book: Book, assessment: Assessment, knowledge: Knowledge) -> None:
    status = {f"{state}": state.name for name in STATUS for state in (find_state(STATUS, name),)}
    steps = frames.runbook(assessment)
    steps.insert(0, "done", "☐")
    steps.insert(1, "status", next(iter(status)))
    shown: dict[str, Shown] = {
        "option": lambda name: knowledge.options[name].title if name else None,
        "phase": lambda name: knowledge.phases[name].title,
        "node": lambda name: name or say("the site"),
    }
    heads = {
        "text": say("What to do"),
        "check": say("It worked when"),
        "option": say("For the option"),
    }
    choices = {"done": DONE, "status": Choice(status)}
    _write_frame(book, say("Runbook"), steps, frozen=2, heads=heads, shown=shown, choices=choices)


def _write_frame(
    book: Book,
    name: str,
    frame: pd.DataFrame,
    *,
    frozen: int,
    heads: Mapping[str, str] | None = None,
    shown: Mapping[str, Shown] | None = None,
    choices: Mapping[str, Choice] | None = None,
) -> None:
    """A frame as a sheet: `heads` that people read, how a value is `shown`, `choices` to fill in."""
    titles, cells, choose = heads or {}, shown or {}, choices or {}
    columns = [
        Column(
            head=titles.get(column) or _name_column(column),
            width=WIDTHS.get(column, WIDTH),
            choice=choose.get(column),
        )
        for column in map(str, frame.columns)
    ]
    rows = [
        [cells.get(column, _show_plain)(value) for column, value in record.items()]
        for record in list_records(frame)
    ]
    write_table(book, name, columns, rows, frozen=frozen)


def _show_plain(value: Any) -> Cell:
    return value.to_pydatetime(warn=False) if isinstance(value, pd.Timestamp) else value


def _show_state(state: Callable[[str], State]) -> Shown:
    """How to show a state by its name: symbol and word, in its colour."""

    def stated(name: str) -> Stated:
        class_, symbol, word = state(name)
        return Stated(class_, f"{symbol} {word}")

    return stated
