"""One assessment from end to end: what is observed, what it means now and after, and the verdict."""

from dataclasses import replace
from datetime import date
from functools import partial

from certlib.assess import checks
from certlib.assess.browsers import told
from certlib.assess.context import Context
from certlib.assess.hops import hops
from certlib.assess.model import Assessment
from certlib.assess.observed import observe
from certlib.assess.options import options
from certlib.assess.proof import Proof, proof_of
from certlib.assess.reissues import reissues, stale_leaves
from certlib.assess.scenarios import foretold, now, repaired_base, upgraded
from certlib.assess.unchecked import not_checked
from certlib.assess.verdict import verdict
from certlib.evidence import Evidence
from certlib.inventory import Endpoint, endpoints, every_endpoint
from certlib.knowledge import Knowledge, load
from certlib.language import in_language_of_site


@in_language_of_site
def assessed(
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
        endpoints=_shown(evidence),
        observed=observe(evidence=evidence),
        proof=proof or proof_of(evidence),
    )
    first = now(context)
    context = replace(context, scenarios=(first,))
    second = upgraded(context)
    context = replace(context, scenarios=(first, second) if second else (first,))
    way = hops(context)
    context = replace(context, hops=way)
    findings = checks.run(context)
    context = replace(context, stale=stale_leaves(context))
    context = replace(context, reissues=reissues(context, findings))
    context = replace(context, repaired=repaired_base(context))
    outcomes, recommended = options(context)
    return Assessment(
        site=evidence.site,
        collected=evidence.collected,
        nodes=evidence.site.nodes,
        scenarios=context.scenarios,
        options=outcomes,
        recommended=recommended,
        findings=findings,
        not_checked=not_checked(context, recommended=recommended, way=way),
        verdict=verdict(context, findings=findings),
        certificates=evidence.certificates,
        hops=way,
        browsers=told(context),
        reissues=context.reissues,
        stale=context.stale,
        base=context.base,
        foretell=partial(foretold, context),
    )


def _shown(evidence: Evidence) -> tuple[Endpoint, ...]:
    """The endpoints that the releases have, and those that the evidence knows all the same."""
    known = {one.id for one in endpoints(evidence.site)} | {one.endpoint for one in evidence.presentations}
    return tuple(one for one in every_endpoint(evidence.site) if one.id in known)
