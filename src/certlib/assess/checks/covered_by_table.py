"""Whether Cisco's table literally covers the site in the scenario that decides."""

from collections.abc import Sequence
from datetime import date

from certlib.assess import words
from certlib.assess.checks.finding import finding
from certlib.assess.context import Context
from certlib.assess.covered import Covering, covering, unlike_the_table
from certlib.assess.model import Finding, NodeState
from certlib.assess.trust import Why
from certlib.knowledge import Basis, Knowledge
from certlib.language import Phrases

CHECK = "covered-by-table"
_ENDED: tuple[Why, ...] = ("expired", "not-yet-valid")


def check(context: Context) -> tuple[Finding, ...]:
    """A combination, release, COP or mixture outside the table is said to be inferred.

    One row for all is a pass, also with the COP that the row asks for; so is a COP on every node. A
    certificate that is not valid on the day, or that browsers do not take, is in no row.
    """
    say = context.knowledge.say
    automatic = [state for state in context.deciding.nodes if state.era == "automatic"]
    if not automatic:
        text = say("check-covered-by-table.other-releases")
        return (finding(context=context, check=CHECK, state="not-applicable", text=text),)
    day = context.today if context.deciding.id == "now" else context.day
    unlike = unlike_the_table(context, automatic, on=day)
    found = covering(context.deciding.nodes, context.knowledge)
    if found and not unlike:
        text, basis = _covered(found, say)
        return (finding(context=context, check=CHECK, state="pass", text=text, basis=basis),)
    others = [state.release for state in context.deciding.nodes if state.era not in ("automatic", None)]
    text = _not_covered(automatic, others, unlike, day, context)
    return (finding(context=context, check=CHECK, state="information", text=text),)


def _covered(found: Covering, say: Phrases) -> tuple[str, Basis]:
    """A site of which the note speaks, and where."""
    row, cops = found.row, found.cops
    if row is None:
        return say("check-covered-by-table.by-cop"), cops[0].basis
    kinds = {"tomcat": words.kind(row.tomcat, say), "tomcat_ecdsa": words.kind(row.tomcat_ecdsa, say)}
    if not cops:
        return say("check-covered-by-table.pass", **kinds, row=row.text), row.basis
    titles = say.listed(*(cop.title for cop in cops))
    section = f"{row.basis.section}, {cops[0].basis.section}"
    if not found.deduced:
        text = say("check-covered-by-table.row-and-cop", **kinds, cops=titles)
        return text, Basis(row.basis.kind, row.basis.source, section)
    text = say("check-covered-by-table.row-and-cop-deduced", **kinds, cops=titles)
    return text, Basis("inferred", row.basis.source, section, "rule-hidden-ec")


def _not_covered(
    states: Sequence[NodeState], others: Sequence[str], unlike: Sequence[Why], day: date, context: Context
) -> str:
    """Why Cisco's table does not cover a site; `others`: releases of nodes that it does not speak of."""
    say = context.knowledge.say
    reasons = []
    if any(one.cops for one in states):
        reasons.append(say("check-covered-by-table.cop"))
    if releases := {*(one.release for one in states), *others} - _releases(context.knowledge):
        reasons.append(say("check-covered-by-table.releases", releases=say.listed(*sorted(releases))))
    if any(one.tomcat is None or not (one.tomcat_ecdsa or one.cops) for one in states):
        reasons.append(say("check-covered-by-table.unseen"))
    if len({(one.tomcat, one.tomcat_ecdsa, bool(one.cops)) for one in states}) > 1:
        reasons.append(say("check-covered-by-table.unlike"))
    if any(why in _ENDED for why in unlike):
        reasons.append(say("check-covered-by-table.ended", day=say.day(day)))
    if any(why not in _ENDED for why in unlike):
        reasons.append(say("check-covered-by-table.not-taken"))
    if not reasons:
        reasons.append(say("check-covered-by-table.no-row"))
    return say("check-covered-by-table.not-covered", reasons=say.listed(*reasons))


def _releases(knowledge: Knowledge) -> set[str]:
    return {name for row in knowledge.rows.values() for name in row.releases}
