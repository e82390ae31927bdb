"""What changed since an earlier run, for page one in a line and as a chapter; nothing where none is given."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from markupsafe import Markup

from certlib import words
from certlib.assess import Assessment, Observed, Scenario, Statement
from certlib.assess.model import ASKING
from certlib.changes.comparison import Comparison, EndpointChange, compare_assessments
from certlib.changes.findings import FindingChange
from certlib.changes.forecast import Forecast, ForecastResult, ForecastScenario
from certlib.knowledge import Basis, Knowledge, cite_briefly, find_option
from certlib.language import format_day, format_moment, in_language_of_site, mark, say
from certlib.show.render import Display, render
from certlib.tables.cells import Cell, make_cell, make_outcome_cell
from certlib.terms import (
    COURSES,
    ENDPOINT_COURSES,
    FINDING_COURSES,
    FORECAST_RESULTS,
    SYMBOLS,
    VERDICTS,
    State,
    find_state,
)
from certlib.text import make_visible

SINCE_LINE_TEXTS = {
    "came": mark("certificates as foreseen"),
    "differs": mark("certificates not wholly as foreseen"),
    "steps": mark("certificates as foreseen after the recommended steps"),
    "undone": mark("certificates as foreseen if nothing is done"),
    "either": mark("certificates as foreseen"),
    "neither": mark("certificates not wholly as foreseen"),
}

SINCE_TEXTS = {
    "then": mark("Then"),
    "now": mark("Now"),
}

# What asks for a look comes first, then the good news.
FIRST = ("new", "worse", "untold", "better", "accepted", "resolved", "gone")
COUNTED = ("resolved", "new", "worse", "better", "accepted", "gone", "untold", "same")
RULES = tuple(Basis("inferred", rule=f"rule-{name}") for name in ("then-and-now", "foreseen", "resolved"))
BASIS = RULES[0]
UNCHANGED = ("same", "still-silent")
View = Mapping[str, Any]  # what the template shows of something


@in_language_of_site
def since(assessment: Assessment, earlier: Assessment | None) -> Display:
    """The chapter on what changed since an earlier run, with its heading; without one, nothing."""
    if earlier is None:
        return Display(html=Markup(""), text="")
    knowledge = assessment.knowledge
    change = compare_assessments(earlier, assessment)
    then, now = (format_moment(run.collected) for run in (earlier, assessment))
    html = render(
        "since",
        assessment.site,
        change=change,
        rules=RULES,
        day=format_day(earlier.collected),
        then=then,
        now=now,
        days=_list_days(change),
        overview=_list_overview(change),
        experiences=_list_experiences(change),
        whole=change.forecast.state == "whole",
        forecast_heads=[_name_column(shown, earlier, knowledge) for _, shown in _list_shown(change.forecast)],
        forecast=_list_forecast(change),
        remarks=_list_remarks(change.forecast.results),
        certificates=_list_certificates(change),
        unchanged=[*_list_unchanged(change)],
        counts=_describe_counts(change.findings),
        findings=[
            {
                "change": find_state(FINDING_COURSES, found.change),
                "finding": found.finding,
                "both": (found.then, found.now),
            }
            for found in _sort_findings(change)
        ],
        none_found=State("none", "–", say("none")),
    )
    return Display(html=html, text=_render_text(change))


@in_language_of_site
def describe_changes(assessment: Assessment, earlier: Assessment | None) -> str:
    """What changed since an earlier run in a line, for page one; without one, nothing."""
    return _make_line(compare_assessments(earlier, assessment)) if earlier else ""


def list_statements(assessment: Assessment, earlier: Assessment | None) -> Iterator[Statement]:
    """What the chapter's statements rest on, for the chapter on method."""
    if earlier is None:
        return
    yield from (Statement("", rule.kind, rule) for rule in RULES)
    found = compare_assessments(earlier, assessment)
    yield from (cell.statement for arrival in found.forecast.results for cell in arrival.expected if cell)
    for scenario in (earlier.now, *(one.scenario for one in found.forecast.scenarios)):
        yield from (experience.statement for met in scenario.experiences for experience in met.by_browser)
    yield from (finding.then.statement for finding in found.findings if finding.then)
    yield earlier.verdict.statement


def _make_line(found: Comparison) -> str:
    both = (found.then, found.now)
    then, now = (find_state(VERDICTS, run.verdict.word)[2].lower() for run in both)
    verdict = (
        say("still {verdict}", verdict=now) if then == now else say("{then} → {now}", then=then, now=now)
    )
    parts = [verdict, say("findings: {findings}", findings=_describe_counts(found.findings))]
    if found.forecast.result:
        parts.append(say(SINCE_LINE_TEXTS[found.forecast.result]))
    return say("Since {day}: {parts}.", day=format_day(found.then.collected), parts="; ".join(parts))


def _describe_counts(changes: Iterable[FindingChange]) -> str:
    """How many findings took which course: `3 resolved, 1 new, 4 as then`."""
    numbers = Counter[str](change.change for change in changes)
    parts = [
        f"{numbers[name]} {find_state(FINDING_COURSES, name).word}" for name in COUNTED if name in numbers
    ]
    return ", ".join(parts) or say("none then and none now")


