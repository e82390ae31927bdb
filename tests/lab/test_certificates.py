import ssl
from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from cryptography.x509.oid import SignatureAlgorithmOID as Signature

from certlib import lab
from lab.clients import certificate, endpoint

NOW = datetime(2026, 11, 1, 12, 0, 0, 987, tzinfo=UTC)
UCCX = "uccx1.northwind.example"


def common_name(of):
    return of.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value


def test_the_ecdsa_certificate_is_named_ec_and_has_the_real_name_in_the_san():
    with lab.site(preset="row-3") as running:
        found = certificate(running, UCCX, "tomcat-ECDSA")
    san = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert common_name(found) == "uccx1-EC.northwind.example"
    assert san.get_values_for_type(x509.DNSName) == [UCCX]
    assert isinstance(found.public_key().curve, ec.SECP384R1)


@pytest.mark.parametrize(
    ("preset", "alias", "issuer", "signature"),
    [
        ("row-1", "tomcat", UCCX, Signature.RSA_WITH_SHA256),
        ("row-1", "tomcat-ECDSA", "uccx1-EC.northwind.example", Signature.ECDSA_WITH_SHA384),
        ("row-2", "tomcat", "Northwind RSA Root CA", Signature.RSA_WITH_SHA256),
        ("row-2", "tomcat-ECDSA", "Northwind RSA Root CA", Signature.RSA_WITH_SHA256),
        ("row-3", "tomcat-ECDSA", "Northwind EC Root CA", Signature.ECDSA_WITH_SHA384),
    ],
)
def test_the_state_of_a_node_decides_who_signed(preset, alias, issuer, signature):
    with lab.site(preset=preset) as running:
        found = certificate(running, UCCX, alias)
    assert found.issuer.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value == issuer
    assert found.signature_algorithm_oid == signature


def test_a_node_of_an_old_release_has_no_ecdsa_certificate():
    with lab.site(preset="upgrade") as running:
        assert list(running.keystores[UCCX]) == ["tomcat"]
        assert list(running.keystores["socialminer.northwind.example"]) == ["tomcat", "tomcat-ECDSA"]


def test_validity_counts_from_the_time_that_is_given():
    with lab.site(preset="row-4", now=NOW) as running:
        signed, own = (certificate(running, UCCX, alias) for alias in ("tomcat", "tomcat-ECDSA"))
    assert signed.not_valid_before_utc == datetime(2026, 9, 2, 12, tzinfo=UTC)
    assert (signed.not_valid_after_utc - signed.not_valid_before_utc).days == 2 * 365
    assert (own.not_valid_after_utc - own.not_valid_before_utc).days == 5 * 365


def test_nodes_do_not_share_a_key():
    with lab.site(preset="row-1") as running:
        keys = {
            certificate(running, node, alias).public_key().public_numbers()
            for node, held in running.keystores.items()
            for alias in held
        }
    assert len(keys) == 6


def test_an_issuing_ca_is_sent_behind_the_leaf():
    with lab.site(preset="row-3", intermediate=True) as running:
        chains = running.keystores[UCCX]
        names = {
            alias: [common_name(one) for one in x509.load_pem_x509_certificates(text.encode())]
            for alias, text in chains.items()
        }
    assert names["tomcat"] == [UCCX, "Northwind RSA Issuing CA"]
    assert names["tomcat-ECDSA"] == ["uccx1-EC.northwind.example", "Northwind EC Issuing CA"]


@pytest.mark.parametrize("intermediate", [False, True])
def test_a_client_that_trusts_the_cas_accepts_every_server(intermediate, connect):
    with lab.site(preset="row-3", intermediate=intermediate) as running:
        context = ssl.create_default_context(cadata="".join(running.ca_pem.values()))
        assert {connect(server, context).version() for server in running.endpoints} == {"TLSv1.2"}


def test_a_client_that_trusts_the_cas_refuses_a_self_signed_server(connect):
    with lab.site(preset="row-4") as running:
        context = ssl.create_default_context(cadata="".join(running.ca_pem.values()))
        assert connect(endpoint(running, "uccx-tomcat"), context).version() == "TLSv1.2"
        with pytest.raises(ssl.SSLCertVerificationError):
            connect(endpoint(running, "socketio"), context)
