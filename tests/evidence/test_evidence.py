"""The evidence file: whole, the same bytes for the same evidence, and strict when it is read."""

import json
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

import certs
from certlib import evidence as room
from certlib import inventory, x509
from certlib.errors import CannotWrite, InvalidInput
from certlib.evidence import Evidence, Hsts, Presentation, reading
from certlib.evidence.schema1 import read_prose
from certlib.reasons import Reason, make_verbatim

ROOT = Path(__file__).parents[2]
SITE = inventory.read_site(inventory.template(), file="site.yaml")
ENDPOINTS = [endpoint.id for endpoint in inventory.list_endpoints(SITE)]
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ROOT_CA = certs.ca("Northwind root")
LEAF = x509.read(certs.leaf(ROOT_CA, "ec").der)
GARBAGE = x509.read(b"no certificate")
KEPT = {each.sha256: each for each in (LEAF, x509.read(ROOT_CA.der), GARBAGE)}

EVIDENCE = Evidence(
    site=SITE,
    collected=NOON,
    finished=NOON + timedelta(seconds=1),
    collector="certlib 0",
    presentations=(
        Presentation(
            ENDPOINTS[0], "browser", (LEAF.sha256, ROOT_CA.sha256), None, version="TLSv1.2", started=NOON
        ),
        Presentation(ENDPOINTS[0], "rsa", (GARBAGE.sha256,), Reason.WRONG_KEY_TYPE),
        Presentation(
            ENDPOINTS[1], "browser", (), Reason.REFUSED, detail=read_prose("errno 111"), milliseconds=0.5
        ),
    ),
    certificates=KEPT,
)


def saved(folder: Path, evidence: Evidence = EVIDENCE) -> Path:
    path = folder / "evidence.json"
    room.write(evidence, path)
    return path


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    assert room.read(saved(tmp_path)) == EVIDENCE


def test_a_site_is_kept_wholly_with_its_ca_certificates(tmp_path: Path) -> None:
    (tmp_path / "root.pem").write_bytes(ROOT_CA.pem)
    text = inventory.template().replace("# - northwind-root.pem", "- root.pem")
    site = inventory.read_site(text, file=str(tmp_path / "site.yaml"))
    assert room.read(saved(tmp_path, replace(EVIDENCE, site=site))).site == site


def test_the_same_evidence_gives_the_same_bytes_in_whatever_order_it_came(tmp_path: Path) -> None:
    first = room.sha256(saved(tmp_path))
    shuffled = replace(
        EVIDENCE,
        presentations=EVIDENCE.presentations[::-1],
        certificates=dict(reversed(KEPT.items())),
        collected=NOON.astimezone(timezone(timedelta(hours=5))),
    )
    assert room.sha256(saved(tmp_path, shuffled)) == first


def test_answers_stand_in_the_order_of_the_inventory(tmp_path: Path) -> None:
    answers = tuple(Presentation(name, "browser", (), Reason.REFUSED) for name in sorted(ENDPOINTS))
    read = room.read(saved(tmp_path, replace(EVIDENCE, presentations=answers)))
    assert [one.endpoint for one in read.presentations] == ENDPOINTS


def test_a_character_that_utf8_has_not_does_not_lose_the_evidence(tmp_path: Path) -> None:
    broken = Presentation(
        ENDPOINTS[0], "browser", (), Reason.NOT_TLS, detail=make_verbatim("a\udcffb\u202e<b>\x00")
    )
    read = room.read(saved(tmp_path, replace(EVIDENCE, presentations=(broken,))))
    assert read.presentations[0].detail == make_verbatim("a?b\u202e<b>\x00")


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = saved(tmp_path)
    before = path.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CannotWrite, match="No space left"):
        room.write(replace(EVIDENCE, collector="other"), path)
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["evidence.json"]


def test_a_place_that_can_not_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(CannotWrite, match="evidence"):
        room.write(EVIDENCE, tmp_path / "missing" / "evidence.json")
    (tmp_path / "file").touch()
    with pytest.raises(CannotWrite, match="file"):
        room.save_certificates(EVIDENCE, tmp_path / "file")


