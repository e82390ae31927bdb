"""A certificate that browsers refuse never works, whoever signed it.

The expectations are written by hand from what Chromium 156 and Firefox ESR 153 did.
"""

import dataclasses
import datetime as dt
import warnings

import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from assess.sites import AUTOMATIC, EC_ROOT, PUBLISHER, RSA_ROOT, UCCX, evidence, three, trusting
from browsers import der
from browsers.cases import ANY, KEY, LATIN, UNKNOWN
from browsers.der import CLIENT, extension, made, name, seq, tlv
from certlib import x509
from certlib.assess import assess, faults
from certlib.evidence import Hsts, Presentation
from certlib.inventory import Agents

SOCKETIO, FINESSE = f"{PUBLISHER}/socketio", f"{PUBLISHER}/finesse-tomcat"
START = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
PRIVATE = made(None, "Example private root", ca=True, start=START)
WORKS, ASKED, STUCK, DEAD, OPEN = "works", "prompt", "cannot-be-accepted", "does-not-load", "open"


def site(*, listed=True, browsers=("chrome",), **facts):
    """Three nodes with good certificates; the PCs trust a private root too, by the inventory or not."""
    boxes = three(ecdsa="ec-ca", presents=AUTOMATIC)
    given = evidence(*boxes, **{**trusting(RSA_ROOT, EC_ROOT), **facts})
    cas = (*given.site.agents.trusted_cas, x509.read(PRIVATE.der).sha256) if listed else ()
    pems = (*given.site.ca_certificates, PRIVATE.pem.decode()) if listed else ()
    agents = Agents(browsers=browsers, trusted_cas=cas)
    changed = dataclasses.replace(given.site, agents=agents, ca_certificates=pems)
    return dataclasses.replace(given, site=changed)


def presenting(given, endpoint, *chain):
    """The evidence with another chain at a web server, whatever is asked."""
    read = [x509.read(one.der) for one in chain]
    shas = tuple(one.sha256 for one in read)
    others = tuple(one for one in given.presentations if one.endpoint != endpoint)
    added = tuple(
        Presentation(endpoint, offer, shas, None, version="TLSv1.2") for offer in ("browser", "rsa", "ecdsa")
    )
    return dataclasses.replace(
        given,
        presentations=(*others, *added),
        certificates={**given.certificates, **{one.sha256: one for one in read}},
    )


def met(given, gadget="live-data"):
    return next(one for one in assess(given).now.experiences if one.gadget == gadget)


def states(given, check):
    found = [one for one in assess(given).findings if one.check == check]
    return {one.node: one.state for one in found}


def private(**facts):
    return made(PRIVATE, PUBLISHER, **{"key": KEY, "start": START, **facts})


def below(**facts):
    issuing = made(PRIVATE, "Example issuing CA", ca=True, start=START, **facts)
    return made(issuing, PUBLISHER, key=KEY, start=START)


FAULTS = {
    "foreign name": (private(names=("other.example.net",)), STUCK, ASKED),
    "short name": (private(names=(PUBLISHER.partition(".")[0],)), STUCK, ASKED),
    "common name alone": (private(names=()), STUCK, ASKED),
    "usage of keys alone": (private(usage=("key_encipherment", "data_encipherment")), DEAD, WORKS),
    "usage of contents": (private(usage=("content_commitment",)), DEAD, STUCK),
    "EC that may not sign": (private(key="ec-SECP384R1", usage=("key_agreement",)), DEAD, DEAD),
    "no serverAuth": (private(eku=(CLIENT,)), STUCK, STUCK),
    "no serverAuth above": (below(eku=(CLIENT,)), STUCK, STUCK),
    "any usage alone": (private(eku=(ANY,)), WORKS, STUCK),
    "critical": (private(more=(extension(UNKNOWN, b"\x05\x00", critical=True),)), STUCK, STUCK),
    "critical above": (below(more=(extension(UNKNOWN, b"\x05\x00", critical=True),)), STUCK, ASKED),
    "no CA above": (below(constraints=None), STUCK, ASKED),
    "no keyCertSign above": (below(usage=("crl_sign",)), STUCK, STUCK),
    "SHA-1": (private(digest="sha1"), STUCK, ASKED),
    "SHA-1 above": (below(digest="sha1"), STUCK, ASKED),
    "MD5": (private(digest="md5"), STUCK, ASKED),
    "version 1": (private(version=None), DEAD, WORKS),
    "no seconds": (private(seconds=False), DEAD, ASKED),
    "umlaut": (private(subject=name(LATIN, der.IA5)), DEAD, WORKS),
    "name not ASCII": (private(names=(PUBLISHER, LATIN.decode("latin-1"))), STUCK, WORKS),
    "address of three bytes": (private(names=(PUBLISHER, b"\xc0\x00\x02")), STUCK, WORKS),
    "asterisk in the subject": (private(subject=name(b"*.example.test", der.PRINTABLE)), WORKS, WORKS),
    "T61String in the subject": (private(subject=name(LATIN, der.T61)), WORKS, WORKS),
    "version 4": (private(version=3), DEAD, WORKS),
    "UTF-8 that is none": (private(subject=name(LATIN, der.UTF8)), OPEN, OPEN),
    "BMPString of three bytes": (private(subject=name(b"abc", der.BMP)), OPEN, OPEN),
    "extension that is none": (private(more=(seq(),)), OPEN, OPEN),
    "usage with bytes behind it": (
        private(usage=None, more=(extension("2.5.29.15", b"\x03\x02\x05\xa0\x05\x00"),)), OPEN, OPEN,
    ),
    "P-521": (private(key="ec-SECP521R1"), DEAD, WORKS),
    "CA's certificate": (private(constraints=seq(tlv(0x01, b"\xff"))), WORKS, ASKED),
    "wildcard": (private(names=("*.example.test",)), WORKS, WORKS),
    "-EC in the common name": (
        private(subject=name("uccx1-EC.example.test"), names=(PUBLISHER,)), WORKS, WORKS,
    ),
    "short key": (private(key="rsa1024"), WORKS, WORKS),
    "ten years": (private(days=3650), WORKS, WORKS),
}  # fmt: skip


