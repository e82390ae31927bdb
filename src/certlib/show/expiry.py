"""When certificates expire: a time line of the site by node, drawn here, and a table that says the same.

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
from certlib.language import Phrases
from certlib.show import states
from certlib.show.addresses import of_certificate
from certlib.show.markup import Child, Display, grouped_table, join, tag
from certlib.show.timeline import Group, Row, Scale, drawing
from certlib.text import cut, visible
from certlib.words import expiry_state

PICTURED = 14  # certificates of a node that a picture shows, and of all nodes together: it fits on a page
LABEL = 60  # characters of a node's name in a picture
RULE = Basis("inferred", rule="rule-expires-soon")


def expiry(evidence: Evidence) -> Display:
    """Every certificate by node, the next to expire first, and how long it lasts from the day that counts."""
    knowledge, day = load(evidence.site.report.language), frames.day_that_counts(evidence)
    say = knowledge.say
    found = frames.expiry_by_node(evidence)
    if found.empty:
        return Display(html=tag("p", say("expiry.none")), text=say("expiry.none"))
    nodes = {str(node) or say("expiry.not-sent"): rows for node, rows in found.groupby("node", sort=False)}
    scale = Scale(evidence.collected.date(), day, (SAME_WINDOW, SOON, NEXT))
    counted = "upgrade" if day == evidence.site.upgrade_date else "collection"
    html = join(
        tag("p", say(f"expiry.counted-{counted}", day=say.day(day)), states.basis_of(RULE, knowledge)),
        (_picture(part, scale, say) for part in _parts(nodes)),
        grouped_table(
            caption=say("expiry.caption"),
            columns=[
                *(say("expiry.certificate"), say("expiry.subject"), say("expiry.expires")),
                *(say("expiry.days-left"), say("expiry.state")),
            ],
            groups={node: _rows(rows, say) for node, rows in nodes.items()},
            class_="findings",
        ),
    )
    return Display(html=html, text=_text(nodes, say))


def _parts(nodes: Mapping[str, pd.DataFrame]) -> list[dict[str, pd.DataFrame]]:
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


def _picture(nodes: Mapping[str, pd.DataFrame], scale: Scale, say: Phrases) -> Markup:
    groups = [
        Group(_label(node), [_bar(number, row, say) for number, row in _numbered(rows.head(PICTURED))])
        for node, rows in nodes.items()
    ]
    last = say("expiry.days", days=scale.steps[-1])
    drawn = drawing(groups, scale, first=say("expiry.collected"), day=say("expiry.upgrade"), last=last)
    more = [
        say("expiry.more", node=node, all=len(rows), shown=PICTURED)
        for node, rows in nodes.items()
        if len(rows) > PICTURED
    ]
    alt = " ".join((say("expiry.picture", node=say.listed(*nodes)), *more))
    said = tag("figcaption", " ".join(more)) if more else None
    return tag("figure", tag("img", src=drawn, alt=alt), said)


def _label(node: str) -> str:
    """A node's name in letters that every font has; the table below has it as it is."""
    return cut("".join(letter if letter.isascii() else "?" for letter in visible(node)), LABEL)


def _bar(number: int, row: Mapping[Hashable, Any], say: Phrases) -> Row:
    return Row(
        f"{number}. {_pictured(row, say)}",
        expiry_state(row["state"], say),
        _day(row["not_before"]),
        _day(row["not_after"]),
    )


def _pictured(row: Mapping[Hashable, Any], say: Phrases) -> str:
    day = _date(row["not_after"], say)
    if row["sent_as"] == "chain":
        return say("expiry.chain", certificate=row["certificate"], day=day)
    return say("expiry.leaf", certificate=row["certificate"], day=day)


def _rows(rows: pd.DataFrame, say: Phrases) -> list[list[Child]]:
    return [
        [
            f"{number}. {_sent(row, say)}",
            tag("a", row["subject"] or say("expiry.no-name"), href=f"#{of_certificate(row['sha256'])}"),
            _date(row["not_after"], say),
            _left(row["days_left"], say),
            states.state(*expiry_state(row["state"], say)),
        ]
        for number, row in _numbered(rows)
    ]


def _sent(row: Mapping[Hashable, Any], say: Phrases) -> str:
    """A certificate and how it was sent: `RSA, of Finesse Tomcat`, `RSA, sent along by 2 web servers`."""
    servers = row["web_servers"].split(", ") if row["web_servers"] else []
    if not servers:
        return say("expiry.evidence-alone", certificate=row["certificate"])
    key = "of" if row["sent_as"] == "leaf" else "sent-by"
    if len(servers) == 1:
        return say(f"expiry.{key}", certificate=row["certificate"], server=servers[0])
    return say(f"expiry.{key}-several", certificate=row["certificate"], number=len(servers))


def _text(nodes: Mapping[str, pd.DataFrame], say: Phrases) -> str:
    lines = []
    for node, rows in nodes.items():
        lines.append(node)
        for number, row in _numbered(rows):
            _, symbol, word = expiry_state(row["state"], say)
            lines.append(f"  {number}. {_date(row['not_after'], say)}  {symbol} {word}  {_sent(row, say)}")
    return "\n".join(lines)


def _numbered(rows: pd.DataFrame) -> Iterable[tuple[int, dict[Hashable, Any]]]:
    return enumerate(rows.to_dict("records"), 1)


def _day(moment: object) -> date | None:
    return moment.date() if isinstance(moment, datetime) and not pd.isna(moment) else None


def _date(moment: object, say: Phrases) -> str:
    day = _day(moment)
    return f"{day:%Y-%m-%d}" if day else say("expiry.not-readable")


def _left(days: float | None, say: Phrases) -> str:
    return "" if days is None or pd.isna(days) else say.number(round(days))
