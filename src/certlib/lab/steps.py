"""The steps of a maintenance window, each as a change of the lab's state, after what Cisco's documents say.

    site = carry_out(site, "request-made", node="uccx1.example.test", identity="tomcat-ECDSA")

The words are the ones by which the steps of a runbook say what they do. What is stored (a certificate, a COP)
is presented only after the node has started anew; an upgrade stays on the inactive partition until the
switch. A step that the servers would refuse is a LabError. A step carried out twice changes nothing more.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from certlib.lab.releases import era, number, prunes
from certlib.lab.state import CertType, Kind, Node, Request, Site, Stage
from certlib.lab.web_servers import Alias

# What a step leaves behind for people and other machines alone; the lab only notes it.
NOTED = ("backed-up", "peers-trust", "pcs-trust", "accepted")
_SIGNERS: Mapping[Alias, Kind] = {"tomcat": "rsa-ca", "tomcat-ECDSA": "ec-ca"}
_PUBLISHER, _SUBSCRIBER = "uccx-publisher", "uccx-subscriber"


class LabError(ValueError):
    """A step that a server would refuse, or that cannot be done yet."""


@dataclass(frozen=True, slots=True)
class _Told:
    """What a step is about beside its node."""

    site: Site
    effect: str
    identity: Alias | None
    release: str | None
    by: Kind | None
    cert_type: CertType | None


def carry_out(
    site: Site,
    effect: str,
    *,
    node: str,
    identity: Alias | None = None,
    release: str | None = None,
    by: Kind | None = None,
    cert_type: CertType | None = None,
) -> Site:
    """A site after one step on one of its nodes.

    `identity`: the certificate that the step is about; `by`: the CA that answers its request, else an RSA CA
    for tomcat and an EC CA for tomcat-ECDSA; `release`: of "upgraded" and "switched"; `cert_type`: of
    "type-set". Raises LabError for a step that cannot be done.
    """
    found = next((one for one in site.nodes if one.name == node), None)
    if found is None:
        raise LabError(f"{effect} on {node}: the site has no such node")
    if effect in NOTED:
        work = replace(found.work, noted=found.work.noted | {effect})
        changed = replace(found, work=work)
    elif effect in _STEPS:
        changed = _STEPS[effect](found, _Told(site, effect, identity, release, by, cert_type))
    else:
        raise LabError(f"{effect} on {node}: no step of the lab; known are {', '.join(EFFECTS)}")
    return replace(site, nodes=tuple(changed if one is found else one for one in site.nodes))


def _request_made(node: Node, told: _Told) -> Node:
    """A request with a new key takes the place of an older one, whose answer then fits no more."""
    return _at(node, _identity(node, told), Request("made"))


def _reply_arrived(node: Node, told: _Told) -> Node:
    alias = _identity(node, told)
    if told.by == "self-signed":
        raise _refusal(node, told, "a CA answers a request")
    request = _request(node, told, alias)
    signer = told.by or request.signer or _SIGNERS[alias]
    if request.stage != "made" and request.signer != signer:
        raise _refusal(node, told, f"{request.signer} has answered the request for {alias} already")
    return node if request.stage != "made" else _at(node, alias, Request("signed", signer))


def _reply_examined(node: Node, told: _Told) -> Node:
    alias = _identity(node, told)
    request = _request(node, told, alias, after="signed")
    return _at(node, alias, Request("examined", request.signer)) if request.stage == "signed" else node


def _chain_uploaded(node: Node, told: _Told) -> Node:
    """The chains of every CA whose answer is at hand; a node before its own answer gets its peer's."""
    _may_store(node, told)
    at_hand = {one.signer for one in node.work.requests.values() if one.signer}
    elsewhere = (one for each in told.site.nodes for one in each.work.requests.values())
    chains = at_hand or {one.signer for one in elsewhere if one.signer}
    if not chains:
        raise _refusal(node, told, "no CA has answered, so no chain is at hand")
    return replace(node, work=replace(node.work, trusted=node.trusted | chains))


def _certificate_uploaded(node: Node, told: _Told) -> Node:
    alias = _identity(node, told)
    request = _request(node, told, alias, after="signed")
    signer = request.signer
    if request.stage == "uploaded" or signer is None:
        return node
    _may_store(node, told)
    if signer not in node.trusted:
        raise _refusal(node, told, f"the chain of {signer} is not in tomcat-trust")
    stored = {**node.work.stored, alias: signer}
    return _at(replace(node, work=replace(node.work, stored=stored)), alias, Request("uploaded", signer))


def _certificate_generated(node: Node, told: _Told) -> Node:
    """A self-signed certificate with a new key; a request for the same certificate is void then."""
    alias = _identity(node, told)
    _may_store(node, told)
    requests = {one: request for one, request in node.work.requests.items() if one != alias}
    stored: Mapping[Alias, Kind] = {**node.work.stored, alias: "self-signed"}
    return replace(node, work=replace(node.work, stored=stored, requests=requests))


def _cop_installed(node: Node, told: _Told) -> Node:
    if node.era != "automatic":
        raise _refusal(node, told, f"the COP is for 11.5, and the node runs {node.release}")
    _may_store(node, told)
    if node.cop != "none" and node.work.cop is None:
        return node
    return replace(node, work=replace(node.work, cop="installed"))


