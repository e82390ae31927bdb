"""When certificates expire: a time line of the site by node, drawn here, and a table that says the same.

No text of a certificate gets into a picture: its rows have the numbers of the table's, which has the names.
"""

from collections.abc import Hashable, Iterable, Mapping
from datetime import date, datetime
from typing import Any

import pandas as pd

from certlib import frames
from certlib.assess.figures import get_expiry_steps
from certlib.evidence import Evidence
from certlib.knowledge import Basis, load
from certlib.language import format_day, format_number, in_language_of_site, join_list, mark, say
from certlib.show.render import Display, render
from certlib.show.timeline import Group, Row, Scale, draw_timeline
from certlib.text import cut, make_visible
from certlib.words import find_expiry_state

EXPIRY_COUNTED_TEXTS = {
    "upgrade": mark("Days are counted from {day}, the planned day of the upgrade. "),
    "collection": mark("Days are counted from {day}, the day of the collection. "),
}

EXPIRY_TEXTS = {
    "of": mark("{certificate}, of {server}"),
    "sent-by": mark("{certificate}, sent along by {server}"),
}

EXPIRY_SEVERAL_TEXTS = {
    "of": mark("{certificate}, of {number} web servers"),
    "sent-by": mark("{certificate}, sent along by {number} web servers"),
}

PICTURED = 14  # certificates of a node that a picture shows, and of all nodes together: it fits on a page
LABEL = 60  # characters of a node's name in a picture
RULE = Basis("inferred", rule="rule-expires-soon")


@in_language_of_site
def expiry(evidence: Evidence) -> Display:
    """Every certificate by node, the next to expire first, and how long it lasts from the day that counts."""
    day = frames.find_day_that_counts(evidence)
    found = frames.expiry_by_node(evidence)
    nodes = {str(node) or say("Not sent by a node"): rows for node, rows in found.groupby("node", sort=False)}
    scale = Scale(evidence.collected.date(), day, get_expiry_steps(load()))
    counted = "upgrade" if day == evidence.site.upgrade_date else "collection"
    html = render(
        "expiry",
        evidence.site,
        counted=say(EXPIRY_COUNTED_TEXTS[counted], day=format_day(day)),
        rule=RULE,
        pictures=[_draw_picture(part, scale) for part in _split_nodes(nodes)],
        nodes={node: _list_rows(rows) for node, rows in nodes.items()},
    )
    return Display(html=html, text=_render_text(nodes) or say("No certificate was received."))


def _split_nodes(nodes: Mapping[str, pd.DataFrame]) -> list[dict[str, pd.DataFrame]]:
    """The nodes in their order, as many in each part as a picture has room for."""
    parts: list[dict[str, pd.DataFrame]] = []
    taken = PICTURED
    for node, rows in nodes.items():
        needed = min(len(rows), PICTURED)
        if taken + needed > PICTURED:
            parts.append({})
            taken = 0
        parts[-1][node] = rows
        taken += needed
    return parts


def _draw_picture(nodes: Mapping[str, pd.DataFrame], scale: Scale) -> dict[str, str]:
    groups = [
        Group(
            _make_label(node), [_make_bar(number, row) for number, row in _number_rows(rows.head(PICTURED))]
        )
        for node, rows in nodes.items()
    ]
    last = say("+{days} days", days=scale.steps[-1])
    drawn = draw_timeline(groups, scale, first=say("collected"), day=say("upgrade"), last=last)
    more = [
        say(
            "Of the {all} certificates of {node} it shows the next {shown} to expire.",
            node=node,
            all=len(rows),
            shown=PICTURED,
        )
        for node, rows in nodes.items()
        if len(rows) > PICTURED
    ]
    alt = say(
        "Time line of the certificates of {node}; the table below has the same dates.",
        node=join_list(*nodes),
    )
    return {"source": drawn, "alt": " ".join((alt, *more)), "more": " ".join(more)}


def _make_label(node: str) -> str:
    """A node's name in letters that every font has; the table below has it as it is."""
    return cut("".join(letter if letter.isascii() else "?" for letter in make_visible(node)), LABEL)


def _make_bar(number: int, row: Mapping[Hashable, Any]) -> Row:
    return Row(
        f"{number}. {_name_pictured(row)}",
        find_expiry_state(row["state"]),
        _read_day(row["not_before"]),
        _read_day(row["not_after"]),
    )


def _name_pictured(row: Mapping[Hashable, Any]) -> str:
    day = _format_date(row["not_after"])
    if row["sent_as"] == "chain":
        return say("{certificate}, chain, {day}", certificate=row["certificate"], day=day)
    return say("{certificate}, {day}", certificate=row["certificate"], day=day)


def _list_rows(rows: pd.DataFrame) -> list[dict[str, object]]:
    return [
        {
            "number": number,
            "sent": _describe_sent(row),
            "subject": row["subject"],
            "sha256": row["sha256"],
            "ends": _format_date(row["not_after"]),
            "days_left": _format_days_left(row["days_left"]),
            "state": find_expiry_state(row["state"]),
        }
        for number, row in _number_rows(rows)
    ]


def _describe_sent(row: Mapping[Hashable, Any]) -> str:
    """A certificate and how it was sent: `RSA, of Finesse Tomcat`, `RSA, sent along by 2 web servers`."""
    servers = row["web_servers"].split(", ") if row["web_servers"] else []
    if not servers:
        return say("{certificate}, of the evidence alone", certificate=row["certificate"])
    key = "of" if row["sent_as"] == "leaf" else "sent-by"
    if len(servers) == 1:
        return say(EXPIRY_TEXTS[key], certificate=row["certificate"], server=servers[0])
    return say(EXPIRY_SEVERAL_TEXTS[key], certificate=row["certificate"], number=len(servers))


def _render_text(nodes: Mapping[str, pd.DataFrame]) -> str:
    lines = []
    for node, rows in nodes.items():
        lines.append(node)
        for number, row in _number_rows(rows):
            _, symbol, word = find_expiry_state(row["state"])
            lines.append(
                f"  {number}. {_format_date(row['not_after'])}  {symbol} {word}  {_describe_sent(row)}"
            )
    return "\n".join(lines)


def _number_rows(rows: pd.DataFrame) -> Iterable[tuple[int, dict[Hashable, Any]]]:
    return enumerate(rows.to_dict("records"), 1)


def _read_day(moment: object) -> date | None:
    return moment.date() if isinstance(moment, datetime) and not pd.isna(moment) else None


def _format_date(moment: object) -> str:
    day = _read_day(moment)
    return f"{day:%Y-%m-%d}" if day else say("not readable")


def _format_days_left(days: float | None) -> str:
    return "" if days is None or pd.isna(days) else format_number(round(days))
