"""Whether every certificate that was sent can be read."""

from collections.abc import Sequence

from certlib.assess.checks.finding import all_well, finding
from certlib.assess.context import Context
from certlib.assess.model import Finding
from certlib.language import Phrases
from certlib.x509 import Unreadable

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
    """A certificate that is missing from the evidence, or whose fields can't be read, is a finding."""
    say = context.knowledge.say
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
            text = _unreadable(sha, endpoints, broken, say)
            faults.append(
                finding(
                    context=context, check=CHECK, state="error", node=endpoints[0].rpartition("/")[0] or None,
                    endpoint=endpoints[0], text=text, evidence=(sha, *endpoints),
                )
            )  # fmt: skip
    text = say("check-certificate-readable.pass")
    return all_well(context=context, check=CHECK, faults=faults, judged=users, text=text, about_leaves=False)


def _unreadable(sha: str, endpoints: Sequence[str], fields: Sequence[str], say: Phrases) -> str:
    """A certificate with fields that can't be read, or without its bytes."""
    more = len(endpoints) - 3
    named = [*endpoints[:3], *([say("check-certificate-readable.more", number=more)] if more > 0 else [])]
    start, where = sha[:16], say.listed(*named)
    if not fields:
        return say("check-certificate-readable.missing", sha=start, endpoints=where)
    listed = say.listed(*fields)
    return say("check-certificate-readable.unreadable", sha=start, endpoints=where, fields=listed)
