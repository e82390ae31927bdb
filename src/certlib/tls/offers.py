"""What a client says it accepts: each offer is data, and the hello is made from nothing else.

`browser` asks what an agent's browser would get, `rsa` and `ecdsa` what else the server has. These three
tell a server that prefers one kind from a server that has only one. The others are for servers that need
more asking:

- `rsa-tls12` … `ecdsa-tls13`: one version at a time, where it matters whether they differ;
- `rsa-suites`, `ecdsa-suites`: the kind is asked for by suites alone (TLS 1.2 and below), for servers that
  look at the signature algorithms only to refuse;
- `any`: everything at once, for a leaf that is neither RSA nor ECDSA;
- `tls12`, `tls12-all`, `tls10-bare`: fall-backs for old servers that hang up on a modern hello;
- `rsa-gentle`: in place of `rsa`, up to TLS 1.2 and with RSA key exchange first, which spares a slow server
  its own signature where it follows the client's order; no ordinary client of today would get that suite.

In TLS 1.3 only `signature_algorithms` decides for a key; in TLS 1.2 the suites do too. What may stand
*above* the leaf is said by `signature_algorithms_cert`, which the offers for one key give as everything:
otherwise some Java servers deny an EC leaf under an RSA CA. `rsa` and `ecdsa` never hold suites of static
ECDH: no client of today offers them, and an old Java server would give to them what it hides from everybody
else.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from certlib.tls.names import (
    GROUPS,
    SIGNATURE_ALGORITHMS,
    SSL_3_0,
    SUITES,
    SUITES_OF,
    TLS_1_0,
    TLS_1_1,
    TLS_1_2,
    TLS_1_3,
)

X25519, P256, P384, X25519MLKEM768 = 29, 23, 24, 0x11EC


@dataclass(frozen=True, slots=True)
class Offer:
    """What one ClientHello accepts; every tuple is in the client's order of preference, as numbers of TLS."""

    id: str
    title: str
    key: str | None  # the leaf's key that is asked for: "rsa", "ec", or None for any
    versions: tuple[int, ...]
    suites: tuple[int, ...]
    groups: tuple[int, ...] = ()
    key_shares: tuple[int, ...] = ()  # the groups that a key share is sent for at once (TLS 1.3)
    signature_algorithms: tuple[int, ...] = ()
    signature_algorithms_cert: tuple[int, ...] = ()
    alpn: tuple[str, ...] = ()
    extras: tuple[tuple[int, bytes], ...] = ()  # further extensions: number and content
    grease: bool = False  # made-up values among the real ones, as Chromium sends them
    bare: bool = False  # no extension at all, not even the server's name


ALL_VERSIONS = (TLS_1_3, TLS_1_2, TLS_1_1, TLS_1_0)
UP_TO_1_2 = (TLS_1_2, TLS_1_1, TLS_1_0)

# Further extensions by their names: number and content.
EXTENSIONS: Mapping[str, tuple[int, bytes]] = MappingProxyType(
    {
        "extended_master_secret": (23, b""),
        "renegotiation_info": (65281, b"\x00"),
        "session_ticket": (35, b""),
        "status_request": (5, b"\x01\x00\x00\x00\x00"),  # OCSP stapling
        "signed_certificate_timestamp": (18, b""),
        "psk_key_exchange_modes": (45, b"\x01\x01"),  # with (EC)DHE
    }
)
_RENEGOTIATION_SCSV = 0x00FF

# Chromium sends all of them. What else it sends has no say in which certificate comes, and is left out:
# certificate compression (its answer would have to be unpacked), Encrypted ClientHello, application settings
# and trust anchors (made-up or private content of each release).
_CHROMIUM_EXTRAS = tuple(EXTENSIONS.values())
_PLAIN_EXTRAS = (EXTENSIONS["extended_master_secret"], EXTENSIONS["renegotiation_info"])


def _make_offer(*kinds: str) -> tuple[int, ...]:
    return tuple(suite for kind in kinds for suite in SUITES_OF[kind])


def _name_offer(table: Mapping[int, str], *beginnings: str) -> tuple[int, ...]:
    return tuple(number for number, name in table.items() if name.startswith(beginnings))


_ALL_GROUPS = tuple(GROUPS)
# First the groups that nearly every server takes, so that no second hello is needed.
_WIDE_GROUPS = (X25519, P256, *(group for group in _ALL_GROUPS if group not in (X25519, P256)))
_ALL_SIGNATURES = tuple(SIGNATURE_ALGORITHMS)
_RSA_SIGNATURES = tuple(n for n in _name_offer(SIGNATURE_ALGORITHMS, "rsa_") if n != 0x0101)
_ECDSA_SIGNATURES = _name_offer(SIGNATURE_ALGORITHMS, "ecdsa_")
_RSA_SUITES = _make_offer("ECDHE_RSA", "DHE_RSA", "RSA")
_ECDSA_SUITES = _make_offer("ECDHE_ECDSA")
_TLS_1_3_SUITES = _make_offer("")

