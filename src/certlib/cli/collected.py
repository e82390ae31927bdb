"""What a collection will ask, and what it brought, in lines for a terminal."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from certlib.reasons import Reason
from certlib.text import make_visible

if TYPE_CHECKING:  # each command loads what it needs, when it runs
    from certlib.collect import Contact, Limits
    from certlib.evidence import Evidence, Presentation
    from certlib.inventory import Endpoint
    from certlib.x509 import Certificate


_LINES = 20  # of endpoints below one heading


def describe_plan(contacts: "Sequence[Contact]", limits: "Limits") -> str:
    """Every endpoint with its first offers in a line of its own, then what may follow."""
    from certlib.collect import MOST_ADDRESSES
    from certlib.inventory.values import is_ip

    if not contacts:
        return "Nothing is left to ask."
    rows = [
        (
            make_visible(contact.endpoint.node),
            contact.endpoint.title,
            _format_address(contact.endpoint),
            ", ".join((*contact.offers, *(("HSTS",) if contact.page else ())))
            + (", at further addresses of the name" if contact.answered_at else ""),
        )
        for contact in contacts
    ]
    widths = [max(map(len, column)) for column in list(zip(*rows, strict=True))[:3]]
    lines = ["  ".join((*map(str.ljust, row[:3], widths), row[3])) for row in rows]
    further = ", ".join(dict.fromkeys(offer for contact in contacts for offer in contact.if_needed))
    lines.append("")
    if further:
        lines.append(
            f"A port where nobody listens gets the first offer alone. Where answers call for it: {further}."
        )
    if not all(is_ip(contact.endpoint.address) for contact in contacts):
        lines.append(
            "Of a name with several addresses the first that takes a connection is asked so, each further one"
            f" by the offer browser alone; at most {MOST_ADDRESSES} addresses of a name."
        )
    lines.append(
        f"Connections to one address at a time: {limits.per_address}"
        + (f", with {limits.pause_seconds:g} s between two" if limits.pause_seconds else "")
        + f"; each is given {limits.answer_seconds:g} s to answer."
    )
    return "\n".join((*lines, f"{_count_of(contacts)}; nothing was contacted."))


def _count_of(things: Sequence[object]) -> str:
    return "1 endpoint" if len(things) == 1 else f"{len(things)} endpoints"


def describe_collected(evidence: "Evidence", file: Path) -> str:
    """How many endpoints presented a certificate; and by its reason each from which something is missing."""
    from certlib import list_endpoints

    rows: dict[str, list[Presentation]] = {}
    for row in evidence.presentations:
        rows.setdefault(row.endpoint, []).append(row)
    every, presented = (
        list_endpoints(evidence.site),
        {row.endpoint for row in evidence.presentations if row.chain},
    )
    silent, refusing, halved = [], [], []
    for one in every:
        if not (asked := rows.get(one.id)):
            continue
        given, why = {row.offer: row for row in asked}, _explain_row(one, asked)
        first = given.get("browser", asked[0])
        if one.id not in presented:
            silent.append(why(first))
            continue
        if not first.chain:
            refusing.append(why(first))
        halved += [why(row, kind) for kind, row in _open_kinds(given, evidence.certificates)]
    counted = f"{len(presented)} of {_count_of(every)} presented a certificate; evidence in {file}"
    return "\n".join(
        (
            counted,
            *_list_lines(silent, ""),
            *_list_lines(
                refusing, "Nothing for agents' browsers, though another client was given a certificate:"
            ),
            *_list_lines(halved, "Not known whether there is a certificate of this kind:"),
        )
    )


def _explain_row(endpoint: "Endpoint", rows: "Sequence[Presentation]") -> Callable[..., str]:
    """Says of one of an endpoint's rows where it was asked, and why nothing came."""
    from certlib import knowledge, words

    place = f"{make_visible(endpoint.node)}, {endpoint.title}, {_format_address(endpoint)}"

    def why(row: "Presentation", kind: str = "") -> str:
        return f"  {place}{kind and f', {kind}'}: {words.describe_reason(row, rows, knowledge.load())}"

    return why


def _open_kinds(
    given: "Mapping[str, Presentation]", certificates: "Mapping[str, Certificate]"
) -> "Iterator[tuple[str, Presentation]]":
    """The kinds of which an endpoint neither gave a certificate nor denied that there is one."""
    leaves = {row.leaf for row in given.values()} & certificates.keys()
    keys = {certificates[leaf].key_type for leaf in leaves if leaf}
    for kind, key in (("rsa", "rsa"), ("ecdsa", "ec")):
        rows = [row for offer, row in given.items() if offer.partition("-")[0] == kind]
        settled = key in keys or any(row.chain or row.reason is Reason.NO_SUCH_CERTIFICATE for row in rows)
        if rows and not settled:
            yield kind.upper(), next((row for row in rows if row.offer == kind), rows[0])


def _list_lines(lines: Sequence[str], heading: str) -> Iterator[str]:
    """Lines below their heading, the first of many."""
    if lines and heading:
        yield heading
    yield from lines[:_LINES]
    if len(lines) > _LINES:
        yield f"  and {len(lines) - _LINES} more; the report names them all"


def _format_address(endpoint: "Endpoint") -> str:
    """Address and port; an IPv6 address in brackets."""
    address = make_visible(endpoint.address)
    return f"[{address}]:{endpoint.port}" if ":" in address else f"{address}:{endpoint.port}"
