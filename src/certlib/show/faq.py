"""The questions and answers, and what the answer is for this site."""

from collections.abc import Callable, Iterator, Mapping

from certlib.assess import Assessment, Scenario, Statement
from certlib.assess.model import QUIET
from certlib.inventory import list_endpoints
from certlib.knowledge import Basis, Knowledge, Question, Release, find_option, is_within
from certlib.language import in_language_of_site, join_list, mark, say
from certlib.runbook import find_nodes_to_sign, runbook
from certlib.show.render import Display, render
from certlib.tables.cells import Table
from certlib.tables.matrix import make_matrix, merge_nodes

FAQ_ERA_TEXTS = {
    "none": mark("no tomcat-ECDSA"),
    "automatic": mark("tomcat-ECDSA is presented automatically"),
    "removed": mark("ECDSA was removed"),
    "opt-in": mark("ECDSA only where a node was switched to it"),
}

FAQ_RELEASE_TEXTS = {
    "now": mark("Today {release}: {era}."),
    "upgraded": mark("After the upgrade {release}: {era}."),
}


@in_language_of_site
def faq(assessment: Assessment) -> Display:
    """The questions that this site's options raise, with their answers in general and for this site."""
    knowledge = assessment.knowledge
    asked = _find_asked(assessment)
    shown = {task.procedure for plan in runbook(assessment).plans for task in plan.tasks}
    questions = [
        {
            "entry": question,
            "answers": [*_ANSWERS[question.id](assessment)] if question.id in _ANSWERS else None,
            "procedures": [knowledge.procedures[name] for name in question.procedures if name in shown],
        }
        for question in asked
    ]
    html = render("faq", assessment.site, questions=questions)
    return Display(html=html, text="\n".join(question.question for question in asked))


def list_answers(assessment: Assessment) -> Iterator[Statement]:
    """Every answer, in general and for this site."""
    for question in _find_asked(assessment):
        yield Statement(question.answer, question.basis.kind, question.basis)
        yield from (Statement(fact.text, fact.basis.kind, fact.basis) for fact in question.facts)
        if question.id in _ANSWERS:
            yield from _ANSWERS[question.id](assessment)


def _find_asked(assessment: Assessment) -> list[Question]:
    """The questions that the site raises: by its options, roles, findings, web servers and releases."""
    knowledge = assessment.knowledge
    considered = {option.option for option in assessment.options if option.applies}
    objecting = {finding.check for finding in assessment.findings if finding.state not in QUIET}
    servers = {endpoint.web_server for endpoint in assessment.endpoints}
    further = {endpoint.role for endpoint in assessment.endpoints if endpoint.web_server is None}
    deciding = assessment.after_upgrade or assessment.now
    releases = [
        knowledge.releases[node.release] for node in deciding.nodes if node.release in knowledge.releases
    ]
    return [
        question
        for question in knowledge.questions.values()
        if (not question.options or considered.intersection(question.options))
        and (not question.roles or assessment.roles.intersection(question.roles))
        and (not question.checks or objecting.intersection(question.checks))
        and (not question.web_servers or servers.intersection(question.web_servers))
        and (not question.endpoints or further.intersection(question.endpoints))
        and (not question.upgrade or assessment.after_upgrade is not None)
        and (
            not (question.since or question.until)
            or any(_is_between(question, release, knowledge) for release in releases)
        )
    ]


def _is_between(question: Question, release: Release, knowledge: Knowledge) -> bool:
    return is_within(release.id, question.since, question.until, knowledge)


# --- the answers for this site


