"""Where the places of a report are: the ids that chapters give and link to."""

from certlib.assess import Finding

SHORT = 16  # hex digits of a SHA-256 that tell certificates of one site apart


def link_finding(finding: Finding) -> str:
    """To a finding, by check and place."""
    return _join_words("finding", finding.check, finding.endpoint or finding.node or "site")


def link_node(node: str) -> str:
    """To what the report tells of a node."""
    return _join_words("node", node)


def link_answers(endpoint: str) -> str:
    """To the answers of an endpoint."""
    return _join_words("answers", endpoint)


def link_certificate(sha256: str) -> str:
    """To a certificate's facts."""
    return _join_words("certificate", sha256[:SHORT])


def _join_words(*parts: str) -> str:
    return "-".join(word for part in parts for word in part.split())
