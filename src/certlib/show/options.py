"""The options compared."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from certlib.assess import Assessment, OptionOutcome, Scenario
from certlib.assess.model import STOPPING, Experience
from certlib.knowledge import Basis, Option, find_option
from certlib.knowledge.model import Counted
from certlib.language import in_language_of_site, join_list, mark, say
from certlib.runbook import ADVICE_ORDER, Costs, Expense, costs
from certlib.show.render import Display, render
from certlib.terms import OUTCOMES, State, name_basis
from certlib.text import make_visible
from certlib.words import describe_in_browser, group_by_browser

OPTIONS_TEXTS = {
    "certificates": mark("Certificates to have signed"),
    "cop-files": mark("COP files to install"),
    "node-restarts": mark("Restarts of nodes"),
    "each-pc": mark("On each agent's PC"),
    "recommended": mark("Recommended"),
    "works": mark("Works as well"),
    "needless": mark("Not needed"),
    "open": mark("Not known what agents would meet"),
    "asks": mark("Leaves prompts"),
    "stops": mark("Not enough"),
    "never": mark("Do not"),
    "restarts": mark("Restarts"),
    "outage": mark("Outage"),
    "effort": mark("Effort"),
    "when": mark("When"),
    "needs": mark("What it needs"),
    "against": mark("What speaks against it"),
    "doubt": mark("Doubt"),
}

COUNTED_TEXTS = {
    "certificates": mark("{count}"),
    "cop-files": mark("{count}"),
    "restarts": mark("{count}"),
    "services": mark("services on {count}"),
    "pc-certificates": mark("{count} to trust"),
    "pc-addresses": mark("{count} to accept"),
}

KIND_MARK_TEXTS = {
    "observed": mark("obs."),
    "documented": mark("doc."),
    "measured": mark("meas."),
    "inferred": mark("inf."),
}

NAMED = 3  # nodes whose names stand in a line
# How options are sorted, the best first: class and symbol; the word stands in the fixed text.
KINDS = {
    "recommended": ("ok", "★"),
    "works": ("ok", "✓"),
    "needless": ("none", "–"),
    "open": ("open", "?"),
    "asks": ("warn", "▲"),
    "stops": ("bad", "✕"),
    "never": ("bad", "✕"),
}
# The columns that count, each with what it counts and the words around the number.
COLUMNS: dict[str, tuple[Counted, ...]] = {
    "certificates": ("certificates",),
    "cop-files": ("cop-files",),
    "node-restarts": ("restarts", "services"),
    "each-pc": ("pc-certificates", "pc-addresses"),
}


View = Mapping[str, Any]  # what the template shows of something


class _Line(NamedTuple):
    """A line about an option; `nodes` in brackets where it is not about all of them."""

    text: str
    nodes: str = ""
    basis: Basis | None = None


@in_language_of_site
def options(assessment: Assessment) -> Display:
    """The options compared: what agents would meet, and what each asks for in numbers; then each by itself.

    The recommended ones stand first, in their order; then those that would work as well, and last those that
    would leave agents worse off.
    """
    knowledge = assessment.knowledge
    shown = _list_options(assessment)
    groups: dict[State, list[View]] = {}
    for option in shown:
        groups.setdefault(option["state"], []).append(option)
    gadgets = assessment.now.experiences if shown else ()
    columns = [
        say("Option"),
        *(knowledge.gadgets[met.gadget].title for met in gadgets),
        *(say(OPTIONS_TEXTS[column]) for column in COLUMNS),
    ]
    html = render(
        "options",
        assessment.site,
        options=shown,
        groups=groups,
        columns=columns,
        marks={kind: say(word) for kind, word in KIND_MARK_TEXTS.items()},
        legend=_describe_marks(shown),
        renewed=_describe_renewals(assessment),
        renewal=Basis("inferred", rule="rule-renewal"),
        several=len(assessment.recommended) > 1,
        order=Basis("inferred", rule=ADVICE_ORDER),
        not_applying=_list_not_applying(assessment),
    )
    return Display(html=html, text="\n".join(option["entry"].title for option in shown))


def _list_options(assessment: Assessment) -> list[View]:
    """The options that apply, the best first."""
    rank = {option: place for place, option in enumerate(assessment.recommended)}
    shown = []
    for outcome in assessment.options:
        if outcome.scenario is None:
            continue
        entry = find_option(assessment.knowledge, outcome.option, roles=assessment.roles)
        kind = _rank_option(outcome, outcome.scenario, entry, assessment)
        shown.append(_view_option(outcome, outcome.scenario, entry, kind, costs(assessment, outcome.option)))
    kinds = list(KINDS)
    return sorted(shown, key=lambda option: (kinds.index(option["kind"]), rank.get(option["id"], len(rank))))


def _view_option(outcome: OptionOutcome, scenario: Scenario, entry: Option, kind: str, spent: Costs) -> View:
    """`kind`: a key of KINDS."""
    facts = (
        ("when", [_Line(entry.when)] if entry.when else []),
        ("restarts", _list_costs(spent.restarts)),
        ("outage", _list_costs(spent.outage)),
        ("effort", _list_costs(spent.effort)),
        ("needs", list(map(_Line, entry.needs))),
        ("against", list(map(_Line, entry.speaks_against))),
        ("doubt", [_Line(entry.doubt)] if entry.doubt else []),
    )
    return {
        "id": outcome.option,
        "kind": kind,
        "state": State(*KINDS[kind], say(OPTIONS_TEXTS[kind])),
        "entry": entry,
        "why": outcome.statement,
        "met": [_list_met(experience) for experience in scenario.experiences],
        "counts": [_list_counts(spent, column) for column in COLUMNS],
        "facts": [{"title": say(OPTIONS_TEXTS[name]), "lines": lines} for name, lines in facts if lines],
    }


def _rank_option(
    option_outcome: OptionOutcome, scenario: Scenario, entry: Option, assessment: Assessment
) -> str:
    """How an option stands beside the others, by what agents would meet after it."""
    if option_outcome.recommended:
        return "recommended"
    base = assessment.base or assessment.after_upgrade or assessment.now
    if option_outcome.bridge:
        base = assessment.now
    usable = {met.gadget for met in base.experiences if met.outcome not in STOPPING}
    stopped = [met.gadget for met in scenario.experiences if met.outcome in STOPPING]
    if entry.advised_against or not usable.isdisjoint(stopped):
        return "never"
    if stopped:
        return "stops"
    outcomes = {met.outcome for met in scenario.experiences}
    if outcomes == {"works"} == {met.outcome for met in base.experiences}:
        return "needless"
    return "asks" if "prompt" in outcomes else "open" if "open" in outcomes else "works"


def _list_met(experience: Experience) -> list[View]:
    """What an agent meets: of all browsers at once where they agree, else by browser."""
    groups = group_by_browser(experience)
    shown = groups if len(groups) > 1 else [("", experience)]
    return [
        {
            "text": describe_in_browser(met, browsers),
            "state": OUTCOMES[met.outcome][0],
            "kind": met.statement.kind,
        }
        for browsers, met in shown
    ]


def _list_counts(spent: Costs, column: str) -> list[View]:
    """The numbers of a column with the kinds of their bases."""
    return [
        {
            "text": say(COUNTED_TEXTS[what], count=spent.number(what)),
            "kinds": list(dict.fromkeys(line.basis.kind for line in counting)),
        }
        for what in COLUMNS[column]
        if (counting := spent.counting(what))
    ]


def _describe_marks(options: Sequence[View]) -> str:
    """What the brief words of bases mean, of those that stand in the comparison."""
    used = {met["kind"] for option in options for groups in option["met"] for met in groups}
    used |= {
        kind
        for option in options
        for counts in option["counts"]
        for count in counts
        for kind in count["kinds"]
    }
    return ", ".join(
        f"{say(word)} {name_basis(kind)}" for kind, word in KIND_MARK_TEXTS.items() if kind in used
    )


def _describe_renewals(assessment: Assessment) -> str:
    """Which certificates are taken as renewed, since the options are judged after that."""
    places: dict[str, list[str]] = {}
    for reissue in assessment.reissues:
        places.setdefault(reissue.identity, []).extend(reissue.nodes)
    named = (
        say(
            "{identity} of {nodes}",
            identity=identity,
            nodes=join_list(*map(make_visible, dict.fromkeys(nodes))),
        )
        for identity, nodes in places.items()
    )
    return join_list(*named)


def _list_costs(expenses: Sequence[Expense]) -> list[_Line]:
    """Each line with its basis, and with its nodes where they are not all that it could be about."""
    return [_Line(expense.text, _describe_nodes(expense), expense.basis) for expense in expenses]


def _describe_nodes(expense: Expense) -> str:
    """The nodes in brackets; of many those that are left out; nothing where it is about all of them."""
    if not expense.nodes or expense.every:
        return ""
    left_out = len(expense.nodes) > NAMED and len(expense.others) <= NAMED
    listed = join_list(*map(make_visible, expense.others if left_out else expense.nodes))
    named = say("all but {nodes}", nodes=listed) if left_out else listed
    return f" ({named})"


def _list_not_applying(assessment: Assessment) -> Mapping[str, list[str]]:
    """The titles of the other options, by the reason why they are none for this site."""
    reasons: dict[str, list[str]] = {}
    for option in assessment.options:
        if not option.applies:
            entry = find_option(assessment.knowledge, option.option, roles=assessment.roles)
            reasons.setdefault(option.why_not, []).append(entry.title)
    return reasons
