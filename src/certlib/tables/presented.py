"""Which endpoints presented which certificate."""

from collections.abc import Iterator

from certlib.evidence import Evidence
from certlib.text import make_visible
from certlib.x509 import Certificate


def list_presented(evidence: Evidence) -> Iterator[tuple[Certificate, list[str]]]:
    """Each certificate with the endpoints that presented it as their leaf; leaves come first."""
    users: dict[str, list[str]] = {}
    for presentation in (*evidence.presentations, *evidence.elsewhere):
        leaf, endpoint = presentation.leaf, presentation.endpoint
        if leaf and endpoint not in users.setdefault(leaf, []):
            users[leaf].append(endpoint)
    for sha256 in (*users, *(sha256 for sha256 in evidence.certificates if sha256 not in users)):
        yield evidence.certificates[sha256], [make_visible(user) for user in users.get(sha256, [])]
