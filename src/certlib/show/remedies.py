"""The options compared, and the findings."""

from markupsafe import Markup

from certlib.assess import Assessment, OptionOutcome
from certlib.knowledge import Knowledge, load
from certlib.show import states
from certlib.show.checks import checks
from certlib.show.markup import Display, join, table, tag
from certlib.text import visible
from certlib.words import waiver_text


def options(assessment: Assessment) -> Display:
    """Each option with what agents would meet after it, what it needs and what speaks against it."""
    knowledge = load()
    usable = [one for one in assessment.options if one.applies and one.scenario]
    gadgets = [met.gadget for met in assessment.now.experiences]
    rows = []
    for one in usable:
        entry = knowledge.options[one.option]
        met = (
            {experience.gadget: experience for experience in one.scenario.experiences} if one.scenario else {}
        )
        mark = join(" ", states.state("ok", "★", "recommended")) if one.recommended else None
        rows.append(
            [
                join(entry.title, mark),
                *(states.outcome(met[gadget]) if gadget in met else "" for gadget in gadgets),
            ]
        )
    compared = table(
        caption="What agents meet after each option",
        columns=["Option", *(knowledge.gadgets[gadget].title for gadget in gadgets)],
        rows=rows,
        class_="matrix",
        empty="No option changes anything for this site.",
    )
    details = [_option(one, knowledge) for one in usable]
    html = join(compared, details, _not_applying(assessment, knowledge))
    return Display(html=html, text="\n".join(knowledge.options[one.option].title for one in usable))


def findings(assessment: Assessment) -> Display:
    """Every finding that asks for attention, worst first; what passed is counted."""
    knowledge = load()
    told = [one for one in assessment.findings if one.state not in ("pass", "not-applicable")]
    passed = sum(1 for one in assessment.findings if one.state == "pass")
    waived = any(one.waiver for one in told)
    rows = [
        [
            states.finding_state(one),
            tag("a", knowledge.checks[one.check].title, href=f"#check-{one.check}"),
            visible(one.endpoint or one.node or "site"),
            states.sentence(one.statement, knowledge),
            one.remedy or knowledge.checks[one.check].remedy,
            *([waiver_text(one)] if waived else []),
        ]
        for one in told
    ]
    html = join(
        table(
            caption="Findings, worst first",
            columns=[
                *("State", "Check", "Where", "What was found", "What to do"),
                *(["Accepted"] if waived else []),
            ],
            rows=rows,
            class_="findings",
            empty="No finding asks for attention.",
        ),
        tag("p", f"{passed} checks passed; findings.csv lists every answer."),
        checks(assessment, knowledge),
    )
    return Display(html=html, text=f"{len(told)} findings, {passed} checks passed")


def _option(one: OptionOutcome, knowledge: Knowledge) -> Markup:
    entry = knowledge.options[one.option]
    return tag(
        "section",
        tag("h3", entry.title),
        tag("p", entry.summary, " ", states.basis_of(entry.basis, knowledge)),
        tag("p", states.sentence(one.statement, knowledge)),
        _list("When", [entry.when] if entry.when else []),
        _list("It needs", entry.needs),
        _list("What speaks against it", entry.speaks_against),
        id=f"option-{one.option}",
    )


def _not_applying(assessment: Assessment, knowledge: Knowledge) -> Markup | None:
    rest = [one for one in assessment.options if not one.applies]
    if not rest:
        return None
    rows = [[knowledge.options[one.option].title, visible(one.why_not)] for one in rest]
    return table(
        caption="Options that do not apply here", columns=["Option", "Why not"], rows=rows, class_="findings"
    )


def _list(title: str, entries: tuple[str, ...] | list[str]) -> Markup | None:
    return (
        join(tag("p", tag("strong", title)), tag("ul", (tag("li", one) for one in entries)))
        if entries
        else None
    )
