"""The sentences that name a site's own nodes, web servers and dates.

What is known in general stands in the knowledge files.
"""

from collections.abc import Iterable, Sequence

from certlib.assess.model import Experience, NodeState, Observed
from certlib.assess.trust import Trust
from certlib.inventory import CONTEXT_ROLES
from certlib.knowledge import Expected, Knowledge, Option, Row, WebServer
from certlib.knowledge.model import Identity, Outcome
from certlib.language import Phrases, phrases
from certlib.x509 import Kind

TODAY = "today"
NO_RULE = "Neither Cisco's table nor a rule speaks of this role or release."
FURTHER = "Observed only; Cisco's table does not speak of this endpoint."
CERT_TYPE = "The node's certificate type (show tls server cert_type) is not known."
CERT_TYPE_ECDSA = "The node's certificate type is ecdsa; which web servers it moves is not published."
ECDSA_UNKNOWN = "The node's tomcat-ECDSA was not seen, so each kind of it is possible."
ECDSA_DEDUCED = (
    "No offer brought tomcat-ECDSA, which on this release means that an RSA CA signed it, or that "
    "a COP is installed"
    " which the inventory does not list; certlib takes the first. `show cert own tomcat-ECDSA` and"
    " `show version active` on the node settle it."
)
RSA_SIGNED_EC_OPEN = (
    "If an RSA CA signed tomcat-ECDSA, Cisco documents that SocialMiner fails (CSCvb58580); what "
    "was observed does not show it."
)
TRUST_ASSUMED = "Taken: the agents' PCs trust the CA, of which the inventory says nothing."
TRUST_NEW_CA = "Taken: the agents' PCs trust the CA that will sign."
WORKS = "Every certificate that is presented leads to a CA which the agents' PCs trust."
PROMPT = "The agent is asked to accept a certificate, and can."
CANNOT = "The agent is asked to accept a certificate, and the browser does not keep it."
SHADOWED = "The same host shows a trusted certificate on another port, so the acceptance does not last."
KEPT_PER_PORT = (
    "The same host shows a trusted certificate on another port; this browser keeps what is accepted for each "
    "port, so it lasts unless the browser knows the host by HSTS."
)
KNOWN_BY_HSTS = (
    "A page of the same host was seen to send HSTS, and agents' browsers load it without an error; knowing "
    "the host by it, they let nobody accept a certificate there."
)
LIKE_RSA_SIGNED = (
    "The cause was not seen; it fits a tomcat-ECDSA that an RSA CA signed, with which Cisco documents that"
    " chat, e-mail and SocialMiner's page do not load (CSCvb58580)."
)
REFUSED = (
    "The web server ends the connection with a browser, yet gives a certificate to a client that "
    "asks for one kind alone."
)

KEYS = {"tomcat": "RSA", "tomcat-ECDSA": "ECDSA"}
KINDS = {
    "self-signed": "self-signed",
    "rsa-ca": "signed by an RSA CA",
    "ec-ca": "signed by an EC CA",
    "other-ca": "signed by a CA with another kind of key",
    "unreadable": "unreadable",
    None: "not seen",
}
OUTCOMES: dict[Outcome, str] = {
    "works": "works",
    "prompt": "brings a prompt",
    "cannot-be-accepted": "brings a certificate that cannot be accepted",
    "does-not-load": "does not load",
    "open": "is open",
}
_TRUST = {
    "assumed": "{place} presents a certificate signed by a CA.",
    "listed": "{place} presents a certificate that the agents' PCs trust.",
    "self-signed": "{place} presents a self-signed certificate.",
    "not-listed": (
        "{place} presents a certificate of a CA that is not among those which the inventory lists as trusted."
    ),
    "ca-ended": (
        "{place} presents a certificate that leads to a trusted CA only by a CA certificate that is not "
        "valid then."
    ),
    "expired": "{place} presents a certificate that has expired by then.",
    "not-yet-valid": "{place} presents a certificate that is not valid yet.",
    "unknown": "{place} presents a certificate that could not be read.",
    "new-ca": "{place} will present a certificate signed by a CA.",
}


def key(identity: Identity | None, say: Phrases) -> str:
    """The kind of key by which an identity is told."""
    return say(f"key.{identity}") if identity else say("key.other")


def kind(found: Kind | None, say: Phrases) -> str:
    """How a certificate is signed, in a sentence."""
    return say(f"signed.{found or 'not-seen'}")


