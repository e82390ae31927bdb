"""The words for a site's own nodes, web servers and certificates that several modules say.

The text itself is the language's (language/en.yaml); what is known in general stands in the knowledge files.
"""

from collections.abc import Iterable, Sequence

from certlib.assess.model import Experience, NodeState, Observed
from certlib.assess.trust import Trust
from certlib.inventory import CONTEXT_ROLES
from certlib.knowledge import Expected, Knowledge, WebServer
from certlib.knowledge.model import Identity, Outcome
from certlib.language import Phrases
from certlib.reasons import Detail, describe
from certlib.x509 import Kind


def key(identity: Identity | None, say: Phrases) -> str:
    """The kind of key by which an identity is told."""
    return say(f"key.{identity}") if identity else say("key.other")


def kind(found: Kind | None, say: Phrases) -> str:
    """How a certificate is signed, in a sentence."""
    return say(f"signed.{found or 'not-seen'}")


def unseen(say: Phrases, *, deduced: bool) -> str:
    """A tomcat-ECDSA that nobody was given: what follows from that, or that nothing does."""
    return say("words.ecdsa-deduced") if deduced else say("words.ecdsa-unknown")


def capital(text: str) -> str:
    """A sentence's beginning."""
    return text[:1].upper() + text[1:]


def place(server: WebServer | None, node: str, say: Phrases) -> str:
    """A web server and its node."""
    return say("words.place", server=server.short if server else say("words.endpoint"), node=node)


def state(node: NodeState, knowledge: Knowledge) -> str:
    """A node's identities and COPs."""
    say = knowledge.say
    if node.role in CONTEXT_ROLES:
        return say("node-state.context")
    parts = [say("node-state.tomcat", kind=kind(node.tomcat, say))]
    if node.tomcat_ecdsa or node.era in ("automatic", "opt-in", None):
        parts.append(say("node-state.tomcat-ecdsa", kind=kind(node.tomcat_ecdsa, say)))
    else:
        parts.append(say("node-state.no-tomcat-ecdsa", release=node.release))
    if node.era == "opt-in" and node.cert_type != "unknown":
        parts.append(say("node-state.cert-type", type=node.cert_type))
    known = knowledge.cops
    parts += [known[cop].title if cop in known else say("node-state.cop", cop=cop) for cop in node.cops]
    return "; ".join(parts) + "."


def trusts(found: Iterable[Trust], where: str, say: Phrases) -> str:
    """Why a browser takes a certificate or does not."""
    return " ".join(say(f"trust.{why}", place=where) for why in dict.fromkeys(one.why for one in found))


def assumed(trusts_of: Iterable[Trust], say: Phrases) -> str:
    """What is taken for granted about the CAs."""
    found = {one.why for one in trusts_of}
    if "assumed" in found:
        return say("words.trust-assumed")
    return say("words.trust-new-ca") if "new-ca" in found else ""


def one_of(outcomes: Sequence[Outcome], say: Phrases) -> str:
    """Several possible outcomes."""
    return say("words.open", outcomes=say.listed(*(say(f"outcome.{one}") for one in outcomes), last="or"))


def with_browsers(mention: str, met: Experience, say: Phrases) -> str:
    """A gadget and, where not all browsers meet the worst, those that do."""
    titles = [one.title for one in met.by_browser if one.outcome == met.outcome]
    if len(titles) == len(met.by_browser):
        return mention
    browsers = say.listed(*", ".join(titles).split(", "))
    return say("words.with-browsers", gadget=mention, browsers=browsers)


def clash(observed: Observed, expected: Sequence[Expected], say: Phrases) -> str:
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


def no_answer(endpoint: str, sentence: str, details: tuple[Detail, ...], say: Phrases) -> str:
    """An endpoint that gave no certificate, with the reason."""
    if details:
        detail = describe(details, say)
        return say("words.no-answer-detail", endpoint=endpoint, sentence=sentence, detail=detail)
    return say("words.no-answer", endpoint=endpoint, sentence=sentence)
