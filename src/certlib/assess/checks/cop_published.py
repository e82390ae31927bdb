"""Whether each COP that the inventory lists was published for the release of its node."""

from certlib.assess.checks.finding import all_well, finding
from certlib.assess.context import Context
from certlib.assess.model import Finding, FindingState
from certlib.inventory import Node
from certlib.knowledge import Cop
from certlib.knowledge import release as find_release
from certlib.language import join_list, say

CHECK = "cop-published"


def check(context: Context) -> tuple[Finding, ...]:
    """A COP on a release that it was not published for is not counted there, and is to be looked at.

    On a service update of its release it counts, with a doubt. A rollback COP without its COP undoes nothing;
    beside it, the COP counts as undone.
    """
    faults, judged = [], []
    for node in context.site.nodes:
        for cop in (context.knowledge.cops[one] for one in node.cops if one in context.knowledge.cops):
            judged.append(f"{node.name}/{cop.id}")
            said = _judged(context, node, cop)
            if said:
                state, text = said
                faults.append(
                    finding(
                        context=context,
                        check=CHECK,
                        state=state,
                        node=node.name,
                        text=text,
                        basis=cop.basis,
                        remedy=None
                        if state == "manual"
                        else say("show version active on the node lists the COP files that are installed."),
                    )
                )
    return all_well(
        context=context,
        check=CHECK,
        faults=faults,
        judged=judged,
        text=say("Every COP that the inventory lists was published for the release of its node."),
        nothing=say("The inventory lists no COP."),
        about_leaves=False,
    )


def _judged(context: Context, node: Node, cop: Cop) -> tuple[FindingState, str] | None:
    knowledge = context.knowledge
    found = find_release(knowledge, node.release)
    release, releases = found.id if found else node.release, join_list(*cop.releases)
    facts = {"cop": cop.title, "node": node.name, "release": release, "releases": releases}
    if found is None or found.era not in {knowledge.releases[one].era for one in cop.releases}:
        return "manual", say(
            "By the inventory {node} has the {cop}, and is on {release}. Cisco lists it for "
            "{releases}; it is not counted here.",
            **facts,
        )
    if cop.turns_ecdsa == "on":
        undone = [one for one in knowledge.cops.values() if one.undone_by == cop.id]
        if not any(one.id in node.cops for one in undone):
            return "information", say(
                "By the inventory {node} has the {cop} without the COP that it undoes; alone it "
                "changes nothing.",
                **facts,
            )
        return "information", say(
            "By the inventory {node} has the {cop} and the COP that it undoes, so ECDSA counts "
            "as presented again.",
            **facts,
        )
    if release not in cop.releases:
        return "information", say(
            "By the inventory {node} has the {cop}, and is on {release}. Cisco lists it for "
            "{releases}; that it does the same on this service update is not published, and is "
            "taken for granted here.",
            **facts,
        )
    return None
