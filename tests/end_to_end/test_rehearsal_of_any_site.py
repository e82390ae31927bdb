"""Any site that is led through any of its plans presents what the rehearsal foretold, by the lab's policy.

The sample sites are asked over TLS in `test_rehearsal_over_the_wire`; these many more by the policy alone.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings

from certlib import lab
from certlib.inventory import Agents, Site
from certlib.inventory import Node as Listed
from lab.driving import browser_gets, lab_site
from lab.foretold import plans, walked
from sites.holdings import EC_CA, LONG, RSA_CA, Node, assessed_site, ec, rsa, until
from sites.odd import OFF, ROLES, odd_sites

WAYS = [
    ("11.5(1)", "11.5(1)"),
    ("10.6(1)", "11.5(1)"),
    ("10.6(1)", "11.6(2)"),
    ("11.5(1)", "11.6(2)"),
    ("11.6(2)", "15.0(1)"),
    ("15.0(1)", "15.0(1)"),
    ("12.5(1)SU2", "15.0(1)"),
]
SIGNERS = (None, RSA_CA, EC_CA)
ENDING = (until(2026, 12, 1), until(2026, 12, 20))  # before the window, and soon after it
Odd = tuple[Site, Mapping[str, Node]]


@pytest.mark.parametrize("way", WAYS, ids=" to ".join)
def test_every_plan_of_every_kind_of_site_goes_in_the_lab_as_it_was_rehearsed(way: tuple[str, str]) -> None:
    wrong = [told for odd in sites(*way) for told in differing(odd)]
    assert wrong == []


@settings(max_examples=8)
@given(odd_sites())
def test_every_plan_of_any_site_goes_in_the_lab_as_it_was_rehearsed(odd: Odd) -> None:
    assert differing(odd) == []


def sites(release: str, target: str) -> Iterator[Odd]:
    """Sites with every kind of certificate, with each certificate type, with a COP and without.

    Where the last kind of tomcat-ECDSA is, also a pair of UCCX nodes whose tomcat ends soon.
    """
    era = lab.Node(role="uccx-publisher", name="any", release=release).era
    ecdsa = (None,) if era in ("none", "removed") else SIGNERS
    cops = (False, True) if era == "automatic" else (False,)
    cert_types = ("rsa", "ecdsa") if era == "opt-in" else ("unknown",)
    for by, ec_by, cop, cert_type in product(SIGNERS[:2], ecdsa, cops, cert_types):
        ending = [(("uccx1", "uccx2"), life) for life in ENDING if ec_by is ecdsa[-1]]
        for sides, life in ((tuple(ROLES), LONG), *ending):
            nodes, held = [], {}
            for side in sides:
                host, settable = f"{side}.example.test", side != "social"
                nodes.append(
                    Listed(
                        ROLES[side], host, host, release, target,
                        cops=(OFF[side],) if cop else (), cert_type=cert_type if settable else "unknown",
                    )
                )  # fmt: skip
                held[side] = Node(rsa(by, host, life=life), None if era == "none" else ec(ec_by, host))
            yield (
                Site(
                    customer="Example", id="example", title="", release=release, target_release=target,
                    upgrade_date=dt.date(2026, 12, 12), nodes=tuple(nodes),
                    agents=Agents(browsers=("chrome",), trusted_cas=(RSA_CA.sha256, EC_CA.sha256)),
                    ca_certificates=(RSA_CA.pem.decode(), EC_CA.pem.decode()),
                ),
                held,
            )  # fmt: skip


def differing(odd: Odd) -> list[str]:
    """Where a site is not as rehearsed in one of its plans."""
    described, holdings = odd
    start = lab_site(described, holdings)
    found = assessed_site(described, as_given_by(start, holdings))
    wrong = {str(one.option): walked(start, one, found, become=browser_gets) for one in plans(found)}
    return [
        f"{option}: {told} ({start})" for option, differences in wrong.items() for told in differences[:1]
    ]


def as_given_by(start: lab.Site, holdings: Mapping[str, Node]) -> dict[str, Node]:
    """The holdings, given to browsers as the lab's web servers do; what else is odd of them is left out."""
    given_out = browser_gets(start)
    return {
        side: replace(
            held,
            to_browsers=tuple(
                endpoint.rpartition("/")[2]
                for endpoint, got in given_out.items()
                if endpoint.startswith(f"{side}.") and got and got.identity == "tomcat-ECDSA"
            ),
            refuse_browsers=(),
            still={},
        )
        for side, held in holdings.items()
    }
