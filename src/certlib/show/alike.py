"""Findings that say the same of several places, so that a report tells them once."""

import re
from collections.abc import Iterable, Iterator, Mapping

from certlib.assess import Assessment, Finding
from certlib.inventory import Endpoint, list_every_endpoint
from certlib.runbook.places import find_node

PLACE = "\0"  # stands for what names the place that a finding is about


def alike(findings: Iterable[Finding], assessment: Assessment) -> tuple[tuple[Finding, ...], ...]:
    """The findings in their order; those that differ in nothing but their place stand with the first."""
    endpoints = {one.id: one for one in list_every_endpoint(assessment.site)}
    groups: dict[object, list[Finding]] = {}
    for finding in findings:
        said = finding.statement
        same = (
            finding.check,
            finding.state,
            said.kind,
            said.basis,
            finding.remedy,
            finding.options,
            finding.waiver,
        )
        groups.setdefault((*same, _placeless(finding, endpoints)), []).append(finding)
    return tuple(map(tuple, groups.values()))


def names_its_place(finding: Finding, assessment: Assessment) -> bool:
    """Whether what was found names the node, and the web server where it is about one."""
    endpoints = {one.id: one for one in list_every_endpoint(assessment.site)}
    return _placeless(finding, endpoints).count(PLACE) > bool(finding.endpoint)


def _placeless(finding: Finding, endpoints: Mapping[str, Endpoint]) -> str:
    """What a finding says, with a mark where it names its own place."""
    names = sorted({*_names(finding, endpoints)} - {""}, key=len, reverse=True)
    if not names:
        return finding.statement.text
    named = "|".join(map(re.escape, names))
    return re.sub(rf"(?<![\w.-])(?:{named})(?![\w-])", PLACE, finding.statement.text)


def _names(finding: Finding, endpoints: Mapping[str, Endpoint]) -> Iterator[str]:
    yield from (finding.node or "", finding.endpoint or "", find_node(finding))
    if endpoint := endpoints.get(finding.endpoint or ""):
        yield endpoint.title
