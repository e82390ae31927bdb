"""Whether publisher and subscriber are in the same state, so that agents meet the same on both."""

from itertools import pairwise

from certlib.assess import words
from certlib.assess.checks.finding import all_well, finding
from certlib.assess.context import Context
from certlib.assess.model import Finding

CHECK = "nodes-alike"


def check(context: Context) -> tuple[Finding, ...]:
    """Two UCCX nodes whose known kinds, COPs or releases differ are a finding."""
    say = context.knowledge.say
    pair = [one for one in context.scenarios[0].nodes if one.role in ("uccx-publisher", "uccx-subscriber")]
    faults = []
    for first, second in pairwise(pair):
        unlike = [
            what
            for what, one, other in (
                (say("check-nodes-alike.release"), first.release, second.release),
                ("tomcat", first.tomcat, second.tomcat),
                ("tomcat-ECDSA", first.tomcat_ecdsa, second.tomcat_ecdsa),
                (say("check-nodes-alike.cops"), sorted(first.cops), sorted(second.cops)),
            )
            if one != other and None not in (one, other)
        ]
        if unlike:
            text = say(
                "check-nodes-alike.differ",
                first=first.node,
                second=second.node,
                what=say.listed(*unlike),
                first_state=words.state(first, context.knowledge),
                second_state=words.state(second, context.knowledge),
            )
            evidence = (*first.statement.evidence, *second.statement.evidence)
            faults.append(
                finding(
                    context=context,
                    check=CHECK,
                    state="action",
                    node=second.node,
                    text=text,
                    evidence=evidence,
                )
            )
    judged = [one.node for one in pair if one.tomcat] if len(pair) > 1 else []
    text = say("check-nodes-alike.pass")
    return all_well(context=context, check=CHECK, faults=faults, judged=judged, text=text)
