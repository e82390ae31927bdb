"""The words for a site's own nodes, web servers and certificates that several modules say.

What is known in general stands in the knowledge files.
"""

from collections.abc import Iterable, Sequence

from certlib.assess.model import Experience, NodeState, Observed
from certlib.assess.trust import Trust
from certlib.inventory import CONTEXT_ROLES
from certlib.knowledge import Expected, Knowledge, WebServer
from certlib.knowledge.model import Identity, Outcome
from certlib.language import join_list, mark, say
from certlib.reasons import Detail, describe
from certlib.terms import OUTCOMES_IN_SENTENCE
from certlib.x509 import Kind

KEY_TEXTS = {
    "tomcat": mark("RSA"),
    "tomcat-ECDSA": mark("ECDSA"),
    "other": mark("another key"),
}

SIGNED_TEXTS = {
    "self-signed": mark("self-signed"),
    "rsa-ca": mark("signed by an RSA CA"),
    "ec-ca": mark("signed by an EC CA"),
    "other-ca": mark("signed by a CA with another kind of key"),
    "unreadable": mark("unreadable"),
    "not-seen": mark("not seen"),
}

TRUST_TEXTS = {
    "assumed": mark("{place} presents a certificate signed by a CA."),
    "listed": mark("{place} presents a certificate that the agents' PCs trust."),
    "self-signed": mark("{place} presents a self-signed certificate."),
    "not-listed": mark("{place} presents a certificate of a CA that the inventory does not list as trusted."),
    "ca-ended": mark(
        "{place} presents a certificate that leads to a trusted CA only through a CA "
        "certificate that is not valid then."
    ),
    "expired": mark("{place} presents a certificate that has expired by then."),
    "not-yet-valid": mark("{place} presents a certificate that is not valid yet."),
    "unknown": mark("{place} presents a certificate that could not be read."),
    "new-ca": mark("{place} will present a certificate signed by a CA."),
}


def name_key(identity: Identity | None) -> str:
    """The kind of key by which an identity is told."""
    return say(KEY_TEXTS[identity]) if identity else say("another key")


def name_kind(signed: Kind | None) -> str:
    """How a certificate is signed, in a sentence."""
    kind = signed or "not-seen"
    return say(SIGNED_TEXTS[kind])


def describe_unseen(*, deduced: bool) -> str:
    """A tomcat-ECDSA that nobody was given: what follows from that, or that nothing does."""
    return (
        say(
            "No offer brought tomcat-ECDSA. On this release, either an RSA CA signed it, or a "
            "COP is installed that the inventory does not list; this report assumes the first. "
            '"show cert own tomcat-ECDSA" and "show version active" on the node settle it.'
        )
        if deduced
        else say(
            "The node's tomcat-ECDSA was not seen, so every way in which it may be signed was considered."
        )
    )


def describe_closing() -> str:
    """A web server that turns browsers away."""
    return say(
        "The web server closes the connection to a browser, but gives a certificate to a "
        "client that asks for only one kind of key."
    )


def describe_shadow() -> str:
    """Why what an agent accepted is forgotten."""
    return say(
        "The same host shows a trusted certificate on another port, so accepting this one does not last."
    )


def capitalize(text: str) -> str:
    """A sentence's beginning."""
    return text[:1].upper() + text[1:]


def name_place(server: WebServer | None, node: str) -> str:
    """A web server and its node."""
    return say("{server} on {node}", server=server.short if server else say("An endpoint"), node=node)


def describe_state(node: NodeState, knowledge: Knowledge) -> str:
    """A node's identities and COPs."""
    if node.role in CONTEXT_ROLES:
        return say("Listed for context only; not queried.")
    parts = [say("tomcat: {kind}", kind=name_kind(node.tomcat))]
    if node.tomcat_ecdsa or node.era in ("automatic", "opt-in", None):
        parts.append(say("tomcat-ECDSA: {kind}", kind=name_kind(node.tomcat_ecdsa)))
    else:
        parts.append(say("no tomcat-ECDSA in {release}", release=node.release))
    if node.era == "opt-in" and node.cert_type != "unknown":
        parts.append(say("certificate type: {type}", type=node.cert_type))
    known = knowledge.cops
    parts += [known[cop].title if cop in known else say("COP {cop}", cop=cop) for cop in node.cops]
    return "; ".join(parts) + "."


def describe_trust(trusts: Iterable[Trust], where: str) -> str:
    """Why a browser takes a certificate or does not."""
    return " ".join(
        say(TRUST_TEXTS[why], place=where) for why in dict.fromkeys(trust.why for trust in trusts)
    )


def describe_assumed(trusts_of: Iterable[Trust]) -> str:
    """What is taken for granted about the CAs."""
    reasons = {trust.why for trust in trusts_of}
    if "assumed" in reasons:
        return say("Assumed: the agents' PCs trust the CA; the inventory does not say.")
    return say("Assumed: the agents' PCs trust the CA that will sign.") if "new-ca" in reasons else ""


def describe_outcomes(outcomes: Sequence[Outcome]) -> str:
    """Several possible outcomes."""
    return say(
        "Open: it {outcomes}.",
        outcomes=join_list(*(say(OUTCOMES_IN_SENTENCE[outcome]) for outcome in outcomes), last="or"),
    )


def mention_browsers(mention: str, met: Experience) -> str:
    """A gadget and, where not all browsers meet the worst, those that do."""
    titles = [by_browser.title for by_browser in met.by_browser if by_browser.outcome == met.outcome]
    if len(titles) == len(met.by_browser):
        return mention
    browsers = join_list(*", ".join(titles).split(", "))
    return say("{gadget} in {browsers}", gadget=mention, browsers=browsers)


def describe_clash(observed: Observed, expected: Sequence[Expected]) -> str:
    """What a difference between expected and observed may mean."""
    if observed.browser is None:
        return describe_closing()
    if observed.identity is None:
        return say(
            "It presents a certificate whose key is neither RSA nor EC; something other than the "
            "node may answer."
        )
    kinds = {candidate.identity for candidate in expected}
    if observed.identity == "tomcat-ECDSA" and "tomcat-ECDSA" not in kinds:
        return say(
            mark(
                "It presents an EC certificate that an RSA CA signed; old Java does not, newer Java "
                "does. The release may be newer than the inventory says, or a proxy answers."
            )
            if observed.kind == "rsa-ca"
            else mark(
                "It presents ECDSA where RSA is expected: a COP that does not reach every TLS "
                "version, a release or certificate type other than the inventory says, or a device "
                "in between."
            )
        )
    if observed.identity == "tomcat" and "tomcat" not in kinds:
        return say(
            "It presents RSA where ECDSA is expected: a COP or a certificate type other than the "
            "inventory says, a new certificate that no restart has put into use, or a device in "
            "between."
        )
    return say(
        "It presents another certificate than the node's other web servers: a new one that "
        "no restart has put into use, or a device in between."
    )


def describe_no_answer(endpoint: str, sentence: str, details: tuple[Detail, ...]) -> str:
    """An endpoint that gave no certificate, with the reason."""
    if details:
        detail = describe(details)
        return say("{endpoint}: {sentence} ({detail})", endpoint=endpoint, sentence=sentence, detail=detail)
    return say("{endpoint}: {sentence}", endpoint=endpoint, sentence=sentence)
