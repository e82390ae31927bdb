"""Page one: the verdict, what agents meet, what to do, what was not checked."""

from collections.abc import Iterator, Mapping
from typing import Any

from certlib import words
from certlib.assess import Assessment, BrowserExperience, Finding, Scenario
from certlib.assess.model import ASKING, STOPPING
from certlib.knowledge import Knowledge, find_option
from certlib.language import in_language_of_site, join_list, say
from certlib.runbook.places import list_places
from certlib.show.render import Display, render
from certlib.show.since import BASIS, describe_changes
from certlib.tables.cells import list_agent_rows
from certlib.terms import FINDING_STATES, OUTCOMES, VERDICT_CLASSES, VERDICTS, find_state
from certlib.text import make_visible

_MOST, _BESIDE = 5, 4  # findings of page one, alone and beside options; the report's table has them all
_SILENT, _NAMED = 2, 5  # servers without an answer that are told one by one; places that are named beyond
View = Mapping[str, Any]  # what the template shows of something


@in_language_of_site
def summary(assessment: Assessment, earlier: Assessment | None = None) -> Display:
    """The verdict with the rule that decided, and what agents meet in each gadget now and later.

    `earlier`: of an earlier run; what changed since then is told in a line.
    """
    knowledge, scenarios = assessment.knowledge, _list_scenarios(assessment)
    html = render(
        "summary",
        assessment.site,
        assessment=assessment,
        state=find_state(VERDICTS, assessment.verdict.word),
        verdict_class=VERDICT_CLASSES[assessment.verdict.word],
        since={"text": describe_changes(assessment, earlier), "basis": BASIS} if earlier else None,
        scenarios=list(scenarios),
        experiences=list_agent_rows([*scenarios.values()], knowledge),
        stops=[*_list_stops(assessment)],
        deciding=(assessment.after_upgrade or assessment.now).title,
        reasons=[*_list_reasons(assessment)],
    )
    return Display(html=html, text=summary_text(assessment))


@in_language_of_site
def what_to_do(assessment: Assessment) -> Display:
    """The recommended options in order, each with the reason, then what the findings ask for."""
    knowledge = assessment.knowledge
    outcomes = {outcome.option: outcome for outcome in assessment.options}
    options = [
        {"id": option, "title": entry.title, "summary": entry.summary, "why": why}
        for option in assessment.recommended
        for entry in (find_option(knowledge, option, roles=assessment.roles),)
        for why in (outcomes[option].statement if option in outcomes else None,)
    ]
    lines = [f"{number}. {option['title']}" for number, option in enumerate(options, 1)]
    most = _BESIDE if options else _MOST
    groups = _find_faults(assessment)
    faults = [_view_fault(findings, knowledge) for findings in groups[:most]]
    lines += [
        f"- {make_visible(fault['finding'].statement.text)}{fault['more']} {fault['remedy']}"
        for fault in faults
    ]
    rest = say("The table of findings lists what else is to be done.") if len(groups) > most else ""
    lines += [f"- {rest}"] if rest else []
    nothing = _describe_nothing(assessment)
    html = render("what_to_do", assessment.site, options=options, faults=faults, rest=rest, nothing=nothing)
    return Display(html=html, text="\n".join(lines) or nothing)


def _view_fault(findings: list[Finding], knowledge: Knowledge) -> View:
    """The findings of one check."""
    first, count = findings[0], len(findings)
    check = knowledge.checks[first.check]
    return {
        "finding": first,
        "state": find_state(FINDING_STATES, first.state),
        "title": check.fault,
        "count": count,
        "more": " " + say("({count} more like it.)", count=count - 1) if count > 1 else "",
        "remedy": first.remedy or check.remedy,
    }


@in_language_of_site
def not_checked(assessment: Assessment) -> Display:
    """What could not be asked, is not published, or was assumed; of many silent servers where they are."""
    silent = [
        finding
        for finding in assessment.findings
        if finding.check == "endpoint-answers" and finding.statement in assessment.not_checked
    ]
    together = silent if len(silent) > _SILENT else []
    in_one_line = {finding.statement for finding in together}
    html = render(
        "not_checked",
        assessment.site,
        silent={"first": silent[0], "text": _describe_silent(silent, assessment)} if together else None,
        statements=[statement for statement in assessment.not_checked if statement not in in_one_line],
    )
    text = "\n".join(f"- {make_visible(statement.text)}" for statement in assessment.not_checked)
    return Display(html=html, text=text)


def _describe_silent(silent: list[Finding], assessment: Assessment) -> str:
    where = [place for finding in silent for place in list_places([finding], assessment)]
    if len(where) > _NAMED:
        where[_NAMED:] = [say("{count} more places", count=len(where) - _NAMED)]
    return say("No usable answer came from {places}.", places=join_list(*where))


