"""Whether Cisco's table literally covers the site in the scenario that decides."""

from collections.abc import Sequence

from certlib.assess import words
from certlib.assess.checks.finding import finding
from certlib.assess.context import Context
from certlib.assess.model import Finding, NodeState
from certlib.assess.observed import ecdsa_off
from certlib.assess.presented import alike
from certlib.knowledge import Knowledge, Row
from certlib.language import Phrases

CHECK = "covered-by-table"


def check(context: Context) -> tuple[Finding, ...]:
    """A combination, release, COP or mixture outside the table is said to be inferred.

    One row for all is a pass.
    """
    say = context.knowledge.say
    automatic = [state for state in context.deciding.nodes if state.era == "automatic"]
    if not automatic:
        text = say("check-covered-by-table.other-releases")
        return (finding(context=context, check=CHECK, state="not-applicable", text=text),)
    row = next((state.row for state in automatic if state.row), None)
    if row and alike(context.deciding.nodes):
        entry = context.knowledge.rows[row]
        text = _covered(entry, say)
        return (finding(context=context, check=CHECK, state="pass", text=text, basis=entry.basis),)
    off = [ecdsa_off(role=one.role, cops=one.cops, knowledge=context.knowledge) for one in automatic]
    cops = [context.knowledge.cops[cop] for installed in off for cop in installed]
    others = [state.release for state in context.deciding.nodes if state.era not in ("automatic", None)]
    if not others and all(off) and all(state.release in cop.releases for state in automatic for cop in cops):
        text = say("check-covered-by-table.by-cop")
        return (finding(context=context, check=CHECK, state="pass", text=text, basis=cops[0].basis),)
    text = _not_covered(automatic, others, context.knowledge)
    return (finding(context=context, check=CHECK, state="information", text=text),)


def _covered(row: Row, say: Phrases) -> str:
    """A site that is a row of Cisco's table."""
    return say(
        "check-covered-by-table.pass",
        tomcat=words.kind(row.tomcat, say),
        tomcat_ecdsa=words.kind(row.tomcat_ecdsa, say),
        row=row.text,
    )


def _not_covered(states: Sequence[NodeState], others: Sequence[str], knowledge: Knowledge) -> str:
    """Why Cisco's table does not cover a site; `others`: releases of nodes that it does not speak of."""
    say = knowledge.say
    reasons = []
    if any(one.cops for one in states):
        reasons.append(say("check-covered-by-table.cop"))
    covered = {name for row in knowledge.rows.values() for name in row.releases}
    if releases := {*(one.release for one in states), *others} - covered:
        reasons.append(say("check-covered-by-table.releases", releases=say.listed(*sorted(releases))))
    if any(one.tomcat is None or not (one.tomcat_ecdsa or one.cops) for one in states):
        reasons.append(say("check-covered-by-table.unseen"))
    if len({(one.tomcat, one.tomcat_ecdsa, bool(one.cops)) for one in states}) > 1:
        reasons.append(say("check-covered-by-table.unlike"))
    if not reasons:
        reasons.append(say("check-covered-by-table.no-row"))
    return say("check-covered-by-table.not-covered", reasons=say.listed(*reasons))
