"""What each step of a maintenance window does to a node of the lab, and what a server would refuse."""

from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certlib.knowledge.model import Effect
from certlib.lab import EFFECTS, LabError, Node, Site, carry_out
from certlib.lab.policy import ClientHello, choose_certificate
from certlib.lab.state import WEB_SERVERS

PUBLISHER, SUBSCRIBER, MINER = "uccx1.example.test", "uccx2.example.test", "social.example.test"
ROLES = {PUBLISHER: "uccx-publisher", SUBSCRIBER: "uccx-subscriber", MINER: "socialminer"}
ECDSA = "tomcat-ECDSA"
SIGNED = ("request-made", "reply-arrived", "reply-examined", "chain-uploaded", "certificate-uploaded")


def site(*names, **state):
    return Site(nodes=tuple(Node(role=ROLES[name], name=name, **state) for name in names or (PUBLISHER,)))


def done(before, *effects, node=PUBLISHER, **about):
    for effect in effects:
        before = carry_out(before, effect, node=node, **about)
    return before


def only(after, name=PUBLISHER):
    return next(one for one in after.nodes if one.name == name)


def refused(before, effect, why, **about):
    with pytest.raises(LabError, match=why):
        carry_out(before, effect, **{"node": PUBLISHER, **about})


def test_the_words_are_those_of_the_runbooks_steps():
    assert {*EFFECTS} == {*get_args(Effect)}


def test_a_signed_certificate_is_stored_and_in_use_only_after_the_restart():
    stored = done(site(), *SIGNED, identity=ECDSA)
    assert only(stored).ecdsa == "self-signed"
    assert only(stored).work.pending
    started = only(done(stored, "restarted"))
    assert (started.ecdsa, started.tomcat, started.work.pending) == ("ec-ca", "rsa-ca", False)
    assert started.renewals == {ECDSA: 1}


def test_each_certificate_is_signed_by_the_ca_of_its_kind_unless_another_one_is_named():
    signed = done(site(tomcat="self-signed"), *SIGNED, "restarted", identity="tomcat")
    assert only(signed).tomcat == "rsa-ca"
    trap = done(site(), "request-made", "reply-arrived", identity=ECDSA, by="rsa-ca")
    assert only(done(trap, *SIGNED[2:], "restarted", identity=ECDSA)).ecdsa == "rsa-ca"


def test_a_certificate_that_the_node_generates_is_self_signed_after_the_restart():
    stored = done(site(), "certificate-generated", identity="tomcat")
    assert only(stored).tomcat == "rsa-ca"
    assert only(done(stored, "restarted")).tomcat == "self-signed"


@pytest.mark.parametrize(
    ("before", "effect", "why"),
    [
        ((), "reply-arrived", "no request for tomcat-ECDSA was made"),
        ((), "reply-examined", "no request"),
        (SIGNED[:1], "reply-examined", "no CA has answered"),
        ((), "chain-uploaded", "no CA has answered"),
        ((), "certificate-uploaded", "no request"),
        (SIGNED[:1], "certificate-uploaded", "no CA has answered"),
        (SIGNED[:3], "certificate-uploaded", "chain of ec-ca is not in tomcat-trust"),
        ((*SIGNED[:4], "request-made"), "certificate-uploaded", "no CA has answered"),
        ((*SIGNED[:4], "certificate-generated"), "certificate-uploaded", "no request"),
    ],
)
def test_an_upload_takes_a_request_its_reply_and_the_chain(before, effect, why):
    refused(done(site(), *before, identity=ECDSA), effect, why, identity=ECDSA)


def test_a_chain_that_is_in_use_already_is_not_uploaded_again():
    ready = done(site(), *SIGNED[:3], identity="tomcat")
    assert only(done(ready, "certificate-uploaded", identity="tomcat")).work.stored == {"tomcat": "rsa-ca"}


def test_the_chain_of_a_peers_reply_goes_on_both_nodes_of_a_pair():
    pair = done(site(PUBLISHER, SUBSCRIBER), *SIGNED[:3], identity=ECDSA)
    assert "ec-ca" in only(done(pair, "chain-uploaded", node=SUBSCRIBER), SUBSCRIBER).trusted


def test_a_cop_and_its_rollback_take_effect_with_the_restart():
    installed = done(site(), "cop-installed")
    assert only(installed).cop == "none"
    hidden = done(installed, "restarted")
    assert only(hidden).cop == "installed"
    back = done(hidden, "rollback-installed")
    assert only(back).cop == "installed"
    assert only(done(back, "restarted")).cop == "none"


def test_a_rollback_takes_a_cop_and_a_cop_takes_11_5():
    refused(site(), "rollback-installed", "no COP is installed")
    refused(site(release="11.0(1)", ecdsa=None), "cop-installed", r"runs 11.0\(1\)")
    refused(site(release="11.6(2)"), "cop-installed", r"runs 11.6\(2\)")


