"""Text made visible."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from certlib.text import cut, make_visible, quote


def test_what_hides_or_reorders_is_spelled_out() -> None:
    assert make_visible("a\u202eb\x00\n\ud800\ue000\u0378\u2028") == (
        r"a\u{202E}b\u{0000}\u{000A}\u{D800}\u{E000}\u{0378}\u{2028}"
    )


def test_what_people_write_stays() -> None:
    assert make_visible("Müller & Söhne, 東京, 10\u00a0%") == "Müller & Söhne, 東京, 10\u00a0%"


@given(st.text(st.characters()))
def test_visible_text_is_one_line_without_hidden_characters_and_stays_as_it_is(text: str) -> None:
    shown = make_visible(text)
    assert not [char for char in shown if unicodedata.category(char)[0] == "C"]
    assert len(shown.splitlines()) <= 1
    assert make_visible(shown) == shown


def test_a_long_text_is_cut_with_a_mark() -> None:
    assert cut("abcdef", 6) == "abcdef"
    assert cut("abcdefg", 6) == "abcdef… (7 characters)"
    assert quote("x\ty") == r'"x\u{0009}y"'
