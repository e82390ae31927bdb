"""Findings that say the same of several places, so that a report tells them once and names the places."""

import re
from collections.abc import Iterable, Iterator, Mapping

from certlib.assess import Assessment, Finding
from certlib.inventory import Endpoint, every_endpoint
from certlib.language import Phrases
from certlib.text import visible

PLACE = "\0"  # stands for what names the place that a finding is about


def alike(findings: Iterable[Finding], assessment: Assessment) -> tuple[tuple[Finding, ...], ...]:
    """The findings in their order; those that differ in nothing but their place stand with the first."""
    endpoints = {one.id: one for one in every_endpoint(assessment.site)}
    groups: dict[object, list[Finding]] = {}
    for one in findings:
        said = one.statement
        same = (one.check, one.state, said.kind, said.basis, one.remedy, one.options, one.waiver)
        groups.setdefault((*same, _placeless(one, endpoints)), []).append(one)
    return tuple(map(tuple, groups.values()))


def places(findings: Iterable[Finding], assessment: Assessment, say: Phrases) -> list[str]:
    """Where findings are: a node with its web servers, a node alone, or the site."""
    endpoints = {one.id: one for one in every_endpoint(assessment.site)}
    servers: dict[str, list[str]] = {}
    for one in findings:
        node, endpoint = node_of(one), endpoints.get(one.endpoint or "")
        known = servers.setdefault(visible(node) or say("findings.site"), [])
        title = visible(one.endpoint or "") if endpoint is None else endpoint.title
        if title and title not in known:
            known.append(title)
    return [
        say("words.place", server=say.listed(*titles), node=node) if titles else node
        for node, titles in servers.items()
    ]


def node_of(finding: Finding) -> str:
    """The node that a finding is about; empty for the site as a whole."""
    return finding.node or (finding.endpoint or "").partition("/")[0]


def _placeless(finding: Finding, endpoints: Mapping[str, Endpoint]) -> str:
    """What a finding says, with a mark where it names its own place."""
    names = sorted({*_names(finding, endpoints)} - {""}, key=len, reverse=True)
    if not names:
        return finding.statement.text
    named = "|".join(map(re.escape, names))
    return re.sub(rf"(?<![\w.-])(?:{named})(?![\w-])", PLACE, finding.statement.text)


def _names(finding: Finding, endpoints: Mapping[str, Endpoint]) -> Iterator[str]:
    yield from (finding.node or "", finding.endpoint or "", node_of(finding))
    if endpoint := endpoints.get(finding.endpoint or ""):
        yield endpoint.title
