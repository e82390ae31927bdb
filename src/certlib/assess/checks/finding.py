"""How a check words its answers: text, remedy and procedures come from its entry in the knowledge."""

from collections.abc import Iterable, Sequence

from certlib.assess.context import Context
from certlib.assess.model import Finding, FindingState, Statement
from certlib.inventory import Endpoint
from certlib.knowledge import Basis


def finding(
    *,
    context: Context,
    check: str,
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
    fault = state not in ("pass", "not-applicable")
    return Finding(
        check=check,
        state=state,
        node=node,
        endpoint=endpoint,
        statement=Statement(text, "observed", None, evidence) if evidence else Statement(text, why.kind, why),
        remedy=(entry.remedy if remedy is None else remedy) if fault else "",
        options=options if fault else (),
        procedures=entry.procedures if fault else (),
    )


def all_well(
    *,
    context: Context,
    check: str,
    faults: Sequence[Finding],
    judged: Iterable[str],
    text: str,
    nothing: str | None = None,
) -> tuple[Finding, ...]:
    """The faults; or one pass over all that was judged; or, with nothing to judge, not applicable."""
    if faults:
        return tuple(faults)
    evidence = tuple(dict.fromkeys(judged))
    if not evidence:
        why = nothing or context.knowledge.say("checks.nothing")
        return (finding(context=context, check=check, state="not-applicable", text=why),)
    return (finding(context=context, check=check, state="pass", text=text, evidence=evidence),)


def node_leaves(context: Context) -> list[tuple[str, str, list[Endpoint]]]:
    """Every leaf with each node that shows it, and the endpoints that do: (node, SHA-256, endpoints)."""
    shown: dict[tuple[str, str], list[Endpoint]] = {}
    for endpoint in context.endpoints:
        seen = context.observed.get(endpoint.id)
        for leaf in dict.fromkeys((seen.browser, seen.rsa, seen.ecdsa) if seen else ()):
            if leaf:
                shown.setdefault((endpoint.node, leaf), []).append(endpoint)
    return [(node, leaf, endpoints) for (node, leaf), endpoints in shown.items()]
