"""The questions and answers, and what the answer is for this site."""

from collections.abc import Callable, Iterator, Mapping

import pandas as pd
from markupsafe import Markup

from certlib import frames
from certlib.assess import Assessment, Scenario, Statement
from certlib.inventory import endpoints
from certlib.knowledge import Basis, Change, Knowledge, Question, Release, load, option_for
from certlib.language import Phrases
from certlib.runbook import nodes_to_sign, runbook
from certlib.show import states
from certlib.show.markup import Display, between, join, tag


def faq(assessment: Assessment) -> Display:
    """The questions that this site's options raise, with their answers in general and for this site."""
    knowledge = load(assessment.site.report.language)
    asked = _asked(assessment, knowledge)
    shown = {task.procedure for plan in runbook(assessment).plans for task in plan.tasks}
    html = join(
        join(
            tag("h3", one.question),
            tag("p", one.answer, " ", states.basis_of(one.basis, knowledge)),
            tag("ul", (tag("li", _fact(fact, knowledge)) for fact in one.facts)) if one.facts else None,
            _here(one.id, assessment, knowledge),
            _links([name for name in one.procedures if name in shown], knowledge),
        )
        for one in asked
    )
    return Display(html=html, text="\n".join(one.question for one in asked))


def answers_given(assessment: Assessment, knowledge: Knowledge) -> Iterator[Statement]:
    """Every answer, in general and for this site."""
    for one in _asked(assessment, knowledge):
        yield Statement(one.answer, one.basis.kind, one.basis)
        yield from (Statement(fact.text, fact.basis.kind, fact.basis) for fact in one.facts)
        if one.id in _ANSWERS:
            yield from _ANSWERS[one.id](assessment, knowledge)


def _asked(assessment: Assessment, knowledge: Knowledge) -> list[Question]:
    """The questions that the site raises: by its options, roles, findings, web servers and releases."""
    considered = {one.option for one in assessment.options if one.applies}
    objecting = {one.check for one in assessment.findings if one.state not in ("pass", "not-applicable")}
    servers = {one.web_server for one in assessment.endpoints}
    further = {one.role for one in assessment.endpoints if one.web_server is None}
    deciding = assessment.after_upgrade or assessment.now
    releases = [
        knowledge.releases[one.release] for one in deciding.nodes if one.release in knowledge.releases
    ]
    return [
        one
        for one in knowledge.questions.values()
        if (not one.options or considered.intersection(one.options))
        and (not one.roles or assessment.roles.intersection(one.roles))
        and (not one.checks or objecting.intersection(one.checks))
        and (not one.web_servers or servers.intersection(one.web_servers))
        and (not one.endpoints or further.intersection(one.endpoints))
        and (not one.upgrade or assessment.after_upgrade is not None)
        and (not (one.since or one.until) or any(_between(one, each, knowledge) for each in releases))
    ]


def _between(question: Question, release: Release, knowledge: Knowledge) -> bool:
    first, last = (knowledge.releases[one] if one else None for one in (question.since, question.until))
    after = first is None or first.order <= release.order
    return after and (last is None or release.order <= last.order)


def _fact(fact: Change, knowledge: Knowledge) -> Markup:
    """What one source says, with its basis, and what speaks against it."""
    said = states.sentence(Statement(fact.text, fact.basis.kind, fact.basis), knowledge)
    if not fact.doubt:
        return said
    return join(said, " ", tag("em", knowledge.say("show.doubt-of"), " "), fact.doubt)


def _here(question: str, assessment: Assessment, knowledge: Knowledge) -> Markup | None:
    answer = _ANSWERS.get(question)
    if answer is None:
        return None
    said = between((states.sentence(one, knowledge) for one in answer(assessment, knowledge)), " ")
    return tag("p", tag("strong", knowledge.say("faq.here"), " "), said)


def _links(procedures: list[str], knowledge: Knowledge) -> Markup | None:
    found = [
        tag("a", knowledge.procedures[one].title, href=f"#procedure-{one}", class_="paged")
        for one in procedures
    ]
    return tag("p", knowledge.say("faq.steps"), " ", between(found, ", ")) if found else None


# --- the answers for this site


