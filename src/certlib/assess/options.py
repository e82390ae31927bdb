"""Every way to put it right as a what-if on the site, and which of them to take first, and why."""

from collections.abc import Mapping, Sequence

from certlib.assess.advice import Advised, explain_ec_ca, find_advice
from certlib.assess.browsers import find_families
from certlib.assess.context import Context
from certlib.assess.effects import find_product, is_same_state
from certlib.assess.eras import find_cops_off
from certlib.assess.model import (
    SEVERITY,
    STOPPING,
    Experience,
    OptionOutcome,
    Scenario,
    Statement,
    infer,
    make_statement,
)
from certlib.assess.scenarios import describe_option, find_shown_kinds
from certlib.knowledge import Basis, Option, find_option
from certlib.language import join_list, mark, say


def judge_options(context: Context) -> tuple[tuple[OptionOutcome, ...], tuple[str, ...]]:
    """What each option of the knowledge would change for this site, and the recommended ones: first, else.

    Each is judged on the site after what must be made anew anyway.
    """
    roles = {node.role for node in context.site.nodes}
    known = {name: find_option(context.knowledge, name, roles=roles) for name in context.knowledge.options}
    why_not = {option.id: _explain_why_not(context, option) for option in known.values()}
    scenarios = {
        name: describe_option(context, known[name], base=context.base)
        for name, reason in why_not.items()
        if not reason
    }
    same = _find_same(known, scenarios)
    for name, simpler in same.items():
        del scenarios[name]
        why_not[name] = say("On this site it would do the same as: {option}.", option=known[simpler].title)
    advice = {advised.option: advised for advised in _recommend(context, scenarios, same)}
    bridges = _find_bridges(context, known)
    until_then = {advised.option: advised for advised in _advise_bridge(context, bridges)}
    outcomes = tuple(
        OptionOutcome(
            option=option.id,
            applies=option.id in scenarios or option.id in bridges,
            why_not="" if option.id in bridges else why_not[option.id],
            scenario=scenarios.get(option.id) or bridges.get(option.id),
            recommended=option.id in advice or option.id in until_then,
            statement=_state_bridge(context, option, bridges[option.id], until_then)
            if option.id in bridges
            else _state_option(context, option, scenarios.get(option.id), advice, why_not[option.id]),
            end=_find_end(context, known, option, scenarios, bridges),
            bridge=option.id in bridges,
        )
        for option in known.values()
    )
    return outcomes, (*advice, *until_then)


def _find_end(
    context: Context,
    known: Mapping[str, Option],
    option: Option,
    scenarios: Mapping[str, Scenario],
    bridges: Mapping[str, Scenario],
) -> Scenario | None:
    """The site when all of an option's plan is done, where that is not what the option is for."""
    if option.id in bridges:
        return context.base
    if option.id in scenarios and option.ends_as:
        return describe_option(context, known[option.ends_as], base=scenarios[option.id])
    return None


def is_worse_than_works(scenario: Scenario) -> bool:
    """Whether agents meet something in a scenario that is worse than no prompt.

    What is open is no trouble yet.
    """
    return any(experience.outcome not in ("works", "open") for experience in scenario.experiences)


def _explain_why_not(context: Context, option: Option) -> str:
    """Why an option is no way for this site; empty when it is one."""
    base, knowledge = context.base, context.knowledge
    roles = {state.role for state in base.nodes}
    meant = [cop for cop in option.installs if not roles.isdisjoint(knowledge.cops[cop].roles)]
    if (option.installs and not meant) or (option.roles and roles.isdisjoint(option.roles)):
        return say("The site has no server of the kind that this is meant for.")
    eras = {state.era for state in base.nodes if not option.roles or state.role in option.roles}
    if option.eras and eras.isdisjoint(option.eras):
        return say("The site's releases handle ECDSA certificates differently, so this would change nothing.")
    if option.id == "accept" or option.trusts_self_signed:
        shown = find_shown_kinds(context, base)
        return (
            ""
            if "self-signed" in shown
            else say("No web server of the site presents a self-signed certificate.")
        )
    off = [find_cops_off(state, knowledge) for state in base.nodes]
    turns_on = [knowledge.cops[cop].turns_ecdsa == "on" for cop in option.installs]
    if turns_on and all(turns_on):
        return "" if any(off) else say("No COP is installed that could be undone.")
    if option.sets_tomcat_ecdsa and not option.sets_cert_type and _is_half_hidden(context, base):
        return say(
            "A COP keeps tomcat-ECDSA from the clients, so signing it alone changes nothing. See: {option}.",
            option=_get_title(context, "cop-to-ec-ca"),
        )
    after = describe_option(context, option, base=base)
    if not all(is_same_state(*pair) for pair in zip(base.nodes, after.nodes, strict=True)):
        return ""
    if option.sets_tomcat_ecdsa and not option.sets_cert_type and any(off):
        return say(
            "A COP keeps tomcat-ECDSA from the clients, so signing it alone changes nothing. See: {option}.",
            option=_get_title(context, "cop-to-ec-ca"),
        )
    return say("Every node is in this state already.")


