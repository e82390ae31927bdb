"""The report as a workbook: its sheets, and that nothing in it is run, lost or different the next time."""

import io
import re
import zipfile
from dataclasses import replace

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from certlib import assess, export, frames, x509
from certlib.assess import Assessment
from certlib.evidence import Evidence
from certlib.export.sheets import LONGEST, make_plain
from certlib.palette import load_tokens
from certlib.reasons import make_verbatim
from certlib.terms import EXPIRY, FINDING_STATES, find_state
from certlib.text import make_visible
from certlib.words import find_expiry_state
from loopback import site

SHEETS = ["Summary", "Matrix", "Findings", "Certificates", "Runbook", "Evidence"]
TABLES = SHEETS[1:]
HOSTILE = "=HYPERLINK(\"http://127.0.0.1:9\")&cmd|' /C calc'!A0\u202e\x00<script>_x0041_\n"


def made(evidence: Evidence, assessment: Assessment) -> Workbook:
    return openpyxl.load_workbook(
        io.BytesIO(export.render_workbook(assessment=assessment, evidence=evidence))
    )


def rows(sheet: Worksheet) -> list[dict[str, object]]:
    """The rows of a table by its heads."""
    head, *found = sheet.values
    return [dict(zip(head, row, strict=True)) for row in found]


def texts(sheet: Worksheet) -> list[str]:
    return [value for row in sheet.values for value in row if isinstance(value, str)]


@pytest.fixture(scope="module")
def book() -> Workbook:
    return made(*site("row-4"))


@pytest.mark.parametrize("preset", ["row-3", "row-4", "upgrade", "mixed"])
def test_every_table_has_as_many_rows_as_notebooks_get(preset: str) -> None:
    evidence, assessment = site(preset)
    book = made(evidence, assessment)
    assert book.sheetnames == SHEETS
    assert {name: len(rows(book[name])) for name in TABLES} == {
        "Matrix": len(frames.matrix(assessment)),
        "Findings": len(frames.findings(assessment)),
        "Certificates": len(frames.certificates(evidence)),
        "Runbook": len(frames.runbook(assessment)),
        "Evidence": len(frames.presentations(evidence)),
    }


@pytest.mark.parametrize(("preset", "lead"), [("row-4", "✕ NOT READY"), ("row-3", "✓ READY")])
def test_the_summary_tells_the_verdict_the_rule_what_agents_meet_and_what_to_do(
    preset: str, lead: str
) -> None:
    assessment = site(preset)[1]
    said = texts(made(*site(preset))["Summary"])
    assert lead in said
    assert assessment.verdict.statement.text in said
    assert {"Rule that decided", "Customer", "Evidence of", "What agents meet", "What to do"} <= set(said)
    worst = [text for text in said if text.startswith("✕ ") and "cannot be accepted" in text]
    assert bool(worst) == (preset == "row-4")
    assert "Not checked, not known" in said


def test_a_state_is_told_by_symbol_word_and_colour(book: Workbook) -> None:
    found = rows(book["Findings"])
    known = {"{1} {2}".format(*find_state(FINDING_STATES, name)) for name in FINDING_STATES}
    assert {row["State"] for row in found} <= known
    first = book["Findings"]["A2"]
    assert first.value == "✕ blocks the upgrade"
    assert first.font.color.rgb[2:].lower() == load_tokens()["light"]["bad"][1:]
    assert first.fill.fgColor.rgb[2:].lower() == load_tokens()["light"]["bad-tint"][1:]
    got = {row["Browser gets"] for row in rows(book["Matrix"])}
    assert {"✓ RSA · CA-signed", "▲ ECDSA · self-signed"} <= got


def test_what_a_server_refused_is_open_in_the_matrix_whatever_its_words() -> None:
    found = rows(made(*site("mixed"))["Matrix"])
    refused = [row["Browser gets"] for row in found if "handshake_failure" in str(row["Browser gets"])]
    assert refused
    assert all(str(text).startswith("? ") for text in refused)


def test_certificates_have_real_days_and_how_many_are_left_on_the_day_that_counts() -> None:
    evidence, assessment = site("upgrade")
    day = frames.find_day_that_counts(evidence)
    assert day == evidence.site.upgrade_date
    (head, *_) = made(evidence, assessment)["Certificates"].values
    assert head[0] == f"Expires, counted from {day:%Y-%m-%d}"
    for row in rows(made(evidence, assessment)["Certificates"]):
        assert row["Days left"] == (row["Not after"].date() - day).days
        assert row[head[0]] in {"{1} {2}".format(*find_expiry_state(name)) for name in EXPIRY}


def test_a_certificate_whose_days_no_workbook_knows_keeps_them_as_text() -> None:
    evidence, assessment = site("row-4")
    (sha256, certificate), *_ = evidence.certificates.items()
    old = replace(certificate, not_before=certificate.not_before.replace(year=1850))
    broken = x509.read(b"\x30\x03\x02\x01\x01")
    known = {**evidence.certificates, sha256: old, broken.sha256: broken}
    found = {
        row["SHA-256"]: row
        for row in rows(made(replace(evidence, certificates=known), assessment)["Certificates"])
    }
    assert str(found[sha256]["Not before"]).startswith("1850-")
    assert found[broken.sha256]["Not after"] is None
    assert "unreadable" in found[broken.sha256]["Subject"]


