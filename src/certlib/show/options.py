"""The options compared."""

from collections.abc import Sequence

from markupsafe import Markup

from certlib.assess import Assessment, OptionOutcome
from certlib.knowledge import Basis, Knowledge, Option, load, option_for
from certlib.runbook import ADVICE_ORDER, Costs, Expense, costs
from certlib.show import states
from certlib.show.markup import BREAK, Display, between, join, table, tag
from certlib.text import visible


def options(assessment: Assessment) -> Display:
    """The options compared: what agents would meet, restarts, outage and effort; then each by itself.

    The recommended ones stand first, in their order.
    """
    knowledge = load(assessment.site.report.language)
    say = knowledge.say
    rank = {option: place for place, option in enumerate(assessment.recommended)}
    usable = [(one, one.scenario) for one in assessment.options if one.scenario]
    usable.sort(key=lambda pair: rank.get(pair[0].option, len(rank)))
    spent = {one.option: costs(assessment, one.option) for one, _ in usable}
    rows = []
    for one, scenario in usable:
        mark = join(" ", states.state("ok", "★", say("options.recommended"))) if one.recommended else None
        met = (
            join(f"{knowledge.gadgets[met.gadget].title}: ", states.outcome(met, knowledge, based=False))
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
        caption=say("options.compared"),
        columns=[
            say("options.option"),
            say("options.agents-meet"),
            say("options.restarts"),
            say("options.outage"),
            say("options.effort"),
        ],
        rows=rows,
        class_="options",
        empty=say("options.none"),
    )
    details = [_option(one, spent[one.option], assessment, knowledge) for one, _ in usable]
    html = join(compared, _order(assessment, knowledge), details, _not_applying(assessment, knowledge))
    return Display(html=html, text="\n".join(_entry(one, assessment, knowledge).title for one, _ in usable))


def _entry(one: OptionOutcome, assessment: Assessment, knowledge: Knowledge) -> Option:
    """What the knowledge says of an option, in the words for this site's servers."""
    return option_for(knowledge, one.option, roles=assessment.roles)


def _order(assessment: Assessment, knowledge: Knowledge) -> Markup | None:
    """That the order of several recommended options is certlib's own."""
    if len(assessment.recommended) < 2:
        return None
    own = Basis("inferred", rule=ADVICE_ORDER)
    return tag("p", knowledge.say("options.order"), " ", states.basis_of(own, knowledge))


def _option(one: OptionOutcome, cost: Costs, assessment: Assessment, knowledge: Knowledge) -> Markup:
    say, entry = knowledge.say, _entry(one, assessment, knowledge)
    return tag(
        "section",
        tag("h3", entry.title),
        tag("p", entry.summary, " ", states.basis_of(entry.basis, knowledge)),
        tag("p", states.sentence(one.statement, knowledge)),
        _list(say("options.when"), [entry.when] if entry.when else []),
        _list(say("options.restarts"), _in_full(cost.restarts, knowledge)),
        _list(say("options.outage"), _in_full(cost.outage, knowledge)),
        _list(say("options.effort"), _in_full(cost.effort, knowledge)),
        _list(say("options.needs"), entry.needs),
        _list(say("options.against"), entry.speaks_against),
        tag("p", tag("em", say("show.doubt-of"), " "), entry.doubt) if entry.doubt else None,
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
            f" ({knowledge.say.listed(*map(visible, one.nodes))})" if one.nodes else None,
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
    say = knowledge.say
    return table(
        caption=say("options.not-applying"),
        columns=[say("options.option"), say("options.why-not")],
        rows=rows,
        class_="findings",
        empty=say("show.nothing"),
    )


def _list(title: str, entries: Sequence[str | Markup]) -> Markup | None:
    return (
        join(tag("p", tag("strong", title)), tag("ul", (tag("li", one) for one in entries)))
        if entries
        else None
    )
