"""What TLS calls its numbers (IANA registries): versions, suites, groups, signature algorithms, alerts.

The order of the suites is from strong to weak; the offers take theirs from here.
"""

from collections.abc import Mapping
from types import MappingProxyType

SSL_3_0, TLS_1_0, TLS_1_1, TLS_1_2, TLS_1_3 = 0x0300, 0x0301, 0x0302, 0x0303, 0x0304

VERSIONS: Mapping[int, str] = MappingProxyType(
    {
        0x0002: "SSL 2.0",
        SSL_3_0: "SSL 3.0",
        TLS_1_0: "TLS 1.0",
        TLS_1_1: "TLS 1.1",
        TLS_1_2: "TLS 1.2",
        TLS_1_3: "TLS 1.3",
    }
)

# One line for each way to exchange keys and to prove who one is; after it ciphers with their numbers.
_SUITES = """
:AES_128_GCM_SHA256=1301 AES_256_GCM_SHA384=1302 CHACHA20_POLY1305_SHA256=1303 AES_128_CCM_SHA256=1304
 AES_128_CCM_8_SHA256=1305
ECDHE_ECDSA:AES_128_GCM_SHA256=C02B AES_256_GCM_SHA384=C02C CHACHA20_POLY1305_SHA256=CCA9 AES_128_CCM=C0AC
 AES_256_CCM=C0AD AES_128_CCM_8=C0AE AES_256_CCM_8=C0AF CAMELLIA_128_GCM_SHA256=C086
 CAMELLIA_256_GCM_SHA384=C087 ARIA_128_GCM_SHA256=C05C ARIA_256_GCM_SHA384=C05D AES_128_CBC_SHA256=C023
 AES_256_CBC_SHA384=C024 AES_128_CBC_SHA=C009 AES_256_CBC_SHA=C00A CAMELLIA_128_CBC_SHA256=C072
 CAMELLIA_256_CBC_SHA384=C073 ARIA_128_CBC_SHA256=C048 ARIA_256_CBC_SHA384=C049 3DES_EDE_CBC_SHA=C008
 RC4_128_SHA=C007
ECDHE_RSA:AES_128_GCM_SHA256=C02F AES_256_GCM_SHA384=C030 CHACHA20_POLY1305_SHA256=CCA8
 CAMELLIA_128_GCM_SHA256=C08A CAMELLIA_256_GCM_SHA384=C08B ARIA_128_GCM_SHA256=C060 ARIA_256_GCM_SHA384=C061
 AES_128_CBC_SHA256=C027 AES_256_CBC_SHA384=C028 AES_128_CBC_SHA=C013 AES_256_CBC_SHA=C014
 CAMELLIA_128_CBC_SHA256=C076 CAMELLIA_256_CBC_SHA384=C077 ARIA_128_CBC_SHA256=C04C ARIA_256_CBC_SHA384=C04D
 3DES_EDE_CBC_SHA=C012 RC4_128_SHA=C011
DHE_RSA:AES_128_GCM_SHA256=009E AES_256_GCM_SHA384=009F CHACHA20_POLY1305_SHA256=CCAA AES_128_CCM=C09E
 AES_256_CCM=C09F AES_128_CCM_8=C0A2 AES_256_CCM_8=C0A3 CAMELLIA_128_GCM_SHA256=C07C
 CAMELLIA_256_GCM_SHA384=C07D ARIA_128_GCM_SHA256=C052 ARIA_256_GCM_SHA384=C053 AES_128_CBC_SHA256=0067
 AES_256_CBC_SHA256=006B AES_128_CBC_SHA=0033 AES_256_CBC_SHA=0039 CAMELLIA_128_CBC_SHA256=00BE
 CAMELLIA_256_CBC_SHA256=00C4 CAMELLIA_128_CBC_SHA=0045 CAMELLIA_256_CBC_SHA=0088 ARIA_128_CBC_SHA256=C044
 ARIA_256_CBC_SHA384=C045 SEED_CBC_SHA=009A 3DES_EDE_CBC_SHA=0016 DES_CBC_SHA=0015
RSA:AES_128_GCM_SHA256=009C AES_256_GCM_SHA384=009D AES_128_CCM=C09C AES_256_CCM=C09D AES_128_CCM_8=C0A0
 AES_256_CCM_8=C0A1 CAMELLIA_128_GCM_SHA256=C07A CAMELLIA_256_GCM_SHA384=C07B ARIA_128_GCM_SHA256=C050
 ARIA_256_GCM_SHA384=C051 AES_128_CBC_SHA256=003C AES_256_CBC_SHA256=003D AES_128_CBC_SHA=002F
 AES_256_CBC_SHA=0035 CAMELLIA_128_CBC_SHA256=00BA CAMELLIA_256_CBC_SHA256=00C0 CAMELLIA_128_CBC_SHA=0041
 CAMELLIA_256_CBC_SHA=0084 ARIA_128_CBC_SHA256=C03C ARIA_256_CBC_SHA384=C03D SEED_CBC_SHA=0096
 3DES_EDE_CBC_SHA=000A IDEA_CBC_SHA=0007 RC4_128_SHA=0005 RC4_128_MD5=0004 DES_CBC_SHA=0009
DHE_DSS:AES_128_GCM_SHA256=00A2 AES_256_GCM_SHA384=00A3 AES_128_CBC_SHA256=0040 AES_256_CBC_SHA256=006A
 AES_128_CBC_SHA=0032 AES_256_CBC_SHA=0038 3DES_EDE_CBC_SHA=0013 DES_CBC_SHA=0012
ECDH_ECDSA:AES_128_GCM_SHA256=C02D AES_256_GCM_SHA384=C02E AES_128_CBC_SHA256=C025 AES_256_CBC_SHA384=C026
 AES_128_CBC_SHA=C004 AES_256_CBC_SHA=C005 3DES_EDE_CBC_SHA=C003 RC4_128_SHA=C002
ECDH_RSA:AES_128_GCM_SHA256=C031 AES_256_GCM_SHA384=C032 AES_128_CBC_SHA256=C029 AES_256_CBC_SHA384=C02A
 AES_128_CBC_SHA=C00E AES_256_CBC_SHA=C00F 3DES_EDE_CBC_SHA=C00D RC4_128_SHA=C00C
"""


