"""The options compared, the steps of the recommended ones, and the questions and answers for this site."""

from markupsafe import Markup

from certlib.assess import Assessment, OptionOutcome
from certlib.knowledge import Basis, Knowledge, Procedure, cite, load
from certlib.show import states
from certlib.show.markup import Display, between, join, table, tag
from certlib.text import visible


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


def steps(assessment: Assessment) -> Display:
    """The procedures of each recommended option, in order; one that was told before is referred to."""
    knowledge = load()
    told: set[str] = set()
    parts: list[Markup] = []
    for position, option in enumerate(assessment.recommended):
        entry = knowledge.options[option]
        lead = "" if position == 0 else "If that is not possible, or not in time: "
        parts.append(tag("h3", f"{lead}{entry.title}"))
        for name in entry.procedures:
            procedure = knowledge.procedures[name]
            if name in told:
                again = tag("a", procedure.title, href=f"#procedure-{name}")
                parts.append(tag("p", tag("strong", "Then: "), again, ", as above."))
            else:
                parts.append(_procedure(procedure, knowledge))
            told.add(name)
    nothing = "Nothing need be done for the certificates."
    titles = [knowledge.options[option].title for option in assessment.recommended]
    return Display(html=join(parts) if parts else tag("p", nothing), text="\n".join(titles) or nothing)


def faq(assessment: Assessment) -> Display:
    """The questions that this site's options raise, with their answers."""
    knowledge = load()
    considered = {one.option for one in assessment.options if one.applies}
    asked = [
        one for one in knowledge.questions.values() if not one.options or considered.intersection(one.options)
    ]
    html = join(
        join(
            tag("h3", one.question),
            tag("p", one.answer, " ", _basis(one.basis, knowledge)),
            _links(one.procedures, assessment, knowledge),
        )
        for one in asked
    )
    return Display(html=html, text="\n".join(one.question for one in asked))


def findings(assessment: Assessment) -> Display:
    """Every finding that asks for attention, worst first; what passed is counted."""
    knowledge = load()
    told = [one for one in assessment.findings if one.state not in ("pass", "not-applicable")]
    passed = sum(1 for one in assessment.findings if one.state == "pass")
    rows = [
        [
            states.finding_state(one),
            knowledge.checks[one.check].title,
            visible(one.endpoint or one.node or "site"),
            states.sentence(one.statement, knowledge),
            one.remedy or knowledge.checks[one.check].remedy,
        ]
        for one in told
    ]
    html = join(
        table(
            caption="Findings, worst first",
            columns=["State", "Check", "Where", "What was found", "What to do"],
            rows=rows,
            class_="findings",
            empty="No finding asks for attention.",
        ),
        tag("p", f"{passed} checks passed; findings.csv lists every answer."),
    )
    return Display(html=html, text=f"{len(told)} findings, {passed} checks passed")


def _option(one: OptionOutcome, knowledge: Knowledge) -> Markup:
    entry = knowledge.options[one.option]
    return tag(
        "section",
        tag("h3", entry.title),
        tag("p", entry.summary, " ", _basis(entry.basis, knowledge)),
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


def _procedure(procedure: Procedure, knowledge: Knowledge) -> Markup:
    items = []
    for step in procedure.steps:
        command = tag("pre", step.command, class_="cmd") if step.command else None
        basis = join(" ", _basis(step.basis, knowledge)) if step.basis else None
        items.append(tag("li", step.text, basis, command))
    return tag(
        "section",
        tag("h4", procedure.title),
        tag("p", tag("strong", "Where: "), procedure.where, ". ", _basis(procedure.basis, knowledge)),
        _line("Interrupts", procedure.interrupts),
        tag("ol", items, class_="steps"),
        _line("How to see that it worked", procedure.check),
        id=f"procedure-{procedure.id}",
    )


def _links(procedures: tuple[str, ...], assessment: Assessment, knowledge: Knowledge) -> Markup | None:
    shown = {p for option in assessment.recommended for p in knowledge.options[option].procedures}
    found = [
        tag("a", knowledge.procedures[one].title, href=f"#procedure-{one}")
        for one in procedures
        if one in shown
    ]
    return tag("p", "Steps: ", between(found, ", ")) if found else None


def _list(title: str, entries: tuple[str, ...] | list[str]) -> Markup | None:
    return (
        join(tag("p", tag("strong", title)), tag("ul", (tag("li", one) for one in entries)))
        if entries
        else None
    )


def _line(title: str, text: str) -> Markup | None:
    return tag("p", tag("strong", f"{title}: "), text) if text else None


def _basis(basis: Basis, knowledge: Knowledge) -> Markup:
    return tag("span", cite(knowledge, basis), class_=f"basis basis-{basis.kind}")
