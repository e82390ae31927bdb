"""Evidence of schema 1 is read: its prose becomes codes once."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certlib import evidence
from certlib.errors import InvalidInput
from certlib.evidence.schema1 import read_prose, upgrade
from certlib.language import list_fields
from certlib.reasons import DETAIL_TEXTS, Detail, describe_in_english, is_known, make_detail, make_verbatim

SAMPLE = Path(__file__).with_name("schema1.json")  # what a collection of that time wrote


@pytest.mark.parametrize("code", DETAIL_TEXTS)
def test_each_text_is_read_as_its_code(code: str) -> None:
    written = make_detail(code, **dict.fromkeys(list_fields(DETAIL_TEXTS[code]), "57"))
    assert read_prose(describe_in_english((written,))) == (written,)


def test_a_text_of_several_parts_becomes_one_detail_for_each() -> None:
    assert read_prose("ECONNRESET; bytes received: 20") == (
        *make_verbatim("ECONNRESET"),
        Detail("received", {"bytes": "20"}),
    )
    assert read_prose("") == ()


@given(st.text() | st.lists(st.sampled_from([*DETAIL_TEXTS.values(), "HTTP", ""])).map("; ".join))
def test_whatever_was_written_is_shown_word_for_word(text: str) -> None:
    details = read_prose(text)
    assert describe_in_english(details) == text
    assert all(map(is_known, details))


def test_prose_is_turned_to_codes_wherever_it_stood() -> None:
    old = {
        "schema": 1,
        "presentations": [{"detail": "waited 3 s", "offer": "rsa"}],
        "elsewhere": [{"detail": ""}],
        "hsts": [{"failure": "refused (ECONNREFUSED)", "not_followed": "there are more than 4 redirects"}],
        "names": [{"failure": "the name has no IP address"}, {}],
    }
    new = upgrade(old)
    assert new["schema"] == 2
    assert new["presentations"] == [
        {"detail": [{"code": "waited", "fields": {"seconds": "3"}}], "offer": "rsa"}
    ]
    assert new["elsewhere"] == [{"detail": []}]
    assert new["hsts"] == [
        {
            "failure": [{"code": "other", "fields": {"text": "refused (ECONNREFUSED)"}}],
            "not_followed": [{"code": "redirect-many", "fields": {"most": "4"}}],
        }
    ]
    assert new["names"] == [{"failure": [{"code": "name-without-address", "fields": {}}]}, {}]


def test_a_file_of_schema_1_is_read_and_written_in_schema_2(tmp_path: Path) -> None:
    found = evidence.read(SAMPLE)
    evidence.write(found, tmp_path / "evidence.json")
    assert json.loads((tmp_path / "evidence.json").read_text(encoding="utf-8"))["schema"] == 2
    assert evidence.read(tmp_path / "evidence.json") == found


def test_a_damaged_file_of_schema_1_is_refused_as_any_other(tmp_path: Path) -> None:
    raw = json.loads(SAMPLE.read_text(encoding="utf-8"))
    assert raw["schema"] == 1
    first, *others = raw["certificates"]
    path = tmp_path / "evidence.json"
    path.write_text(
        json.dumps({**raw, "certificates": {**raw["certificates"], first: raw["certificates"][others[0]]}})
    )
    with pytest.raises(InvalidInput, match="another SHA-256"):
        evidence.read(path)
    path.write_text(json.dumps({**raw, "presentations": [5, {"detail": 5}], "names": 5}))
    with pytest.raises(InvalidInput, match=r"presentations\[1\]\.detail"):
        evidence.read(path)