def _list_suites() -> dict[str, dict[int, str]]:
    """Key exchange with authentication -> number -> IANA name; the suites of TLS 1.3 stand under ""."""
    kinds: dict[str, dict[int, str]] = {}
    for line in _SUITES.replace("\n ", " ").split("\n"):
        kind, _, ciphers = line.partition(":")
        before = f"TLS_{kind}_WITH_" if kind else "TLS_"
        for cipher in ciphers.split():
            name, _, number = cipher.partition("=")
            kinds.setdefault(kind, {})[int(number, 16)] = before + name
    return kinds


SUITES_OF: Mapping[str, Mapping[int, str]] = MappingProxyType(_list_suites())
SUITES: Mapping[int, str] = MappingProxyType(
    {n: name for kind in SUITES_OF.values() for n, name in kind.items()}
)

# Numbers 1 to 21, oldest first.
_OLD_CURVES = """
sect163k1 sect163r1 sect163r2 sect193r1 sect193r2 sect233k1 sect233r1 sect239k1 sect283k1 sect283r1 sect409k1
sect409r1 sect571k1 sect571r1 secp160k1 secp160r1 secp160r2 secp192k1 secp192r1 secp224k1 secp224r1
"""

GROUPS: Mapping[int, str] = MappingProxyType(
    {
        0x11EC: "X25519MLKEM768",
        0x11EB: "SecP256r1MLKEM768",
        0x11ED: "SecP384r1MLKEM1024",
        29: "x25519",
        23: "secp256r1",
        24: "secp384r1",
        25: "secp521r1",
        30: "x448",
        31: "brainpoolP256r1tls13",
        32: "brainpoolP384r1tls13",
        33: "brainpoolP512r1tls13",
        26: "brainpoolP256r1",
        27: "brainpoolP384r1",
        28: "brainpoolP512r1",
        22: "secp256k1",
        **dict(enumerate(_OLD_CURVES.split(), 1)),
        256: "ffdhe2048",
        257: "ffdhe3072",
        258: "ffdhe4096",
        259: "ffdhe6144",
        260: "ffdhe8192",
    }
)

SIGNATURE_ALGORITHMS: Mapping[int, str] = MappingProxyType(
    {
        0x0403: "ecdsa_secp256r1_sha256",
        0x0503: "ecdsa_secp384r1_sha384",
        0x0603: "ecdsa_secp521r1_sha512",
        0x081A: "ecdsa_brainpoolP256r1tls13_sha256",
        0x081B: "ecdsa_brainpoolP384r1tls13_sha384",
        0x081C: "ecdsa_brainpoolP512r1tls13_sha512",
        0x0303: "ecdsa_sha224",
        0x0203: "ecdsa_sha1",
        0x0804: "rsa_pss_rsae_sha256",
        0x0805: "rsa_pss_rsae_sha384",
        0x0806: "rsa_pss_rsae_sha512",
        0x0809: "rsa_pss_pss_sha256",
        0x080A: "rsa_pss_pss_sha384",
        0x080B: "rsa_pss_pss_sha512",
        0x0401: "rsa_pkcs1_sha256",
        0x0501: "rsa_pkcs1_sha384",
        0x0601: "rsa_pkcs1_sha512",
        0x0301: "rsa_pkcs1_sha224",
        0x0201: "rsa_pkcs1_sha1",
        0x0101: "rsa_pkcs1_md5",
        0x0807: "ed25519",
        0x0808: "ed448",
        0x0904: "mldsa44",
        0x0905: "mldsa65",
        0x0906: "mldsa87",
        0x0402: "dsa_sha256",
        0x0502: "dsa_sha384",
        0x0602: "dsa_sha512",
        0x0302: "dsa_sha224",
        0x0202: "dsa_sha1",
    }
)

ALERTS: Mapping[int, str] = MappingProxyType(
    {
        0: "close_notify",
        10: "unexpected_message",
        20: "bad_record_mac",
        21: "decryption_failed",
        22: "record_overflow",
        30: "decompression_failure",
        40: "handshake_failure",
        41: "no_certificate",
        42: "bad_certificate",
        43: "unsupported_certificate",
        44: "certificate_revoked",
        45: "certificate_expired",
        46: "certificate_unknown",
        47: "illegal_parameter",
        48: "unknown_ca",
        49: "access_denied",
        50: "decode_error",
        51: "decrypt_error",
        60: "export_restriction",
        70: "protocol_version",
        71: "insufficient_security",
        80: "internal_error",
        86: "inappropriate_fallback",
        90: "user_canceled",
        100: "no_renegotiation",
        109: "missing_extension",
        110: "unsupported_extension",
        111: "certificate_unobtainable",
        112: "unrecognized_name",
        113: "bad_certificate_status_response",
        114: "bad_certificate_hash_value",
        115: "unknown_psk_identity",
        116: "certificate_required",
        120: "no_application_protocol",
        121: "ech_required",
    }
)


def find_name(number: int, names: Mapping[int, str]) -> str:
    """The registry's name of a number, or the number as 0xNNNN."""
    return names.get(number) or f"0x{number:04X}"


def name_alert(number: int) -> str:
    """The registry's name of an alert, or `alert NNN`."""
    return ALERTS.get(number) or f"alert {number}"