_BROWSER = Offer(
    id="browser",
    title="like today's Chromium",
    key=None,
    versions=(TLS_1_3, TLS_1_2),
    suites=(
        *(0x1301, 0x1302, 0x1303, 0xC02B, 0xC02F, 0xC02C, 0xC030, 0xCCA9, 0xCCA8),
        *(0xC013, 0xC014, 0x009C, 0x009D, 0x002F, 0x0035),
    ),
    groups=(X25519MLKEM768, X25519, P256, P384),
    key_shares=(X25519MLKEM768, X25519),
    signature_algorithms=(
        *(0x0904, 0x0905, 0x0906),  # ML-DSA
        *(0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601),
    ),
    alpn=("h2", "http/1.1"),
    extras=_CHROMIUM_EXTRAS,
    grease=True,
)

_RSA = Offer(
    id="rsa",
    title="RSA certificates only",
    key="rsa",
    versions=ALL_VERSIONS,
    suites=_TLS_1_3_SUITES + _RSA_SUITES,
    groups=_WIDE_GROUPS,
    key_shares=(X25519, P256),
    signature_algorithms=_RSA_SIGNATURES,
    signature_algorithms_cert=_ALL_SIGNATURES,
    extras=_PLAIN_EXTRAS,
)

_ECDSA = replace(
    _RSA,
    id="ecdsa",
    title="ECDSA certificates only",
    key="ec",
    suites=_TLS_1_3_SUITES + _ECDSA_SUITES,
    signature_algorithms=_ECDSA_SIGNATURES,
)

_TLS12 = Offer(
    id="tls12",
    title="an ordinary TLS 1.2 client",
    key=None,
    versions=UP_TO_1_2,
    suites=(
        *(0xC02B, 0xC02F, 0xC02C, 0xC030, 0x009E, 0x009F, 0xC009, 0xC013, 0xC00A, 0xC014),
        *(0x0033, 0x0039, 0x009C, 0x009D, 0x003C, 0x003D, 0x002F, 0x0035, 0x000A),
    ),
    groups=(P256, P384, 25),
    signature_algorithms=(0x0403, 0x0503, 0x0603, 0x0401, 0x0501, 0x0601, 0x0203, 0x0201),
    extras=(EXTENSIONS["renegotiation_info"],),
)

_TLS12_ALL = replace(
    _TLS12,
    id="tls12-all",
    title="TLS 1.2 with every suite and signature algorithm",
    suites=tuple(suite for suite in SUITES if suite not in _TLS_1_3_SUITES),
    groups=_WIDE_GROUPS,
    signature_algorithms=_ALL_SIGNATURES,
    extras=_PLAIN_EXTRAS,
)

_BARE = Offer(
    id="tls10-bare",
    title="TLS 1.0 without extensions",
    key=None,
    versions=(TLS_1_0, SSL_3_0),
    suites=(
        *(0x002F, 0x0035, 0x000A, 0x0005, 0x0004, 0x0033, 0x0039, 0x0016, 0xC013, 0xC014, 0xC012, 0xC011),
        *(0xC009, 0xC00A, 0xC008, 0xC007, 0x0032, 0x0038, 0x0013, 0x0041, 0x0084, 0x0009, 0x0015),
        _RENEGOTIATION_SCSV,
    ),
    bare=True,
)


def _split_offer(offer: Offer, *, version: int, suites: tuple[int, ...]) -> Offer:
    label = "tls13" if version == TLS_1_3 else "tls12"
    return replace(
        offer,
        id=f"{offer.id}-{label}",
        title=f"{offer.title}, TLS {'1.3' if version == TLS_1_3 else '1.2'}",
        versions=(version,),
        suites=suites,
        key_shares=offer.key_shares if version == TLS_1_3 else (),
    )


def _make_by_suites(offer: Offer, suites: tuple[int, ...]) -> Offer:
    return replace(
        offer,
        id=f"{offer.id}-suites",
        title=f"{offer.title}, by suites alone",
        versions=UP_TO_1_2,
        suites=suites,
        key_shares=(),
        signature_algorithms=_ALL_SIGNATURES,
        signature_algorithms_cert=(),
    )


OFFERS: Mapping[str, Offer] = MappingProxyType(
    {
        offer.id: offer
        for offer in (
            _BROWSER,
            _RSA,
            _ECDSA,
            _split_offer(_RSA, version=TLS_1_2, suites=_RSA_SUITES),
            _split_offer(_RSA, version=TLS_1_3, suites=_TLS_1_3_SUITES),
            _split_offer(_ECDSA, version=TLS_1_2, suites=_ECDSA_SUITES),
            _split_offer(_ECDSA, version=TLS_1_3, suites=_TLS_1_3_SUITES),
            _make_by_suites(_RSA, _RSA_SUITES),
            _make_by_suites(_ECDSA, _ECDSA_SUITES),
            replace(
                _RSA,
                id="any",
                title="every certificate",
                key=None,
                suites=tuple(SUITES),
                signature_algorithms=_ALL_SIGNATURES,
            ),
            _TLS12,
            _TLS12_ALL,
            _BARE,
            replace(
                _make_by_suites(_RSA, _make_offer("RSA", "ECDHE_RSA", "DHE_RSA")),
                id="rsa-gentle",
                title="RSA certificates only, RSA key exchange first",
            ),
        )
    }
)
