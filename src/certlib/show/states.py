"""States, outcomes and bases as markup: symbol, word and class, never colour alone; doubts about sources."""

from markupsafe import Markup

from certlib.assess import Assessment
from certlib.assess.model import BrowserExperience, Experience, Finding, Statement
from certlib.knowledge import Basis, Knowledge, cite, cite_briefly
from certlib.language import say
from certlib.show.markup import BREAK, join, join_with, make_tag
from certlib.terms import BASES, FINDING_STATES, OUTCOMES, find_state
from certlib.words import describe_basis, describe_in_browser, group_by_browser


def render_state(name: str, symbol: str, word: str) -> Markup:
    """A state as symbol, word and class."""
    return make_tag("span", f"{symbol} {word}", class_=f"state state-{name}")


def render_outcome(experience: Experience, knowledge: Knowledge) -> Markup:
    """What an agent meets and the basis behind it, a line for each browser where they differ."""
    groups = group_by_browser(experience)
    if len(groups) < 2:
        return join(_render_met(experience), " ", render_basis_brief(experience.statement, knowledge))
    if len({one.statement.basis for _, one in groups}) == 1:
        lines = [_render_met(one, title) for title, one in groups]
        return join(join_with(lines, BREAK), " ", render_basis_brief(experience.statement, knowledge))
    lines = [
        join(_render_met(one, title), " ", render_basis_brief(one.statement, knowledge))
        for title, one in groups
    ]
    return join_with(lines, BREAK)


def _render_met(met: Experience | BrowserExperience, browsers: str = "") -> Markup:
    return make_tag(
        "span", describe_in_browser(met, browsers), class_=f"state state-{OUTCOMES[met.outcome][0]}"
    )


def render_basis(statement: Statement, knowledge: Knowledge) -> Markup:
    """The tag behind a statement: observed, documented, inferred or measured, with its source or rule."""
    return make_tag("span", describe_basis(statement, knowledge), class_=f"basis basis-{statement.kind}")


def render_basis_brief(statement: Statement, knowledge: Knowledge) -> Markup:
    """The same for a table's cell: the source in brief, or a link to the rule in the chapter on method."""
    found = statement.basis
    if found is None:
        text: Markup | str = say(BASES[statement.kind])
    elif found.rule:
        text = make_tag("a", say(BASES[found.kind]), href=f"#{found.rule}")
    else:
        text = cite_briefly(knowledge, found)
    return make_tag("span", text, class_=f"basis basis-{statement.kind}")


def render_basis_of(basis: Basis, knowledge: Knowledge) -> Markup:
    """The tag behind what the knowledge says."""
    return make_tag("span", cite(knowledge, basis), class_=f"basis basis-{basis.kind}")


def render_basis_of_brief(basis: Basis, knowledge: Knowledge) -> Markup:
    """The same for a step: the source in brief, or a link to the rule in the chapter on method."""
    return render_basis_brief(Statement("", basis.kind, basis), knowledge)


def render_sentence(statement: Statement, knowledge: Knowledge) -> Markup:
    """A statement with its basis behind it."""
    return join(statement.text, " ", render_basis(statement, knowledge))


def render_finding_state(finding: Finding) -> Markup:
    """A finding's state."""
    return render_state(*find_state(FINDING_STATES, finding.state))


DOUBTS = "doubts"  # the place that page one links to


def render_doubts(assessment: Assessment, knowledge: Knowledge) -> Markup | None:
    """The doubts about what agents meet, now and at every stop of the way; none when there are none."""
    scenarios = [*assessment.scenarios, *(hop.scenario for hop in assessment.hops)]
    found: dict[tuple[str, str], list[str]] = {}
    for experience in (one for scenario in scenarios for one in scenario.experiences):
        for met in experience.by_browser:
            browsers = found.setdefault((experience.gadget, met.doubt), []) if met.doubt else []
            if met.title not in browsers:
                browsers.append(met.title)
    items = (
        make_tag(
            "li", make_tag("strong", f"{knowledge.gadgets[gadget].title}, {', '.join(browsers)}. "), doubt
        )
        for (gadget, doubt), browsers in found.items()
    )
    return join(make_tag("h3", say("What is in doubt"), id=DOUBTS), make_tag("ul", items)) if found else None
