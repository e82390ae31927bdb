"""The page's own fonts: small, and with a shape for every letter that our texts are written in."""

from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

import certlib
from certlib.report.stylesheet import FONTS, make_sheet

SOURCE = Path(certlib.__file__).parent
WEB = SOURCE / "report" / "fonts" / "web"


def shapes(name):
    return set(TTFont(WEB / f"{name}.woff2").getBestCmap())


def test_every_letter_of_our_texts_has_a_shape():
    folders = ("knowledge", "language", "show")
    files = [
        path for folder in folders for path in (SOURCE / folder).rglob("*") if path.suffix in (".py", ".yaml")
    ]
    letters = {ord(letter) for path in files for letter in path.read_text("utf-8")} - {ord("\n")}
    assert len(files) > 20
    lacking = letters - shapes("IBMPlexSans-Regular") - shapes("DejaVuSans")
    assert sorted(map(chr, lacking)) == []


def test_each_cut_of_the_sans_has_the_same_letters():
    assert shapes("IBMPlexSans-Regular") == shapes("IBMPlexSans-SemiBold") == shapes("IBMPlexSans-Italic")


@pytest.mark.parametrize("name", [name for *_, name in FONTS])
def test_a_changed_font_does_not_bear_the_name_of_the_whole_one(name):
    names = TTFont(WEB / f"{name}.woff2")["name"]
    assert names.getDebugName(0).startswith("Copyright")
    assert [
        names.getDebugName(place) for place in (1, 4, 6) if "Plex" in (names.getDebugName(place) or "")
    ] == []


def test_all_fonts_together_are_small_and_lie_in_the_style():
    assert sum(path.stat().st_size for path in WEB.iterdir()) < 80_000
    assert (
        make_sheet("", "", "a4").count("url(")
        == make_sheet("", "", "a4").count("url(data:font/woff2;base64,")
        == len(FONTS)
    )
