"""What each web server answers, and whether that is what is expected of it."""

import re
from collections.abc import Sequence

from certlib.assess import words
from certlib.assess.checks.core import conclude, make_finding
from certlib.assess.context import Context, find_silent_nodes, has_any_certificate, has_certificate
from certlib.assess.figures import get_list
from certlib.assess.model import EndpointState, Finding, Observed
from certlib.assess.observed import find_row_behind
from certlib.evidence import Presentation
from certlib.knowledge import Expected, Meaning, explain_reason, find_release
from certlib.language import join_list, say
from certlib.reasons import Detail, Reason, describe


def check_endpoint_answers(context: Context) -> tuple[Finding, ...]:
    """Check whether every endpoint gave a certificate to at least one offer, and answered a browser's.

    An endpoint without an answer is a finding with its reason; a silent one never counts as a pass.

    So is one that answers others and gave nothing to a browser's hello. A node of which no web server
    answered is one finding that names its ports. A web server that its release leaves off unless somebody
    switched it on is told for information.
    """
    faults = [
        _report_dead(context, node, cells) if dead else _report_silent(context, cell)
        for node, dead, cells in find_silent_nodes(context)
        for cell in (cells[:1] if dead else cells)
    ]
    cells = context.scenarios[0].endpoints
    faults += [_report_silent(context, cell) for cell in cells if cell.observed and cell.observed.unheard]
    off = [cell for cell in cells if cell.presence and not has_any_certificate(cell.observed)]
    faults += [_report_silent(context, cell) for cell in off]
    asked = [cell.endpoint for cell in cells]
    return conclude(
        context,
        "endpoint-answers",
        faults=faults,
        judged=asked,
        text=say("Every endpoint gave a certificate."),
        about_leaves=False,
    )


def _report_silent(context: Context, cell: EndpointState) -> Finding:
    why, details = _explain_nothing(context, cell)
    text = words.describe_no_answer(cell.endpoint, why.sentence, details)
    if cell.presence:
        presence = say("By its release it is {presence}.", presence=cell.presence.label)
        text = f"{text} {presence}"
    return make_finding(
        context,
        "endpoint-answers",
        state="information" if cell.presence else "error",
        node=cell.node,
        endpoint=cell.endpoint,
        text=text,
        evidence=(cell.endpoint,),
        remedy="" if cell.presence else why.hint,
    )


def _report_dead(context: Context, node: str, cells: Sequence[EndpointState]) -> Finding:
    hints = dict.fromkeys(_explain_nothing(context, cell)[0].hint for cell in cells)
    return make_finding(
        context,
        "endpoint-answers",
        state="error",
        node=node,
        text=_describe_dead(context, node, cells),
        evidence=tuple(cell.endpoint for cell in cells),
        remedy=" ".join(hints),
    )


def _describe_dead(context: Context, node: str, cells: Sequence[EndpointState]) -> str:
    """A node of which no web server answered: the reasons, each with its ports."""
    places = {endpoint.id: f"{endpoint.port} ({endpoint.title})" for endpoint in context.endpoints}
    ports: dict[str, list[str]] = {}
    for cell in cells:
        why, details = _explain_nothing(context, cell)
        reason = f"{why.sentence} ({describe(details)})" if details else why.sentence
        ports.setdefault(reason, []).append(places[cell.endpoint])
    parts = [
        say("Ports {ports}: {reason}", ports=join_list(*numbers), reason=reason)
        if len(numbers) > 1
        else say("Port {port}: {reason}", port=numbers[0], reason=reason)
        for reason, numbers in ports.items()
    ]
    first = say("None of the {number} web servers of {node} answered.", number=len(cells), node=node)
    return " ".join([first, *parts])


def _explain_nothing(context: Context, cell: EndpointState) -> tuple[Meaning, tuple[Detail, ...]]:
    """What it means that the browser-like offer brought nothing, and its details."""
    row = Presentation(cell.endpoint, "browser", (), Reason.NOT_ASKED)
    if cell.observed and cell.observed.reason:
        row = find_row_behind(cell.observed, "browser")
    among = cell.observed.rows if cell.observed else ()
    return explain_reason(row, among=among, knowledge=context.knowledge), row.detail


