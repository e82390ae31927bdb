"""Whether what an earlier report forecast of each web server came about: what is observed counts."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from certlib.assess import words
from certlib.assess.context import has_any_certificate, has_certificate
from certlib.assess.expect import compare_presented
from certlib.assess.model import Assessment, EndpointState, Observed, Scenario, Statement, make_statement
from certlib.inventory import Endpoint
from certlib.knowledge import Basis, Expected, Knowledge, find_option
from certlib.language import join_list, mark, say

SENTENCES = {
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
    "undone": mark(
        "Each of the {compared} web servers that could be compared presents what was "
        "foreseen if nothing is done; nothing shows the recommended steps."
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

EndpointOutcome = Literal["as-foreseen", "as-undone", "not-as-foreseen", "untold"]
ForecastOutcome = Literal["came", "differs", "steps", "undone", "either", "neither"]
RULE = Basis("inferred", rule="rule-foreseen")


@dataclass(frozen=True, slots=True)
class ForecastScenario:
    """A state of the site that the earlier report forecast, and how many web servers present what it said."""

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
    # By the option of which most came, else by what was forecast if nothing is done.
    result: EndpointOutcome = "untold"
    remark: str = ""  # what it may mean where it came otherwise


@dataclass(frozen=True, slots=True)
class Forecast:
    """What was foreseen, where it can be told.

    `none`: nothing was foreseen; `not-yet`: no node has left its release; `elsewhere`: the nodes are on
    releases of which the earlier report did not speak; `part`: some nodes are still on their way; `whole`.
    """

    state: Literal["none", "not-yet", "elsewhere", "part", "whole"]
    scenarios: tuple[ForecastScenario, ...] = ()  # if nothing is done, then the recommended options in order
    results: tuple[ForecastResult, ...] = ()
    nearest: int = 0  # place of the recommended option of which most came; 0 when none was recommended
    waiting: tuple[str, ...] = ()  # nodes that are not on the foreseen release
    result: ForecastOutcome | None = None  # None: it can't be told
    statement: Statement | None = None  # the same in a sentence; None when nothing was foreseen


def compare_forecast(then: Assessment, now: Assessment) -> Forecast:
    """What the earlier assessment forecast beside what the present one observed."""
    present = {node.node: node.release for node in now.now.nodes}
    base = _find_base(then, present)
    if base is None:
        same = _is_on_its_releases(then.now, present)
        state: Literal["not-yet", "elsewhere"] = "not-yet" if same else "elsewhere"
        return Forecast(state, statement=_explain_missing(then, state))
    scenarios: list[tuple[str | None, Scenario]] = [(None, base)]
    if base is then.after_upgrade or base is then.now:
        options = {option.option: option.scenario for option in then.options}
        scenarios += [(option, scenario) for option in then.recommended if (scenario := options.get(option))]
    if base is then.now and len(scenarios) == 1:
        return Forecast("none")
    waiting = tuple(node.node for node in base.nodes if present.get(node.node, node.release) != node.release)
    results = list(_compare_endpoints([scenario for _, scenario in scenarios], then, now, waiting=waiting))
    undone, *steps = forecasts = tuple(
        ForecastScenario(
            scenario,
            option,
            met=sum(result.agrees[place] is True for result in results),
            compared=sum(result.agrees[place] is not None for result in results),
        )
        for place, (option, scenario) in enumerate(scenarios)
    )
    outcome = _judge_forecast(undone, steps)
    nearest = max(range(1, len(forecasts)), key=lambda place: forecasts[place].met, default=0)
    text = " ".join(_describe_outcome(outcome, undone, steps, then, waiting))
    return Forecast(
        state="part" if waiting else "whole",
        scenarios=forecasts,
        results=tuple(_judge_endpoint(result, nearest) for result in results),
        nearest=nearest,
        waiting=waiting,
        result=outcome,
        statement=make_statement(text, RULE),
    )


def _is_on_its_releases(scenario: Scenario, present: Mapping[str, str]) -> bool:
    return all(present.get(node.node, node.release) == node.release for node in scenario.nodes)


def _find_base(then: Assessment, present: Mapping[str, str]) -> Scenario | None:
    """The forecast state, without any step, whose releases the site has; None when there is none.

    That after the upgrade counts also when some of the nodes have been upgraded.
    """
    wanted = then.after_upgrade or then.now
    for scenario in (wanted, *(hop.scenario for hop in then.hops[:-1])):
        if _is_on_its_releases(scenario, present):
            return scenario
    before = {node.node: node.release for node in then.now.nodes}
    moved = [node for node in wanted.nodes if node.release != before[node.node]]
    return wanted if any(present.get(node.node) == node.release for node in moved) else None


def _compare_endpoints(
    scenarios: Sequence[Scenario], then: Assessment, now: Assessment, *, waiting: Collection[str]
) -> Iterator[ForecastResult]:
    observed = {state.endpoint: state.observed for state in now.now.endpoints}
    nodes = {node.node for node in now.now.nodes}
    endpoints = {endpoint.id: endpoint for endpoint in (*then.endpoints, *now.endpoints)}
    forecasts = [{state.endpoint: state for state in scenario.endpoints} for scenario in scenarios]
    for name, state in forecasts[0].items():
        if not state.web_server or state.node in waiting or state.node not in nodes:
            continue
        expected = tuple(forecast.get(name) for forecast in forecasts)
        agrees = tuple(
            _is_as_forecast(forecast, observed.get(name), scenario, now.knowledge)
            for forecast, scenario in zip(expected, scenarios, strict=True)
        )
        yield ForecastResult(endpoints[name], observed.get(name), expected, agrees)


def _judge_endpoint(result: ForecastResult, nearest: int) -> ForecastResult:
    """A web server with what came of it, and what it may mean where nobody forecast it."""
    undone, steps = result.agrees[0], result.agrees[nearest]
    if steps is None:
        return result
    if steps or undone:
        return replace(result, result="as-foreseen" if steps else "as-undone")
    state, observed = result.expected[nearest], result.observed
    remark = ""
    if state and observed and has_certificate(observed):
        remark = words.describe_clash(observed, find_expected(state))
    return replace(result, result="not-as-foreseen", remark=remark)


def find_expected(state: EndpointState) -> tuple[Expected, ...]:
    """What a web server was to present: what was expected, or what it presented while nothing was to move."""
    seen = state.observed
    if seen is None or seen.identity is None or seen.kind not in ("self-signed", "rsa-ca", "ec-ca"):
        return state.expected
    return (Expected(seen.identity, seen.kind),)


def _is_as_forecast(
    state: EndpointState | None, observed: Observed | None, scenario: Scenario, knowledge: Knowledge
) -> bool | None:
    """Whether a web server presents what was forecast; None when it can't be told."""
    if state is None:
        return None
    if state.presence and state.presence.kind == "gone":
        return not has_any_certificate(observed)
    key_open = _is_key_open(state, scenario, knowledge)
    return compare_presented(find_expected(state), observed, key_open=key_open)