def _cop(cop: str) -> Callable[[Assessment, Knowledge], Iterator[Statement]]:
    """Whether this site should install a COP, and why."""

    def answer(assessment: Assessment, knowledge: Knowledge) -> Iterator[Statement]:
        say, roles = knowledge.say, knowledge.cops[cop].roles
        base = assessment.after_upgrade or assessment.now
        nodes = [state for state in base.nodes if state.role in roles]
        with_it = [option for option in assessment.recommended if cop in knowledge.options[option].installs]
        installed = [state.node for state in nodes if cop in state.cops]
        if not any(state.era == "automatic" for state in nodes):
            text = say("faq.cop-not-this-release")
            yield Statement(text, "documented", knowledge.cops[cop].basis)
        elif installed:
            text = say("faq.cop-installed", nodes=say.listed(*installed))
            yield Statement(text, "inferred", Basis("inferred", rule="rule-cop"))
        elif not with_it:
            met = {one.outcome for one in base.experiences}
            cause = say("faq.cop-cures-nothing") if met == {"works"} else say("faq.cop-other-cause")
            text = say("faq.cop-other") if assessment.recommended else cause
            other = "socialminer-cop" in assessment.recommended
            rule = "rule-uccx-cop-optional" if other else "rule-worst-node"
            yield Statement(text, "inferred", Basis("inferred", rule=rule))
        else:
            outcome = next(one for one in assessment.options if one.option == with_it[0])
            first = assessment.recommended[0]
            choice = option_for(knowledge, first, roles=assessment.roles).title
            on = say.listed(*(state.node for state in nodes))
            text = (
                say("faq.cop-yes", nodes=on)
                if first == with_it[0]
                else say("faq.cop-second", choice=choice, nodes=on)
            )
            yield Statement(
                f"{text} {outcome.statement.text}", outcome.statement.kind, outcome.statement.basis
            )

    return answer


def _certificates(assessment: Assessment, knowledge: Knowledge) -> Iterator[Statement]:
    """How many certificates must be signed."""
    basis = Basis("inferred", rule="rule-one-certificate-per-node")
    nodes = nodes_to_sign(assessment)
    say, named = knowledge.say, knowledge.say.listed(*nodes)
    if not nodes:
        text = say("faq.sign-none")
    elif {"ec-ca", "wait-with-cop", "cop-to-ec-ca"} & {*assessment.recommended[:1]}:
        text = (
            say("faq.sign", count=len(nodes), nodes=named) if nodes[1:] else say("faq.sign-one", node=named)
        )
    else:
        text = say("faq.sign-otherwise", count=len(nodes), nodes=named)
    yield Statement(text, "inferred", basis)


def _presented(assessment: Assessment, knowledge: Knowledge) -> Iterator[Statement]:
    """Which web servers present what, today as observed and after the upgrade as expected."""
    say, table = knowledge.say, frames.site_matrix(assessment)
    observed = tuple(one.id for one in endpoints(assessment.site))
    got = say("faq.today", presented=_grouped(table, "browser_gets", say))
    yield Statement(got, "observed", None, observed)
    if assessment.after_upgrade:
        text = say("faq.upgraded", presented=_grouped(table, "after_upgrade", say))
        yield Statement(text, "inferred", _choice(assessment.after_upgrade))


def _choice(scenario: Scenario) -> Basis:
    """The rule by which the web servers that may prefer ECDSA choose in a scenario."""
    bases = [one.statement.basis for one in scenario.cells if one.web_server in _PREFERRING]
    rules = [one.rule for one in bases if one and one.kind == "inferred" and one.rule]
    return Basis("inferred", rule=rules[0] if rules else "rule-preference")


def _releases(assessment: Assessment, knowledge: Knowledge) -> Iterator[Statement]:
    """What the releases of this site do with ECDSA, now and after the upgrade."""
    for scenario in assessment.scenarios:
        for release in dict.fromkeys(state.release for state in scenario.nodes if state.era):
            entry = knowledge.releases.get(release)
            if entry:
                era = knowledge.say(f"faq.era-{entry.era}")
                text = knowledge.say(f"faq.release-{scenario.id}", release=release, era=era)
                yield Statement(text, entry.basis.kind, entry.basis)


def _grouped(table: pd.DataFrame, column: str, say: Phrases) -> str:
    groups: dict[str, list[str]] = {}
    for server, given in zip(table["web_server"], table[column], strict=True):
        groups.setdefault(say.listed(*str(given).rstrip(".").split("; ")), []).append(str(server))
    return "; ".join(
        say("faq.from", given=given, servers=say.listed(*servers))
        for given, servers in groups.items()
        if given
    )


_PREFERRING = ("socketio", "socialminer-openfire")
_ANSWERS: Mapping[str, Callable[[Assessment, Knowledge], Iterator[Statement]]] = {
    "when-uccx-cop": _cop("uccx-ecdsa-off"),
    "when-socialminer-cop": _cop("socialminer-ecdsa-off"),
    "how-many-certificates": _certificates,
    "presented-by-default": _presented,
    "which-releases": _releases,
}
