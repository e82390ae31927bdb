"""Certificates as facts, also where servers send what is none."""

import base64
import hashlib
import warnings
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from cryptography import x509 as made
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from hypothesis import given
from hypothesis import strategies as st

import certs
from browsers.cases import CASES, case
from browsers.der import extension as written
from browsers.der import made as put_together
from certlib import x509
from certlib.text import visible
from certlib.x509 import Unreadable

RSA_CA = certs.ca("Example RSA root", "rsa")
EC_CA = certs.ca("Example EC root", "ec384")
# Self-signed ones as old boxes have them; cryptography reads such, but does not make them.
SHA1 = base64.b64decode(
    "MIIBiDCCATCgAwIBAgIUJ6qMNE7AZEg+bFuruATmH8ovLS8wCQYHKoZIzj0EATAbMRkwFwYDVQQDDBBvbGQuZXhhbXBsZS50"
    "ZXN0MB4XDTI2MTEyMzE4MjY0MVoXDTQ2MDEyMjE4MjY0MVowGzEZMBcGA1UEAwwQb2xkLmV4YW1wbGUudGVzdDBZMBMGByqG"
    "SM49AgEGCCqGSM49AwEHA0IABCsA3L9DIv8ER38E24e22Fo2/zFq7a/7FGtdXvdcvgYEytJjrWXDklmKsTBM21suL1Hjup9V"
    "zVOYXU3PNZ9J1qWjUzBRMB0GA1UdDgQWBBQAwJGpu3ftduadS46Q2ZXJbAHwfjAfBgNVHSMEGDAWgBQAwJGpu3ftduadS46Q"
    "2ZXJbAHwfjAPBgNVHRMBAf8EBTADAQH/MAkGByqGSM49BAEDRwAwRAIgEoHajVZWx0ne4+qy8iNKq+CSzHBQrTSg/2U7hLbx"
    "X2gCIAgUfWGFU2bSPVyDEhwTf/bp/UwNc9302VuvVIVHirdo"
)
MD5 = base64.b64decode(
    "MIICEjCCAXugAwIBAgIUBebycGZeDACzlHGk2BDcch56OOcwDQYJKoZIhvcNAQEEBQAwGzEZMBcGA1UEAwwQb2xkLmV4YW1w"
    "bGUudGVzdDAeFw0yNjExMjMxODI2MjBaFw00NjAxMjIxODI2MjBaMBsxGTAXBgNVBAMMEG9sZC5leGFtcGxlLnRlc3QwgZ8w"
    "DQYJKoZIhvcNAQEBBQADgY0AMIGJAoGBAMLrRdUoTA32sOoT75kwn3ij3YkcsFoz0QcRwS6YthHlV/6sWJUwae++mOG50m0n"
    "YT7Y9P/D6CyNVxCmIZlpRthDBUmxJzTRxknpj1D+cmeS46ObvSuLpqavBhJXZVfJBmu9/uNDYWkyr5fm/jpujTXH4FjAQXyN"
    "PXhItMr1SJwNAgMBAAGjUzBRMB0GA1UdDgQWBBSG8Fg8G09wvvYX8Yyl450M4mN8XjAfBgNVHSMEGDAWgBSG8Fg8G09wvvYX"
    "8Yyl450M4mN8XjAPBgNVHRMBAf8EBTADAQH/MA0GCSqGSIb3DQEBBAUAA4GBAIp4V3FsNX/88nQD5NypFE6SU2lY7cTkc8dx"
    "HfsJ5cuZn2EBv9LEjifg0qelsw5xYTqdtrTyxDoA2F+kq27XnbX73aBKrCe0LiAzJR0J9vW2S06c4OXFZJxnG5EsYvUnOEqR"
    "zWkdo/wxqd7CoYpgadJ7WHuFXdWT92F6nICqsg5C"
)
KEY = ec.generate_private_key(ec.SECP256R1())


