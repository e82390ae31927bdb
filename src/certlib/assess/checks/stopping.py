"""Whether what is wrong with a leaf is what stops an agent, today or in the scenario that decides."""

from collections.abc import Iterable
from typing import Literal

from certlib.assess.acceptance import severity
from certlib.assess.browsers import families
from certlib.assess.checks.given import given_then
from certlib.assess.context import Context
from certlib.assess.model import Scenario
from certlib.assess.observed import identity_of
from certlib.assess.refusal import treatment
from certlib.assess.trust import Trust
from certlib.knowledge import BrowserFamily

Harm = Literal["outage", "blocks", "asks", "unknown", "none"]


def harm(context: Context, *, node: str, leaf: str, trust: Trust, faults: Iterable[str]) -> Harm:
    """What the faults do to agents.

    They stop them today or then; bring a warning that is not there without them; nobody tried what the
    browser does; or nothing that the signature alone does not bring.
    """
    wanted = [fault for fault in faults if fault in trust.faults]
    used = [family for family, _ in families(context.site, context.knowledge)]
    worse = [family for family in used if _worse(family, wanted, trust, context)]
    if not worse:
        return "none"
    now, then = context.scenarios[0], context.deciding
    if any(_stops(one, now, context, node, leaf) for one in worse):
        return "outage"
    if given_then(context, node, leaf) == "agents" and any(
        _stops(one, then, context, node, leaf) for one in worse
    ):
        return "blocks"
    unknown = any(_treated(one, wanted, trust, context) is None for one in worse)
    return "unknown" if unknown else "asks"


def _treated(family: BrowserFamily, faults: Iterable[str], trust: Trust, context: Context) -> str | None:
    return treatment(
        faults,
        browser=family.id,
        vouched=trust.vouched,
        accepted=trust.accepted,
        refusals=context.knowledge.refusals,
    ).treatment


def _worse(family: BrowserFamily, faults: Iterable[str], trust: Trust, context: Context) -> bool:
    """Whether a browser treats the leaf worse with the faults than without them."""
    found, plain = (
        treatment(
            some,
            browser=family.id,
            vouched=trust.vouched,
            accepted=trust.accepted,
            refusals=context.knowledge.refusals,
        ).treatment
        for some in (faults, ())
    )
    return severity(found) > severity(plain)


def _stops(family: BrowserFamily, scenario: Scenario, context: Context, node: str, leaf: str) -> bool:
    """Whether it is at a web server with this leaf that agents with the browser are stopped."""
    return any(
        met.browser == family.id
        and met.outcome in ("cannot-be-accepted", "does-not-load")
        and met.node == node
        and _presents(scenario, context, f"{node}/{met.web_server}", leaf)
        for one in scenario.experiences
        for met in one.by_browser
    )


def _presents(scenario: Scenario, context: Context, endpoint: str, leaf: str) -> bool:
    cell = next((one for one in scenario.cells if one.endpoint == endpoint), None)
    if cell is None:
        return False
    if cell.observed:
        return cell.observed.browser == leaf
    seen = context.observed.get(endpoint)
    identity = identity_of(context.evidence.certificates.get(leaf))
    expected = {one.identity for one in cell.expected}
    return identity in expected or (not expected and seen is not None and seen.browser == leaf)
