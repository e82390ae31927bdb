"""The options compared."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from certlib.assess import Assessment, OptionOutcome, Scenario
from certlib.assess.model import BrowserExperience, Experience
from certlib.knowledge import Basis, Knowledge, Option, find_option, load
from certlib.knowledge.model import Counted
from certlib.language import in_language_of_site, join_list, mark, say
from certlib.runbook import ADVICE_ORDER, Costs, Expense, costs
from certlib.show import states
from certlib.show.markup import BREAK, Child, Display, between, grouped_table, join, table, tag, terms
from certlib.terms import BASES, OUTCOMES
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

STOPS = ("cannot-be-accepted", "does-not-load")
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


@dataclass(frozen=True, slots=True)
class _Way:
    """An option that applies, with all that is told of it."""

    option: str
    kind: str  # a key of KINDS
    outcome: OptionOutcome
    scenario: Scenario
    entry: Option
    costs: Costs


@in_language_of_site
def options(assessment: Assessment) -> Display:
    """The options compared: what agents would meet, and what each asks for in numbers; then each by itself.

    The recommended ones stand first, in their order; then those that would work as well, and last those that
    would leave agents worse off.
    """
    knowledge = load()
    ways = _ways(assessment, knowledge)
    html = join(
        _legend(ways) if ways else None,
        _after_renewals(assessment, knowledge),
        _order(assessment, knowledge),
        _compared(ways, knowledge),
        [_option(way, knowledge) for way in ways],
        _not_applying(assessment, knowledge),
    )
    return Display(html=html, text="\n".join(way.entry.title for way in ways))


def _ways(assessment: Assessment, knowledge: Knowledge) -> list[_Way]:
    rank = {option: place for place, option in enumerate(assessment.recommended)}
    found = []
    for one in assessment.options:
        if one.scenario is None:
            continue
        entry = find_option(knowledge, one.option, roles=assessment.roles)
        kind = _kind(one, one.scenario, entry, assessment)
        found.append(_Way(one.option, kind, one, one.scenario, entry, costs(assessment, one.option)))
    kinds = list(KINDS)
    return sorted(found, key=lambda way: (kinds.index(way.kind), rank.get(way.option, len(rank))))


def _kind(option_outcome: OptionOutcome, scenario: Scenario, entry: Option, assessment: Assessment) -> str:
    """How an option stands beside the others, by what agents would meet after it."""
    if option_outcome.recommended:
        return "recommended"
    base = assessment.base or assessment.after_upgrade or assessment.now
    if option_outcome.bridge:
        base = assessment.now
    usable = {met.gadget for met in base.experiences if met.outcome not in STOPS}
    stopped = [met.gadget for met in scenario.experiences if met.outcome in STOPS]
    if entry.advised_against or not usable.isdisjoint(stopped):
        return "never"
    if stopped:
        return "stops"
    outcomes = {met.outcome for met in scenario.experiences}
    if outcomes == {"works"} == {met.outcome for met in base.experiences}:
        return "needless"
    return "asks" if "prompt" in outcomes else "open" if "open" in outcomes else "works"


def _compared(ways: Sequence[_Way], knowledge: Knowledge) -> Markup:
    gadgets = [met.gadget for met in ways[0].scenario.experiences] if ways else []
    columns = [
        say("Option"),
        *(knowledge.gadgets[gadget].title for gadget in gadgets),
        *(say(OPTIONS_TEXTS[column]) for column in COLUMNS),
    ]
    caption = say("The options compared")
    if not ways:
        return table(
            caption=caption,
            columns=columns,
            rows=[],
            class_="matrix options",
            empty=say("No option changes anything for this site."),
        )
    groups: dict[str, list[list[Child]]] = {}
    for way in ways:
        met = {experience.gadget: experience for experience in way.scenario.experiences}
        row: list[Child] = [tag("a", way.entry.title, href=f"#option-{way.option}")]
        row += [_met(met[gadget]) for gadget in gadgets]
        row += [_counted(way.costs, column) for column in COLUMNS]
        groups.setdefault(_state(way.kind), []).append(row)
    return grouped_table(caption=caption, columns=columns, groups=groups, class_="matrix options")


def _state(kind: str) -> Markup:
    return states.state(*KINDS[kind], say(OPTIONS_TEXTS[kind]))


def _met(experience: Experience) -> Markup:
    """What an agent meets in few words, a line for each browser where they differ, with the basis marked."""
    lines = (
        join(
            tag("span", describe_in_browser(one, title), class_=f"state state-{OUTCOMES[one.outcome][0]}"),
            _mark(one.statement.kind),
        )
        for title, one in _groups(experience)
    )
    return between(lines, BREAK)


def _groups(experience: Experience) -> Sequence[tuple[str, Experience | BrowserExperience]]:
    """What there is to tell: of all browsers at once where they agree, else by browser."""
    groups = group_by_browser(experience)
    return groups if len(groups) > 1 else [("", experience)]


def _counted(spent: Costs, column: str) -> Markup:
    """The numbers of a column with their bases; a dash where the option has nothing of it."""
    counted = (
        join(say(COUNTED_TEXTS[what], count=spent.number(what)), _marks(counting))
        for what in COLUMNS[column]
        if (counting := spent.counting(what))
    )
    return between(counted, BREAK) or Markup("–")


def _marks(lines: Sequence[Expense]) -> Markup:
    return join(_mark(kind) for kind in dict.fromkeys(line.basis.kind for line in lines))


def _mark(kind: str) -> Markup:
    """The basis in brief, for the comparison."""
    return join(" ", tag("span", say(KIND_MARK_TEXTS[kind]), class_=f"basis basis-{kind}"))


def _legend(ways: Sequence[_Way]) -> Markup:
    """What the brief words mean, of those that stand in the comparison."""
    met = {
        one.statement.kind
        for way in ways
        for experience in way.scenario.experiences
        for _, one in _groups(experience)
    }
    counted = {
        line.basis.kind
        for way in ways
        for column in COLUMNS.values()
        for what in column
        for line in way.costs.counting(what)
    }
    used = [kind for kind in ("observed", "documented", "measured", "inferred") if kind in met | counted]
    marks = ", ".join(f"{say(KIND_MARK_TEXTS[kind])} {say(BASES[kind])}" for kind in used)
    return tag(
        "p",
        say(
            "Behind each entry stands on what it rests: {marks}; each option below says more. A "
            "dash: the option asks for nothing of the kind.",
            marks=marks,
        ),
    )


def _after_renewals(assessment: Assessment, knowledge: Knowledge) -> Markup | None:
    """Which certificates are taken as made anew, since the options are judged after that."""
    if not assessment.reissues:
        return None
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
    renewal = Basis("inferred", rule="rule-renewal")
    text = say(
        "Judged as the site will be once these certificates have been made anew: {certificates}.",
        certificates=join_list(*named),
    )
    return tag("p", text, " ", states.basis_of(renewal, knowledge))


def _order(assessment: Assessment, knowledge: Knowledge) -> Markup | None:
    """That the order of several recommended options is certlib's own."""
    if len(assessment.recommended) < 2:
        return None
    own = Basis("inferred", rule=ADVICE_ORDER)
    return tag("p", say("The order of the recommended options:"), " ", states.basis_of(own, knowledge))


