"""Files edited by hand: whatever stands in a field, it is told in words, or a report is made of it."""

import copy
import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from certlib import assess, export, frames, inventory, show
from certlib import evidence as room
from certlib.errors import InvalidInput
from certlib.tls import read_profile
from pseudonyms.test_pseudonyms import given_site

ODD = [
    "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z",
    "0001-01-01", "9999-12-31", "2027-02-30", 10**30, -(10**30), -1, 0, -0.0, 1e308, 2**63, "", "NaN",
    "\ud800", "\0", "\u202e", "=1+1", "<b>&", "x" * 100_000, "\u00e9" * 300, [], {}, None, True,
    [[[[[[]]]]]], {"a": {"b": []}}, ["x"], [1], "unknown", "refused", "browser", "0" * 64, "::1", "..",
]  # fmt: skip
MOMENTS = ("collected", "finished", "started", "upgrade_date", "until", "date")
Place = tuple[str | int, ...]


def places(value: Any, place: Place = ()) -> Iterator[Place]:
    """Every place in a file, of a list the first three."""
    if place:
        yield place
    inner = (
        value.items() if isinstance(value, dict) else enumerate(value[:3]) if isinstance(value, list) else ()
    )
    for key, each in inner:
        yield from places(each, (*place, key))


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    room.write(given_site(), path := tmp_path_factory.mktemp("whole") / "evidence.json")
    return json.loads(path.read_text(encoding="utf-8"))


def told_in_words(error: InvalidInput) -> None:
    assert error.problems
    assert all(str(each).isprintable() and each.wrong and each.instead for each in error.problems)


def show_all(found: room.Evidence, folder: Path) -> None:
    """What a report is made of."""
    assessment = assess(found)
    for part in ("summary", "what_to_do", "not_checked", "matrix", "nodes", "hops", "options", "runbook",
                 "faq", "findings", "note", "method", "cover"):  # fmt: skip
        str(getattr(show, part)(assessment).html)
    for part in ("expiry", "answers", "certificates"):
        str(getattr(show, part)(found).html)
    assert show.summary_text(assessment)
    assert list(frames.since(assessment, assessment).columns) == list(frames.SINCE)
    export.write(assessment=assessment, evidence=found, folder=folder)
    room.write(found, folder / "again.json")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_evidence_with_any_odd_value_is_refused_in_words_or_reported_on(
    raw: dict[str, Any], tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    every = [*places(raw)]
    moments = [place for place in every if place[-1] in MOMENTS]
    place = data.draw(st.sampled_from(every) | st.sampled_from(moments))
    value = data.draw(st.sampled_from(ODD))
    inner = changed = copy.deepcopy(raw)
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    folder = tmp_path_factory.getbasetemp()
    (path := folder / "evidence.json").write_text(json.dumps(changed), encoding="utf-8")
    try:
        found = room.read(path)
    except InvalidInput as error:
        told_in_words(error)
        return
    show_all(found, folder)


SITE = inventory.template()
SCALARS = [
    "0x1F", "0o17", "010", "1e3", ".inf", "-.inf", ".nan", "yes", "NO", "~", "null", "2026-12-12",
    "1:30:00", "? x", "- x", "\t", "#", "-",
    "&a b", "*a", "!!binary aGk=", "!!python/object:os.system x", "!x y", "{<<: *a}", "[a, [b]]", "{a: b}",
    "|\n  two\n  lines", '"\\ud800"', '"\\0"', "'", "@x", "`x", "%x", "20261212",
]  # fmt: skip
KEYS = [line.partition(":")[0].strip(" -") for line in SITE.splitlines() if ":" in line and "# " not in line]


@given(st.sampled_from(KEYS), st.sampled_from(SCALARS), st.sampled_from(["", "---\n", "a: &a {b: *a}\n"]))
def test_an_inventory_with_any_odd_scalar_loads_or_is_refused_in_words(
    key: str, scalar: str, end: str
) -> None:
    lines = [f"{line.partition(':')[0]}: {scalar}" if line.strip(" -").startswith(f"{key}:") else line
             for line in SITE.splitlines()]  # fmt: skip
    try:
        inventory.read_site("\n".join(lines) + f"\n{end}", file="site.yaml")
    except InvalidInput as error:
        told_in_words(error)


LAUGHS = "a: &a [x, x]\n" + "".join(
    f"{two}: &{two} [*{one}, *{one}]\n" for one, two in pairwise("abcdefghijklmnopqrstuvwxyz")
)
MERGES = "a: &a {x: 1}\n" + LAUGHS.partition("\n")[2].replace("[*", "{<<: [*").replace("]", "]}")
PROFILE = """\
id: java8
title: a client
versions: [TLS 1.2]
suites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]
"""


@pytest.mark.parametrize("text", [LAUGHS, MERGES], ids=["laughs", "merges"])
def test_values_that_stand_for_billions_are_refused_at_once(text: str, tmp_path: Path) -> None:
    (path := tmp_path / "file.yaml").write_text(PROFILE + text, encoding="utf-8")
    with pytest.raises(InvalidInput, match=r'refers to the anchor "a"'):
        read_profile(path)
    (tmp_path / "brand.yaml").write_text(f"schema: 1\n{text}", encoding="utf-8")
    with pytest.raises(InvalidInput, match=r'refers to the anchor "a"'):
        inventory.read_site(SITE + text, file=str(tmp_path / "site.yaml"))


@given(
    st.sampled_from(["id", "title", "versions", "suites", "groups", "grease", "alpn"]),
    st.sampled_from(SCALARS),
)
def test_a_client_profile_with_any_odd_scalar_is_read_or_refused_in_words(
    tmp_path_factory: pytest.TempPathFactory, key: str, scalar: str
) -> None:
    kept = [line for line in PROFILE.splitlines() if not line.startswith(f"{key}:")]
    path = tmp_path_factory.getbasetemp() / "client.yaml"
    path.write_text("\n".join([*kept, f"{key}: {scalar}"]), encoding="utf-8")
    try:
        read_profile(path)
    except InvalidInput as error:
        told_in_words(error)
