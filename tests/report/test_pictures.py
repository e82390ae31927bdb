"""Four pages look as they did when somebody looked at them and approved."""

import shutil

import pytest

from certlib.report import render
from report.pictures import APPROVED, PAGES, difference, draw
from report.sample import full, notebook, text

TOLERANCE = 0.005  # of a page's area

pytestmark = pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="no pdftoppm on this machine")


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    return draw(render(full()).pdf, tmp_path_factory.mktemp("pages"))


@pytest.mark.parametrize("name", PAGES)
def test_a_page_looks_as_it_was_approved(drawn, name):
    assert difference(drawn[name], APPROVED / f"{name}.png") <= TOLERANCE


def test_another_page_is_told_from_the_approved_one(drawn):
    assert difference(drawn["contents"], APPROVED / "summary.png") > 5 * TOLERANCE


def test_a_heading_in_another_place_is_told_from_the_approved_one(tmp_path):
    moved = full()
    moved.cells.insert(2, text("A line that nobody approved."))
    page = draw(render(notebook(*moved.cells)).pdf, tmp_path)["summary"]
    assert difference(page, APPROVED / "summary.png") > TOLERANCE
