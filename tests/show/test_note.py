"""The annex holds Cisco's note whole: its table with the asterisk, its defects, where its COPs are."""

import pytest
from bs4 import BeautifulSoup

from certlib import show
from certlib.knowledge import load
from loopback import site

# Tomcat, Notification, SocketIO, SocialMiner's Tomcat and Openfire, as the note's table has them.
CELLS = (
    ("Self-signed",) * 5,
    ("RSA",) * 5,
    ("RSA", "RSA", "ECDSA", "RSA", "ECDSA"),
    ("RSA", "RSA", "Self-signed", "RSA", "Self-signed"),
)


@pytest.fixture(scope="module")
def page() -> BeautifulSoup:
    return BeautifulSoup(str(show.note(site("row-4")[1]).html), "html.parser")


def rows(page: BeautifulSoup, table: int) -> list[list[str]]:
    lines = page("table")[table].select("tbody tr")
    return [[cell.get_text(" ", strip=True) for cell in line(["th", "td"])] for line in lines]


def test_the_four_rows_stand_as_in_the_note_and_the_asterisk_at_three_of_them(page: BeautifulSoup) -> None:
    found = rows(page, 0)
    assert [tuple(cell.split(" ")[0] for cell in row[2:]) for row in found] == list(CELLS)
    assert ["*" in row[1] for row in found] == [False, True, True, True]
    assert all("documented" in row[1] for row in found)


def test_how_the_asterisk_is_read_is_told_as_inferred(page: BeautifulSoup) -> None:
    (footnote,) = [one.get_text(" ", strip=True) for one in page("p")]
    assert footnote.startswith("* Cisco's published note has no footnote for it")
    assert "inferred" in footnote
    assert "PCs trust the CA" in footnote


def test_both_defects_are_told_with_text_doubt_and_what_was_not_found(page: BeautifulSoup) -> None:
    found = {row[0]: " ".join(row[1:]) for row in rows(page, 1)}
    assert set(found) == {"CSCvb58580", "CSCvb46250"}
    for name, said in found.items():
        defect = load().defects[name]
        assert all(text in said for text in (defect.title, defect.effect, defect.doubt, defect.remedy))
        assert all(thing in said for thing in defect.not_found)


def test_the_download_pages_of_the_four_cops_are_named(page: BeautifulSoup) -> None:
    found = rows(page, 2)
    assert len(found) == 4
    assert sum("286309734" in row[1] for row in found) == 2  # Unified CCX
    assert sum("283613136" in row[1] for row in found) == 2  # SocialMiner
    assert all("the file's name" in row[1] for row in found)