def test_an_upgrade_waits_on_the_inactive_partition_for_the_switch():
    waiting = done(site(release="10.6(1)", ecdsa=None), "upgraded", release="11.5(1)")
    assert (only(waiting).release, only(waiting).ecdsa) == ("10.6(1)", None)
    runs = only(done(waiting, "switched", release="11.5(1)"))
    assert (runs.release, runs.ecdsa, runs.work.inactive) == ("11.5(1)", "self-signed", None)


def test_the_switch_starts_the_node_anew_and_ends_the_cop():
    upgraded = done(site(cop="installed"), "certificate-generated", identity="tomcat")
    moved = only(done(upgraded, "upgraded", "switched", release="11.6(2)"))
    assert (moved.cop, moved.tomcat, moved.work.pending) == ("none", "self-signed", False)


def test_a_switch_into_12_5_takes_the_cas_out_of_the_trust_store():
    asked = done(site(release="11.6(2)"), "upgraded", "switched", release="12.5(1)SU3")
    ready = done(asked, *SIGNED[:3], identity="tomcat")
    refused(ready, "certificate-uploaded", "chain of rsa-ca", identity="tomcat")
    assert only(done(ready, *SIGNED[3:], "restarted", identity="tomcat")).renewals["tomcat"] == 1


def test_a_switch_takes_an_upgrade_and_an_upgrade_leads_on():
    refused(site(), "switched", "not on the inactive partition", release="11.6(2)")
    refused(site(), "switched", "to which release", release=None)
    refused(site(), "upgraded", "is no upgrade", release="11.5(1)")
    refused(site(), "upgraded", "is no upgrade", release="10.6(1)")


def test_the_subscriber_follows_the_publisher():
    pair = site(PUBLISHER, SUBSCRIBER, release="10.6(1)", ecdsa=None)
    refused(pair, "upgraded", "publisher does not have", node=SUBSCRIBER, release="11.5(1)")
    both = done(pair, "upgraded", release="11.5(1)")
    both = done(both, "upgraded", node=SUBSCRIBER, release="11.5(1)")
    refused(both, "switched", "publisher does not run", node=SUBSCRIBER, release="11.5(1)")
    first = done(both, "switched", release="11.5(1)")
    assert only(done(first, "switched", node=SUBSCRIBER, release="11.5(1)"), SUBSCRIBER).release == "11.5(1)"


def test_nothing_is_stored_on_the_release_that_is_about_to_be_left():
    waiting = done(site(cop="installed"), *SIGNED[:3], identity=ECDSA)
    waiting = done(waiting, "upgraded", release="11.6(2)")
    for effect in ("chain-uploaded", "certificate-generated", "cop-installed", "rollback-installed"):
        refused(waiting, effect, "waits to be switched to", identity=ECDSA)


@pytest.mark.parametrize("release", ["11.0(1)", "11.6(2)", "12.5(1)SU1"])
def test_a_release_without_use_for_ecdsa_takes_no_such_certificate(release):
    for effect in ("request-made", "certificate-generated"):
        refused(site(release=release), effect, "no use for tomcat-ECDSA", identity=ECDSA)


def test_the_certificate_type_is_set_with_a_restart_on_uccx_from_12_5_su2_on():
    modern = site(PUBLISHER, MINER, release="15.0(1)")
    stored = done(modern, *SIGNED, identity=ECDSA)
    switched = only(done(stored, "type-set", cert_type="ecdsa"))
    assert (switched.cert_type, switched.ecdsa, switched.work.pending) == ("ecdsa", "ec-ca", False)
    assert only(done(stored, "type-set", cert_type="rsa")).cert_type == "rsa"
    refused(modern, "type-set", "does not know the command", node=MINER, cert_type="ecdsa")
    refused(site(release="12.5(1)SU1"), "type-set", "does not know the command", cert_type="ecdsa")
    refused(modern, "type-set", "which certificate type")
    upgraded = done(site(release="12.5(1)SU3"), "upgraded", release="15.0(1)")
    refused(upgraded, "type-set", "not during an upgrade", cert_type="ecdsa")


def test_what_no_server_could_do_is_named():
    refused(site(), "restarted", "no such node", node=MINER)
    refused(site(), "polished", "no step of the lab")
    refused(site(), "request-made", "of which certificate")
    refused(
        done(site(), "request-made", identity=ECDSA),
        "reply-arrived",
        "a CA answers",
        identity=ECDSA,
        by="self-signed",
    )
    signed = done(site(), *SIGNED[:2], identity=ECDSA)
    refused(signed, "reply-arrived", "ec-ca has answered", identity=ECDSA, by="rsa-ca")


