"""Where sources disagree about what agents meet: each doubt once, with the gadget and the browsers."""

from markupsafe import Markup

from certlib.assess import Assessment
from certlib.knowledge import Knowledge
from certlib.language import say
from certlib.show.markup import join, tag

DOUBTS = "doubts"  # the place that page one links to


def doubts(assessment: Assessment, knowledge: Knowledge) -> Markup | None:
    """The doubts about what agents meet, now and at every stop of the way; none when there are none."""
    scenarios = [*assessment.scenarios, *(hop.scenario for hop in assessment.hops)]
    found: dict[tuple[str, str], list[str]] = {}
    for experience in (one for scenario in scenarios for one in scenario.experiences):
        for met in experience.by_browser:
            browsers = found.setdefault((experience.gadget, met.doubt), []) if met.doubt else []
            if met.title not in browsers:
                browsers.append(met.title)
    items = (
        tag("li", tag("strong", f"{knowledge.gadgets[gadget].title}, {', '.join(browsers)}. "), doubt)
        for (gadget, doubt), browsers in found.items()
    )
    return join(tag("h3", say("What is in doubt"), id=DOUBTS), tag("ul", items)) if found else None