@in_language_of_site
def summary_text(assessment: Assessment) -> str:
    """Verdict and experiences for a terminal."""
    knowledge = assessment.knowledge
    _, symbol, word = find_state(VERDICTS, assessment.verdict.word)
    lines = [f"{symbol} {word}", make_visible(assessment.verdict.statement.text), ""]
    titles, outcomes = zip(*_list_scenarios(assessment).items(), strict=True)
    width = max(len(gadget.title) for gadget in knowledge.gadgets.values())
    columns = [width, *(max(len(title), 24) for title in titles)]
    rows = [["", *titles], *(map(str, row) for row in list_agent_rows(outcomes, knowledge))]
    lines += [
        "  ".join(cell.ljust(size) for cell, size in zip(row, columns, strict=True)).rstrip() for row in rows
    ]
    return "\n".join(lines)


def _find_faults(assessment: Assessment) -> list[list[Finding]]:
    """The findings that ask for something, by check, worst first; without those that an option cures."""
    by_check: dict[str, list[Finding]] = {}
    unconfirmed = assessment.verdict.rule == "verdict-not-covered"  # then this is what is to be done
    for finding in assessment.findings:
        asking = finding.state in ASKING or (unconfirmed and finding.check == "covered-by-table")
        if asking and not finding.waiver and set(finding.options).isdisjoint(assessment.recommended):
            by_check.setdefault(finding.check, []).append(finding)
    if assessment.recommended:
        by_check.pop("self-signed", None)
    met = by_check.pop("agents-can-work", [])  # cured by an option, or explained by the other findings
    return [*by_check.values()] or ([met] if met and not assessment.recommended else [])


def _describe_nothing(assessment: Assessment) -> str:
    """That nothing need be done, but for a release at which the upgrade must not stop."""
    stops = [
        make_visible(hop.to)
        for hop in assessment.hops[:-1]
        if any(experience.outcome in STOPPING for experience in hop.scenario.experiences)
    ]
    if stops:
        return say(
            "No certificate needs to be changed, as long as the upgrade does not stop at {releases}.",
            releases=join_list(*stops, last="or"),
        )
    return say("No certificate needs to be changed.")


def get_rule(assessment: Assessment) -> str:
    """The rule that decided the verdict, in its words."""
    return assessment.knowledge.rules[assessment.verdict.rule].text


def _list_scenarios(assessment: Assessment) -> Mapping[str, Scenario]:
    """By title: today, after the upgrade if nothing is done, after the recommended steps."""
    scenarios = {
        say("after the upgrade, nothing done") if scenario.id == "upgraded" else scenario.title: scenario
        for scenario in assessment.scenarios
    }
    if assessment.after_recommended:
        scenarios[say("after the recommended steps")] = assessment.after_recommended
    return scenarios


def _list_stops(assessment: Assessment) -> Iterator[View]:
    """Which stops before the wanted release would stop the agents' work."""
    for hop in assessment.hops[:-1]:
        for experience in hop.scenario.experiences:
            gadget = assessment.knowledge.gadgets[experience.gadget].title
            groups = words.group_by_browser(experience)
            for browsers, met in groups:
                if met.outcome not in STOPPING:
                    continue
                outcome = find_state(OUTCOMES, met.outcome).word
                text = (
                    say(
                        "{gadget}: {outcome} there in {browsers}.",
                        gadget=gadget,
                        outcome=outcome,
                        browsers=browsers,
                    )
                    if len(groups) > 1
                    else say("{gadget}: {outcome} there.", gadget=gadget, outcome=outcome)
                )
                yield {"release": make_visible(hop.to), "text": text, "statement": met.statement}


def _list_reasons(assessment: Assessment) -> Iterator[View]:
    """Why a gadget will not simply work, once for each browser that meets something of its own."""
    deciding = assessment.after_upgrade or assessment.now
    for experience in deciding.experiences:
        title = assessment.knowledge.gadgets[experience.gadget].title
        alike: dict[object, list[BrowserExperience]] = {}
        for met in experience.by_browser:
            alike.setdefault((met.statement, met.why), []).append(met)
        for same in alike.values():
            first = same[0]
            if first.outcome == "works" or not first.why:
                continue
            browsers = ", ".join(met.title for met in same)
            about = (
                say("{gadget} in {browsers}", gadget=title, browsers=browsers) if len(alike) > 1 else title
            )
            doubted = any(met.doubt for met in same)
            yield {"about": about, "why": first.why, "statement": first.statement, "doubted": doubted}