def _option(way: _Way, knowledge: Knowledge) -> Markup:
    """An option by itself: line by line where it is recommended, else in running text."""
    entry, why = way.entry, way.outcome.statement
    facts = (
        ("when", [entry.when] if entry.when else []),
        ("restarts", _in_full(way.costs.restarts, knowledge)),
        ("outage", _in_full(way.costs.outage, knowledge)),
        ("effort", _in_full(way.costs.effort, knowledge)),
        ("needs", entry.needs),
        ("against", entry.speaks_against),
        ("doubt", [entry.doubt] if entry.doubt else []),
    )
    if way.kind in ("stops", "never"):  # its reason says so itself
        reason = states.state(*KINDS[way.kind], why.text)
    else:
        reason = join(_state(way.kind), ": ", why.text)
    if way.kind == "recommended":
        told = [
            tag("p", reason, " ", states.basis(why, knowledge)),
            tag("p", entry.summary, " ", states.basis_of(entry.basis, knowledge)),
        ]
    else:
        summary = join(entry.summary, " ", states.basis_of_brief(entry.basis, knowledge))
        told = [tag("p", reason, " ", states.basis_brief(why, knowledge), " ", summary)]
    return tag(
        "section",
        tag("h3", entry.title),
        told,
        terms(
            ((say(OPTIONS_TEXTS[name]), _lines(said, way.kind)) for name, said in facts if said),
            class_="kv tears",
        ),
        id=f"option-{way.option}",
    )


def _in_full(lines: Sequence[Expense], knowledge: Knowledge) -> list[Markup]:
    """Each line with its basis, and with its nodes where they are not all that it could be about."""
    return [
        join(line.text, _nodes(line), " ", states.basis_of_brief(line.basis, knowledge)) for line in lines
    ]


def _nodes(expense: Expense) -> str:
    """The nodes in brackets; of many those that are left out; nothing where it is about all of them."""
    if not expense.nodes or expense.every:
        return ""
    left_out = len(expense.nodes) > NAMED and len(expense.others) <= NAMED
    listed = join_list(*map(make_visible, expense.others if left_out else expense.nodes))
    named = say("all but {nodes}", nodes=listed) if left_out else listed
    return f" ({named})"


def _lines(told: Sequence[str | Markup], kind: str) -> Child:
    if kind != "recommended" or len(told) == 1:
        return between([join(one) for one in told], " ")
    return tag("ul", (tag("li", one) for one in told))


def _not_applying(assessment: Assessment, knowledge: Knowledge) -> Markup | None:
    """The other options, by the reason why they are none for this site."""
    reasons: dict[str, list[str]] = {}
    for option in assessment.options:
        if not option.applies:
            entry = find_option(knowledge, option.option, roles=assessment.roles)
            reasons.setdefault(option.why_not, []).append(entry.title)
    if not reasons:
        return None
    items = (tag("li", tag("em", why), " ", "; ".join(titles), ".") for why, titles in reasons.items())
    return tag("section", tag("p", tag("strong", say("Options that do not apply here"))), tag("ul", items))
