"""What changed since an earlier run, for page one in a line and as a chapter; nothing where none is given."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from markupsafe import Markup

from certlib import words
from certlib.assess import Assessment, Finding, Observed, Scenario, Statement
from certlib.assess.model import ASKING
from certlib.assess.since import EndpointChange, FindingChange, Since, count_courses
from certlib.assess.since import compare_assessments as compared
from certlib.knowledge import Basis, Knowledge, load
from certlib.language import format_day, format_moment, in_language_of_site, mark, say
from certlib.show import states
from certlib.show.foreseen import list_columns, name_column, render_browser_leaf, render_forecast
from certlib.show.markup import (
    BREAK,
    Child,
    Display,
    join,
    join_with,
    make_grouped_table,
    make_table,
    make_tag,
)
from certlib.terms import COURSES, ENDPOINT_COURSES, FINDING_COURSES, VERDICTS, find_state
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

ID, SHORT = "since", 16  # hex digits of a SHA-256 that tell certificates of one site apart
# What asks for a look comes first, then the good news.
FIRST = ("new", "worse", "untold", "better", "accepted", "resolved", "gone")
COUNTED = ("resolved", "new", "worse", "better", "accepted", "gone", "untold", "same")
RULES = tuple(Basis("inferred", rule=f"rule-{name}") for name in ("then-and-now", "foreseen", "resolved"))


@in_language_of_site
def since(assessment: Assessment, earlier: Assessment | None) -> Display:
    """The chapter on what changed since an earlier run, with its heading; without one, nothing."""
    if earlier is None:
        return Display(html=Markup(""), text="")
    knowledge = load()
    found = compared(earlier, assessment, knowledge=knowledge)
    then, now = (format_moment(one.collected) for one in (earlier, assessment))
    basis = states.render_basis_of_brief(RULES[0], knowledge)
    html = join(
        make_tag("h2", say("What changed since {day}", day=format_day(earlier.collected)), id=ID),
        make_tag(
            "p", say("The evidence of {then} is compared with that of {now}.", then=then, now=now), " ", basis
        ),
        [make_tag("p", states.render_sentence(remark, knowledge)) for remark in found.remarks],
        _render_overview(found, knowledge),
        _render_agents(found, knowledge),
        render_forecast(found, knowledge),
        _render_certificates(found, knowledge),
        _render_findings(found, knowledge),
    )
    return Display(html=html, text=_render_text(found, knowledge))


@in_language_of_site
def since_line(assessment: Assessment, earlier: Assessment | None) -> Display:
    """The same in one line for page one, with a link to the chapter; without an earlier run, nothing."""
    if earlier is None:
        return Display(html=Markup(""), text="")
    knowledge = load()
    text = _make_line(compared(earlier, assessment, knowledge=knowledge))
    link = make_tag("a", say("What changed"), href=f"#{ID}")
    return Display(
        html=make_tag("p", text, " ", states.render_basis_of_brief(RULES[0], knowledge), " ", link), text=text
    )


def list_statements(assessment: Assessment, earlier: Assessment | None) -> Iterator[Statement]:
    """What the chapter's statements rest on, for the chapter on method."""
    if earlier is None:
        return
    yield from (Statement("", rule.kind, rule) for rule in RULES)
    found = compared(earlier, assessment)
    yield from (cell.statement for arrival in found.forecast.arrivals for cell in arrival.cells if cell)
    for scenario in (earlier.now, *(one.scenario for one in found.forecast.foreseen)):
        yield from (one.statement for met in scenario.experiences for one in met.by_browser)
    yield from (finding.then.statement for finding in found.findings if finding.then)
    yield earlier.verdict.statement


def _make_line(found: Since) -> str:
    both = (found.then, found.now)
    then, now = (find_state(VERDICTS, one.verdict.word)[2].lower() for one in both)
    verdict = (
        say("still {verdict}", verdict=now) if then == now else say("{then} → {now}", then=then, now=now)
    )
    parts = [verdict, say("findings: {findings}", findings=_describe_counts(found.findings))]
    if found.forecast.came:
        parts.append(say(SINCE_LINE_TEXTS[found.forecast.came]))
    return say("Since {day}: {parts}.", day=format_day(found.then.collected), parts="; ".join(parts))


def _describe_counts(changes: Iterable[FindingChange]) -> str:
    """How many findings took which course: `3 resolved, 1 new, 4 as then`."""
    numbers = count_courses(changes)
    parts = [
        f"{numbers[name]} {find_state(FINDING_COURSES, name).word}" for name in COUNTED if name in numbers
    ]
    return ", ".join(parts) or say("none then and none now")