def _is_half_hidden(context: Context, base: Scenario) -> bool:
    """Whether a COP is on one node of a product and not on the other."""
    by_product: dict[str, set[bool]] = {}
    for state in base.nodes:
        off = bool(find_cops_off(state, context.knowledge))
        by_product.setdefault(find_product(state.role), set()).add(off)
    return any(len(states) > 1 for states in by_product.values())


def _find_same(known: Mapping[str, Option], scenarios: Mapping[str, Scenario]) -> dict[str, str]:
    """The options that do on this site what a simpler one does, with that one: both COPs on one product."""
    simpler = {}
    for name, scenario in scenarios.items():
        for other, its in scenarios.items():
            fewer = {*known[other].installs} < {*known[name].installs}
            alike = known[other].procedures == known[name].procedures
            if (
                fewer
                and alike
                and all(is_same_state(*pair) for pair in zip(scenario.nodes, its.nodes, strict=True))
            ):
                simpler[name] = other
                break
    return simpler


def _find_bridges(context: Context, known: Mapping[str, Option]) -> dict[str, Scenario]:
    """The COPs that would help agents today, where the planned upgrade takes ECDSA away anyway."""
    today = context.scenarios[0]
    if context.deciding is today or not is_worse_than_works(today):
        return {}
    later = {state.node: state.era for state in context.deciding.nodes}
    if not any(state.era == "automatic" and later[state.node] != "automatic" for state in today.nodes):
        return {}
    bridges: dict[str, Scenario] = {}
    for option in known.values():
        turned = {context.knowledge.cops[cop].turns_ecdsa for cop in option.installs}
        roles = {state.role for state in context.base.nodes if state.era == "automatic"}
        if turned != {"off"} or option.ends_as or option.sets_tomcat_ecdsa or roles:
            continue
        scenario = describe_option(context, option, base=today)
        if _rank_scenario(scenario) < _rank_scenario(today):
            bridges[option.id] = scenario
    simpler = _find_same(known, bridges)
    return {name: scenario for name, scenario in bridges.items() if name not in simpler}


def _advise_bridge(context: Context, bridges: Mapping[str, Scenario]) -> list[Advised]:
    """The COP that lets agents work until the upgrade, where something stops them today."""
    today = len(_find_failing(context.scenarios[0]))
    able = {
        name: (len(_find_failing(scenario)), _rank_scenario(scenario)) for name, scenario in bridges.items()
    }
    best = min(bridges, key=lambda name: able[name], default=None)
    if best is None or able[best][0] >= today:
        return []
    text = say(
        "It lets agents work until the upgrade, after which ECDSA certificates are no longer "
        "presented and the COP has done its work."
    )
    return [Advised(best, infer(text, "rule-bridge"))]


def _state_bridge(
    context: Context, option: Option, scenario: Scenario, advice: Mapping[str, Advised]
) -> Statement:
    """Why a COP is, or is not, the way until the upgrade."""
    if advised := advice.get(option.id):
        return advised.statement
    failing = _find_failing(scenario)
    if failing:
        text = say(
            "Not enough until the upgrade: agents could still not use {gadgets}.",
            gadgets=_list_gadgets(context, failing),
        )
    else:
        text = say(
            "It would work until the upgrade, which takes ECDSA certificates away by itself; "
            "another option does as much with less."
        )
    return infer(text, "rule-bridge")


def _get_title(context: Context, option: str) -> str:
    roles = {node.role for node in context.site.nodes}
    return find_option(context.knowledge, option, roles=roles).title


def _recommend(context: Context, scenarios: Mapping[str, Scenario], same: Mapping[str, str]) -> list[Advised]:
    """The advice to follow, best first: all of a row of the note's table, else what helps most.

    What stops an agent after it is no advice while another way stops none, or where it stops as many before;
    nor is what brings nothing, but for the advice on prompts that nothing else spares.
    """
    base = context.base
    candidates = find_advice(context, usable=scenarios, same=same, troubled=is_worse_than_works(base))
    stopped = {advised.option: len(_find_failing(scenarios[advised.option])) for advised in candidates}
    fewest = min(stopped.values(), default=0)
    able = {advised.option: _rank_scenario(scenarios[advised.option]) for advised in candidates}
    helpful = [
        advised
        for advised in candidates
        if stopped[advised.option] == fewest
        and (not fewest or fewest < len(_find_failing(base)))
        and (
            able[advised.option] < _rank_scenario(base)
            or (advised.keeps and not fewest and able[advised.option] == _rank_scenario(base))
        )
    ]
    if any(advised.by_row for advised in helpful):
        return helpful
    least = min((able[advised.option] for advised in helpful), default=())
    return [advised for advised in helpful if advised.keeps or able[advised.option] == least]


