"""What real servers give to each offer, told by the leaf's bytes."""

import subprocess

import pytest
from cryptography import x509

from certlib.reasons import Reason, describe_in_english
from certlib.tls import Answer
from certs import Issued, ca, leaf, self_signed
from servers import jsse, nginx, node_https, openssl_s_server, program
from tls.conversation import ask

RSA_ROOT = ca("Example RSA root", "rsa")
RSA_CA = ca("Example RSA CA", "rsa", issuer=RSA_ROOT)
EC_CA = ca("Example EC CA", "ec", issuer=ca("Example EC root", "ec"))
OF_RSA = leaf(RSA_CA, "rsa")
OF_EC = leaf(EC_CA, "ec")
EC_UNDER_RSA = leaf(RSA_CA, "ec")
RSA_UNDER_EC = leaf(EC_CA, "rsa")
CHAINS = {one.der: one for one in (OF_RSA, OF_EC, EC_UNDER_RSA, RSA_UNDER_EC)}

ALL_SUITES = ("-cipher", "ALL:@SECLEVEL=0")
BOTH = ["rsa", "ecdsa"]


def is_chain_of(answer: Answer, pair: Issued) -> bool:
    """Whether the answer is the pair's whole chain and nothing is wrong with it."""
    return (answer.reason, answer.chain) == (None, tuple(one.der for one in pair.chain))


def keys_given(where: tuple[str, int], *offers: str) -> list[str]:
    """For each offer the leaf's key, or the alert."""
    found = []
    for offer in offers:
        answer = ask(where, offer)
        names = {OF_RSA.der: "rsa", RSA_UNDER_EC.der: "rsa", OF_EC.der: "ec", EC_UNDER_RSA.der: "ec"}
        found.append(
            names[answer.chain[0]]
            if answer.chain
            else f"{answer.reason}: {describe_in_english(answer.detail)}"
        )
    return found


@pytest.mark.parametrize(
    ("of_rsa", "of_ec"), [(OF_RSA, OF_EC), (RSA_UNDER_EC, EC_UNDER_RSA)], ids=["", "crossed"]
)
@pytest.mark.parametrize("server", [nginx, node_https, openssl_s_server, jsse])
def test_both_certificates_of_a_server_are_seen_whole_in_each_version(server, of_rsa, of_ec):
    with server(of_rsa, of_ec) as where:
        assert is_chain_of(ask(where, "browser"), of_ec)
        for offer in ("rsa", "rsa-tls12", "rsa-tls13", "rsa-suites", "rsa-gentle"):
            assert is_chain_of(ask(where, offer), of_rsa), offer
        for offer in ("ecdsa", "ecdsa-tls12", "ecdsa-tls13", "ecdsa-suites"):
            assert is_chain_of(ask(where, offer), of_ec), offer


def test_an_offer_of_one_version_gets_that_version():
    with nginx(OF_RSA, OF_EC) as where:
        assert ask(where, "browser").version == "TLS 1.3"
        assert ask(where, "rsa-tls12").version == "TLS 1.2"
        assert ask(where, "ecdsa-tls13").version == "TLS 1.3"
        assert ask(where, "tls12").version == "TLS 1.2"


def test_the_browser_offer_agrees_on_a_protocol_and_its_signature_is_named():
    with nginx(OF_RSA) as where:
        answer = ask(where, "browser")
    assert answer.alpn == "http/1.1"
    assert answer.signature_algorithm == "rsa_pss_rsae_sha256"
    assert answer.suite in {"TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384"}
    assert answer.group == "x25519"


def test_a_server_of_tls_1_3_alone_shows_both_certificates():
    with nginx(OF_RSA, OF_EC, protocols="TLSv1.3") as where:
        assert keys_given(where, "browser", *BOTH) == ["ec", "rsa", "ec"]
        assert keys_given(where, "rsa-tls12") == ["alert: protocol_version"]


def test_a_server_with_rsa_suites_first_gives_rsa_in_tls_1_2_and_still_has_ec():
    with nginx(
        OF_RSA,
        OF_EC,
        protocols="TLSv1.2",
        ciphers="ECDHE-RSA-AES128-GCM-SHA256:ALL",
        prefer_server_ciphers=True,
    ) as where:
        assert keys_given(where, "browser", *BOTH) == ["rsa", "rsa", "ec"]


