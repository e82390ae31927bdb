"""When certificates expire: a time line for each node, drawn here, and a table that says the same.

No text of a certificate gets into a picture: its rows have the numbers of the table's, which has the names.
"""

from collections.abc import Hashable, Iterable, Mapping
from datetime import date, datetime
from typing import Any

import pandas as pd
from markupsafe import Markup

from certlib import frames
from certlib.assess.checks.expires_soon import NEXT, SAME_WINDOW, SOON
from certlib.evidence import Evidence
from certlib.knowledge import Basis, load
from certlib.show import states
from certlib.show.markup import Child, Display, grouped_table, join, tag
from certlib.show.matrix import SHORT
from certlib.show.timeline import Row, Scale, drawing
from certlib.words import EXPIRES

PICTURED = 14  # certificates of a node that its picture shows, so that it fits on a page
NONE = "No certificate was received."
NOT_SENT = "Not sent by a node"
CHAIN = {"chain": ", chain"}
RULE = Basis("inferred", rule="rule-expires-soon")


def expiry(evidence: Evidence) -> Display:
    """Every certificate by node, the next to expire first, and how long it lasts from the day that counts."""
    knowledge, day = load(), frames.day_that_counts(evidence)
    found = frames.expiry_by_node(evidence)
    if found.empty:
        return Display(html=tag("p", NONE), text=NONE)
    nodes = {str(node) or NOT_SENT: rows for node, rows in found.groupby("node", sort=False)}
    scale = Scale(evidence.collected.date(), day, (SAME_WINDOW, SOON, NEXT))
    upgrade = (
        "the planned day of the upgrade" if day == evidence.site.upgrade_date else "the day of the collection"
    )
    html = join(
        tag("p", f"Days are counted from {day:%-d %B %Y}, {upgrade}. ", states.basis_of(RULE, knowledge)),
        (_picture(node, rows, scale) for node, rows in nodes.items()),
        grouped_table(
            caption="When certificates expire",
            columns=["Certificate", "Subject", "Expires", "Days left", "State"],
            groups={node: _rows(rows) for node, rows in nodes.items()},
            class_="findings",
        ),
    )
    return Display(html=html, text=_text(nodes))


def _picture(node: str, rows: pd.DataFrame, scale: Scale) -> Markup:
    shown = rows.head(PICTURED)
    lines = [
        Row(
            f"{number}. {row['certificate']}{CHAIN.get(row['sent_as'], '')}, {_date(row['not_after'])}",
            EXPIRES[row["state"]],
            _day(row["not_before"]),
            _day(row["not_after"]),
        )
        for number, row in _numbered(shown)
    ]
    drawn = drawing(lines, scale, first="collected", day="upgrade")
    more = (
        f" Of {len(rows)} certificates it shows the next {len(shown)} to expire."
        if len(rows) > len(shown)
        else ""
    )
    alt = f"Time line of the certificates of {node}; the table below has the same dates.{more}"
    return tag("figure", tag("figcaption", tag("strong", node), more), tag("img", src=drawn, alt=alt))


def _rows(rows: pd.DataFrame) -> list[list[Child]]:
    return [
        [
            f"{number}. {row['certificate']}, {_sent(row)}",
            tag("a", row["subject"] or "without a name", href=f"#certificate-{row['sha256'][:SHORT]}"),
            _date(row["not_after"]),
            _left(row["days_left"]),
            states.state(*EXPIRES[row["state"]]),
        ]
        for number, row in _numbered(rows)
    ]


def _sent(row: Mapping[Hashable, Any]) -> str:
    """How a certificate was sent: `of Finesse Tomcat`, `of 5 web servers`, `sent along by 2 web servers`."""
    servers = row["web_servers"].split(", ") if row["web_servers"] else []
    if not servers:
        return "of the evidence alone"
    who = servers[0] if len(servers) == 1 else f"{len(servers)} web servers"
    return f"{'of' if row['sent_as'] == 'leaf' else 'sent along by'} {who}"


def _text(nodes: Mapping[str, pd.DataFrame]) -> str:
    lines = []
    for node, rows in nodes.items():
        lines.append(node)
        for number, row in _numbered(rows):
            _, symbol, word = EXPIRES[row["state"]]
            lines.append(
                f"  {number}. {_date(row['not_after'])}  {symbol} {word}  {row['certificate']}, {_sent(row)}"
            )
    return "\n".join(lines)


def _numbered(rows: pd.DataFrame) -> Iterable[tuple[int, dict[Hashable, Any]]]:
    return enumerate(rows.to_dict("records"), 1)


def _day(moment: object) -> date | None:
    return moment.date() if isinstance(moment, datetime) and not pd.isna(moment) else None


def _date(moment: object) -> str:
    day = _day(moment)
    return f"{day:%Y-%m-%d}" if day else "not readable"


def _left(days: float | None) -> str:
    return "" if days is None or pd.isna(days) else f"{days:.0f}"
