"""What an agent meets in each gadget and browser: Cisco's table where it covers the node, else the rules.

The worst node counts, and then the worst of the browsers that the agents use (rule-worst-browser).

The number of prompts per PC is counted for one gadget alone, as far as a browser keeps what was accepted: a
certificate for a host, on any port (Chromium family), or for a host and port (Firefox). It is the number of
distinct pairs of node name and certificate, or of node name and port, behind which one of the gadget's web
servers presents a certificate that the PC does not trust, over all nodes, since a failover moves an agent to
the other node.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from certlib.assess import words
from certlib.assess.acceptance import AgentView, ServedCertificate, decide_outcome
from certlib.assess.browsers import find_families
from certlib.assess.eras import find_cops_off, find_row
from certlib.assess.expect import list_possible_kinds
from certlib.assess.model import (
    SEVERITY,
    BrowserExperience,
    Experience,
    NodeState,
    infer,
    make_statement,
)
from certlib.inventory import Site
from certlib.knowledge import BrowserFamily, Gadget, GadgetExperience, Knowledge, Row
from certlib.knowledge.model import Outcome
from certlib.language import join_list, mark, say

EXPERIENCE_ON_TEXTS = {
    "works": mark("On {nodes} it works."),
    "prompt": mark("On {nodes} it brings a prompt."),
    "cannot-be-accepted": mark("On {nodes} it brings a certificate that cannot be accepted."),
    "does-not-load": mark("On {nodes} it does not load."),
    "open": mark("On {nodes} it is open."),
}


def find_experiences(
    scenario: str,
    nodes: Mapping[str, NodeState],
    served: Sequence[ServedCertificate],
    *,
    covered: bool,
    knowledge: Knowledge,
    site: Site,
) -> tuple[Experience, ...]:
    """What agents meet in every gadget that a node of the site serves: the worst of nodes and browsers.

    `covered`: one row of Cisco's table covers the site.
    """
    views = [
        AgentView(served, nodes, covered, browser, title, knowledge)
        for browser, title in find_families(site, knowledge)
    ]
    experiences = []
    for gadget in knowledge.gadgets.values():
        by_browser = [
            experience for view in views if (experience := _find_in_browser(gadget, view)) is not None
        ]
        if by_browser:
            experiences.append(_find_worst_browser(gadget, by_browser, scenario))
    return tuple(experiences)


def _find_worst_browser(gadget: Gadget, by_browser: Sequence[BrowserExperience], scenario: str) -> Experience:
    worst = max(by_browser, key=_rank)
    counts = [experience.prompts for experience in by_browser if experience.prompts is not None]
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
        by_browser=tuple(by_browser),
    )


def _rank(experience: BrowserExperience) -> int:
    return SEVERITY.index(experience.outcome)


def _find_in_browser(gadget: Gadget, view: AgentView) -> BrowserExperience | None:
    """The worst of the nodes that serve a gadget, in one browser; None where none does."""
    serving, others = (
        [
            experience
            for node in view.nodes.values()
            if (node.role in gadget.roles) is serves
            and (experience := _find_on_node(gadget, node, view)) is not None
        ]
        for serves in (True, False)
    )
    if not serving:
        return None
    worst = max((*serving, *others), key=_rank)
    parts = (worst.why, _describe_other_nodes(serving, worst.outcome))
    return replace(
        worst,
        prompts=_count_prompts(gadget, view) if worst.outcome in ("works", "prompt") else None,
        why=" ".join(part for part in parts if part),
    )


def _describe_other_nodes(serving: Sequence[BrowserExperience], worst: Outcome) -> str:
    """What agents meet on the nodes that are better than the worst."""
    better: dict[Outcome, list[str]] = {}
    for experience in serving:
        if experience.outcome != worst:
            better.setdefault(experience.outcome, []).append(experience.node)
    return " ".join(
        say(EXPERIENCE_ON_TEXTS[outcome], nodes=join_list(*nodes)) for outcome, nodes in better.items()
    )


def _find_on_node(gadget: Gadget, node: NodeState, view: AgentView) -> BrowserExperience | None:
    """What agents meet who use the gadget on one node; None when the node has none of its web servers."""
    serves = node.role in gadget.roles
    wanted = gadget.web_servers if serves else gadget.also
    used = [
        served
        for served in view.list_served(node.node)
        if served.state.web_server in wanted and served.agent_facing
    ]
    if not used:
        return None
    worst = max((decide_outcome(served, view) for served in used), key=_rank)
    if not serves:
        return worst
    row = find_row(node, knowledge=view.knowledge, literally=False)
    if row and all(_may_cite_table(served, view) for served in used):
        cited = _get_row_experience(row, gadget, view.browser)
        asked = any(view.find_treatments(served) == {"can-proceed"} for served in used)
        locked = cited.outcome == "prompt" and asked and view.is_known_by_hsts(node.node) == {True}
        return worst if locked else _decide_by_row(cited, node, row, used, worst=worst, view=view)
    broken = _find_rsa_signed_fault(gadget, node, used, view)
    if broken is None:
        return worst
    if broken.outcome == worst.outcome == "does-not-load":
        like = say(
            "The cause was not seen. It fits a tomcat-ECDSA signed by an RSA CA: Cisco documents "
            "that chat, e-mail and SocialMiner's page then do not load (CSCvb58580)."
        )
        return replace(worst, doubt=f"{like} {broken.doubt}")
    return max((worst, broken), key=_rank)


def _may_cite_table(served: ServedCertificate, view: AgentView) -> bool:
    """Whether the table's statement may be made: nothing seen against it.

    CA certificates, and only they, are taken without a question.
    """
    kinds = {expected.kind for expected in served.state.expected}
    return (
        not served.refused
        and served.state.agrees is not False
        and len(kinds) == 1
        and view.find_treatments(served) == {"can-proceed" if kinds == {"self-signed"} else "loads"}
    )


def _decide_by_row(
    cited: GadgetExperience,
    node: NodeState,
    row: Row,
    used: Sequence[ServedCertificate],
    *,
    worst: BrowserExperience,
    view: AgentView,
) -> BrowserExperience:
    """What the table says, documented where it covers the site literally.

    `worst` names the web server that decides.
    """
    rule = "rule-worst-node" if node.row else "rule-era-automatic-update"
    rule = "rule-hidden-ec" if node.ecdsa_deduced else rule
    literally = cited.basis.kind != "documented" or (view.covered and node.row == row.id)
    decisive = next(served for served in used if served.state.web_server == worst.web_server)
    why = []
    if cited.outcome in ("prompt", "cannot-be-accepted"):
        place = words.name_place(view.knowledge.web_servers[worst.web_server], node.node)
        why.append(words.describe_trust(decisive.trusts, place))
    if cited.outcome == "cannot-be-accepted" and worst.outcome == cited.outcome:
        why.append(words.describe_shadow())
    if cited.outcome == "does-not-load":
        why.append(_describe_stopped(node))
    else:
        why.append(words.describe_assumed([trust for served in used for trust in served.trusts]))
    doubts = (cited.doubt, words.describe_unseen(deduced=True) if node.ecdsa_deduced else "")
    return view.describe(
        decisive,
        cited.outcome,
        make_statement(cited.text, cited.basis) if literally else infer(cited.text, rule),
        why=" ".join(part for part in why if part),
        doubt=" ".join(part for part in doubts if part),
    )


def _describe_stopped(node: NodeState) -> str:
    return say("{node}: tomcat-ECDSA, signed by an RSA CA, stops SocialMiner (CSCvb58580).", node=node.node)


def _get_row_experience(row: Row, gadget: Gadget, browser: BrowserFamily) -> GadgetExperience:
    """What a row says of a gadget, or what else is known of it for a browser."""
    experience = next(experience for experience in row.experience if experience.gadget == gadget.id)
    for own in experience.browsers:
        if own.browser == browser.id:
            return GadgetExperience(experience.gadget, own.outcome, own.text, own.basis, own.doubt)
    return experience


def _find_rsa_signed_fault(
    gadget: Gadget, node: NodeState, used: Sequence[ServedCertificate], view: AgentView
) -> BrowserExperience | None:
    """The fault that the table documents for an RSA-signed tomcat-ECDSA, which the node has or may have."""
    kinds = list_possible_kinds(node)
    off = find_cops_off(node, view.knowledge)
    if node.era != "automatic" or off or "rsa-ca" not in kinds:
        return None
    cited = (
        _get_row_experience(row, gadget, view.browser)
        for row in view.knowledge.rows.values()
        if row.tomcat_ecdsa == "rsa-ca"
    )
    fault = next((experience for experience in cited if experience.outcome == "does-not-load"), None)
    if fault is None:
        return None
    rule = "rule-rsa-signed-ec-breaks-socialminer"
    shown = any(served.state.observed and served.state.observed.identity == "tomcat-ECDSA" for served in used)
    if kinds == ("rsa-ca",) and not shown:
        doubt = words.describe_unseen(deduced=True) if node.ecdsa_deduced else fault.doubt
        return view.describe(
            used[0], "does-not-load", infer(fault.text, rule), _describe_stopped(node), doubt
        )
    doubt = say(
        "If an RSA CA signed tomcat-ECDSA, Cisco documents that SocialMiner fails "
        "(CSCvb58580); what was observed does not show it."
    )
    text = words.describe_outcomes(("works", "does-not-load"))
    return view.describe(used[0], "open", infer(text, rule), doubt=doubt)


def _count_prompts(gadget: Gadget, view: AgentView) -> int | None:
    """Certificate prompts per PC.

    None where it is not known how far the browser keeps what is accepted, or which certificates are shown.
    """
    asking = [
        served
        for served in view.served
        if served.state.web_server in (*gadget.web_servers, *gadget.also)
        and served.agent_facing
        and "can-proceed" in view.find_treatments(served)
    ]
    if not asking or view.browser.keeps is None:
        return None if asking else 0
    if view.browser.keeps == "host-and-port":
        return len({(served.state.node, served.port) for served in asking})
    if any(len(served.shown) != 1 for served in asking):
        return None
    return len({(served.state.node, *served.shown) for served in asking})