def test_a_server_without_a_kind_says_so_with_an_alert():
    with nginx(OF_RSA) as where:
        assert keys_given(where, "browser", *BOTH) == ["rsa", "rsa", "alert: handshake_failure"]
    with nginx(OF_EC) as where:
        assert keys_given(where, "browser", *BOTH) == ["ec", "alert: handshake_failure", "ec"]


@pytest.mark.parametrize("protocols", ["TLSv1.2", "TLSv1.3"])
def test_a_server_that_asks_for_a_client_certificate_presents_its_own_before(protocols):
    with nginx(OF_RSA, OF_EC, protocols=protocols, client_ca=RSA_ROOT) as where:
        for offer, pair in (("browser", OF_EC), ("rsa", OF_RSA), ("ecdsa", OF_EC)):
            answer = ask(where, offer)
            assert is_chain_of(answer, pair)
            assert answer.client_certificate_requested


def test_a_server_that_requires_a_client_certificate_presents_its_own_before():
    with openssl_s_server(OF_RSA, None, "-Verify", "1") as where:
        answer = ask(where, "browser")
    assert is_chain_of(answer, OF_RSA)
    assert answer.client_certificate_requested


def test_a_server_that_knows_only_its_own_name_refuses_others():
    with nginx(OF_RSA, default_server=False) as where:
        assert is_chain_of(ask(where, "rsa"), OF_RSA)
        answer = ask(where, "rsa", server_name="other.example.test")
        assert (answer.reason, describe_in_english(answer.detail)) == (Reason.ALERT, "unrecognized_name")
        assert describe_in_english(ask(where, "rsa", server_name="192.0.2.1").detail) == "unrecognized_name"


@pytest.mark.parametrize(
    ("group", "name"),
    [
        ("P-384", "secp384r1"),
        ("P-521", "secp521r1"),
        ("X448", "x448"),
        ("ffdhe2048", "ffdhe2048"),
        ("ffdhe4096", "ffdhe4096"),
    ],
)
def test_a_server_that_wants_another_group_is_sent_a_second_hello(group, name):
    with openssl_s_server(OF_RSA, OF_EC, "-tls1_3", "-groups", group) as where:
        for offer, pair in (("rsa", OF_RSA), ("ecdsa", OF_EC)):
            answer = ask(where, offer)
            assert is_chain_of(answer, pair)
            assert (answer.group, answer.retried) == (name, True)


def test_the_browser_offer_too_answers_a_hello_retry_request():
    with openssl_s_server(OF_RSA, OF_EC, "-tls1_3", "-groups", "P-384") as where:
        answer = ask(where, "browser")
    assert is_chain_of(answer, OF_EC)
    assert (answer.group, answer.retried) == ("secp384r1", True)


@pytest.mark.parametrize(("option", "version"), [("-tls1", "TLS 1.0"), ("-tls1_1", "TLS 1.1")])
def test_an_old_version_is_read_with_both_certificates(option, version):
    with openssl_s_server(OF_RSA, OF_EC, option, *ALL_SUITES) as where:
        for offer, pair in (("rsa", OF_RSA), ("ecdsa", OF_EC)):
            answer = ask(where, offer)
            assert is_chain_of(answer, pair)
            assert answer.version == version
        assert describe_in_english(ask(where, "browser").detail) == "protocol_version"


def test_a_bare_hello_of_tls_1_0_is_answered():
    with openssl_s_server(OF_RSA, None, "-tls1", *ALL_SUITES) as where:
        answer = ask(where, "tls10-bare")
    assert is_chain_of(answer, OF_RSA)
    assert answer.version == "TLS 1.0"


@pytest.mark.parametrize(
    "suite", ["DHE-RSA-AES128-GCM-SHA256", "AES256-SHA256", "CAMELLIA128-SHA", "ARIA128-GCM-SHA256"]
)
def test_a_server_with_a_single_rsa_suite_is_read(suite):
    with openssl_s_server(OF_RSA, None, "-tls1_2", "-cipher", f"{suite}:@SECLEVEL=0") as where:
        assert is_chain_of(ask(where, "rsa"), OF_RSA)


