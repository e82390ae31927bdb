"""Page one: the verdict, what agents meet, what to do, what was not checked."""

from markupsafe import Markup

from certlib import words
from certlib.assess import Assessment, BrowserExperience, Finding, Scenario, Statement
from certlib.assess.model import ASKING, STOPPING
from certlib.knowledge import Knowledge, find_option, load
from certlib.language import in_language_of_site, join_list, say
from certlib.runbook.places import list_places
from certlib.show import states
from certlib.show.markup import Display, join, link_finding, make_table, make_tag
from certlib.show.since import since_line
from certlib.show.states import DOUBTS
from certlib.terms import OUTCOMES, VERDICT_CLASSES, VERDICTS, find_state
from certlib.text import make_visible

_MOST, _BESIDE = 5, 4  # findings of page one, alone and beside options; the report's table has them all
_SILENT, _NAMED = 2, 5  # servers without an answer that are told one by one; places that are named beyond


@in_language_of_site
def summary(assessment: Assessment, earlier: Assessment | None = None) -> Display:
    """The verdict with the rule that decided, and what agents meet in each gadget now and later.

    `earlier`: of an earlier run; what changed since then is told in a line.
    """
    knowledge = load()
    _, symbol, word = find_state(VERDICTS, assessment.verdict.word)
    statement = assessment.verdict.statement
    html = join(
        make_tag(
            "div",
            make_tag("p", make_tag("strong", f"{symbol} {word}")),
            make_tag("p", statement.text),
            make_tag("p", say("Rule that decided: {rule}", rule=get_rule(assessment, knowledge))),
            class_=f"verdict {VERDICT_CLASSES[assessment.verdict.word]}",
        ),
        since_line(assessment, earlier).html,
        _render_experiences(assessment, knowledge),
        _render_stops(assessment, knowledge),
        _render_why(assessment, knowledge),
    )
    return Display(html=html, text=summary_text(assessment))


@in_language_of_site
def what_to_do(assessment: Assessment) -> Display:
    """The recommended options in order, each with the reason, then what the findings ask for."""
    knowledge = load()
    outcomes = {one.option: one for one in assessment.options}
    items = []
    for position, option in enumerate(assessment.recommended):
        entry = find_option(knowledge, option, roles=assessment.roles)
        items.append(
            make_tag(
                "li",
                make_tag("strong", entry.title),
                ". " if not entry.title.endswith((".", "?")) else " ",
                None
                if position == 0
                else join(say("If the option above is not possible, or not in time:"), " "),
                entry.summary,
                " ",
                _render_brief(outcomes[option].statement, knowledge) if option in outcomes else None,
                " ",
                make_tag("a", say("Steps"), href=f"#runbook-{option}", class_="paged")
                if option in outcomes
                else None,
            )
        )
    lines = [
        f"{number}. {find_option(knowledge, option, roles=assessment.roles).title}"
        for number, option in enumerate(assessment.recommended, 1)
    ]
    asked = []
    most = _BESIDE if items else _MOST
    for found in _find_faults(assessment)[:most]:
        more = " " + say("({count} more like it.)", count=len(found) - 1) if len(found) > 1 else ""
        remedy = found[0].remedy or knowledge.checks[found[0].check].remedy
        if items:
            asked.append(make_tag("li", _render_named(found, knowledge)))
        else:
            asked.append(make_tag("li", _render_brief(found[0].statement, knowledge), more, " ", remedy))
        lines.append(f"- {make_visible(found[0].statement.text)}{more} {remedy}")
    if len(_find_faults(assessment)) > most:
        rest = say("The table of findings lists what else is to be done.")
        asked.append(make_tag("li", rest))
        lines.append(f"- {rest}")
    nothing = _describe_nothing(assessment)
    html = join(
        make_tag("ol", items) if items else None,
        make_tag("p", say("The findings also call for this:")) if items and asked else None,
        make_tag("ul", asked) if asked else None,
        None if items or asked else make_tag("p", nothing),
    )
    return Display(html=html, text="\n".join(lines) or nothing)


def _render_named(found: list[Finding], knowledge: Knowledge) -> Markup:
    """The findings of one check in few words, with a link to the first of them."""
    link = make_tag(
        "a", knowledge.checks[found[0].check].fault, href=f"#{link_finding(found[0])}", class_="paged"
    )
    count = f" ({len(found)})" if len(found) > 1 else None
    return join(states.render_finding_state(found[0]), ": ", link, count)


@in_language_of_site
def not_checked(assessment: Assessment) -> Display:
    """What could not be asked, is not published, or was assumed; of many silent servers where they are."""
    knowledge = load()
    silent = [
        finding
        for finding in assessment.findings
        if finding.check == "endpoint-answers" and finding.statement in assessment.not_checked
    ]
    together = len(silent) > _SILENT
    said = {one.statement for one in silent} if together else set()
    items = [make_tag("li", _render_silent(silent, assessment, knowledge))] if together else []
    items += [
        make_tag("li", _render_brief(one, knowledge)) for one in assessment.not_checked if one not in said
    ]
    html = make_tag("ul", items) if items else make_tag("p", say("Everything in the inventory answered."))
    return Display(html=html, text="\n".join(f"- {make_visible(one.text)}" for one in assessment.not_checked))


def _render_silent(silent: list[Finding], assessment: Assessment, knowledge: Knowledge) -> Markup:
    where = [place for one in silent for place in list_places([one], assessment)]
    if len(where) > _NAMED:
        where[_NAMED:] = [say("{count} more places", count=len(where) - _NAMED)]
    link = make_tag("a", say("What to do about it"), href=f"#{link_finding(silent[0])}", class_="paged")
    text = say("No usable answer came from {places}.", places=join_list(*where))
    return join(text, " ", states.render_basis_brief(silent[0].statement, knowledge), " ", link)


