"""Details: a code and its fields, told in the language of the reader."""

from certlib.language import use_language
from certlib.reasons import Detail, describe, describe_in_english, is_known, make_detail, make_verbatim

DENIED = (
    make_detail("denied", alert="handshake_failure", offer="browser"),
    make_detail("version-alone", version="TLS 1.2"),
)


def test_a_detail_is_told_in_the_language_of_the_reader_part_by_part() -> None:
    assert describe_in_english(DENIED) == (
        "denied with handshake_failure, while the offer browser was answered; said of TLS 1.2 alone"
    )
    with use_language("de"):
        german = describe(DENIED)
    assert german == (
        "mit handshake_failure abgelehnt, während das Angebot browser beantwortet wurde; gilt nur für TLS 1.2"
    )


def test_what_no_text_says_is_shown_as_it_is() -> None:
    with use_language("de"):
        assert describe(make_verbatim("ECONNREFUSED")) == "ECONNREFUSED"
    assert make_verbatim("") == ()


def test_the_value_of_a_field_is_never_read_as_a_text_with_fields() -> None:
    with use_language("de"):
        assert describe((make_detail("waited", seconds="{seconds}"),)) == "{seconds} s gewartet"


def test_a_code_is_known_with_the_fields_of_its_text_alone() -> None:
    assert is_known(make_detail("waited", seconds=5))
    assert is_known(make_detail("not-asked-host"))
    assert all(map(is_known, make_verbatim("anything")))
    assert not is_known(Detail("waited"))
    assert not is_known(Detail("other"))
    assert not is_known(make_detail("waited", seconds=5, more=1))
    assert not is_known(make_detail("no-such-code"))