def make(
    *,
    subject: str = "uccx1.example.test",
    issuer: str | None = None,
    signer: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey = KEY,
    extensions: tuple[made.ExtensionType, ...] = (),
    **signing: object,
) -> bytes:
    def name(text: str) -> made.Name:
        return made.Name([made.NameAttribute(NameOID.COMMON_NAME, text)])

    builder = (
        made.CertificateBuilder()
        .subject_name(name(subject))
        .issuer_name(name(issuer or subject))
        .public_key(KEY.public_key())
        .serial_number(0xABC)
        .not_valid_before(datetime(2024, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=365))
    )
    for extension in extensions:
        builder = builder.add_extension(extension, critical=False)
    return builder.sign(signer, hashes.SHA256(), **signing).public_bytes(Encoding.DER)


@pytest.mark.parametrize(
    ("issued", "kind", "key_type", "signature_key"),
    [
        (certs.self_signed("rsa"), "self-signed", "rsa", "rsa"),
        (certs.self_signed("ec"), "self-signed", "ec", "ec"),
        (certs.self_signed("ed25519"), "self-signed", "ed25519", "other"),
        (certs.self_signed("dsa"), "self-signed", "other", "other"),
        (certs.self_signed("brainpool"), "self-signed", "ec", "ec"),
        (certs.leaf(RSA_CA, "ec"), "rsa-ca", "ec", "rsa"),
        (certs.leaf(RSA_CA, "rsa"), "rsa-ca", "rsa", "rsa"),
        (certs.leaf(EC_CA, "rsa"), "ec-ca", "rsa", "ec"),
        (certs.leaf(EC_CA, "ec"), "ec-ca", "ec", "ec"),
        (certs.leaf(certs.ca("Example Ed root", "ed25519"), "rsa"), "other-ca", "rsa", "other"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_issuers_key_decides_the_kind_and_never_the_leafs(
    issued: certs.Issued, kind: str, key_type: str, signature_key: str
) -> None:
    certificate = x509.read(issued.der)
    assert (certificate.kind, certificate.key_type, certificate.signature_key) == (
        kind,
        key_type,
        signature_key,
    )
    assert certificate.self_signed is (kind == "self-signed")


def test_old_hashes_are_named_and_self_signed_is_told_all_the_same() -> None:
    sha1, md5 = x509.read(SHA1), x509.read(MD5)
    assert (sha1.kind, sha1.signature_algorithm, sha1.signature_hash) == (
        "self-signed",
        "ecdsa-with-SHA1",
        "sha1",
    )
    assert (md5.kind, md5.signature_algorithm, md5.signature_hash) == (
        "self-signed",
        "md5WithRSAEncryption",
        "md5",
    )


def test_where_a_signature_can_not_be_verified_contradicting_key_identifiers_decide() -> None:
    own = x509.read(MD5).subject_key_id
    assert isinstance(own, str)
    place = MD5.rindex(bytes.fromhex(own))  # the authority's
    assert x509.read(MD5[:place] + b"\0\0" + MD5[place + 2 :]).kind == "rsa-ca"


def test_rsa_pss_is_an_rsa_key() -> None:
    key = rsa.generate_private_key(65537, 2048)
    pss = padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.DIGEST_LENGTH)
    certificate = x509.read(make(issuer="Example root", signer=key, rsa_padding=pss))
    assert (certificate.kind, certificate.signature_algorithm) == ("rsa-ca", "rsassaPss")
    assert certificate.signature_hash == "sha256"


def test_a_certificate_that_only_bears_its_own_name_as_issuer_is_not_self_signed() -> None:
    stranger = ec.generate_private_key(ec.SECP256R1())
    assert x509.read(make(signer=stranger)).kind == "ec-ca"
    assert x509.read(make(signer=rsa.generate_private_key(65537, 2048))).kind == "rsa-ca"


def test_every_field_of_a_certificate() -> None:
    der = make(
        subject="uccx1-EC.example.test",
        issuer="Example EC CA",
        extensions=(
            made.SubjectAlternativeName(
                [made.DNSName("uccx1.example.test"), made.IPAddress(ip_address("::1"))]
            ),
            made.BasicConstraints(ca=False, path_length=None),
            made.KeyUsage(True, False, False, False, True, False, False, False, True),
            made.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, made.ObjectIdentifier("1.2.3")]),
            made.SubjectKeyIdentifier(b"\x01\x02"),
            made.AuthorityKeyIdentifier(b"\x03\x04", None, None),
            made.CertificatePolicies([made.PolicyInformation(made.ObjectIdentifier("2.23.140.1.2.2"), None)]),
        ),
    )
    certificate = x509.read(der)
    assert certificate == x509.Certificate(
        der=der,
        sha256=certificate.sha256,
        subject="CN=uccx1-EC.example.test",
        subject_cn="uccx1-EC.example.test",
        issuer="CN=Example EC CA",
        issuer_cn="Example EC CA",
        serial="ABC",
        not_before=datetime(2024, 1, 1, tzinfo=UTC),
        not_after=datetime(2024, 12, 31, tzinfo=UTC),
        key_type="ec",
        key_bits=256,
        curve="secp256r1",
        signature_algorithm="ecdsa-with-SHA256",
        signature_hash="sha256",
        signature_key="ec",
        dns_names=("uccx1.example.test",),
        ip_addresses=("::1",),
        is_ca=False,
        key_usage=("digitalSignature", "keyAgreement", "decipherOnly"),
        extended_key_usage=("serverAuth", "1.2.3"),
        subject_key_id="0102",
        authority_key_id="0304",
        key_sha256=hashlib.sha256(
            KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        ).hexdigest(),
        extensions=(
            "2.5.29.17",
            "2.5.29.19",
            "2.5.29.15",
            "2.5.29.37",
            "2.5.29.14",
            "2.5.29.35",
            "2.5.29.32",
        ),
        critical=(),
        policies=("2.23.140.1.2.2",),
        self_signed=False,
        kind="ec-ca",
    )