def test_the_runbook_can_be_ticked_and_given_a_status(book: Workbook) -> None:
    sheet = book["Runbook"]
    assert {(row["Done"], row["Status"]) for row in rows(sheet)} == {("☐", "– open")}
    done, status = sheet.data_validations.dataValidation
    last = sheet.max_row
    assert (str(done.sqref), done.formula1) == (f"A2:A{last}", '"☐,☑"')
    assert str(status.sqref) == f"B2:B{last}"
    for choice in status.formula1.strip('"').split(","):
        assert choice[1] == " ", "a symbol before the word"
    tones = [rule for area in sheet.conditional_formatting for rule in area.rules]
    assert len(tones) == len(done.formula1.split(",")) + len(status.formula1.split(","))
    assert {row["Node"] for row in rows(sheet)} >= {"the site", "uccx1.northwind.example"}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_keeps_its_head_in_view_can_be_filtered_and_prints_on_one_page_width(
    book: Workbook, name: str
) -> None:
    sheet = book[name]
    assert sheet.freeze_panes[1:] == "2"
    assert sheet.auto_filter.ref == f"A1:{sheet.cell(sheet.max_row, sheet.max_column).coordinate}"
    assert sheet.print_title_rows == "$1:$1"
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)
    assert sheet.page_setup.fitToWidth in (1, None), "one page is what a workbook means without a number"
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert "Page" in sheet.oddFooter.right.text
    widths = [column.width * (column.max - column.min + 1) for column in sheet.column_dimensions.values()]
    assert len(widths) > 3
    assert sum(widths) < 330
    assert all(cell.alignment.wrap_text for row in sheet.iter_rows() for cell in row)


def test_without_findings_and_answers_the_sheets_have_their_heads() -> None:
    evidence, _ = site("row-4")
    nothing = replace(evidence, presentations=(), certificates={})
    assessment = replace(assess(nothing), findings=(), options=(), recommended=())
    book = made(nothing, assessment)
    for name in ("Findings", "Certificates", "Evidence"):
        assert rows(book[name]) == []
        assert book[name]["A1"].value


def test_no_text_of_a_site_or_a_certificate_becomes_a_formula_a_link_or_markup() -> None:
    evidence, _ = site("row-4")
    named = replace(
        evidence.site,
        customer=HOSTILE,
        title="@SUM(A1)",
        branding=replace(evidence.site.branding, name=HOSTILE, author="&G&A" + HOSTILE, footer=HOSTILE),
    )
    known = {
        sha256: replace(one, subject=HOSTILE, issuer="http://127.0.0.1:9/", serial="-1", dns_names=(HOSTILE,))
        for sha256, one in evidence.certificates.items()
    }
    said = tuple(
        replace(one, detail=make_verbatim("https://127.0.0.1:9/x")) for one in evidence.presentations
    )
    hostile = replace(evidence, site=named, certificates=known, presentations=said)
    written = export.render_workbook(assessment=assess(hostile), evidence=hostile)
    with zipfile.ZipFile(io.BytesIO(written)) as parts:
        whole = {name: parts.read(name).decode() for name in parts.namelist()}
    assert not [name for name in whole if re.search(r"externalLink|connections|vba|media|drawing", name)]
    for name, text in whole.items():
        assert not re.search(r"<f>|<f |<hyperlink|TargetMode", text), name
    book = openpyxl.load_workbook(io.BytesIO(written))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s", "n", "d"}
    assert not [cell for cell in cells if cell.hyperlink]
    assert all(cell.quotePrefix for cell in cells if cell.data_type == "s")
    shown = [str(cell.value) for cell in cells]
    assert sum(make_visible(HOSTILE) in text for text in shown) >= 2 * len(known)
    assert "-1" in shown
    assert "http://127.0.0.1:9/" in shown


@settings(max_examples=30)
@given(st.text(max_size=40))
def test_any_text_is_read_from_its_cell_as_it_was_made_visible(text: str) -> None:
    evidence, assessment = site("row-3")
    certificates = {sha256: replace(one, subject=text) for sha256, one in evidence.certificates.items()}
    book = made(replace(evidence, certificates=certificates), assessment)
    for row in rows(book["Certificates"]):
        assert (row["Subject"] or "") == make_visible(text)


@pytest.mark.parametrize("letter", ["a", "\u00e9", "\U0001f512"])
def test_a_text_that_is_too_long_for_a_cell_is_cut_and_says_so(letter: str) -> None:
    units = len(letter.encode("utf-16-le")) // 2
    whole = letter * (LONGEST // units)
    assert make_plain(whole) == whole
    cut = make_plain(whole + letter + letter)
    assert len(cut.encode("utf-16-le")) // 2 <= LONGEST
    assert cut.startswith(letter * 15_000)
    assert cut.endswith(f"… ({len(whole) + 2} characters)")


def test_the_same_evidence_gives_the_same_bytes() -> None:
    evidence, assessment = site("row-4")
    first = export.render_workbook(assessment=assessment, evidence=evidence)
    assert export.render_workbook(assessment=assess(evidence), evidence=evidence) == first
    book = openpyxl.load_workbook(io.BytesIO(first))
    assert book.properties.created == evidence.collected.replace(microsecond=0, tzinfo=None)
