"""The checks: one module each, with a function `check(context)` that answers with findings."""

from collections.abc import Callable

from certlib.assess.checks import (
    agents_can_work,
    certificate_readable,
    chain_root_trusted_by_agents,
    cop_effective,
    covered_by_table,
    ecdsa_signed_by_rsa,
    endpoint_answers,
    name_in_certificate,
    nodes_alike,
    presented_as_expected,
    same_certificate_on_node,
    valid_on_upgrade_day,
)
from certlib.assess.context import Context
from certlib.assess.model import Finding

Check = Callable[[Context], tuple[Finding, ...]]

CHECKS: dict[str, Check] = {
    module.CHECK: module.check
    for module in (
        agents_can_work,
        endpoint_answers,
        presented_as_expected,
        ecdsa_signed_by_rsa,
        valid_on_upgrade_day,
        cop_effective,
        same_certificate_on_node,
        nodes_alike,
        name_in_certificate,
        chain_root_trusted_by_agents,
        certificate_readable,
        covered_by_table,
    )
}

# The worst first; among equals the order of CHECKS.
ORDER = (
    "blocks", "outage", "error", "action", "manual", "after-upgrade", "information", "pass", "not-applicable"
)  # fmt: skip


def run(context: Context) -> tuple[Finding, ...]:
    """Every check's findings, the worst first."""
    found = [one for check in CHECKS.values() for one in check(context)]
    return tuple(sorted(found, key=lambda one: ORDER.index(one.state)))
