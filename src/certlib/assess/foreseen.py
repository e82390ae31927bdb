"""What an earlier report foresaw of each web server, and whether it came so: what is observed counts."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from certlib.assess import words
from certlib.assess.context import has_any_certificate, has_certificate
from certlib.assess.model import Assessment, EndpointState, Observed, Scenario, Statement
from certlib.inventory import Endpoint
from certlib.knowledge import Basis, Expected, Knowledge, find_option
from certlib.language import join_list, mark, say

FORESEEN_TEXTS = {
    "came": mark(
        "It came as foreseen: {met} of the {compared} web servers that could be compared "
        "present what was foreseen."
    ),
    "differs": mark(
        "It did not wholly come as foreseen: {met} of the {compared} web servers that could "
        "be compared present what was foreseen."
    ),
    "steps": mark(
        "It came as foreseen after the recommended steps ({options}): each of the {compared} "
        "web servers that could be compared presents what was foreseen."
    ),
    "either": mark(
        "Each of the {compared} web servers that could be compared presents what was "
        "foreseen, both after the recommended steps ({options}) and if nothing is done; "
        "which of them came cannot be told from certificates."
    ),
    "not-yet": mark(
        "The upgrade to {releases} that was foreseen has not taken place; whether it comes "
        "as foreseen can be told after it."
    ),
    "elsewhere": mark(
        "The nodes are on releases of which the earlier report did not speak; it foresaw "
        "{releases}. Nothing can be compared with what it foresaw."
    ),
}

Came = Literal["as-foreseen", "as-undone", "not-as-foreseen", "untold"]
Whole = Literal["came", "differs", "steps", "undone", "either", "neither"]
RULE = Basis("inferred", rule="rule-foreseen")


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A state of the site that the earlier report foresaw, and how many web servers present what it said."""

    scenario: Scenario
    option: str | None  # the recommended one; None: if nothing is done
    met: int
    compared: int

    @property
    def entire(self) -> bool:
        """Whether every web server that could be compared presents what was foreseen."""
        return bool(self.compared) and self.met == self.compared


@dataclass(frozen=True, slots=True)
class ForecastResult:
    """A web server: what it presents, beside what each of the foreseen states said of it."""

    endpoint: Endpoint
    observed: Observed | None
    expected: tuple[EndpointState | None, ...]  # one for each foreseen state
    agrees: tuple[bool | None, ...]  # None: nothing to compare
    result: Came = "untold"  # by the option of which most came, and by what was foreseen if nothing is done
    remark: str = ""  # what it may mean where it came otherwise


@dataclass(frozen=True, slots=True)
class Forecast:
    """What was foreseen, where it can be told.

    `none`: nothing was foreseen; `not-yet`: no node has left its release; `elsewhere`: the nodes are on
    releases of which the earlier report did not speak; `part`: some nodes are still on their way; `whole`.
    """

    state: Literal["none", "not-yet", "elsewhere", "part", "whole"]
    scenarios: tuple[Foreseen, ...] = ()  # if nothing is done first, then the recommended options in order
    results: tuple[ForecastResult, ...] = ()
    nearest: int = 0  # place of the recommended option of which most came; 0 when none was recommended
    waiting: tuple[str, ...] = ()  # nodes that are not on the foreseen release
    result: Whole | None = None  # None: it can't be told
    statement: Statement | None = None  # the same in a sentence; None when nothing was foreseen


