"""What has to be put right whatever option is taken: certificates to make anew, web servers to restart."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from certlib.assess.checks.harm import ends_with_upgrade
from certlib.assess.checks.validity import get_steps
from certlib.assess.context import Context
from certlib.assess.faults import list_hosts, normalize_host
from certlib.assess.model import Finding, Reissue
from certlib.assess.observed import find_identity, list_leaves
from certlib.inventory import CONTEXT_ROLES

# Findings that ask for a new certificate now; one that may wait until after the upgrade does not.
ASKING = ("blocks", "outage", "error", "action")
DATES = ("valid-on-upgrade-day", "expires-soon")


def find_reissues(context: Context, findings: Iterable[Finding]) -> tuple[Reissue, ...]:
    """Each certificate once, in the order of the nodes; both UCCX nodes together where they share it."""
    asked: dict[str, list[Finding]] = {}
    for one in findings:
        check = context.knowledge.checks[one.check]
        seen = context.observed.get(one.endpoint or "")
        if seen and seen.unsure:
            continue  # whose certificate it is, nobody knows
        if check.reissue and one.state in ASKING and one.waiver is None:
            for sha256 in one.statement.evidence:
                asked.setdefault(sha256, []).append(one)
    found = [made for sha256, why in asked.items() for made in _make_reissues(context, sha256, why)]
    order = [node.name for node in context.site.nodes]
    return tuple(sorted(found, key=lambda one: (order.index(one.nodes[0]), one.identity)))


def find_stale_leaves(context: Context) -> dict[str, tuple[str, ...]]:
    """By node, the leaves that some web server still presents while most of its node present another.

    Source: rule-shared-store; such a web server was not restarted since the certificate was replaced.
    """
    found: dict[str, dict[str, None]] = {}
    for node in context.site.nodes:
        for leaf in (leaf for seen in context.seen_on(node.name) for leaf in list_leaves(seen)):
            identity = find_identity(context.evidence.certificates.get(leaf))
            if identity and leaf != context.identity_leaf(node.name, identity):
                found.setdefault(node.name, {})[leaf] = None
    return {node: tuple(those) for node, those in found.items()}


def _make_reissues(context: Context, sha256: str, why: list[Finding]) -> Iterator[Reissue]:
    certificate = context.evidence.certificates.get(sha256)
    identity = find_identity(certificate)
    if certificate is None or identity is None:
        return
    ends = certificate.not_after.date() if isinstance(certificate.not_after, datetime) else None
    counted = [one for one in why if one.check not in DATES or _ends(context, ends)]
    ended = any(one.check in DATES for one in counted)
    nodes = [
        node.name
        for node in context.site.nodes
        if node.role not in CONTEXT_ROLES
        and sha256 not in context.stale.get(node.name, ())  # its restart is enough
        and not ends_with_upgrade(context, node.name, sha256)
        and any(one.node == node.name for one in counted)
    ]
    if not nodes:
        return
    stops = any(one.state == "outage" for one in counted)
    reissue = Reissue(
        nodes=tuple(nodes),
        identity=identity,
        sha256=sha256,
        checks=tuple(dict.fromkeys(one.check for one in counted)),
        ends=ends if ended else None,
        by_itself=certificate.kind == "self-signed",
        before=stops or bool(ended and ends and ends < context.day),
    )
    if len(nodes) == 1 or list_hosts(certificate) >= {*map(normalize_host, nodes)}:
        yield reissue
        return
    for node in nodes:  # one certificate that was copied is made anew for each
        yield Reissue(
            (node,), identity, sha256, reissue.checks, reissue.ends, reissue.by_itself, reissue.before
        )


def _ends(context: Context, ends: date | None) -> bool:
    """Whether the certificate itself ends before long, and not a CA's above it."""
    _, soon, _ = get_steps(context.knowledge)
    return ends is not None and (ends - context.day).days <= soon
