"""Whether each COP that the inventory lists was published for the release of its node."""

from certlib.assess.checks.finding import all_well, finding
from certlib.assess.context import Context
from certlib.assess.model import Finding, FindingState
from certlib.inventory import Node
from certlib.knowledge import Cop
from certlib.knowledge import release as find_release

CHECK = "cop-published"


def check(context: Context) -> tuple[Finding, ...]:
    """A COP on a release that it was not published for is not counted there, and is to be looked at.

    On a service update of its release it counts, with a doubt. A rollback COP without its COP undoes nothing;
    beside it, the COP counts as undone.
    """
    say = context.knowledge.say
    faults, judged = [], []
    for node in context.site.nodes:
        for cop in (context.knowledge.cops[one] for one in node.cops if one in context.knowledge.cops):
            judged.append(f"{node.name}/{cop.id}")
            said = _judged(context, node, cop)
            if said:
                state, text = said
                faults.append(
                    finding(
                        context=context, check=CHECK, state=state, node=node.name, text=text, basis=cop.basis,
                        remedy=None if state == "manual" else say("check-cop-published.look"),
                    )
                )  # fmt: skip
    return all_well(
        context=context, check=CHECK, faults=faults, judged=judged, text=say("check-cop-published.pass"),
        nothing=say("check-cop-published.nothing"), about_leaves=False,
    )  # fmt: skip


def _judged(context: Context, node: Node, cop: Cop) -> tuple[FindingState, str] | None:
    say, knowledge = context.knowledge.say, context.knowledge
    found = find_release(knowledge, node.release)
    release, releases = found.id if found else node.release, say.listed(*cop.releases)
    facts = {"cop": cop.title, "node": node.name, "release": release, "releases": releases}
    if found is None or found.era not in {knowledge.releases[one].era for one in cop.releases}:
        return "manual", say("check-cop-published.other-release", **facts)
    if cop.turns_ecdsa == "on":
        undone = [one for one in knowledge.cops.values() if one.undone_by == cop.id]
        if not any(one.id in node.cops for one in undone):
            return "information", say("check-cop-published.nothing-undone", **facts)
        return "information", say("check-cop-published.undone", **facts)
    if release not in cop.releases:
        return "information", say("check-cop-published.update", **facts)
    return None
