"""Who vouches for certificates: whether their chains are whole and lead to what browsers trust."""

from datetime import date, datetime
from typing import Literal

from certlib.assess.checks.core import conclude, find_node_leaves, make_finding, report_leaf
from certlib.assess.checks.leaves import Leaf, judge_leaves
from certlib.assess.context import Context
from certlib.assess.harm import Harm, judge_harm
from certlib.assess.model import Finding, FindingState
from certlib.assess.proof import Proof, TrustPath
from certlib.assess.trust import describe_fault
from certlib.inventory import Endpoint
from certlib.language import format_day, join_list, mark, say
from certlib.text import make_visible
from certlib.x509 import Certificate


def check_self_signed(context: Context) -> tuple[Finding, ...]:
    """Find which web servers present a certificate for which no CA vouches and that agents' PCs do not trust.

    Where a browser gets it from a web server that agents use, there is something to do.

    One that the inventory lists as trusted by the PCs is fine.
    """
    trusted = context.site.agents.trusted_cas
    leaves = {observed.browser for observed in context.observed.values()}

    def judged(leaf: Leaf) -> tuple[FindingState, str] | None:
        if leaf.certificate.kind != "self-signed" or leaf.certificate.sha256 in trusted:
            return None
        titles = join_list(*dict.fromkeys(endpoint.title for endpoint in leaf.endpoints))
        text = say("{leaf} is self-signed ({web_servers}).", leaf=leaf.describe(), web_servers=titles)
        if leaf.for_agents and leaf.certificate.sha256 in leaves:
            return "action", text
        not_given = say("Agents' browsers are not given it.")
        return "information", f"{text} {not_given}"

    return judge_leaves(
        context,
        "self-signed",
        wanted=lambda leaf: leaf.certificate.kind != "unreadable",
        judge=judged,
        text=say(
            "A CA signed every certificate that was presented, or the agents' PCs trust it by the inventory."
        ),
    )


CHAIN_COMPLETE_TEXTS = {
    "twice": mark("{chain} holds a certificate twice."),
    "cross-signed": mark(
        "{chain} holds one CA under two issuers (cross-signed); clients may follow either way."
    ),
    "stray": mark("{chain} holds a certificate that signed none of the others."),
    "disorder": mark("{chain} is not in order: each certificate should follow the one that it signed."),
}


def check_chain_complete(context: Context) -> tuple[Finding, ...]:
    """Check whether each chain is sent whole, in order, and without what does not belong to it.

    Judged as sent; a root that is not sent is no fault.

    An intermediate is missing where another web server of the site sends it, and where what was sent ends at
    a certificate that no CA of the inventory signed: unless that was a root that it does not list. Where the
    inventory lists none, a leaf that is sent alone leaves it open.
    """
    known = tuple(context.evidence.certificates.values())

    def judged(leaf: Leaf) -> tuple[FindingState, str] | None:
        path = _sort_chain(leaf.chain, context.proof)
        last = path[-1]
        way = context.find_trust_path(
            [endpoint.id for endpoint in leaf.endpoints], leaf.certificate.sha256, on=context.day
        )
        if last.self_signed is False and not way.leads:
            above = [
                issuer
                for issuer in known
                if issuer not in path and context.proof.certifies(issuer.sha256, last.sha256)
            ]
            sent_elsewhere = next((issuer for issuer in above if issuer.self_signed is False), None)
            with_leaf = leaf.describe("with")
            if sent_elsewhere:
                subject = make_visible(str(sent_elsewhere.subject))
                return "action", say(
                    "{with_leaf} a CA certificate is not sent that another web server sends: {subject}.",
                    with_leaf=with_leaf,
                    subject=subject,
                )
            if context.site.agents.trusted_cas and not above:
                issuer = make_visible(str(last.issuer))
                return "action", say(
                    "{with_leaf} the certificate of the CA {issuer} is not sent, and the inventory does "
                    "not list it: an intermediate that has to be sent along, or a root that the agents' "
                    "PCs have to trust.",
                    with_leaf=with_leaf,
                    issuer=issuer,
                )
            if not above and len(path) == 1:
                return "manual", say(
                    "{with_leaf} no CA certificate is sent, and the inventory lists none. Whether the "
                    "root signed it, or an intermediate that is missing here, cannot be told.",
                    with_leaf=with_leaf,
                )
        fault = _find_disorder(leaf.chain, path)
        if fault is None:
            return None
        return "information", say(CHAIN_COMPLETE_TEXTS[fault], chain=leaf.describe("chain"))

    return judge_leaves(
        context,
        "chain-complete",
        wanted=lambda leaf: leaf.by_ca,
        judge=judged,
        text=say("Every chain is in order, and no CA certificate is known to be missing from it."),
        nothing=say("No certificate that a CA signed was presented."),
        chains=True,
    )


def _sort_chain(chain: tuple[Certificate, ...], proof: Proof) -> list[Certificate]:
    """The chain from the leaf upwards, each certificate signed by the next, whatever the order sent."""
    path = [chain[0]]
    while path[-1].self_signed is not True:
        below = path[-1].sha256
        above = next(
            (issuer for issuer in chain if issuer not in path and proof.certifies(issuer.sha256, below)), None
        )
        if above is None:
            break
        path.append(above)
    return path