def unseen(say: Phrases, *, deduced: bool) -> str:
    """A tomcat-ECDSA that nobody was given: what follows from that, or that nothing does."""
    return say("words.ecdsa-deduced") if deduced else say("words.ecdsa-unknown")


def joined(parts: Iterable[str], word: str = "and") -> str:
    """Parts as a list in a sentence: "a, b and c"."""
    *first, last = list(parts) or [""]
    return f"{', '.join(first)} {word} {last}" if first else last


def own_certificate(*, known: bool) -> str:
    """A web server that presents neither of its node's two identities, or of which that is not known."""
    if known:
        return "Presents a certificate of its own, neither tomcat nor tomcat-ECDSA."
    return "Which certificate it presents was not found."


def not_there(release: str) -> str:
    """A web server that a release does not have, in a cell."""
    return f"does not exist on {release}"


def gone(server: WebServer, release: str) -> str:
    """The same as a sentence."""
    return f"{server.title} does not exist on {release}."


def off_by_default(since: str) -> str:
    """A web server that answers only where somebody switched it on, in a cell."""
    return f"off by default from {since} on" if since else "off by default"


def new(since: str, *, told: bool) -> str:
    """A web server that comes with a release, in a cell. `told`: a document says that it is new."""
    return f"new with {since}" if told else f"listed from {since} on"


def comes(server: WebServer, since: str, *, told: bool) -> str:
    """The same as a sentence."""
    if told:
        return f"{server.title} is new with {since}."
    return f"{server.title} is listed from {since} on; whether earlier releases have it was not found."


def capital(text: str) -> str:
    """A sentence's beginning."""
    return text[:1].upper() + text[1:]


def place(server: WebServer | None, node: str, say: Phrases = phrases()) -> str:  # noqa: B008
    """A web server and its node."""
    return say("words.place", server=server.short if server else say("words.endpoint"), node=node)


def cell_place(row: Row, server: WebServer) -> str:
    """Where a cell stands in Cisco's table."""
    return f"{row.basis.section}, column {server.column}"


def presents(expected: Sequence[Expected]) -> str:
    """What is expected of a web server."""
    if not expected:
        return "What it presents is not known, since the certificate was not seen."
    return f"Presents {joined((f'{KEYS[one.identity]}, {KINDS[one.kind]}' for one in expected), 'or')}."


def state(node: NodeState, knowledge: Knowledge) -> str:
    """A node's identities and COPs."""
    if node.role in CONTEXT_ROLES:
        return "Named as context; nothing was asked there."
    parts = [f"tomcat: {KINDS[node.tomcat]}"]
    if node.tomcat_ecdsa:
        parts.append(f"tomcat-ECDSA: {KINDS[node.tomcat_ecdsa]}")
    elif node.era in ("automatic", "opt-in") or node.era is None:
        parts.append("tomcat-ECDSA: not seen")
    else:
        parts.append(f"no tomcat-ECDSA in {node.release}")
    if node.era == "opt-in" and node.cert_type != "unknown":
        parts.append(f"certificate type: {node.cert_type}")
    parts += [knowledge.cops[cop].title if cop in knowledge.cops else f"COP {cop}" for cop in node.cops]
    return "; ".join(parts) + "."


def after_upgrade(releases: Sequence[str]) -> str:
    """The title of the scenario after the upgrade."""
    names = sorted(set(releases))
    return f"after the upgrade to {joined(names)}, if nothing is done"


def stopped_at(release: str) -> str:
    """The title of the scenario at a stop on the way of an upgrade."""
    return f"if the upgrade stops at {release}, and nothing is done"


def product(role: str, release: str, knowledge: Knowledge) -> str:
    """What a role's product is called in a release."""
    found = knowledge.releases.get(release)
    if role != "socialminer":
        return "Unified CCX"
    return found.socialminer_name if found else "SocialMiner"


def hop(name: str, since: str, to: str) -> str:
    """A hop that can be made in one go."""
    return f"{name} goes from {since} to {to} in one hop."


def hop_unknown(name: str, since: str, to: str) -> str:
    """A hop of which no source tells."""
    return (
        f"Whether {name} goes from {since} to {to} in one hop is not published; ask Cisco before the "
        f"maintenance window is planned."
    )


