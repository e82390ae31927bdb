"""The checks by subject: each is a function of the context that answers with findings."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date

from certlib.assess.checks import (
    chains,
    ecdsa_and_cops,
    keys,
    names,
    nodes,
    same_certificate,
    servers,
    upgrade,
    usages,
    validity,
)
from certlib.assess.context import Context
from certlib.assess.model import QUIET, Finding
from certlib.inventory import Waiver

Check = Callable[[Context], tuple[Finding, ...]]

CHECKS: dict[str, Check] = {  # by id, with which their entries stand in knowledge/checks.yaml
    "agents-can-work": upgrade.check_agents_can_work,
    "endpoint-answers": servers.check_endpoint_answers,
    "same-certificate-on-port": same_certificate.check_same_certificate_on_port,
    "same-certificate-at-addresses": same_certificate.check_same_certificate_at_addresses,
    "presented-as-expected": servers.check_presented_as_expected,
    "ecdsa-signed-by-rsa": ecdsa_and_cops.check_ecdsa_signed_by_rsa,
    "valid-on-upgrade-day": validity.check_valid_on_upgrade_day,
    "expires-soon": validity.check_expires_soon,
    "signature-hash": keys.check_signature_hash,
    "rsa-key-size": keys.check_rsa_key_size,
    "ec-curve": keys.check_ec_curve,
    "cop-effective": ecdsa_and_cops.check_cop_effective,
    "cop-published": ecdsa_and_cops.check_cop_published,
    "self-signed": chains.check_self_signed,
    "same-certificate-on-node": same_certificate.check_same_certificate_on_node,
    "nodes-alike": nodes.check_nodes_alike,
    "name-in-certificate": names.check_name_in_certificate,
    "dns-name": names.check_dns_name,
    "wildcard-name": names.check_wildcard_name,
    "san-shared-with-socialminer": names.check_san_shared_with_socialminer,
    "san-of-both-uccx-nodes": names.check_san_of_both_uccx_nodes,
    "chain-root-trusted-by-agents": chains.check_chain_root_trusted_by_agents,
    "chain-complete": chains.check_chain_complete,
    "extended-key-usage": usages.check_extended_key_usage,
    "taken-by-browsers": chains.check_taken_by_browsers,
    "public-ca-client-authentication": validity.check_public_ca_client_authentication,
    "public-ca-validity": validity.check_public_ca_validity,
    "tls-versions": servers.check_tls_versions,
    "way-published": upgrade.check_way_published,
    "trust-uploads": upgrade.check_trust_uploads,
    "ca-pruning": upgrade.check_ca_pruning,
    "critical-extensions": usages.check_critical_extensions,
    "key-usage-data-encipherment": usages.check_key_usage_data_encipherment,
    "rsa-key-over-2048": keys.check_rsa_key_over_2048,
    "same-key-on-two-nodes": keys.check_same_key_on_two_nodes,
    "certificate-readable": usages.check_certificate_readable,
    "covered-by-table": upgrade.check_covered_by_table,
    "waivers-current": upgrade.check_waivers_current,
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
    findings = [finding for check in CHECKS.values() for finding in check(context)]
    findings.sort(key=lambda finding: ORDER.index(finding.state))
    return apply_waivers(findings, waivers=context.site.waivers, today=context.today)


def apply_waivers(
    findings: Iterable[Finding], *, waivers: Iterable[Waiver], today: date
) -> tuple[Finding, ...]:
    """The findings in their order, each that a valid waiver covers with the one that holds longest."""
    valid = sorted(
        (waiver for waiver in waivers if waiver.until >= today), key=lambda waiver: waiver.until, reverse=True
    )
    return tuple(
        replace(finding, waiver=next((waiver for waiver in valid if _covers(waiver, finding)), None))
        for finding in findings
    )


def _covers(waiver: Waiver, finding: Finding) -> bool:
    """A waiver covers its check's objections, everywhere or where it says; a pass needs none."""
    return (
        finding.state not in QUIET
        and waiver.check == finding.check
        and waiver.node in (None, finding.node)
        and waiver.endpoint in (None, finding.endpoint)
    )
