"""What an earlier report foresaw of each web server, beside what it presents: a section of what changed."""

from collections.abc import Iterable

from markupsafe import Markup

from certlib import words
from certlib.assess import Assessment, Observed
from certlib.assess.foreseen import Forecast, ForecastResult, Foreseen
from certlib.assess.since import Since
from certlib.knowledge import Knowledge, find_option
from certlib.language import say
from certlib.show import states
from certlib.show.markup import join, make_grouped_table, make_tag
from certlib.terms import FORECAST_RESULTS, SYMBOLS, find_state
from certlib.text import make_visible


def render_forecast(found: Since, knowledge: Knowledge) -> Markup | None:
    """What the earlier report foresaw of each web server beside what it presents; alike ones share a row."""
    forecast = found.forecast
    if forecast.statement is None:
        return None
    title, text = (
        make_tag("h3", say("What was foreseen, and what came")),
        states.render_sentence(forecast.statement, knowledge),
    )
    if not forecast.arrivals:
        return join(title, make_tag("p", text))
    shown = list_columns(forecast)
    alike: dict[str, dict[tuple[Markup, ...], list[str]]] = {}
    for arrival in forecast.arrivals:
        expected = [_render_expected(arrival, place, knowledge) for place, _ in shown]
        came = states.render_state(*find_state(FORECAST_RESULTS, arrival.came))
        cells = (*expected, render_browser_leaf(arrival.observed, found.now, knowledge), came)
        node = alike.setdefault(make_visible(arrival.endpoint.node), {})
        node.setdefault(cells, []).append(arrival.endpoint.title)
    groups = {
        node: [[", ".join(titles), *cells] for cells, titles in rows.items()] for node, rows in alike.items()
    }
    heads = [name_column(one, found.then, knowledge) for _, one in shown]
    heads = [say("Web server"), *heads, say("Browser gets now"), say("As foreseen?")]
    compared = make_grouped_table(
        caption=say("What a browser was foreseen to get, and gets"),
        columns=heads,
        groups=groups,
        class_="matrix",
    )
    return join(title, make_tag("p", text), compared, _render_remarks(forecast.arrivals))


def _render_remarks(arrivals: Iterable[ForecastResult]) -> Markup | None:
    """What it may mean where something came that nobody foresaw."""
    servers: dict[tuple[str, str], list[str]] = {}
    for arrival in arrivals:
        if arrival.remark:
            servers.setdefault((make_visible(arrival.endpoint.node), arrival.remark), []).append(
                arrival.endpoint.title
            )
    places = [
        say("{servers} on {node}:", servers=", ".join(titles), node=node)
        for (node, _), titles in servers.items()
    ]
    told = zip(places, (remark for _, remark in servers), strict=True)
    return (
        make_tag("ul", (make_tag("li", make_tag("strong", place), " ", remark) for place, remark in told))
        if servers
        else None
    )


def list_columns(forecast: Forecast) -> list[tuple[int, Foreseen]]:
    """The foreseen states that columns show, with their place: without any step, and the steps that came.

    Where none came wholly, those of which most came.
    """
    return [(place, forecast.foreseen[place]) for place in dict.fromkeys((0, forecast.nearest))]


def name_column(one: Foreseen, then: Assessment, knowledge: Knowledge) -> str:
    """Which of the foreseen states a column is about."""
    if one.option is None:
        return say("Foreseen if nothing is done")
    return say("Foreseen after: {option}", option=find_option(knowledge, one.option, roles=then.roles).title)


def render_browser_leaf(observed: Observed | None, assessment: Assessment, knowledge: Knowledge) -> Markup:
    """What a browser got, as the matrix says it."""
    class_, text = words.describe_offers(observed, assessment.certificates, knowledge)[0]
    return states.render_state(class_, SYMBOLS[class_], text)


def _render_expected(forecast_result: ForecastResult, place: int, knowledge: Knowledge) -> Markup:
    """What was foreseen of a web server, and whether it presents this: `= ECDSA · self-signed`."""
    cell, agrees = forecast_result.cells[place], forecast_result.agrees[place]
    if cell is None:
        return states.render_state("open", "?", say("not known"))
    text = words.describe_forecast(cell)
    class_, symbol = {True: ("none", "="), False: ("none", "≠"), None: ("none", "–")}[agrees]
    return join(
        states.render_state(class_, symbol, text), " ", states.render_basis_brief(cell.statement, knowledge)
    )
