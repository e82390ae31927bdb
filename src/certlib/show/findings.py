"""The findings, worst first."""

from markupsafe import Markup

from certlib.assess import Assessment, Finding
from certlib.knowledge import Knowledge, load
from certlib.show import states
from certlib.show.checks import checks
from certlib.show.markup import Display, join, table, tag
from certlib.text import visible
from certlib.words import waiver_text


def findings(assessment: Assessment) -> Display:
    """Every finding that asks for attention, worst first; what passed is counted."""
    knowledge = load(assessment.site.report.language)
    say = knowledge.say
    told = [one for one in assessment.findings if one.state not in ("pass", "not-applicable")]
    passed = sum(1 for one in assessment.findings if one.state == "pass")
    waived = any(one.waiver for one in told)
    rows = [
        [
            states.finding_state(one, say),
            tag("span", _check(one, knowledge), id=_address(one)),
            visible(one.endpoint or one.node or say("findings.site")),
            states.sentence(one.statement, knowledge),
            one.remedy or knowledge.checks[one.check].remedy,
            *([waiver_text(one, say)] if waived else []),
        ]
        for one in told
    ]
    html = join(
        table(
            caption=say("findings.title"),
            columns=[
                say("findings.state"),
                say("findings.check"),
                say("findings.where"),
                say("findings.found"),
                say("show.what-to-do"),
                *([say("findings.accepted")] if waived else []),
            ],
            rows=rows,
            class_="findings",
            empty=say("findings.none"),
        ),
        tag("p", say("findings.passed", count=passed)),
        checks(assessment, knowledge),
    )
    return Display(html=html, text=say("findings.text", count=len(told), passed=passed))


def _check(finding: Finding, knowledge: Knowledge) -> Markup:
    """The title of what was checked, which leads to the check."""
    return tag("a", knowledge.checks[finding.check].title, href=f"#check-{finding.check}")


def _address(finding: Finding) -> str:
    """Where a link leads to the finding, by check and place, so that it is the same in the next report."""
    return "-".join(["finding", finding.check, *(finding.endpoint or finding.node or "site").split()])
