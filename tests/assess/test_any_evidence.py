"""An assessment never fails, whatever evidence says."""

import dataclasses
import datetime as dt

from hypothesis import given, settings
from hypothesis import strategies as st

from assess.sites import COLLECTED, EC_ROOT, PUBLISHER, ROLES, RSA_ROOT, SOCIALMINER, UCCX, build_leaf
from certlib import x509
from certlib.assess import assess
from certlib.assess.checks import ORDER
from certlib.evidence import Evidence, Presentation
from certlib.evidence.schema1 import read_prose
from certlib.inventory import Agents, FurtherEndpoint, Node, Site, list_every_endpoint
from certlib.knowledge import load
from certlib.reasons import Reason

POOL = tuple(
    x509.read(der)
    for der in (
        *(
            build_leaf(kind, key, PUBLISHER).der
            for kind in ("self-signed", "rsa-ca", "ec-ca")
            for key in ("rsa", "ec384")
        ),
        RSA_ROOT.der,
        b"",
        b"\x30\x03\x02\x01\x00",
    )
)
RELEASES = [*load().releases, "11.5", "9.9(9)", "", "rubbish"]
SERVERS = (*UCCX, *SOCIALMINER, "engine", "informix", "nothing-known")
OFFERS = ("browser", "rsa", "ecdsa", "ecdsa-tls13", "browser-tls12", "something")
SHA = st.sampled_from([*(one.sha256 for one in POOL), "0" * 64])
UNREADABLE = x509.Unreadable("made for the test")


@st.composite
def certificates(draw):
    """The pool, some of it with a field that could not be read, some of it missing."""
    kept = draw(st.lists(st.sampled_from(POOL), unique_by=lambda one: one.sha256))
    fields = [
        field.name
        for field in dataclasses.fields(x509.Certificate)
        if field.name not in ("der", "sha256", "kind", "malformed")
    ]
    kinds = st.sampled_from(["self-signed", "rsa-ca", "ec-ca", "other-ca", "unreadable"])
    found = {}
    for one in kept:
        broken = draw(st.lists(st.sampled_from(fields), max_size=3))
        changed = dataclasses.replace(one, **dict.fromkeys(broken, UNREADABLE))
        found[one.sha256] = dataclasses.replace(changed, kind=draw(kinds)) if draw(st.booleans()) else changed
    return found


@st.composite
def sites(draw):
    names = draw(
        st.lists(st.sampled_from([*ROLES, "cucm.example.test", "cuic.example.test"]), min_size=1, unique=True)
    )
    roles = {**ROLES, "cucm.example.test": "cucm", "cuic.example.test": "cuic"}
    releases = st.sampled_from(RELEASES)
    cops = st.lists(st.sampled_from([*load().cops, "no-such-cop"]), max_size=3).map(tuple)
    nodes = tuple(
        Node(
            role=roles[name],
            name=name,
            address=name,
            release=draw(releases),
            target_release=draw(releases),
            cops=draw(cops),
        )
        for name in names
    )
    further = (FurtherEndpoint("lb.example.test", "load-balancer", "lb.example.test", 443),)
    return Site(
        customer="Example", id="example", title="", release=draw(releases), target_release=draw(releases),
        upgrade_date=draw(st.none() | st.dates(dt.date(2000, 1, 1), dt.date(2090, 1, 1))), nodes=nodes,
        further_endpoints=draw(st.sampled_from([(), further])),
        agents=Agents(
            browsers=tuple(draw(st.lists(st.sampled_from(["chrome", "edge", "firefox", "ie"]), max_size=2))),
            trusted_cas=draw(st.sampled_from([(), (EC_ROOT.sha256,), (POOL[0].sha256, RSA_ROOT.sha256)])),
        ),
        ca_signs_with_ec=draw(st.sampled_from(["yes", "no", "unknown"])),
        ca_certificates=draw(st.sampled_from([(), (EC_ROOT.pem.decode(),), ("no PEM at all",)])),
    )  # fmt: skip


@st.composite
def evidences(draw):
    site = draw(sites())
    places = [f"{node.name}/{server}" for node in site.nodes for server in SERVERS] + [
        "lb.example.test/load-balancer"
    ]
    answer = st.builds(
        Presentation,
        endpoint=st.sampled_from(places),
        offer=st.sampled_from(OFFERS),
        chain=st.lists(SHA, max_size=3).map(tuple),
        reason=st.none() | st.sampled_from(Reason),
        detail=st.text(max_size=5).map(read_prose),
        version=st.none() | st.sampled_from(["TLSv1.2", "TLSv1.3"]),
    )
    return Evidence(
        site=site, collected=COLLECTED, finished=None, collector="test",
        presentations=tuple(draw(st.lists(answer, max_size=40))), certificates=draw(certificates()),
    )  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(evidences())
def test_any_evidence_is_assessed_and_nothing_of_it_is_lost(evidence):
    found = assess(evidence)
    assert found.verdict.word in ("ready", "ready with actions", "not ready", "incomplete")
    assert {state.node for state in found.now.nodes} == {node.name for node in evidence.site.nodes}
    silent = [
        cell
        for cell in found.now.endpoints
        if not _answered(cell.observed) or (cell.observed and cell.observed.unheard)
    ]
    answers = [one for one in found.findings if one.check == "endpoint-answers"]
    assert {cell.endpoint for cell in silent if cell.presence is None} == {
        endpoint for one in answers if one.state == "error" for endpoint in one.statement.evidence
    }
    assert {cell.endpoint for cell in silent if cell.presence} == {
        one.endpoint for one in answers if one.state == "information"
    }
    assert {one.endpoint for one in evidence.presentations} & shown(evidence) <= {
        cell.endpoint for cell in found.now.endpoints
    }
    assert all(one.state in ORDER for one in found.findings)
    assert all(name in {one.option for one in found.options if one.applies} for name in found.recommended)


def shown(evidence):
    return {one.id for one in list_every_endpoint(evidence.site)}


def _answered(observed):
    return observed is not None and (observed.browser or observed.rsa or observed.ecdsa)
