"""Every way to put it right as a what-if on the site, and which of them to take first, and why."""

from collections.abc import Mapping, Sequence

from certlib.assess import conclusions
from certlib.assess.acceptance import SEVERITY
from certlib.assess.context import Context
from certlib.assess.model import OptionOutcome, Scenario, Statement
from certlib.assess.observed import ecdsa_off
from certlib.assess.scenarios import with_option
from certlib.knowledge import Basis, Option

_COPS = ("socialminer-cop", "uccx-cop", "both-cops")
_PROMPTS = ("self-signed-rollout", "accept")


def options(context: Context) -> tuple[tuple[OptionOutcome, ...], tuple[str, ...]]:
    """What each option of the knowledge would change for this site, and the recommended ones: first, else."""
    known = context.knowledge.options
    why_not = {option.id: _why_not(context, option) for option in known.values()}
    scenarios = {name: with_option(context, known[name]) for name, reason in why_not.items() if not reason}
    recommended = _recommended(context, scenarios)
    outcomes = tuple(
        OptionOutcome(
            option=option.id,
            applies=option.id in scenarios,
            why_not=why_not[option.id],
            scenario=scenarios.get(option.id),
            recommended=option.id in recommended,
            statement=_statement(context, option, scenarios.get(option.id), recommended, why_not[option.id]),
        )
        for option in known.values()
    )
    return outcomes, recommended


def troubled(scenario: Scenario) -> bool:
    """Whether agents meet something in a scenario that is worse than no prompt.

    What is open is no trouble yet.
    """
    return any(one.outcome not in ("works", "open") for one in scenario.experiences)


def _why_not(context: Context, option: Option) -> str:
    """Why an option is no way for this site; empty when it is one."""
    base = context.deciding
    roles = {state.role for state in base.nodes}
    if option.installs and all(
        roles.isdisjoint(context.knowledge.cops[cop].roles) for cop in option.installs
    ):
        return conclusions.NO_SERVER
    eras = {state.era for state in base.nodes}
    if option.eras and eras.isdisjoint(option.eras):
        return conclusions.OTHER_ERA
    if option.id == "accept" or option.trusts_self_signed:
        shown = {
            kind for cell in base.cells for kind in _kinds(cell.observed, cell.expected, now=base.id == "now")
        }
        return "" if "self-signed" in shown else conclusions.NOTHING_SELF_SIGNED
    turns_on = [context.knowledge.cops[cop].turns_ecdsa == "on" for cop in option.installs]
    if turns_on and all(turns_on):
        off = [
            ecdsa_off(role=state.role, cops=state.cops, knowledge=context.knowledge) for state in base.nodes
        ]
        return "" if any(off) else conclusions.NO_COP
    before = [(state.tomcat_ecdsa, state.cops) for state in base.nodes]
    after = [(state.tomcat_ecdsa, state.cops) for state in with_option(context, option).nodes]
    return conclusions.NO_CHANGE if before == after else ""


def _kinds(observed: object, expected: Sequence[object], *, now: bool) -> set[str | None]:
    kinds = {getattr(one, "kind", None) for one in expected}
    return {getattr(observed, "kind", None)} if now and observed is not None else kinds


def _recommended(context: Context, scenarios: Mapping[str, Scenario]) -> tuple[str, ...]:
    """The options to take, best first. Source: the note's conditions for each, and rule-uccx-cop-optional."""
    base = context.deciding
    if not troubled(base):
        return ()
    automatic = [state for state in base.nodes if state.era == "automatic"]
    by_ca = [state for state in automatic if state.tomcat not in ("self-signed", None)]
    by_itself = [state for state in base.nodes if state.tomcat == "self-signed"]
    wanted: list[str] = []
    if by_ca:
        ec = context.site.ca_signs_with_ec
        cop = _smallest_cop(scenarios)
        wanted += {"yes": ["ec-ca", "wait-with-cop"], "no": cop, "unknown": ["ec-ca", *cop]}[ec]
    better = [name for name in wanted if name in scenarios and _badness(scenarios[name]) < _badness(base)]
    if by_itself:
        better += [name for name in _PROMPTS if name in scenarios]
        if automatic and not by_ca and "both-cops" in scenarios:
            better.append("both-cops")
    return tuple(dict.fromkeys(better))