# Reading is strict.

Change = Callable[[dict[str, Any]], object]


@pytest.mark.parametrize(
    ("change", "key", "wrong"),
    [
        (lambda raw: raw.pop("schema"), "", "no evidence of certlib"),
        (lambda raw: raw.update(schema=3), "", 'version of its form is "3"'),
        (lambda raw: raw.update(extra=1), "extra", "no such key"),
        (lambda raw: raw.pop("site"), "site", "is missing"),
        (lambda raw: raw.update(collected="2026-11-23T12:00:00"), "collected", "timezone"),
        (lambda raw: raw["site"].update(id="../../etc"), "site.id", "can't name a folder"),
        (lambda raw: raw["site"].update(customer="a\u202eb"), "site.customer", r"\u{202E}"),
        (lambda raw: raw["site"].update(release="new"), "site.release", "no release"),
        (lambda raw: raw["site"].update(nodes=[]), "site.nodes", "is empty"),
        (lambda raw: raw["site"].update(ca_certificates=["x"]), "site.ca_certificates", "not those"),
        (lambda raw: raw["site"]["nodes"][0].update(name="a b"), "site.nodes[0].name", "no host name"),
        (lambda raw: raw["site"]["nodes"][0].update(role="x"), "site.nodes[0].role", '"x"'),
        (
            lambda raw: raw["site"]["nodes"][1].update(ports=[["socketio", 70000]]),
            "site.nodes[1].ports[0][1]",
            "65535",
        ),
        (
            lambda raw: raw["site"]["nodes"][1].update(ports=[["x", 1]]),
            "site.nodes[1].ports.x",
            "no web server",
        ),
        (lambda raw: raw["site"]["nodes"][1].update(cops=["x"]), "site.nodes[1].cops[0]", "no COP"),
        (lambda raw: raw["presentations"][0].update(reason="bored"), "presentations[0].reason", '"bored"'),
        (
            lambda raw: raw["presentations"][0].update(milliseconds="1"),
            "presentations[0].milliseconds",
            "number",
        ),
        (
            lambda raw: raw["presentations"][0].update(endpoint="x"),
            "presentations[0].endpoint",
            "no endpoint",
        ),
        (lambda raw: raw["presentations"][0].update(chain=["../x"]), "presentations[0].chain[0]", ""),
        (
            lambda raw: raw["presentations"][0].update(chain=["0" * 64]),
            "presentations[0].chain[0]",
            "not in the file",
        ),
        (lambda raw: raw["presentations"][2].update(reason=None), "presentations[2].reason", "neither"),
        (
            lambda raw: raw["presentations"].append(raw["presentations"][2]),
            "presentations[3].offer",
            "already",
        ),
        (
            lambda raw: raw["certificates"].update({"0" * 64: x509.write_pem(LEAF)}),
            "certificates." + "0" * 64,
            LEAF.sha256,
        ),
        (lambda raw: raw["certificates"].update({LEAF.sha256: "x"}), f"certificates.{LEAF.sha256}", "PEM"),
    ],
    ids=lambda value: "made anew" if isinstance(value, str) and LEAF.sha256 in value else None,
)
def test_what_does_not_fit_is_told_with_its_path(
    tmp_path: Path, change: Change, key: str, wrong: str
) -> None:
    path = saved(tmp_path)
    raw = json.loads(path.read_text(encoding="utf-8"))
    change(raw)
    path.write_text(json.dumps(raw), encoding="utf-8")
    with pytest.raises(InvalidInput) as caught:
        room.read(path)
    found = [each for each in caught.value.problems if each.key == key]
    assert found, str(caught.value)
    assert found[0].file == str(path)
    assert wrong in found[0].wrong


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        (b"", "not JSON"),
        (b'{"schema": 1,}', "line 1 column 14"),
        (b'{"schema": NaN}', "not JSON"),
        (b'{"schema": "\xff"}', "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", "no evidence"),
        (b'{"schema": [' + b'"\\u202e"' + b"]}", "version"),
    ],
)
def test_a_file_that_is_no_evidence(tmp_path: Path, content: bytes, wrong: str) -> None:
    path = tmp_path / "evidence.json"
    path.write_bytes(content)
    with pytest.raises(InvalidInput, match=wrong) as caught:
        room.read(path)
    assert str(caught.value).isprintable()


