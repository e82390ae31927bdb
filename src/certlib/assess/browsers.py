"""The browsers on the agents' PCs, by family, and what is said of them."""

from collections.abc import Sequence

from certlib.assess.context import Context
from certlib.assess.model import Statement, infer, make_statement
from certlib.inventory import Site
from certlib.knowledge import BrowserFamily, Knowledge
from certlib.language import join_list, say


def find_families(site: Site, knowledge: Knowledge) -> tuple[tuple[BrowserFamily, str], ...]:
    """The families that the agents use, each with the titles of its browsers in use: "Chrome, Edge".

    Where the inventory names none, those that are assumed (rule-browsers-assumed).
    """
    named = site.agents.browsers
    families = []
    for family in knowledge.browsers.values():
        titles = [
            browser.title
            for browser in family.browsers
            if browser.name in named or (family.assumed and not named)
        ]
        if titles:
            families.append((family, ", ".join(titles)))
    return tuple(families)


def describe_browsers(context: Context) -> tuple[Statement, ...]:
    """For which browsers experiences are told and why, then what is not known of them or ends."""
    families = find_families(context.site, context.knowledge)
    titles = [title for _, joined in families for title in joined.split(", ")]
    named = bool(context.site.agents.browsers)
    rule = "rule-worst-browser" if named else "rule-browsers-assumed"
    statements = [infer(_describe_families(titles, named=named), rule)]
    for family, title in families:
        if family.keeps is None and _is_asked(family, context):
            text = say(
                "{browser}: no source was found for how it remembers accepted certificates. Prompts "
                "are therefore not counted for it, and where the host also shows a trusted "
                "certificate it is open whether accepting helps.",
                browser=title,
            )
            statements.append(infer(text, "rule-browser-unknown"))
        if family.until and family.until_basis and _is_beyond(family.until, context):
            text = say(
                "{browser}: releases after {release} do not support it, whatever certificates they present.",
                browser=title,
                release=family.until,
            )
            statements.append(make_statement(text, family.until_basis))
    return tuple(statements)


def _describe_families(titles: Sequence[str], *, named: bool) -> str:
    if not named:
        return say(
            "These results are for {browsers}, as the inventory names no browser.",
            browsers=join_list(*titles),
        )
    if titles[1:]:
        return say(
            "These results are for {browsers}, the browsers in the inventory. Where they differ, "
            "the worst one counts.",
            browsers=join_list(*titles),
        )
    return say("These results are for {browser}, the browser in the inventory.", browser=titles[0])


def _is_asked(family: BrowserFamily, context: Context) -> bool:
    """Whether agents with such a browser meet anything but that it works."""
    return any(
        met.browser == family.id and met.outcome != "works"
        for scenario in context.scenarios
        for experience in scenario.experiences
        for met in experience.by_browser
    )


def _is_beyond(last: str, context: Context) -> bool:
    """Whether a node of the deciding scenario is on a release after one."""
    releases = context.knowledge.releases
    reached = [releases[state.release] for state in context.deciding.nodes if state.release in releases]
    return any(release.order > releases[last].order for release in reached)
