"""One assessment from end to end: what is observed, what it means now and after, and the verdict."""

from dataclasses import replace
from datetime import date
from functools import partial

from certlib.assess import checks
from certlib.assess.browsers import describe_browsers
from certlib.assess.context import Context
from certlib.assess.model import Assessment
from certlib.assess.observed import observe
from certlib.assess.options import judge_options
from certlib.assess.path import find_hops, find_reissues, find_stale_leaves
from certlib.assess.proof import Proof, read_proof
from certlib.assess.scenarios import describe_now, describe_repaired, describe_states, describe_upgraded
from certlib.assess.unchecked import list_not_checked
from certlib.assess.verdict import decide_verdict
from certlib.evidence import Evidence
from certlib.inventory import Endpoint, list_endpoints, list_every_endpoint
from certlib.knowledge import Knowledge, load
from certlib.language import in_language_of_site


@in_language_of_site
def assess_evidence(
    evidence: Evidence,
    *,
    knowledge: Knowledge | None = None,
    today: date | None = None,
    proof: Proof | None = None,
) -> Assessment:
    """See `certlib.assess.assess`."""
    known = knowledge or load()
    context = Context(
        evidence=evidence,
        knowledge=known,
        today=today or evidence.collected.date(),
        endpoints=_list_endpoints(evidence),
        observed=observe(evidence=evidence),
        proof=proof or read_proof(evidence),
    )
    first = describe_now(context)
    context = replace(context, scenarios=(first,))
    second = describe_upgraded(context)
    context = replace(context, scenarios=(first, second) if second else (first,))
    context = replace(context, hops=find_hops(context))
    findings = checks.run(context)
    context = replace(context, stale=find_stale_leaves(context))
    context = replace(context, reissues=find_reissues(context, findings))
    context = replace(context, repaired=describe_repaired(context))
    outcomes, recommended = judge_options(context)
    return Assessment(
        site=evidence.site,
        collected=evidence.collected,
        nodes=evidence.site.nodes,
        scenarios=context.scenarios,
        options=outcomes,
        recommended=recommended,
        findings=findings,
        not_checked=list_not_checked(context, findings=findings, recommended=recommended),
        verdict=decide_verdict(context, findings=findings),
        certificates=evidence.certificates,
        hops=context.hops,
        browsers=describe_browsers(context),
        reissues=context.reissues,
        stale=context.stale,
        base=context.base,
        foretell=partial(describe_states, context),
        knowledge=known,
    )


def _list_endpoints(evidence: Evidence) -> tuple[Endpoint, ...]:
    """The endpoints that the releases have, and those that the evidence knows all the same."""
    known = {endpoint.id for endpoint in list_endpoints(evidence.site)} | {
        presentation.endpoint for presentation in evidence.presentations
    }
    return tuple(endpoint for endpoint in list_every_endpoint(evidence.site) if endpoint.id in known)