def test_a_file_beyond_all_measure_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "LIMIT", 100)
    with pytest.raises(InvalidInput, match="larger than 100 bytes"):
        room.read(saved(tmp_path))
    with pytest.raises(InvalidInput, match="does not exist"):
        room.read(tmp_path / "missing.json")


def changed(folder: Path, **facts: object) -> Path:
    path = saved(folder)
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | facts), encoding="utf-8")
    return path


def test_a_byte_order_mark_is_passed_over_and_utf16_is_told(tmp_path: Path) -> None:
    path = saved(tmp_path)
    text = path.read_text(encoding="utf-8")
    path.write_text(text, encoding="utf-8-sig")
    assert room.read(path) == EVIDENCE
    for encoding, told in (("utf-16", "UTF-16"), ("utf-16-le", "UTF-16"), ("utf-32", "UTF-32")):
        path.write_text(text, encoding=encoding)
        with pytest.raises(InvalidInput, match=f"The encoding is {told}.* Save it as UTF-8"):
            room.read(path)


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"schema": 3}, r"was written by a newer certlib; this one is .* Update certlib"),
        ({"schema": 3, "collector": "certlib 9.1"}, r"newer certlib \(9\.1\); this one is"),
        (
            {"collector": "certlib 9.1.0", "elsewhen": []},
            r"newer certlib \(9\.1\.0\)(?s:.*)elsewhen: There is no",
        ),
        (
            {"collector": "certlib 0.1.0", "elsewhen": []},
            r"elsewhen: There is no such key here\. Update certlib, if",
        ),
    ],
)
def test_evidence_of_a_newer_version_says_so(tmp_path: Path, facts: dict[str, object], said: str) -> None:
    with pytest.raises(InvalidInput, match=said) as caught:
        room.read(changed(tmp_path, **facts))
    assert ("newer certlib (" in str(caught.value)) == ("9.1" in str(facts))


def test_evidence_of_a_newer_version_that_can_be_read_is_read(tmp_path: Path) -> None:
    assert room.read(changed(tmp_path, collector="certlib 9.1")).site == SITE


def test_what_is_no_number_above_the_forms_own_is_no_newer_version(tmp_path: Path) -> None:
    for schema in (0, -1, "1", None, 1.5, [2]):
        with pytest.raises(InvalidInput) as caught:
            room.read(changed(tmp_path, schema=schema))
        assert "by a newer" not in str(caught.value)


EDGES = [
    "0001-01-01T00:00:00+23:59",
    "0001-01-01T00:00:00+00:01",
    "9999-12-31T23:59:59-12:00",
    "9999-12-31T23:59:59.999999-00:01",
]


@pytest.mark.parametrize("edge", EDGES)
@pytest.mark.parametrize("key", ["collected", "finished", "started"])
def test_a_moment_outside_of_the_calendar_is_a_mistake_with_its_place(
    tmp_path: Path, edge: str, key: str
) -> None:
    path = saved(tmp_path)
    raw = json.loads(path.read_text(encoding="utf-8"))
    (raw["presentations"][0] if key == "started" else raw)[key] = edge
    path.write_text(json.dumps(raw), encoding="utf-8")
    with pytest.raises(InvalidInput, match=rf"{key}: .* is no moment of the calendar"):
        room.read(path)


# Continuing a collection.


def later(*presentations: Presentation, **changes: Any) -> Evidence:
    begun = {"collected": NOON + timedelta(hours=1), "presentations": presentations, "certificates": {}}
    return replace(EVIDENCE, **{**begun, **changes})


