"""The names in certificates and where they lead."""

from certlib.assess.checks.core import conclude, find_node_leaves, make_finding, report_leaf
from certlib.assess.checks.leaves import Leaf, judge_leaves, read_or
from certlib.assess.context import Context
from certlib.assess.faults import list_hosts, list_names_for, normalize_host
from certlib.assess.harm import judge_harm
from certlib.assess.model import Finding, FindingState
from certlib.evidence import LookUp
from certlib.inventory import Endpoint
from certlib.language import join_list, say
from certlib.reasons import describe
from certlib.x509 import Unreadable


def check_name_in_certificate(context: Context) -> tuple[Finding, ...]:
    """Check whether each leaf names its node among the subject alternative names.

    Judged as browsers do: without case, `*` for one label, an address as an address.

    The common name does not count, `-EC` in it or not. Agents can accept such a certificate unless their
    browser forgets it beside a good one.
    """
    faults, judged = [], []
    for node, leaf, endpoints in find_node_leaves(context):
        certificate = context.evidence.certificates.get(leaf)
        if (
            certificate is None
            or isinstance(list_names_for(certificate, node), Unreadable)
            or endpoints[0].web_server is None
        ):
            continue
        judged.append(leaf)
        trust = context.judge_leaf([endpoint.id for endpoint in endpoints], leaf, on=context.day)
        if "other-name" in trust.faults:
            harm = judge_harm(context, node=node, leaf=leaf, trust=trust, faults=("other-name",))
            state: FindingState = harm if harm in ("outage", "blocks") else "action"
            text = say(
                "The certificate of {web_servers} on {node} does not have {node} among its subject "
                "alternative names.",
                web_servers=join_list(*(endpoint.title for endpoint in endpoints)),
                node=node,
            )
            check = "name-in-certificate"
            faults.append(report_leaf(context, check, leaf=leaf, endpoints=endpoints, state=state, text=text))
    text = say("Every certificate names the node that presents it.")
    return conclude(context, "name-in-certificate", faults=faults, judged=judged, text=text)


def check_dns_name(context: Context) -> tuple[Finding, ...]:
    """Check whether a node's name leads to the address at which it was asked.

    What the name resolved to at the collection against the inventory's address, or what that resolved to.

    Names that the collecting PC's name server does not know are one finding, for information: the agents' may
    know them.
    """
    known = {look_up.name: look_up for look_up in context.evidence.names}
    faults, judged = [], []
    unknown: list[tuple[LookUp, Endpoint]] = []
    unseen = []
    for name, presentation in _find_apart(context).items():
        look_up = known.get(name)
        if look_up is None:
            unseen.append(name)
            continue
        meant = (
            known[presentation.address].addresses
            if presentation.address in known
            else (presentation.address,)
        )
        judged.append(presentation.id)
        if {*map(normalize_host, look_up.addresses)} & {*map(normalize_host, meant)}:
            continue
        if not look_up.addresses:
            unknown.append((look_up, presentation))
            continue
        faults.append(
            make_finding(
                context,
                "dns-name",
                state="action",
                node=presentation.node,
                text=_report_elsewhere(look_up, presentation.address, meant),
                evidence=(presentation.id,),
            )
        )
    if unknown:
        faults.append(_report_unknown(unknown, context))
    if unseen and judged:
        text = say("Not checked: nobody looked up {names}.", names=join_list(*unseen))
        faults.append(
            make_finding(
                context,
                "dns-name",
                state="information",
                text=text,
                evidence=tuple(judged),
                remedy="",
            )
        )
    return conclude(
        context,
        "dns-name",
        faults=faults,
        judged=judged,
        text=say("Every name that has an address of its own in the inventory resolved to that address."),
        nothing=say("The inventory gives no address beside a name, or nobody looked a name up."),
        about_leaves=False,
    )


def _report_unknown(unknown: list[tuple[LookUp, Endpoint]], context: Context) -> Finding:
    """The names that the collecting PC could not look up, in one finding."""
    (look_up, presentation) = unknown[0]
    alone = len(unknown) == 1
    if alone:
        text = say(
            "{name} was queried at {address}; the name server of the collecting PC did not "
            "resolve the name ({failure}). Whether the agents' PCs can resolve it is not known.",
            name=look_up.name,
            address=presentation.address,
            failure=describe(look_up.failure),
        )
    else:
        text = say(
            "The name server of the collecting PC did not resolve these names: {names} "
            "({failures}). They were queried at the addresses that the inventory gives. Whether "
            "the agents' PCs can resolve them is not known.",
            names=join_list(*(name.name for name, _ in unknown)),
            failures=join_list(*dict.fromkeys(describe(name.failure) for name, _ in unknown)),
        )
    return make_finding(
        context,
        "dns-name",
        state="information",
        node=presentation.node if alone else None,
        text=text,
        evidence=tuple(endpoint.id for _, endpoint in unknown),
    )


