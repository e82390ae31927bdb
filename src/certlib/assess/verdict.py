"""The verdict, with the rule that decides it."""

from collections.abc import Sequence

from certlib.assess import words
from certlib.assess.context import Context, find_silent_endpoints
from certlib.assess.model import STOPPING, EndpointState, Finding, Scenario, Verdict, infer
from certlib.assess.scenarios import list_wanted_releases
from certlib.knowledge.model import Outcome
from certlib.language import join_list, mark, say

VERDICT_TEXTS = {
    "inferred-now": mark(
        "What the web servers present was observed. That no agent is asked or stopped is "
        "inferred, as Cisco's table covers only 11.5(1)."
    ),
    "inferred-then": mark(
        "What is presented then, and what agents meet, is inferred, as Cisco's table covers only 11.5(1)."
    ),
    "met-inferred-then": mark("What agents meet then is inferred, as Cisco's table covers only 11.5(1)."),
}

_GOOD = ("verdict-ready", "verdict-check-action", "verdict-stop-on-the-way")  # agents simply work


def decide_verdict(context: Context, *, findings: Sequence[Finding]) -> Verdict:
    """Ready or not, by the verdict rules of knowledge/rules.yaml in their order.

    Findings that the inventory accepts do not count and are mentioned.
    """
    rule, text = _decide(context, [finding for finding in findings if finding.waiver is None])
    sentences = [text]
    if rule in _GOOD and _is_inferred_alone(context):
        sentences.append(say(VERDICT_TEXTS[_describe_inference(context)]))
    waived = sum(1 for finding in findings if finding.waiver and finding.state != "information")
    if waived:
        single = waived == 1
        sentences.append(
            say("One finding is accepted and not counted.")
            if single
            else say("{number} findings are accepted and not counted.", number=waived)
        )
    sentences += [
        say(
            "Do not let the upgrade stop at {release}: agents could not use {gadgets} there.",
            release=release,
            gadgets=gadgets,
        )
        for release, gadgets in _find_bad_stops(context)
    ]
    unusable = _list_mentions(context, context.scenarios[0], *STOPPING)
    if unusable and context.knowledge.rules[rule].verdict != "not ready":
        sentences.append(say("Today they cannot use {gadgets}.", gadgets=unusable))
    word = context.knowledge.rules[rule].verdict
    return Verdict(
        word=word or "incomplete",
        rule=rule,
        statement=infer(" ".join(sentences), rule),
    )


def _observe_for_agents(context: Context) -> list[EndpointState]:
    """What was observed of the web servers that agents use."""
    facing = {
        endpoint.id
        for endpoint in context.endpoints
        if (server := context.find_server(endpoint)) and server.agent_facing
    }
    return [cell for cell in context.scenarios[0].endpoints if cell.endpoint in facing]


def _list_places(context: Context, cells: Sequence[EndpointState]) -> str:
    """The first of some web servers, and how many there are besides."""
    servers = context.knowledge.web_servers
    places = [words.name_place(servers[cell.web_server], cell.node) for cell in cells]
    if places[3:]:
        places[3:] = [say("{number} more", number=len(places) - 3)]
    return join_list(*places)


def _decide(context: Context, findings: Sequence[Finding]) -> tuple[str, str]:
    """The first rule that applies, and what it says of this site."""
    return (
        _decide_blocked(context, findings)
        or _decide_unknown(context)
        or _decide_to_do(context, findings)
        or (
            "verdict-ready",
            say(
                "{time}, everything works for the agents, and no check found anything to do.",
                time=_describe_time(context),
            ),
        )
    )


def _decide_blocked(context: Context, findings: Sequence[Finding]) -> tuple[str, str] | None:
    time = _describe_time_undone(context)
    unaccepted, broken = (
        _list_gadgets_with(context, "cannot-be-accepted"),
        _list_gadgets_with(context, "does-not-load"),
    )
    rule = "verdict-gadget-blocked"
    if unaccepted and broken:
        text = say(
            "{time}, agents cannot use {unaccepted}, as the certificate presented there cannot "
            "be accepted; agents cannot load {broken}.",
            time=time,
            unaccepted=unaccepted,
            broken=broken,
        )
        return rule, text
    if unaccepted:
        return rule, say(
            "{time}, agents cannot use {unaccepted}, as the certificate presented there cannot be accepted.",
            time=time,
            unaccepted=unaccepted,
        )
    if broken:
        return rule, say("{time}, agents cannot load {broken}.", time=time, broken=broken)
    if faults := [finding.statement.text for finding in findings if finding.state in ("blocks", "outage")]:
        return "verdict-check-blocks", _describe_worst(faults)
    return None


