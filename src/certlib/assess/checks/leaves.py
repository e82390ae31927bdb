"""What most checks look at: each leaf of each node, in the releases that the check is about."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, TypeVar

from certlib.assess.checks.core import conclude, find_node_leaves, make_finding, report_leaf
from certlib.assess.context import Context
from certlib.assess.harm import judge_harm
from certlib.assess.model import Finding, FindingState
from certlib.assess.observed import find_identity
from certlib.assess.trust import Trust
from certlib.inventory import Endpoint, Node
from certlib.knowledge import find_release, is_within
from certlib.language import mark, say
from certlib.x509 import Certificate, Unreadable

T = TypeVar("T")


NAMED = {
    ("itself", "rsa"): mark("The RSA certificate of {node}"),
    ("itself", "ec"): mark("The ECDSA certificate of {node}"),
    ("itself", "other"): mark("The certificate of {node}"),
    ("ca", "rsa"): mark("A CA certificate sent with the RSA certificate of {node}"),
    ("ca", "ec"): mark("A CA certificate sent with the ECDSA certificate of {node}"),
    ("ca", "other"): mark("A CA certificate sent with the certificate of {node}"),
    ("chain", "rsa"): mark("The chain of the RSA certificate of {node}"),
    ("chain", "ec"): mark("The chain of the ECDSA certificate of {node}"),
    ("chain", "other"): mark("The chain of the certificate of {node}"),
    ("with", "rsa"): mark("With the RSA certificate of {node}"),
    ("with", "ec"): mark("With the ECDSA certificate of {node}"),
    ("with", "other"): mark("With the certificate of {node}"),
}


@dataclass(frozen=True, slots=True)
class Leaf:
    """A certificate that web servers of one node, or a further endpoint, presented as their own."""

    node: str
    role: str
    certificate: Certificate
    endpoints: tuple[Endpoint, ...]
    chain: tuple[Certificate, ...]  # as sent, the leaf first; what is missing from the evidence is left out
    for_agents: bool  # whether a web server that agents use presents it to any offer
    stays: bool  # whether a web server may still present it after the upgrade

    def describe(self, what: Literal["itself", "ca", "chain", "with"] = "itself") -> str:
        """The leaf at the beginning of a sentence, or a CA certificate sent with it, its chain, "with" it."""
        key = self.certificate.key_type if self.certificate.key_type in ("rsa", "ec") else "other"
        return say(NAMED[what, str(key)], node=self.node)

    def judge_trust(self, context: Context) -> Trust:
        """What browsers make of it on the day that counts."""
        return context.judge_leaf(
            [endpoint.id for endpoint in self.endpoints], self.certificate.sha256, on=context.day
        )

    def judge_faults(self, context: Context, faults: Iterable[str]) -> FindingState:
        """How bad faults of it are: they stop agents today, or then; else there is something to do."""
        harm = judge_harm(
            context,
            node=self.node,
            leaf=self.certificate.sha256,
            trust=self.judge_trust(context),
            faults=faults,
        )
        return harm if harm in ("outage", "blocks") else "action"

    @property
    def by_ca(self) -> bool:
        """Whether a CA signed it."""
        return self.certificate.kind not in ("self-signed", "unreadable")


def find_leaves(context: Context) -> list[Leaf]:
    """Every leaf that can be read at least in part."""
    known = context.evidence.certificates
    return [
        Leaf(
            node=node,
            role=endpoints[0].role,
            certificate=known[sha],
            endpoints=tuple(endpoints),
            chain=tuple(
                known[member]
                for member in context.find_chain([endpoint.id for endpoint in endpoints], sha)
                if member in known
            ),
            for_agents=any(
                (server := context.find_server(endpoint)) and server.agent_facing for endpoint in endpoints
            ),
            stays=any(_stays(context, known[sha], endpoint) for endpoint in endpoints),
        )
        for node, sha, endpoints in find_node_leaves(context)
        if sha in known
    ]


def _stays(context: Context, certificate: Certificate, endpoint: Endpoint) -> bool:
    """Whether the upgrade leaves a web server its choice to present a certificate's kind of key."""
    cell = next((state for state in context.deciding.endpoints if state.endpoint == endpoint.id), None)
    if len(context.scenarios) < 2 or cell is None:
        return True
    if cell.presence and cell.presence.kind == "gone":
        return False
    return not cell.expected or find_identity(certificate) in {
        None,
        *(expected.identity for expected in cell.expected),
    }


def is_in_range(context: Context, check: str, node: Node, *, now: bool = False) -> bool:
    """Whether a node will be on a release that a check is about, or is today.

    A check without bounds is about every node.
    """
    entry = context.knowledge.checks[check]
    if entry.since is None and entry.until is None:
        return True
    release = find_release(context.knowledge, node.release if now else node.target_release)
    if release is None or node.role in ("cucm", "cuic"):
        return False
    return is_within(release.id, entry.since, entry.until, context.knowledge)


def judge_leaves(
    context: Context,
    check: str,
    *,
    wanted: Callable[[Leaf], bool],
    judge: Callable[[Leaf], tuple[FindingState, str] | None],
    text: str,
    nothing: str | None = None,
    chains: bool = False,
) -> tuple[Finding, ...]:
    """A finding for each wanted leaf that `judge` objects to; else one pass over all of them.

    Not applicable when no node's release after the upgrade is one that the check is about, or nothing was
    wanted. A further endpoint has no release; a check without bounds judges it as well. `chains`: the check
    is about the CA certificates that were sent, too.
    """
    nodes = {node.name: is_in_range(context, check, node) for node in context.site.nodes}
    if not any(nodes.values()):
        other = say("No node will be on a release that this check is about.")
        return (make_finding(context, check, state="not-applicable", text=other),)
    entry = context.knowledge.checks[check]
    unbounded = entry.since is None and entry.until is None
    gone = say("After the upgrade no web server is expected to present it any more.")
    faults, judged = [], []
    for leaf in find_leaves(context):
        if not nodes.get(leaf.node, unbounded) or not wanted(leaf):
            continue
        judged.append(leaf.certificate.sha256)
        if judgement := judge(leaf):
            state, fault = judgement
            if not leaf.stays and state != "information":
                state, fault = "information", f"{fault} {gone}"
            sha256, endpoints = leaf.certificate.sha256, leaf.endpoints
            faults.append(
                report_leaf(context, check, leaf=sha256, endpoints=endpoints, state=state, text=fault)
            )
    return conclude(
        context,
        check,
        faults=faults,
        judged=judged,
        text=text,
        nothing=nothing or say("No certificate of this kind was presented."),
        chains=chains,
        nodes=None if unbounded else [name for name, wanted_there in nodes.items() if wanted_there],
    )


def read_or(value: T | Unreadable, default: T) -> T:
    """A field's value, or what stands for it where it could not be read."""
    return default if isinstance(value, Unreadable) else value
