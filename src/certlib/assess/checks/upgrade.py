"""What the upgrade brings: whether agents can work, and what documents say of it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from certlib.assess import words
from certlib.assess.checks.core import make_finding
from certlib.assess.checks.leaves import is_in_range
from certlib.assess.context import Context
from certlib.assess.covered import Coverage, find_coverage, find_unlike_table
from certlib.assess.model import Experience, Finding, FindingState, NodeState
from certlib.assess.trust import Why
from certlib.knowledge import Basis, Knowledge
from certlib.knowledge.model import Outcome
from certlib.language import format_day, join_list, say

STATES: dict[Outcome, FindingState] = {
    "works": "pass",
    "prompt": "action",
    "cannot-be-accepted": "blocks",
    "does-not-load": "blocks",
    "open": "manual",
}


def check_agents_can_work(context: Context) -> tuple[Finding, ...]:
    """Check whether agents can use their gadgets in the scenario that decides, and what stands in the way.

    One answer for each gadget, on the basis on which its experience rests.
    """
    return tuple(_judge_agents_can_work(context, met) for met in context.deciding.experiences)


def _judge_agents_can_work(context: Context, met: Experience) -> Finding:
    gadget = context.knowledge.gadgets[met.gadget].title
    browsers = [
        by_browser.title
        for by_browser in met.by_browser
        if (by_browser.outcome, by_browser.prompts) == (met.outcome, met.prompts)
    ]
    if 0 < len(browsers) < len(met.by_browser):
        gadget = say("{gadget} in {browsers}", gadget=gadget, browsers=join_list(*browsers))
    finding = make_finding(
        context,
        "agents-can-work",
        state=STATES[met.outcome],
        text=f"{gadget}, {context.deciding.title}: {met.statement.text}",
        node=met.node,
        endpoint=f"{met.node}/{met.web_server}" if met.web_server else None,
        basis=met.statement.basis,
        evidence=met.statement.evidence,
    )
    return replace(finding, gadget=met.gadget)


_ENDED: tuple[Why, ...] = ("expired", "not-yet-valid")


def check_covered_by_table(context: Context) -> tuple[Finding, ...]:
    """Check whether Cisco's table literally covers the site in the scenario that decides.

    A combination, release, COP or mixture outside the table is said to be inferred.

    One row for all is a pass, also with the COP that the row asks for; so is a COP on every node. A
    certificate that is not valid on the day, or that browsers do not take, is in no row.
    """
    automatic = [state for state in context.deciding.nodes if state.era == "automatic"]
    if not automatic:
        text = say(
            "On these releases web servers present tomcat, or tomcat-ECDSA by choice only; "
            "Cisco's table is about 11.5(1)."
        )
        return (make_finding(context, "covered-by-table", state="not-applicable", text=text),)
    day = context.today if context.deciding.id == "now" else context.day
    unlike = find_unlike_table(context, automatic, on=day)
    coverage = find_coverage(context.deciding.nodes, context.knowledge)
    if coverage and not unlike:
        text, basis = _describe_covered(coverage)
        return (make_finding(context, "covered-by-table", state="pass", text=text, basis=basis),)
    others = [state.release for state in context.deciding.nodes if state.era not in ("automatic", None)]
    text = _explain_not_covered(automatic, others, unlike, day, context)
    return (make_finding(context, "covered-by-table", state="information", text=text),)


def _describe_covered(coverage: Coverage) -> tuple[str, Basis]:
    """A site of which the note speaks, and where."""
    row, cops = coverage.row, coverage.cops
    if row is None:
        return say(
            "On every node the COP is installed; Cisco documents that only RSA certificates are "
            "presented then."
        ), cops[0].basis
    kinds = {"tomcat": words.name_kind(row.tomcat), "tomcat_ecdsa": words.name_kind(row.tomcat_ecdsa)}
    if not cops:
        return say(
            "The site is a combination of Cisco's table (tomcat {tomcat}, tomcat-ECDSA "
            "{tomcat_ecdsa}). {row}",
            **kinds,
            row=row.text,
        ), row.basis
    titles = join_list(*(cop.title for cop in cops))
    section = f"{row.basis.section}, {cops[0].basis.section}"
    if not coverage.deduced:
        text = say(
            "The site is a combination of Cisco's table (tomcat {tomcat}, tomcat-ECDSA "
            "{tomcat_ecdsa}), and the COP that its row asks for is installed: {cops}. Cisco "
            "documents that only RSA certificates are presented there.",
            **kinds,
            cops=titles,
        )
        return text, Basis(row.basis.kind, row.basis.source, section)
    text = say(
        "The site is a combination of Cisco's table (tomcat {tomcat}, tomcat-ECDSA "
        "{tomcat_ecdsa}), and the COP that its row asks for is installed: {cops}. Cisco "
        "documents that only RSA certificates are presented there. Who signed tomcat-ECDSA "
        "was not seen; only in this row do the other nodes present what they present.",
        **kinds,
        cops=titles,
    )
    return text, Basis("inferred", row.basis.source, section, "rule-hidden-ec")


def _explain_not_covered(
    states: Sequence[NodeState], others: Sequence[str], unlike: Sequence[Why], day: date, context: Context
) -> str:
    """Why Cisco's table does not cover a site; `others`: releases of nodes that it does not speak of."""
    reasons = []
    if any(state.cops for state in states):
        reasons.append(say("a COP is installed"))
    if releases := {*(state.release for state in states), *others} - _list_releases(context.knowledge):
        reasons.append(
            say("it is about other releases than {releases}", releases=join_list(*sorted(releases)))
        )
    if any(state.tomcat is None or not (state.tomcat_ecdsa or state.cops) for state in states):
        reasons.append(say("not every certificate was seen"))
    if len({(state.tomcat, state.tomcat_ecdsa, bool(state.cops)) for state in states}) > 1:
        reasons.append(say("the nodes differ"))
    if any(why in _ENDED for why in unlike):
        reasons.append(
            say("a certificate is not valid on {day}, of which no row speaks", day=format_day(day))
        )
    if any(why not in _ENDED for why in unlike):
        reasons.append(say("browsers do not take a certificate, which every row presumes"))
    if not reasons:
        reasons.append(say("the combination of the certificates is none of its rows"))
    return say(
        "Cisco's table does not cover the site: {reasons}. What is expected is inferred from rules.",
        reasons=join_list(*reasons),
    )


