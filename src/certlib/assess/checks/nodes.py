"""Whether the nodes of a cluster are alike."""

from collections.abc import Iterator
from itertools import pairwise

from certlib.assess import words
from certlib.assess.checks.core import conclude, make_finding
from certlib.assess.context import Context, has_certificate
from certlib.assess.eras import find_cops_off
from certlib.assess.model import EndpointState, Finding, NodeState, Scenario
from certlib.knowledge import Basis, find_release
from certlib.language import join_list, mark, say

NODES_ALIKE_TEXTS = {
    "type": mark(
        "The certificate type of {first} is {type}, that of {second} is {other}; Cisco wants "
        "all nodes of a cluster alike."
    ),
    "type-by-what-is-seen": mark(
        "The certificate type of {first} is {type}, and {second} presents another "
        "certificate than it; Cisco wants all nodes of a cluster alike."
    ),
    "type-not-known": mark(
        "The certificate type of {first} is {type}, that of {second} is not known; Cisco "
        "wants all nodes of a cluster alike."
    ),
    "one-type": mark(
        "Set all nodes of the cluster to one certificate type, after the certificates that "
        "it presents are exchanged with the other servers; each node restarts by itself."
    ),
    "look": mark(
        'Look on the node itself with "show cert own tomcat", "show cert own tomcat-ECDSA" '
        'and, from 12.5(1)SU2 on, "show tls server cert_type"; then collect again.'
    ),
}
_PAIR = ("uccx-publisher", "uccx-subscriber")


def check_nodes_alike(context: Context) -> tuple[Finding, ...]:
    """Check whether publisher and subscriber are in the same state, so that agents meet the same on both.

    Two UCCX nodes that differ, or present unlike kinds, today or after the upgrade, are a finding.

    Cisco documents that the certificate type of all nodes of a cluster must be the same. What was not seen of
    one node, or is not known of its type, is to be looked up.
    """
    pair = [node for node in context.scenarios[0].nodes if node.role in _PAIR]
    faults = [fault for first, second in pairwise(pair) for fault in _compare_pair(context, first, second)]
    judged = [state.node for state in pair] if len(pair) > 1 else []
    text = say("The UCCX nodes are in the same state, as far as could be seen.")
    return conclude(context, "nodes-alike", faults=faults, judged=judged, text=text)


def _compare_pair(context: Context, first: NodeState, second: NodeState) -> list[Finding]:
    """What is unlike today; else what will be; else what was not seen."""
    for search in (_compare_today, _compare_later, _report_unseen):
        if differences := list(search(context, first, second)):
            return differences
    return []


def _compare_today(context: Context, first: NodeState, second: NodeState) -> Iterator[Finding]:
    servers = _find_unlike_servers(context, context.scenarios[0], first, second)
    by_type = _compare_types(context, first, second, unlike=bool(servers))
    if by_type:
        yield by_type
    unlike = _find_differences(context, first, second)
    if servers and not unlike and not by_type:
        unlike = [say("what their web servers present ({web_servers})", web_servers=join_list(*servers))]
    if unlike:
        yield make_finding(
            context,
            "nodes-alike",
            state="action",
            node=second.node,
            text=say(
                "{first} and {second} differ in {what}. {first}: {first_state} {second}: {second_state}",
                first=first.node,
                second=second.node,
                what=join_list(*unlike),
                first_state=words.describe_state(first, context.knowledge),
                second_state=words.describe_state(second, context.knowledge),
            ),
            evidence=(*first.statement.evidence, *second.statement.evidence),
        )


def _find_differences(context: Context, first: NodeState, second: NodeState) -> list[str]:
    """What is known of both and not the same; a tomcat-ECDSA counts where a node presents it by itself."""
    pairs: list[tuple[str, object, object]] = [
        (say("release"), first.release, second.release),
        ("tomcat", first.tomcat, second.tomcat),
        ("tomcat-ECDSA", _find_own_kind(context, first), _find_own_kind(context, second)),
        (say("COPs"), sorted(first.cops), sorted(second.cops)),
    ]
    return [what for what, value, other in pairs if value != other and None not in (value, other)]


def _find_own_kind(context: Context, state: NodeState) -> str | None:
    off = find_cops_off(state, context.knowledge)
    return None if state.era != "automatic" or off else state.tomcat_ecdsa or state.ecdsa_deduced