@pytest.mark.parametrize("listed", [True, False], ids=["listed", "assumed"])
@pytest.mark.parametrize("fault", FAULTS)
def test_what_a_browser_does_with_a_certificate_on_12015_is_what_agents_meet(fault, listed):
    one, *expected = FAULTS[fault]
    for browser, outcome in zip(("chrome", "firefox"), expected, strict=True):
        given = presenting(site(listed=listed, browsers=(browser,)), SOCKETIO, *one.chain)
        found = met(given)
        assert found.outcome == outcome, (browser, found.why)
        word = assess(given).verdict.word
        if outcome in (STUCK, DEAD):
            assert word == "not ready"
        if outcome != WORKS:
            assert word != "ready"
            assert found.why


def test_a_wrong_name_on_one_port_beside_a_good_one_makes_the_exception_vanish_in_chromium_alone():
    wrong = private(names=("other.example.net",))
    chrome, firefox = (presenting(site(browsers=(one,)), SOCKETIO, wrong) for one in ("chrome", "firefox"))
    assert met(chrome).outcome == STUCK
    assert met(chrome).statement.basis.rule == "rule-acceptance"
    assert "does not have the node's name" in met(chrome).why
    assert "accepting this one does not last" in met(chrome).why
    assert states(chrome, "name-in-certificate") == {PUBLISHER: "outage"}
    assert (met(firefox).outcome, met(firefox).prompts) == (ASKED, 1)
    assert states(firefox, "name-in-certificate") == {PUBLISHER: "action"}


def test_a_wrong_name_on_every_port_can_be_accepted():
    given = site()
    for server in UCCX:
        given = presenting(given, f"{PUBLISHER}/{server}", private(names=("other.example.net",)))
    assert met(given).outcome == met(given, "finesse-desktop").outcome == ASKED
    assert met(given).statement.kind == "measured"


def test_a_self_signed_certificate_is_asked_about_whatever_else_is_wrong_unless_no_page_comes():
    for fault, outcome in (
        ({"digest": "sha1"}, ASKED),
        ({"eku": (CLIENT,)}, ASKED),
        ({"usage": ("key_encipherment",)}, DEAD),
    ):
        given = site()
        for server in UCCX:
            given = presenting(
                given, f"{PUBLISHER}/{server}", made(None, PUBLISHER, key=KEY, start=START, **fault)
            )
        assert met(given).outcome == outcome


def test_what_nobody_tried_is_open_and_never_works():
    for odd in (
        private(more=(extension("2.5.29.36", b"\x30\x00", critical=True),)),
        private(more=(extension("2.5.29.15", b"\x05\x00"),), usage=None),
        private(more=(extension("2.5.29.15", b"\x03\x02\x05\xa0"),)),  # the key usage twice
    ):
        given = presenting(site(), SOCKETIO, odd)
        assert met(given).outcome == OPEN
        assert "was not tried with this browser" in met(given).why
        assert assess(given).verdict.word == "incomplete"
        assert states(given, "taken-by-browsers") == {PUBLISHER: "manual"}
    assert met(presenting(site(browsers=("ie",)), SOCKETIO, private(eku=(CLIENT,)))).outcome == OPEN


