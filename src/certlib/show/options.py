"""The options compared."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from certlib.assess import Assessment, OptionOutcome, Scenario
from certlib.assess.model import STOPPING, BrowserExperience, Experience
from certlib.knowledge import Basis, Knowledge, Option, find_option, load
from certlib.knowledge.model import Counted
from certlib.language import in_language_of_site, join_list, mark, say
from certlib.runbook import ADVICE_ORDER, Costs, Expense, costs
from certlib.show import states
from certlib.show.markup import (
    BREAK,
    Child,
    Display,
    join,
    join_with,
    make_grouped_table,
    make_table,
    make_tag,
    make_terms,
)
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
    ways = _render_options(assessment, knowledge)
    html = join(
        _render_legend(ways) if ways else None,
        _describe_renewals(assessment, knowledge),
        _describe_order(assessment, knowledge),
        _render_comparison(ways, knowledge),
        [_render_option(way, knowledge) for way in ways],
        _render_not_applying(assessment, knowledge),
    )
    return Display(html=html, text="\n".join(way.entry.title for way in ways))


def _render_options(assessment: Assessment, knowledge: Knowledge) -> list[_Way]:
    rank = {option: place for place, option in enumerate(assessment.recommended)}
    found = []
    for one in assessment.options:
        if one.scenario is None:
            continue
        entry = find_option(knowledge, one.option, roles=assessment.roles)
        kind = _rank_option(one, one.scenario, entry, assessment)
        found.append(_Way(one.option, kind, one, one.scenario, entry, costs(assessment, one.option)))
    kinds = list(KINDS)
    return sorted(found, key=lambda way: (kinds.index(way.kind), rank.get(way.option, len(rank))))


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


def _render_comparison(ways: Sequence[_Way], knowledge: Knowledge) -> Markup:
    gadgets = [met.gadget for met in ways[0].scenario.experiences] if ways else []
    columns = [
        say("Option"),
        *(knowledge.gadgets[gadget].title for gadget in gadgets),
        *(say(OPTIONS_TEXTS[column]) for column in COLUMNS),
    ]
    caption = say("The options compared")
    if not ways:
        return make_table(
            caption=caption,
            columns=columns,
            rows=[],
            class_="matrix options",
            empty=say("No option changes anything for this site."),
        )
    groups: dict[str, list[list[Child]]] = {}
    for way in ways:
        met = {experience.gadget: experience for experience in way.scenario.experiences}
        row: list[Child] = [make_tag("a", way.entry.title, href=f"#option-{way.option}")]
        row += [_render_outcome(met[gadget]) for gadget in gadgets]
        row += [_render_counts(way.costs, column) for column in COLUMNS]
        groups.setdefault(_render_state(way.kind), []).append(row)
    return make_grouped_table(caption=caption, columns=columns, groups=groups, class_="matrix options")


def _render_state(kind: str) -> Markup:
    return states.render_state(*KINDS[kind], say(OPTIONS_TEXTS[kind]))


def _render_outcome(experience: Experience) -> Markup:
    """What an agent meets in few words, a line for each browser where they differ, with the basis marked."""
    lines = (
        join(
            make_tag(
                "span", describe_in_browser(one, title), class_=f"state state-{OUTCOMES[one.outcome][0]}"
            ),
            _render_mark(one.statement.kind),
        )
        for title, one in _group_outcomes(experience)
    )
    return join_with(lines, BREAK)


def _group_outcomes(experience: Experience) -> Sequence[tuple[str, Experience | BrowserExperience]]:
    """What there is to tell: of all browsers at once where they agree, else by browser."""
    groups = group_by_browser(experience)
    return groups if len(groups) > 1 else [("", experience)]


def _render_counts(spent: Costs, column: str) -> Markup:
    """The numbers of a column with their bases; a dash where the option has nothing of it."""
    counted = (
        join(say(COUNTED_TEXTS[what], count=spent.number(what)), _render_marks(counting))
        for what in COLUMNS[column]
        if (counting := spent.counting(what))
    )
    return join_with(counted, BREAK) or Markup("–")


def _render_marks(lines: Sequence[Expense]) -> Markup:
    return join(_render_mark(kind) for kind in dict.fromkeys(line.basis.kind for line in lines))


def _render_mark(kind: str) -> Markup:
    """The basis in brief, for the comparison."""
    return join(" ", make_tag("span", say(KIND_MARK_TEXTS[kind]), class_=f"basis basis-{kind}"))


def _render_legend(ways: Sequence[_Way]) -> Markup:
    """What the brief words mean, of those that stand in the comparison."""
    met = {
        one.statement.kind
        for way in ways
        for experience in way.scenario.experiences
        for _, one in _group_outcomes(experience)
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
    return make_tag(
        "p",
        say(
            "Behind each entry stands on what it rests: {marks}; each option below says more. A "
            "dash: the option asks for nothing of the kind.",
            marks=marks,
        ),
    )


def _describe_renewals(assessment: Assessment, knowledge: Knowledge) -> Markup | None:
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
    return make_tag("p", text, " ", states.render_basis_of(renewal, knowledge))


def _describe_order(assessment: Assessment, knowledge: Knowledge) -> Markup | None:
    """That the order of several recommended options is certlib's own."""
    if len(assessment.recommended) < 2:
        return None
    own = Basis("inferred", rule=ADVICE_ORDER)
    return make_tag(
        "p", say("The order of the recommended options:"), " ", states.render_basis_of(own, knowledge)
    )


