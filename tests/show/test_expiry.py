"""When certificates expire: pictures and a table by node, in the words of the rule."""

import datetime as dt
import re
from base64 import b64decode
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from bs4 import BeautifulSoup, Tag

from certlib import show, x509
from certlib.evidence import Evidence
from certlib.inventory import list_endpoints
from certlib.show import Display
from certlib.show.expiry import PICTURED
from loopback import site

HOSTILE = '<script>alert(1)</script>\u202e]]>&"'
STATES = {
    -1: "✕ expired",
    0: "▲ within 30 days",
    30: "▲ within 30 days",
    31: "▲ within 90 days",
    90: "▲ within 90 days",
    91: "– within 200 days",
    200: "– within 200 days",
    201: "✓ later",
}


def page(display: Display) -> BeautifulSoup:
    return BeautifulSoup(str(display.html), "html.parser")


def rows(display: Display) -> list[list[str]]:
    lines = page(display).select("tbody tr")
    return [[cell.get_text() for cell in line(["th", "td"])] for line in lines if line.td]


def groups(display: Display) -> list[str]:
    return [head.get_text() for head in page(display).select("th[scope=rowgroup]")]


def drawn(picture: Tag) -> ET.Element:
    head, data = picture["src"].split(",")
    assert head == "data:image/svg+xml;base64"
    return ET.fromstring(b64decode(data))  # noqa: S314 - our own


def ending(evidence: Evidence, days: int) -> Evidence:
    """The same evidence with certificates that end so many days after the upgrade."""
    assert evidence.site.upgrade_date
    end = dt.datetime.combine(evidence.site.upgrade_date, dt.time(12), dt.UTC) + dt.timedelta(days=days)
    known = {sha256: replace(one, not_after=end) for sha256, one in evidence.certificates.items()}
    return replace(evidence, certificates=known)


def with_chain(evidence: Evidence, count: int) -> Evidence:
    """The same evidence, each answer with so many certificates behind its leaf, each ending a day later."""
    (leaf, *_) = evidence.certificates.values()
    more = {
        f"{number:064x}": replace(
            leaf, sha256=f"{number:064x}", not_after=leaf.not_after + dt.timedelta(days=number)
        )
        for number in range(1, count + 1)
    }
    sent = tuple(
        replace(one, chain=(*one.chain, *more)) if one.chain else one for one in evidence.presentations
    )
    return replace(evidence, certificates={**evidence.certificates, **more}, presentations=sent)


@pytest.mark.parametrize("preset", ["upgrade", "row-3", "row-4", "mixed"])
def test_every_certificate_stands_below_each_node_that_sent_it_the_next_to_expire_first(preset: str) -> None:
    evidence = site(preset)[0]
    made = show.expiry(evidence)
    answered = {one.endpoint for one in evidence.presentations if one.chain}
    nodes = dict.fromkeys(one.node for one in list_endpoints(evidence.site) if one.id in answered)
    assert groups(made) == list(nodes)
    links = [link["href"] for link in page(made).select("td a")]
    assert set(links) == {f"#certificate-{sha256[:16]}" for sha256 in evidence.certificates}
    for body in page(made)("tbody"):
        ends = [line("td")[1].get_text() for line in body("tr") if line.td]
        assert ends == sorted(ends)


@pytest.mark.parametrize(("days", "state"), STATES.items())
def test_the_state_says_how_long_a_certificate_lasts_after_the_upgrade(days: int, state: str) -> None:
    made = show.expiry(ending(site("upgrade")[0], days))
    assert {(row[3], row[4]) for row in rows(made)} == {(str(days), state)}
    assert all(state in line for line in made.text.splitlines() if line.startswith("  "))
    assert "the planned day of the upgrade" in page(made).p.get_text()
    for picture in page(made)("img"):
        assert state in "".join(drawn(picture).itertext())


def test_a_certificate_that_is_not_valid_yet_and_one_that_cannot_be_read_say_so() -> None:
    evidence = site("row-4")[0]
    later = evidence.collected + dt.timedelta(days=5)
    first, second, *rest = evidence.certificates
    broken = replace(x509.read(b"\x30\x03\x02\x01\x01"), sha256=second)
    known = {
        first: replace(evidence.certificates[first], not_before=later),
        second: broken,
        **{sha256: evidence.certificates[sha256] for sha256 in rest},
    }
    found = rows(show.expiry(replace(evidence, certificates=known)))
    assert [row for row in found if row[4] == "✕ not valid yet"]
    assert [row[2:] for row in found if row[4] == "? unreadable"] == [["not readable", "", "? unreadable"]]


def test_without_a_planned_upgrade_days_are_counted_from_the_collection() -> None:
    evidence = site("row-4")[0]
    assert evidence.site.upgrade_date is None
    made = page(show.expiry(evidence))
    assert "the day of the collection" in made.p.get_text()
    for picture in made("img"):
        assert "collected" in "".join(drawn(picture).itertext())
        assert "upgrade" not in "".join(drawn(picture).itertext())


def test_a_certificate_of_the_evidence_that_no_node_sent_comes_last() -> None:
    evidence = site("row-4")[0]
    broken = x509.read(b"\x30\x03\x02\x01\x01")
    made = show.expiry(replace(evidence, certificates={**evidence.certificates, broken.sha256: broken}))
    assert groups(made)[-1] == "Not sent by a node"
    assert rows(made)[-1][0].endswith("of the evidence alone")


