"""The findings, worst first, by node and by check."""

from collections import Counter
from collections.abc import Sequence

from markupsafe import Markup

from certlib.assess import Assessment, Finding
from certlib.assess.model import FindingState
from certlib.knowledge import Knowledge, load
from certlib.language import Phrases
from certlib.show import states
from certlib.show.checks import checks
from certlib.show.markup import BREAK, Display, between, join, table, tag
from certlib.text import visible
from certlib.words import waiver_text


def findings(assessment: Assessment) -> Display:
    """Every finding that asks for attention, worst first; what passed is counted."""
    knowledge = load(assessment.site.report.language)
    say = knowledge.say
    told = asking(assessment)
    passed = sum(1 for one in assessment.findings if one.state == "pass")
    waived = any(one.waiver for one in told)
    rows = [
        [
            states.finding_state(one, say),
            join(
                tag("span", _check(one, knowledge), id=address(one)),
                BREAK,
                visible(one.endpoint or one.node or say("findings.site")),
            ),
            states.sentence(one.statement, knowledge),
            join(one.remedy or knowledge.checks[one.check].remedy, _steps(one, assessment, say)),
            *([waiver_text(one, say)] if waived else []),
        ]
        for one in told
    ]
    html = join(
        table(
            caption=say("findings.title"),
            columns=[
                say("findings.state"),
                say("findings.check-where"),
                say("findings.found"),
                say("show.what-to-do"),
                *([say("findings.accepted")] if waived else []),
            ],
            rows=rows,
            class_="findings",
            empty=say("findings.none"),
        ),
        _by_node(told, assessment, say),
        tag("p", say("findings.passed", count=passed)),
        checks(assessment, knowledge),
    )
    return Display(html=html, text=say("findings.text", count=len(told), passed=passed))


def asking(assessment: Assessment, node: str | None = None) -> list[Finding]:
    """The findings that ask for attention, the worst first; of one node, where it is named."""
    told = [one for one in assessment.findings if one.state not in ("pass", "not-applicable")]
    return [one for one in told if node is None or _node(one) == node]


def address(finding: Finding) -> str:
    """Where a link leads to the finding, by check and place, so that it is the same in the next report."""
    return "-".join(["finding", finding.check, *(finding.endpoint or finding.node or "site").split()])


def _node(finding: Finding) -> str:
    return finding.node or (finding.endpoint or "").partition("/")[0]


def _by_node(told: Sequence[Finding], assessment: Assessment, say: Phrases) -> Markup | None:
    """How many findings of which state each node has, and the site as a whole."""
    counts = {state.node: Counter[FindingState]() for state in assessment.now.nodes}
    shown: dict[FindingState, Finding] = {}
    for one in told:
        counts.setdefault(_node(one), Counter())[one.state] += 1
        shown.setdefault(one.state, one)
    if not told:
        return None
    rows = []
    for node, found in counts.items():
        parts = (
            join(states.finding_state(shown[state], say), f" ({count})") for state, count in found.items()
        )
        none = states.state("ok", "✓", say("findings.no-findings"))
        rows.append([visible(node) or say("findings.site"), between(parts, ", ") if found else none])
    return table(
        caption=say("findings.by-node"),
        columns=[say("show.node"), say("findings.title")],
        rows=rows,
        class_="findings",
    )


def _steps(finding: Finding, assessment: Assessment, say: Phrases) -> Markup | None:
    """A link to the runbook's part for the first recommended option that helps."""
    options = [one for one in assessment.recommended if one in finding.options]
    return join(" ", tag("a", say("findings.steps"), href=f"#runbook-{options[0]}")) if options else None


def _check(finding: Finding, knowledge: Knowledge) -> Markup:
    """The title of what was checked, which leads to the check."""
    return tag("a", knowledge.checks[finding.check].title, href=f"#check-{finding.check}")