def _list_releases(knowledge: Knowledge) -> set[str]:
    return {name for row in knowledge.rows.values() for name in row.releases}


def check_way_published(context: Context) -> tuple[Finding, ...]:
    """Check whether the way to the wanted release is published, hop by hop.

    A hop that no document tells, or sources disagree on, is to be asked for by hand.

    Without an upgrade it is not applicable.
    """
    legs = [leg for hop in context.hops for leg in hop.steps]
    if not legs:
        text = say("No upgrade is planned.")
        return (make_finding(context, "way-published", state="not-applicable", text=text),)
    unknown = [leg for leg in legs if not leg.settled]
    if not unknown:
        text = say("Every hop of the upgrade path is documented or follows from documented ones.")
        return (make_finding(context, "way-published", state="pass", text=text),)
    return tuple(
        make_finding(
            context,
            "way-published",
            state="manual",
            text=leg.statement.text,
            node=leg.nodes[0] if leg.nodes else None,
            basis=leg.statement.basis,
        )
        for leg in unknown
    )


def check_trust_uploads(context: Context) -> tuple[Finding, ...]:
    """Find which certificates Cisco wants in `tomcat-trust` before an upgrade.

    To be seen to by hand before the first upgrade to a release that verifies its peers.

    For information on later upgrades; without one it is not applicable.
    """
    upgraded = [
        node
        for node in context.site.nodes
        if node.target_release != node.release and is_in_range(context, "trust-uploads", node)
    ]
    uccx = [node for node in upgraded if node.role.startswith("uccx")]
    if not uccx:
        text = say("No UCCX node is to be upgraded to a release that requires it.")
        return (make_finding(context, "trust-uploads", state="not-applicable", text=text),)
    peers = [node.name for node in context.site.nodes if not node.role.startswith("uccx")]
    first = [node.name for node in uccx if not is_in_range(context, "trust-uploads", node, now=True)]
    texts = [
        say(
            "Before the upgrade of {nodes}, tomcat-trust there must hold the certificates of "
            "every Unified Communications Manager node, of SocialMiner (Customer Collaboration "
            "Platform) and of a separate Unified Intelligence Center, or their CA's root and "
            "intermediates; agents cannot sign in to Finesse otherwise.",
            nodes=join_list(*(node.name for node in uccx)),
        )
    ]
    if peers:
        texts.append(say("In the inventory these are {nodes}.", nodes=join_list(*peers)))
    texts.append(say("What the store holds cannot be seen from outside."))
    if not first:
        texts.append(
            say("The nodes verify their peers today already, so what agents need for signing in is there.")
        )
    state: FindingState = "manual" if first else "information"
    return (make_finding(context, "trust-uploads", state=state, text=" ".join(texts)),)


def check_ca_pruning(context: Context) -> tuple[Finding, ...]:
    """Check whether the upgrade removes CAs from the trust store that must be put back.

    To be done after an upgrade to a release whose documents warn of it; else not applicable.
    """
    upgraded = [
        node.name
        for node in context.site.nodes
        if node.target_release != node.release and is_in_range(context, "ca-pruning", node)
    ]
    if not upgraded:
        text = say("No node is to be upgraded to a release whose documents warn of it.")
        return (make_finding(context, "ca-pruning", state="not-applicable", text=text),)
    text = say(
        "The upgrade of {nodes} removes CAs that Cisco has not approved from the trust "
        "store. Which ones the site needs, such as those for scripts that call web services, "
        "cannot be seen from outside.",
        nodes=join_list(*upgraded),
    )
    return (make_finding(context, "ca-pruning", state="after-upgrade", text=text),)


def check_waivers_current(context: Context) -> tuple[Finding, ...]:
    """Check whether a waiver of the inventory has ended, so that what it covered counts again.

    For information: the findings themselves count again. A waiver holds through its last day.
    """
    waivers = context.site.waivers
    if not waivers:
        text = say("The inventory has no waivers.")
        return (make_finding(context, "waivers-current", state="not-applicable", text=text),)
    ended = tuple(
        make_finding(
            context,
            "waivers-current",
            state="information",
            node=waiver.node,
            endpoint=waiver.endpoint,
            text=say(
                "The waiver of {check} by {owner} ended on {day}; what it covered counts again. Its "
                "reason was: {reason}",
                check=waiver.check,
                owner=waiver.owner,
                day=format_day(waiver.until),
                reason=waiver.reason,
            ),
        )
        for waiver in waivers
        if waiver.until < context.today
    )
    text = say("Every waiver of the inventory still holds.")
    return ended or (make_finding(context, "waivers-current", state="pass", text=text),)
