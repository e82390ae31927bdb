"""Certificates as facts, also where servers send what is none."""

import base64
import hashlib
import warnings
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from cryptography import x509 as crypto
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, pkcs7
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import given
from hypothesis import strategies as st

import certs
from browsers import der
from browsers.cases import CASES, case
from browsers.der import extension as written
from browsers.der import integer, oid, seq, tlv
from browsers.der import made as put_together
from browsers.der import name as named
from certlib import x509
from certlib.der import read_items
from certlib.text import make_visible
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
    extensions: tuple[crypto.ExtensionType, ...] = (),
    **signing: object,
) -> bytes:
    """A certificate of KEY with these extensions alone."""
    return certs.build_certificate(
        certs.build_certificate(None, subject=issuer or subject, key=signer, is_ca=True),
        subject=subject, key=KEY, serial=0xABC, extensions=extensions,
        life=certs.days(365, start=certs.NOT_BEFORE), **signing,
    ).der  # fmt: skip


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
            crypto.SubjectAlternativeName(
                [crypto.DNSName("uccx1.example.test"), crypto.IPAddress(ip_address("::1"))]
            ),
            crypto.BasicConstraints(ca=False, path_length=None),
            crypto.KeyUsage(True, False, False, False, True, False, False, False, True),
            crypto.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, crypto.ObjectIdentifier("1.2.3")]),
            crypto.SubjectKeyIdentifier(b"\x01\x02"),
            crypto.AuthorityKeyIdentifier(b"\x03\x04", None, None),
            crypto.CertificatePolicies(
                [crypto.PolicyInformation(crypto.ObjectIdentifier("2.23.140.1.2.2"), None)]
            ),
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
    der = make(extensions=(crypto.BasicConstraints(ca=True, path_length=None),))
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
    names = crypto.SubjectAlternativeName([crypto.DNSName("a" * 5000)])
    (name,) = x509.read(make(extensions=(names,))).dns_names
    assert name.endswith("… (5000 characters)")


def test_ten_thousand_names_are_all_there() -> None:
    names = crypto.SubjectAlternativeName([crypto.DNSName(f"n{i}.example.test") for i in range(10_000)])
    assert len(x509.read(make(extensions=(names,))).dns_names) == 10_000


def test_a_certificate_the_parser_complains_of_is_read_in_silence() -> None:
    der = make()
    serial = b"\x02\x02\x0a\xbc"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        certificate = x509.read(der.replace(serial, b"\x02\x02\xfa\xbc"))
    assert certificate.serial == "-544"


def test_pem_holds_the_bytes_also_when_they_can_not_be_read() -> None:
    for data in (RSA_CA.der, b"no certificate", b""):
        (again,) = x509.read_pem(x509.write_pem(x509.read(data)))
        assert again.der == data
    assert x509.write_pem(x509.read(RSA_CA.der)).encode() == RSA_CA.pem


def test_every_certificate_of_a_pem_text_is_found_and_keys_are_passed_over() -> None:
    text = "bag attributes\n" + RSA_CA.pem.decode() + RSA_CA.key_pem.decode() + EC_CA.pem.decode()
    assert [each.sha256 for each in x509.read_pem(text)] == [RSA_CA.sha256, EC_CA.sha256]


def test_a_pem_block_that_is_not_base64_is_kept_as_unreadable() -> None:
    (certificate,) = x509.read_pem(f"{x509.BEGIN}\n<html>\n{x509.END}")
    assert certificate.kind == "unreadable"
    assert b"<html>" in certificate.der


@given(st.binary(max_size=400))
def test_any_bytes_are_read_without_an_error(der: bytes) -> None:
    certificate = x509.read(der)
    assert certificate.der == der
    assert x509.read_pem(x509.write_pem(certificate)) == (certificate,)


