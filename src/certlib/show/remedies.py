"""The options compared, and the findings."""

from collections.abc import Sequence

from markupsafe import Markup

from certlib.assess import Assessment, OptionOutcome
from certlib.assess.words import joined
from certlib.knowledge import Basis, Knowledge, Option, load, option_for
from certlib.runbook import ADVICE_ORDER, Costs, Expense, costs
from certlib.show import states
from certlib.show.checks import checks
from certlib.show.markup import BREAK, Display, between, join, table, tag
from certlib.text import visible
from certlib.words import waiver_text


def options(assessment: Assessment) -> Display:
    """The options compared: what agents would meet, restarts, outage and effort; then each by itself.

    The recommended ones stand first, in their order.
    """
    knowledge = load()
    rank = {option: place for place, option in enumerate(assessment.recommended)}
    usable = [(one, one.scenario) for one in assessment.options if one.scenario]
    usable.sort(key=lambda pair: rank.get(pair[0].option, len(rank)))
    spent = {one.option: costs(assessment, one.option) for one, _ in usable}
    rows = []
    for one, scenario in usable:
        mark = join(" ", states.state("ok", "★", "recommended")) if one.recommended else None
        met = (
            join(f"{knowledge.gadgets[met.gadget].title}: ", states.outcome(met))
            for met in scenario.experiences
        )
        cost = spent[one.option]
        rows.append(
            [
                join(_entry(one, assessment, knowledge).title, mark),
                between(met, BREAK),
                *(_briefly(lines, knowledge) for lines in (cost.restarts, cost.outage, cost.effort)),
            ]
        )
    compared = table(
        caption="The options compared",
        columns=["Option", "What agents meet afterwards", "Restarts", "Outage", "Effort"],
        rows=rows,
        class_="options",
        empty="No option changes anything for this site.",
    )
    details = [_option(one, spent[one.option], assessment, knowledge) for one, _ in usable]
    html = join(compared, _order(assessment, knowledge), details, _not_applying(assessment, knowledge))
    return Display(html=html, text="\n".join(_entry(one, assessment, knowledge).title for one, _ in usable))


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


def _entry(one: OptionOutcome, assessment: Assessment, knowledge: Knowledge) -> Option:
    """What the knowledge says of an option, in the words for this site's servers."""
    return option_for(knowledge, one.option, roles=assessment.roles)


def _order(assessment: Assessment, knowledge: Knowledge) -> Markup | None:
    """That the order of several recommended options is certlib's own."""
    if len(assessment.recommended) < 2:
        return None
    own = Basis("inferred", rule=ADVICE_ORDER)
    return tag("p", "The order of the recommended options: ", states.basis_of(own, knowledge))


def _option(one: OptionOutcome, cost: Costs, assessment: Assessment, knowledge: Knowledge) -> Markup:
    entry = _entry(one, assessment, knowledge)
    return tag(
        "section",
        tag("h3", entry.title),
        tag("p", entry.summary, " ", states.basis_of(entry.basis, knowledge)),
        tag("p", states.sentence(one.statement, knowledge)),
        _list("When", [entry.when] if entry.when else []),
        _list("Restarts", _in_full(cost.restarts, knowledge)),
        _list("Outage", _in_full(cost.outage, knowledge)),
        _list("Effort", _in_full(cost.effort, knowledge)),
        _list("It needs", entry.needs),
        _list("What speaks against it", entry.speaks_against),
        tag("p", tag("em", "Doubt: "), entry.doubt) if entry.doubt else None,
        id=f"option-{one.option}",
    )


def _briefly(lines: Sequence[Expense], knowledge: Knowledge) -> Markup:
    """The lines of a cell, each with its basis in brief."""
    mark = "• " if lines[1:] else ""
    told = (join(mark, one.text, " ", states.basis_of_brief(one.basis, knowledge)) for one in lines)
    return between(told, BREAK)


def _in_full(lines: Sequence[Expense], knowledge: Knowledge) -> list[Markup]:
    """The same with the nodes that each is about."""
    return [
        join(
            one.text,
            f" ({joined(visible(node) for node in one.nodes)})" if one.nodes else None,
            " ",
            states.basis_of_brief(one.basis, knowledge),
        )
        for one in lines
    ]


def _not_applying(assessment: Assessment, knowledge: Knowledge) -> Markup | None:
    rest = [one for one in assessment.options if not one.applies]
    if not rest:
        return None
    rows = [[_entry(one, assessment, knowledge).title, visible(one.why_not)] for one in rest]
    return table(
        caption="Options that do not apply here", columns=["Option", "Why not"], rows=rows, class_="findings"
    )


def _list(title: str, entries: Sequence[str | Markup]) -> Markup | None:
    return (
        join(tag("p", tag("strong", title)), tag("ul", (tag("li", one) for one in entries)))
        if entries
        else None
    )
