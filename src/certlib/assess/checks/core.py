"""How a check words its answers: its entry in the knowledge gives remedy, procedures and figures."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import fields, replace

from certlib.assess.context import Context, has_any_certificate
from certlib.assess.model import QUIET, Finding, FindingState, Statement, make_statement
from certlib.inventory import Endpoint
from certlib.knowledge import Basis
from certlib.language import join_list, say
from certlib.x509 import Certificate, Unreadable


def make_finding(
    context: Context,
    check: str,
    *,
    state: FindingState,
    text: str,
    node: str | None = None,
    endpoint: str | None = None,
    evidence: tuple[str, ...] = (),
    basis: Basis | None = None,
    remedy: str | None = None,
    options: tuple[str, ...] = (),
) -> Finding:
    """A check's answer. With evidence it is observed, else it rests on `basis` or on the check's own."""
    entry = context.knowledge.checks[check]
    why = basis or entry.basis
    fault = state not in QUIET
    return Finding(
        check=check,
        state=state,
        node=node,
        endpoint=endpoint,
        statement=Statement(text, "observed", None, evidence) if evidence else make_statement(text, why),
        remedy=(entry.remedy if remedy is None else remedy) if fault else "",
        options=options if fault else (),
        procedures=entry.procedures if fault else (),
    )


def report_leaf(
    context: Context,
    check: str,
    *,
    leaf: str,
    endpoints: Sequence[Endpoint],
    state: FindingState,
    text: str,
    remedy: str | None = None,
) -> Finding:
    """A finding about a leaf, at the first of the endpoints of one node that present it."""
    return make_finding(
        context,
        check,
        state=state,
        node=endpoints[0].node,
        endpoint=endpoints[0].id,
        text=text,
        evidence=(leaf, *(endpoint.id for endpoint in endpoints)),
        remedy=remedy,
    )


def conclude(
    context: Context,
    check: str,
    *,
    faults: Sequence[Finding],
    judged: Iterable[str],
    text: str,
    nothing: str | None = None,
    about_leaves: bool = True,
    unseen: Iterable[str] = (),
    nodes: Collection[str] | None = None,
    chains: bool = False,
) -> tuple[Finding, ...]:
    """The faults; or one pass over all that was judged; or, with nothing to judge, not applicable.

    A check of certificates passes only where one was seen of each node that it is about (`nodes`; None: all),
    and could be read, with `chains` also those sent with it; else it says for information what was not seen,
    with what the check itself knows to be `unseen`.
    """
    if faults:
        return tuple(faults)
    evidence = tuple(dict.fromkeys(judged))
    if not evidence:
        why = nothing or say("There was nothing to check.")
        return (make_finding(context, check, state="not-applicable", text=why),)
    blind = _find_unseen(context, nodes, chains=chains) if about_leaves else ()
    unsure = _find_unsure(context, nodes) if about_leaves else ()
    places = tuple(place for place in dict.fromkeys((*blind, *unseen)) if place not in unsure)
    if places or unsure:
        partly = (
            say(
                "{text} Not checked: {places}, as no certificate came from there, or it cannot be read.",
                text=text,
                places=join_list(*places),
            )
            if places
            else text
        )
        if unsure:
            partly = say(
                "{text} Not judged: {places}, whose answers do not fit together.",
                text=partly,
                places=join_list(*unsure),
            )
        known = make_finding(context, check, state="information", text=partly, evidence=evidence, remedy="")
        return (replace(known, procedures=()),)
    return (make_finding(context, check, state="pass", text=text, evidence=evidence),)


def _find_unseen(context: Context, nodes: Collection[str] | None, *, chains: bool) -> tuple[str, ...]:
    """The nodes of which no certificate was seen, and the endpoints whose certificate cannot be read."""
    known = context.evidence.certificates
    cells = [cell for cell in context.scenarios[0].endpoints if nodes is None or cell.node in nodes]
    alive = {cell.node for cell in cells if has_any_certificate(cell.observed)}
    silent = [cell.node for cell in cells if cell.node not in alive and cell.presence is None]
    unreadable = [
        presentation.endpoint
        for presentation in context.evidence.presentations
        if (nodes is None or presentation.endpoint.rpartition("/")[0] in nodes)
        and not all(
            map(_is_readable, map(known.get, presentation.chain if chains else presentation.chain[:1]))
        )
    ]
    return tuple(dict.fromkeys((*silent, *unreadable)))


def _find_unsure(context: Context, nodes: Collection[str] | None) -> tuple[str, ...]:
    """The endpoints of whose certificates nothing is concluded, as their answers do not fit together."""
    cells = [cell for cell in context.scenarios[0].endpoints if nodes is None or cell.node in nodes]
    return tuple(cell.endpoint for cell in cells if cell.observed and cell.observed.unsure)


def _is_readable(certificate: Certificate | None) -> bool:
    return certificate is not None and not any(
        isinstance(getattr(certificate, field.name), Unreadable) for field in fields(certificate)
    )


def find_node_leaves(context: Context) -> list[tuple[str, str, list[Endpoint]]]:
    """Every leaf with each node that shows it, and the endpoints that do: (node, SHA-256, endpoints)."""
    shown: dict[tuple[str, str], list[Endpoint]] = {}
    for endpoint in context.endpoints:
        seen = context.observed.get(endpoint.id)
        for leaf in dict.fromkeys((seen.browser, seen.rsa, seen.ecdsa) if seen else ()):
            if leaf:
                shown.setdefault((endpoint.node, leaf), []).append(endpoint)
    return [(node, leaf, endpoints) for (node, leaf), endpoints in shown.items()]
