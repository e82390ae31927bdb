"""What certificates may be used for, and whether others can read them."""

from collections.abc import Collection, Sequence

from cryptography.x509.oid import ExtensionOID

from certlib.assess.checks.core import conclude, make_finding
from certlib.assess.checks.leaves import Leaf, is_in_range, judge_leaves, read_or
from certlib.assess.context import Context
from certlib.assess.harm import judge_harm
from certlib.assess.model import Finding, FindingState
from certlib.assess.trust import describe_fault
from certlib.inventory import Node
from certlib.language import join_list, say
from certlib.x509 import Certificate, Unreadable

MUTUAL = "public-ca-client-authentication"  # its releases are those in which Cisco wants both usages

# What only some browsers mind, or what a CA certificate lacks.
_BESIDE = ("eku-issuer", "eku-any", "eku-any-issuer")


def check_extended_key_usage(context: Context) -> tuple[Finding, ...]:
    """Check whether each leaf may be used as a server, and as a client, as the nodes' requests ask.

    Without the server usage browsers refuse; without the client's, only mutual TLS would fail.

    A certificate that restricts no usage has both.
    """
    mutual = {node.name for node in context.site.nodes if is_in_range(context, MUTUAL, node)}
    return judge_leaves(
        context,
        "extended-key-usage",
        wanted=lambda leaf: leaf.certificate.kind != "unreadable",
        judge=lambda leaf: _judge_extended_key_usage(context, leaf, mutual=leaf.node in mutual),
        text=say("Every certificate may be used as a server and as a client."),
    )


def _judge_extended_key_usage(
    context: Context, leaf: Leaf, *, mutual: bool
) -> tuple[FindingState, str] | None:
    trust = leaf.judge_trust(context)
    usages = read_or(leaf.certificate.extended_key_usage, None)
    if "eku" in trust.faults:
        text = say("{leaf} may not be used as a server (serverAuth is missing).", leaf=leaf.describe())
        return leaf.judge_faults(context, ("eku",)), text
    for fault in (beside for beside in _BESIDE if beside in trust.faults):
        harm = judge_harm(context, node=leaf.node, leaf=leaf.certificate.sha256, trust=trust, faults=(fault,))
        if harm != "none":
            text = say(
                "{leaf}: {fault}", leaf=leaf.describe(), fault=describe_fault(fault, context.knowledge)
            )
            return leaf.judge_faults(context, (fault,)), text
    if usages is None or "anyExtendedKeyUsage" in usages:
        return None
    if "clientAuth" in usages or not leaf.role.startswith(("uccx", "socialminer", "cucm", "cuic")):
        return None
    state: FindingState = "manual" if mutual else "information"
    return state, say(
        "{leaf} may not be used as a client (clientAuth is missing). Browsers and agents are not affected.",
        leaf=leaf.describe(),
    )


def check_key_usage_data_encipherment(context: Context) -> tuple[Finding, ...]:
    """Check whether the CA kept the key usage dataEncipherment that the nodes' requests ask for.

    For information: the certificate was taken and is presented; it matters when it is made anew.

    Only for RSA keys whose usage a CA restricted; for EC keys the standard forbids what Cisco asks for.
    """
    return judge_leaves(
        context,
        "key-usage-data-encipherment",
        wanted=lambda leaf: (
            leaf.by_ca
            and leaf.certificate.key_type == "rsa"
            and read_or(leaf.certificate.key_usage, None) is not None
        ),
        judge=_judge_key_usage_data_encipherment,
        text=say("No CA removed the key usage dataEncipherment."),
        nothing=say("No certificate of a CA restricts the usage of an RSA key."),
    )


def _judge_key_usage_data_encipherment(leaf: Leaf) -> tuple[FindingState, str] | None:
    if "dataEncipherment" in (read_or(leaf.certificate.key_usage, None) or ()):
        return None
    return "information", say("{leaf} lacks the key usage dataEncipherment.", leaf=leaf.describe())


_FINE = {ExtensionOID.KEY_USAGE.dotted_string, ExtensionOID.BASIC_CONSTRAINTS.dotted_string}


def check_critical_extensions(context: Context) -> tuple[Finding, ...]:
    """Check whether a certificate marks an extension as critical that UCCX cannot verify in its peers.

    Documented for CUCM's certificate; on other nodes it is for information, since UCCX may verify them.

    A node is not asked in that role, so CUCM's is seen only where a further endpoint of the inventory is its
    own. Not seen, it is to be looked at before an upgrade after which UCCX begins to verify it.
    """
    cucm = [node for node in context.site.nodes if node.role == "cucm"]
    nodes = {node.name for node in context.site.nodes}
    seen = {leaf for node in cucm for leaf in _find_endpoints(context, node)}
    findings = judge_leaves(
        context,
        "critical-extensions",
        wanted=lambda leaf: (
            (leaf.node in nodes or leaf.node in seen) and isinstance(leaf.certificate.critical, tuple)
        ),
        judge=lambda leaf: _judge_critical_extensions(leaf, seen),
        text=say("No certificate marks another extension than key usage and basic constraints as critical."),
    )
    asking = tuple(finding for finding in findings if finding.state != "pass")
    missing = [node.name for node in cucm if not _find_endpoints(context, node)]
    if missing:
        return (*asking, _report_not_seen(context, missing))
    if cucm or asking:
        return findings
    text = say("The inventory lists no Unified Communications Manager, whose certificate this is about.")
    return (make_finding(context, "critical-extensions", state="not-applicable", text=text),)


