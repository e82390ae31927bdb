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
from certlib.language import format_day, join_list, say

CHECK = "covered-by-table"
_ENDED: tuple[Why, ...] = ("expired", "not-yet-valid")


def check(context: Context) -> tuple[Finding, ...]:
    """A combination, release, COP or mixture outside the table is said to be inferred.

    One row for all is a pass, also with the COP that the row asks for; so is a COP on every node. A
    certificate that is not valid on the day, or that browsers do not take, is in no row.
    """
    automatic = [state for state in context.deciding.nodes if state.era == "automatic"]
    if not automatic:
        text = say(
            "On these releases web servers present tomcat, or tomcat-ECDSA by choice only; "
            "Cisco's table is about 11.5(1)."
        )
        return (finding(context=context, check=CHECK, state="not-applicable", text=text),)
    day = context.today if context.deciding.id == "now" else context.day
    unlike = unlike_the_table(context, automatic, on=day)
    found = covering(context.deciding.nodes, context.knowledge)
    if found and not unlike:
        text, basis = _covered(found)
        return (finding(context=context, check=CHECK, state="pass", text=text, basis=basis),)
    others = [state.release for state in context.deciding.nodes if state.era not in ("automatic", None)]
    text = _not_covered(automatic, others, unlike, day, context)
    return (finding(context=context, check=CHECK, state="information", text=text),)


def _covered(found: Covering) -> tuple[str, Basis]:
    """A site of which the note speaks, and where."""
    row, cops = found.row, found.cops
    if row is None:
        return say(
            "On every node the COP is installed; Cisco documents that only RSA certificates are "
            "presented then."
        ), cops[0].basis
    kinds = {"tomcat": words.kind(row.tomcat), "tomcat_ecdsa": words.kind(row.tomcat_ecdsa)}
    if not cops:
        return say(
            "The site is a combination of Cisco's table (tomcat {tomcat}, tomcat-ECDSA "
            "{tomcat_ecdsa}). {row}",
            **kinds,
            row=row.text,
        ), row.basis
    titles = join_list(*(cop.title for cop in cops))
    section = f"{row.basis.section}, {cops[0].basis.section}"
    if not found.deduced:
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


def _not_covered(
    states: Sequence[NodeState], others: Sequence[str], unlike: Sequence[Why], day: date, context: Context
) -> str:
    """Why Cisco's table does not cover a site; `others`: releases of nodes that it does not speak of."""
    reasons = []
    if any(one.cops for one in states):
        reasons.append(say("a COP is installed"))
    if releases := {*(one.release for one in states), *others} - _releases(context.knowledge):
        reasons.append(
            say("it is about other releases than {releases}", releases=join_list(*sorted(releases)))
        )
    if any(one.tomcat is None or not (one.tomcat_ecdsa or one.cops) for one in states):
        reasons.append(say("not every certificate was seen"))
    if len({(one.tomcat, one.tomcat_ecdsa, bool(one.cops)) for one in states}) > 1:
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


def _releases(knowledge: Knowledge) -> set[str]:
    return {name for row in knowledge.rows.values() for name in row.releases}