def check_presented_as_expected(context: Context) -> tuple[Finding, ...]:
    """Check whether each web server presents what Cisco's table or the rules expect of it.

    A difference says what it may mean; a web server that fails with browsers alone is an outage.
    """
    servers = {endpoint.id: context.find_server(endpoint) for endpoint in context.endpoints}
    faults = []
    for cell in context.scenarios[0].endpoints:
        if cell.agrees is False and cell.observed:
            server = servers[cell.endpoint]
            refused = cell.observed.browser is None
            faults.append(
                make_finding(
                    context,
                    "presented-as-expected",
                    state="outage" if refused and server and server.agent_facing else "manual",
                    node=cell.node,
                    endpoint=cell.endpoint,
                    text=_report_difference(
                        words.name_place(server, cell.node), cell.observed, cell.expected
                    ),
                    evidence=tuple(ident for ident in (cell.endpoint, cell.observed.browser) if ident),
                )
            )
    judged = [cell.endpoint for cell in context.scenarios[0].endpoints if cell.agrees]
    text = say("Every web server that answered presents what is expected of it.")
    return conclude(context, "presented-as-expected", faults=faults, judged=judged, text=text)


def _report_difference(place: str, observed: Observed, expected: Sequence[Expected]) -> str:
    """A web server that presents something else than expected, and what that may mean."""
    meaning = words.describe_clash(observed, expected)
    if observed.browser is None:
        return say("{place}: {meaning} Agents' browsers cannot open it.", place=place, meaning=meaning)
    wanted = (
        say("{key}, {signed}", key=words.name_key(candidate.identity), signed=words.name_kind(candidate.kind))
        for candidate in expected
    )
    return say(
        "{place}: {key}, {signed}; expected {expected}. {meaning}",
        place=place,
        key=words.name_key(observed.identity),
        signed=words.name_kind(observed.kind),
        expected=join_list(*wanted, last="or"),
        meaning=meaning,
    )


def check_tls_versions(context: Context) -> tuple[Finding, ...]:
    """Check whether the TLS versions seen are those that Cisco documents for the node's present release.

    Judged by what was seen alone: a version that was not asked for is not known.

    A web server seen with nothing newer than TLS 1.1 is to be changed, since browsers refuse it; a version
    that no document gives the release is for information.
    """
    today = set(get_list(context.knowledge, "tls-versions", "browsers"))  # what current browsers speak
    faults, judged = [], []
    for node in context.site.nodes:
        release = find_release(context.knowledge, node.release)
        documented = release.tls_versions if release else ()
        for seen in context.list_observed(node.name):
            versions = [number[0] for version in seen.versions if (number := re.search(r"1\.[0-3]", version))]
            if not has_certificate(seen) or not versions:
                continue
            old = not today & set(versions)
            beyond = [version for version in versions if documented and version not in documented]
            judged.append(seen.endpoint)
            if old or beyond:
                spoken = join_list(*(beyond or versions))
                text = (
                    say(
                        "{endpoint} speaks TLS {versions}; current browsers refuse that.",
                        endpoint=seen.endpoint,
                        versions=spoken,
                    )
                    if old
                    else say(
                        "{endpoint} speaks TLS {versions}; the documents give {documented} for {release}.",
                        endpoint=seen.endpoint,
                        versions=spoken,
                        release=node.release,
                        documented=join_list(*documented),
                    )
                )
                faults.append(
                    make_finding(
                        context,
                        "tls-versions",
                        state="action" if old else "information",
                        node=node.name,
                        endpoint=seen.endpoint,
                        text=text,
                        evidence=(seen.endpoint,),
                    )
                )
    text = say(
        "Every TLS version that was seen is one that fits the node's release, as far as a document says."
    )
    return conclude(context, "tls-versions", faults=faults, judged=judged, text=text)
