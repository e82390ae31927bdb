"""The matrix: web server by certificate, and the same node by node."""

from collections.abc import Mapping

from markupsafe import Markup

from certlib import words
from certlib.assess import Assessment, EndpointState, NodeState, Observed, Scenario
from certlib.assess.model import STOPPING
from certlib.inventory import Endpoint
from certlib.knowledge import Knowledge, load
from certlib.language import in_language_of_site, say, say_in
from certlib.show import states
from certlib.show.findings import find_asking
from certlib.show.markup import (
    BREAK,
    SHORT,
    Child,
    Display,
    join,
    join_with,
    link_certificate,
    link_finding,
    link_node,
    make_grouped_table,
    make_table,
    make_tag,
    make_terms,
)
from certlib.terms import SYMBOLS
from certlib.text import align_columns, make_visible
from certlib.x509 import Certificate

_NAMES = 8  # of a certificate that are shown


@in_language_of_site
def matrix(assessment: Assessment) -> Display:
    """The matrix: what each offer got, what is expected now, after the upgrade, after the advice."""
    knowledge = load()
    planned, chosen = assessment.after_upgrade, assessment.after_recommended
    columns = [
        say("Web server"),
        say("Port"),
        say("Browser gets"),
        say("RSA offer gets"),
        say("ECDSA offer gets"),
        say("Expected now"),
    ]
    columns += [say("After the upgrade")] if planned else []
    columns += [say("After the recommended steps")] if chosen else []
    groups: dict[str, list[list[Child]]] = {}
    for place in assessment.endpoints:
        cell = _find_state(assessment.now, place)
        row: list[Child] = [place.title, place.port]
        row += _render_offers(cell.observed if cell else None, assessment.certificates, knowledge)
        row.append(_render_expected_now(cell))
        row += [_render_later(scenario, place, knowledge) for scenario in (planned, chosen) if scenario]
        groups.setdefault(make_visible(place.node), []).append(row)
    html = join(
        make_tag(
            "p",
            say(
                "✓ signed by a CA. ▲ signed by the server itself: agents are asked. ✕ agents cannot "
                "use what depends on it. – the server has no such certificate, or denied it in the "
                "TLS version named, or nothing was expected. = as expected, ≠ not as expected."
            ),
        ),
        make_grouped_table(
            caption=say("Web server by certificate"), columns=columns, groups=groups, class_="matrix"
        ),
    )
    return Display(html=html, text=matrix_text(assessment))


@in_language_of_site
def matrix_text(assessment: Assessment) -> str:
    """The matrix for a terminal."""
    knowledge = load()
    planned, chosen = assessment.after_upgrade, assessment.after_recommended
    heads = [say("node"), say("web server"), say("port")]
    heads.append(say("a browser gets"))
    heads += [say("after the upgrade")] if planned else []
    heads += [say("after the recommended steps")] if chosen else []
    rows = [heads]
    for place in assessment.endpoints:
        cell = _find_state(assessment.now, place)
        row = [
            make_visible(place.node),
            place.title,
            str(place.port),
            words.describe_offers(cell.observed if cell else None, assessment.certificates, knowledge)[0][1],
        ]
        for scenario in (planned, chosen):
            if scenario:
                then = _find_state(scenario, place)
                row.append(words.describe_expected_in(then) if then else "")
        rows.append(row)
    return align_columns(rows)


@in_language_of_site
def nodes(assessment: Assessment) -> Display:
    """Node by node: its combination, its certificates, what each web server presented, in which TLS."""
    knowledge = load()
    places = {endpoint.id: endpoint for endpoint in assessment.endpoints}
    now, written = assessment.now, {node.name: node.release_written for node in assessment.nodes}
    parts: list[Markup] = []
    for state in now.nodes:
        cells = [cell for cell in now.cells if cell.node == state.node]
        parts += [
            make_tag("h3", make_visible(state.node), id=link_node(state.node)),
            make_terms(
                _list_node_terms(
                    state, cells, assessment.certificates, knowledge, written=written.get(state.node, "")
                )
            ),
            _render_presented(state.node, cells, places, assessment.certificates, knowledge),
            _render_findings(state.node, assessment, knowledge),
        ]
    return Display(
        html=join(parts), text="\n".join(make_visible(state.statement.text) for state in now.nodes)
    )


