"""A logo that can't be seen on paper is told of."""

import zlib
from pathlib import Path

import pytest

from certlib.inventory import logo
from certlib.report import render
from certlib.report.logos import describe_unseen
from inventory.pictures import OPEN, png
from report.sample import COVER, cover, notebook, text

EXAMPLE = Path(__file__).parents[2] / "params" / "logo.svg"


def drawn(fill):
    return logo.read_logo(f'{OPEN}<path d="M0 0h40v10z" fill="{fill}"/></svg>'.encode())


def filled(*dot):
    """A PNG of 40 by 10 dots of one colour."""
    rows = (b"\0" + bytes(dot) * 40) * 10
    return logo.read_logo(png(pixels=zlib.compress(rows)))


@pytest.mark.parametrize("fill", ["#fff", "white", "none", "#f4f4f4"])
def test_a_drawing_without_any_dot_that_differs_from_white_is_told_of(fill):
    (note,) = describe_unseen(drawn(fill))
    assert "can't be seen on white paper" in note


@pytest.mark.parametrize("dot", [(255, 255, 255, 255), (0, 0, 0, 0), (250, 250, 250, 255), (0, 0, 0, 5)])
def test_a_picture_that_is_white_or_transparent_is_told_of(dot):
    assert len(describe_unseen(filled(*dot))) == 1


@pytest.mark.parametrize("fill", ["#000", "#ffcc00", "#0b4a86", "#bbb"])
def test_a_coloured_logo_is_not_told_of(fill):
    assert describe_unseen(drawn(fill)) == ()


def test_a_thin_line_on_a_large_white_ground_is_seen():
    ground = '<path d="M0 0h40v10h-40z" fill="#fff"/><path d="M0 5h40v.2h-40z" fill="#000"/></svg>'
    assert describe_unseen(logo.read_logo((OPEN + ground).encode())) == ()


def test_every_colour_stands_where_the_drawing_has_it():
    assert (
        describe_unseen(filled(0, 75, 135, 255))
        == describe_unseen(logo.read_logo(EXAMPLE.read_bytes()))
        == describe_unseen("")
        == ()
    )


def test_the_run_says_that_a_logo_cannot_be_seen():
    made = notebook(cover({**COVER, "logo": drawn("#fff")}), text("# T"))
    assert any("logo can't be seen" in note for note in render(made).notes)
