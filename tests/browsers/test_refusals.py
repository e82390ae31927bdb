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
from browsers.cases import CASES, SIGNED, case, leaf, root
from browsers.der import Made, made
from browsers.server import serving
from certlib import x509
from certlib.assess.proof import Proof
from certlib.assess.trust import judge
from certlib.inventory import Agents, Site
from certlib.knowledge import load

pytestmark = pytest.mark.slow

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


@dataclass
class Happened:
    """What a browser did, by case; its version; what happened at a host with two ports."""

    outcomes: dict[tuple[str, str, str], tuple[str, str]]
    by_address: dict[str, tuple[str, str]]
    beside: list[str]
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
    host = "beside.example.test"
    wrong, good = leaf("other.example.net", "trusted-ca"), leaf(host, "trusted-ca")
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
        home = tmp_path_factory.mktemp(browser)
        running = stack.enter_context(started(browser, home, root("trusted-ca"), hosts=[host, *chains]))
        found = running.open_all([*pages, *by_address])
        return Happened(
            outcomes=dict(zip(SERVED, found, strict=False)),
            by_address=dict(zip(BY_ADDRESS, found[len(SERVED) :], strict=True)),
            beside=[outcome for outcome, _ in running.open_in_turn([first, second, first])],
            version=running.version,
        )


def started(browser: str, home: Path, trusted: Made, *, hosts: list[str]):
    """A browser whose store holds a root."""
    store = home / ".pki" / "nssdb" if browser == "chromium" else home
    store.mkdir(parents=True, exist_ok=True)
    (home / "root.der").write_bytes(trusted.der)
    for arguments in (
        ["-N", "--empty-password"],
        ["-A", "-n", "root", "-t", "C,,", "-i", str(home / "root.der")],
    ):
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
    wrong = {
        one: (did, concluded(*one, browser))
        for one, did in happened.outcomes.items()
        if concluded(*one, browser)
        not in ((did[0], None) if one[0] in BROKEN or one[1] in ODD else (did[0],))
    }
    assert wrong == {}


def test_a_host_that_is_called_by_its_address_needs_the_address_and_not_its_figures(browser, happened):
    assert {at: did for at, (did, _) in happened.by_address.items()} == BY_ADDRESS


def test_what_was_accepted_for_a_wrong_name_is_forgotten_beside_a_good_certificate_in_chromium_alone(
    browser, happened
):
    again = {"chromium": "can-proceed", "firefox": "loads"}[browser]
    assert happened.beside == ["can-proceed", "loads", again]
    assert load().browsers[browser].forgets is (again == "can-proceed")


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
