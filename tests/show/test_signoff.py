"""The last page: what tells this document from others, its versions, and who signs it."""

import hashlib
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from certlib import assess, show
from certlib import evidence as room
from certlib.inventory import Branding, Report, Revision, Signatory
from certlib.show import COVER
from loopback import site

HOSTILE = "<script>alert(1)</script>\u202e"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    room.write(site("upgrade")[0], tmp_path / "evidence.json")
    return tmp_path / "evidence.json"


def shown(report: Report, source: Path, **branding: str) -> BeautifulSoup:
    evidence, _ = site("upgrade")
    named = replace(evidence.site, report=report, branding=Branding(**branding))
    made = show.signoff(assess(replace(evidence, site=named)), source=source)
    return BeautifulSoup(str(made.html), "html.parser")


def rows(page: BeautifulSoup, kind: str) -> list[list[str]]:
    return [
        [cell.get_text() for cell in row(["th", "td"])] for row in page.select(f"table.{kind} tr") if row.th
    ]


def test_it_names_reference_evidence_and_program(source: Path) -> None:
    page = shown(Report(reference="NWL-17"), source)
    facts = {name.get_text(): value.get_text() for name, value in zip(page("dt"), page("dd"), strict=True)}
    assert facts["Reference"] == "NWL-17"
    assert facts["SHA-256 of the evidence"] == hashlib.sha256(source.read_bytes()).hexdigest()
    assert facts["Made with"].startswith("certlib ")


def test_the_versions_stand_in_the_order_of_the_inventory_and_the_newest_on_the_cover(source: Path) -> None:
    history = (
        Revision("0.9", date(2026, 11, 23), "A. Person", "draft"),
        Revision("1.0", date(2026, 11, 25), "B. Other", "remarks of the customer"),
    )
    assert rows(shown(Report(history=history), source), "history")[1:] == [
        ["0.9", "2026-11-23", "A. Person", "draft"],
        ["1.0", "2026-11-25", "B. Other", "remarks of the customer"],
    ]
    evidence, _ = site("upgrade")
    named = replace(evidence.site, report=Report(history=history), branding=Branding())
    facts = show.cover(assess(replace(evidence, site=named))).private[COVER]
    assert (facts["version"], facts["author"]) == ("1.0, 25 November 2026", "B. Other")


def test_without_a_history_it_says_that_there_is_none(source: Path) -> None:
    page = shown(Report(), source)
    assert rows(page, "history") == []
    assert "lists no versions" in page.get_text()


def test_who_is_named_stands_above_the_line_and_the_rest_is_left_to_be_written(source: Path) -> None:
    report = Report(customer=Signatory("C. Ustomer", "head of telephony"))
    assert rows(shown(report, source, name="Contoso", author="A. Person"), "signoff") == [
        ["For", "Northwind Logistics", "Contoso"],
        ["Name", "C. Ustomer", "A. Person"],
        ["Role", "head of telephony", ""],
        ["Date", "", ""],
        ["Signature", "", ""],
    ]
    assert rows(shown(Report(), source), "signoff")[0][2] == "the maker of this report"


def test_no_name_in_it_becomes_markup(source: Path) -> None:
    every = Revision(HOSTILE, date(2026, 1, 1), HOSTILE, HOSTILE)
    one = Signatory(HOSTILE, HOSTILE)
    page = shown(Report("en", "a4", HOSTILE, (every,), one, one), source, name=HOSTILE, author=HOSTILE)
    assert page.script is None
    assert page.get_text().count(r"<script>alert(1)</script>\u{202E}") == 9
