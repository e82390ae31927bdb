"""The cover and what runs along each page: with much or nothing to say, with a logo, on both papers."""

import io
from base64 import b64decode

import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader

from certlib.inventory import logo
from certlib.palette import load_tokens
from certlib.report import render
from certlib.report.stylesheet import READABLE, compute_contrast, describe_weak_accent, make_schemes
from inventory.pictures import OPEN, PATH, png
from report.sample import COVER, cover, notebook, text

LOGOS = {
    "png": logo.read_logo(png(80, 20, colour=2)),
    "svg": logo.read_logo(f"{OPEN}{PATH}</svg>".encode()),
}
LONG = "Donaudampfschifffahrtsgesellschaft " * 8
MM = 72 / 25.4


def made(**values):
    return render(notebook(text("# Certificate readiness"), cover({**COVER, **values}), text("## A\n\nword")))


def pages(data):
    return PdfReader(io.BytesIO(data)).pages


def drawn(page):
    """Whether a logo stands on a page: a picture, or shapes in the colour of the SVG above."""
    return bool(page.images) or b"0 0.3137255 0.4509804 scn" in page.get_contents().get_data()


def test_the_cover_lists_what_is_known_and_nothing_else():
    shown = BeautifulSoup(made(upgrade_date="", author="").html, "html.parser").select_one(".cover")
    listed = {row.dt.get_text(): row.dd.get_text() for row in shown.select(".facts > div")}
    assert listed == {
        "Evidence of": "23 November 2026, 09:41 UTC",
        "Version": "1.0",
        "Reference": "NWL-HAM-2026-11",
        "Made with": "certlib 0.1.0",
    }


@pytest.mark.parametrize("kind", LOGOS)
def test_a_logo_stands_on_the_cover_and_small_at_the_head_of_each_page(kind):
    both = made(logo=LOGOS[kind])
    (shown,) = BeautifulSoup(both.html, "html.parser").select(".cover img")
    assert shown["src"] == LOGOS[kind]
    assert shown["alt"] == "Logo of Keller & Brandt Communications"
    with_logo, without = pages(both.pdf), pages(made().pdf)
    assert not any(map(drawn, without))
    assert all(map(drawn, with_logo))
    assert both.notes == ()


@pytest.mark.parametrize(
    "hostile",
    [
        "http://127.0.0.1:9/logo.png",
        "file:///etc/passwd",
        "data:text/html,<script>alert(1)</script>",
        "data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciIG9ubG9hZD0iYWxlcnQoMSkiLz4=",
        logo.PNG + "AAAA",
        7,
        ["x"],
    ],
)
def test_a_logo_that_certlib_has_not_written_is_left_away(hostile):
    both = made(logo=hostile)
    assert BeautifulSoup(both.html, "html.parser").img is None
    assert not any(map(drawn, pages(both.pdf)))


@pytest.mark.parametrize(
    ("paper", "size"), [("a4", (210, 297)), ("letter", (215.9, 279.4)), ("x;}", (210, 297))]
)
def test_the_paper_is_that_of_the_inventory_for_the_pdf_and_for_what_a_browser_prints(paper, size):
    both = made(paper=paper)
    for page in pages(both.pdf):
        assert (float(page.mediabox.width) / MM, float(page.mediabox.height) / MM) == pytest.approx(
            size, abs=0.1
        )
    name = {"letter": "letter"}.get(paper, "A4")
    assert f"@page{{size:{name}}}" in both.html


def test_a_cover_without_anything_and_one_with_the_longest_of_everything_are_whole():
    bare = made(**dict.fromkeys(COVER, ""))
    assert pages(bare.pdf)[0].extract_text().split() == ["Certificate", "readiness"] * 2
    full = made(
        **{key: LONG for key in COVER if key not in ("evidence_date", "logo", "verdict")}, logo=LOGOS["svg"]
    )
    first = "".join(pages(full.pdf)[0].extract_text().split())
    assert first.count("Donaudampfschifffahrtsgesellschaft") > 30
    assert full.notes == ()


def test_a_word_that_is_wider_than_its_column_on_the_cover_is_broken():
    shown = pages(made(reference="X" * 300).pdf)[0]
    reached = []

    def reach(part, _, matrix, *__):
        if part.strip():
            reached.append(matrix[4])

    shown.extract_text(visitor_text=reach)
    assert max(reached) < float(shown.mediabox.width) - 20 * MM
    assert "".join(shown.extract_text().split()).count("X" * 300) == 1


def test_the_report_is_dated_by_its_evidence():
    dated = PdfReader(io.BytesIO(made().pdf)).metadata.creation_date
    assert dated.isoformat().startswith("2026-11-23T09:41")


def test_the_band_keeps_a_colour_in_which_nothing_could_be_read():
    for scheme in make_schemes("#005073", "#ffb600").values():
        assert scheme["band"] == "#ffb600"
    assert make_schemes("#005073", "red")["light"]["band"] == "#005073"
    assert make_schemes("", "")["dark"]["band"] == load_tokens()["dark"]["accent"]


def test_an_accent_too_weak_for_paper_is_made_darker_and_the_run_says_so():
    (note,) = made(accent="#ffcc00").notes
    used = make_schemes("#ffcc00")["light"]["accent"]
    assert "#ffcc00 is too weak" in note
    assert used in note
    assert compute_contrast(used, load_tokens()["light"]["surface"]) >= READABLE
    assert describe_weak_accent("#005073") == describe_weak_accent("") == describe_weak_accent("red") == ()


def test_the_logo_of_the_page_is_the_one_of_the_evidence_byte_by_byte():
    shown = BeautifulSoup(made(logo=LOGOS["png"]).html, "html.parser").select_one(".cover img")["src"]
    assert b64decode(shown.partition(",")[2]) == png(80, 20, colour=2)
