"""The real servers of the tests give each kind of client the leaf of its kind."""

import hashlib
import socket
import ssl

import pytest
from cryptography.x509.oid import SignatureAlgorithmOID

from certs import ca, leaf
from servers import gnutls, nginx, node_https, openssl_s_server, tomcat

RSA_CA = ca("Example RSA CA", "rsa", issuer=ca("Example RSA root", "rsa"))
EC_CA = ca("Example EC CA", "ec", issuer=ca("Example EC root", "ec"))


def presented(where: tuple[str, int], *, suites: str) -> str:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(suites)
    with (
        socket.create_connection(where, timeout=10) as connection,
        context.wrap_socket(connection, server_hostname="uccx1.example.test") as secured,
    ):
        return hashlib.sha256(secured.getpeercert(binary_form=True)).hexdigest()


@pytest.mark.parametrize("server", [nginx, openssl_s_server, node_https, gnutls, tomcat])
def test_a_server_with_two_pairs_presents_each_to_the_client_that_asks_for_it(server):
    of_rsa, of_ec = leaf(RSA_CA, "rsa"), leaf(EC_CA, "ec")
    with server(of_rsa, of_ec) as where:
        assert presented(where, suites="aRSA") == of_rsa.sha256
        assert presented(where, suites="aECDSA") == of_ec.sha256


def test_a_leaf_of_one_key_can_stand_under_a_ca_of_the_other():
    assert leaf(RSA_CA, "ec").cert.signature_algorithm_oid == SignatureAlgorithmOID.RSA_WITH_SHA256
    assert leaf(EC_CA, "rsa").cert.signature_algorithm_oid == SignatureAlgorithmOID.ECDSA_WITH_SHA256