def _list_days(found: Since) -> tuple[str, str]:
    """The heads of the columns then and now."""
    return tuple(  # type: ignore[return-value]  # two of them
        say("{word}, {day}", word=say(SINCE_TEXTS[name]), day=format_day(one.collected))
        for name, one in (("then", found.then), ("now", found.now))
    )


def _render_overview(found: Since, knowledge: Knowledge) -> Markup:
    both = (found.then, found.now)
    verdicts = [join(_render_verdict(one), BREAK, one.verdict.statement.text) for one in both]
    rows: list[list[Child]] = [
        [say("Verdict"), *verdicts],
        [say("Releases"), *(_describe_releases(one) for one in both)],
    ]
    cops = [_describe_cops(one, knowledge) for one in both]
    if cops[0] != cops[1]:
        rows.append([say("COPs"), *cops])
    asking = [
        sum(finding.state in ASKING and not finding.waiver for finding in each.findings) for each in both
    ]
    rows.append([say("Findings that ask for something"), *asking])
    heads = [say("What is compared"), *_list_days(found)]
    return make_table(caption=say("Then and now"), columns=heads, rows=rows, class_="experience")


def _render_verdict(assessment: Assessment) -> Markup:
    return states.render_state(*find_state(VERDICTS, assessment.verdict.word))


def _describe_releases(assessment: Assessment) -> Markup:
    """Each release with its nodes."""
    nodes: dict[str, list[str]] = {}
    for state in assessment.now.nodes:
        nodes.setdefault(state.release or "–", []).append(state.node)
    return join_with(
        (join(make_tag("strong", one), " ", ", ".join(names)) for one, names in nodes.items()), "; "
    )


def _describe_cops(assessment: Assessment, knowledge: Knowledge) -> str:
    titles = {name: cop.title for name, cop in knowledge.cops.items()}
    nodes = [node for node in assessment.now.nodes if node.cops]
    told = (f"{node.node}: {', '.join(titles.get(cop, cop) for cop in node.cops)}" for node in nodes)
    return "; ".join(told) or say("none named in the inventory")


def _render_agents(found: Since, knowledge: Knowledge) -> Markup:
    then, now = _list_days(found)
    shown = [one for _, one in list_columns(found.forecast)] if found.forecast.state == "whole" else []
    rows = [
        [
            knowledge.gadgets[experience.gadget].title,
            *(
                _render_outcome(scenario, experience.gadget, knowledge)
                for scenario in (found.then.now, *(each.scenario for each in shown), found.now.now)
            ),
            states.render_state(*find_state(COURSES, experience.course)),
        ]
        for experience in found.experiences
    ]
    heads = [name_column(one, found.then, knowledge) for one in shown]
    return join(
        make_tag("h3", say("What agents meet")),
        make_table(
            caption=say("What agents met then and meet now"),
            columns=[say("What agents use"), then, *heads, now, say("Change")],
            rows=rows,
            class_="experience",
            empty=say("Nothing to show."),
        ),
    )


def _render_outcome(scenario: Scenario, gadget: str, knowledge: Knowledge) -> Markup:
    met = next((experience for experience in scenario.experiences if experience.gadget == gadget), None)
    return states.render_outcome(met, knowledge) if met else states.render_state("none", "–", say("none"))


def _render_certificates(found: Since, knowledge: Knowledge) -> Markup:
    """The endpoints from which a browser gets something else than then, by node; the others are counted."""
    alike: dict[tuple[object, ...], list[EndpointChange]] = {}
    for endpoint in found.endpoints:
        if endpoint.change not in ("same", "still-silent"):
            got = (
                each and (each.browser, each.reason, each.detail) for each in (endpoint.then, endpoint.now)
            )
            alike.setdefault((endpoint.endpoint.node, endpoint.change, *got), []).append(endpoint)
    groups: dict[str, list[list[Child]]] = {}
    for one, *others in alike.values():
        servers = ", ".join(each.endpoint.title for each in (one, *others))
        change = states.render_state(*find_state(ENDPOINT_COURSES, one.change))
        then = _render_certificate(one.then, found.then, knowledge)
        now = _render_certificate(one.now, found.now, knowledge)
        groups.setdefault(make_visible(one.endpoint.node), []).append([servers, change, then, now])
    columns = [say("Web server"), say("Change"), *_list_days(found)]
    caption = say("What a browser got then and gets now")
    shown = (
        make_grouped_table(caption=caption, columns=columns, groups=groups, class_="matrix")
        if groups
        else None
    )
    return join(make_tag("h3", say("Certificates that changed")), shown, _render_unchanged(found, knowledge))


