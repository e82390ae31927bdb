"""Whether a node, a port and every address of a name give the same certificate."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from certlib.assess import words
from certlib.assess.checks.core import conclude, make_finding
from certlib.assess.context import Context, has_certificate
from certlib.assess.model import Finding
from certlib.assess.observed import find_identity, list_leaves
from certlib.evidence import Presentation
from certlib.inventory import Endpoint
from certlib.knowledge import explain_reason
from certlib.language import format_day, join_list, say
from certlib.text import make_visible
from certlib.x509 import Certificate


def check_same_certificate_on_node(context: Context) -> tuple[Finding, ...]:
    """Check whether all web servers of a node that present one kind of key present the same certificate.

    A web server with another leaf than most of its node was not restarted, or a device answers for it.

    Of a node with several, one that answers alone shows nothing of the others.
    """
    faults: list[Finding] = []
    judged: list[str] = []
    silent: list[str] = []
    for node in context.site.nodes:
        faults += _find_others(context, node.name)
        asked = [
            cell
            for cell in context.scenarios[0].endpoints
            if cell.node == node.name and cell.web_server and cell.presence is None
        ]
        asked = [state for state in asked if context.knowledge.web_servers[state.web_server].prefers]
        alive = [state.observed for state in asked if state.observed and has_certificate(state.observed)]
        judged += [leaf for seen in alive for leaf in list_leaves(seen)]
        silent += [state.endpoint for state in asked if alive and not has_certificate(state.observed)]
        if len(alive) == 1 < len(asked):
            faults.append(
                make_finding(
                    context,
                    "same-certificate-on-node",
                    state="manual",
                    node=node.name,
                    endpoint=alive[0].endpoint,
                    text=say(
                        "Not checked on {node}: one of its web servers alone answered, so there is nothing "
                        "to compare.",
                        node=node.name,
                    ),
                    evidence=tuple(state.endpoint for state in asked),
                    remedy=say(
                        'Collect again when the others answer; "show cert own tomcat" on the node shows what '
                        "they should present after a restart."
                    ),
                )
            )
    text = say("On every node the web servers with one kind of key present the same certificate.")
    return conclude(
        context, "same-certificate-on-node", faults=faults, judged=judged, text=text, unseen=silent
    )


def _find_others(context: Context, node: str) -> Iterator[Finding]:
    """The web servers of a node that present another certificate than most."""
    for identity in ("tomcat", "tomcat-ECDSA"):
        usual = context.find_identity_leaf(node, identity)
        for seen in context.list_observed(node):
            for leaf in list_leaves(seen):
                if leaf == usual or find_identity(context.evidence.certificates.get(leaf)) != identity:
                    continue
                server = context.knowledge.web_servers.get(seen.endpoint.rpartition("/")[2])
                place = words.name_place(server, node)
                yield make_finding(
                    context,
                    "same-certificate-on-node",
                    state="action",
                    node=node,
                    endpoint=seen.endpoint,
                    text=say(
                        "{place} presents another {identity} certificate than most web servers of the node.",
                        place=place,
                        identity=identity,
                    ),
                    evidence=(seen.endpoint, leaf, *([usual] if usual else ())),
                )


_SHORT = 16  # hex digits of a fingerprint


def check_same_certificate_on_port(context: Context) -> tuple[Finding, ...]:
    """Check whether a web server gives one leaf for each kind of key, whatever and whenever it is asked.

    Different leaves of one kind leave it open which of them agents are given.

    Where a client that somebody described is given another one than every offer that tells of browsers, the
    server may choose by the client: that is to be looked at by hand.
    """
    faults, judged = [], []
    for endpoint in context.endpoints:
        seen = context.observed.get(endpoint.id)
        if seen is None:
            continue
        judged.append(endpoint.id)
        by_client = bool(seen.by_client)
        unlike = seen.by_client if by_client else seen.unlike if seen.unsure == "leaves" else ()
        if not unlike:
            continue
        place = words.name_place(context.find_server(endpoint), endpoint.node)
        leaves = _describe_leaves(unlike, context)
        text = (
            say(
                "{place} gave different certificates with one kind of key: {certificates}. All "
                "queries that tell what browsers get brought the same, so it may choose by the "
                "client, or a load balancer stands in front of it.",
                place=place,
                certificates=leaves,
            )
            if by_client
            else say(
                "{place} gave different certificates with one kind of key: {certificates}. A load "
                "balancer, a gateway that inspects TLS, or a restart between two queries may be the "
                "cause. Nothing is concluded about agents from this port.",
                place=place,
                certificates=leaves,
            )
        )
        faults.append(
            make_finding(
                context,
                "same-certificate-on-port",
                state="manual" if by_client else "error",
                node=endpoint.node,
                endpoint=endpoint.id,
                text=text,
                evidence=(
                    endpoint.id,
                    *dict.fromkeys(presentation.leaf for presentation in unlike if presentation.leaf),
                ),
                remedy=say(
                    "Ask who runs the web server whether it chooses the certificate by the client, and "
                    "collect again."
                )
                if by_client
                else None,
            )
        )
    return conclude(
        context,
        "same-certificate-on-port",
        faults=faults,
        judged=judged,
        text=say("Every web server gave one certificate for each kind of key, whatever it was asked."),
    )


def _describe_leaves(unlike: Sequence[Presentation], context: Context) -> str:
    """Each leaf with the offers that brought it."""
    offers: dict[str, list[Presentation]] = {}
    for presentation in unlike:
        offers.setdefault(presentation.leaf or "", []).append(presentation)
    known = context.evidence.certificates
    parts = (
        say(
            "{certificate}, to {offers}",
            certificate=describe_leaf(known.get(leaf), leaf),
            offers=join_list(*(_offer(row) for row in rows)),
        )
        for leaf, rows in offers.items()
    )
    return "; ".join(parts)


def _offer(presentation: Presentation) -> str:
    """An offer, with the version in which it was answered."""
    if not presentation.version:
        return presentation.offer
    return say("{offer} in {version}", offer=presentation.offer, version=presentation.version)


def describe_leaf(certificate: Certificate | None, sha256: str) -> str:
    """A leaf by its key, the beginning of its fingerprint, its issuer and its days."""
    start = sha256[:_SHORT]
    if certificate is None or certificate.kind == "unreadable":
        return say("{sha}… (it cannot be read)", sha=start)
    begin, end = (
        format_day(moment) if isinstance(moment, datetime) else f"{moment}"
        for moment in (certificate.not_before, certificate.not_after)
    )
    return say(
        "{key} {sha}… of {issuer} (valid {begin} to {end})",
        key=words.name_key(find_identity(certificate)),
        sha=start,
        issuer=make_visible(str(certificate.issuer_cn or certificate.issuer)),
        begin=begin,
        end=end,
    )


def check_same_certificate_at_addresses(context: Context) -> tuple[Finding, ...]:
    """Check whether every address of a web server's name gives a browser the same.

    Which of several addresses an agent's PC reaches is not known.

    Where they differ, nothing is concluded; one that nobody asked leaves open what it gives. One to which the
    collecting PC has no way is to be looked at by hand: agents' browsers take another where they have none
    either, and nobody knows whether they have.
    """
    faults, judged = [], []
    for endpoint in context.endpoints:
        seen = context.observed.get(endpoint.id)
        if seen is None:
            continue
        further = {
            presentation.address
            for presentation in context.evidence.elsewhere
            if presentation.endpoint == endpoint.id
        }
        if further or seen.unasked or seen.no_route:
            judged.append(endpoint.id)
        if seen.unsure == "addresses":
            faults.append(_report_unlike(endpoint, seen.unlike, context))
    faults += [*_group_unlearnt(context, asked=False), *_group_unlearnt(context, asked=True)]
    return conclude(
        context,
        "same-certificate-at-addresses",
        faults=faults,
        judged=judged,
        text=say("Every address of a name that has several gave a browser the same certificate."),
        nothing=say("No web server was queried by a name that has several addresses."),
        about_leaves=False,
    )


def _report_unlike(endpoint: Endpoint, rows: Iterable[Presentation], context: Context) -> Finding:
    place = words.name_place(context.find_server(endpoint), endpoint.node)
    rows = tuple(rows)
    answers = "; ".join(
        _describe_answer(row, context) for row in sorted(rows, key=lambda row: row.address or "")
    )
    leaves = dict.fromkeys(row.leaf for row in rows if row.leaf)
    return make_finding(
        context,
        "same-certificate-at-addresses",
        state="error",
        node=endpoint.node,
        endpoint=endpoint.id,
        text=say(
            "{place}: the addresses of {name} do not give a browser the same. {given}. Which of "
            "them an agent's PC reaches is not known, so nothing is concluded about agents from "
            "this port.",
            place=place,
            name=endpoint.address,
            given=answers,
        ),
        evidence=(endpoint.id, *leaves),
    )


def _describe_answer(presentation: Presentation, context: Context) -> str:
    """What one address gave a browser."""
    known = context.evidence.certificates
    if presentation.leaf and presentation.reason is None:
        leaf = describe_leaf(known.get(presentation.leaf), presentation.leaf)
    else:
        why = explain_reason(presentation, among=(presentation,), knowledge=context.knowledge).sentence
        leaf = say("none ({reason})", reason=why)
    return say("{address}: {given}", address=presentation.address or "", given=leaf)


def _group_unlearnt(context: Context, *, asked: bool) -> list[Finding]:
    """The addresses of a name at which nothing was learnt, in one finding for all ports of the name.

    `asked`: those that were asked in vain, else those at which nobody asked.
    """
    groups: dict[tuple[str, tuple[str, ...]], list[Endpoint]] = {}
    for endpoint in context.endpoints:
        seen = context.observed.get(endpoint.id)
        addresses = () if seen is None else seen.no_route if asked else seen.unasked
        if addresses:
            groups.setdefault((endpoint.address, addresses), []).append(endpoint)
    return [
        _report_not_seen(name, addresses, endpoints, context, asked=asked)
        for (name, addresses), endpoints in groups.items()
    ]


def _report_not_seen(
    name: str, addresses: tuple[str, ...], endpoints: list[Endpoint], context: Context, *, asked: bool
) -> Finding:
    texts = {
        "name": name,
        "addresses": join_list(*addresses),
        "places": join_list(*(endpoint.title for endpoint in endpoints)),
    }
    if asked:
        text = say(
            "{name} also resolves to {addresses}, to which the collecting PC found no way "
            "({places}). Browsers take another address where they find no way either; whether "
            "the agents' PCs do is not known.",
            **texts,
        )
        remedy = say(
            "See from an agent's PC whether it reaches these addresses. Where it does, collect "
            "from there; where nobody does, take them out of DNS."
        )
    else:
        text = say(
            "{name} also resolves to {addresses}, where nobody asked ({places}). What agents "
            "meet there is not known.",
            **texts,
        )
        remedy = say(
            "Collect again, so that every address of the name is queried; or give the node's own "
            "address in the inventory, where the others belong to another machine."
        )
    return make_finding(
        context,
        "same-certificate-at-addresses",
        state="manual" if asked else "error",
        node=endpoints[0].node,
        endpoint=endpoints[0].id if len(endpoints) == 1 else None,
        text=text,
        evidence=tuple(endpoint.id for endpoint in endpoints),
        remedy=remedy,
    )
