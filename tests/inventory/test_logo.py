"""A logo: what is taken for one, what is kept of it, what is said of a file that is none."""

import zlib
from base64 import b64decode
from contextlib import suppress

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from certlib.inventory import logo
from certlib.inventory.svg import ELEMENTS
from inventory.pictures import OPEN, PATH, chunk, png


def drawn(inside, head=OPEN):
    """What is kept of an SVG with this inside."""
    return b64decode(logo.read_logo(f"{head}{inside}</svg>".encode()).removeprefix(logo.SVG)).decode()


def refused(content):
    with pytest.raises(PydanticCustomError) as caught:
        logo.read_logo(content)
    said = caught.value.context
    assert said["instead"]
    return said["wrong"]


def test_a_png_keeps_its_picture_and_loses_everything_else():
    noted = png(more=chunk(b"tEXt", b"Author\0secret") + chunk(b"eXIf", b"where it was taken"))
    assert logo.read_logo(noted + b"<script>") == logo.read_logo(png())
    assert b64decode(logo.read_logo(png()).removeprefix(logo.PNG)) == png()


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        (png(4001, 300), "4,001 by 300 pixels"),
        (png(3000, 3000, pixels=b""), "3,000 by 3,000 pixels"),
        (png(0, 5), "0 by 5 pixels"),
        (png(600, 5), "a mere line"),
        (png(pixels=zlib.compress(bytes(10**7))), "do not fit its size"),
        (png(pixels=zlib.compress(b"few")), "do not fit its size"),
        (png(pixels=b"no zlib"), "damaged"),
        (png()[:-20] + b"x" + png()[-19:], "damaged"),
        (png()[:-12], "without its end"),
        (png(colour=5), "unknown kind"),
        (png(bits=7), "unknown kind"),
        (b"\x89PNG\r\n\x1a\n" + chunk(b"IEND", b""), "lacks a part"),
        (b"\xff\xd8\xff\xe0", "a JPEG"),
        (b"%PDF-1.7", "a PDF"),
        (b"\x1f\x8b\x08", "SVGZ"),
        (b"", "something else"),
        (b"\0" * 200_001, "larger than 200,000 bytes"),
        (b"<html></html>", "something else"),
        (b"<svg></svg>", "something else"),
        (b"<svg", "no SVG that can be read"),
        (f"{OPEN}</svg>".encode(), "no shape"),
        (f"{OPEN}<text>Contoso</text></svg>".encode(), "<text>"),
        (f'{OPEN}<image href="data:image/png;base64,AA"/></svg>'.encode(), "<image>"),
        (OPEN.replace(' viewBox="0 0 40 10"', "").encode() + b"</svg>", "says no size"),
        (OPEN.replace("0 0 40 10", "0 0 nan 10").encode() + b"</svg>", "nobody can draw"),
        (OPEN.replace("0 0 40 10", "0 0 400 10").encode() + PATH.encode() + b"</svg>", "a mere line"),
        (f"{OPEN}{'<g>' * 60}{PATH}{'</g>' * 60}</svg>".encode(), "nests too deeply"),
        (f"{OPEN}{PATH * 5001}</svg>".encode(), "parts"),
        (f'{OPEN}<g id="a"><use href="#a"/></g></svg>'.encode(), "within itself"),
        (f'<!DOCTYPE svg [<!ENTITY a "b">]>{OPEN}{PATH}&a;</svg>'.encode(), "entities"),
        (f'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc">]>{OPEN}{PATH}&a;</svg>'.encode(), "entities"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_logo_is_told_why(content, wrong):
    assert wrong in refused(content)


def test_every_kind_of_png_that_a_program_writes_is_a_logo():
    kinds = [(0, 1), (0, 16), (2, 8), (3, 4), (4, 8), (6, 16)]
    assert all(logo.read_logo(png(colour=colour, bits=bits)) for colour, bits in kinds)


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<foreignObject><body xmlns='http://www.w3.org/1999/xhtml'>x</body></foreignObject>",
        "<style>@import url(http://127.0.0.1:9/x.css);</style>",
        "<style>@font-face{font-family:x;src:url(http://127.0.0.1:9/x)}</style>",
        "<style>path{fill:url(http://127.0.0.1:9/x#y)} path{background:url(//127.0.0.1:9)}</style>",
        "<style>path{fill:u\\72l(http://127.0.0.1:9)}</style>",
        '<g onload="alert(1)" onclick="alert(1)"/>',
        '<a href="javascript:alert(1)"><rect width="1" height="1"/></a>',
        '<use xlink:href="http://127.0.0.1:9/x.svg#a"/>',
        '<use href="file:///etc/passwd#a"/>',
        '<rect width="1" height="1" fill="url(http://127.0.0.1:9/#a)" style="mask:url(//x)"/>',
        '<animate attributeName="href" to="javascript:alert(1)"/><set onbegin="alert(1)"/>',
        "<metadata>http://127.0.0.1:9 by A. Person</metadata><title>alert</title><!-- alert -->",
        '<?xml-stylesheet href="http://127.0.0.1:9/x.css"?>',
        '<g xml:base="http://127.0.0.1:9/"/>',
    ],
)
def test_what_runs_or_fetches_or_tells_of_people_is_gone_and_the_drawing_stays(hostile):
    kept = drawn(hostile + PATH)
    assert 'd="M0 0h40v10z"' in kept
    for part in (
        "alert",
        "127.0.0.1",
        "import",
        "passwd",
        "javascript",
        "Person",
        "//x",
        "style",
        " on",
        "<!",
    ):
        assert part not in kept.replace("http://www.w3.org/2000/svg", "")