def _render_option(way: _Way, knowledge: Knowledge) -> Markup:
    """An option by itself: line by line where it is recommended, else in running text."""
    entry, why = way.entry, way.outcome.statement
    facts = (
        ("when", [entry.when] if entry.when else []),
        ("restarts", _render_costs(way.costs.restarts, knowledge)),
        ("outage", _render_costs(way.costs.outage, knowledge)),
        ("effort", _render_costs(way.costs.effort, knowledge)),
        ("needs", entry.needs),
        ("against", entry.speaks_against),
        ("doubt", [entry.doubt] if entry.doubt else []),
    )
    if way.kind in ("stops", "never"):  # its reason says so itself
        reason = states.render_state(*KINDS[way.kind], why.text)
    else:
        reason = join(_render_state(way.kind), ": ", why.text)
    if way.kind == "recommended":
        told = [
            make_tag("p", reason, " ", states.render_basis(why, knowledge)),
            make_tag("p", entry.summary, " ", states.render_basis_of(entry.basis, knowledge)),
        ]
    else:
        summary = join(entry.summary, " ", states.render_basis_of_brief(entry.basis, knowledge))
        told = [make_tag("p", reason, " ", states.render_basis_brief(why, knowledge), " ", summary)]
    return make_tag(
        "section",
        make_tag("h3", entry.title),
        told,
        make_terms(
            ((say(OPTIONS_TEXTS[name]), _render_lines(said, way.kind)) for name, said in facts if said),
            class_="kv tears",
        ),
        id=f"option-{way.option}",
    )


def _render_costs(lines: Sequence[Expense], knowledge: Knowledge) -> list[Markup]:
    """Each line with its basis, and with its nodes where they are not all that it could be about."""
    return [
        join(line.text, _describe_nodes(line), " ", states.render_basis_of_brief(line.basis, knowledge))
        for line in lines
    ]


def _describe_nodes(expense: Expense) -> str:
    """The nodes in brackets; of many those that are left out; nothing where it is about all of them."""
    if not expense.nodes or expense.every:
        return ""
    left_out = len(expense.nodes) > NAMED and len(expense.others) <= NAMED
    listed = join_list(*map(make_visible, expense.others if left_out else expense.nodes))
    named = say("all but {nodes}", nodes=listed) if left_out else listed
    return f" ({named})"


def _render_lines(told: Sequence[str | Markup], kind: str) -> Child:
    if kind != "recommended" or len(told) == 1:
        return join_with([join(one) for one in told], " ")
    return make_tag("ul", (make_tag("li", one) for one in told))


def _render_not_applying(assessment: Assessment, knowledge: Knowledge) -> Markup | None:
    """The other options, by the reason why they are none for this site."""
    reasons: dict[str, list[str]] = {}
    for option in assessment.options:
        if not option.applies:
            entry = find_option(knowledge, option.option, roles=assessment.roles)
            reasons.setdefault(option.why_not, []).append(entry.title)
    if not reasons:
        return None
    items = (
        make_tag("li", make_tag("em", why), " ", "; ".join(titles), ".") for why, titles in reasons.items()
    )
    return make_tag(
        "section",
        make_tag("p", make_tag("strong", say("Options that do not apply here"))),
        make_tag("ul", items),
    )
