"""Where links within a report lead: the same in the next report on the site, as they are made of names."""

from certlib.assess import Finding

SHORT = 16  # hex digits of a SHA-256 that tell certificates of one site apart


def of_finding(finding: Finding) -> str:
    """To a finding, by check and place."""
    return _joined("finding", finding.check, finding.endpoint or finding.node or "site")


def of_node(node: str) -> str:
    """To what the report tells of a node."""
    return _joined("node", node)


def of_answers(endpoint: str) -> str:
    """To the answers of an endpoint."""
    return _joined("answers", endpoint)


def of_certificate(sha256: str) -> str:
    """To a certificate's facts."""
    return _joined("certificate", sha256[:SHORT])


def _joined(*parts: str) -> str:
    return "-".join(word for part in parts for word in part.split())