def _compare_types(context: Context, first: NodeState, second: NodeState, *, unlike: bool) -> Finding | None:
    """Certificate types that differ; one not known beside ecdsa does where the nodes present unlike kinds."""
    types = {first.cert_type, second.cert_type}
    if (first.era, second.era) != ("opt-in", "opt-in") or types not in (
        {"rsa", "ecdsa"},
        {"unknown", "ecdsa"},
    ):
        return None
    known, other = (second, first) if first.cert_type == "unknown" else (first, second)
    name = "type" if "unknown" not in types else "type-by-what-is-seen" if unlike else "type-not-known"
    release = find_release(context.knowledge, known.release)
    remedy = "look" if name == "type-not-known" else "one-type"
    documented: Basis | None = release.basis if release and release.basis.kind == "documented" else None
    return make_finding(
        context,
        "nodes-alike",
        state="manual" if name == "type-not-known" else "action",
        node=other.node,
        basis=documented,
        text=say(
            NODES_ALIKE_TEXTS[name],
            first=known.node,
            type=known.cert_type,
            second=other.node,
            other=other.cert_type,
        ),
        remedy=say(NODES_ALIKE_TEXTS[remedy]),
    )


def _compare_later(context: Context, first: NodeState, second: NodeState) -> Iterator[Finding]:
    """Unlike after the upgrade, though not today."""
    if context.deciding.id == "now":
        return
    then = {state.node: state for state in context.deciding.nodes}
    unlike = []
    if then[first.node].release != then[second.node].release:
        unlike.append(say("release"))
    if servers := _find_unlike_servers(context, context.deciding, first, second):
        unlike.append(say("what their web servers present ({web_servers})", web_servers=join_list(*servers)))
    if unlike:
        text = say(
            "After the upgrade {first} and {second} will differ in {what}, if nothing is done.",
            first=first.node,
            second=second.node,
            what=join_list(*unlike),
        )
        yield make_finding(context, "nodes-alike", state="action", node=second.node, text=text)


def _report_unseen(context: Context, first: NodeState, second: NodeState) -> Iterator[Finding]:
    """A node of which no certificate was seen, or no tomcat-ECDSA beside one that showed its own."""
    pair = (first, second)
    silent = [state for state in pair if state.tomcat is None and state.tomcat_ecdsa is None]
    without = [
        state
        for state in pair
        if state.tomcat_ecdsa is None and not state.ecdsa_known and not state.ecdsa_deduced and not state.cops
    ]
    if silent:
        missing, text = (
            silent,
            say(
                "Not compared: of {nodes} no certificate was seen that could be judged.",
                nodes=join_list(*(state.node for state in silent)),
            ),
        )
    elif len(without) == 1:
        shown = second if without[0] is first else first
        missing, text = (
            without,
            say(
                "{first} presents a tomcat-ECDSA and {second} was not seen to have one, so these "
                "were not compared.",
                first=shown.node,
                second=without[0].node,
            ),
        )
    else:
        return
    yield make_finding(
        context,
        "nodes-alike",
        state="manual",
        node=missing[0].node,
        text=text,
        remedy=say(
            'Look on the node itself with "show cert own tomcat", "show cert own tomcat-ECDSA" '
            'and, from 12.5(1)SU2 on, "show tls server cert_type"; then collect again.'
        ),
    )


def _find_unlike_servers(
    context: Context, scenario: Scenario, first: NodeState, second: NodeState
) -> list[str]:
    """The web servers that give a browser unlike kinds on two nodes: as seen today, as expected later."""
    cells = {(cell.node, cell.web_server): cell for cell in scenario.endpoints}
    unlike = []
    for name, server in context.knowledge.web_servers.items():
        mine, other = cells.get((first.node, name)), cells.get((second.node, name))
        if (
            mine
            and other
            and (kinds := _find_kinds(mine))
            and (beside := _find_kinds(other))
            and kinds.isdisjoint(beside)
        ):
            unlike.append(server.short)
    return unlike


def _find_kinds(cell: EndpointState) -> set[tuple[str | None, str | None]]:
    """The kinds that a web server gives a browser; empty: not known; nothing at all is a kind of its own."""
    if cell.scenario != "now":
        return {(expected.identity, expected.kind) for expected in cell.expected}
    if cell.observed is None or not has_certificate(cell.observed) or cell.observed.unheard:
        return set()
    return {(cell.observed.identity, cell.observed.kind)}
