"""The sentences of the checks that name a site's own nodes, web servers and dates."""

from collections.abc import Sequence
from datetime import date, datetime

from certlib.assess import words
from certlib.assess.context import Context
from certlib.assess.model import Cell, NodeState, Observed
from certlib.assess.proof import Way
from certlib.knowledge import Expected, Knowledge, Row
from certlib.reasons import Reason

RESOLVED = "Every name that has an address of its own in the inventory resolved to that address."
NO_NAMES = "The inventory gives no address beside a name, or nobody looked a name up."
REFUSED_CHAIN = (
    "See what the other findings say of the certificate and its CA, and open the web server's page in an "
    "agent's browser."
)
NO_TRUSTED_CAS = (
    "The inventory names no CA that the agents' PCs trust, so whether they trust the certificates "
    "was not judged."
)


def differs(where: str, observed: Observed, expected: Sequence[Expected]) -> str:
    """A web server that presents something else than expected, and what that may mean."""
    if observed.browser is None:
        return f"{where}: {words.REFUSED} Agents' browsers cannot open it."
    seen = f"{words.KEYS.get(observed.identity or '', 'another key')}, {words.KINDS[observed.kind]}"
    wanted = words.joined((f"{words.KEYS[one.identity]}, {words.KINDS[one.kind]}" for one in expected), "or")
    return f"{where}: {seen}; expected {wanted}. {words.clash(observed, expected)}"


def unlike(first: NodeState, second: NodeState, what: Sequence[str], knowledge: Knowledge) -> str:
    """How two nodes of a pair differ."""
    one, other = words.state(first, knowledge), words.state(second, knowledge)
    return (
        f"{first.node} and {second.node} differ in {words.joined(what)}. {first.node}: {one} "
        f"{second.node}: {other}"
    )


COVERED_BY_COP = (
    "On every node the COP is installed; Cisco documents that only RSA certificates are presented then."
)


def covered(row: Row) -> str:
    """A site that is a row of Cisco's table."""
    kinds = f"tomcat {words.KINDS[row.tomcat]}, tomcat-ECDSA {words.KINDS[row.tomcat_ecdsa]}"
    return f"The site is a combination of Cisco's table ({kinds}). {row.text}"


def not_covered(states: Sequence[NodeState], knowledge: Knowledge) -> str:
    """Why Cisco's table does not cover a site."""
    parts = []
    if any(one.cops for one in states):
        parts.append("a COP is installed")
    releases = {one.release for one in states} - {
        name for row in knowledge.rows.values() for name in row.releases
    }
    if releases:
        parts.append(f"it is about other releases than {words.joined(sorted(releases))}")
    if any(one.tomcat is None or not (one.tomcat_ecdsa or one.cops) for one in states):
        parts.append("not every certificate was seen")
    if len({(one.tomcat, one.tomcat_ecdsa, bool(one.cops)) for one in states}) > 1:
        parts.append("the nodes differ")
    if not parts:
        parts.append("the combination of the certificates is none of its rows")
    return (
        f"Cisco's table does not cover the site: {words.joined(parts)}. What is expected is "
        f"worked out from rules."
    )


def dead(context: Context, node: str, cells: Sequence[Cell]) -> str:
    """A node of which no web server answered: the reasons, each with its ports."""
    places = {one.id: f"{one.port} ({one.title})" for one in context.endpoints}
    ports: dict[str, list[str]] = {}
    for cell in cells:
        seen = cell.observed
        why = context.knowledge.reasons[(seen.reason if seen and seen.reason else Reason.NOT_ASKED).value]
        said = f"{why.sentence}" + (f" ({seen.detail})" if seen and seen.detail else "")
        ports.setdefault(said, []).append(places[cell.endpoint])
    parts = [
        f"{'Ports' if len(those) > 1 else 'Port'} {words.joined(those)}: {said}"
        for said, those in ports.items()
    ]
    return f"None of the {len(cells)} web servers of {node} answered. {' '.join(parts)}"


