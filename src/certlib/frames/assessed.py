"""An assessment as frames: the matrix, what agents meet, options, findings, the runbook."""

from collections.abc import Mapping

import pandas as pd

from certlib.assess import Assessment, EndpointState, Scenario
from certlib.frames.table import Row, make_frame
from certlib.inventory import list_every_endpoint
from certlib.knowledge import cite, find_option
from certlib.knowledge.model import Counted
from certlib.language import in_language_of_site
from certlib.runbook import costs, rehearse
from certlib.runbook import runbook as plans
from certlib.tables.changes import SINCE, make_changes
from certlib.tables.matrix import OFFERS, make_matrix, merge_nodes
from certlib.text import make_visible
from certlib.words import describe_basis, describe_expected_in, describe_waiver

MATRIX = (
    *("node", "web_server", "port", *OFFERS, "expected_now", "agrees", "basis_now"),
    *("after_upgrade", "basis_upgrade", "after_recommended", "basis_recommended"),
)
SITE_MATRIX = ("web_server", "nodes", *OFFERS, "after_upgrade", "after_recommended")
EXPERIENCES = (
    *("scenario", "gadget", "browser", "outcome", "prompts_per_pc"),
    *("node", "web_server", "basis", "why"),
)
COUNTED: Mapping[str, Counted] = {
    "certificates_to_sign": "certificates",
    "cop_files": "cop-files",
    "node_restarts": "restarts",
    "service_restarts": "services",
    "certificates_per_pc": "pc-certificates",
    "addresses_per_pc": "pc-addresses",
}
OPTIONS = (
    *("option", "title", "applies", "recommended", "gadget", "outcome", "prompts_per_pc"),
    *(*COUNTED, "why_not"),
)
FINDINGS = ("state", "check", "title", "node", "endpoint", "text", "basis", "remedy", "waived")
RUNBOOK = (
    *("option", "phase", "node", "task", "step", "text", "command"),
    *("who", "minutes", "interrupts", "check", "basis"),
)
REHEARSAL = (
    *("option", "phase", "hop", "gadget", "outcome", "prompts_per_pc", "going_back", "may_stop"),
    *("hindrances", "defects"),
)
CHANGES = ("node", "web_server", "before", "after", "changes", "basis")


@in_language_of_site
def matrix(assessment: Assessment, *, node: str | None = None) -> pd.DataFrame:
    """Web server by certificate: what each offer got and what is expected now, later and after the advice.

    One row for each web server of each node, or of one node; also for those that only the upgrade brings.
    """
    knowledge = assessment.knowledge
    table = make_matrix(assessment, node=node)
    bases = {
        "basis_now": "expected_now",
        "basis_upgrade": "after_upgrade",
        "basis_recommended": "after_recommended",
    }
    rows = [
        {column: cell.value for column, cell in row.items()}
        | {
            basis: describe_basis(statement, knowledge) if (statement := row[column].statement) else ""
            for basis, column in bases.items()
        }
        for row in table.rows
    ]
    return make_frame(rows, MATRIX)


@in_language_of_site
def site_matrix(assessment: Assessment) -> pd.DataFrame:
    """Web server by certificate for the whole site: where nodes differ, each is named."""
    table = make_matrix(assessment)
    merged = {column: merge_nodes(table, column) for column in SITE_MATRIX[2:]}
    rows = [
        {
            "web_server": server,
            "nodes": len(rows),
            **{column: "; ".join(values[server]) for column, values in merged.items()},
        }
        for server, rows in table.group_rows("web_server").items()
    ]
    return make_frame(rows, SITE_MATRIX)


@in_language_of_site
def experiences(assessment: Assessment) -> pd.DataFrame:
    """What agents meet in each gadget, now, after the upgrade and after each option that applies.

    One row for each family of browsers that they use.
    """
    knowledge = assessment.knowledge
    after = (option.scenario for option in assessment.options if option.scenario)
    rows = [
        {
            "scenario": scenario.title,
            "gadget": knowledge.gadgets[experience.gadget].title,
            "browser": met.title,
            "outcome": met.outcome,
            "prompts_per_pc": met.prompts,
            "node": make_visible(met.node or ""),
            "web_server": met.web_server or "",
            "basis": describe_basis(met.statement, knowledge),
            "why": make_visible(met.why),
        }
        for scenario in (*assessment.scenarios, *after)
        for experience in scenario.experiences
        for met in experience.by_browser
    ]
    return make_frame(rows, EXPERIENCES)


@in_language_of_site
def options(assessment: Assessment) -> pd.DataFrame:
    """Every option with what agents would meet after it; one that does not apply says why in one row.

    The numbers are those of the option, the same in each of its rows; none where it does not apply.
    """
    knowledge = assessment.knowledge
    rows: list[Row] = []
    for option in assessment.options:
        head: dict[str, object] = {
            "option": option.option,
            "title": find_option(knowledge, option.option, roles=assessment.roles).title,
            "applies": option.applies,
            "recommended": option.recommended,
            "why_not": make_visible(option.why_not),
        }
        if option.applies:
            spent = costs(assessment, option.option)
            head |= {column: spent.number(what) for column, what in COUNTED.items()}
        met = option.scenario.experiences if option.scenario else ()
        rows += [
            head
            | {
                "gadget": knowledge.gadgets[experience.gadget].title,
                "outcome": experience.outcome,
                "prompts_per_pc": experience.prompts,
            }
            for experience in met
        ] or [head]
    return make_frame(rows, OPTIONS).astype(dict.fromkeys(COUNTED, "Int64"))