def test_what_a_style_sheet_says_of_classes_stands_at_the_shapes_the_nearer_the_stronger():
    sheet = (
        "<style>/* x */ .a, .b{fill:#123456 !important;stroke:url(#g)} path{fill:red;opacity:.5}"
        " #p{opacity:1} @media (prefers-color-scheme: dark){.a{fill:white}}</style>"
    )
    (_, shape) = fromstring(drawn(f'{sheet}<g/><path class="a" id="p" d="M0 0h1" style="stroke:#fff"/>'))
    assert (shape.get("fill"), shape.get("opacity"), shape.get("stroke")) == ("#123456", "1", "#fff")


def test_links_within_the_drawing_and_wrappers_of_drawing_programs_are_kept():
    kept = drawn(
        '<defs><linearGradient id="g"><stop offset="0" stop-color="red"/></linearGradient></defs>'
        f'<switch><foreignObject/><g>{PATH}</g></switch><use xlink:href="#p" fill="url(#g)"/>'
    )
    assert 'href="#p"' in kept
    assert 'fill="url(#g)"' in kept
    assert "M0 0h40v10z" in kept


def test_a_drawing_without_a_view_box_is_as_large_as_it_says():
    assert 'viewBox="0 0 300 80"' in drawn(
        PATH, OPEN.replace('viewBox="0 0 40 10"', 'width="300px" height="80"')
    )


def test_a_huge_view_box_asks_for_no_huge_picture():
    kept = drawn(PATH, OPEN.replace("0 0 40 10", "0 0 400000 100000"))
    assert 'width="1000" height="250" viewBox="0 0 400000 100000"' in kept


def test_parts_that_repeat_each_other_draw_no_more_than_a_drawing_may():
    levels = "".join(
        f'<g id="l{n}">' + "".join(f'<use href="#l{n + 1}"/>' for _ in range(10)) + "</g>" for n in range(9)
    )
    assert f"more than {ELEMENTS:,} parts" in refused(f'{OPEN}{levels}<g id="l9">{PATH}</g></svg>'.encode())


PARTS = [
    '<g id="a" class="b">', "</g>", PATH, '<use href="#a"/>', "<style>.b{fill:red}</style>", "<script>",
    '<rect width="3" height="2" mask="url(#a)" style="fill:blue"/>', "</script>", "&amp; more", "<!-- x -->",
]  # fmt: skip


@given(st.lists(st.sampled_from(PARTS), max_size=12))
def test_what_was_kept_is_kept_again_whole(parts):
    try:
        once = logo.read_logo(f"{OPEN}{''.join(parts)}</svg>".encode())
    except PydanticCustomError:
        return
    assert logo.check_logo(once) == once


@given(st.binary(max_size=300))
def test_no_bytes_at_all_are_more_than_a_clear_error(content):
    for start in (b"", b"<svg", b"\x89PNG\r\n\x1a\n", png()[:40]):
        with suppress(PydanticCustomError):
            assert logo.read_logo(start + content).startswith("data:image/")


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:9/logo.png", "file:///etc/passwd", "data:text/html;base64,AAAA", logo.PNG + "AAAA",
        logo.SVG + "%", logo.SVG + "A" * 500_000, logo.read_logo(png()) + "\n",
    ],
)  # fmt: skip
def test_an_address_that_certlib_has_not_written_is_no_logo(address):
    with pytest.raises(PydanticCustomError):
        logo.check_logo(address)