def _smallest_cop(scenarios: Mapping[str, Scenario]) -> list[str]:
    """The COP that cures as much as any would, with the fewest servers touched."""
    able = [name for name in _COPS if name in scenarios]
    return [min(able, key=lambda name: (_badness(scenarios[name]), _COPS.index(name)))] if able else []


def _badness(scenario: Scenario) -> tuple[int, ...]:
    """How bad a scenario is for agents.

    How many gadgets meet the worst outcome, the next to worst, and so on.
    """
    return tuple(
        sum(one.outcome == outcome for one in scenario.experiences) for outcome in reversed(SEVERITY[1:])
    )


def _usable(scenario: Scenario) -> set[str]:
    """The gadgets that agents can use in a scenario, be it after a prompt."""
    return {one.gadget for one in scenario.experiences if one.outcome in ("works", "prompt", "open")}


def _statement(
    context: Context, option: Option, scenario: Scenario | None, recommended: tuple[str, ...], why_not: str
) -> Statement:
    """Why an option is recommended or not."""
    if scenario is None:
        return Statement(why_not, option.basis.kind, option.basis)
    gadgets = context.knowledge.gadgets
    failing = [one for one in scenario.experiences if one.outcome in ("cannot-be-accepted", "does-not-load")]
    asking = [one for one in scenario.experiences if one.outcome == "prompt"]
    if option.id == "ec-ca" and any(state.tomcat == "self-signed" for state in scenario.nodes):
        alone = Basis("inferred", rule="rule-acceptance")
        return Statement(conclusions.EC_CA_ALONE, alone.kind, alone)
    if failing:
        new = [one for one in failing if one.gadget in _usable(context.deciding)]
        said = conclusions.breaking if new else conclusions.still_failing
        text = said([gadgets[one.gadget].mention for one in new or failing])
        return Statement(text, failing[0].statement.kind, failing[0].statement.basis)
    if option.id == "wait-with-cop" and context.site.ca_signs_with_ec == "no":
        return Statement(conclusions.NO_EC_CA, option.basis.kind, option.basis)
    if option.id == "rsa-ca":
        return Statement(option.when, option.basis.kind, option.basis)
    if option.id == "ec-ca" and not asking:
        return Statement(conclusions.EC_CA[context.site.ca_signs_with_ec], option.basis.kind, option.basis)
    if option.id in recommended:
        return _recommendation(option, recommended, asking=bool(asking))
    if asking:
        return Statement(
            conclusions.still_asking([gadgets[one.gadget].mention for one in asking]),
            asking[0].statement.kind,
            asking[0].statement.basis,
        )
    if any(one.outcome == "open" for one in scenario.experiences):
        return Statement(conclusions.STILL_OPEN, "inferred", Basis("inferred", rule="verdict-open"))
    needless = conclusions.WOULD_WORK if troubled(context.deciding) else conclusions.NOT_NEEDED
    return Statement(conclusions.ALSO_WORKS if recommended else needless, option.basis.kind, option.basis)


def _recommendation(option: Option, recommended: tuple[str, ...], *, asking: bool) -> Statement:
    basis = option.basis
    if option.id == "both-cops" and asking:
        kept = Basis("inferred", rule="rule-upgrade-keeps-certificates")
        return Statement(conclusions.COP_SELF_SIGNED, kept.kind, kept)
    if option.id == "socialminer-cop":
        return Statement(
            conclusions.SOCIALMINER_COP, "inferred", Basis("inferred", rule="rule-uccx-cop-optional")
        )
    if option.installs and recommended[0] == option.id:
        return Statement(conclusions.COP_FIRST, basis.kind, basis)
    if option.id in _COPS and recommended[0] == "ec-ca":
        return Statement(conclusions.COP_ELSE, basis.kind, basis)
    return Statement(option.when, basis.kind, basis)
