"""What each endpoint really presented, and from it the two identities that a node holds now."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Literal

from certlib.assess import words
from certlib.assess.disagreement import (
    Elsewhere,
    compare_addresses,
    find_contradictions,
    is_of_agents,
    keep_current,
)
from certlib.assess.eras import add_row, find_cops_off, find_counting_cops, find_era, find_type_today
from certlib.assess.model import NodeState, Observed, Statement
from certlib.evidence import Evidence, Presentation
from certlib.inventory import Node, list_every_endpoint
from certlib.knowledge import Knowledge
from certlib.knowledge.lookup import find_release
from certlib.knowledge.model import Identity, SigningKind
from certlib.reasons import Reason
from certlib.x509 import Certificate, Kind

_FALL_BACKS = (
    "any",
    "tls12",
    "tls12-all",
    "tls10-bare",
)  # asked for whatever there is, as nobody would today
_ONLY_IN = {"tls12": "TLS 1.2", "tls13": "TLS 1.3"}  # the offers of one version, by how their names end


def observe(*, evidence: Evidence) -> dict[str, Observed]:
    """What every endpoint of the evidence presented, put together from its offers, by endpoint id.

    Here alone it is decided which leaves an endpoint has. Where its answers do not fit together, it has none.
    """
    asked: dict[str, list[Presentation]] = {}
    for presentation in keep_current(evidence.presentations, evidence.certificates):
        asked.setdefault(presentation.endpoint, []).append(presentation)
    places = {endpoint.id: endpoint for endpoint in list_every_endpoint(evidence.site)}
    return {
        name: _mark_unsure(
            _observe_endpoint(name, presentations, evidence.certificates),
            presentations,
            evidence.certificates,
            compare_addresses(evidence, places[name], presentations) if name in places else Elsewhere(),
        )
        for name, presentations in asked.items()
    }


def find_identity(certificate: Certificate | None) -> Identity | None:
    """Which identity a leaf is, told by its key: RSA is `tomcat`, EC is `tomcat-ECDSA`.

    None for any other.
    """
    if certificate is None:
        return None
    return {"rsa": "tomcat", "ec": "tomcat-ECDSA"}.get(str(certificate.key_type))  # type: ignore[return-value]


def list_leaves(observed: Observed) -> tuple[str, ...]:
    """The SHA-256 of each leaf that an endpoint gave to any offer, each once."""
    return tuple(dict.fromkeys(leaf for leaf in (observed.browser, observed.rsa, observed.ecdsa) if leaf))


def find_row_behind(observed: Observed, offer: str) -> Presentation:
    """The row that tells what became of the offer `browser`, `rsa` or `ecdsa`."""
    if best := _find_best(offer, observed.rows):
        return best
    reasons = {"browser": observed.reason, "rsa": observed.rsa_reason, "ecdsa": observed.ecdsa_reason}
    detail = observed.detail if offer == "browser" else ()
    return Presentation(observed.endpoint, offer, (), reasons[offer] or Reason.NOT_ASKED, detail)


def observe_node(
    *, node: Node, seen: Sequence[Observed], certificates: Mapping[str, Certificate], knowledge: Knowledge
) -> NodeState:
    """A node's two identities as its web servers show them.

    Where web servers of one node show different leaves of one identity, the one that most of them show counts
    (a check reports the others). An ECDSA certificate that nobody was given, on a release that has one, is
    not known; see `_deduce_ecdsa`.
    """
    release = find_release(knowledge, node.release)
    era = find_era(role=node.role, release=node.release, knowledge=knowledge)
    tomcat, tomcat_ecdsa = (
        find_common_leaf(which, seen, certificates) for which in ("tomcat", "tomcat-ECDSA")
    )
    rsa_kind, ec_kind = (certificates[leaf].kind if leaf else None for leaf in (tomcat, tomcat_ecdsa))
    known = ec_kind is not None or era in ("none", "removed")
    cert_type, cert_type_from = find_type_today(node.cert_type, era=era, seen=seen)
    state = NodeState(
        node=node.name,
        role=node.role,
        release=release.id if release else node.release,
        era=era,
        tomcat=rsa_kind,
        tomcat_ecdsa=ec_kind,
        ecdsa_known=known,
        cops=find_counting_cops(node=node, knowledge=knowledge),
        cert_type=cert_type,
        cert_type_from=cert_type_from,
        row=None,
        statement=Statement("", "observed"),
    )
    if not known:
        state = replace(state, ecdsa_deduced=_deduce_ecdsa(state, seen, knowledge))
    leaves = tuple(leaf for leaf in (tomcat, tomcat_ecdsa) if leaf)
    statement = Statement(words.describe_state(state, knowledge), "observed", evidence=leaves)
    return add_row(state, knowledge=knowledge, statement=statement)


def _deduce_ecdsa(state: NodeState, seen: Iterable[Observed], knowledge: Knowledge) -> SigningKind | None:
    """What an ECDSA certificate must be that nobody was given; None when nothing follows.

    Source: rule-hidden-ec and rule-rsa-signed-ec-breaks-socialminer. In the automatic era a web server that
    prefers `tomcat-ECDSA` gives it to a browser, unless an RSA CA signed it or a COP is installed; the
    inventory says whether one is. Such a server gives RSA instead, or ends the connection with a browser.
    """
    if state.era != "automatic" or find_cops_off(state, knowledge):
        return None
    for observed in seen:
        server = knowledge.web_servers.get(observed.endpoint.rpartition("/")[2])
        hidden = observed.identity == "tomcat" or (observed.refuses and observed.rsa is not None)
        if server and server.prefers == "tomcat-ECDSA" and server.hides_rsa_signed_ec and hidden:
            return "rsa-ca"
    return None


def find_common_leaf(
    identity: str, seen: Iterable[Observed], certificates: Mapping[str, Certificate]
) -> str | None:
    """The leaf of an identity that most endpoints of a node show.

    The first of them where as many show another.
    """
    counted = Counter(
        leaf
        for observed in seen
        for leaf in list_leaves(observed)
        if find_identity(certificates.get(leaf)) == identity
    )
    return max(counted, key=counted.__getitem__, default=None)


def _observe_endpoint(
    endpoint: str, answers: Sequence[Presentation], certificates: Mapping[str, Certificate]
) -> Observed:
    browser = _find_best("browser", answers)
    rsa = _find_best_of_kind("rsa", "tomcat", answers, certificates)
    ecdsa = _find_best_of_kind("ecdsa", "tomcat-ECDSA", answers, certificates)
    leaf = browser.leaf if browser and browser.reason is None else None
    certificate = certificates.get(leaf) if leaf else None
    reason = None if leaf else (browser.reason if browser else None) or Reason.NOT_ASKED
    kind: Kind | None = certificate.kind if certificate else ("unreadable" if leaf else None)
    return Observed(
        endpoint=endpoint,
        browser=leaf,
        rsa=rsa.leaf if rsa and rsa.reason is None else None,
        ecdsa=ecdsa.leaf if ecdsa and ecdsa.reason is None else None,
        identity=find_identity(certificate),
        kind=kind,
        reason=reason,
        detail=browser.detail if browser else (),
        versions=list_versions(answers),
        rsa_reason=rsa.reason if rsa else Reason.NOT_ASKED,
        ecdsa_reason=ecdsa.reason if ecdsa else Reason.NOT_ASKED,
        rsa_denied_in=find_only_version("rsa", answers),
        ecdsa_denied_in=find_only_version("ecdsa", answers),
        rows=tuple(answers),
    )


def _mark_unsure(
    observed: Observed,
    answers: Sequence[Presentation],
    certificates: Mapping[str, Certificate],
    further: Elsewhere,
) -> Observed:
    """The same, or without its leaves where its answers do not fit together."""
    complete = replace(observed, unasked=further.unasked, no_route=further.no_route)
    if unlike := find_contradictions(filter(is_of_agents, answers), certificates):
        return _drop_leaves(complete, "leaves", unlike)
    if further.unlike:
        return _drop_leaves(complete, "addresses", further.unlike)
    return replace(complete, by_client=find_contradictions(answers, certificates))


def _drop_leaves(
    observed: Observed, why: Literal["leaves", "addresses"], unlike: tuple[Presentation, ...]
) -> Observed:
    return replace(
        observed, browser=None, rsa=None, ecdsa=None, identity=None, kind=None, unsure=why, unlike=unlike
    )


def list_versions(answers: Iterable[Presentation]) -> tuple[str, ...]:
    """The TLS versions that were spoken; that of a denial is only what was asked for."""
    spoken = {
        answer.version
        for answer in answers
        if answer.version and answer.reason is not Reason.NO_SUCH_CERTIFICATE
    }
    return tuple(sorted(spoken))


def find_only_version(kind: Literal["rsa", "ecdsa"], answers: Iterable[Presentation]) -> str:
    """The only TLS version in which a kind of certificate was denied; empty: in all, or in none."""
    denied = [
        answer
        for answer in answers
        if answer.offer.partition("-")[0] == kind and answer.reason is Reason.NO_SUCH_CERTIFICATE
    ]
    versions = {get_denied_version(answer) for answer in denied}
    return next(iter(versions)) if len(versions) == 1 else ""


def get_denied_version(denial: Presentation) -> str:
    """The only version of which a denial is said; empty: of all."""
    return denial.version or _ONLY_IN.get(denial.offer.rpartition("-")[2], "")


def _find_best(offer: str, answers: Sequence[Presentation]) -> Presentation | None:
    """The answer to an offer: one with a chain before one without, any version before a single one."""
    candidates = [answer for answer in answers if answer.offer.partition("-")[0] == offer]
    candidates.sort(
        key=lambda answer: (answer.leaf is None or answer.reason is not None, answer.offer != offer)
    )
    return candidates[0] if candidates else None


def _find_best_of_kind(
    offer: str, identity: Identity, answers: Sequence[Presentation], certificates: Mapping[str, Certificate]
) -> Presentation | None:
    """The best answer to the offers of one kind; without a leaf, that to a fall-back which brought one."""
    best = _find_best(offer, answers)
    if best and best.leaf and best.reason is None:
        return best
    fall_backs = (
        answer for answer in answers if answer.leaf and answer.offer in _FALL_BACKS and answer.reason is None
    )
    of_kind = (back for back in fall_backs if find_identity(certificates.get(back.leaf or "")) == identity)
    return next(of_kind, best)