def _decide_unknown(context: Context) -> tuple[str, str] | None:
    cells, silent = context.scenarios[0].endpoints, find_silent_endpoints(context)
    if not any(cell.web_server for cell in cells):
        return "verdict-incomplete", say(
            "The inventory names no web server that agents use, so nothing can be said about them."
        )
    if len(silent) == sum(cell.presence is None for cell in cells):
        return "verdict-incomplete", say(
            "No endpoint of the site gave a certificate, so nothing is known of what agents meet."
        )
    if for_agents := find_silent_endpoints(context, agent_facing=True):
        return "verdict-incomplete", say(
            "What agents will meet is not fully known: no certificate came from {places}.",
            places=_list_places(context, for_agents),
        )
    unsure = [cell for cell in _observe_for_agents(context) if cell.observed and cell.observed.unsure]
    if unsure:
        return "verdict-unlike-answers", say(
            "What agents will meet is not known: the answers of {places} do not fit together.",
            places=_list_places(context, unsure),
        )
    partly = [cell for cell in _observe_for_agents(context) if cell.observed and cell.observed.unasked]
    if partly:
        return "verdict-unlike-answers", say(
            "What agents will meet is not fully known: not every address was queried of {places}.",
            places=_list_places(context, partly),
        )
    if unclear := _list_gadgets_with(context, "open"):
        return "verdict-open", say(
            "{time}, it is open what agents meet in {gadgets}.",
            time=_describe_time_undone(context),
            gadgets=unclear,
        )
    return None


def _decide_to_do(context: Context, findings: Sequence[Finding]) -> tuple[str, str] | None:
    time = _describe_time_undone(context)
    if asking := _list_gadgets_with(context, "prompt"):
        return "verdict-prompts", say(
            "{time}, agents are asked to accept certificates in {gadgets}.", time=time, gadgets=asking
        )
    if any(finding.check == "covered-by-table" and finding.state == "information" for finding in findings):
        return "verdict-not-covered", say(
            "{time}, everything should work for the agents. This is inferred, as Cisco's table "
            "does not cover this site.",
            time=time,
        )
    wanted = ("action", "manual", "error", "after-upgrade")
    todo = [finding.statement.text for finding in findings if finding.state in wanted]
    asked = [say("To be done: {findings}", findings=_describe_worst(todo))] if todo else []
    if _find_bad_stops(context):
        works = say("{time}, everything works for the agents.", time=_describe_time(context))
        return "verdict-stop-on-the-way", " ".join((works, *asked))
    stops_none = say("{time}, no agent is stopped by a presented certificate.", time=_describe_time(context))
    return ("verdict-check-action", " ".join((stops_none, *asked))) if asked else None


def _describe_time(context: Context) -> str:
    """The time of which a good verdict speaks."""
    base = context.deciding
    if base.id == "now":
        return say("Today")
    return say("After the upgrade to {releases}", releases=join_list(*list_wanted_releases(base.nodes)))


def _describe_time_undone(context: Context) -> str:
    """The same of a verdict on what comes if nothing is done."""
    base = context.deciding
    if base.id == "now":
        return say("Today")
    return say(
        "After the upgrade to {releases}, if nothing is done",
        releases=join_list(*list_wanted_releases(base.nodes)),
    )


def _describe_worst(texts: Sequence[str]) -> str:
    """The worst fault, and how many there are besides."""
    rest = len(texts) - 1
    if not rest:
        return texts[0]
    more = (
        say("1 more finding needs attention.")
        if rest == 1
        else say("{number} more findings need attention.", number=rest)
    )
    return f"{texts[0]} {more}"


def _find_bad_stops(context: Context) -> list[tuple[str, str]]:
    """The releases on the way at which agents could not work, each with what they could not use."""
    stops = ((hop.to, _list_mentions(context, hop.scenario, *STOPPING)) for hop in context.hops[:-1])
    return [(release, gadgets) for release, gadgets in stops if gadgets]


def _is_inferred_alone(context: Context) -> bool:
    """Whether no release of 11.5 is left, of which Cisco's table speaks, and nothing else is documented."""
    base = context.deciding
    return all(state.era != "automatic" for state in base.nodes) and all(
        experience.statement.kind != "documented" for experience in base.experiences
    )


def _describe_inference(context: Context) -> str:
    """What of good news is inferred: what agents meet, and before it has come also what is presented."""
    base = context.deciding
    if base.id == "now":
        return "inferred-now"
    documented = all(cell.statement.kind == "documented" for cell in base.endpoints if cell.expected)
    return "met-inferred-then" if documented else "inferred-then"


def _list_gadgets_with(context: Context, outcome: Outcome) -> str:
    """The gadgets with an outcome in the deciding scenario, as a sentence mentions them."""
    return _list_mentions(context, context.deciding, outcome)


def _list_mentions(context: Context, scenario: Scenario, *outcomes: Outcome) -> str:
    met = [experience for experience in scenario.experiences if experience.outcome in outcomes]
    gadgets = context.knowledge.gadgets
    return join_list(
        *(words.mention_browsers(gadgets[experience.gadget].mention, experience) for experience in met)
    )