def test_the_newer_answer_replaces_the_older_and_nothing_else_is_lost() -> None:
    newer = Presentation(ENDPOINTS[1], "browser", (LEAF.sha256,), None)
    more = Presentation(ENDPOINTS[2], "browser", (), Reason.REFUSED)
    second = later(more, newer, finished=None)
    for merged in (room.merge(EVIDENCE, second), room.merge(second, EVIDENCE)):
        assert merged.presentations == (*EVIDENCE.presentations[:2], newer, more)
        assert merged.certificates == KEPT
        assert (merged.collected, merged.finished) == (NOON, None)


def test_an_endpoint_that_was_not_asked_again_keeps_its_answer() -> None:
    merged = room.merge(EVIDENCE, later(Presentation(ENDPOINTS[1], "browser", (), Reason.NOT_ASKED)))
    assert merged.presentations == EVIDENCE.presentations


def test_what_the_newer_inventory_no_longer_has_is_left_out(tmp_path: Path) -> None:
    smaller = replace(SITE, nodes=SITE.nodes[1:])
    merged = room.merge(EVIDENCE, later(site=smaller))
    assert merged.presentations == ()
    assert room.read(saved(tmp_path, merged)) == merged


def test_evidence_of_two_sites_is_not_put_together() -> None:
    with pytest.raises(room.DifferentSites, match=r"hamburg .* berlin"):
        room.merge(EVIDENCE, later(site=replace(SITE, id="berlin")))


def test_evidence_of_two_customers_with_one_site_id_is_not_put_together() -> None:
    other = later(site=replace(SITE, customer="Southwind"))
    with pytest.raises(room.DifferentSites, match=r"of Northwind .* of Southwind"):
        room.merge(EVIDENCE, other)
    spelled = later(site=replace(SITE, customer=f" {SITE.customer.upper().replace(' ', chr(0xA0))}"))
    assert room.merge(EVIDENCE, spelled).presentations == EVIDENCE.presentations


# Looking things up.


def test_certificates_are_saved_by_their_sha256(tmp_path: Path) -> None:
    paths = room.save_certificates(EVIDENCE, tmp_path / "certificates")
    assert {path.stem for path in paths} == set(KEPT)
    for path in paths:
        (certificate,) = x509.read_pem(path.read_text(encoding="ascii"))
        assert certificate == KEPT[path.stem]


# The schema.


def test_the_committed_schema_is_current_and_a_written_file_fits_it(tmp_path: Path) -> None:
    committed = json.loads((ROOT / "src/certlib/schemas/evidence.schema.json").read_text(encoding="utf-8"))
    assert committed == room.schema(), "write certlib.evidence.schema() into the file"
    jsonschema.Draft202012Validator.check_schema(committed)
    checker = jsonschema.Draft202012Validator(committed)
    raw = json.loads(saved(tmp_path).read_text(encoding="utf-8"))
    checker.validate(raw)
    assert not checker.is_valid({**raw, "extra": 1})
    assert not checker.is_valid({**raw, "schema": 1})


# Whatever was collected.

ANSWERS = st.builds(
    Presentation,
    endpoint=st.sampled_from(ENDPOINTS),
    offer=st.sampled_from(["browser", "rsa", "ecdsa", "ecdsa-tls13"]),
    chain=st.lists(st.sampled_from([*KEPT]), max_size=4).map(tuple),
    reason=st.sampled_from(Reason),
    detail=st.text().map(read_prose),
    version=st.none() | st.text(),
    alerts=st.lists(st.text()).map(tuple),
    started=st.none() | st.datetimes(timezones=st.just(UTC)),
    milliseconds=st.none() | st.floats(min_value=0, allow_infinity=False),
    client_certificate_requested=st.booleans(),
)


