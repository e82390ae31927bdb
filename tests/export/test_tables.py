"""Tables as CSV: safe in a spreadsheet, and nothing lost."""

import csv
import io

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from certlib import export

# What a spreadsheet may take for the beginning of a formula, or for the end of the cell before it.
FORMULA = tuple("=+-@\t\r\n＝＋－＠")  # noqa: RUF001 - these are meant


def read(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


words = st.text(st.characters(codec="utf-8"), max_size=30)
begun = st.builds("{}{}".format, st.sampled_from([*FORMULA, ""]), words)


@given(st.lists(st.tuples(words, begun)))
def test_no_text_of_a_table_is_a_formula_and_none_is_lost(rows: list[tuple[str, str]]) -> None:
    written = export.render_csv(pd.DataFrame(rows, columns=["=a", "b"]))
    head, *found = read(written)
    assert head == ["'=a", "b"]
    assert len(found) == len(rows)
    for cells, texts in zip(found, rows, strict=True):
        for cell, text in zip(cells, texts, strict=True):
            assert not cell.startswith(FORMULA)
            assert cell == (f"'{text}" if text.startswith(FORMULA) else text)


def test_numbers_stay_numbers_and_what_is_missing_is_empty() -> None:
    frame = pd.DataFrame({"a": [-5, 3], "b": [None, "x"], "c": [1.5, None], "d": ['quo"te', "a,b"]})
    assert export.render_csv(frame) == 'a,b,c,d\r\n-5,,1.5,"quo""te"\r\n3,x,,"a,b"\r\n'