def test_without_a_certificate_there_is_a_sentence() -> None:
    evidence = site("row-4")[0]
    made = show.expiry(replace(evidence, presentations=(), certificates={}))
    assert made.text == page(made).get_text() == "No certificate was received."


# The pictures.


def texts(picture: Tag) -> list[str]:
    """What stands in a picture, in its order."""
    return [one.text or "" for one in drawn(picture).iter("{http://www.w3.org/2000/svg}text")]


def test_one_picture_has_all_nodes_of_a_site_and_the_days_that_count() -> None:
    made = page(show.expiry(site("upgrade")[0]))
    (figure,) = made("figure")
    nodes = groups(show.expiry(site("upgrade")[0]))
    assert len(nodes) == 3
    assert [text for text in texts(figure.img) if text in nodes] == nodes
    assert all(node in figure.img["alt"] for node in nodes)
    for label in ("collected", "upgrade", "+30", "+90", "+200 days"):
        assert label in texts(figure.img)


def test_nodes_that_a_picture_has_no_room_for_are_in_another() -> None:
    made = show.expiry(with_chain(site("row-4")[0], 8))
    pictures = page(made)("img")
    assert len(pictures) > 1
    assert [text for one in pictures for text in texts(one) if text in groups(made)] == groups(made)
    assert all(len([text for text in texts(one) if "," in text]) <= PICTURED for one in pictures)


def test_a_name_in_letters_that_a_picture_may_lack_is_in_the_table_alone() -> None:
    evidence = site("row-4")[0]
    first, *_ = list_endpoints(evidence.site)
    nodes = tuple(
        replace(node, name="שירות" if node.name == first.node else node.name) for node in evidence.site.nodes
    )
    asked = tuple(
        replace(one, endpoint=one.endpoint.replace(first.node, "שירות")) for one in evidence.presentations
    )
    made = show.expiry(replace(evidence, site=replace(evidence.site, nodes=nodes), presentations=asked))
    assert "שירות" in groups(made)
    assert "?????" in texts(page(made).img)


def test_a_picture_has_the_rows_of_the_table_and_bars_that_end_in_its_order() -> None:
    made = page(show.expiry(with_chain(site("row-4")[0], 3)))
    said = [text for picture in made("img") for text in texts(picture) if re.match(r"\d+\. ", text)]
    lines = [line for line in made.select("tbody tr") if line.td]
    assert [text.split(". ")[0] for text in said] == [line.th.get_text().split(". ")[0] for line in lines]
    for text, line in zip(said, lines, strict=True):
        assert text.endswith(line("td")[1].get_text())


@pytest.mark.parametrize("days", [-40_000, -300, 0, 45, 200, 365 * 7000])
def test_whatever_its_days_a_bar_stays_inside_the_picture(days: int) -> None:
    evidence = site("upgrade")[0]
    day = dt.datetime.combine(evidence.site.upgrade_date, dt.time(), dt.UTC)
    for planned in (evidence.collected.date(), evidence.site.upgrade_date, dt.date(2060, 1, 1), dt.date.max):
        known = {
            sha256: replace(one, not_after=day + dt.timedelta(days=days))
            for sha256, one in evidence.certificates.items()
        }
        moved = replace(evidence.site, upgrade_date=planned)
        for picture in page(show.expiry(replace(evidence, certificates=known, site=moved)))("img"):
            svg = drawn(picture)
            width, height = float(svg.attrib["width"]), float(svg.attrib["height"])
            for shape in svg.iter("{http://www.w3.org/2000/svg}rect"):
                left, wide = float(shape.get("x", 0)), float(shape.attrib["width"])
                assert left >= 0
                assert wide >= 0
                assert left + wide <= width
            for text in svg.iter("{http://www.w3.org/2000/svg}text"):
                assert 0 <= float(text.attrib["x"]) <= width
                assert 0 < float(text.attrib["y"]) < height


def test_a_node_with_many_certificates_has_a_picture_that_fits_on_a_page_and_says_so() -> None:
    made = show.expiry(with_chain(site("row-4")[0], 40))
    picture = page(made).figure
    of = len([line for line in page(made).tbody("tr") if line.td])
    assert of > 40
    assert (
        f"Of the {of} certificates of {groups(made)[0]} it shows the next {PICTURED} to expire."
        in picture.get_text()
    )
    assert float(drawn(picture.img).attrib["height"]) < 800


def test_a_picture_is_for_light_and_dark_and_loads_and_runs_nothing() -> None:
    for picture in page(show.expiry(site("row-4")[0]))("img"):
        svg = drawn(picture)
        names = {element.tag.rpartition("}")[2] for element in svg.iter()}
        assert names - {"polygon"} == {"svg", "style", "rect", "text"}
        whole = ET.tostring(svg, encoding="unicode")
        assert "prefers-color-scheme:dark" in whole
        assert not re.search(r"href|url\(|@import|javascript|on\w+=", whole)


def test_no_text_of_a_certificate_gets_into_a_picture_and_none_becomes_markup() -> None:
    evidence = site("row-4")[0]
    known = {
        sha256: replace(one, subject=HOSTILE, issuer=HOSTILE, subject_cn=HOSTILE)
        for sha256, one in evidence.certificates.items()
    }
    made = show.expiry(replace(evidence, certificates=known))
    assert not page(made)("script")
    assert "\u202e" not in str(made.html)
    assert "<script>alert(1)</script>" in page(made).table.get_text()
    for picture in page(made)("img"):
        assert "alert" not in ET.tostring(drawn(picture), encoding="unicode")
