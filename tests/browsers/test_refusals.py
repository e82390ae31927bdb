"""Every row of knowledge/refusals.yaml, served over TLS on loopback to the browsers of this machine.

What each browser did is held against the file, and against what certlib makes of the same chain.
"""

import datetime as dt
import shutil
import socket
import subprocess
import warnings
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
BY_ADDRESS = {"127.0.0.2": "loads", "127.0.0.3": "can-proceed"}  # its iPAddress; its figures as a dNSName
# Each part is asked for within a test of its own, so that none takes long on a busy machine.
PARTS = {
    "well": [one for one in SERVED if one[0] == "plain" and one[2] == "trusted-ca"],
    "trusted": [one for one in SERVED if one[0] != "plain" and one[2] == "trusted-ca"],
    "not-trusted": [one for one in SERVED if one[2] != "trusted-ca"],
}
# A self-signed certificate in what the browser trusts: as a peer ("P,,") or as a CA ("C,,"), marked as a CA's
# or not, and what each browser then does.
SIGNS = ("digital_signature", "key_cert_sign")
LAID = {
    "peer": ("P,,", {}, {"chromium": "loads", "firefox": "can-proceed"}),
    "ca": ("C,,", {}, {"chromium": "no-way-on", "firefox": "loads"}),
    "ca-true": ("C,,", {"constraints": CA_TRUE}, {"chromium": "no-way-on", "firefox": "can-proceed"}),
    "ca-signs": (
        "C,,",
        {"constraints": CA_TRUE, "usage": SIGNS},
        {"chromium": "loads", "firefox": "can-proceed"},
    ),
}


@dataclass(frozen=True)
class Served:
    """A running browser, which trusts the throw-away root, and what it may be asked for."""

    browser: of_chromium.Chromium | of_firefox.Firefox
    port: int  # of every case and of what is laid into its store
    addresses: dict[str, str]
    beside: dict[str, str]  # a wrong name and a good one, on two ports of a host
    strict: dict[str, str]  # the same, where the good one sends HSTS

    def open_all(self, hosts: list[str]) -> list[tuple[str, str]]:
        """What becomes of the page of each host."""
        return self.browser.open_all([f"https://{host}:{self.port}/" for host in hosts])


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
def served(browser, tmp_path_factory):
    """The browser with every server that it is sent to."""
    chains = {case(*one)[0]: case(*one)[1].chain for one in SERVED}
    laid = {laid_host(one): made(None, laid_host(one), **facts) for one, (_, facts, _) in LAID.items()}
    chains |= {host: one.chain for host, one in laid.items()}
    wrong = leaf("other.example.net", "trusted-ca")
    addresses = {
        "127.0.0.2": made(root("trusted-ca"), "n", names=(bytes((127, 0, 0, 2)),)),
        "127.0.0.3": made(root("trusted-ca"), "n", names=("127.0.0.3",)),
    }
    with ExitStack() as stack:

        def two_ports(host, *, strict):
            pair = {"wrong": (wrong, False), "good": (leaf(host, "trusted-ca"), strict)}
            return {
                which: f"https://{host}:{stack.enter_context(serving({host: one.chain}, strict=told))}/"
                for which, (one, told) in pair.items()
            }

        hosts = {"beside": "beside.example.test", "strict": "strict.example.test"}
        trusted = [(root("trusted-ca"), "C,,")]
        trusted += [(laid[laid_host(one)], flags) for one, (flags, _, _) in LAID.items()]
        home = tmp_path_factory.mktemp(browser)
        yield Served(
            port=stack.enter_context(serving(chains)),
            addresses={
                at: f"https://{at}:{stack.enter_context(serving({'n': one.chain}, address=at))}/"
                for at, one in addresses.items()
            },
            beside=two_ports(hosts["beside"], strict=False),
            strict=two_ports(hosts["strict"], strict=True),
            browser=stack.enter_context(started(browser, home, trusted, hosts=[*hosts.values(), *chains])),
        )


@pytest.fixture(scope="module", params=PARTS)
def outcomes(request, served):
    """What the browser did with each case of a part."""
    part = PARTS[request.param]
    return dict(zip(part, served.open_all([case(*one)[0] for one in part]), strict=True))


def laid_host(one: str) -> str:
    """The host whose certificate is laid into the browser's store."""
    return f"laid-{one}.example.test"


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
    return found.find_treatment(load().browsers[browser], load()).treatment


def test_another_version_than_the_files_is_told(browser, served):
    measured = {
        known.basis.section
        for entry in load().refusals.values()
        for known in entry.treated
        if known.browser == browser and known.basis.kind == "measured"
    }
    (section,) = measured
    if section.split()[-1] != served.browser.version:
        warnings.warn(f"{section} is in the file, {served.browser.version} on this machine", stacklevel=1)


def test_each_browser_does_what_the_file_says(browser, outcomes):
    wrong = {
        one: (did, said(one[0], one[2], browser))
        for one, did in outcomes.items()
        if did[0] != said(one[0], one[2], browser)
    }
    assert wrong == {}


def test_certlib_concludes_from_the_same_chain_what_the_browser_did(browser, outcomes):
    wrong = {
        one: (did, found) for one, did in outcomes.items() if (found := concluded(*one, browser)) != did[0]
    }
    assert wrong == {}


def test_a_host_that_is_called_by_its_address_needs_the_address_and_not_its_figures(served):
    did = served.browser.open_all(list(served.addresses.values()))
    assert dict(zip(served.addresses, (one for one, _ in did), strict=True)) == BY_ADDRESS


def test_what_was_accepted_for_a_wrong_name_is_forgotten_beside_a_good_certificate_in_chromium_alone(
    browser, served
):
    wrong, good = served.beside["wrong"], served.beside["good"]
    again = {"chromium": "can-proceed", "firefox": "loads"}[browser]
    did = [one for one, _ in served.browser.open_in_turn([wrong, good, wrong])]
    assert did == ["can-proceed", "loads", again]
    assert load().browsers[browser].forgets is (again == "can-proceed")


def test_where_a_trusted_page_sent_hsts_no_certificate_is_accepted_on_another_port_of_the_host(served):
    did = served.browser.open_in_turn([served.strict["good"], served.strict["wrong"]])
    assert [one for one, _ in did] == ["loads", "no-way-on"]


def test_a_self_signed_certificate_in_a_store_is_treated_by_how_it_lies_there_and_how_it_is_marked(
    browser, served
):
    did = served.open_all([laid_host(one) for one in LAID])
    expected = {one: by_browser[browser] for one, (_, _, by_browser) in LAID.items()}
    assert dict(zip(LAID, (one for one, _ in did), strict=True)) == expected


def test_every_entry_of_the_file_is_served():
    assert {*CASES} - {"plain", "expired"} == {*load().refusals}
