"""Leaves with one thing wrong, or right: each part of a certificate is what the test says."""

import datetime as dt
import itertools

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from certs import NOT_AFTER, NOT_BEFORE, Issued

SERVER, CLIENT = ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH
BR_POLICY = x509.ObjectIdentifier("2.23.140.1.2.2")
USAGES = (
    *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement"),
    *("key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
)
_serial = itertools.count(900_001)


def ec_key(curve=ec.SECP384R1):
    return ec.generate_private_key(curve())


def rsa_key(bits=2048):
    return rsa.generate_private_key(65537, bits)


def made(
    issuer, *names, key=None, digest="SHA256", eku=(SERVER, CLIENT), usage=None, critical=(),
    policies=(), life=(NOT_BEFORE, NOT_AFTER), ca=False,
):  # fmt: skip
    """A leaf, or a CA; `issuer` None signs it with its own key. `critical`: extension classes marked so."""
    private = key or ec_key()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
    extensions = [x509.BasicConstraints(ca=ca, path_length=None)]
    if not ca:
        extensions.append(x509.SubjectAlternativeName([x509.DNSName(one) for one in names]))
    if eku:
        extensions.append(x509.ExtendedKeyUsage(eku))
    if usage is not None:
        extensions.append(x509.KeyUsage(**{one: one in usage for one in USAGES}))
    if policies:
        extensions.append(x509.CertificatePolicies([x509.PolicyInformation(one, None) for one in policies]))
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer.cert.subject if issuer else name)
        .public_key(private.public_key())
        .serial_number(next(_serial))
        .not_valid_before(life[0])
        .not_valid_after(life[1])
    )
    for extension in extensions:
        marked = isinstance(extension, (x509.BasicConstraints, *critical))
        builder = builder.add_extension(extension, critical=marked)
    return Issued(
        builder.sign((issuer or Issued(None, private, None)).key, getattr(hashes, digest)()), private, issuer
    )


def days(count, *, start=dt.datetime(2026, 11, 1, tzinfo=dt.UTC)):
    """A life of so many days."""
    return start, start + dt.timedelta(days=count)