@in_language_of_site
def findings(assessment: Assessment) -> pd.DataFrame:
    """Every finding, worst first."""
    knowledge = assessment.knowledge
    rows = [
        {
            "state": finding.state,
            "check": finding.check,
            "title": knowledge.checks[finding.check].fault,
            "node": make_visible(finding.node or ""),
            "endpoint": make_visible(finding.endpoint or ""),
            "text": make_visible(finding.statement.text),
            "basis": describe_basis(finding.statement, knowledge),
            "remedy": make_visible(finding.remedy),
            "waived": describe_waiver(finding),
        }
        for finding in assessment.findings
    ]
    return make_frame(rows, FINDINGS)


@in_language_of_site
def runbook(assessment: Assessment) -> pd.DataFrame:
    """The runbook: one row for each step, by option, phase and node in the order of the work.

    `option` is empty for the upgrade and the findings alone, `node` for what is done once. A plan that did
    not pass its rehearsal is left out.
    """
    knowledge = assessment.knowledge
    rows = [
        {
            "option": plan.option or "",
            "phase": task.phase,
            "node": make_visible(task.node or ""),
            "task": task.title,
            "step": number,
            "text": make_visible(step.text),
            "command": make_visible(step.command.replace("\n", "; ")),
            "who": task.who,
            "minutes": task.minutes,
            "interrupts": make_visible(task.interrupts),
            "check": make_visible(task.check),
            "basis": cite(knowledge, step.basis),
        }
        for plan in plans(assessment).plans
        if not rehearse(assessment, plan).defects
        for task in plan.tasks
        for number, step in enumerate(task.steps, 1)
    ]
    return make_frame(rows, RUNBOOK)


@in_language_of_site
def rehearsal(assessment: Assessment, option: str | None = None) -> pd.DataFrame:
    """What agents meet after each phase of a plan: one row for each phase and gadget.

    Of every recommended option, or of one. `hop`: which one of the upgrade is done, from 1. `going_back`:
    nothing, undo, switch-back or restore, its cost; `hindrances`: why one may not stop there. Raises
    ValueError for an option that is unknown or does not apply.
    """
    knowledge = assessment.knowledge
    chosen = plans(assessment, options=(option,) if option else None).plans
    rows = [
        {
            "option": plan.option or "",
            "phase": moment.phase,
            "hop": None if moment.hop is None else moment.hop + 1,
            "gadget": knowledge.gadgets[experience.gadget].title,
            "outcome": experience.outcome,
            "prompts_per_pc": experience.prompts,
            "going_back": moment.going_back,
            "may_stop": not moment.hindrances,
            "hindrances": ", ".join(moment.hindrances),
            "defects": make_visible("; ".join(defect.text for defect in tried.defects)),
        }
        for plan in chosen
        for tried in (rehearse(assessment, plan),)
        for moment in tried.moments
        for experience in moment.scenario.experiences
    ]
    return make_frame(rows, REHEARSAL)


@in_language_of_site
def since(assessment: Assessment, earlier: Assessment) -> pd.DataFrame:
    """What changed since an earlier run: one row for each thing that is compared.

    `part` is verdict, node, agents, foreseen, certificate or finding; `change` what became of it. A row of
    foreseen has in `foreseen` what the earlier report said of a web server: if nothing is done, then after
    each recommended option.
    """
    table = make_changes(assessment, earlier)
    return make_frame([{name: row[name].value for name in SINCE} for row in table.rows], SINCE)


@in_language_of_site
def changes(assessment: Assessment, option: str) -> pd.DataFrame:
    """What an option would change: for each web server the certificate before and after it.

    Before is the state after the upgrade, or now when none is planned. Raises ValueError for an option that
    is unknown or does not apply, saying which do.
    """
    chosen = next((outcome for outcome in assessment.options if outcome.option == option), None)
    if chosen is None or chosen.scenario is None:
        usable = ", ".join(
            option_outcome.option for option_outcome in assessment.options if option_outcome.scenario
        )
        why = chosen.why_not if chosen else "there is no such option"
        message = f"{option}: {why}; options that apply here: {usable or 'none'}"
        raise ValueError(message)
    knowledge = assessment.knowledge
    places = {endpoint.id: endpoint for endpoint in list_every_endpoint(assessment.site)}
    before = _index_by_endpoint(assessment.after_upgrade or assessment.now)
    rows = [
        {
            "node": make_visible(cell.node),
            "web_server": make_visible(places[cell.endpoint].title),
            "before": _describe_expected(before.get(cell.endpoint)),
            "after": _describe_expected(cell),
            "changes": "no"
            if _describe_expected(before.get(cell.endpoint)) == _describe_expected(cell)
            else "yes",
            "basis": describe_basis(cell.statement, knowledge),
        }
        for cell in chosen.scenario.endpoints
    ]
    return make_frame(rows, CHANGES)


def _index_by_endpoint(scenario: Scenario | None) -> Mapping[str, EndpointState]:
    return {cell.endpoint: cell for cell in scenario.endpoints} if scenario else {}


def _describe_expected(cell: EndpointState | None) -> str:
    return describe_expected_in(cell) if cell and cell.web_server else ""