def _sort_findings(change: Comparison) -> list[FindingChange]:
    """The findings that came, went or changed; what asks for a look comes first."""
    return [found for name in FIRST for found in change.findings if found.change == name]


def _list_days(found: Comparison) -> list[str]:
    """The heads of the columns then and now."""
    return [
        say("{word}, {day}", word=say(SINCE_TEXTS[name]), day=format_day(run.collected))
        for name, run in (("then", found.then), ("now", found.now))
    ]


def _list_overview(found: Comparison) -> list[View]:
    """Verdict, releases, COPs where they differ, and how many findings ask for something, then and now."""
    both = (found.then, found.now)
    verdicts = [
        {"verdict": find_state(VERDICTS, run.verdict.word), "text": run.verdict.statement.text}
        for run in both
    ]
    cops = [_describe_cops(run) for run in both]
    asking = [sum(found.state in ASKING and not found.waiver for found in run.findings) for run in both]
    rows: list[View] = [
        {"title": say("Verdict"), "cells": verdicts},
        {"title": say("Releases"), "cells": [{"releases": _group_releases(run)} for run in both]},
        {"title": say("COPs"), "cells": cops},
        {"title": say("Findings that ask for something"), "cells": asking},
    ]
    return [row for row in rows if row["cells"] is not cops or cops[0] != cops[1]]


def _group_releases(assessment: Assessment) -> Mapping[str, list[str]]:
    """Each release with its nodes."""
    nodes: dict[str, list[str]] = {}
    for state in assessment.now.nodes:
        nodes.setdefault(state.release or "–", []).append(state.node)
    return nodes


def _describe_cops(assessment: Assessment) -> str:
    titles = {name: cop.title for name, cop in assessment.knowledge.cops.items()}
    nodes = [node for node in assessment.now.nodes if node.cops]
    told = (f"{node.node}: {', '.join(titles.get(cop, cop) for cop in node.cops)}" for node in nodes)
    return "; ".join(told) or say("none named in the inventory")


def _list_experiences(found: Comparison) -> list[list[str | Cell]]:
    """What agents met, what they were foreseen to meet where all of that came, and what they meet now."""
    foreseen = [shown for _, shown in _list_shown(found.forecast)] if found.forecast.state == "whole" else []
    scenarios = (found.then.now, *(shown.scenario for shown in foreseen), found.now.now)
    return [
        [
            found.now.knowledge.gadgets[experience.gadget].title,
            *(_find_outcome(scenario, experience.gadget) for scenario in scenarios),
            make_cell(find_state(COURSES, experience.course)),
        ]
        for experience in found.experiences
    ]


def _find_outcome(scenario: Scenario, gadget: str) -> Cell:
    return make_outcome_cell(next((met for met in scenario.experiences if met.gadget == gadget), None))


def _list_forecast(change: Comparison) -> Mapping[str, list[list[str | Cell]]]:
    """By node, what was foreseen of each web server beside what it presents; alike ones share a row."""
    places = [place for place, _ in _list_shown(change.forecast)] if change.forecast.results else []
    nodes: dict[str, dict[object, tuple[list[str], tuple[Cell, ...]]]] = {}
    for result in change.forecast.results:
        cells = (
            *(_make_forecast_cell(result, place) for place in places),
            _make_browser_cell(result.observed, change.now),
            make_cell(find_state(FORECAST_RESULTS, result.result)),
        )
        rows = nodes.setdefault(make_visible(result.endpoint.node), {})
        alike = tuple(_describe_cell(cell, change.now.knowledge) for cell in cells)
        rows.setdefault(alike, ([], cells))[0].append(result.endpoint.title)
    return {
        node: [[", ".join(titles), *cells] for titles, cells in rows.values()] for node, rows in nodes.items()
    }


def _describe_cell(cell: Cell, knowledge: Knowledge) -> tuple[tuple[str, ...], ...]:
    """What is shown of a cell: cells that differ in nothing else are alike."""
    lines: list[tuple[str, ...]] = []
    for line in cell.lines:
        basis = line.basis.basis if isinstance(line.basis, Statement) else line.basis
        lines.append((line.text, line.state, (basis.rule or cite_briefly(knowledge, basis)) if basis else ""))
    return tuple(lines)


def _list_remarks(results: Iterable[ForecastResult]) -> list[View]:
    """What it may mean where something came that no report had forecast."""
    servers: dict[tuple[str, str], list[str]] = {}
    for result in results:
        if result.remark:
            place = (make_visible(result.endpoint.node), result.remark)
            servers.setdefault(place, []).append(result.endpoint.title)
    return [
        {"place": say("{servers} on {node}:", servers=", ".join(titles), node=node), "text": remark}
        for (node, remark), titles in servers.items()
    ]


def _list_shown(forecast: Forecast) -> list[tuple[int, ForecastScenario]]:
    """The foreseen states that columns show, with their place: without any step, and the steps that came.

    Where none came wholly, those of which most came.
    """
    if not forecast.scenarios:
        return []
    return [(place, forecast.scenarios[place]) for place in dict.fromkeys((0, forecast.nearest))]


