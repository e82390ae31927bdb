"""What browsers are served: certificates with one thing about them, by the entry of refusals.yaml for it.

A case is made for a host and for how it is signed: by a CA that the PC trusts or does not, or by itself.
"""

import functools
from collections.abc import Callable

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from browsers.der import (
    AS_ASKED,
    BMP,
    CLIENT,
    IA5,
    PRINTABLE,
    SERVER,
    T61,
    UNIVERSAL,
    UTF8,
    Made,
    extension,
    integer,
    made,
    name,
    oid,
    seq,
    tlv,
)

SIGNED = ("trusted-ca", "untrusted-ca", "itself")
UNKNOWN = "1.3.6.1.4.1.99999.7"
SAN = "2.5.29.17"
KEY = rsa.generate_private_key(65537, 2048)  # another than the CAs'


@functools.cache
def root(signed: str) -> Made | None:
    """The CA that signs; None where the certificate signs itself."""
    return made(None, f"Example root, {signed}", ca=True) if signed.endswith("ca") else None


def leaf(host: str, signed: str, **facts: object) -> Made:
    """A leaf with these facts."""
    return made(root(signed), host, **{"key": KEY, **facts})


def below(
    host: str, signed: str, *, leaf_facts: dict[str, object] | None = None, **facts: object
) -> Made | None:
    """A good leaf below an intermediate with these facts; none where nothing but itself signs it."""
    above = root(signed)
    if above is None:
        return None
    return made(made(above, "Example issuing CA", ca=True, **facts), host, key=KEY, **(leaf_facts or {}))


def _leaf(**facts: object) -> Callable[[str, str], Made | None]:
    return lambda host, signed: leaf(host, signed, **facts)


def _below(**facts: object) -> Callable[[str, str], Made | None]:
    return lambda host, signed: below(host, signed, **facts)


def _named(
    names: Callable[[str], tuple[str | bytes, ...]], **facts: object
) -> Callable[[str, str], Made | None]:
    return lambda host, signed: leaf(host, signed, names=names(host), **facts)


def _beside(more: bytes) -> Callable[[str, str], Made | None]:
    """The host's name beside another."""
    return lambda host, signed: leaf(
        host, signed, names=(), more=(extension(SAN, seq(tlv(0x82, host.encode()), more)),)
    )


def _policy(*qualifiers: bytes) -> bytes:
    return extension("2.5.29.32", seq(seq(oid("1.3.6.1.4.1.99999.1"), seq(*qualifiers))))


def _critical_usage() -> bytes:
    return extension("2.5.29.37", seq(oid(SERVER.dotted_string)), critical=True)


def _notice(tag: int, text: bytes) -> bytes:
    return _policy(seq(oid("1.3.6.1.5.5.7.2.2"), seq(tlv(tag, text))))


def _subject(tag: int, text: bytes) -> Callable[[str, str], Made | None]:
    return lambda host, signed: leaf(host, signed, subject=name(text, tag))


def _limits(permitted: str = "", excluded: str = "") -> bytes:
    parts = [
        tlv(0xA0 + at, seq(tlv(0x82, one.encode()))) for at, one in enumerate((permitted, excluded)) if one
    ]
    return extension("2.5.29.30", seq(*parts), critical=True)


def _path_too_long(host: str, signed: str) -> Made | None:
    above = root(signed)
    if above is None:
        return None
    first = made(above, "Example first CA", ca=True, constraints=seq(tlv(0x01, b"\xff"), integer(0)))
    return made(made(first, "Example second CA", ca=True), host, key=KEY)


CA_TRUE = seq(tlv(0x01, b"\xff"))
LATIN = "Gr\xfc\xdfe".encode("latin-1")
EMAIL = ExtendedKeyUsageOID.EMAIL_PROTECTION
ANY = ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE
SCT = "1.3.6.1.4.1.11129.2.4.2"

_POINTS = seq(seq(tlv(0xA0, tlv(0xA0, tlv(0x86, b"http://127.0.0.1:1/list")))))
_ACCESS = seq(seq(oid("1.3.6.1.5.5.7.48.1"), tlv(0x86, b"http://127.0.0.1:1/status")))

