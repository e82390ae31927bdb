"""What an agent meets in each gadget and browser: Cisco's table where it covers the node, else the rules.

The worst node counts, and then the worst of the browsers that the agents use (rule-worst-browser).

The number of prompts per PC is counted for one gadget alone, as far as a browser keeps what was accepted: a
certificate for a host, on any port (Chromium family), or for a host and port (Firefox). It is the number of
distinct pairs of node name and certificate, or of node name and port, behind which one of the gadget's web
servers presents a certificate that the PC does not trust, over all nodes, since a failover moves an agent to
the other node.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from certlib.assess import words
from certlib.assess.acceptance import SEVERITY, AgentOutcome, Host, ServedCertificate, decide_outcome
from certlib.assess.browsers import find_families
from certlib.assess.expect import list_possible_kinds
from certlib.assess.model import BrowserExperience, Experience, NodeState, Statement, make_statement
from certlib.assess.observed import find_cops_off, find_row
from certlib.inventory import Site
from certlib.knowledge import Basis, BrowserFamily, Gadget, GadgetExperience, Knowledge, Row
from certlib.knowledge.model import Outcome
from certlib.language import join_list, mark, say

EXPERIENCE_ON_TEXTS = {
    "works": mark("On {nodes} it works."),
    "prompt": mark("On {nodes} it brings a prompt."),
    "cannot-be-accepted": mark("On {nodes} it brings a certificate that cannot be accepted."),
    "does-not-load": mark("On {nodes} it does not load."),
    "open": mark("On {nodes} it is open."),
}


@dataclass(frozen=True, slots=True)
class Scene:
    """What all gadgets of a scenario have in common. `covered`: one row of Cisco's table covers the site."""

    scenario: str
    states: Mapping[str, NodeState]
    served: Sequence[ServedCertificate]
    covered: bool
    knowledge: Knowledge
    site: Site


def find_experiences(scene: Scene) -> tuple[Experience, ...]:
    """What agents meet in every gadget that a node of the site serves: the worst of nodes and browsers."""
    met = []
    for gadget in scene.knowledge.gadgets.values():
        found = [
            one
            for browser, title in find_families(scene.site, scene.knowledge)
            if (one := _find_in_browser(gadget, browser, title, scene))
        ]
        if found:
            met.append(_find_worst_browser(gadget, found, scene.scenario))
    return tuple(met)


def _find_worst_browser(gadget: Gadget, found: Sequence[BrowserExperience], scenario: str) -> Experience:
    worst = max(found, key=lambda one: SEVERITY.index(one.outcome))
    counts = [one.prompts for one in found if one.prompts is not None]
    return Experience(
        scenario=scenario,
        gadget=gadget.id,
        outcome=worst.outcome,
        prompts=max(counts) if counts and worst.outcome in ("works", "prompt") else None,
        statement=worst.statement,
        node=worst.node,
        web_server=worst.web_server,
        why=worst.why,
        doubt=worst.doubt,
        by_browser=tuple(found),
    )


def _find_in_browser(
    gadget: Gadget, browser: BrowserFamily, title: str, scene: Scene
) -> BrowserExperience | None:
    """The worst of the nodes that serve a gadget, in one browser; None where none does."""
    serving = [state for state in scene.states.values() if state.role in gadget.roles]
    own = [found for state in serving if (found := _find_on_node(gadget, state, browser, scene))]
    if not own:
        return None
    others = [state for state in scene.states.values() if state.role not in gadget.roles]
    each = [*own, *(found for state in others if (found := _find_on_node(gadget, state, browser, scene)))]
    worst = max(each, key=lambda one: one.severity)
    parts = (worst.why, _describe_other_nodes(each[: len(own)], worst.outcome))
    return BrowserExperience(
        browser=browser.id,
        title=title,
        outcome=worst.outcome,
        prompts=_count_prompts(gadget, browser, scene) if worst.outcome in ("works", "prompt") else None,
        statement=worst.statement,
        node=worst.node,
        web_server=worst.web_server,
        why=" ".join(part for part in parts if part),
        doubt=worst.doubt,
    )


def _describe_other_nodes(met: Sequence[AgentOutcome], worst: Outcome) -> str:
    """What agents meet on the nodes that are better than the worst."""
    better: dict[Outcome, list[str]] = {}
    for one in met:
        if one.outcome != worst:
            better.setdefault(one.outcome, []).append(one.node)
    return " ".join(
        say(EXPERIENCE_ON_TEXTS[outcome], nodes=join_list(*nodes)) for outcome, nodes in better.items()
    )


def _find_on_node(
    gadget: Gadget, state: NodeState, browser: BrowserFamily, scene: Scene
) -> AgentOutcome | None:
    """What agents meet who use the gadget on one node; None when the node has none of its web servers."""
    node = [one for one in scene.served if one.state.node == state.node]
    host = Host(node, browser, scene.knowledge)
    serves = state.role in gadget.roles
    wanted = gadget.web_servers if serves else gadget.also
    mine = [one for one in node if one.state.web_server in wanted and one.agent_facing]
    if not mine:
        return None
    ruled = [decide_outcome(one, host=host) for one in mine]
    worst = max(ruled, key=lambda one: one.severity)
    if not serves:
        return worst
    row = find_row(state, knowledge=scene.knowledge, literally=False)
    if row and all(_may_cite_table(one, host) for one in mine):
        said = _get_row_experience(row, gadget, browser)
        asked = any(host.treatments(one) == {"can-proceed"} for one in mine)
        locked = said.outcome == "prompt" and asked and host.known_by_hsts() == {True}
        return worst if locked else _decide_by_row(said, state, row, mine, worst=worst, scene=scene)
    broken = _find_rsa_signed_fault(gadget, state, mine, browser, scene.knowledge)
    if any(one.outcome == worst.outcome == "does-not-load" for one in broken):
        like = say(
            "The cause was not seen. It fits a tomcat-ECDSA signed by an RSA CA: Cisco documents "
            "that chat, e-mail and SocialMiner's page then do not load (CSCvb58580)."
        )
        return replace(worst, doubt=f"{like} {broken[0].doubt}")
    return max((worst, *broken), key=lambda one: one.severity)


