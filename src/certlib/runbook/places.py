"""Where findings are, in the words of a sentence."""

from collections.abc import Iterable

from certlib.assess import Assessment, Finding
from certlib.inventory import list_every_endpoint
from certlib.language import join_list, say
from certlib.text import make_visible


def list_places(findings: Iterable[Finding], assessment: Assessment) -> list[str]:
    """Where findings are: web servers on nodes, or nodes alone; nothing for the site as a whole."""
    endpoints = {endpoint.id: endpoint for endpoint in list_every_endpoint(assessment.site)}
    servers: dict[str, dict[str, None]] = {}  # of each node, in order
    for finding in findings:
        if node := find_node(finding):
            titles = servers.setdefault(make_visible(node), {})
            titles |= {endpoints[finding.endpoint].title: None} if finding.endpoint in endpoints else {}
    nodes: dict[tuple[str, ...], list[str]] = {}
    for node, titles in servers.items():
        nodes.setdefault((*titles,), []).append(node)
    return [
        say("{server} on {node}", server=join_list(*titles), node=join_list(*names))
        if titles
        else join_list(*names)
        for titles, names in nodes.items()
    ]


def find_node(finding: Finding) -> str:
    """The node that a finding is about; empty for the site as a whole."""
    return finding.node or (finding.endpoint or "").partition("/")[0]