# "plain" and "expired" are no entries: what is well, and what a browser asks about for its days alone.
CASES: dict[str, dict[str, Callable[[str, str], Made | None]]] = {
    "plain": {
        "rsa": _leaf(),
        "ec256": _leaf(key="ec-SECP256R1"),
        "ec384": _leaf(key="ec-SECP384R1"),
        "rsa3072": _leaf(key="rsa3072"),
        "below": _below(),
        "sha384": _leaf(digest="sha384"),
        "wildcard": _named(lambda host: ("*." + host.partition(".")[2],)),
        "upper": _named(lambda host: (host.upper(),)),
        "no-eku": _leaf(eku=()),
        "server-eku": _leaf(eku=(SERVER,)),
        "no-usage": _leaf(usage=None),
        "signs-alone": _leaf(usage=("digital_signature",)),
        "no-constraints": _leaf(constraints=None),
        "issuer-without-usage": _below(usage=None),
        "ten-years": _leaf(days=3650),
        "serial-0": _leaf(serial=0),
        "serial-negative": _leaf(serial=-5),
        "serial-long": _leaf(serial=1 << 200),
        "ca-false-written": _leaf(constraints=seq(tlv(0x01, b"\x00"))),
        "ca-false-length": _leaf(constraints=seq(integer(0))),
        "ca-false-written-length": _leaf(constraints=seq(tlv(0x01, b"\x00"), integer(0))),
        "notice-latin": _leaf(more=(_notice(0x1E, LATIN[:4]),)),
        "notice-utf8-latin": _leaf(more=(_notice(UTF8, LATIN),)),
        "notice-printable": _leaf(more=(_notice(PRINTABLE, b"Notice"),)),
        "notice-t61": _leaf(more=(_notice(T61, LATIN),)),
        "cps-utf8": _leaf(more=(_policy(seq(oid("1.3.6.1.5.5.7.2.1"), tlv(UTF8, b"http://example.test/"))),)),
        "sct-broken": _leaf(more=(extension(SCT, tlv(0x04, b"\x00\x05abc")),)),
        "star-printable": _subject(PRINTABLE, b"*.example.test"),
        "subject-t61": _subject(T61, b"node"),
        "subject-t61-latin": _subject(T61, LATIN),
        "subject-bmp": _subject(BMP, "node".encode("utf-16-be")),
        "subject-universal": _subject(UNIVERSAL, "node".encode("utf-32-be")),
        "unknown-extension": _leaf(more=(extension(UNKNOWN, b"\x05\x00"),)),
        "pss": _leaf(pss=True),
        "permitted": _below(more=(_limits(permitted="example.test"),)),
        "usage-critical": _leaf(eku=(), more=(_critical_usage(),)),
        "any-and-server-eku": _leaf(eku=(ANY, SERVER)),
        "policies-critical": _leaf(
            more=(extension("2.5.29.32", seq(seq(oid("1.3.6.1.4.1.99999.1"))), critical=True),)
        ),
    },
    "other-name": {
        "foreign": _named(lambda _: ("other.example.net",)),
        "short": _named(lambda host: (host.partition(".")[0],)),
        "cn": _named(lambda _: ()),
        "wildcard-deep": _named(lambda _: ("*.test",)),
        "address": _named(lambda _: (bytes((192, 0, 2, 1)),)),
        "partial-wildcard": _named(lambda host: (host[:3] + "*." + host.partition(".")[2],)),
    },
    "usage-exchange": {
        "encipherment": _leaf(usage=("key_encipherment",)),
        "encipherments": _leaf(usage=("key_encipherment", "data_encipherment")),
        "agreement": _leaf(usage=("key_agreement",)),
    },
    "usage-other": {
        "repudiation": _leaf(usage=("content_commitment",)),
        "data": _leaf(usage=("data_encipherment",)),
        "cert-sign": _leaf(usage=("key_cert_sign",)),
    },
    "usage-ec": {
        "encipherment": _leaf(key="ec-SECP256R1", usage=("key_encipherment",)),
        "agreement": _leaf(key="ec-SECP256R1", usage=("key_agreement",)),
        "cert-sign": _leaf(key="ec-SECP384R1", usage=("key_cert_sign",)),
    },
    "sha1": {"rsa": _leaf(digest="sha1"), "ec": _leaf(key="ec-SECP256R1", digest="sha1")},
    "sha1-issuer": {"issuer": _below(digest="sha1")},
    "md5": {"rsa": _leaf(digest="md5")},
    "md5-issuer": {"issuer": _below(digest="md5")},
    "sha224": {"rsa": _leaf(digest="sha224")},
    "sha224-issuer": {"issuer": _below(digest="sha224")},
    "eku": {
        "client": _leaf(eku=(CLIENT,)),
        "email": _leaf(eku=(EMAIL,)),
    },
    "eku-issuer": {"client": _below(eku=(CLIENT,)), "email": _below(eku=(EMAIL, CLIENT))},
    "eku-any": {"any": _leaf(eku=(ANY,)), "with-client": _leaf(eku=(ANY, CLIENT))},
    "eku-any-issuer": {"any": _below(eku=(ANY,))},
    "critical": {
        "unknown": _leaf(more=(extension(UNKNOWN, b"\x05\x00", critical=True),)),
        "key-identifier": _leaf(more=(extension("2.5.29.14", tlv(0x04, b"0" * 20), critical=True),)),
        "revocation": _leaf(more=(extension("2.5.29.31", _POINTS, critical=True),)),
    },
    "critical-access": {"access": _leaf(more=(extension("1.3.6.1.5.5.7.1.1", _ACCESS, critical=True),))},
    "critical-issuer": {"unknown": _below(more=(extension(UNKNOWN, b"\x05\x00", critical=True),))},
    "limits": {
        "permitted": _below(more=(_limits(permitted="example.net"),)),
        "excluded": _below(more=(_limits(excluded="example.test"),)),
    },
    "no-ca": {"no-constraints": _below(constraints=None), "false": _below(constraints=seq())},
    "no-ca-usage": {"signs": _below(usage=("digital_signature",)), "lists": _below(usage=("crl_sign",))},
    "path-length": {"long": _path_too_long},
    "ended-issuer": {"ended": _below(days=1)},
    "names-empty": {
        "empty": lambda host, signed: leaf(host, signed, names=(), more=(extension(SAN, seq()),)),
    },
    "names-broken": {
        "name": _beside(tlv(0x82, LATIN)),
        "e-mail": _beside(tlv(0x81, LATIN)),
        "address": _beside(tlv(0x87, b"\xc0\x00\x02")),
    },
    "form-version": {"1": _leaf(version=None), "2": _leaf(version=1), "4": _leaf(version=3)},
    "form-time": {"no-seconds": _leaf(seconds=False)},
    "form-text": {
        "ia5": _subject(IA5, LATIN),
        "underscore": _subject(PRINTABLE, b"a_b"),
        "at": _subject(PRINTABLE, b"a@b"),
        "and": _subject(PRINTABLE, b"a&b"),
    },
    "rsa-short": {"leaf": _leaf(key="rsa1024"), "issuer": _below(key="rsa1024")},
    "p521": {"leaf": _leaf(key="ec-SECP521R1")},
    "other-curve": {"secp256k1": _leaf(key="ec-SECP256K1"), "brainpool": _leaf(key="ec-BrainpoolP256R1")},
    "ed25519": {"leaf": _leaf(key="ed25519")},
    "ca-leaf": {
        "ca": _leaf(constraints=CA_TRUE),
        "also-signs": _leaf(constraints=CA_TRUE, usage=(*AS_ASKED, "key_cert_sign")),
    },
    "expired": {"leaf": _leaf(days=1)},
}


@functools.cache
def case(entry: str, variant: str, signed: str) -> tuple[str, Made | None]:
    """The host and the certificate of a case; none where it cannot be signed so."""
    host = f"{entry}-{variant}-{signed}.example.test"
    return host, CASES[entry][variant](host, signed)