def _name_column(foreseen: ForecastScenario, then: Assessment, knowledge: Knowledge) -> str:
    """Which of the foreseen states a column is about."""
    if foreseen.option is None:
        return say("Foreseen if nothing is done")
    title = find_option(knowledge, foreseen.option, roles=then.roles).title
    return say("Foreseen after: {option}", option=title)


def _make_browser_cell(observed: Observed | None, assessment: Assessment) -> Cell:
    """What a browser got, as the matrix says it."""
    name, text = words.describe_offers(observed, assessment.certificates, assessment.knowledge)[0]
    return make_cell(State(name, SYMBOLS[name], text))


def _make_forecast_cell(result: ForecastResult, place: int) -> Cell:
    """What was foreseen of a web server, and whether it presents this: `= ECDSA · self-signed`."""
    state, agrees = result.expected[place], result.agrees[place]
    if state is None:
        return make_cell(State("open", "?", say("not known")))
    symbol = {True: "=", False: "≠", None: "–"}[agrees]
    return make_cell(State("none", symbol, words.describe_forecast(state)), state.statement)


def _list_certificates(found: Comparison) -> Mapping[str, list[View]]:
    """By node, the endpoints from which a browser gets something else than then; alike ones share a row."""
    alike: dict[tuple[object, ...], list[EndpointChange]] = {}
    for endpoint in found.endpoints:
        if endpoint.change not in UNCHANGED:
            got = (
                seen and (seen.browser, seen.reason, seen.detail) for seen in (endpoint.then, endpoint.now)
            )
            alike.setdefault((endpoint.endpoint.node, endpoint.change, *got), []).append(endpoint)
    nodes: dict[str, list[View]] = {}
    for same in alike.values():
        first = same[0]
        row = {
            "servers": ", ".join(endpoint.endpoint.title for endpoint in same),
            "change": find_state(ENDPOINT_COURSES, first.change),
            "both": [
                _view_certificate(observed, run)
                for observed, run in ((first.then, found.then), (first.now, found.now))
            ],
        }
        nodes.setdefault(make_visible(first.endpoint.node), []).append(row)
    return nodes


def _view_certificate(observed: Observed | None, assessment: Assessment) -> View:
    """What a browser got: kind, issuer, last day and the fingerprint; or why nothing."""
    if observed is None:
        return {"cell": make_cell(State("none", "–", say("not asked"))), "facts": (), "sha256": ""}
    cell = _make_browser_cell(observed, assessment)
    leaf = assessment.certificates.get(observed.browser or "")
    if leaf is None:
        return {"cell": cell, "facts": (), "sha256": ""}
    facts = [say("valid to {day}", day=words.format_date(leaf.not_after))]
    if leaf.kind != "self-signed":
        facts.append(say("issuer {issuer}", issuer=make_visible(str(leaf.issuer_cn or leaf.issuer))))
    return {"cell": cell, "facts": facts, "sha256": leaf.sha256}


def _list_unchanged(found: Comparison) -> Iterator[str]:
    same = [endpoint for endpoint in found.endpoints if endpoint.change == "same"]
    yield say(
        "A browser gets the same certificate as then from {count} of {all} endpoints.",
        count=len(same),
        all=len(found.endpoints),
    )
    if others := [
        endpoint.endpoint for endpoint in found.endpoints if endpoint.others and endpoint.change == "same"
    ]:
        places = [
            say("{server} on {node}", server=other.title, node=make_visible(other.node)) for other in others
        ]
        yield say(
            "Where an offer takes only RSA or only ECDSA, these give another certificate than "
            "then, or now one: {places}.",
            places=", ".join(places),
        )
    if silent := [endpoint.endpoint for endpoint in found.endpoints if endpoint.change == "still-silent"]:
        places = [
            say("{server} on {node}", server=place.title, node=make_visible(place.node)) for place in silent
        ]
        yield say(
            "Neither then nor now does a browser get a certificate from {places}.", places=", ".join(places)
        )


def _render_text(found: Comparison) -> str:
    """The line of page one, the result of the forecast, and each change, for a terminal."""
    lines = [_make_line(found), *(make_visible(remark.text) for remark in found.remarks)]
    lines += [make_visible(found.forecast.statement.text)] if found.forecast.statement else []
    for endpoint in found.endpoints:
        if endpoint.change not in UNCHANGED:
            then, now = (
                words.describe_offers(seen, each.certificates, found.now.knowledge)[0][1]
                for seen, each in ((endpoint.then, found.then), (endpoint.now, found.now))
            )
            _, symbol, word = find_state(ENDPOINT_COURSES, endpoint.change)
            place = say(
                "{server} on {node}",
                server=endpoint.endpoint.title,
                node=make_visible(endpoint.endpoint.node),
            )
            lines.append(f"  {symbol} {place}: {word}: {then} → {now}")
    for each in _sort_findings(found):
        _, symbol, word = find_state(FINDING_COURSES, each.change)
        lines.append(f"  {symbol} {word}: {make_visible(each.finding.statement.text)}")
    return "\n".join(lines)