def compare_forecast(then: Assessment, now: Assessment) -> Forecast:
    """What the earlier assessment foresaw beside what the present one observed."""
    knowledge = now.knowledge
    present = {state.node: state.release for state in now.now.nodes}
    base = _find_base(then, present)
    if base is None:
        same = all(present.get(state.node, state.release) == state.release for state in then.now.nodes)
        state: Literal["not-yet", "elsewhere"] = "not-yet" if same else "elsewhere"
        return Forecast(state, statement=_explain_missing(then, state))
    wanted = base is then.after_upgrade or base is then.now
    chosen = [
        one for option in (then.recommended if wanted else ()) for one in then.options if one.option == option
    ]
    scenarios = [base, *(one.scenario for one in chosen if one.scenario)]
    if base is then.now and len(scenarios) == 1:
        return Forecast("none")
    waiting = tuple(
        state.node for state in base.nodes if present.get(state.node, state.release) != state.release
    )
    arrivals = list(_compare_endpoints(scenarios, then, now, waiting=waiting))
    names = [None, *(one.option for one in chosen if one.scenario)]
    found = tuple(
        Foreseen(
            scenario,
            name,
            met=sum(arrival.agrees[place] is True for arrival in arrivals),
            compared=sum(arrival.agrees[place] is not None for arrival in arrivals),
        )
        for place, (scenario, name) in enumerate(zip(scenarios, names, strict=True))
    )
    came = _judge_whole(found[0], found[1:])
    nearest = max(range(1, len(found)), key=lambda place: found[place].met, default=0)
    return Forecast(
        state="part" if waiting else "whole",
        scenarios=found,
        results=tuple(_judge_endpoint(arrival, nearest) for arrival in arrivals),
        nearest=nearest,
        waiting=waiting,
        result=came,
        statement=Statement(_describe_result(came, found, then, waiting, knowledge), RULE.kind, RULE),
    )


def _find_base(then: Assessment, present: dict[str, str]) -> Scenario | None:
    """The foreseen state, without any step, whose releases the site has; None when there is none.

    That after the upgrade counts also when some of the nodes have been upgraded.
    """
    wanted = then.after_upgrade or then.now
    for scenario in (wanted, *(hop.scenario for hop in then.hops[:-1])):
        if all(present.get(state.node, state.release) == state.release for state in scenario.nodes):
            return scenario
    before = {state.node: state.release for state in then.now.nodes}
    moved = [state for state in wanted.nodes if state.release != before[state.node]]
    return wanted if any(present.get(state.node) == state.release for state in moved) else None


def _compare_endpoints(
    scenarios: Sequence[Scenario],
    then: Assessment,
    now: Assessment,
    *,
    waiting: Collection[str],
) -> Iterator[ForecastResult]:
    observed = {cell.endpoint: cell.observed for cell in now.now.endpoints}
    there = {state.node for state in now.now.nodes}
    places = {endpoint.id: endpoint for endpoint in (*then.endpoints, *now.endpoints)}
    for cell in scenarios[0].endpoints:
        if not cell.web_server or cell.node in waiting or cell.node not in there:
            continue
        seen = observed.get(cell.endpoint)
        cells = tuple(_find_cell(scenario, cell.endpoint) for scenario in scenarios)
        agrees = tuple(
            _is_as_forecast(one, seen, scenario, now.knowledge)
            for one, scenario in zip(cells, scenarios, strict=True)
        )
        yield ForecastResult(places[cell.endpoint], seen, cells, agrees)


def _judge_endpoint(forecast_result: ForecastResult, nearest: int) -> ForecastResult:
    """A web server with what came of it, and what it may mean where nobody foresaw it."""
    undone, steps = forecast_result.agrees[0], forecast_result.agrees[nearest]
    if steps:
        return replace(forecast_result, result="as-foreseen")
    if steps is None:
        return forecast_result
    if undone:
        return replace(forecast_result, result="as-undone")
    cell, seen = forecast_result.expected[nearest], forecast_result.observed
    remark = (
        words.describe_clash(seen, find_expected(cell)) if cell and seen and has_certificate(seen) else ""
    )
    return replace(forecast_result, result="not-as-foreseen", remark=remark)


def _find_cell(scenario: Scenario, endpoint: str) -> EndpointState | None:
    return next((cell for cell in scenario.endpoints if cell.endpoint == endpoint), None)


def find_expected(cell: EndpointState) -> tuple[Expected, ...]:
    """What a web server was to present: what was expected, or what it presented while nothing was to move."""
    seen = cell.observed
    if seen is None or seen.identity is None or seen.kind not in ("self-signed", "rsa-ca", "ec-ca"):
        return cell.expected
    return (Expected(seen.identity, seen.kind),)