def _rollback_installed(node: Node, told: _Told) -> Node:
    if node.cop == "none" and node.work.cop is None:
        raise _refusal(node, told, "no COP is installed that it could roll back")
    _may_store(node, told)
    return replace(node, work=replace(node.work, cop="none"))


def _restarted(node: Node, _: _Told) -> Node:
    work = node.work
    made = {**node.made} | {alias: node.made.get(alias, 0) + 1 for alias in work.stored}
    trusted = node.trusted  # also the CA of a certificate whose place another one takes
    held = {**node.certificates, **work.stored}
    return replace(
        node,
        tomcat=held["tomcat"],
        ecdsa=held.get("tomcat-ECDSA"),
        cop=work.cop or node.cop,
        made=made,
        work=replace(work, stored={}, cop=None, trusted=trusted),
    )


def _upgraded(node: Node, told: _Told) -> Node:
    """The release on the inactive partition; node 2 follows node 1."""
    release = _release(node, told)
    if number(release) <= number(node.release):
        raise _refusal(node, told, f"{release} is no upgrade of {node.release}")
    if any(number(release) > number(one.work.inactive or one.release) for one in _ahead(node, told.site)):
        raise _refusal(node, told, f"the publisher does not have {release} yet")
    return replace(node, work=replace(node.work, inactive=release))


def _switched(node: Node, told: _Told) -> Node:
    """The upgraded release runs: a COP is gone, and pruned are the CAs that Cisco does not know.

    A node that had no ECDSA certificate gets one that it signed itself, where the release knows them.
    """
    release = _release(node, told)
    if node.release == release and node.work.inactive is None:
        return node
    if node.work.inactive != release:
        raise _refusal(node, told, f"{release} is not on the inactive partition")
    if any(number(release) > number(one.release) for one in _ahead(node, told.site)):
        raise _refusal(node, told, f"the publisher does not run {release} yet")
    started = _restarted(node, told)
    knows = era(release) in ("automatic", "opt-in")
    trusted = frozenset[Kind]() if prunes(release) else started.trusted
    return replace(
        started,
        release=release,
        ecdsa=started.ecdsa or ("self-signed" if knows else None),
        cop="none",
        work=replace(started.work, inactive=None, trusted=trusted),
    )


def _type_set(node: Node, told: _Told) -> Node:
    """The node restarts by itself, with all that was stored."""
    if told.cert_type is None:
        raise _refusal(node, told, "which certificate type?")
    if node.role == "socialminer" or node.era != "opt-in":
        raise _refusal(node, told, f"a {node.role} on {node.release} does not know the command")
    if node.work.inactive is not None:
        raise _refusal(node, told, "not during an upgrade")
    started = _restarted(node, told)
    return replace(started, cert_type=told.cert_type, ecdsa=started.ecdsa or "self-signed")


_STEPS: Mapping[str, Callable[[Node, _Told], Node]] = {
    "request-made": _request_made,
    "reply-arrived": _reply_arrived,
    "reply-examined": _reply_examined,
    "chain-uploaded": _chain_uploaded,
    "certificate-uploaded": _certificate_uploaded,
    "certificate-generated": _certificate_generated,
    "cop-installed": _cop_installed,
    "rollback-installed": _rollback_installed,
    "restarted": _restarted,
    "upgraded": _upgraded,
    "switched": _switched,
    "type-set": _type_set,
}
EFFECTS = (*_STEPS, *NOTED)
_STAGES: tuple[Stage, ...] = ("made", "signed", "examined", "uploaded")


def _identity(node: Node, told: _Told) -> Alias:
    """The certificate that a step is about, if the node's release knows it."""
    if told.identity is None:
        raise _refusal(node, told, "of which certificate?")
    if told.identity == "tomcat-ECDSA" and node.era in ("none", "removed"):
        raise _refusal(node, told, f"{node.release} has no use for tomcat-ECDSA")
    return told.identity


def _request(node: Node, told: _Told, alias: Alias, *, after: Stage = "made") -> Request:
    """The request for a certificate, if it has come so far."""
    request = node.work.requests.get(alias)
    if request is None:
        raise _refusal(node, told, f"no request for {alias} was made")
    if _STAGES.index(request.stage) < _STAGES.index(after):
        raise _refusal(node, told, f"no CA has answered the request for {alias}")
    return request


def _at(node: Node, alias: Alias, request: Request) -> Node:
    return replace(node, work=replace(node.work, requests={**node.work.requests, alias: request}))


def _may_store(node: Node, told: _Told) -> None:
    """What is put on the running release after the upgrade is not on the other one, which will run."""
    if node.work.inactive is not None:
        raise _refusal(node, told, f"{node.work.inactive} waits to be switched to, and would not have it")


def _release(node: Node, told: _Told) -> str:
    if told.release is None:
        raise _refusal(node, told, "to which release?")
    return told.release


def _ahead(node: Node, site: Site) -> list[Node]:
    """The node that goes first: the publisher of a subscriber."""
    return [one for one in site.nodes if node.role == _SUBSCRIBER and one.role == _PUBLISHER]


def _refusal(node: Node, told: _Told, why: str) -> LabError:
    return LabError(f"{told.effect} on {node.name}: {why}")
