"""Whether every endpoint gave a certificate to at least one offer, and answered a browser's."""

from collections.abc import Sequence

from certlib.assess import words
from certlib.assess.checks.finding import all_well, finding
from certlib.assess.context import Context, heard
from certlib.assess.model import Cell, Finding
from certlib.assess.observed import row_behind
from certlib.assess.verdict import silent_nodes
from certlib.evidence import Presentation
from certlib.knowledge import Meaning, meaning
from certlib.language import join_list, say
from certlib.reasons import Detail, Reason, describe

CHECK = "endpoint-answers"


def check(context: Context) -> tuple[Finding, ...]:
    """An endpoint without an answer is a finding with its reason; a silent one never counts as a pass.

    So is one that answers others and gave nothing to a browser's hello. A node of which no web server
    answered is one finding that names its ports. A web server that its release leaves off unless somebody
    switched it on is told for information.
    """
    faults = [
        _dead(context, node, cells) if dead else _silent(context, cell)
        for node, dead, cells in silent_nodes(context)
        for cell in (cells[:1] if dead else cells)
    ]
    cells = context.scenarios[0].cells
    faults += [_silent(context, cell) for cell in cells if cell.observed and cell.observed.unheard]
    off = [one for one in cells if one.presence and not heard(one.observed)]
    faults += [_silent(context, cell) for cell in off]
    asked = [cell.endpoint for cell in cells]
    return all_well(
        context=context,
        check=CHECK,
        faults=faults,
        judged=asked,
        text=say("Every endpoint gave a certificate."),
        about_leaves=False,
    )


def _silent(context: Context, cell: Cell) -> Finding:
    why, details = _why(context, cell)
    text = words.no_answer(cell.endpoint, why.sentence, details)
    if cell.presence:
        presence = say("By its release it is {presence}.", presence=cell.presence.label)
        text = f"{text} {presence}"
    return finding(
        context=context,
        check=CHECK,
        state="information" if cell.presence else "error",
        node=cell.node,
        endpoint=cell.endpoint,
        text=text,
        evidence=(cell.endpoint,),
        remedy="" if cell.presence else why.hint,
    )


def _dead(context: Context, node: str, cells: Sequence[Cell]) -> Finding:
    hints = dict.fromkeys(_why(context, cell)[0].hint for cell in cells)
    return finding(
        context=context,
        check=CHECK,
        state="error",
        node=node,
        text=_dead_text(context, node, cells),
        evidence=tuple(cell.endpoint for cell in cells),
        remedy=" ".join(hints),
    )


def _dead_text(context: Context, node: str, cells: Sequence[Cell]) -> str:
    """A node of which no web server answered: the reasons, each with its ports."""
    places = {one.id: f"{one.port} ({one.title})" for one in context.endpoints}
    ports: dict[str, list[str]] = {}
    for cell in cells:
        why, details = _why(context, cell)
        reason = f"{why.sentence} ({describe(details)})" if details else why.sentence
        ports.setdefault(reason, []).append(places[cell.endpoint])
    parts = [
        say("Ports {ports}: {reason}", ports=join_list(*those), reason=reason)
        if len(those) > 1
        else say("Port {port}: {reason}", port=those[0], reason=reason)
        for reason, those in ports.items()
    ]
    first = say("None of the {number} web servers of {node} answered.", number=len(cells), node=node)
    return " ".join([first, *parts])


def _why(context: Context, cell: Cell) -> tuple[Meaning, tuple[Detail, ...]]:
    """What it means that the browser-like offer brought nothing, and its details."""
    row = Presentation(cell.endpoint, "browser", (), Reason.NOT_ASKED)
    if cell.observed and cell.observed.reason:
        row = row_behind(cell.observed, "browser")
    among = cell.observed.rows if cell.observed else ()
    return meaning(row, among=among, knowledge=context.knowledge), row.detail
