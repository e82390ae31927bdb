"""Every certificate that a real server would present is found, and told apart by the kind of client."""

import pytest

from certlib.collect import collect
from certlib.reasons import Reason
from certs import ca, leaf, self_signed
from servers import nginx, node_https, openssl_s_server

RSA_CA = ca("Example RSA CA", "rsa", issuer=ca("Example RSA root", "rsa"))
EC_CA = ca("Example EC CA", "ec", issuer=ca("Example EC root", "ec"))
OF_RSA, OF_EC = leaf(RSA_CA, "rsa"), leaf(EC_CA, "ec")
EC_BY_RSA = leaf(RSA_CA, "ec")


def rows_of(evidence, endpoint="s0/other"):
    return {row.offer: row for row in evidence.presentations if row.endpoint == endpoint}


def hashes(pair):
    return tuple(member.sha256 for member in pair.chain)


@pytest.mark.parametrize("server", [nginx, openssl_s_server, node_https])
def test_a_server_with_two_certificates_shows_both_whole_chains_as_sent(server, make_site):
    with server(OF_RSA, OF_EC) as where:
        evidence = collect(site=make_site(where))
    rows = rows_of(evidence)
    assert rows["rsa"].chain == hashes(OF_RSA)
    assert rows["ecdsa"].chain == hashes(OF_EC)
    assert rows["browser"].chain in (hashes(OF_RSA), hashes(OF_EC))
    assert {row.reason for row in rows.values()} == {None}
    assert {row.version for row in rows.values()} == {"TLS 1.3"}
    assert set(evidence.certificates) == {*hashes(OF_RSA), *hashes(OF_EC)}
    assert evidence.certificates[OF_EC.sha256].der == OF_EC.der
    assert evidence.finished is not None


def test_a_row_says_how_the_chain_was_got(make_site):
    with nginx(OF_RSA, OF_EC, protocols="TLSv1.2") as where:
        evidence = collect(site=make_site(where))
    row = rows_of(evidence)["ecdsa"]
    assert row.version == "TLS 1.2"
    assert row.suite.startswith("TLS_ECDHE_ECDSA_WITH_")
    assert row.group == "x25519"
    assert row.signature_algorithm.startswith("ecdsa_")
    assert row.address == where[0]
    assert len(row.hello_sha256) == 64
    assert evidence.collected <= row.started <= evidence.finished
    assert row.milliseconds > 0
    assert row.attempts == ()
    assert len({row.hello_sha256 for row in evidence.presentations}) == 3


def test_an_ec_leaf_under_an_rsa_ca_is_found(make_site):
    with node_https(OF_RSA, EC_BY_RSA) as where:
        rows = rows_of(collect(site=make_site(where)))
    assert rows["ecdsa"].leaf == EC_BY_RSA.sha256


@pytest.mark.parametrize("protocols", ["TLSv1.2", "TLSv1.3"])
def test_an_alert_to_ecdsa_beside_an_answer_is_no_such_certificate(protocols, make_site):
    with nginx(OF_RSA, protocols=protocols) as where:
        rows = rows_of(collect(site=make_site(where)))
    assert rows["browser"].leaf == rows["rsa"].leaf == OF_RSA.sha256
    assert rows["ecdsa"].reason is Reason.NO_SUCH_CERTIFICATE
    assert rows["ecdsa"].alerts == ("handshake_failure",)
    assert "handshake_failure" in rows["ecdsa"].detail
    assert set(rows) == {"browser", "rsa", "ecdsa"}


def test_a_server_that_wants_another_group_is_asked_once_more_within_the_connection(make_site):
    with openssl_s_server(OF_EC, None, "-groups", "P-384", "-tls1_3") as where:
        rows = rows_of(collect(site=make_site(where)))
    assert rows["browser"].leaf == OF_EC.sha256
    assert rows["browser"].group == "secp384r1"
    assert any("another group" in attempt for attempt in rows["browser"].attempts)