@pytest.mark.parametrize("suite", ["ECDHE-ECDSA-AES256-CCM8", "ECDHE-ECDSA-CAMELLIA128-SHA256"])
def test_a_server_with_a_single_ecdsa_suite_is_read(suite):
    with openssl_s_server(OF_EC, None, "-tls1_2", "-cipher", f"{suite}:@SECLEVEL=0") as where:
        assert is_chain_of(ask(where, "ecdsa"), OF_EC)


@pytest.mark.parametrize("option", ["-tls1_2", "-tls1_3"])
@pytest.mark.parametrize(
    "suites", ["TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_CCM_SHA256", "TLS_AES_128_CCM_8_SHA256"]
)
def test_a_server_with_a_single_suite_of_tls_1_3_is_read(option, suites):
    with openssl_s_server(OF_RSA, None, option, "-ciphersuites", suites, *ALL_SUITES) as where:
        assert is_chain_of(ask(where, "rsa"), OF_RSA)


@pytest.mark.parametrize("option", ["-tls1_2", "-tls1_3"])
def test_a_leaf_of_ed25519_answers_only_to_the_offer_of_any_key(option):
    pair = self_signed("ed25519")
    with openssl_s_server(pair, None, option) as where:
        assert is_chain_of(ask(where, "any"), pair)
        for offer in BOTH:
            assert ask(where, offer).reason is Reason.ALERT


@pytest.mark.parametrize("key", ["ec384", "ec521", "secp256k1", "brainpool"])
def test_a_leaf_on_another_curve_is_an_ecdsa_certificate(key):
    pair = self_signed(key)
    with openssl_s_server(pair, None, "-tls1_2") as where:
        assert is_chain_of(ask(where, "ecdsa"), pair)


@pytest.mark.parametrize("pairs", [(OF_RSA, EC_UNDER_RSA), (RSA_UNDER_EC, EC_UNDER_RSA)])
def test_java_with_the_rule_of_old_releases_hides_an_ec_certificate_under_an_rsa_ca(pairs):
    with jsse(*pairs, key_manager="SunX509", old_rule=True) as where:
        assert keys_given(where, "browser", *BOTH) == ["rsa", "rsa", "alert: handshake_failure"]


def test_java_of_old_versions_shows_both_certificates():
    with jsse(RSA_UNDER_EC, EC_UNDER_RSA, protocols="TLSv1,TLSv1.1") as where:
        assert keys_given(where, "browser", *BOTH) == ["alert: protocol_version", "rsa", "ec"]
        assert ask(where, "rsa").version == "TLS 1.1"
        assert ask(where, "tls10-bare").version == "TLS 1.0"


def test_an_old_leaf_of_1024_bits_and_sha_1_is_read(tmp_path):
    young = self_signed("rsa1024")
    cert = tmp_path / "old.pem"  # the library that makes the others signs no SHA-1
    command = ["req", "-x509", "-sha1", "-key", young.key_path, "-subj", "/CN=old.example.test", "-out", cert]
    subprocess.run([program("openssl"), *command], check=True, capture_output=True)
    pair = Issued(x509.load_pem_x509_certificate(cert.read_bytes()), young.key, None)
    with openssl_s_server(pair, None, "-tls1_2", *ALL_SUITES) as where:
        assert is_chain_of(ask(where, "rsa"), pair)


@pytest.fixture
def hybrid_capable_openssl():
    """An openssl that knows the hybrids with ML-KEM (3.5 and later)."""
    listed = subprocess.run([program("openssl"), "list", "-kem-algorithms"], capture_output=True, check=False)
    if b"X25519MLKEM768" not in listed.stdout:
        pytest.skip("openssl is not installed in a version that knows X25519MLKEM768")


@pytest.mark.parametrize("group", ["X25519MLKEM768", "SecP256r1MLKEM768", "SecP384r1MLKEM1024"])
@pytest.mark.usefixtures("hybrid_capable_openssl")
def test_a_server_with_a_post_quantum_group_alone_is_read(group):
    with openssl_s_server(OF_RSA, None, "-tls1_3", "-groups", group) as where:
        answer = ask(where, "rsa")
    assert is_chain_of(answer, OF_RSA)
    assert answer.group == group