def _find_disorder(
    chain: tuple[Certificate, ...], path: list[Certificate]
) -> Literal["twice", "cross-signed", "stray", "disorder"] | None:
    """What is out of order in a chain; None when nothing is, or when it can't be told."""
    if any(certificate.kind == "unreadable" for certificate in chain):
        return None
    once = list(dict.fromkeys(certificate.sha256 for certificate in chain))
    if len(once) < len(chain):
        return "twice"
    keys = [(certificate.subject, certificate.key_sha256) for certificate in chain[1:]]
    if len(set(keys)) < len(keys):
        return "cross-signed"
    if len(path) < len(chain):
        return "stray"
    if once != [certificate.sha256 for certificate in path]:
        return "disorder"
    return None


def check_chain_root_trusted_by_agents(context: Context) -> tuple[Finding, ...]:
    """Check whether the certificates signed by a CA lead to one that the agents' PCs trust.

    Judged against the CA certificates of the inventory; without any, it is left to be checked by hand.

    For the day of the upgrade; of a certificate that ends before, for its last day, since its end is another
    check's. A chain whose names and signatures alone lead to such a CA, as it is not one by the public web's
    rules, is for information: what browsers make of it is told by other checks.
    """
    by_ca = [
        (node, leaf, endpoints)
        for node, leaf, endpoints in find_node_leaves(context)
        if (certificate := context.evidence.certificates.get(leaf))
        and certificate.kind not in ("self-signed", "unreadable")
        and any((server := context.find_server(endpoint)) and server.agent_facing for endpoint in endpoints)
    ]
    if by_ca and not context.site.agents.trusted_cas:
        text = say(
            "The inventory names no CA that the agents' PCs trust, so whether they trust the "
            "certificates was not judged."
        )
        return (make_finding(context, "chain-root-trusted-by-agents", state="manual", text=text),)
    judged = (
        (node, leaf, endpoints, _judge_chain_root_trusted_by_agents(context, node, leaf, endpoints))
        for node, leaf, endpoints in by_ca
    )
    refused = say(
        "See what the other findings say of the certificate and its CA, and open the web "
        "server's page in an agent's browser."
    )
    faults = [
        report_leaf(
            context,
            "chain-root-trusted-by-agents",
            leaf=leaf,
            endpoints=endpoints,
            state=fault[0],
            text=fault[1],
            remedy=refused if fault[0] == "information" else None,
        )
        for node, leaf, endpoints, fault in judged
        if fault
    ]
    text = say(
        "Every certificate that a CA signed leads to a CA which the inventory lists as "
        "trusted by the agents' PCs; the verifier of the library cryptography confirmed each "
        "chain for {day}.",
        day=format_day(context.day),
    )
    return conclude(
        context,
        "chain-root-trusted-by-agents",
        faults=faults,
        judged=[leaf for _, leaf, _ in by_ca],
        text=text,
    )


def _judge_chain_root_trusted_by_agents(
    context: Context, node: str, leaf: str, endpoints: list[Endpoint]
) -> tuple[FindingState, str] | None:
    day = _format_end(context, leaf)
    way = context.find_trust_path([endpoint.id for endpoint in endpoints], leaf, on=day)
    if not way.leads:
        return "action", _judge_trust(node, way, day)
    if way.by != "signatures":
        return None
    return "information", say(
        "A certificate of {node} leads to a CA which the inventory lists, by the CAs' names "
        "and signatures, on {day}; by the stricter rules of the public web, which are tried "
        "first, the chain does not hold.",
        node=node,
        day=format_day(day),
    )


def _judge_trust(node: str, way: TrustPath, day: date) -> str:
    """A CA that the inventory does not list, or to which the way is broken on a day."""
    if way.ended:
        return say(
            "A certificate of {node} does not lead to a CA which the inventory lists as trusted "
            "by the agents' PCs on {day}: a CA certificate on the way is not valid then.",
            node=node,
            day=format_day(day),
        )
    return say(
        "A certificate of {node} does not lead to a CA which the inventory lists as trusted "
        "by the agents' PCs, whatever the hash of the signatures. A public CA that browsers "
        "trust by themselves may be fine.",
        node=node,
    )


def _format_end(context: Context, leaf: str) -> date:
    end = context.evidence.certificates[leaf].not_after
    return min(context.day, end.date()) if isinstance(end, datetime) else context.day


_STATES: dict[Harm, FindingState] = {
    "outage": "outage",
    "blocks": "blocks",
    "asks": "action",
    "unknown": "manual",
    "none": "information",
}


def check_taken_by_browsers(context: Context) -> tuple[Finding, ...]:
    """Check whether browsers take each leaf, and the CA certificates sent with it, in all other respects.

    Each fault that knowledge/refusals.yaml knows and gives no check of its own, and what nobody tried.
    """
    refusals = context.knowledge.refusals
    faults, judged = [], []
    for node, leaf, endpoints in find_node_leaves(context):
        if leaf not in context.evidence.certificates or endpoints[0].web_server is None:
            continue
        judged.append(leaf)
        trust = context.judge_leaf([endpoint.id for endpoint in endpoints], leaf, on=context.day)
        for fault in trust.faults:
            entry = refusals.get(fault)
            if entry and entry.check:
                continue
            harm = judge_harm(context, node=node, leaf=leaf, trust=trust, faults=(fault,))
            titles = join_list(*(endpoint.title for endpoint in endpoints))
            text = say(
                "The certificate of {web_servers} on {node}: {fault}",
                web_servers=titles,
                node=node,
                fault=describe_fault(fault, context.knowledge),
            )
            state = _STATES[harm]
            faults.append(
                report_leaf(
                    context, "taken-by-browsers", leaf=leaf, endpoints=endpoints, state=state, text=text
                )
            )
    return conclude(
        context,
        "taken-by-browsers",
        faults=faults,
        judged=judged,
        text=say(
            "Nothing was found in the certificates, beside what other checks look at, for which "
            "browsers refuse them."
        ),
    )