@pytest.mark.parametrize("protocols", ["TLSv1.2", "TLSv1.3"])
def test_a_request_for_a_client_certificate_is_noted_and_not_answered(protocols, make_site):
    with nginx(OF_RSA, client_ca=RSA_CA, protocols=protocols) as where:
        rows = rows_of(collect(site=make_site(where)))
    assert rows["browser"].leaf == OF_RSA.sha256
    assert rows["browser"].client_certificate_requested


def test_a_server_of_tls_1_0_denies_the_browser_and_is_read_all_the_same(make_site):
    old = self_signed("rsa")
    with openssl_s_server(old, None, "-tls1", "-cipher", "ALL:@SECLEVEL=0") as where:
        rows = rows_of(collect(site=make_site(where)))
    assert rows["browser"].reason is Reason.ALERT
    assert rows["browser"].detail == "protocol_version"
    assert rows["rsa"].leaf == old.sha256
    assert rows["rsa"].version == "TLS 1.0"
    # `any` was given RSA: so the browser was denied for its versions, and ECDSA because there is none.
    assert rows["any"].leaf == old.sha256
    assert rows["ecdsa"].reason is Reason.NO_SUCH_CERTIFICATE


def test_a_leaf_that_is_neither_rsa_nor_ec_is_found_by_the_offer_of_everything(make_site):
    other = self_signed("ed25519")
    with openssl_s_server(other) as where:
        rows = rows_of(collect(site=make_site(where)))
    assert rows["any"].leaf == other.sha256
    assert rows["rsa"].reason is rows["ecdsa"].reason is Reason.NO_SUCH_CERTIFICATE
    assert "tls12" not in rows


def test_a_server_that_refuses_every_other_name_is_read_with_the_right_one(make_site):
    with nginx(OF_RSA, default_server=False, protocols="TLSv1.2") as where:
        right = rows_of(collect(site=make_site(where)))
        wrong = rows_of(collect(site=make_site(where, server_name="somebody.example.test")))
    assert right["browser"].leaf == OF_RSA.sha256
    assert {row.reason for row in wrong.values()} == {Reason.ALERT}
    assert set(wrong) == {"browser", "rsa", "ecdsa", "any", "tls12", "tls12-all", "tls10-bare"}


def test_a_cop_that_leaks_ecdsa_in_tls_1_3_shows_with_each_version_asked_apart(make_site):
    from dataclasses import replace

    from certlib.inventory import Node

    site = replace(
        make_site(),
        nodes=(
            Node(
                "socialminer",
                "uccx1.example.test",
                "127.0.77.1",
                "11.5(1)",
                "11.5(1)",
                cops=("socialminer-ecdsa-off",),
            ),
        ),
    )
    # A COP takes the ECDSA cipher suites away; in TLS 1.3 no suite says what the key is.
    with nginx(OF_RSA, OF_EC, ciphers="aRSA:@SECLEVEL=0") as (address, port):
        ports = {"socialminer-tomcat": port, "socialminer-openfire": port}
        node = replace(site.nodes[0], address=address, ports=tuple(ports.items()))
        evidence = collect(site=replace(site, nodes=(node,)))
    rows = rows_of(evidence, "uccx1.example.test/socialminer-openfire")
    assert rows["ecdsa"].leaf == OF_EC.sha256
    assert rows["ecdsa"].version == "TLS 1.3"
    assert rows["ecdsa-tls12"].reason is Reason.NO_SUCH_CERTIFICATE
    assert rows["rsa-tls12"].leaf == OF_RSA.sha256
    assert "ecdsa-tls13" not in rows  # `ecdsa` has answered in TLS 1.3 already


def test_two_endpoints_with_the_same_certificate_keep_it_once(make_site):
    with nginx(OF_RSA, protocols="TLSv1.2") as one, nginx(OF_RSA, protocols="TLSv1.2") as two:
        evidence = collect(site=make_site(one, two))
    assert set(evidence.certificates) == set(hashes(OF_RSA))
    assert [row.endpoint for row in evidence.presentations] == ["s0/other"] * 3 + ["s1/other"] * 3