@given(
    st.lists(ANSWERS, unique_by=lambda one: (one.endpoint, one.offer)),
    st.datetimes(timezones=st.just(UTC)),
    st.text(),
)
def test_any_evidence_comes_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, answers: list[Presentation], begun: datetime, collector: str
) -> None:
    given_ = replace(
        EVIDENCE, presentations=tuple(answers), collected=begun, finished=None, collector=collector
    )
    path = saved(tmp_path_factory.getbasetemp(), given_)
    read = room.read(path)
    assert set(read.presentations) == set(answers)
    assert replace(read, presentations=()) == replace(given_, presentations=())
    first = path.read_bytes()
    room.write(read, path)
    assert path.read_bytes() == first


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
PLACES = [
    ("site",),
    ("site", "nodes"),
    ("site", "nodes", 0),
    ("site", "nodes", 0, "ports"),
    ("site", "nodes", 0, "cops"),
    ("site", "agents"),
    ("site", "agents", "trusted_cas"),
    ("site", "ca_certificates"),
    ("site", "further_endpoints"),
    ("site", "release"),
    ("presentations",),
    ("presentations", 0),
    ("presentations", 0, "chain"),
    ("presentations", 0, "started"),
    ("certificates",),
    ("certificates", LEAF.sha256),
    ("collected",),
    ("schema",),
]


@given(st.sampled_from(PLACES), JSON)
def test_any_change_of_a_file_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, place: tuple[str | int, ...], value: object
) -> None:
    path = saved(tmp_path_factory.getbasetemp())
    raw = json.loads(path.read_text(encoding="utf-8"))
    inner = raw
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    path.write_text(json.dumps(raw), encoding="utf-8")
    try:
        room.read(path)
    except InvalidInput as error:
        mistakes = error.problems
    else:
        return
    assert all(each.wrong and each.instead for each in mistakes)


# What web servers said about HSTS, where somebody asked.

SENT = Hsts(ENDPOINTS[0], "max-age=31536000", status=200, started=NOON)
FAILED = Hsts(ENDPOINTS[1], None, read_prose("no answer within 5 s"))


def test_hsts_is_written_and_read_and_a_file_without_it_is_read_too(tmp_path: Path) -> None:
    path = saved(tmp_path, replace(EVIDENCE, hsts=(SENT, FAILED)))
    assert set(room.read(path).hsts) == {SENT, FAILED}
    raw = json.loads(path.read_text(encoding="utf-8"))
    del raw["hsts"]
    path.write_text(json.dumps(raw))
    assert room.read(path).hsts == ()


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("max-age=31536000", 31_536_000),
        ("includeSubDomains; Max-Age = 60", 60),
        ('max-age="7"; preload', 7),
        ("max-age=0", 0),
        ("no-max-age=5", None),
        ("max-age=-1", None),
        ("", None),
        (None, None),
    ],
)
def test_how_long_a_browser_is_to_remember_is_read_from_the_header(
    header: str | None, seconds: int | None
) -> None:
    assert Hsts(ENDPOINTS[0], header).max_age == seconds


def test_what_names_resolved_to_is_written_and_read_and_the_newer_look_up_counts(tmp_path: Path) -> None:
    found = room.LookUp("uccx1.example.test", ("10.1.2.3", "2001:db8::7"))
    lost = room.LookUp("uccx1.example.test", (), read_prose("the name is not known (EAI_NONAME)"))
    path = saved(tmp_path, replace(EVIDENCE, names=(found,)))
    assert room.read(path).names == (found,)
    raw = json.loads(path.read_text(encoding="utf-8"))
    del raw["names"]
    path.write_text(json.dumps(raw), encoding="utf-8")
    assert room.read(path).names == ()
    newer = replace(EVIDENCE, collected=NOON + timedelta(hours=1), names=(lost,))
    assert room.merge(newer, replace(EVIDENCE, names=(found,))).names == (lost,)


@pytest.mark.parametrize("names", [("somebody/else",), (ENDPOINTS[0],) * 2])
def test_hsts_of_no_endpoint_or_twice_is_refused(names: tuple[str, ...], tmp_path: Path) -> None:
    path = saved(tmp_path, replace(EVIDENCE, hsts=tuple(replace(SENT, endpoint=name) for name in names)))
    with pytest.raises(InvalidInput, match=r"hsts\[\d\]\.endpoint"):
        room.read(path)