def _report_elsewhere(look_up: LookUp, address: str, meant: tuple[str, ...]) -> str:
    """A name that leads to another machine than was asked."""
    listed = join_list(*look_up.addresses)
    if not meant:
        return say(
            "{name} resolves to {found}; it was queried at {address} (not resolved).",
            name=look_up.name,
            found=listed,
            address=address,
        )
    if meant == (address,):
        return say(
            "{name} resolves to {found}; it was queried at {address}.",
            name=look_up.name,
            found=listed,
            address=address,
        )
    return say(
        "{name} resolves to {found}; it was queried at {address} ({meant}).",
        name=look_up.name,
        found=listed,
        address=address,
        meant=join_list(*meant),
    )


def _find_apart(context: Context) -> dict[str, Endpoint]:
    """The names that stand beside another address in the inventory, each with one of their endpoints."""
    named = [
        endpoint
        for endpoint in context.endpoints
        if endpoint.server_name and endpoint.server_name != endpoint.address
    ]
    return {
        presentation.server_name: presentation for presentation in reversed(named) if presentation.server_name
    }


def check_wildcard_name(context: Context) -> tuple[Finding, ...]:
    """Check whether a certificate stands for a node by a wildcard, which Finesse does not support.

    Documented for Finesse, hence for UCCX nodes; on SocialMiner it is for information.
    """
    roles = {node.name for node in context.site.nodes}
    return judge_leaves(
        context,
        "wildcard-name",
        wanted=lambda leaf: leaf.node in roles and bool(read_or(leaf.certificate.dns_names, ())),
        judge=_judge_wildcard_name,
        text=say("No certificate of a node has a wildcard among its names."),
    )


def _judge_wildcard_name(leaf: Leaf) -> tuple[FindingState, str] | None:
    wild = [name for name in read_or(leaf.certificate.dns_names, ()) if "*" in name]
    if not wild:
        return None
    state: FindingState = "action" if leaf.role.startswith("uccx") else "information"
    return state, say("{leaf} has the wildcard {name} among its names.", leaf=leaf.describe(), name=wild[0])


def check_san_shared_with_socialminer(context: Context) -> tuple[Finding, ...]:
    """Check whether one certificate names UCCX and SocialMiner, which Cisco does not allow.

    A certificate for several nodes may name the UCCX nodes alone.
    """
    uccx = {normalize_host(node.name) for node in context.site.nodes if node.role.startswith("uccx")}
    miner = {normalize_host(node.name) for node in context.site.nodes if node.role == "socialminer"}

    def judged(leaf: Leaf) -> tuple[FindingState, str] | None:
        names = list_hosts(leaf.certificate)
        if not (names & uccx and names & miner):
            return None
        both = join_list(*sorted(names & (uccx | miner)))
        return "action", say("{leaf} names UCCX and SocialMiner: {nodes}.", leaf=leaf.describe(), nodes=both)

    return judge_leaves(
        context,
        "san-shared-with-socialminer",
        wanted=lambda leaf: bool(uccx and miner) and normalize_host(leaf.node) in uccx | miner,
        judge=judged,
        text=say("No certificate names both a UCCX node and SocialMiner."),
        nothing=say("The site has no pair of UCCX and SocialMiner with certificates."),
    )


def check_san_of_both_uccx_nodes(context: Context) -> tuple[Finding, ...]:
    """Check whether one certificate names both UCCX nodes before Cisco surely documents such certificates.

    To be looked at by hand, as it works in browsers, and Cisco documents it for later releases only.
    """
    uccx = {normalize_host(node.name) for node in context.site.nodes if node.role.startswith("uccx")}

    def judged(leaf: Leaf) -> tuple[FindingState, str] | None:
        names = list_hosts(leaf.certificate) & uccx
        if len(names) < 2:
            return None
        nodes = join_list(*sorted(names))
        return "manual", say("{leaf} names several UCCX nodes: {nodes}.", leaf=leaf.describe(), nodes=nodes)

    return judge_leaves(
        context,
        "san-of-both-uccx-nodes",
        wanted=lambda leaf: len(uccx) > 1 and normalize_host(leaf.node) in uccx,
        judge=judged,
        text=say("Every UCCX node has a certificate of its own."),
        nothing=say("The site has no pair of UCCX nodes with certificates."),
    )
