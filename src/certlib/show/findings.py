"""The findings, worst first, by node and by check, and every check with its answer."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from markupsafe import Markup

from certlib.assess import Assessment, Finding
from certlib.assess.model import QUIET, FindingState
from certlib.inventory import Endpoint, list_every_endpoint
from certlib.knowledge import Check, Knowledge, load
from certlib.language import in_language_of_site, mark, say
from certlib.runbook import runbook
from certlib.runbook.places import find_node, list_places
from certlib.show import states
from certlib.show.markup import (
    BREAK,
    SHORT,
    Child,
    Display,
    join,
    join_with,
    link_answers,
    link_certificate,
    link_finding,
    link_node,
    make_table,
    make_tag,
)
from certlib.terms import FINDING_STATES, find_state
from certlib.text import make_visible
from certlib.words import describe_waiver

PLACE = "\0"  # stands for what names the place that a finding is about


def group_alike(findings: Iterable[Finding], assessment: Assessment) -> tuple[tuple[Finding, ...], ...]:
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
        groups.setdefault((*same, _drop_place(finding, endpoints)), []).append(finding)
    return tuple(map(tuple, groups.values()))


def names_its_place(finding: Finding, assessment: Assessment) -> bool:
    """Whether what was found names the node, and the web server where it is about one."""
    endpoints = {one.id: one for one in list_every_endpoint(assessment.site)}
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


EVERY_CHECK_TEXTS = {
    "pass": mark("Checks that passed: {count}"),
    "not-applicable": mark("Checks that do not apply to this site: {count}"),
}


def render_checks(assessment: Assessment, knowledge: Knowledge) -> Markup:
    """Every check with its answer: those that object first, with how many objections; the others folded."""
    worst: dict[str, Finding] = {}
    for finding in assessment.findings:  # the worst first
        worst.setdefault(finding.check, finding)
    ranks = {check: rank for rank, check in enumerate(worst)}
    entries = sorted(knowledge.checks.values(), key=lambda one: ranks.get(one.id, len(ranks)))
    answers = {
        entry.id: worst[entry.id].state if entry.id in worst else "not-applicable" for entry in entries
    }
    objecting = [entry for entry in entries if answers[entry.id] not in QUIET]
    parts = (
        [_render_table(say("Checks that found something"), objecting, assessment, knowledge)]
        if objecting
        else []
    )
    for answer in QUIET:
        folded = [entry for entry in entries if answers[entry.id] == answer]
        if folded:
            summary = make_tag("summary", say(EVERY_CHECK_TEXTS[answer], count=len(folded)))
            told = _render_table(
                say("What they guard against, and what to do if one fails"), folded, assessment, knowledge
            )
            parts.append(make_tag("details", summary, told))
    return join(
        make_tag("h3", say("Every check")),
        make_tag("p", say("findings.csv lists every answer with what it rests on.")),
        parts,
    )


def _render_table(caption: str, entries: list[Check], assessment: Assessment, knowledge: Knowledge) -> Markup:
    return make_table(
        caption=caption,
        columns=[say("Check"), say("Risk"), say("What to do then")],
        rows=[
            [
                join(
                    _render_answer(assessment, entry),
                    make_tag("span", entry.title, id=f"check-{entry.id}"),
                    (BREAK, made_for) if (made_for := _describe_releases(entry)) else None,
                ),
                join(entry.risk, " ", states.render_basis_of_brief(entry.basis, knowledge)),
                entry.remedy,
            ]
            for entry in entries
        ],
        class_="findings close",
    )


def _describe_releases(entry: Check) -> str:
    """For which releases of a node after the upgrade a check is made; empty: for every one."""
    if entry.since and entry.until:
        return say("{since} to {until}", since=entry.since, until=entry.until)
    if entry.since:
        return say("from {release} on", release=entry.since)
    return say("up to {release}", release=entry.until) if entry.until else ""


def _render_answer(assessment: Assessment, entry: Check) -> Markup | None:
    """The worst answer of a check that objects, and how many there are of it."""
    found = [
        finding for finding in assessment.findings if finding.check == entry.id and finding.state not in QUIET
    ]
    if not found:
        return None
    like = sum(1 for one in found if one.state == found[0].state)
    return join(states.render_finding_state(found[0]), f" ({like})" if like > 1 else None, BREAK)


PROOFS = 4  # links to a finding's evidence; of more the line says how many
LISTED = "settle-findings"  # the task of the runbook that goes through what the findings ask for


@in_language_of_site
def findings(assessment: Assessment) -> Display:
    """Every finding that asks for attention, worst first; what passed is counted."""
    knowledge = load()
    told = find_asking(assessment)
    passed = sum(1 for finding in assessment.findings if finding.state == "pass")
    steps = _link_steps(assessment)
    html = join(
        make_table(
            caption=say("Findings, worst first"),
            columns=[say("Finding"), say("What was found"), say("What to do")],
            rows=[
                [
                    _render_head(group, knowledge),
                    _render_found(group, assessment, knowledge),
                    join(
                        group[0].remedy or knowledge.checks[group[0].check].remedy,
                        steps(group[0]),
                        _render_waiver(group[0]),
                    ),
                ]
                for group in group_alike(told, assessment)
            ],
            class_="findings",
            empty=say("No finding needs attention."),
        ),
        _render_by_node(told, assessment),
        render_checks(assessment, knowledge),
    )
    return Display(
        html=html, text=say("{count} findings, {passed} checks passed", count=len(told), passed=passed)
    )


def find_asking(assessment: Assessment, node: str | None = None) -> list[Finding]:
    """The findings that ask for attention, the worst first; of one node, where it is named."""
    told = [finding for finding in assessment.findings if finding.state not in QUIET]
    return [one for one in told if node is None or find_node(one) == node]


def _render_head(group: Sequence[Finding], knowledge: Knowledge) -> Markup:
    """State and check of findings that say the same; a link to any of them leads here."""
    marks = [make_tag("span", id=one) for one in dict.fromkeys(map(link_finding, group))]
    title = make_tag("a", knowledge.checks[group[0].check].fault, href=f"#check-{group[0].check}")
    return join(marks, states.render_finding_state(group[0]), BREAK, title)


def _render_found(group: Sequence[Finding], assessment: Assessment, knowledge: Knowledge) -> Markup:
    """What was found, where, and the evidence."""
    (first, *others) = group
    same = (
        say("The same at one more place.")
        if len(others) == 1
        else say("The same at {count} more places.", count=len(others))
    )
    told = not others and names_its_place(first, assessment)
    where = "" if told else "; ".join(list_places(group, assessment))
    return join(
        states.render_sentence(first.statement, knowledge),
        join(" ", same) if others else None,
        join(BREAK, make_tag("em", say("Where:")), " ", where) if where else None,
        _render_proof(group, assessment),
    )


def _render_proof(group: Sequence[Finding], assessment: Assessment) -> Markup | None:
    """Links to the certificates on which findings rest, and to the answers of the nodes."""
    nodes = {one.id: make_visible(one.node) for one in list_every_endpoint(assessment.site)}
    evidence = dict.fromkeys(name for one in group for name in one.statement.evidence)
    told = {name: f"#{link_certificate(name)}" for name in evidence if name in assessment.certificates}
    links = [make_tag("a", say("certificate {sha}", sha=name[:SHORT]), href=to) for name, to in told.items()]
    first = {nodes[name]: name for name in reversed(evidence) if name in nodes}
    links += [
        make_tag("a", say("answers of {node}", node=nodes[name]), href=f"#{link_answers(name)}")
        for name in evidence
        if name in nodes and first[nodes[name]] == name
    ]
    if not links:
        return None
    rest = len(links) - PROOFS
    more = join(", ", say("and {count} more", count=rest)) if rest > 0 else None
    return join(BREAK, make_tag("em", say("Evidence:")), " ", join_with(links[:PROOFS], ", "), more)


def _render_waiver(finding: Finding) -> Markup | None:
    accepted = describe_waiver(finding)
    return join(BREAK, make_tag("em", accepted[:1].upper(), accepted[1:])) if accepted else None


def _render_by_node(told: Sequence[Finding], assessment: Assessment) -> Markup | None:
    """How many findings of which state each node has, and the site as a whole."""
    counts = {state.node: Counter[FindingState]() for state in assessment.now.nodes}
    parts = {*counts}  # the nodes that have a part of their own
    first: dict[tuple[str, FindingState], Finding] = {}
    for one in told:
        counts.setdefault(find_node(one), Counter())[one.state] += 1
        first.setdefault((find_node(one), one.state), one)
    if not told:
        return None
    shown = list(dict.fromkeys(one.state for one in told))  # the worst first
    rows: list[list[Child]] = []
    for node, found in counts.items():
        name = make_visible(node) or say("site")
        link = make_tag("a", name, href=f"#{link_node(node)}") if node in parts else name
        total: Child = found.total() or states.render_state("ok", "✓", say("none"))
        rows.append([link, total, *(_render_count(found[one], first.get((node, one))) for one in shown)])
    return make_table(
        caption=say("Findings by node"),
        columns=[say("Node"), say("All"), *(find_state(FINDING_STATES, one)[2] for one in shown)],
        rows=rows,
        class_="findings",
    )


def _render_count(count: int, first: Finding | None) -> Markup | str:
    """How many, with the symbol of their state, and a link to the first of them."""
    if first is None:
        return ""
    state = find_state(FINDING_STATES, first.state)
    return make_tag(
        "a", states.render_state(state.name, state.symbol, str(count)), href=f"#{link_finding(first)}"
    )


def _link_steps(assessment: Assessment) -> Callable[[Finding], Markup | None]:
    """How to link a finding to the steps of the runbook that remedy it, the recommended option's first."""
    tasks = {task.procedure for plan in runbook(assessment).plans for task in plan.tasks}
    cured = {"agents-can-work", "self-signed"}  # by whatever is recommended

    def steps(finding: Finding) -> Markup | None:
        helping = [one for one in assessment.recommended if one in finding.options or finding.check in cured]
        asked = (*finding.procedures, LISTED) if finding.state != "information" else ()
        here = [f"runbook-{one}" for one in helping]
        here += [f"procedure-{one}" for one in asked if one in tasks]
        return join(" ", make_tag("a", say("Steps"), href=f"#{here[0]}", class_="paged")) if here else None

    return steps