def test_bytes_that_are_no_certificate_are_kept_with_the_reason_in_every_field() -> None:
    certificate = x509.read(b"no certificate")
    assert certificate.der == b"no certificate"
    assert certificate.kind == "unreadable"
    assert isinstance(certificate.subject, Unreadable)
    assert str(certificate.subject) == "unreadable (not valid DER: short data)"


def test_one_broken_field_leaves_the_others_readable() -> None:
    der = make(extensions=(made.BasicConstraints(ca=True, path_length=None),))
    broken = der.replace(
        b"\x30\x03\x01\x01\xff", b"\x30\x03\x05\x01\xff"
    )  # CA:TRUE becomes a null of one byte
    assert broken != der
    certificate = x509.read(broken)
    assert isinstance(certificate.is_ca, Unreadable)
    assert certificate.dns_names == ()
    assert certificate.subject_cn == "uccx1.example.test"


def test_an_unknown_curve_leaves_names_and_kind_readable() -> None:
    der = certs.self_signed("ec").der
    oid = bytes.fromhex("06082a8648ce3d030107")  # secp256r1
    certificate = x509.read(der.replace(oid, oid[:-1] + b"\x63"))
    assert isinstance(certificate.curve, Unreadable)
    assert certificate.key_type == "ec"
    assert certificate.kind == "self-signed"  # by its names, since the signature can't be verified


def test_hostile_names_are_visible_and_cut() -> None:
    certificate = x509.read(make(subject="<b>\u202egro.live\u202c\r\n</b>"))
    assert certificate.subject_cn == r"<b>\u{202E}gro.live\u{202C}\u{000D}\u{000A}</b>"
    names = made.SubjectAlternativeName([made.DNSName("a" * 5000)])
    (name,) = x509.read(make(extensions=(names,))).dns_names
    assert name.endswith("… (5000 characters)")


def test_ten_thousand_names_are_all_there() -> None:
    names = made.SubjectAlternativeName([made.DNSName(f"n{i}.example.test") for i in range(10_000)])
    assert len(x509.read(make(extensions=(names,))).dns_names) == 10_000