def _is_as_forecast(
    cell: EndpointState | None, observed: Observed | None, scenario: Scenario, knowledge: Knowledge
) -> bool | None:
    """Whether a web server presents what was foreseen; None when it can't be told."""
    if cell is None:
        return None
    if cell.presence and cell.presence.kind == "gone":
        return not has_any_certificate(observed)
    foreseen = find_expected(cell)
    if observed is None or not has_certificate(observed) or not foreseen:
        return None
    if observed.browser is None:
        return False if observed.refuses else None
    if observed.kind in (None, "unreadable"):
        return None
    loose = _is_key_open(cell, scenario, knowledge)
    return any(one.kind == observed.kind and (loose or one.identity == observed.identity) for one in foreseen)


def _is_key_open(cell: EndpointState, scenario: Scenario, knowledge: Knowledge) -> bool:
    """Whether Cisco's table tells how the certificate is signed, and its key is only a conclusion."""
    row = next((state.row for state in scenario.nodes if state.node == cell.node), None)
    return cell.observed is None and any(
        one.web_server == cell.web_server and one.identity_basis.kind != "documented"
        for one in (knowledge.rows[row].cells if row else ())
    )


def _judge_whole(undone: Foreseen, steps: Sequence[Foreseen]) -> Whole | None:
    """Which of the foreseen states all web servers present that could be compared."""
    if not any(one.compared for one in (undone, *steps)):
        return None
    if not steps:
        return "came" if undone.entire else "differs"
    taken = any(step.entire for step in steps)
    if undone.entire:
        return "either" if taken else "undone"
    return "steps" if taken else "neither"


def _describe_result(
    came: Whole | None,
    found: Sequence[Foreseen],
    then: Assessment,
    waiting: Sequence[str],
    knowledge: Knowledge,
) -> str:
    """Which of the foreseen states came, in a sentence; or that it can't be told."""
    (undone, *steps) = found
    options = join_list(*(_name_forecast(step, then, knowledge) for step in steps if step.entire), last="or")
    match came:
        case None:
            text = say("No web server could be compared with what was foreseen.")
        case "came" | "differs":
            text = say(FORESEEN_TEXTS[came], met=undone.met, compared=undone.compared)
        case "undone":
            text = say(
                "Each of the {compared} web servers that could be compared presents what was "
                "foreseen if nothing is done; nothing shows the recommended steps.",
                compared=undone.compared,
            )
        case "steps" | "either":
            compared = next(step.compared for step in steps if step.entire)
            text = say(FORESEEN_TEXTS[came], options=options, compared=compared)
        case "neither":
            counts = [
                say(
                    "{met} of {compared} as after the recommended steps ({option})",
                    option=_name_forecast(step, then, knowledge),
                    **_count_results(step),
                )
                for step in steps
            ]
            counts.append(say("{met} of {compared} as if nothing had been done", **_count_results(undone)))
            text = say(
                "What web servers present is a mixture of what was foreseen: {counts}.",
                counts=join_list(*counts),
            )
    late = (
        [say("Not on the target release yet, and so not compared: {nodes}.", nodes=join_list(*waiting))]
        if waiting
        else []
    )
    return " ".join([text, *late])


def _count_results(foreseen: Foreseen) -> dict[str, int]:
    return {"met": foreseen.met, "compared": foreseen.compared}


def _name_forecast(foreseen: Foreseen, then: Assessment, knowledge: Knowledge) -> str:
    return (
        find_option(knowledge, foreseen.option, roles=then.roles).title
        if foreseen.option
        else foreseen.scenario.title
    )


def _explain_missing(then: Assessment, state: Literal["not-yet", "elsewhere"]) -> Statement:
    """Why nothing that was foreseen can be looked at."""
    releases = {state.release for state in (then.after_upgrade or then.now).nodes if state.release}
    text = say(FORESEEN_TEXTS[state], releases=join_list(*sorted(releases)))
    return Statement(text, RULE.kind, RULE)