def cops_before(cops: Sequence[str]) -> str:
    """The COP files that a hop needs."""
    if not cops:
        return "Cisco lists no COP file to install before."
    return (
        f"On each of these nodes, in any order, the COP files whose names begin with {joined(cops)}; "
        f"without them the upgrade fails."
    )


def cops_unknown(to: str) -> str:
    """A hop whose COP files no source tells."""
    return f"Which COP files are needed before is not published; ask Cisco, or see the documents of {to}."


def goes_first(before: str, after: str) -> str:
    """The order in a maintenance window."""
    return f"{before} first, then {after}, in the same maintenance window."


def after_option(option: Option) -> str:
    """The title of a scenario after an option."""
    return f"after: {option.title}"


def refused(where: str) -> str:
    """A web server that fails with browsers alone."""
    return f"{where} ends the connection with a browser."


def silent(where: str) -> str:
    """A web server that gave no certificate."""
    return f"{where} gave no certificate, so what agents meet there is not known."


def unknown(where: str) -> str:
    """A web server of which nothing can be foretold."""
    return f"What {where} will present is not known."


def trusts(found: Iterable[Trust], where: str) -> str:
    """Why a browser takes a certificate or does not."""
    return " ".join(_TRUST[why].format(place=where) for why in dict.fromkeys(one.why for one in found))


def one_of(outcomes: Sequence[Outcome]) -> str:
    """Several possible outcomes."""
    return f"Open: it {joined((OUTCOMES[one] for one in outcomes), 'or')}."


def other_nodes(met: Iterable[tuple[str, Outcome]], worst: Outcome) -> str:
    """What agents meet on the nodes that are better than the worst."""
    better: dict[Outcome, list[str]] = {}
    for node, outcome in met:
        if outcome != worst:
            better.setdefault(outcome, []).append(node)
    return " ".join(f"On {joined(nodes)} it {OUTCOMES[outcome]}." for outcome, nodes in better.items())


def assumed(trusts_of: Iterable[Trust]) -> str:
    """What is taken for granted about the CAs."""
    found = {one.why for one in trusts_of}
    return TRUST_ASSUMED if "assumed" in found else TRUST_NEW_CA if "new-ca" in found else ""


def with_browsers(mention: str, met: Experience) -> str:
    """A gadget and, where not all browsers meet the worst, those that do."""
    titles = [one.title for one in met.by_browser if one.outcome == met.outcome]
    if len(titles) == len(met.by_browser):
        return mention
    return f"{mention} with {joined(', '.join(titles).split(', '))}"


def counted_for(titles: Sequence[str], *, named: bool) -> str:
    """For which browsers a report tells what agents meet."""
    if not named:
        return f"Told for {joined(titles)}, since the inventory names no browser."
    one = "which the inventory names"
    return (
        f"Told for {joined(titles)}, {one}; the worst counts."
        if titles[1:]
        else f"Told for {titles[0]}, {one}."
    )


def browser_unknown(title: str) -> str:
    """A browser of which nothing was found on what it keeps."""
    return (
        f"{title}: how far it keeps what an agent accepts was not found, so prompts are not counted for it, "
        "and where the host also shows a trusted certificate it is open whether accepting helps."
    )


def browser_ended(title: str, last: str) -> str:
    """A browser that later releases do not support."""
    return f"{title}: releases after {last} do not support it, whatever certificates they present."


def clash(observed: Observed, expected: Sequence[Expected], say: Phrases = phrases()) -> str:  # noqa: B008
    """What a difference between expected and observed may mean."""
    if observed.browser is None:
        return say("words.refused")
    if observed.identity is None:
        return say("words.clash-other-key")
    kinds = {one.identity for one in expected}
    if observed.identity == "tomcat-ECDSA" and "tomcat-ECDSA" not in kinds:
        return say("words.clash-rsa-signed" if observed.kind == "rsa-ca" else "words.clash-ecdsa")
    if observed.identity == "tomcat" and "tomcat" not in kinds:
        return say("words.clash-rsa")
    return say("words.clash-certificate")


def no_answer(endpoint: str, sentence: str, detail: str, say: Phrases = phrases()) -> str:  # noqa: B008
    """An endpoint that gave no certificate, with the reason."""
    if detail:
        return say("words.no-answer-detail", endpoint=endpoint, sentence=sentence, detail=detail)
    return say("words.no-answer", endpoint=endpoint, sentence=sentence)
