"""Every row of knowledge/refusals.yaml, served over TLS on loopback to the browsers of this machine.

What each browser did is held against the file, and against what certlib makes of the same chain.
"""

import datetime as dt
import shutil
import socket
import subprocess
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from browsers import chromium as of_chromium
from browsers import firefox as of_firefox
from browsers.cases import CA_TRUE, CASES, SIGNED, case, leaf, root
from browsers.der import Made, made
from browsers.server import serving
from certlib import x509
from certlib.assess.proof import Proof
from certlib.assess.trust import judge
from certlib.inventory import Agents, Site
from certlib.knowledge import load

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browsers")]

PROGRAMS = {"chromium": of_chromium.PROGRAM, "firefox": of_firefox.PROGRAM}
TODAY = dt.datetime.now(dt.UTC).date()
# Every variant where a trusted CA signs; otherwise one of each entry, signed by itself where that can be.
SERVED = [
    (entry, variant, signed)
    for entry, variants in CASES.items()
    for variant in variants
    for signed in SIGNED
    if case(entry, variant, signed)[1]
    and (
        signed == "trusted-ca"
        or (variant == next(iter(variants)) and (signed == "itself" or not case(entry, variant, "itself")[1]))
    )
]
# Subjects that Chromium takes and not every parser.
ODD = [one for one in CASES["plain"] if one.startswith(("star-", "subject-"))]
BROKEN = ("form-text", "form-version", "form-time", "names-broken")
BY_ADDRESS = {"127.0.0.2": "loads", "127.0.0.3": "can-proceed"}  # its iPAddress; its figures as a dNSName
# Self-signed certificates in what the browser trusts, as a peer ("P,,") or as a CA ("C,,"): how, and whether
# marked as a CA's.
LAID = {"peer": ("P,,", False), "ca": ("C,,", False), "ca-true": ("C,,", True)}


@dataclass
class Happened:
    """What a browser did, by case; its version; what happened at hosts with two ports."""

    outcomes: dict[tuple[str, str, str], tuple[str, str]]
    by_address: dict[str, tuple[str, str]]
    beside: list[str]
    strict: list[str]
    laid: dict[str, str]
    version: str


def missing(browser: str) -> str:
    """Why a browser cannot be asked; empty when it can."""
    if shutil.which("certutil") is None:
        return "no certutil on this machine (package libnss3-tools)"
    return "" if PROGRAMS[browser] else f"no {browser} on this machine"


@pytest.fixture(scope="module", params=PROGRAMS)
def browser(request):
    if why := missing(request.param):
        pytest.skip(why)
    return request.param


@pytest.fixture(scope="module")
def happened(browser, tmp_path_factory):
    """Each case in a browser with the throw-away root among what it trusts."""
    chains = {}
    for one in SERVED:
        host, served = case(*one)
        chains[host] = served.chain
    host, strict = "beside.example.test", "strict.example.test"
    wrong, good = leaf("other.example.net", "trusted-ca"), leaf(host, "trusted-ca")
    of_strict = leaf(strict, "trusted-ca")
    laid = {
        f"laid-{one}.example.test": made(None, f"laid-{one}.example.test", constraints=CA_TRUE if ca else b"")
        for one, (_, ca) in LAID.items()
    }
    chains |= {one: served.chain for one, served in laid.items()}
    addresses = {
        "127.0.0.2": made(root("trusted-ca"), "n", names=(bytes((127, 0, 0, 2)),)),
        "127.0.0.3": made(root("trusted-ca"), "n", names=("127.0.0.3",)),
    }
    with ExitStack() as stack:
        port = stack.enter_context(serving(chains))
        pages = [f"https://{case(*one)[0]}:{port}/" for one in SERVED]
        by_address = [
            f"https://{at}:{stack.enter_context(serving({'n': one.chain}, address=at))}/"
            for at, one in addresses.items()
        ]
        first, second = (
            f"https://{host}:{stack.enter_context(serving({host: one.chain}))}/" for one in (wrong, good)
        )
        at_strict = [
            f"https://{strict}:{stack.enter_context(serving({strict: one.chain}, strict=one is of_strict))}/"
            for one in (of_strict, wrong)
        ]
        home = tmp_path_factory.mktemp(browser)
        trusted = [(root("trusted-ca"), "C,,")]
        trusted += [(served, flags) for served, (flags, _) in zip(laid.values(), LAID.values(), strict=True)]
        running = stack.enter_context(started(browser, home, trusted, hosts=[host, strict, *chains]))
        of_laid = [f"https://{one}:{port}/" for one in laid]
        results = iter(running.open_all([*pages, *by_address, *of_laid]))
        return Happened(
            outcomes={one: next(results) for one in SERVED},
            by_address={one: next(results) for one in BY_ADDRESS},
            laid={one: next(results)[0] for one in LAID},
            beside=[outcome for outcome, _ in running.open_in_turn([first, second, first])],
            strict=[outcome for outcome, _ in running.open_in_turn(at_strict)],
            version=running.version,
        )