def test_the_newer_answer_about_hsts_counts_in_a_continuation() -> None:
    newer = replace(
        EVIDENCE, collected=NOON + timedelta(hours=1), hsts=(replace(FAILED, endpoint=ENDPOINTS[0]),)
    )
    merged = room.merge(newer, replace(EVIDENCE, hsts=(SENT, FAILED)))
    assert [(one.endpoint, one.failure) for one in merged.hsts] == [
        (ENDPOINTS[0], FAILED.failure),
        (ENDPOINTS[1], FAILED.failure),
    ]


# What further addresses of a name gave.

ADDRESS = "192.0.2.12"
ELSEWHERE = Presentation(ENDPOINTS[0], "browser", (LEAF.sha256, ROOT_CA.sha256), None, address=ADDRESS)
MUTE = Presentation(ENDPOINTS[0], "browser", (), Reason.NO_ANSWER, address="2001:db8::12")


def test_what_further_addresses_gave_is_written_and_read_and_a_file_without_it_is_read_too(
    tmp_path: Path,
) -> None:
    path = saved(tmp_path, replace(EVIDENCE, elsewhere=(MUTE, ELSEWHERE)))
    assert room.read(path).elsewhere == (ELSEWHERE, MUTE)
    raw = json.loads(path.read_text(encoding="utf-8"))
    del raw["elsewhere"]
    path.write_text(json.dumps(raw), encoding="utf-8")
    assert room.read(path).elsewhere == ()


@pytest.mark.parametrize(
    ("row", "key", "wrong"),
    [
        (replace(MUTE, endpoint="somebody/else"), "elsewhere[1].endpoint", "no endpoint of the site"),
        (replace(MUTE, address=ADDRESS), "elsewhere[1].address", "already"),
        (replace(MUTE, address=None), "elsewhere[1].address", "which address"),
        (replace(MUTE, reason=None), "elsewhere[1].reason", "neither a chain nor a reason"),
        (replace(MUTE, chain=("0" * 64,)), "elsewhere[1].chain[0]", "not in the file"),
    ],
)
def test_an_answer_of_a_further_address_that_does_not_fit_is_told(
    row: Presentation, key: str, wrong: str, tmp_path: Path
) -> None:
    path = saved(tmp_path, replace(EVIDENCE, elsewhere=(ELSEWHERE, MUTE)))
    raw = json.loads(path.read_text(encoding="utf-8"))
    raw["elsewhere"][1] |= {
        "endpoint": row.endpoint, "address": row.address, "reason": row.reason, "chain": list(row.chain),
    }  # fmt: skip
    path.write_text(json.dumps(raw), encoding="utf-8")
    with pytest.raises(InvalidInput) as caught:
        room.read(path)
    assert [(one.key, wrong in one.wrong) for one in caught.value.problems] == [(key, True)]


def test_the_newer_answer_of_a_further_address_counts_in_a_continuation() -> None:
    answered = replace(MUTE, chain=(LEAF.sha256,), reason=None)
    gone = replace(ELSEWHERE, chain=(), reason=Reason.NOT_ASKED)
    first = replace(EVIDENCE, elsewhere=(ELSEWHERE, MUTE))
    assert room.merge(first, later(elsewhere=(answered, gone))).elsewhere == (ELSEWHERE, answered)
    smaller = later(site=replace(SITE, nodes=SITE.nodes[1:]))
    assert room.merge(first, smaller).elsewhere == ()


def test_an_address_that_the_endpoint_was_asked_at_later_is_no_further_one() -> None:
    first = replace(EVIDENCE, elsewhere=(ELSEWHERE, MUTE))
    turned = later(Presentation(ENDPOINTS[0], "browser", (), Reason.REFUSED, address=ADDRESS))
    assert room.merge(first, turned).elsewhere == (MUTE,)