def unreadable(sha: str, endpoints: Sequence[str], fields: Sequence[str]) -> str:
    """A certificate with fields that can't be read, or without its bytes."""
    where = words.joined([*endpoints[:3], *([f"{len(endpoints) - 3} more"] if len(endpoints) > 3 else [])])
    what = f"could not be read ({words.joined(fields)})" if fields else "is missing from the evidence"
    return f"The certificate {sha[:16]}…, sent by {where}, {what}."


def not_valid(node: str, begin: datetime | None, end: datetime, day: date) -> str:
    """A leaf outside its validity."""
    if begin and begin.date() > day:
        return f"A certificate of {node} is not valid before {begin:%-d %B %Y}."
    return f"A certificate of {node} is valid until {end:%-d %B %Y}, and no longer on {day:%-d %B %Y}."


def all_valid(day: date) -> str:
    """Every leaf is valid."""
    return f"Every certificate of a web server is valid on {day:%-d %B %Y}."


def leaking(seen: Observed, versions: Sequence[str]) -> str:
    """A COP that does not reach every client."""
    said = f" in {words.joined(versions)}" if versions else ""
    who = "a browser" if seen.identity == "tomcat-ECDSA" else "clients that ask for ECDSA alone"
    return f"{seen.endpoint} gives an ECDSA certificate to {who}{said}, although the inventory lists the COP."


def untrusted(node: str, way: Way, day: date) -> str:
    """A CA that the inventory does not list, or to which the way is broken on a day."""
    start = (
        f"A certificate of {node} does not lead to a CA which the inventory lists as trusted by the agents'"
    )
    if way.ended:
        return f"{start} PCs on {day:%-d %B %Y}: a CA certificate on the way is not valid then."
    return (
        f"{start} PCs; neither cryptography's verifier ({way.refusal}) nor the signatures lead there."
        " A public CA that browsers bring along may be fine."
    )


def led_by_signatures(node: str, way: Way, day: date) -> str:
    """A chain that the verifier refuses and that leads to a trusted CA nevertheless."""
    return (
        f"A certificate of {node} leads to a CA which the inventory lists, by the CAs' names and signatures, "
        f"on {day:%-d %B %Y}; cryptography's verifier refuses the chain: {way.refusal}."
    )


def led_by_verifier(day: date) -> str:
    """Every chain passes the verifier."""
    return (
        "Every certificate that a CA signed leads to a CA which the inventory lists as trusted by the "
        f"agents' PCs; cryptography's verifier confirmed each chain for {day:%-d %B %Y}."
    )


def signed_by_rsa(node: NodeState, *, fails: bool, off: bool) -> str:
    """An ECDSA certificate that an RSA CA signed, or may have."""
    if node.tomcat_ecdsa is None:
        return f"{node.node}: {words.ECDSA_DEDUCED if node.ecdsa_deduced else words.ECDSA_UNKNOWN}"
    start = f"{node.node}: an RSA CA signed tomcat-ECDSA"
    if off:
        return f"{start}; the installed COP keeps it from the clients."
    if not fails:
        return f"{start}; UCCX 11.5 does not present it, so it brings nothing."
    return f"{start}; Cisco documents that chat, e-mail and the page then do not load (CSCvb58580)."


def not_resolved(name: str, address: str, failure: str) -> str:
    """A name that the collecting PC could not look up."""
    return (
        f"{name} was asked at {address}; the name server of the collecting PC did not resolve the name "
        f"({failure}). Whether that of the agents' PCs does was not seen."
    )


def resolved_elsewhere(name: str, found: Sequence[str], address: str, meant: Sequence[str]) -> str:
    """A name that leads to another machine than the one that was asked."""
    by_name = "" if tuple(meant) == (address,) else f" ({words.joined(meant) or 'not resolved'})"
    return f"{name} resolves to {words.joined(found)}; it was asked at {address}{by_name}."


def another_leaf(where: str, identity: str) -> str:
    """A web server with another leaf than its node's others."""
    return f"{where} presents another {identity} certificate than most web servers of the node."


def not_named(node: str, titles: Sequence[str]) -> str:
    """A leaf without its node's name."""
    return (
        f"The certificate of {words.joined(titles)} on {node} does not have {node} among its subject "
        f"alternative names."
    )