def _render_brief(statement: Statement, knowledge: Knowledge) -> Markup:
    """A statement with its basis: a source as it is cited, a rule by a link."""
    based = states.render_basis if statement.basis and statement.basis.source else states.render_basis_brief
    return join(statement.text, " ", based(statement, knowledge))


@in_language_of_site
def summary_text(assessment: Assessment) -> str:
    """Verdict and experiences for a terminal."""
    knowledge = load()
    _, symbol, word = find_state(VERDICTS, assessment.verdict.word)
    lines = [f"{symbol} {word}", make_visible(assessment.verdict.statement.text), ""]
    scenarios = _list_scenarios(assessment)
    width = max(len(gadget.title) for gadget in knowledge.gadgets.values())
    columns = [max(len(title), 24) for title, _ in scenarios]
    lines.append(
        "  ".join(
            [" " * width, *(title.ljust(size) for (title, _), size in zip(scenarios, columns, strict=True))]
        )
    )
    for gadget in _list_gadgets(assessment, knowledge):
        cells = [_describe_met(scenario, gadget) for _, scenario in scenarios]
        title = knowledge.gadgets[gadget].title
        lines.append(
            "  ".join(
                [title.ljust(width), *(cell.ljust(size) for cell, size in zip(cells, columns, strict=True))]
            ).rstrip()
        )
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


def get_rule(assessment: Assessment, knowledge: Knowledge) -> str:
    """The rule that decided the verdict, in its words."""
    return knowledge.rules[assessment.verdict.rule].text


def _list_scenarios(assessment: Assessment) -> list[tuple[str, Scenario]]:
    """The columns of page one: today, after the upgrade if nothing is done, after the recommended steps."""
    found = [
        (say("after the upgrade, nothing done") if scenario.id == "upgraded" else scenario.title, scenario)
        for scenario in assessment.scenarios
    ]
    if assessment.after_recommended:
        found.append((say("after the recommended steps"), assessment.after_recommended))
    return found


def _list_gadgets(assessment: Assessment, knowledge: Knowledge) -> list[str]:
    met = {experience.gadget for experience in assessment.now.experiences}
    return [gadget for gadget in knowledge.gadgets if gadget in met]


def _describe_met(scenario: Scenario, gadget: str) -> str:
    met = (
        words.describe_outcome(experience)
        for experience in scenario.experiences
        if experience.gadget == gadget
    )
    return next(met, "– " + say("none"))


def _render_experiences(assessment: Assessment, knowledge: Knowledge) -> Markup:
    scenarios = _list_scenarios(assessment)
    rows, none = [], say("none")
    for gadget in _list_gadgets(assessment, knowledge):
        cells = []
        for _, scenario in scenarios:
            met = next(
                (experience for experience in scenario.experiences if experience.gadget == gadget), None
            )
            cells.append(
                states.render_outcome(met, knowledge) if met else states.render_state("none", "–", none)
            )
        rows.append([knowledge.gadgets[gadget].title, *cells])
    shown = make_table(
        caption=say("What agents meet"),
        columns=[say("What agents use"), *(title for title, _ in scenarios)],
        rows=rows,
        class_="experience",
        empty=say("Nothing to show."),
    )
    return join(
        shown,
        (
            make_tag("p", browser.text, " ", states.render_basis_brief(browser, knowledge))
            for browser in assessment.browsers
        ),
    )


def _render_stops(assessment: Assessment, knowledge: Knowledge) -> Markup | None:
    """Which stops before the wanted release would stop the agents' work."""
    items = [
        make_tag(
            "li",
            make_tag("strong", say("Do not stop at {release}:", release=make_visible(hop.to)), " "),
            say("{gadget}: {outcome} there in {browsers}.", gadget=gadget, outcome=outcome, browsers=browsers)
            if len(groups) > 1
            else say("{gadget}: {outcome} there.", gadget=gadget, outcome=outcome),
            " ",
            states.render_basis_brief(met.statement, knowledge),
        )
        for hop in assessment.hops[:-1]
        for experience in hop.scenario.experiences
        for groups in (words.group_by_browser(experience),)
        for browsers, met in groups
        if met.outcome in STOPPING
        for _, _, outcome in (find_state(OUTCOMES, met.outcome),)
        for gadget in (knowledge.gadgets[experience.gadget].title,)
    ]
    return make_tag("ul", items) if items else None


def _render_why(assessment: Assessment, knowledge: Knowledge) -> Markup:
    """Why a gadget will not simply work, once for each browser that meets something of its own."""
    told: list[Markup] = []
    deciding = assessment.after_upgrade or assessment.now
    for experience in deciding.experiences:
        title = knowledge.gadgets[experience.gadget].title
        said: dict[object, list[BrowserExperience]] = {}
        for met in experience.by_browser:
            said.setdefault((met.statement, met.why), []).append(met)
        for met, *same in said.values():
            if met.outcome == "works" or not met.why:
                continue
            browsers = ", ".join(one.title for one in (met, *same))
            head = say("{gadget} in {browsers}", gadget=title, browsers=browsers) if len(said) > 1 else title
            doubted = any(one.doubt for one in (met, *same))
            told.append(
                make_tag(
                    "li",
                    make_tag("strong", f"{head}. "),
                    met.why,
                    " ",
                    states.render_basis_brief(met.statement, knowledge),
                    join(" ", make_tag("a", say("Doubt"), href=f"#{DOUBTS}")) if doubted else None,
                )
            )
    return (
        join(make_tag("h3", say("Why, {scenario}", scenario=deciding.title)), make_tag("ul", told))
        if told
        else Markup("")
    )