def _advise_cop(cop: str) -> Callable[[Assessment], Iterator[Statement]]:
    """Whether this site should install a COP, and why."""

    def answer(assessment: Assessment) -> Iterator[Statement]:
        knowledge = assessment.knowledge
        roles = knowledge.cops[cop].roles
        base = assessment.after_upgrade or assessment.now
        nodes = [state for state in base.nodes if state.role in roles]
        with_it = [option for option in assessment.recommended if cop in knowledge.options[option].installs]
        installed = [state.node for state in nodes if cop in state.cops]
        if not any(state.era == "automatic" for state in nodes):
            text = say(
                "No. The COP exists for 11.5(1), and no node that it is meant for will be on that release."
            )
            yield Statement(text, "documented", knowledge.cops[cop].basis)
        elif installed:
            text = say("The inventory lists it as installed on {nodes} already.", nodes=join_list(*installed))
            yield Statement(text, "inferred", Basis("inferred", rule="rule-cop"))
        elif not with_it:
            met = {experience.outcome for experience in base.experiences}
            cause = (
                say("No; agents meet no problem that it would solve.")
                if met == {"works"}
                else say("No; what agents meet has another cause, which the findings name.")
            )
            text = say("No; another option is recommended.") if assessment.recommended else cause
            other = "socialminer-cop" in assessment.recommended
            rule = "rule-uccx-cop-optional" if other else "rule-worst-node"
            yield Statement(text, "inferred", Basis("inferred", rule=rule))
        else:
            outcome = next(
                option_outcome for option_outcome in assessment.options if option_outcome.option == with_it[0]
            )
            first = assessment.recommended[0]
            choice = find_option(knowledge, first, roles=assessment.roles).title
            on = join_list(*(state.node for state in nodes))
            text = (
                say("Yes, on {nodes}.", nodes=on)
                if first == with_it[0]
                else say(
                    "Only if the first choice ({choice}) is not possible or not in time. Then on {nodes}.",
                    choice=choice,
                    nodes=on,
                )
            )
            yield Statement(
                f"{text} {outcome.statement.text}", outcome.statement.kind, outcome.statement.basis
            )

    return answer


def _count_certificates(assessment: Assessment) -> Iterator[Statement]:
    """How many certificates must be signed."""
    basis = Basis("inferred", rule="rule-one-certificate-per-node")
    nodes = find_nodes_to_sign(assessment)
    named = join_list(*nodes)
    if not nodes:
        text = say("None: no tomcat-ECDSA will be presented that an EC CA still has to sign.")
    elif {"ec-ca", "wait-with-cop", "cop-to-ec-ca"} & {*assessment.recommended[:1]}:
        text = (
            say("{count}: one each for {nodes}.", count=len(nodes), nodes=named)
            if nodes[1:]
            else say("1: one for {node}.", node=named)
        )
    else:
        text = say(
            "None by the recommendation; {count}, one each for {nodes}, if an EC CA is to sign.",
            count=len(nodes),
            nodes=named,
        )
    yield Statement(text, "inferred", basis)


def _describe_presented(assessment: Assessment) -> Iterator[Statement]:
    """Which web servers present what, today as observed and after the upgrade as expected."""
    table = make_matrix(assessment)
    observed = tuple(endpoint.id for endpoint in list_endpoints(assessment.site))
    got = say("Today a browser gets: {presented}.", presented=_group_servers(table, "browser_gets"))
    yield Statement(got, "observed", None, observed)
    if assessment.after_upgrade:
        text = say(
            "After the upgrade, if nothing is done: {presented}.",
            presented=_group_servers(table, "after_upgrade"),
        )
        yield Statement(text, "inferred", _find_choice_rule(assessment.after_upgrade))


def _find_choice_rule(scenario: Scenario) -> Basis:
    """The rule by which the web servers that may prefer ECDSA choose in a scenario."""
    bases = [cell.statement.basis for cell in scenario.endpoints if cell.web_server in _PREFERRING]
    rules = [basis.rule for basis in bases if basis and basis.kind == "inferred" and basis.rule]
    return Basis("inferred", rule=rules[0] if rules else "rule-preference")


def _describe_releases(assessment: Assessment) -> Iterator[Statement]:
    """What the releases of this site do with ECDSA, now and after the upgrade."""
    for scenario in assessment.scenarios:
        for release in dict.fromkeys(state.release for state in scenario.nodes if state.era):
            entry = assessment.knowledge.releases.get(release)
            if entry:
                era = say(FAQ_ERA_TEXTS[entry.era])
                text = say(FAQ_RELEASE_TEXTS[scenario.id], release=release, era=era)
                yield Statement(text, entry.basis.kind, entry.basis)


def _group_servers(table: Table, column: str) -> str:
    """Which web servers present the same, in a sentence."""
    groups: dict[str, list[str]] = {}
    for server, values in merge_nodes(table, column).items():
        presented = join_list(*(value.rstrip(".") for value in values))
        groups.setdefault(presented, []).append(server)
    return "; ".join(
        say("{given} from {servers}", given=presented, servers=join_list(*servers))
        for presented, servers in groups.items()
        if presented
    )


_PREFERRING = ("socketio", "socialminer-openfire")
_ANSWERS: Mapping[str, Callable[[Assessment], Iterator[Statement]]] = {
    "when-uccx-cop": _advise_cop("uccx-ecdsa-off"),
    "when-socialminer-cop": _advise_cop("socialminer-ecdsa-off"),
    "how-many-certificates": _count_certificates,
    "presented-by-default": _describe_presented,
    "which-releases": _describe_releases,
}