def _find_failing(scenario: Scenario) -> list[Experience]:
    """What stops an agent."""
    return [experience for experience in scenario.experiences if experience.outcome in STOPPING]


def _rank_scenario(scenario: Scenario) -> tuple[int, ...]:
    """How bad a scenario is for agents.

    How many gadgets meet the worst outcome, the next to worst, and so on.
    """
    return tuple(
        sum(experience.outcome == outcome for experience in scenario.experiences)
        for outcome in reversed(SEVERITY[1:])
    )


def _find_usable(scenario: Scenario) -> set[str]:
    """The gadgets that agents can use in a scenario, be it after a prompt."""
    return {
        experience.gadget
        for experience in scenario.experiences
        if experience.outcome in ("works", "prompt", "open")
    }


def _state_option(
    context: Context,
    option: Option,
    scenario: Scenario | None,
    advice: Mapping[str, Advised],
    why_not: str,
) -> Statement:
    """Why an option is recommended or not."""
    worked_out = Basis("inferred", rule="rule-option-worked-out")
    if scenario is None:
        return make_statement(why_not, worked_out)
    failing = _find_failing(scenario)
    asking = [experience for experience in scenario.experiences if experience.outcome == "prompt"]
    if advised := advice.get(option.id):
        rest = (
            say(
                "Not enough: agents could still not use {gadgets} afterwards.",
                gadgets=_list_gadgets(context, failing),
            )
            if failing
            else ""
        )
        why = advised.statement
        return Statement(f"{why.text} {rest}".strip(), why.kind, why.basis)
    forgetful = [title for family, title in find_families(context.site, context.knowledge) if family.forgets]
    if option.id == "ec-ca" and forgetful and any(node.tomcat == "self-signed" for node in scenario.nodes):
        titles = join_list(*", ".join(forgetful).split(", "))
        return infer(
            say(
                "Not alone: while tomcat is self-signed, a trusted tomcat-ECDSA beside it makes "
                "{browsers} forget the certificates that agents accepted. Have a CA sign tomcat as "
                "well.",
                browsers=titles,
            ),
            "rule-acceptance",
        )
    if failing:
        new = [experience for experience in failing if experience.gadget in _find_usable(context.base)]
        worse = _list_gadgets(context, new or failing)
        text = say(
            mark("Do not do this: agents could then not use {gadgets}.")
            if new
            else mark("Not enough: agents could still not use {gadgets} afterwards."),
            gadgets=worse,
        )
        basis = failing[0].statement.basis or worked_out  # seen today, and concluded of the time after
        return make_statement(text, basis)
    if option.id == "wait-with-cop" and context.site.ca_signs_with_ec == "no":
        return make_statement(
            say(
                "By the inventory the site's CA does not sign with an EC key, so there is nothing to "
                "wait for."
            ),
            option.basis,
        )
    if option.id == "rsa-ca":
        return make_statement(option.when, option.basis)
    if option.id == "ec-ca" and not asking:
        return make_statement(explain_ec_ca(context), option.basis)
    if asking:
        basis = asking[0].statement.basis or worked_out
        text = say(
            "Agents would still have to accept certificates in {gadgets}.",
            gadgets=_list_gadgets(context, asking),
        )
        return make_statement(text, basis)
    if any(experience.outcome == "open" for experience in scenario.experiences):
        return infer(say("What agents would meet afterwards is partly open."), "verdict-open")
    needless = (
        mark("It would work.") if is_worse_than_works(context.base) else mark("Everything works without it.")
    )
    text = say(mark("It would work too, but other options come first.") if advice else needless)
    return make_statement(text, worked_out)


def _list_gadgets(context: Context, met: Sequence[Experience]) -> str:
    """The gadgets as a list in a sentence, with the browsers that meet the worst where they differ."""
    named = []
    for experience in met:
        mention = context.knowledge.gadgets[experience.gadget].mention
        worst = [browser.title for browser in experience.by_browser if browser.outcome == experience.outcome]
        if 0 < len(worst) < len(experience.by_browser):
            mention = say("{gadget} in {browsers}", gadget=mention, browsers=join_list(*worst))
        named.append(mention)
    return join_list(*named)