def started(browser: str, home: Path, trusted: list[tuple[Made, str]], *, hosts: list[str]):
    """A browser whose store holds certificates, each with certutil's flags."""
    store = home / ".pki" / "nssdb" if browser == "chromium" else home
    store.mkdir(parents=True, exist_ok=True)
    commands = [["-N", "--empty-password"]]
    for at, (one, flags) in enumerate(trusted):
        (home / f"{at}.der").write_bytes(one.der)
        commands.append(["-A", "-n", f"{at}", "-t", flags, "-i", str(home / f"{at}.der")])
    for arguments in commands:
        subprocess.run(["certutil", "-d", f"sql:{store}", *arguments], check=True, capture_output=True)
    if browser == "chromium":
        return of_chromium.chromium(home)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    return of_firefox.firefox(home, port=port, hosts=hosts)


def said(entry: str, signed: str, browser: str) -> str:
    """What the file says of a case."""
    if entry in ("plain", "expired"):
        return "loads" if (entry, signed) == ("plain", "trusted-ca") else "can-proceed"
    known = next(one for one in load().refusals[entry].treated if one.browser == browser)
    return known.trusted if signed == "trusted-ca" else known.untrusted


def concluded(entry: str, variant: str, signed: str, browser: str) -> str | None:
    """What certlib makes of the chain."""
    host, one = case(entry, variant, signed)
    read = [x509.read(each.der) for each in one.chain]
    trusted = root("trusted-ca")
    found = judge(
        chain=[each.sha256 for each in read],
        certificates={each.sha256: each for each in read},
        host=host,
        site=Site(
            customer="Example", id="example", title="Example", release="11.5(1)", target_release="11.5(1)",
            upgrade_date=None, nodes=(), agents=Agents(trusted_cas=(x509.read(trusted.der).sha256,)),
            ca_certificates=(trusted.pem.decode(),),
        ),
        proof=Proof(
            certificates={each.sha256: each.der for each in read}, trusted=(trusted.pem,)
        ),
        on=TODAY,
    )  # fmt: skip
    return found.refused(load().browsers[browser], load()).treatment


def test_each_browser_does_what_the_file_says(browser, happened):
    wrong = {
        one: (did, said(one[0], one[2], browser))
        for one, did in happened.outcomes.items()
        if did[0] != said(one[0], one[2], browser)
    }
    assert wrong == {}


def test_certlib_concludes_from_the_same_chain_what_the_browser_did(browser, happened):
    """Or that it is open, where the certificate cannot be read and a browser shows a page all the same."""
    wrong = {}
    for one, did in happened.outcomes.items():
        may_be_open = one[0] in BROKEN or one[1] in ODD
        found = concluded(*one, browser)
        if found != did[0] and not (may_be_open and found is None):
            wrong[one] = (did, found)
    assert wrong == {}


def test_a_host_that_is_called_by_its_address_needs_the_address_and_not_its_figures(browser, happened):
    assert {at: did for at, (did, _) in happened.by_address.items()} == BY_ADDRESS


def test_what_was_accepted_for_a_wrong_name_is_forgotten_beside_a_good_certificate_in_chromium_alone(
    browser, happened
):
    again = {"chromium": "can-proceed", "firefox": "loads"}[browser]
    assert happened.beside == ["can-proceed", "loads", again]
    assert load().browsers[browser].forgets is (again == "can-proceed")


def test_where_a_trusted_page_sent_hsts_no_certificate_is_accepted_on_another_port_of_the_host(
    browser, happened
):
    assert happened.strict == ["loads", "no-way-on"]


def test_a_self_signed_certificate_in_a_store_loads_as_a_peer_and_in_chromium_not_as_a_ca_that_it_is_not(
    browser, happened
):
    as_ca = {"chromium": "no-way-on", "firefox": "loads"}[browser]
    assert happened.laid == {"peer": "loads", "ca": as_ca, "ca-true": "loads"}


def test_every_entry_of_the_file_is_served():
    assert {*CASES} - {"plain", "expired"} == {*load().refusals}


def test_the_browser_has_the_version_of_the_file_or_the_other_version_is_told(browser, happened):
    measured = {
        known.basis.section
        for entry in load().refusals.values()
        for known in entry.treated
        if known.browser == browser and known.basis.kind == "measured"
    }
    (section,) = measured
    if section.split()[-1] != happened.version:
        pytest.skip(f"{section} is in the file, {happened.version} on this machine")
