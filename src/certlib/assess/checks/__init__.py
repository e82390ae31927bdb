"""The checks: one module each, with a function `check(context)` that answers with findings."""

from collections.abc import Callable

from certlib.assess.checks import (
    agents_can_work,
    ca_pruning,
    certificate_readable,
    chain_complete,
    chain_root_trusted_by_agents,
    cop_effective,
    cop_published,
    covered_by_table,
    critical_extensions,
    dns_name,
    ec_curve,
    ecdsa_signed_by_rsa,
    endpoint_answers,
    expires_soon,
    extended_key_usage,
    key_usage_data_encipherment,
    name_in_certificate,
    nodes_alike,
    presented_as_expected,
    public_ca_client_authentication,
    public_ca_validity,
    rsa_key_over_2048,
    rsa_key_size,
    same_certificate_at_addresses,
    same_certificate_on_node,
    same_certificate_on_port,
    same_key_on_two_nodes,
    san_of_both_uccx_nodes,
    san_shared_with_socialminer,
    self_signed,
    signature_hash,
    taken_by_browsers,
    tls_versions,
    trust_uploads,
    valid_on_upgrade_day,
    waivers_current,
    way_published,
    wildcard_name,
)
from certlib.assess.context import Context
from certlib.assess.model import Finding
from certlib.assess.waivers import accepted

Check = Callable[[Context], tuple[Finding, ...]]

CHECKS: dict[str, Check] = {
    module.CHECK: module.check
    for module in (
        agents_can_work,
        endpoint_answers,
        same_certificate_on_port,
        same_certificate_at_addresses,
        presented_as_expected,
        ecdsa_signed_by_rsa,
        valid_on_upgrade_day,
        expires_soon,
        signature_hash,
        rsa_key_size,
        ec_curve,
        cop_effective,
        cop_published,
        self_signed,
        same_certificate_on_node,
        nodes_alike,
        name_in_certificate,
        dns_name,
        wildcard_name,
        san_shared_with_socialminer,
        san_of_both_uccx_nodes,
        chain_root_trusted_by_agents,
        chain_complete,
        extended_key_usage,
        taken_by_browsers,
        public_ca_client_authentication,
        public_ca_validity,
        tls_versions,
        way_published,
        trust_uploads,
        ca_pruning,
        critical_extensions,
        key_usage_data_encipherment,
        rsa_key_over_2048,
        same_key_on_two_nodes,
        certificate_readable,
        covered_by_table,
        waivers_current,
    )
}

# The worst first; among equals the order of CHECKS.
ORDER = (
    "blocks",
    "outage",
    "error",
    "action",
    "manual",
    "after-upgrade",
    "information",
    "pass",
    "not-applicable",
)


def run(context: Context) -> tuple[Finding, ...]:
    """Every check's findings, the worst first; those that the inventory accepts say so."""
    found = [one for check in CHECKS.values() for one in check(context)]
    found.sort(key=lambda one: ORDER.index(one.state))
    return accepted(found, waivers=context.site.waivers, today=context.today)