def _render_findings(node: str, assessment: Assessment, knowledge: Knowledge) -> Markup:
    """The findings of one node, each with a link to what was found; or that there are none."""
    told = find_asking(assessment, node)
    if not told:
        return make_tag("p", say("No finding needs attention on {node}.", node=make_visible(node)))
    items = [
        make_tag(
            "li",
            join(states.render_finding_state(one), " "),
            make_tag("a", knowledge.checks[one.check].fault, href=f"#{link_finding(one)}"),
        )
        for one in told
    ]
    return join(
        make_tag("p", make_tag("strong", say("Findings on {node}", node=make_visible(node)))),
        make_tag("ul", items),
    )


def _find_state(scenario: Scenario, endpoint: Endpoint) -> EndpointState | None:
    return next((cell for cell in scenario.cells if cell.endpoint == endpoint.id), None)


def _render_offers(
    observed: Observed | None, known: Mapping[str, Certificate], knowledge: Knowledge
) -> list[Markup]:
    got = words.describe_offers(observed, known, knowledge)
    return [states.render_state(name, SYMBOLS[name], text) for name, text in got]


def _render_expected_now(cell: EndpointState | None) -> Markup:
    if cell is None:
        return states.render_state("none", "–", say("not present, or not known to be"))
    if not cell.web_server:
        return states.render_state("none", "–", say("no rule for this endpoint"))
    if cell.presence and cell.presence.kind == "gone":
        return states.render_state("none", "–", cell.presence.label)
    text = words.describe_expected(cell.expected)
    if cell.agrees is False:
        return states.render_state("bad", "≠", text)
    return states.render_state("none", "=" if cell.agrees else "–", text)


def _render_later(scenario: Scenario, endpoint: Endpoint, knowledge: Knowledge) -> Markup:
    then = _find_state(scenario, endpoint)
    if then is None:
        return states.render_state("open", "?", say("not known"))
    said = _render_presence(then, knowledge)
    if then.presence and then.presence.kind == "gone":
        return said
    if not then.expected:
        return join(
            states.render_state("open", "?", say("what it presents is not known")),
            BREAK if said else "",
            said,
        )
    name = words.find_kind_state(then.expected[0].kind) if len(then.expected) == 1 else "open"
    if _stops_agents(scenario, then):
        name = "bad"
    shown = states.render_state(name, SYMBOLS[name], words.describe_expected(then.expected))
    return join(shown, " ", states.render_basis_brief(then.statement, knowledge), BREAK if said else "", said)


def _render_presence(cell: EndpointState, knowledge: Knowledge) -> Markup:
    """That a web server comes, goes or is off with its release, with the basis; empty: nothing of this."""
    if cell.presence is None:
        return Markup("")
    label = states.render_state("none", "–", cell.presence.label)
    return join(label, " ", states.render_basis_brief(cell.presence.statement, knowledge))


def _stops_agents(scenario: Scenario, cell: EndpointState) -> bool:
    """Whether agents can't use a gadget because of what this web server presents."""
    return any(met.web_server == cell.web_server and met.outcome in STOPPING for met in scenario.experiences)


