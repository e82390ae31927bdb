"""The report as a workbook to filter, tick and pass on: the tables that notebooks get, as sheets.

The same evidence gives the same bytes: the workbook is dated by the collection.
"""

from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any, get_args

import pandas as pd

from certlib import frames, show
from certlib.assess import Assessment, Scenario
from certlib.evidence import Evidence
from certlib.knowledge import Knowledge, load
from certlib.language import Phrases
from certlib.twins.sheets import WIDTH, Book, Cell, Choice, Column, Stated, height, new, plain, table
from certlib.twins.tables import records
from certlib.words import (
    FINDING_STATES,
    KEYS,
    OUTCOMES,
    VERDICT_CLASSES,
    State,
    came_state,
    course_state,
    endpoint_state,
    expiry_state,
    finding_course,
    finding_state,
    kind_state,
    kind_text,
    node_state,
    outcome_text,
    verdict_state,
)
from certlib.x509 import Kind

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
STATUS = {  # of a step, to be filled in: state and symbol
    "open": ("none", "–"),
    "in-progress": ("warn", "▲"),
    "done": ("ok", "✓"),
    "failed": ("bad", "✕"),
    "not-needed": ("open", "?"),
}
SHOWN = ("browser_gets", "rsa_offer_gets", "ecdsa_offer_gets", "after_upgrade", "after_recommended")
SYMBOLS = dict((*OUTCOMES.values(), *FINDING_STATES.values()))
COURSE_STATES: dict[str, Callable[[str, Phrases], State]] = {
    "verdict": course_state,
    "node": node_state,
    "agents": course_state,
    "foreseen": came_state,
    "certificate": endpoint_state,
    "finding": finding_course,
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


def workbook(*, assessment: Assessment, evidence: Evidence, earlier: Assessment | None = None) -> bytes:
    """The sheets Summary, Matrix, Findings, Certificates, Runbook and Evidence as one XLSX file.

    `earlier`: of an earlier run; the sheet Changes behind Matrix tells what changed since then.
    """
    knowledge = load(assessment.site.report.language)
    say = knowledge.say
    facts = show.cover(assessment).private[show.COVER]
    facts |= {"evidence_date": say.moment(assessment.collected)}
    target = BytesIO()
    footer = " · ".join(one for one in (facts["reference"], facts["confidentiality"]) if one)
    book = new(target, footer=footer, pages=say("workbook.pages", number="&P", total="&N"))
    book.book.set_properties(
        {
            "title": plain(" · ".join((say("workbook.title"), facts["customer"], facts["title"])), 255),
            "subject": plain(facts["releases"], 255),
            "author": plain(facts["author"] or facts["organisation"], 255),
            "company": plain(facts["organisation"], 255),
            "comments": plain(facts["made_with"], 255),
            "created": assessment.collected.replace(tzinfo=None),
        }
    )
    _summary(book, assessment, facts, knowledge)
    _matrix(book, assessment, say)
    if earlier:
        _changes(book, assessment, earlier, say)
    _findings(book, assessment, say)
    _certificates(book, evidence, say)
    _runbook(book, assessment, knowledge)
    _frame(book, say("sheet.evidence"), frames.presentations(evidence), say, frozen=2)
    book.book.close()
    return target.getvalue()


def _summary(book: Book, assessment: Assessment, facts: Mapping[str, str], knowledge: Knowledge) -> None:
    say = knowledge.say
    sheet = book.sheet(say("sheet.summary"))
    sheet.set_column(0, 0, WIDE[0])
    sheet.set_column(1, 3, WIDE[1])
    class_, symbol, word = verdict_state(assessment.verdict.word, say)
    lead = book.formats[f"lead-{VERDICT_CLASSES[class_]}"]
    head = say("workbook.head", customer=facts["customer"])
    sheet.write_string(0, 0, plain(head), book.formats["title"])
    sheet.merge_range(2, 0, 2, 3, f"{symbol} {word}", lead)
    sheet.set_row(2, height([(word, 10)]) * 2)
    row = 3
    for label, text in (
        (say("workbook.why"), facts["verdict_sentence"]),
        (say("workbook.rule"), facts["rule"]),
    ):
        row = _line(book, sheet, row, label, text)
    for name in FACTS:
        if facts[name]:
            row = _line(book, sheet, row, say(f"workbook.fact-{name}"), facts[name])
    row = _part(book, sheet, row, say("summary.agents-meet"))
    row = _experiences(book, sheet, row, assessment, knowledge)
    for title, told in (
        (say("show.what-to-do"), show.what_to_do(assessment)),
        (say("workbook.not-checked"), show.not_checked(assessment)),
    ):
        row = _part(book, sheet, row, title)
        for line in told.text.splitlines() or [say("workbook.nothing")]:
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


def _experiences(book: Book, sheet: Any, row: int, assessment: Assessment, knowledge: Knowledge) -> int:
    say, chosen = knowledge.say, assessment.after_recommended
    scenarios = [(one.title, one) for one in assessment.scenarios]
    scenarios += [(say("show.after-recommended"), chosen)] if chosen else []
    for column, head in enumerate([say("show.what-agents-use"), *(title for title, _ in scenarios)]):
        book.write(sheet, row, column, head, "head")
    for gadget in dict.fromkeys(met.gadget for _, one in scenarios for met in one.experiences):
        row += 1
        book.write(sheet, row, 0, knowledge.gadgets[gadget].title)
        told = [_met(scenario, gadget, say) for _, scenario in scenarios]
        for column, state in enumerate(told, 1):
            book.write(sheet, row, column, state)
        sheet.set_row(row, height((state.text, WIDE[1]) for state in told))
    return row + 1


def _met(scenario: Scenario, gadget: str, say: Phrases) -> Stated:
    met = next((one for one in scenario.experiences if one.gadget == gadget), None)
    if met is None:
        return Stated("none", "– " + say("met.none"))
    return Stated(OUTCOMES[met.outcome][0], outcome_text(met, say))


def _matrix(book: Book, assessment: Assessment, say: Phrases) -> None:
    agrees = {
        "yes": Stated("none", "= " + say("workbook.agrees")),
        "no": Stated("bad", "≠ " + say("workbook.differs")),
    }
    shown: dict[str, Shown] = dict.fromkeys(SHOWN, _certificates_in(say)) | {"agrees": agrees.get}
    _frame(book, say("sheet.matrix"), frames.matrix(assessment), say, frozen=2, shown=shown)


def _changes(book: Book, assessment: Assessment, earlier: Assessment, say: Phrases) -> None:
    heads = {
        name: say("workbook.day", head=say(f"column.{name}"), day=f"{one.collected:%Y-%m-%d}")
        for name, one in (("then", earlier), ("now", assessment))
    }
    found = frames.since(assessment, earlier)
    found["change"] = found["part"] + " " + found["change"]
    shown: dict[str, Shown] = {
        "part": lambda name: say(f"since-part.{name}"),
        "change": lambda both: _course(both, say),
    }
    _frame(book, say("sheet.changes"), found, say, frozen=2, heads=heads, shown=shown)


def _course(both: str, say: Phrases) -> Cell:
    """What became of something, in the words for what it is: `node gone`."""
    part, _, change = both.partition(" ")
    class_, symbol, word = COURSE_STATES[part](change, say)
    return Stated(class_, f"{symbol} {word}")


def _certificates_in(say: Phrases) -> Shown:
    """How to say a certificate in the words of the matrix: with the state that its words tell."""
    kinds = {
        kind_text(identity, kind, say): kind_state(kind)
        for identity in (*KEYS, None)
        for kind in get_args(Kind)
    }
    nothing = (say("certificate.none"), say("certificate.not-asked"))

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


def _findings(book: Book, assessment: Assessment, say: Phrases) -> None:
    columns = ["state", "title", "node", "endpoint", "text", "remedy", "basis", "waived", "check"]
    found = frames.findings(assessment)[columns]
    shown = {"state": _stated(finding_state, say)}
    _frame(book, say("sheet.findings"), found, say, frozen=2, shown=shown)


def _certificates(book: Book, evidence: Evidence, say: Phrases) -> None:
    day = frames.day_that_counts(evidence)
    ends = frames.expiry(evidence, on=day)[["sha256", "not_after", "days_left", "state"]]
    facts = frames.certificates(evidence).drop(columns="not_after")
    columns = ["state", "not_after", "days_left", "subject", "issuer", "key", "signature", "kind"]
    columns += ["dns_names", "presented_by", "not_before", "serial", "sha256"]
    heads = {"state": say("workbook.expires", day=f"{day:%Y-%m-%d}")}
    rows = ends.merge(facts, on="sha256")[columns]
    shown = {"state": _stated(expiry_state, say)}
    _frame(book, say("sheet.certificates"), rows, say, frozen=1, heads=heads, shown=shown)


def _runbook(book: Book, assessment: Assessment, knowledge: Knowledge) -> None:
    say = knowledge.say
    status = {f"{symbol} " + say(f"status.{name}"): state for name, (state, symbol) in STATUS.items()}
    steps = frames.runbook(assessment)
    steps.insert(0, "done", "☐")
    steps.insert(1, "status", next(iter(status)))
    shown: dict[str, Shown] = {
        "option": lambda name: knowledge.options[name].title if name else None,
        "phase": lambda name: knowledge.phases[name].title,
        "node": lambda name: name or say("show.site"),
    }
    heads = {
        "text": say("show.what-to-do"),
        "check": say("workbook.worked"),
        "option": say("workbook.for-option"),
    }
    choices = {"done": DONE, "status": Choice(status)}
    _frame(book, say("sheet.runbook"), steps, say, frozen=2, heads=heads, shown=shown, choices=choices)


def _frame(
    book: Book,
    name: str,
    frame: pd.DataFrame,
    say: Phrases,
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
            head=titles.get(column) or say(f"column.{column}"),
            width=WIDTHS.get(column, WIDTH),
            choice=choose.get(column),
        )
        for column in map(str, frame.columns)
    ]
    rows = [
        [cells.get(column, _plain)(value) for column, value in record.items()] for record in records(frame)
    ]
    table(book, name, columns, rows, frozen=frozen)


def _plain(value: Any) -> Cell:
    return value.to_pydatetime(warn=False) if isinstance(value, pd.Timestamp) else value


def _stated(state: Callable[[str, Phrases], State], say: Phrases) -> Shown:
    """How to show a state by its name: symbol and word, in its colour."""

    def stated(name: str) -> Stated:
        class_, symbol, word = state(name, say)
        return Stated(class_, f"{symbol} {word}")

    return stated
