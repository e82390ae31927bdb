"""The steps of a maintenance window, each as a change of the lab's state, after what Cisco's documents say.

    site = carry_out(site, "request-made", node="uccx1.example.test", identity="tomcat-ECDSA")

The words are the ones by which the steps of a runbook say what they do. What is stored (a certificate, a COP)
is presented only after the node has started anew; an upgrade stays on the inactive partition until the
switch. A step that the servers would refuse is a LabError. A step carried out twice changes nothing more.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from certlib.lab.state import (
    Alias,
    CertType,
    Kind,
    Node,
    Request,
    Site,
    Stage,
    find_era,
    parse_release,
    prunes_cas,
)

# What a step leaves behind for people and other machines alone; the lab only notes it.
NOTED = ("backed-up", "peers-trust", "pcs-trust", "accepted")
_SIGNERS: Mapping[Alias, Kind] = {"tomcat": "rsa-ca", "tomcat-ECDSA": "ec-ca"}
_PUBLISHER, _SUBSCRIBER = "uccx-publisher", "uccx-subscriber"


class LabError(ValueError):
    """A step that a server would refuse, or that cannot be done yet."""


@dataclass(frozen=True, slots=True)
class _Step:
    """A step, and what it is about beside its node."""

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
    before = next((each for each in site.nodes if each.name == node), None)
    if before is None:
        raise LabError(f"{effect} on {node}: the site has no such node")
    if effect in NOTED:
        after = _set_work(before, noted=before.work.noted | {effect})
    elif effect in _STEPS:
        after = _STEPS[effect](before, _Step(site, effect, identity, release, by, cert_type))
    else:
        raise LabError(f"{effect} on {node}: no step of the lab; known are {', '.join(EFFECTS)}")
    return replace(site, nodes=tuple(after if each is before else each for each in site.nodes))


def _make_request(node: Node, step: _Step) -> Node:
    """A request with a new key takes the place of an older one, whose answer then fits no more."""
    return _find_at(node, _find_identity(node, step), Request("made"))


def _receive_reply(node: Node, step: _Step) -> Node:
    alias = _find_identity(node, step)
    if step.by == "self-signed":
        raise _explain_refusal(node, step, "a CA answers a request")
    request = _find_request(node, step, alias)
    signer = step.by or request.signer or _SIGNERS[alias]
    if request.stage != "made" and request.signer != signer:
        raise _explain_refusal(node, step, f"{request.signer} has answered the request for {alias} already")
    return node if request.stage != "made" else _find_at(node, alias, Request("signed", signer))


def _examine_reply(node: Node, step: _Step) -> Node:
    alias = _find_identity(node, step)
    request = _find_request(node, step, alias, after="signed")
    return _find_at(node, alias, Request("examined", request.signer)) if request.stage == "signed" else node


def _upload_chain(node: Node, step: _Step) -> Node:
    """The chains of every CA whose answer is at hand; a node before its own answer gets its peer's."""
    _check_storable(node, step)
    of_site = {signer for each in step.site.nodes for signer in _list_signers(each)}
    chains = _list_signers(node) or of_site
    if not chains:
        raise _explain_refusal(node, step, "no CA has answered, so no chain is at hand")
    return _set_work(node, trusted=node.trusted | chains)


def _upload_certificate(node: Node, step: _Step) -> Node:
    alias = _find_identity(node, step)
    request = _find_request(node, step, alias, after="signed")
    signer = request.signer
    if request.stage == "uploaded" or signer is None:
        return node
    _check_storable(node, step)
    if signer not in node.trusted:
        raise _explain_refusal(node, step, f"the chain of {signer} is not in tomcat-trust")
    stored = {**node.work.stored, alias: signer}
    return _find_at(_set_work(node, stored=stored), alias, Request("uploaded", signer))


def _generate_certificate(node: Node, step: _Step) -> Node:
    """A self-signed certificate with a new key; a request for the same certificate is void then."""
    alias = _find_identity(node, step)
    _check_storable(node, step)
    requests = {other: request for other, request in node.work.requests.items() if other != alias}
    stored: Mapping[Alias, Kind] = {**node.work.stored, alias: "self-signed"}
    return _set_work(node, stored=stored, requests=requests)


def _install_cop(node: Node, step: _Step) -> Node:
    if node.era != "automatic":
        raise _explain_refusal(node, step, f"the COP is for 11.5, and the node runs {node.release}")
    _check_storable(node, step)
    if node.cop != "none" and node.work.cop is None:
        return node
    return _set_work(node, cop="installed")


def _install_rollback(node: Node, step: _Step) -> Node:
    if node.cop == "none" and node.work.cop is None:
        raise _explain_refusal(node, step, "no COP is installed that it could roll back")
    _check_storable(node, step)
    return _set_work(node, cop="none")


def _restart(node: Node, _: _Step) -> Node:
    work = node.work
    renewals = {**node.renewals} | {alias: node.renewals.get(alias, 0) + 1 for alias in work.stored}
    trusted = node.trusted  # also the CA of a certificate whose place another one takes
    held = {**node.certificates, **work.stored}
    return replace(
        node,
        tomcat=held["tomcat"],
        ecdsa=held.get("tomcat-ECDSA"),
        cop=work.cop or node.cop,
        renewals=renewals,
        work=replace(work, stored={}, cop=None, trusted=trusted),
    )