def _may_cite_table(served: ServedCertificate, host: Host) -> bool:
    """Whether the table's statement may be made: nothing seen against it.

    CA certificates, and only they, are taken without a question.
    """
    kinds = {expected.kind for expected in served.state.expected}
    return (
        not served.refused
        and served.state.agrees is not False
        and len(kinds) == 1
        and host.treatments(served) == {"can-proceed" if kinds == {"self-signed"} else "loads"}
    )


def _decide_by_row(
    said: GadgetExperience,
    state: NodeState,
    row: Row,
    mine: Sequence[ServedCertificate],
    *,
    worst: AgentOutcome,
    scene: Scene,
) -> AgentOutcome:
    """What the table says, documented where it covers the site literally.

    `worst` names the web server that decides.
    """
    rule = "rule-worst-node" if state.row else "rule-era-automatic-update"
    rule = "rule-hidden-ec" if state.ecdsa_deduced else rule
    literally = said.basis.kind != "documented" or (scene.covered and state.row == row.id)
    basis = said.basis if literally else Basis("inferred", rule=rule)
    place = words.name_place(scene.knowledge.web_servers[worst.web_server], state.node)
    decisive = next(one for one in mine if one.state.web_server == worst.web_server)
    why = (
        [words.describe_trust(decisive.trusts, place)]
        if said.outcome in ("prompt", "cannot-be-accepted")
        else []
    )
    if said.outcome == "cannot-be-accepted" and worst.outcome == said.outcome:
        why.append(
            say(
                "The same host shows a trusted certificate on another port, so accepting this one "
                "does not last."
            )
        )
    if said.outcome == "does-not-load":
        why.append(
            say("{node}: tomcat-ECDSA, signed by an RSA CA, stops SocialMiner (CSCvb58580).", node=state.node)
        )
    else:
        why.append(words.describe_assumed([trust for one in mine for trust in one.trusts]))
    doubts = (
        said.doubt,
        words.describe_unseen(deduced=True) if state.ecdsa_deduced else "",
    )
    return AgentOutcome(
        outcome=said.outcome,
        statement=make_statement(said.text, basis),
        node=state.node,
        web_server=worst.web_server,
        why=" ".join(part for part in why if part),
        doubt=" ".join(part for part in doubts if part),
    )


def _get_row_experience(row: Row, gadget: Gadget, browser: BrowserFamily) -> GadgetExperience:
    """What a row says of a gadget, or what else is known of it for a browser."""
    said = next(one for one in row.experience if one.gadget == gadget.id)
    for own in said.browsers:
        if own.browser == browser.id:
            return GadgetExperience(said.gadget, own.outcome, own.text, own.basis, own.doubt)
    return said


def _find_rsa_signed_fault(
    gadget: Gadget,
    state: NodeState,
    mine: Sequence[ServedCertificate],
    browser: BrowserFamily,
    knowledge: Knowledge,
) -> tuple[AgentOutcome, ...]:
    """The fault that the table documents for an RSA-signed tomcat-ECDSA, which the node has or may have."""
    kinds = list_possible_kinds(state)
    off = find_cops_off(role=state.role, cops=state.cops, knowledge=knowledge)
    if state.era != "automatic" or off or "rsa-ca" not in kinds:
        return ()
    rows = [row for row in knowledge.rows.values() if row.tomcat_ecdsa == "rsa-ca"]
    faults = [
        said for row in rows if (said := _get_row_experience(row, gadget, browser)).outcome == "does-not-load"
    ]
    if not faults:
        return ()
    shown = any(one.state.observed and one.state.observed.identity == "tomcat-ECDSA" for one in mine)
    basis = Basis("inferred", rule="rule-rsa-signed-ec-breaks-socialminer")
    place = mine[0].state.web_server
    if kinds == ("rsa-ca",) and not shown:
        doubt = words.describe_unseen(deduced=True) if state.ecdsa_deduced else faults[0].doubt
        why = say(
            "{node}: tomcat-ECDSA, signed by an RSA CA, stops SocialMiner (CSCvb58580).", node=state.node
        )
        return (
            AgentOutcome(
                "does-not-load", Statement(faults[0].text, "inferred", basis), state.node, place, why, doubt
            ),
        )
    text = words.describe_outcomes(("works", "does-not-load"))
    doubt = say(
        "If an RSA CA signed tomcat-ECDSA, Cisco documents that SocialMiner fails "
        "(CSCvb58580); what was observed does not show it."
    )
    return (AgentOutcome("open", Statement(text, "inferred", basis), state.node, place, "", doubt),)


def _count_prompts(gadget: Gadget, browser: BrowserFamily, scene: Scene) -> int | None:
    """Certificate prompts per PC.

    None where it is not known how far the browser keeps what is accepted, or which certificates are shown.
    """
    asked = [
        one
        for one in scene.served
        if one.state.web_server in (*gadget.web_servers, *gadget.also)
        and one.agent_facing
        and "can-proceed" in one.treatments(browser, scene.knowledge)
    ]
    if not asked or browser.keeps is None:
        return None if asked else 0
    if browser.keeps == "host-and-port":
        return len({(one.state.node, one.port) for one in asked})
    if any(len(one.shown) != 1 for one in asked):
        return None
    return len({(one.state.node, *one.shown) for one in asked})
