"""Every certificate that a real server would present is found, and told apart by the kind of client."""

from dataclasses import replace

import pytest

from certlib.collect import collect
from certlib.inventory import Node
from certlib.reasons import Reason, describe_in_english
from certlib.tls import OFFERS
from certs import ca, leaf, self_signed
from servers import gnutls, jsse, nginx, node_https, openssl_s_server, tomcat

RSA_CA = ca("Example RSA CA", "rsa", issuer=ca("Example RSA root", "rsa"))
EC_CA = ca("Example EC CA", "ec", issuer=ca("Example EC root", "ec"))
OF_RSA, OF_EC = leaf(RSA_CA, "rsa"), leaf(EC_CA, "ec")
EC_BY_RSA = leaf(RSA_CA, "ec")


def rows_of(evidence, endpoint="s0/other"):
    return {row.offer: row for row in evidence.presentations if row.endpoint == endpoint}


def hashes(pair):
    return tuple(member.sha256 for member in pair.chain)


@pytest.mark.parametrize("server", [nginx, openssl_s_server, node_https, gnutls, jsse, tomcat])
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
    assert "handshake_failure" in describe_in_english(rows["ecdsa"].detail)
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
    assert describe_in_english(rows["browser"].detail) == "protocol_version"
    assert rows["rsa"].leaf == old.sha256
    assert rows["rsa"].version == "TLS 1.0"
    # A small hello was given RSA: the browser was denied for its versions, ECDSA because there is none.
    assert rows["tls12"].leaf == old.sha256
    assert rows["ecdsa"].reason is Reason.NO_SUCH_CERTIFICATE


def test_a_leaf_that_is_neither_rsa_nor_ec_is_found_by_the_offer_of_everything(make_site):
    other = self_signed("ed25519")
    with openssl_s_server(other) as where:
        rows = rows_of(collect(site=make_site(where)))
    assert rows["any"].leaf == other.sha256
    assert rows["rsa"].reason is rows["ecdsa"].reason is Reason.NO_SUCH_CERTIFICATE
    assert "tls12-all" not in rows


def test_a_server_that_refuses_every_other_name_is_read_with_the_right_one(make_site):
    with nginx(OF_RSA, default_server=False, protocols="TLSv1.2") as where:
        right = rows_of(collect(site=make_site(where)))
        wrong = rows_of(collect(site=make_site(where, server_name="somebody.example.test")))
    assert right["browser"].leaf == OF_RSA.sha256
    assert describe_in_english(wrong["browser"].detail) == "unrecognized_name"
    assert wrong["rsa"].reason is wrong["ecdsa"].reason is Reason.NOT_ASKED, "no other hello helps"
    assert set(wrong) == {"browser", "rsa", "ecdsa"}


def test_a_cop_that_leaks_ecdsa_in_tls_1_3_shows_with_each_version_asked_apart(make_site):
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


SERVER_ORDER = "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES128-GCM-SHA256"


@pytest.mark.parametrize(
    ("ciphers", "protocols", "browser", "ecdsa"),
    [
        (SERVER_ORDER, "TLSv1.2", OF_RSA, OF_EC),
        ("ECDHE-RSA-AES128-GCM-SHA256", "TLSv1.2", OF_RSA, None),
        ("ECDHE-RSA-AES128-GCM-SHA256:TLS_AES_128_GCM_SHA256", "TLSv1.2+TLSv1.3", OF_EC, OF_EC),
    ],
    ids=["rsa-suites-first", "cop", "cop-that-leaks-in-tls-1.3"],
)
def test_tomcat_shows_what_it_prefers_and_what_else_it_has(ciphers, protocols, browser, ecdsa, make_site):
    with tomcat(OF_RSA, OF_EC, ciphers=ciphers, protocols=protocols) as where:
        rows = rows_of(collect(site=make_site(where)))
    assert rows["browser"].chain == hashes(browser)
    assert rows["rsa"].chain == hashes(OF_RSA)
    if ecdsa:
        assert rows["ecdsa"].chain == hashes(ecdsa)
    else:
        assert rows["ecdsa"].reason is Reason.NO_SUCH_CERTIFICATE


def chain_of_ten():
    issuer = ca("Example root of a long chain", "ec")
    for number in range(9):
        issuer = ca(f"Example CA {number}", "ec", issuer=issuer)
    return leaf(issuer, "rsa")


def chain_of_20_kilobytes():
    return leaf(EC_CA, "rsa", *(f"node{number:05}.of-a-long-list.example.test" for number in range(500)))


def ten_thousand_names():
    return leaf(
        EC_CA, "rsa", *(f"{number:05}.of-ten-thousand-names.example.test" for number in range(10_000))
    )


@pytest.mark.parametrize("protocols", ["TLSv1.2", "TLSv1.3"])
@pytest.mark.parametrize("made", [chain_of_ten, chain_of_20_kilobytes, ten_thousand_names])
def test_a_long_chain_is_kept_whole_and_in_order(made, protocols, make_site):
    pair = made()
    assert len(pair.chain) == 10 or len(pair.der) > 20_000
    with nginx(pair, protocols=protocols) as where:
        evidence = collect(site=make_site(where))
    rows = rows_of(evidence)
    assert rows["browser"].chain == rows["rsa"].chain == hashes(pair)
    assert all(evidence.certificates[one.sha256].der == one.der for one in pair.chain)


@pytest.mark.parametrize("protocols", ["TLSv1.2", "TLSv1.2 TLSv1.3"])
def test_gently_an_rsa_certificate_comes_without_a_signature_and_the_browser_learns_the_same(
    protocols, make_site
):
    with nginx(OF_RSA, OF_EC, protocols=protocols) as where:
        rows = rows_of(collect(site=make_site(where), gentle=True))
        usual = rows_of(collect(site=make_site(where)))
    assert set(rows) == {"browser", "rsa-gentle", "ecdsa"}
    assert rows["rsa-gentle"].chain == hashes(OF_RSA)
    assert rows["rsa-gentle"].suite.startswith("TLS_RSA_WITH_")
    assert rows["rsa-gentle"].signature_algorithm is None
    for same in ("browser", "ecdsa"):
        assert (rows[same].chain, rows[same].version) == (usual[same].chain, usual[same].version)


def test_gently_a_server_of_tls_1_3_alone_is_asked_for_rsa_as_ever(make_site):
    with nginx(OF_RSA, OF_EC, protocols="TLSv1.3") as where:
        rows = rows_of(collect(site=make_site(where), gentle=True))
    assert rows["rsa-gentle"].reason is Reason.ALERT
    assert rows["rsa"].chain == hashes(OF_RSA)
    assert rows["ecdsa"].chain == hashes(OF_EC)


def test_a_client_profile_is_asked_besides_and_its_answer_kept_under_its_id(make_site):
    profile = replace(OFFERS["tls12"], id="java8", title="a Java 8 client")
    with nginx(OF_RSA, OF_EC) as where:
        rows = rows_of(collect(site=make_site(where), offers={"java8": profile}))
    assert set(rows) == {"browser", "rsa", "ecdsa", "java8"}
    assert rows["java8"].chain == hashes(OF_EC)
    assert rows["java8"].version == "TLS 1.2"


def test_two_endpoints_with_the_same_certificate_keep_it_once(make_site):
    with nginx(OF_RSA, protocols="TLSv1.2") as one, nginx(OF_RSA, protocols="TLSv1.2") as two:
        evidence = collect(site=make_site(one, two))
    assert set(evidence.certificates) == set(hashes(OF_RSA))
    assert [row.endpoint for row in evidence.presentations] == ["s0/other"] * 3 + ["s1/other"] * 3