def _upgrade(node: Node, step: _Step) -> Node:
    """The release on the inactive partition; node 2 follows node 1."""
    release = _find_release(node, step)
    if parse_release(release) <= parse_release(node.release):
        raise _explain_refusal(node, step, f"{release} is no upgrade of {node.release}")
    if any(
        parse_release(release) > parse_release(first.work.inactive or first.release)
        for first in _is_ahead(node, step.site)
    ):
        raise _explain_refusal(node, step, f"the publisher does not have {release} yet")
    return _set_work(node, inactive=release)


def _switch(node: Node, step: _Step) -> Node:
    """The upgraded release runs: a COP is gone, and pruned are the CAs that Cisco does not know.

    A node that had no ECDSA certificate gets one that it signed itself, where the release knows them.
    """
    release = _find_release(node, step)
    if node.release == release and node.work.inactive is None:
        return node
    if node.work.inactive != release:
        raise _explain_refusal(node, step, f"{release} is not on the inactive partition")
    if any(parse_release(release) > parse_release(first.release) for first in _is_ahead(node, step.site)):
        raise _explain_refusal(node, step, f"the publisher does not run {release} yet")
    started = _restart(node, step)
    knows = find_era(release) in ("automatic", "opt-in")
    trusted = frozenset[Kind]() if prunes_cas(release) else started.trusted
    return replace(
        started,
        release=release,
        ecdsa=started.ecdsa or ("self-signed" if knows else None),
        cop="none",
        work=replace(started.work, inactive=None, trusted=trusted),
    )


def _set_type(node: Node, step: _Step) -> Node:
    """The node restarts by itself, with all that was stored."""
    if step.cert_type is None:
        raise _explain_refusal(node, step, "which certificate type?")
    if node.role == "socialminer" or node.era != "opt-in":
        raise _explain_refusal(node, step, f"a {node.role} on {node.release} does not know the command")
    if node.work.inactive is not None:
        raise _explain_refusal(node, step, "not during an upgrade")
    started = _restart(node, step)
    return replace(started, cert_type=step.cert_type, ecdsa=started.ecdsa or "self-signed")


_STEPS: Mapping[str, Callable[[Node, _Step], Node]] = {
    "request-made": _make_request,
    "reply-arrived": _receive_reply,
    "reply-examined": _examine_reply,
    "chain-uploaded": _upload_chain,
    "certificate-uploaded": _upload_certificate,
    "certificate-generated": _generate_certificate,
    "cop-installed": _install_cop,
    "rollback-installed": _install_rollback,
    "restarted": _restart,
    "upgraded": _upgrade,
    "switched": _switch,
    "type-set": _set_type,
}
EFFECTS = (*_STEPS, *NOTED)
_STAGES: tuple[Stage, ...] = ("made", "signed", "examined", "uploaded")


def _find_identity(node: Node, step: _Step) -> Alias:
    """The certificate that a step is about, if the node's release knows it."""
    if step.identity is None:
        raise _explain_refusal(node, step, "of which certificate?")
    if step.identity == "tomcat-ECDSA" and node.era in ("none", "removed"):
        raise _explain_refusal(node, step, f"{node.release} has no use for tomcat-ECDSA")
    return step.identity


def _find_request(node: Node, step: _Step, alias: Alias, *, after: Stage = "made") -> Request:
    """The request for a certificate, if it has come so far."""
    request = node.work.requests.get(alias)
    if request is None:
        raise _explain_refusal(node, step, f"no request for {alias} was made")
    if _STAGES.index(request.stage) < _STAGES.index(after):
        raise _explain_refusal(node, step, f"no CA has answered the request for {alias}")
    return request


def _find_at(node: Node, alias: Alias, request: Request) -> Node:
    return _set_work(node, requests={**node.work.requests, alias: request})


def _set_work(node: Node, **changes: Any) -> Node:
    return replace(node, work=replace(node.work, **changes))


def _list_signers(node: Node) -> set[Kind]:
    """The CAs that have answered a node's requests."""
    return {request.signer for request in node.work.requests.values() if request.signer}


def _check_storable(node: Node, step: _Step) -> None:
    """What is put on the running release after the upgrade is not on the other one, which will run."""
    if node.work.inactive is not None:
        raise _explain_refusal(
            node, step, f"{node.work.inactive} waits to be switched to, and would not have it"
        )


def _find_release(node: Node, step: _Step) -> str:
    if step.release is None:
        raise _explain_refusal(node, step, "to which release?")
    return step.release


def _is_ahead(node: Node, site: Site) -> list[Node]:
    """The node that goes first: the publisher of a subscriber."""
    return [other for other in site.nodes if node.role == _SUBSCRIBER and other.role == _PUBLISHER]


def _explain_refusal(node: Node, step: _Step, why: str) -> LabError:
    return LabError(f"{step.effect} on {node.name}: {why}")