def test_a_certificate_the_parser_complains_of_is_read_in_silence() -> None:
    der = make()
    serial = b"\x02\x02\x0a\xbc"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        certificate = x509.read(der.replace(serial, b"\x02\x02\xfa\xbc"))
    assert certificate.serial == "-544"


def test_pem_holds_the_bytes_also_when_they_can_not_be_read() -> None:
    for der in (RSA_CA.der, b"no certificate", b""):
        (again,) = x509.from_pem(x509.pem(x509.read(der)))
        assert again.der == der
    assert x509.pem(x509.read(RSA_CA.der)).encode() == RSA_CA.pem


def test_every_certificate_of_a_pem_text_is_found_and_keys_are_passed_over() -> None:
    text = "bag attributes\n" + RSA_CA.pem.decode() + RSA_CA.key_pem.decode() + EC_CA.pem.decode()
    assert [each.sha256 for each in x509.from_pem(text)] == [RSA_CA.sha256, EC_CA.sha256]


def test_a_pem_block_that_is_not_base64_is_kept_as_unreadable() -> None:
    (certificate,) = x509.from_pem(f"{x509.BEGIN}\n<html>\n{x509.END}")
    assert certificate.kind == "unreadable"
    assert b"<html>" in certificate.der


@given(st.binary(max_size=400))
def test_any_bytes_are_read_without_an_error(der: bytes) -> None:
    certificate = x509.read(der)
    assert certificate.der == der
    assert x509.from_pem(x509.pem(certificate)) == (certificate,)


MUTABLE = [
    certs.self_signed("ec").der,
    certs.leaf(RSA_CA, "ec", "a.example.test", "b.example.test").der,
    make(
        issuer="x",
        extensions=(
            made.SubjectAlternativeName([made.DNSName("a"), made.IPAddress(ip_address("127.0.0.1"))]),
            made.KeyUsage(True, False, False, False, True, False, False, False, True),
            made.AuthorityKeyIdentifier(b"\x03\x04", None, None),
        ),
    ),
]


@given(
    st.sampled_from(MUTABLE),
    st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), min_size=1, max_size=4),
    st.integers(0, 40),
)
def test_a_mutated_certificate_is_read_without_an_error(
    der: bytes, changes: list[tuple[int, int]], cut: int
) -> None:
    changed = bytearray(der)
    for place, value in changes:
        changed[place % len(changed)] = value
    certificate = x509.read(bytes(changed[: len(changed) - cut] if cut < 5 else changed))
    names = certificate.dns_names if isinstance(certificate.dns_names, tuple) else ()
    for text in (certificate.subject, certificate.issuer, certificate.subject_cn, *names):
        assert visible(str(text)) == str(text)


@given(st.text())
def test_any_text_is_searched_for_pem_without_an_error(text: str) -> None:
    x509.from_pem(text.join([x509.BEGIN, x509.END, base64.b64encode(text.encode()).decode(), x509.END]))


@pytest.mark.parametrize(
    "variant", [one for one in CASES["plain"] if not one.startswith(("star-", "subject-"))]
)
def test_an_extension_that_a_parser_dislikes_hides_none_of_the_others(variant: str) -> None:
    _, one = case("plain", variant, "trusted-ca")
    assert one is not None
    certificate = x509.read(one.der)
    assert certificate.kind == "rsa-ca"
    assert certificate.is_ca is False
    for field in ("dns_names", "key_usage", "extended_key_usage", "extensions", "critical", "policies"):
        assert not isinstance(getattr(certificate, field), Unreadable), field
    assert len(certificate.dns_names) == 1
    if variant.startswith(("notice", "cps")):
        assert certificate.policies == ("1.3.6.1.4.1.99999.1",)


def test_an_extension_that_stands_there_twice_cannot_be_read() -> None:
    again = written("2.5.29.15", b"\x03\x02\x05\xa0")
    certificate = x509.read(put_together(None, "uccx1.example.test", more=(again,)).der)
    assert isinstance(certificate.key_usage, Unreadable)
    assert certificate.dns_names == ("uccx1.example.test",)