def test_a_step_that_is_not_seen_from_outside_is_noted():
    after = done(site(), "backed-up", "peers-trust")
    assert only(after).work.noted == {"backed-up", "peers-trust"}


# Property tests: sites of every era, and any steps that their servers take.

RELEASES = ["10.6(1)", "11.5(1)", "11.6(2)", "12.5(1)SU1", "12.5(1)SU2", "15.0(1)"]
KINDS = ["self-signed", "rsa-ca", "ec-ca"]
HELLOS = [
    ClientHello(versions, suites, signatures, (24,))
    for versions in ((0x0303,), (0x0304, 0x0303))
    for suites in ((0xC02C, 0xC02F, 0x1301), (0xC02F, 0x1301), (0xC02C, 0x1301))
    for signatures in ((0x0503, 0x0804), (0x0804,), (0x0503,))
]


@st.composite
def sites(draw):
    nodes = []
    for name in draw(st.sampled_from([(PUBLISHER,), (PUBLISHER, SUBSCRIBER), tuple(ROLES)])):
        release = draw(st.sampled_from(RELEASES))
        nodes.append(
            Node(
                role=ROLES[name],
                name=name,
                release=release,
                tomcat=draw(st.sampled_from(KINDS)),
                ecdsa=None if release == "10.6(1)" else draw(st.sampled_from(KINDS)),
                cop=draw(st.sampled_from(["none", "installed", "leaking"]))
                if release == "11.5(1)"
                else "none",
                tls13=draw(st.booleans()),
            )
        )
    return Site(nodes=tuple(nodes))


def possible(before, effect):
    """Where and how a step changes a site, with the site after it."""
    for node in before.nodes:
        for about in _ABOUT.get(effect, ({},)):
            try:
                after = carry_out(before, effect, node=node.name, **about)
            except LabError:
                continue
            if after != before:
                yield after, effect, node.name, about


_CERTIFICATES = [{"identity": identity} for identity in ("tomcat", ECDSA)]
FEWER = settings(max_examples=40)  # each is a walk of up to sixty steps
_RELEASES = [{"release": release} for release in RELEASES]
_ABOUT = {
    **dict.fromkeys([*SIGNED, "certificate-generated"], _CERTIFICATES),
    "reply-arrived": [{**one, "by": by} for one in _CERTIFICATES for by in ("rsa-ca", "ec-ca")],
    "upgraded": _RELEASES,
    "switched": _RELEASES,
    "type-set": [{"cert_type": "rsa"}, {"cert_type": "ecdsa"}],
}


@st.composite
def walks(draw):
    """A site and steps in any order, each of them possible when it comes, with the site after it."""
    first = before = draw(sites())
    walk = []
    for effect in draw(st.lists(st.sampled_from(EFFECTS), min_size=20, max_size=60)):
        if choices := [*possible(before, effect)]:
            walk.append(choices[draw(st.integers(0, len(choices) - 1))])
            before = walk[-1][0]
    return first, walk


@FEWER
@given(walks())
def test_what_is_presented_is_always_in_the_keystore_and_never_only_stored(walked):
    for after, *_ in walked[1]:
        for node in after.nodes:
            given_out = {
                choose_certificate(hello, server=server, node=node)
                for server in WEB_SERVERS[node.role]
                for hello in HELLOS
            }
            assert given_out - {None} <= {*node.certificates}


@FEWER
@given(walks())
def test_only_a_start_changes_what_is_presented(walked):
    def seen(site):
        return [
            (node.certificates, node.renewals, node.cop, node.release, node.cert_type) for node in site.nodes
        ]

    before, walk = walked
    for after, effect, *_ in walk:
        assert effect in ("restarted", "switched", "type-set") or seen(after) == seen(before)
        before = after


@FEWER
@given(walks())
def test_a_step_carried_out_twice_changes_nothing_more(walked):
    for after, effect, node, about in walked[1]:
        assert carry_out(after, effect, node=node, **about) == after


@FEWER
@given(walks())
def test_after_a_restart_of_every_node_nothing_is_pending(walked):
    first, walk = walked
    after = walk[-1][0] if walk else first
    for node in after.nodes:
        after = carry_out(after, "restarted", node=node.name)
    assert not any(node.work.pending for node in after.nodes)


@FEWER
@given(walks())
def test_no_step_on_one_node_changes_another(walked):
    before, walk = walked
    for after, _, node, _ in walk:
        changed = {one.name for one, was in zip(after.nodes, before.nodes, strict=True) if one != was}
        assert changed <= {node}
        before = after


@FEWER
@given(walks())
def test_every_certificate_that_is_uploaded_comes_into_use_as_its_ca_signed_it(walked):
    for after, *_ in walked[1]:
        for node in after.nodes:
            started = only(carry_out(after, "restarted", node=node.name), node.name)
            assert {**node.certificates, **node.work.stored} == started.certificates