def test_no_warning_of_the_library_leaves_the_assessment():
    issuing = made(PRIVATE, "Example issuing CA", ca=True, start=START, serial=-7)
    node = made(issuing, PUBLISHER, key=KEY, start=START, serial=0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert met(presenting(site(), SOCKETIO, *node.chain)).outcome == WORKS


def test_a_host_that_is_called_by_its_address_needs_it_as_an_address():
    by_address = x509.read(made(PRIVATE, "n", names=(b"\xc0\x00\x02\x0b",)).der)
    by_figures = x509.read(made(PRIVATE, "n", names=("192.0.2.11",)).der)
    assert faults.find_name_faults(by_address, "192.0.2.11") == ()
    assert faults.find_name_faults(by_figures, "192.0.2.11") == ("other-name",)


def test_the_finding_stops_where_the_agents_are_stopped_and_only_there():
    for check, fault in (
        ("signature-hash", {"digest": "sha1"}),
        ("extended-key-usage", {"eku": (CLIENT,)}),
        ("taken-by-browsers", {"usage": ("key_encipherment",)}),
    ):
        stopped = presenting(site(), SOCKETIO, private(**fault))
        assert states(stopped, check) == {PUBLISHER: "outage"}
    able = presenting(site(browsers=("firefox",)), SOCKETIO, private(usage=("key_encipherment",)))
    assert states(able, "taken-by-browsers") == {PUBLISHER: "information"}


NEVER_FINE = [fault for fault, (_, *outcomes) in FAULTS.items() if WORKS not in outcomes]


@settings(max_examples=20)
@drawn(
    st.lists(
        st.sampled_from(NEVER_FINE), min_size=1, max_size=4, unique=True,
    ),
    st.sampled_from([f"{PUBLISHER}/{server}" for server in ("socketio", "cuic-tomcat", "notification")]),
    st.booleans(),
    st.sampled_from(["chrome", "edge", "firefox", "ie"]),
)  # fmt: skip
def test_no_chain_with_a_known_fault_ever_works_or_makes_a_site_ready(found, endpoint, listed, browser):
    given = site(listed=listed, browsers=(browser,))
    for fault in found:
        given = presenting(given, endpoint, *FAULTS[fault][0].chain)
        assessment = assess(given)
        assert assessment.verdict.word != "ready"
        assert any(one.outcome != WORKS for one in assessment.now.experiences)


# --- an intermediate or a root that is not sent


def test_what_is_missing_below_a_listed_root_is_an_intermediate():
    alone = below()
    given = presenting(site(), SOCKETIO, alone)
    assert states(given, "chain-complete") == {PUBLISHER: "action"}
    (one,) = [each for each in assess(given).findings if each.check == "chain-complete"]
    assert "Example issuing CA" in one.statement.text
    assert "intermediate" in one.remedy
    assert states(presenting(site(), SOCKETIO, *alone.chain), "chain-complete") == {None: "pass"}


def test_without_a_listed_ca_nobody_can_tell_whether_root_or_intermediate_is_missing():
    given = presenting(site(listed=False), SOCKETIO, below())
    assert states(given, "chain-complete")[PUBLISHER] == "manual"
    whole = site()
    for endpoint in (SOCKETIO, FINESSE):
        whole = presenting(whole, endpoint, *below().chain)
    assert states(whole, "chain-complete") == {None: "pass"}


# --- a chain that OpenSSL verifies and a library refuses


def test_a_chain_of_sha1_leads_to_its_listed_root_and_no_librarys_words_are_told():
    given = presenting(site(), SOCKETIO, *below(digest="sha1").chain)
    assert states(given, "chain-root-trusted-by-agents") == {PUBLISHER: "information"}
    assert states(given, "signature-hash") == {PUBLISHER: "outage"}
    for one in assess(given).findings:
        assert "candidates" not in one.statement.text
        assert "forbidden" not in one.statement.text


# --- HSTS, and what forgets


def test_where_hsts_leaves_no_way_past_a_warning_it_is_not_said_that_the_agent_could_accept():
    hsts = (Hsts(FINESSE, "max-age=31536000", status=200),)
    given = presenting(site(browsers=("firefox",)), SOCKETIO, private(names=("other.example.net",)))
    found = met(dataclasses.replace(given, hsts=hsts))
    assert (found.outcome, found.statement.basis.rule) == (STUCK, "rule-hsts")
    assert "does not remember" not in found.statement.text
    assert "no way past" in found.statement.text


@pytest.mark.parametrize(
    ("browsers", "forgetful"),
    [(("firefox",), ""), (("chrome", "firefox"), "Chrome forget"), ((), "Chrome and Edge")],
)
def test_only_browsers_that_forget_are_said_to_forget(browsers, forgetful):
    boxes = three(tomcat="self-signed", ecdsa="self-signed", presents=AUTOMATIC)
    agents = Agents(browsers=browsers, trusted_cas=(EC_ROOT.sha256,))
    given = evidence(*boxes, agents=agents, ca_certificates=(EC_ROOT.pem.decode(),))
    (one,) = [each for each in assess(given).options if each.option == "ec-ca"]
    assert forgetful in one.statement.text
    assert ("forget" in one.statement.text) is bool(forgetful)