def _list_node_terms(
    state: NodeState,
    cells: list[EndpointState],
    known: Mapping[str, Certificate],
    knowledge: Knowledge,
    *,
    written: str,
) -> list[tuple[str, Markup | str]]:
    """`written`: the node's release as the inventory has it, where the nearest known one stands for it."""
    seen = [cell.observed for cell in cells if cell.observed]
    cops = ", ".join(knowledge.cops[cop].title for cop in state.cops)
    ecdsa = say_in("certificate", "none") if state.ecdsa_known else say("not known")
    return [
        (say("Role"), words.describe_role(state.role)),
        (say("Release"), words.describe_release(state.release, written)),
        (say("tomcat (RSA key)"), _render_held([one.rsa for one in seen], known) or say("not seen")),
        (say("tomcat-ECDSA (EC key)"), _render_held([one.ecdsa for one in seen], known) or ecdsa),
        (say("COPs"), cops or say("none named in the inventory")),
        (say("Combination"), states.render_sentence(state.statement, knowledge)),
    ]


def _render_held(leaves: list[str | None], known: Mapping[str, Certificate]) -> Markup:
    """The distinct leaves of one kind that a node presented; more than one is unusual and a finding."""
    found = [known[leaf] for leaf in dict.fromkeys(leaves) if leaf]
    return join_with((_render_leaf(certificate) for certificate in found), "; ")


def _render_leaf(certificate: Certificate) -> Markup:
    how, end = words.describe_signature(certificate.kind), _format_day(certificate.not_after)
    if certificate.kind == "self-signed":
        signed = say("{signed}, valid to {end}, SHA-256", signed=how, end=end)
    else:
        signed = say(
            "{signed} by {issuer}, valid to {end}, SHA-256",
            signed=how,
            issuer=certificate.issuer_cn or certificate.issuer,
            end=end,
        )
    link = make_tag("a", certificate.sha256[:SHORT], href=f"#{link_certificate(certificate.sha256)}")
    return join(signed, " ", link)


def _render_presented(
    node: str,
    cells: list[EndpointState],
    places: Mapping[str, Endpoint],
    known: Mapping[str, Certificate],
    knowledge: Knowledge,
) -> Markup:
    remarks = any(cell.remark or cell.presence for cell in cells)
    rows: list[list[Child]] = []
    for cell in cells:
        row: list[Child] = [places[cell.endpoint].title, places[cell.endpoint].port]
        row.append(_render_offers(cell.observed, known, knowledge)[0])
        row.append(
            join(_render_expected_now(cell), " ", states.render_basis_brief(cell.statement, knowledge))
        )
        row.append(", ".join(cell.observed.versions) if cell.observed else "")
        said = cell.presence
        told = (
            join(" ", said.statement.text, " ", states.render_basis_brief(said.statement, knowledge))
            if said
            else ""
        )
        rows.append([*row, join(cell.remark, told)] if remarks else row)
    columns = [
        say("Web server"),
        say("Port"),
        say("Browser gets"),
        say("Expected"),
        say("TLS seen"),
        *([say("Remark")] if remarks else []),
    ]
    caption = say("What {node} presents", node=make_visible(node))
    return make_table(
        caption=caption, columns=columns, rows=rows, class_="matrix", empty=say("Nothing to show.")
    )


def list_leaf_terms(certificate: Certificate) -> list[tuple[str, Markup | str]]:
    """The facts of a certificate that people compare."""
    shown = words.describe_names(certificate, _NAMES)
    begin, end = _format_day(certificate.not_before), _format_day(certificate.not_after)
    return [
        (say("Certificate"), words.describe_certificate(certificate)),
        (say("Subject"), str(certificate.subject)),
        (say("Issuer"), str(certificate.issuer)),
        (say("Names (SAN)"), shown or say_in("names", "none")),
        (say("Valid"), say("{begin} to {end}", begin=begin, end=end)),
        (say_in("certificate", "Signature"), str(certificate.signature_algorithm)),
        (say("SHA-256"), make_tag("code", certificate.sha256, class_="fingerprint")),
    ]


def _format_day(moment: object) -> str:
    return f"{moment:%Y-%m-%d}" if hasattr(moment, "strftime") else str(moment)