MUTABLE = [
    certs.self_signed("ec").der,
    certs.leaf(RSA_CA, "ec", "a.example.test", "b.example.test").der,
    make(
        issuer="x",
        extensions=(
            crypto.SubjectAlternativeName([crypto.DNSName("a"), crypto.IPAddress(ip_address("127.0.0.1"))]),
            crypto.KeyUsage(True, False, False, False, True, False, False, False, True),
            crypto.AuthorityKeyIdentifier(b"\x03\x04", None, None),
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
        assert make_visible(str(text)) == str(text)


@given(st.text())
def test_any_text_is_searched_for_pem_without_an_error(text: str) -> None:
    x509.read_pem(text.join([x509.BEGIN, x509.END, base64.b64encode(text.encode()).decode(), x509.END]))


@pytest.mark.parametrize("variant", CASES["plain"])
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
    assert told(certificate) == ["2.5.29.15: the extension stands there twice"]


# --- what a strict reader refuses: one part is odd, and all the others are there

HOST = "uccx1.example.test"
ROOT = put_together(None, "Example root", ca=True)
LEAF_KEY = rsa.generate_private_key(65537, 2048)
START = datetime(2026, 11, 1, tzinfo=UTC)
GRUESSE = "Grüße"
LATIN = GRUESSE.encode("latin-1")
SAN, USAGE, EXTENDED = "2.5.29.17", "2.5.29.15", "2.5.29.37"
SERVER_AUTH = oid("1.3.6.1.5.5.7.3.1")
OWN = {"der", "sha256", "malformed"}  # fields that differ between any two certificates


def one_with(**facts: object) -> x509.Certificate:
    return x509.read(put_together(ROOT, HOST, **{"key": LEAF_KEY, "start": START, "serial": 7, **facts}).der)


def with_part(place: int, whole: bytes) -> x509.Certificate:
    """The good certificate with another part of what is signed: 0 is the version, 6 the key."""
    parts = der_parts(GOOD.der)
    return x509.read(seq(seq(*parts[0][:place], whole, *parts[0][place + 1 :]), *parts[1:]))


def der_parts(whole: bytes) -> list[list[bytes] | bytes]:
    signed, *rest = read_items(read_items(whole)[0].body)
    return [[one.whole for one in read_items(signed.body)], *(one.whole for one in rest)]


def told(certificate: x509.Certificate) -> list[str]:
    return [str(one) for one in certificate.malformed]


def differences(one: x509.Certificate, other: x509.Certificate) -> set[str]:
    names = {each.name for each in fields(one)} - OWN
    return {name for name in names if getattr(one, name) != getattr(other, name)}


def unreadable(certificate: x509.Certificate) -> set[str]:
    return {one.name for one in fields(certificate) if isinstance(getattr(certificate, one.name), Unreadable)}


GOOD = one_with()
NEGATIVE_MODULUS = integer(-(1 << 2047) - 1)


@pytest.mark.parametrize(
    ("tag", "value", "shown"),
    [
        (der.PRINTABLE, b"*.example.test", "*.example.test"),
        (der.PRINTABLE, b"a_b@c&d", "a_b@c&d"),
        (der.PRINTABLE, LATIN, GRUESSE),
        (der.PRINTABLE, GRUESSE.encode(), GRUESSE),
        (der.T61, LATIN, GRUESSE),
        (der.IA5, LATIN, GRUESSE),
        (der.UTF8, LATIN, GRUESSE),
        (0x1B, b"node", "node"),  # GeneralString
        (der.BMP, b"\x00a\x00", r"a\\x00"),
        (der.BMP, b"\xd8\x00", r"\\xd8\\x00"),
        (der.UNIVERSAL, b"\xff\xff\xff\xff", r"\\xff\\xff\\xff\\xff"),
        (0x01, b"\xff", r"\#0101ff"),
    ],
)
def test_a_subject_of_any_bytes_is_shown_and_hides_nothing(tag: int, value: bytes, shown: str) -> None:
    certificate = one_with(subject=named(value, tag))
    assert certificate.subject == f"CN={shown}"
    assert certificate.subject_cn == shown.replace("\\\\", "\\").replace(r"\#", "#")
    assert differences(certificate, GOOD) == {"subject", "subject_cn"}
    assert [one.part for one in certificate.malformed] == ["subject"]


@pytest.mark.parametrize(
    ("country", "shown"), [(b"", "C="), (b"Germany", "C=Germany"), (b"D_", "C=D_"), (b"DE", "C=DE")]
)
def test_an_attribute_that_cannot_be_read_hides_no_other(country: bytes, shown: str) -> None:
    subject = seq(
        *(
            tlv(0x31, seq(oid(kind), tlv(tag, value)))
            for kind, tag, value in (
                ("2.5.4.6", der.PRINTABLE, country),
                ("2.5.4.10", der.BMP, "Nürnberg".encode("utf-16-be")),
                ("2.5.4.3", der.UTF8, HOST.encode()),
            )
        )
    )
    assert one_with(subject=subject).subject == f"CN={HOST},O=Nürnberg,{shown}"


def test_an_attribute_without_a_value_is_left_out_and_told() -> None:
    certificate = one_with(
        subject=seq(tlv(0x31, seq(oid("2.5.4.10"))), tlv(0x31, seq(oid("2.5.4.3"), tlv(0x0C, b"n"))))
    )
    assert (certificate.subject, told(certificate)) == ("CN=n", ["subject: not valid DER: short data"])


def test_who_signed_a_certificate_with_an_odd_name_is_told_by_its_names_and_key() -> None:
    odd = named(b"*.example.test", der.PRINTABLE)
    own = x509.read(put_together(None, "", subject=odd, names=(HOST,), key=LEAF_KEY).der)
    assert (own.kind, own.self_signed) == ("self-signed", True)
    above = put_together(None, "", subject=odd, ca=True)
    assert x509.read(put_together(above, HOST, key=LEAF_KEY).der).kind == "rsa-ca"


@pytest.mark.parametrize("version", [None, 1, 3, 99, -1])
def test_a_version_that_does_not_fit_hides_nothing(version: int | None) -> None:
    assert differences(one_with(version=version), GOOD) == set()


@pytest.mark.parametrize("serial", [0, -5, 1 << 200, 1 << 4000])
def test_a_serial_number_of_any_size_is_shown(serial: int) -> None:
    assert one_with(serial=serial).serial == f"{serial:X}"


@pytest.mark.parametrize(
    ("place", "whole", "changed", "lost"),
    [
        (1, tlv(0x02, b"\x00\x00\x07"), set(), set()),  # a serial number with needless zeros
        (1, tlv(0x02), {"serial"}, {"serial"}),
        (4, seq(tlv(0x17, b"2611010000Z"), tlv(0x17, b"2711010000Z")), set(), set()),
        (4, seq(tlv(0x17, b"261101020000+0200"), tlv(0x18, b"20271101000000.5Z")), set(), set()),
        (4, seq(tlv(0x17, b"269901000000Z"), tlv(0x17, b"271101000000Z")), {"not_before"}, {"not_before"}),
        (4, seq(tlv(0x17, b"261101000000Z")), {"not_after"}, {"not_after"}),
        (4, seq(tlv(0x17, b"261101000000Z"), tlv(0x17, b"271101000000")), {"not_after"}, {"not_after"}),
        (
            4,
            seq(tlv(0x18, b"00010101000000+2359"), tlv(0x18, b"99991231235959-2359")),
            {"not_before", "not_after"},
            {"not_before", "not_after"},
        ),
    ],
)
def test_a_number_or_a_time_that_is_no_der_hides_nothing_else(
    place: int, whole: bytes, changed: set[str], lost: set[str]
) -> None:
    certificate = with_part(place, whole)
    assert differences(certificate, GOOD) == changed
    assert unreadable(certificate) == lost
    assert certificate.malformed


def rsa_key(modulus: bytes, exponent: bytes) -> bytes:
    return seq(seq(oid("1.2.840.113549.1.1.1"), b"\x05\x00"), tlv(0x03, b"\x00", seq(modulus, exponent)))


def ec_key(*parameters: bytes, point: bytes = b"\x04" + b"a" * 64) -> bytes:
    return seq(seq(oid("1.2.840.10045.2.1"), *parameters), tlv(0x03, b"\x00", point))


P256, FIELD = oid("1.2.840.10045.3.1.7"), oid("1.2.840.10045.1.1")
MODULUS = integer(LEAF_KEY.public_key().public_numbers().n)


@pytest.mark.parametrize(
    ("key", "kind", "bits", "curve"),
    [
        (rsa_key(MODULUS, integer(0)), "rsa", 2048, None),
        (rsa_key(MODULUS, integer(-3)), "rsa", 2048, None),
        (rsa_key(MODULUS, integer(4)), "rsa", 2048, None),
        (rsa_key(NEGATIVE_MODULUS, integer(65537)), "rsa", 2048, None),
        (ec_key(P256), "ec", 256, "secp256r1"),  # a point that is not on the curve
        (ec_key(oid("1.3.6.1.4.1.99999.9")), "ec", Unreadable, Unreadable),
        (ec_key(seq(integer(1), seq(FIELD, integer(23)))), "ec", Unreadable, Unreadable),
        (ec_key(), "ec", Unreadable, Unreadable),
        (seq(seq(oid("1.3.6.1.4.1.99999.9")), tlv(0x03, b"\x00abc")), "other", Unreadable, None),
    ],
)
def test_a_key_that_the_library_refuses_hides_nothing_else(
    key: bytes, kind: str, bits: object, curve: object
) -> None:
    certificate = with_part(6, key)
    assert (certificate.key_type, certificate.kind) == (kind, "rsa-ca")
    for value, expected in ((certificate.key_bits, bits), (certificate.curve, curve)):
        assert isinstance(value, Unreadable) if expected is Unreadable else value == expected
    assert differences(certificate, GOOD) <= {"key_type", "key_bits", "curve", "key_sha256"}
    assert certificate.key_sha256 == hashlib.sha256(key).hexdigest()
    assert [one.part for one in certificate.malformed] == ["key"]


def test_a_curve_that_is_given_by_its_figures_is_told() -> None:
    prime = (1 << 256) - (1 << 224) + (1 << 192) + (1 << 96) - 1
    point = KEY.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    base = bytes.fromhex(
        "046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
        "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"
    )
    b = bytes.fromhex("5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b")
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    curve = seq(tlv(0x04, (prime - 3).to_bytes(32, "big")), tlv(0x04, b))
    figures = seq(integer(1), seq(FIELD, integer(prime)), curve, tlv(0x04, base), integer(order), integer(1))
    certificate = with_part(6, ec_key(figures, point=point))
    assert (certificate.curve, told(certificate)) == (
        "secp256r1",
        ["key: the curve is given by its figures"],
    )
    assert told(x509.read(certs.self_signed("ec").der)) == []


@pytest.mark.parametrize(
    "more",
    [
        seq(),
        b"\x05\x00",
        seq(oid("1.2.3")),
        seq(oid("1.2.3"), integer(2)),
        seq(tlv(0x06, b"\x80"), tlv(0x04)),
        seq(tlv(0x06, b"\x2a" + b"\xff" * 5000 + b"\x01"), tlv(0x04)),
    ],
)
def test_an_extension_that_is_none_is_told_and_hides_no_other(more: bytes) -> None:
    certificate = one_with(more=(more,))
    assert differences(certificate, GOOD) == set()
    assert [one.part for one in certificate.malformed] == ["certificate"]


@pytest.mark.parametrize(("flag", "critical"), [(b"\x00", False), (b"\x01", True), (b"\xff\xff", True)])
def test_a_mark_of_critical_that_is_no_der_is_read(flag: bytes, critical: bool) -> None:
    certificate = one_with(more=(seq(oid("1.2.3"), tlv(0x01, flag), tlv(0x04, b"junk")),))
    assert ("1.2.3" in certificate.critical) is critical
    assert differences(certificate, GOOD) == {"extensions"} | ({"critical"} if critical else set())
    assert [one.part for one in certificate.malformed] == ["1.2.3"]


def test_an_algorithm_with_parameters_that_it_does_not_have_is_named() -> None:
    signed, algorithm, signature = read_items(read_items(certs.leaf(EC_CA, "ec").der)[0].body)
    with_null = seq(*(one.whole for one in read_items(algorithm.body)), b"\x05\x00")
    certificate = x509.read(seq(signed.whole, with_null, signature.whole))
    assert (certificate.signature_algorithm, certificate.kind) == ("ecdsa-with-SHA256", "ec-ca")
    assert told(certificate) == ["signature_algorithm: not valid DER: extra data"]


def test_a_list_of_revoked_certificates_is_no_certificate() -> None:
    day = datetime(2026, 11, 1, tzinfo=UTC)
    builder = crypto.CertificateRevocationListBuilder().issuer_name(RSA_CA.cert.subject)
    revoked = builder.last_update(day).next_update(day + timedelta(days=1)).sign(RSA_CA.key, hashes.SHA256())
    (one,) = x509.read_file(revoked.public_bytes(Encoding.DER))
    assert one.certificate.kind == "unreadable"
    assert isinstance(one.certificate.serial, Unreadable)


def test_bytes_behind_a_certificate_are_told_and_hide_nothing() -> None:
    certificate = x509.read(GOOD.der + b"\x05\x00")
    assert differences(certificate, GOOD) == set()
    assert told(certificate) == ["certificate: bytes follow the certificate"]


@pytest.mark.parametrize(
    ("odd", "said"),
    [
        (tlv(0x82, LATIN), r'dNSName "Gr\xfc\xdfe": not ASCII'),
        (tlv(0x81, LATIN), r'rfc822Name "Gr\xfc\xdfe": not ASCII'),
        (tlv(0x86, LATIN), r'URI "Gr\xfc\xdfe": not ASCII'),
        (tlv(0x87, b"\xc0\x00\x02"), "iPAddress c00002: an address of 3 bytes"),
        (tlv(0x87), "iPAddress of no bytes: an address of 0 bytes"),
        (tlv(0x87, bytes(8)), "iPAddress 0000000000000000: an address of 8 bytes"),
        (tlv(0x87, bytes(32)), None),
        (tlv(0xA3), None),
        (tlv(0xA5, tlv(0xA1, tlv(0x0C, b"x"))), None),
        (tlv(0xA0, b"abc"), "otherName 616263: not valid DER: short data"),
        (tlv(0xA4, named(b"x*", der.PRINTABLE)), None),
        (tlv(0x88, b"\x80"), "registeredID 80: not valid DER: invalid value"),
        (tlv(0x0C, b"x"), "a name of tag 0x0C 78: not valid DER: unexpected tag"),
        (b"\x9f\x20\x01x", "a name of tag 0x9F 78: not valid DER: unexpected tag"),
        (b"\x82\x50x", "what follows the first 2 names: short data"),
    ],
)
def test_an_odd_alternative_name_is_named_and_hides_no_other(odd: bytes, said: str | None) -> None:
    names = seq(tlv(0x82, HOST.encode()), tlv(0x87, bytes((192, 0, 2, 1))), odd)
    certificate = one_with(names=(), more=(written(SAN, names),))
    assert certificate.dns_names == (HOST,)
    assert certificate.ip_addresses == ("192.0.2.1",)
    (one,) = certificate.malformed
    assert one.part == SAN
    assert said is None or one.reason == said


def test_a_dns_name_of_digits_is_a_name_and_no_address() -> None:
    certificate = one_with(names=("192.0.2.1", bytes((192, 0, 2, 2))))
    assert certificate.dns_names == ("192.0.2.1",)
    assert certificate.ip_addresses == ("192.0.2.2",)


def test_of_a_thousand_odd_names_the_first_are_named_and_the_rest_counted() -> None:
    odd = [tlv(0x82, b"\xfc%d" % at) for at in range(1000)]
    certificate = one_with(names=(), more=(written(SAN, seq(*odd, tlv(0x82, HOST.encode()))),))
    assert certificate.dns_names == (HOST,)
    assert len(certificate.malformed) == 21
    assert told(certificate)[-1] == f"{SAN}: 980 more names"


@pytest.mark.parametrize(
    ("kind", "left_out", "value", "field", "expected"),
    [
        (USAGE, "usage", b"\x03\x02\x05\xa0\x05\x00", "key_usage", ("digitalSignature", "keyEncipherment")),
        (USAGE, "usage", b"\x03\x02\x05\xa7", "key_usage", ("digitalSignature", "keyEncipherment")),
        (USAGE, "usage", b"\x03\x03\x07\x80\x80", "key_usage", ("digitalSignature", "decipherOnly")),
        (USAGE, "usage", b"", "key_usage", "keyUsage: not valid DER: short data"),
        (USAGE, "usage", b"\x02\x01\x05", "key_usage", "keyUsage: not valid DER: unexpected tag"),
        (EXTENDED, "eku", seq(b"\x05\x00", SERVER_AUTH), "extended_key_usage", ("serverAuth",)),
        (EXTENDED, "eku", seq(SERVER_AUTH) + b"\x00", "extended_key_usage", ("serverAuth",)),
        (EXTENDED, "eku", seq(), "extended_key_usage", ()),
        (EXTENDED, "eku", b"junk", "extended_key_usage", "extendedKeyUsage: not valid DER: short data"),
        ("2.5.29.19", "constraints", seq(tlv(0x01, b"\x01")), "is_ca", True),
        ("2.5.29.19", "constraints", seq(tlv(0x01, b"\xff"), integer(-1)), "is_ca", True),
        ("2.5.29.19", "constraints", b"", "is_ca", "basicConstraints: not valid DER: short data"),
        ("2.5.29.14", None, tlv(0x04, b"ab") + b"\x00", "subject_key_id", "6162"),
        ("2.5.29.14", None, b"junk", "subject_key_id", "subjectKeyIdentifier: not valid DER: short data"),
        (
            "2.5.29.35",
            None,
            seq(tlv(0x80, b"ab"), tlv(0xA1, tlv(0xA4, named(b"*", der.PRINTABLE)))),
            "authority_key_id",
            "6162",
        ),
        ("2.5.29.32", None, seq(seq(oid("1.2.3")), b"\x05\x00"), "policies", ("1.2.3",)),
        ("2.5.29.32", None, b"junk", "policies", "certificatePolicies: not valid DER: short data"),
    ],
)
def test_a_malformed_extension_says_what_is_clear_and_else_why_not(
    kind: str, left_out: str | None, value: bytes, field: str, expected: object
) -> None:
    without = {} if left_out is None else {left_out: () if left_out == "eku" else None}
    certificate = one_with(more=(written(kind, value),), **without)
    found = getattr(certificate, field)
    if isinstance(expected, str) and " " in expected:
        assert found == Unreadable(expected)
    else:
        assert found == expected
        assert [one.part for one in certificate.malformed] == [kind]
    assert differences(certificate, GOOD) <= {field, "extensions", "critical"}


OF_EXTENSION = {
    SAN: {"dns_names", "ip_addresses"},
    USAGE: {"key_usage"},
    EXTENDED: {"extended_key_usage"},
    "2.5.29.14": {"subject_key_id"},
    "2.5.29.19": {"is_ca"},
    "2.5.29.32": {"policies"},
    "2.5.29.35": {"authority_key_id"},
    "1.2.3": set(),
}
VALUES = {
    SAN: der.general_names(HOST, bytes((192, 0, 2, 1))),
    USAGE: b"\x03\x02\x05\xa0",
    EXTENDED: seq(SERVER_AUTH),
    "2.5.29.14": tlv(0x04, b"own"),
    "2.5.29.19": seq(),
    "2.5.29.32": seq(seq(oid("1.2.3.4"))),
    "2.5.29.35": seq(tlv(0x80, b"signer")),
    "1.2.3": b"\x05\x00",
}


def with_extensions(values: dict[str, bytes]) -> x509.Certificate:
    more = tuple(written(kind, value) for kind, value in values.items())
    return one_with(names=(), usage=None, eku=(), constraints=None, more=more)


@given(st.sampled_from(sorted(VALUES)), st.data())
def test_whatever_stands_in_one_extension_the_others_are_read(kind: str, data: st.DataObject) -> None:
    value = data.draw(
        st.binary(max_size=40)
        | st.tuples(st.integers(0, len(VALUES[kind]) - 1), st.integers(0, 255)).map(
            lambda change: VALUES[kind][: change[0]] + bytes((change[1],)) + VALUES[kind][change[0] + 1 :]
        )
    )
    whole, changed = with_extensions(VALUES), with_extensions({**VALUES, kind: value})
    assert differences(changed, whole) <= OF_EXTENSION[kind]
    assert {one.part for one in changed.malformed} <= {kind}


def test_no_warning_of_the_library_leaves_the_reading() -> None:
    odd = seq(*(tlv(0x31, seq(oid("2.5.4.6"), tlv(der.PRINTABLE, value))) for value in (b"", b"Germany")))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for serial in (0, -1, 1 << 200):
            text = x509.write_pem(one_with(serial=serial, subject=odd))
            (certificate,) = x509.read_pem(text)
            assert certificate.serial == f"{serial:X}"
            assert certificate.subject == "C=Germany,C="


# --- files of certificates


def test_a_pem_text_cut_in_its_last_certificate_tells_so() -> None:
    text = RSA_CA.pem.decode() + EC_CA.pem.decode()[:-60]
    first, last = x509.read_blocks(text)
    assert (first.certificate.sha256, first.fault) == (RSA_CA.sha256, "")
    assert last.fault == "it has no END line (the file is cut off)"
    assert (last.certificate.kind, str(last.certificate.subject)) == (
        "unreadable",
        "unreadable (it has no END line (the file is cut off))",
    )
    assert len(x509.read_pem(text)) == 2


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("{begin}\n{a}\n{begin}\n{b}\n{end}\n", ["it has no END line", ""]),
        ("{a}\n{end}\n{begin}\n{b}\n{end}\n", ["it has no BEGIN line", ""]),
        ("{begin}\n{a}\n{end}\n{end}\n", ["", "it has no BEGIN line"]),
        ("{begin}\n{a}\n-----END CERTIFICA", ["it has no END line (the file is cut off)"]),
        ("{begin}\n{a}", ["it has no END line (the file is cut off)"]),
        ("{begin}", ["it has no END line (the file is cut off)"]),
        ("{begin}\n{a}%\n{end}", ["it is not base64"]),
        ("{begin}\n{end}", ["not valid DER: short data"]),
        ("{begin}\r\n{a}\r\n{end}\r\n# a root\r\n{begin}\r\n{b}\r\n{end}\r\n", ["", ""]),
        ("-----BEGIN X509 CERTIFICATE-----\n{a}\n-----END X509 CERTIFICATE-----", [""]),
        ("-----BEGIN TRUSTED CERTIFICATE-----\n{c}\n-----END TRUSTED CERTIFICATE-----", [""]),
        ("-----BEGIN CERTIFICATE REQUEST-----\n{a}\n-----END CERTIFICATE REQUEST-----", []),
        ("-----BEGIN X509 CERTIFICATE-----\n{a}\n{end}", ["it has no END line"]),
    ],
)
def test_each_block_of_a_pem_text_is_read_or_its_fault_told(text: str, faults: list[str]) -> None:
    a, b, c = (base64.b64encode(one).decode() for one in (RSA_CA.der, EC_CA.der, RSA_CA.der + seq(b"")))
    found = x509.read_blocks(text.format(begin=x509.BEGIN, end=x509.END, a=a, b=b, c=c))
    assert [one.fault for one in found] == faults
    assert all((one.certificate.kind == "unreadable") is bool(one.fault) for one in found)
    assert {one.certificate.sha256 for one in found if not one.fault} <= {RSA_CA.sha256, EC_CA.sha256}


PEM = RSA_CA.pem.decode() + EC_CA.pem.decode()


@pytest.mark.parametrize(
    "content",
    [
        PEM.encode(),
        PEM.replace("\n", "\r\n").encode(),
        PEM.encode("utf-8-sig"),
        PEM.encode("utf-16"),
        PEM.encode("utf-16-be"),
        b"\xfe\xff" + PEM.encode("utf-16-be"),
        "Zürich\n".encode("latin-1") + PEM.encode(),
        pkcs7.serialize_certificates([RSA_CA.cert, EC_CA.cert], Encoding.DER),
        pkcs7.serialize_certificates([RSA_CA.cert, EC_CA.cert], Encoding.PEM),
    ],
)
def test_a_file_of_certificates_is_read_in_every_form_that_cas_hand_out(content: bytes) -> None:
    found = x509.read_file(content)
    assert {one.certificate.sha256 for one in found} == {RSA_CA.sha256, EC_CA.sha256}
    assert not any(one.fault for one in found)


def test_one_certificate_of_a_pkcs7_file_that_is_odd_or_broken_hides_no_other() -> None:
    odd = one_with(subject=named(b"a_b", der.PRINTABLE))
    listed = tlv(0xA0, RSA_CA.der, odd.der, seq(b"junk"), EC_CA.der)
    data = seq(integer(1), tlv(0x31), seq(oid("1.2.840.113549.1.7.1")), listed, tlv(0x31))
    found = x509.read_file(seq(oid("1.2.840.113549.1.7.2"), tlv(0xA0, data)))
    assert [one.certificate.sha256 for one in found if not one.fault] == [
        RSA_CA.sha256,
        odd.sha256,
        EC_CA.sha256,
    ]
    assert [bool(one.fault) for one in found] == [False, False, True, False]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (RSA_CA.der, ""),
        (RSA_CA.der[:-9], "not valid DER: short data"),
        (RSA_CA.key_pem, x509.NONE),
        (b"", x509.NONE),
        (b"<html>", x509.NONE),
        ("nothing".encode("utf-16"), x509.NONE),
    ],
)
def test_a_file_without_pem_is_one_certificate_or_none(content: bytes, fault: str) -> None:
    (one,) = x509.read_file(content)
    assert one.fault == fault
    assert (one.certificate.kind == "unreadable") is bool(fault)
