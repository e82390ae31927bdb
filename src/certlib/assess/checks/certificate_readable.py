"""Whether every certificate that was sent can be read."""

from collections.abc import Sequence

from certlib.assess.checks.finding import all_well, finding
from certlib.assess.context import Context
from certlib.assess.model import Finding, FindingState
from certlib.language import join_list, say
from certlib.x509 import Certificate, Unreadable

CHECK = "certificate-readable"
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


def check(context: Context) -> tuple[Finding, ...]:
    """A certificate that is missing from the evidence, or whose fields can't be read, is a finding.

    What could be read although it is badly formed is told too; what browsers make of it is another check's.
    """
    users: dict[str, list[str]] = {}
    for one in context.evidence.presentations:
        for sha in one.chain:
            users.setdefault(sha, [])
            if one.endpoint not in users[sha]:
                users[sha].append(one.endpoint)
    faults = []
    for sha, endpoints in users.items():
        certificate = context.evidence.certificates.get(sha)
        broken = [
            name for name in _FIELDS if certificate and isinstance(getattr(certificate, name), Unreadable)
        ]
        if certificate and certificate.kind == "unreadable" and not broken:
            broken = ["kind"]
        if certificate is None or broken:
            faults.append(_finding(context, sha, endpoints, "error", _unreadable(sha, endpoints, broken)))
        elif certificate.malformed:
            text = _malformed(sha, endpoints, certificate)
            faults.append(_finding(context, sha, endpoints, "information", text))
    text = say("Every certificate that was sent could be read.")
    return all_well(context=context, check=CHECK, faults=faults, judged=users, text=text, about_leaves=False)


def _finding(context: Context, sha: str, endpoints: Sequence[str], state: FindingState, text: str) -> Finding:
    return finding(
        context=context,
        check=CHECK,
        state=state,
        node=endpoints[0].rpartition("/")[0] or None,
        endpoint=endpoints[0],
        text=text,
        evidence=(sha, *endpoints),
    )


def _malformed(sha: str, endpoints: Sequence[str], certificate: Certificate) -> str:
    """A certificate that could be read, with what a strict reader refuses in it."""
    parts = _some([f"{one}" for one in certificate.malformed])
    return say(
        "The certificate {sha}…, sent by {endpoints}, could be read, but is badly formed ({parts}).",
        sha=sha[:16],
        endpoints=_some(endpoints),
        parts=parts,
    )


def _some(texts: Sequence[str]) -> str:
    """The first three, and how many more there are."""
    more = len(texts) - 3
    return join_list(*texts[:3], *([say("{number} more", number=more)] if more > 0 else []))


def _unreadable(sha: str, endpoints: Sequence[str], fields: Sequence[str]) -> str:
    """A certificate with fields that can't be read, or without its bytes."""
    start, where = sha[:16], _some(endpoints)
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
