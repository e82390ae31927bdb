"""Leaves with one thing wrong, or right: each part of a certificate is what the test says."""

import datetime as dt
import hashlib
import ipaddress
import itertools

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
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
    policies=(), life=(NOT_BEFORE, NOT_AFTER), ca=False, common_name=None, addresses=(),
):  # fmt: skip
    """A leaf, or a CA; `issuer` None signs it with its own key. `critical`: extension classes marked so."""
    private = key or ec_key()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name or names[0])])
    extensions = [x509.BasicConstraints(ca=ca, path_length=None)]
    if not ca:
        extensions.append(_alternative_names(names, addresses))
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


def with_sha1(issued):
    """The same certificate, truly signed with RSA and SHA-1, which libraries no longer do."""
    new, old = (bytes.fromhex(f"06092a864886f70d0101{one}") for one in ("0b", "05"))
    below = issued.cert.tbs_certificate_bytes
    signed = below.replace(new, old)
    key = (issued.issuer or issued).key
    size = key.key_size // 8
    digest = bytes.fromhex("3021300906052b0e03021a05000414") + hashlib.sha1(signed).digest()  # noqa: S324
    block = b"\x00\x01" + b"\xff" * (size - len(digest) - 3) + b"\x00" + digest
    numbers = key.private_numbers()
    signature = pow(int.from_bytes(block), numbers.d, numbers.public_numbers.n).to_bytes(size)
    der = issued.cert.public_bytes(serialization.Encoding.DER).replace(below, signed).replace(new, old)
    return Issued(x509.load_der_x509_certificate(der[:-size] + signature), issued.key, issued.issuer)


def _alternative_names(names, addresses):
    written = [x509.IPAddress(ipaddress.ip_address(one)) for one in addresses]
    return x509.SubjectAlternativeName([*(x509.DNSName(one) for one in names), *written])


def days(count, *, start=dt.datetime(2026, 11, 1, tzinfo=dt.UTC)):
    """A life of so many days."""
    return start, start + dt.timedelta(days=count)
