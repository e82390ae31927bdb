"""The matrix: web server by certificate, and the same node by node."""

from collections.abc import Iterable, Mapping
from typing import Any

from certlib import words
from certlib.assess import Assessment, EndpointState, NodeState
from certlib.language import in_language_of_site, say
from certlib.show.findings import find_asking
from certlib.show.render import Display, render
from certlib.tables.matrix import OFFERS, make_expected_cell, make_matrix, make_offer_cells
from certlib.text import make_visible
from certlib.x509 import Certificate


@in_language_of_site
def matrix(assessment: Assessment) -> Display:
    """The matrix: what each offer got, what is expected now, after the upgrade, after the advice."""
    offers = (say("Browser gets"), say("RSA offer gets"), say("ECDSA offer gets"))
    heads = {
        "web_server": say("Web server"),
        "port": say("Port"),
        **dict(zip(OFFERS, offers, strict=True)),
        "expected_now": say("Expected now"),
        **_name_later(assessment, say("After the upgrade"), say("After the recommended steps")),
    }
    html = render("matrix", assessment.site, table=make_matrix(assessment), heads=heads)
    return Display(html=html, text=matrix_text(assessment))


@in_language_of_site
def matrix_text(assessment: Assessment) -> str:
    """The matrix for a terminal."""
    heads = {
        "node": say("node"),
        "web_server": say("web server"),
        "port": say("port"),
        "browser_gets": say("a browser gets"),
        **_name_later(assessment, say("after the upgrade"), say("after the recommended steps")),
    }
    return make_matrix(assessment).align(heads)


def _name_later(assessment: Assessment, upgraded: str, recommended: str) -> Mapping[str, str]:
    """The heads of the columns on what is to come, as far as there are such."""
    heads = {"after_upgrade": upgraded} if assessment.after_upgrade else {}
    return heads | ({"after_recommended": recommended} if assessment.after_recommended else {})


@in_language_of_site
def nodes(assessment: Assessment) -> Display:
    """Node by node: its combination, its certificates, what each web server presented, in which TLS."""
    now = assessment.now
    written = {node.name: node.release_written for node in assessment.nodes}
    shown = [_view_node(state, written.get(state.node, ""), assessment) for state in now.nodes]
    html = render("nodes", assessment.site, nodes=shown)
    return Display(html=html, text="\n".join(make_visible(state.statement.text) for state in now.nodes))


def _view_node(node: NodeState, written: str, assessment: Assessment) -> Mapping[str, Any]:
    """`written`: the node's release as the inventory has it, where the nearest known one stands for it."""
    knowledge = assessment.knowledge
    states = [state for state in assessment.now.endpoints if state.node == node.node]
    observed = [state.observed for state in states if state.observed]
    return {
        "state": node,
        "role": words.describe_role(node.role),
        "release": words.describe_release(node.release, written),
        "rsa": _list_held((found.rsa for found in observed), assessment.certificates),
        "ecdsa": _list_held((found.ecdsa for found in observed), assessment.certificates),
        "cops": ", ".join(knowledge.cops[cop].title for cop in node.cops),
        "remarks": any(state.remark or state.presence for state in states),
        "rows": [_view_server(state, assessment) for state in states],
        "findings": find_asking(assessment, node.node),
    }


def _view_server(state: EndpointState, assessment: Assessment) -> Mapping[str, Any]:
    browser, *_ = make_offer_cells(state, assessment)
    return {
        "endpoint": next(place for place in assessment.endpoints if place.id == state.endpoint),
        "browser": browser,
        "expected": make_expected_cell(state),
        "versions": ", ".join(state.observed.versions) if state.observed else "",
        "remark": state.remark,
        "presence": state.presence,
    }


def _list_held(leaves: Iterable[str | None], known: Mapping[str, Certificate]) -> list[Mapping[str, str]]:
    """The distinct leaves of one kind that a node presented; more than one is unusual and a finding."""
    return [{"signed": _describe_leaf(known[leaf]), "sha256": leaf} for leaf in dict.fromkeys(leaves) if leaf]


def _describe_leaf(certificate: Certificate) -> str:
    how, end = words.describe_signature(certificate.kind), words.format_date(certificate.not_after)
    if certificate.kind == "self-signed":
        return say("{signed}, valid to {end}, SHA-256", signed=how, end=end)
    issuer = certificate.issuer_cn or certificate.issuer
    return say("{signed} by {issuer}, valid to {end}, SHA-256", signed=how, issuer=issuer, end=end)