def _is_key_open(state: EndpointState, scenario: Scenario, knowledge: Knowledge) -> bool:
    """Whether Cisco's table tells how the certificate is signed, and its key is only a conclusion."""
    row = next((node.row for node in scenario.nodes if node.node == state.node), None)
    return state.observed is None and any(
        cell.web_server == state.web_server and cell.identity_basis.kind != "documented"
        for cell in (knowledge.rows[row].cells if row else ())
    )


def _judge_forecast(undone: ForecastScenario, steps: Sequence[ForecastScenario]) -> ForecastOutcome | None:
    """Which of the forecast states all web servers present that could be compared."""
    if not any(forecast.compared for forecast in (undone, *steps)):
        return None
    if not steps:
        return "came" if undone.entire else "differs"
    taken = any(step.entire for step in steps)
    if undone.entire:
        return "either" if taken else "undone"
    return "steps" if taken else "neither"


def _describe_outcome(
    outcome: ForecastOutcome | None,
    undone: ForecastScenario,
    steps: Sequence[ForecastScenario],
    then: Assessment,
    waiting: Sequence[str],
) -> Iterator[str]:
    """Which of the forecast states came, in sentences; or that it can't be told."""
    titles = [find_option(then.knowledge, step.option or "", roles=then.roles).title for step in steps]
    if outcome is None:
        yield say("No web server could be compared with what was foreseen.")
    elif outcome == "neither":
        counts = [
            say(
                "{met} of {compared} as after the recommended steps ({option})",
                option=title,
                met=step.met,
                compared=step.compared,
            )
            for step, title in zip(steps, titles, strict=True)
        ]
        counts.append(
            say("{met} of {compared} as if nothing had been done", met=undone.met, compared=undone.compared)
        )
        yield say(
            "What web servers present is a mixture of what was foreseen: {counts}.", counts=join_list(*counts)
        )
    else:
        entire = [step for step in steps if step.entire]
        counted = entire[0] if outcome in ("steps", "either") else undone
        options = join_list(
            *(title for step, title in zip(steps, titles, strict=True) if step.entire), last="or"
        )
        yield say(SENTENCES[outcome], options=options, met=counted.met, compared=counted.compared)
    if waiting:
        yield say("Not on the target release yet, and so not compared: {nodes}.", nodes=join_list(*waiting))


def _explain_missing(then: Assessment, state: Literal["not-yet", "elsewhere"]) -> Statement:
    """Why nothing that was forecast can be looked at."""
    releases = {node.release for node in (then.after_upgrade or then.now).nodes if node.release}
    text = say(SENTENCES[state], releases=join_list(*sorted(releases)))
    return make_statement(text, RULE)