def _find_endpoints(context: Context, node: Node) -> set[str]:
    """The further endpoints that are a node's own, by its name or address, and gave a certificate."""
    own = {node.name.casefold(), node.address.casefold()}
    return {
        endpoint.node
        for endpoint in context.endpoints
        if endpoint.web_server is None
        and {endpoint.address.casefold(), (endpoint.server_name or "").casefold()} & own
        and (observed := context.observed.get(endpoint.id))
        and (observed.browser or observed.rsa or observed.ecdsa)
    }


def _report_not_seen(context: Context, nodes: list[str]) -> Finding:
    begins = any(
        is_in_range(context, "trust-uploads", node)
        and not is_in_range(context, "trust-uploads", node, now=True)
        for node in context.site.nodes
        if node.role.startswith("uccx")
    )
    return make_finding(
        context,
        "critical-extensions",
        state="manual" if begins else "information",
        text=say(
            "Not checked: the certificate of {nodes}, which UCCX must be able to verify from "
            "12.5(1) on. Nodes that are listed for context are not queried.",
            nodes=join_list(*nodes),
        ),
        remedy=say(
            '"show cert own tomcat" on Unified Communications Manager shows the certificate. '
            "Other extensions than key usage and basic constraints must not be marked as "
            "critical; listed as an endpoint of the inventory, it is queried."
        ),
    )


def _judge_critical_extensions(leaf: Leaf, cucm: Collection[str]) -> tuple[FindingState, str] | None:
    more = [oid for oid in read_or(leaf.certificate.critical, ()) if oid not in _FINE]
    if not more:
        return None
    state: FindingState = "action" if leaf.node in cucm else "information"
    marked = join_list(*more[:5])
    return state, say(
        "{leaf} marks these extensions as critical: {extensions}.", leaf=leaf.describe(), extensions=marked
    )


_FIELDS = (
    "subject",
    "issuer",
    "not_before",
    "not_after",
    "key_type",
    "signature_key",
    "dns_names",
    "ip_addresses",
)


def check_certificate_readable(context: Context) -> tuple[Finding, ...]:
    """Check whether every certificate that was sent can be read.

    A certificate that is missing from the evidence, or whose fields can't be read, is a finding.

    What could be read although it is badly formed is told too; what browsers make of it is another check's.
    """
    users: dict[str, list[str]] = {}
    for presentation in context.evidence.presentations:
        for sha in presentation.chain:
            users.setdefault(sha, [])
            if presentation.endpoint not in users[sha]:
                users[sha].append(presentation.endpoint)
    faults = []
    for sha, endpoints in users.items():
        certificate = context.evidence.certificates.get(sha)
        broken = [
            name for name in _FIELDS if certificate and isinstance(getattr(certificate, name), Unreadable)
        ]
        if certificate and certificate.kind == "unreadable" and not broken:
            broken = ["kind"]
        if certificate is None or broken:
            faults.append(
                _make_finding(context, sha, endpoints, "error", _describe_unreadable(sha, endpoints, broken))
            )
        elif certificate.malformed:
            text = _describe_malformed(sha, endpoints, certificate)
            faults.append(_make_finding(context, sha, endpoints, "information", text))
    text = say("Every certificate that was sent could be read.")
    return conclude(
        context, "certificate-readable", faults=faults, judged=users, text=text, about_leaves=False
    )


def _make_finding(
    context: Context, sha: str, endpoints: Sequence[str], state: FindingState, text: str
) -> Finding:
    return make_finding(
        context,
        "certificate-readable",
        state=state,
        node=endpoints[0].rpartition("/")[0] or None,
        endpoint=endpoints[0],
        text=text,
        evidence=(sha, *endpoints),
    )


def _describe_malformed(sha: str, endpoints: Sequence[str], certificate: Certificate) -> str:
    """A certificate that could be read, with what a strict reader refuses in it."""
    parts = _list_some([f"{part}" for part in certificate.malformed])
    return say(
        "The certificate {sha}…, sent by {endpoints}, could be read, but is badly formed ({parts}).",
        sha=sha[:16],
        endpoints=_list_some(endpoints),
        parts=parts,
    )


def _list_some(texts: Sequence[str]) -> str:
    """The first three, and how many more there are."""
    more = len(texts) - 3
    return join_list(*texts[:3], *([say("{number} more", number=more)] if more > 0 else []))


def _describe_unreadable(sha: str, endpoints: Sequence[str], fields: Sequence[str]) -> str:
    """A certificate with fields that can't be read, or without its bytes."""
    start, where = sha[:16], _list_some(endpoints)
    if not fields:
        return say(
            "The certificate {sha}…, sent by {endpoints}, is missing from the evidence.",
            sha=start,
            endpoints=where,
        )
    listed = join_list(*fields)
    return say(
        "The certificate {sha}…, sent by {endpoints}, could not be read ({fields}).",
        sha=start,
        endpoints=where,
        fields=listed,
    )