def _render_unchanged(found: Since, knowledge: Knowledge) -> Iterator[Markup]:
    basis = states.render_basis_brief(Statement("", "observed"), knowledge)
    return (make_tag("p", text, " ", basis) for text in _list_unchanged(found))


def _list_unchanged(found: Since) -> Iterator[str]:
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
        places = [say("{server} on {node}", server=one.title, node=make_visible(one.node)) for one in silent]
        yield say(
            "Neither then nor now does a browser get a certificate from {places}.", places=", ".join(places)
        )


def _render_certificate(observed: Observed | None, assessment: Assessment, knowledge: Knowledge) -> Markup:
    """What a browser got: kind, issuer, last day and the beginning of the fingerprint; or why nothing."""
    if observed is None:
        return states.render_state("none", "–", say("not asked"))
    shown = render_browser_leaf(observed, assessment, knowledge)
    leaf = assessment.certificates.get(observed.browser or "")
    if leaf is None:
        return shown
    issuer = say("issuer {issuer}", issuer=make_visible(str(leaf.issuer_cn or leaf.issuer)))
    facts = [say("valid to {day}", day=_format_day(leaf.not_after))]
    facts += [issuer] if leaf.kind != "self-signed" else []
    sha = make_tag("a", make_tag("code", leaf.sha256[:SHORT]), href=f"#certificate-{leaf.sha256[:SHORT]}")
    return join(shown, [join(BREAK, text) for text in facts], BREAK, sha)


def _format_day(moment: object) -> str:
    return f"{moment:%Y-%m-%d}" if isinstance(moment, datetime) else str(moment)


def _render_findings(found: Since, knowledge: Knowledge) -> Markup:
    told = [one for name in FIRST for one in found.findings if one.change == name]
    rows = [
        [
            states.render_state(*find_state(FINDING_COURSES, one.change)),
            make_tag("a", knowledge.checks[one.finding.check].fault, href=f"#check-{one.finding.check}"),
            make_visible(one.finding.endpoint or one.finding.node or say("site")),
            *(_render_finding(each) for each in (one.then, one.now)),
        ]
        for one in told
    ]
    heads = [say("Change"), say("Check"), say("Where"), *_list_days(found)]
    counts = say(
        "Findings that ask for something, counted by what became of them: {counts}.",
        counts=_describe_counts(found.findings),
    )
    return join(
        make_tag("h3", say("Findings then and now")),
        make_tag("p", counts, " ", states.render_basis_of_brief(RULES[2], knowledge)),
        make_table(
            caption=say("Findings that came, went or changed"), columns=heads, rows=rows, class_="findings"
        )
        if rows
        else None,
    )


def _render_finding(finding: Finding | None) -> Markup:
    """A finding of one of the two runs: its state and what was found."""
    if finding is None:
        return states.render_state("none", "–", say("none"))
    accepted = words.describe_waiver(finding)
    told = states.render_finding_state(finding)
    return join(told, BREAK, finding.statement.text, [join(BREAK, accepted)] if accepted else [])


def _render_text(found: Since, knowledge: Knowledge) -> str:
    """The line of page one, what came of what was foreseen, and each change, for a terminal."""
    lines = [_make_line(found), *(make_visible(remark.text) for remark in found.remarks)]
    lines += [make_visible(found.forecast.statement.text)] if found.forecast.statement else []
    for endpoint in found.endpoints:
        if endpoint.change not in ("same", "still-silent"):
            then, now = (
                words.describe_offers(seen, each.certificates, knowledge)[0][1]
                for seen, each in ((endpoint.then, found.then), (endpoint.now, found.now))
            )
            _, symbol, word = find_state(ENDPOINT_COURSES, endpoint.change)
            place = say(
                "{server} on {node}",
                server=endpoint.endpoint.title,
                node=make_visible(endpoint.endpoint.node),
            )
            lines.append(f"  {symbol} {place}: {word}: {then} → {now}")
    for each in (each for name in FIRST for each in found.findings if each.change == name):
        _, symbol, word = find_state(FINDING_COURSES, each.change)
        lines.append(f"  {symbol} {word}: {make_visible(each.finding.statement.text)}")
    return "\n".join(lines)
