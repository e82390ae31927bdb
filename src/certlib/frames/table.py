"""What every frame is made of: rows of plain text, numbers and dates below fixed columns."""

from collections.abc import Iterable, Mapping

import pandas as pd

from certlib.text import make_visible

Row = Mapping[str, object]


def make_frame(rows: Iterable[Row], columns: tuple[str, ...]) -> pd.DataFrame:
    """Rows as a frame with these columns, also when there are none."""
    return pd.DataFrame(list(rows), columns=list(columns))


def make_text(value: object) -> str:
    """A value that came from outside as visible text; nothing where there is none."""
    return "" if value is None else make_visible(str(value))
