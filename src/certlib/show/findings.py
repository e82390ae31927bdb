"""The findings, worst first, by node and by check, and every check with its answer."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from certlib.assess import Assessment, Finding
from certlib.assess.model import QUIET, FindingState
from certlib.inventory import Endpoint, list_every_endpoint
from certlib.knowledge import Check
from certlib.language import in_language_of_site, mark, say
from certlib.runbook import runbook
from certlib.runbook.places import find_node, list_places
from certlib.show.links import SHORT, link_answers, link_certificate, link_finding, link_node
from certlib.show.render import Display, render
from certlib.terms import FINDING_STATES, State, find_state
from certlib.text import make_visible
from certlib.words import describe_waiver

PROOFS = 4  # links to a finding's evidence; of more the line says how many
LISTED = "settle-findings"  # the task of the runbook that goes through what the findings ask for
View = Mapping[str, Any]  # what the template shows of something
EVERY_CHECK_TEXTS = {
    "pass": mark("Checks that passed: {count}"),
    "not-applicable": mark("Checks that do not apply to this site: {count}"),
}


@in_language_of_site
def findings(assessment: Assessment) -> Display:
    """Every finding that asks for attention, worst first; what passed is counted."""
    asking = find_asking(assessment)
    passed = sum(1 for finding in assessment.findings if finding.state == "pass")
    link_steps = _make_step_links(assessment)
    shown = list(dict.fromkeys(finding.state for finding in asking))  # the worst first
    objecting, quiet = _list_checks(assessment)
    html = render(
        "findings",
        assessment.site,
        findings=[
            _view_group(group, assessment) | {"steps": link_steps(group[0])}
            for group in group_alike(asking, assessment)
        ],
        node_columns=[say("Node"), say("All"), *(find_state(FINDING_STATES, state).word for state in shown)],
        nodes=_count_by_node(asking, shown, assessment),
        none_found=State("ok", "✓", say("none")),
        objecting=objecting,
        quiet=quiet,
    )
    return Display(
        html=html, text=say("{count} findings, {passed} checks passed", count=len(asking), passed=passed)
    )


def find_asking(assessment: Assessment, node: str | None = None) -> list[Finding]:
    """The findings that ask for attention, the worst first; of one node, where it is named."""
    asking = [finding for finding in assessment.findings if finding.state not in QUIET]
    return [finding for finding in asking if node is None or find_node(finding) == node]


PLACE = "\0"  # stands for what names the place that a finding is about


def group_alike(findings: Iterable[Finding], assessment: Assessment) -> tuple[tuple[Finding, ...], ...]:
    """The findings in their order; those that differ in nothing but their place stand with the first."""
    endpoints = {endpoint.id: endpoint for endpoint in list_every_endpoint(assessment.site)}
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
        groups.setdefault((*same, _drop_place(finding, endpoints)), []).append(finding)
    return tuple(map(tuple, groups.values()))


def names_its_place(finding: Finding, assessment: Assessment) -> bool:
    """Whether what was found names the node, and the web server where it is about one."""
    endpoints = {endpoint.id: endpoint for endpoint in list_every_endpoint(assessment.site)}
    return _drop_place(finding, endpoints).count(PLACE) > bool(finding.endpoint)


def _drop_place(finding: Finding, endpoints: Mapping[str, Endpoint]) -> str:
    """What a finding says, with a mark where it names its own place."""
    names = sorted({*_find_names(finding, endpoints)} - {""}, key=len, reverse=True)
    if not names:
        return finding.statement.text
    named = "|".join(map(re.escape, names))
    return re.sub(rf"(?<![\w.-])(?:{named})(?![\w-])", PLACE, finding.statement.text)


def _find_names(finding: Finding, endpoints: Mapping[str, Endpoint]) -> Iterator[str]:
    yield from (finding.node or "", finding.endpoint or "", find_node(finding))
    if endpoint := endpoints.get(finding.endpoint or ""):
        yield endpoint.title


def _view_group(group: Sequence[Finding], assessment: Assessment) -> dict[str, Any]:
    """Findings that say the same: what, where, on what evidence, and what to do; links to any lead there."""
    knowledge = assessment.knowledge
    first, *others = group
    same = (
        say("The same at one more place.")
        if len(others) == 1
        else say("The same at {count} more places.", count=len(others))
    )
    proofs = _list_proofs(group, assessment)
    accepted = describe_waiver(first)
    names_itself = not others and names_its_place(first, assessment)
    return {
        "finding": first,
        "ids": list(dict.fromkeys(map(link_finding, group))),
        "state": find_state(FINDING_STATES, first.state),
        "title": knowledge.checks[first.check].fault,
        "same": same if others else "",
        "where": "" if names_itself else "; ".join(list_places(group, assessment)),
        "proofs": proofs[:PROOFS],
        "more_proofs": len(proofs) - PROOFS,
        "remedy": first.remedy or knowledge.checks[first.check].remedy,
        "accepted": accepted[:1].upper() + accepted[1:],
    }


def _list_proofs(group: Sequence[Finding], assessment: Assessment) -> list[View]:
    """Links to the certificates on which findings rest, and to the answers of the nodes."""
    nodes = {endpoint.id: make_visible(endpoint.node) for endpoint in list_every_endpoint(assessment.site)}
    evidence = dict.fromkeys(name for finding in group for name in finding.statement.evidence)
    proofs: list[View] = [
        {"text": say("certificate {sha}", sha=name[:SHORT]), "link": link_certificate(name)}
        for name in evidence
        if name in assessment.certificates
    ]
    first = {nodes[name]: name for name in reversed(evidence) if name in nodes}
    return proofs + [
        {"text": say("answers of {node}", node=nodes[name]), "link": link_answers(name)}
        for name in evidence
        if name in nodes and first[nodes[name]] == name
    ]


def _count_by_node(
    asking: Sequence[Finding], shown: Sequence[FindingState], assessment: Assessment
) -> list[View]:
    """How many findings of which state each node has, and the site as a whole, with links to the first."""
    counts = {state.node: Counter[FindingState]() for state in assessment.now.nodes}
    with_part = {*counts}  # the nodes that have a part of their own
    first: dict[tuple[str, FindingState], Finding] = {}
    for finding in asking:
        counts.setdefault(find_node(finding), Counter())[finding.state] += 1
        first.setdefault((find_node(finding), finding.state), finding)
    return [
        {
            "name": node or say("site"),
            "link": link_node(node) if node in with_part else "",
            "total": found.total(),
            "counts": [
                {
                    "state": find_state(FINDING_STATES, state)._replace(word=str(found[state])),
                    "link": link_finding(first[node, state]),
                }
                if (node, state) in first
                else None
                for state in shown
            ],
        }
        for node, found in counts.items()
    ]


def _list_checks(assessment: Assessment) -> tuple[list[View], Mapping[str, list[View]]]:
    """Every check with its answer: those that object, the worst first; the others by how many they are."""
    by_check: dict[str, list[Finding]] = {}
    for finding in assessment.findings:  # the worst first
        by_check.setdefault(finding.check, []).append(finding)
    ranks = {check: rank for rank, check in enumerate(by_check)}
    views: dict[str, list[View]] = {}
    for entry in sorted(
        assessment.knowledge.checks.values(), key=lambda entry: ranks.get(entry.id, len(ranks))
    ):
        found = by_check.get(entry.id, [])
        worst = found[0].state if found else "not-applicable"
        quiet = worst in QUIET
        view = {
            "entry": entry,
            "answer": None if quiet else find_state(FINDING_STATES, worst),
            "count": sum(1 for finding in found if finding.state == worst),
            "releases": _describe_releases(entry),
        }
        views.setdefault(worst if quiet else "objecting", []).append(view)
    folded = {
        say(EVERY_CHECK_TEXTS[state], count=len(views[state])): views[state]
        for state in QUIET
        if state in views
    }
    return views.get("objecting", []), folded


def _describe_releases(entry: Check) -> str:
    """For which releases of a node after the upgrade a check is made; empty: for every one."""
    if entry.since and entry.until:
        return say("{since} to {until}", since=entry.since, until=entry.until)
    if entry.since:
        return say("from {release} on", release=entry.since)
    return say("up to {release}", release=entry.until) if entry.until else ""


def _make_step_links(assessment: Assessment) -> Callable[[Finding], str]:
    """How to find the steps of the runbook that remedy a finding, the recommended option's first."""
    tasks = {task.procedure for plan in runbook(assessment).plans for task in plan.tasks}
    cured = {"agents-can-work", "self-signed"}  # by whatever is recommended

    def find_steps(finding: Finding) -> str:
        helping = [
            option for option in assessment.recommended if option in finding.options or finding.check in cured
        ]
        asked = (*finding.procedures, LISTED) if finding.state != "information" else ()
        places = [f"runbook-{option}" for option in helping]
        places += [f"procedure-{procedure}" for procedure in asked if procedure in tasks]
        return places[0] if places else ""

    return find_steps
