"""Whether Cisco's table literally covers the site in the scenario that decides."""

from certlib.assess.checks import words as says
from certlib.assess.checks.finding import finding
from certlib.assess.context import Context
from certlib.assess.model import Finding
from certlib.assess.observed import ecdsa_off
from certlib.assess.presented import alike

CHECK = "covered-by-table"


def check(context: Context) -> tuple[Finding, ...]:
    """A combination, release, COP or mixture outside the table is said to be inferred.

    One row for all is a pass.
    """
    automatic = [state for state in context.deciding.nodes if state.era == "automatic"]
    if not automatic:
        text = (
            "In these releases web servers present tomcat alone or by choice; Cisco's table is about 11.5(1)."
        )
        return (finding(context=context, check=CHECK, state="not-applicable", text=text),)
    row = next((state.row for state in automatic if state.row), None)
    if row and alike(automatic):
        entry = context.knowledge.rows[row]
        text = says.covered(entry)
        return (finding(context=context, check=CHECK, state="pass", text=text, basis=entry.basis),)
    off = [ecdsa_off(role=one.role, cops=one.cops, knowledge=context.knowledge) for one in automatic]
    cops = [context.knowledge.cops[cop] for installed in off for cop in installed]
    if all(off) and all(state.release in cop.releases for state in automatic for cop in cops):
        text = says.COVERED_BY_COP
        return (finding(context=context, check=CHECK, state="pass", text=text, basis=cops[0].basis),)
    return (
        finding(
            context=context,
            check=CHECK,
            state="information",
            text=says.not_covered(automatic, context.knowledge),
        ),
    )
