"""What about a certificate, or about a CA certificate between it and its root, may make a browser refuse it.

Told from the bytes as they were sent. Each fault is the id of an entry of knowledge/refusals.yaml; what no
entry knows is NOT_TRIED, never nothing.
"""

import ipaddress
import re
from datetime import date
from functools import lru_cache

from cryptography import x509

from certlib import der
from certlib.x509 import Certificate, Unreadable, assemble_with_extension, read, silence_parser

NOT_TRIED = "not-tried"

# What both browsers process where it is critical, and what only one of them does or nobody tried.
_PROCESSED = {"2.5.29.15", "2.5.29.17", "2.5.29.19", "2.5.29.37"}
_OF_POLICIES = {"2.5.29.32", "2.5.29.33", "2.5.29.36", "2.5.29.54"}
_LIMITS, _ACCESS, _NAMES, _CONSTRAINTS = "2.5.29.30", "1.3.6.1.5.5.7.1.1", "2.5.29.17", "2.5.29.19"
_HASHES = {"md5", "sha1", "sha224"}  # each an entry; the next are fine
_FINE_HASHES = {"sha256", "sha384", "sha512"}
_FINE_CURVES = {"secp256r1", "secp384r1"}
_UTF8, _PRINTABLE, _T61, _IA5, _UNIVERSAL, _BMP = 0x0C, 0x13, 0x14, 0x16, 0x1C, 0x1E
_TRIED = re.compile(rb"[A-Za-z0-9 '()+,\-./:=?*_@&]*")
_PRINTED = re.compile(
    rb"[A-Za-z0-9 '()+,\-./:=?*]*"
)  # the standard's characters, and `*`, which browsers take
_UTC, _GENERALIZED = 0x17, 0x18
_TEXT_NAMES, _ADDRESS_NAME = {0x81, 0x82, 0x86}, 0x87


@lru_cache(maxsize=1024)
def find_leaf_faults(data: bytes) -> tuple[str, ...]:
    """The faults of a leaf, its names aside."""
    certificate = read(data)
    form = _find_malformed(data, certificate)
    if certificate.kind == "unreadable":
        return tuple(dict.fromkeys((*form, NOT_TRIED)))
    faults = [
        *form,
        *_find_key_faults(certificate),
        *_find_signature_faults(certificate, ""),
        *_find_extended_usage_faults(certificate, ""),
        *_find_critical_faults(certificate, ""),
    ]
    faults += _find_usage_faults(certificate)
    faults += _find_malformed_names(data)
    if any(
        isinstance(value, Unreadable)
        for value in (certificate.subject_key_id, certificate.authority_key_id, certificate.policies)
    ):
        faults.append(NOT_TRIED)
    if isinstance(certificate.is_ca, Unreadable):
        faults.append(NOT_TRIED)
    elif certificate.is_ca:
        faults.append("ca-leaf")
    return tuple(dict.fromkeys(faults))


@lru_cache(maxsize=1024)
def find_issuer_faults(data: bytes, on: date) -> tuple[str, ...]:
    """The faults of a CA certificate between a leaf and its root, on a day."""
    certificate = read(data)
    if certificate.kind == "unreadable" or _find_malformed(data, certificate) or certificate.malformed:
        return (NOT_TRIED,)
    faults = [
        *_find_signature_faults(certificate, "-issuer"),
        *_find_extended_usage_faults(certificate, "-issuer"),
        *_find_critical_faults(certificate, "-issuer"),
    ]
    if certificate.key_type == "rsa":
        faults += [fault for fault in _find_key_faults(certificate) if fault in ("rsa-short", NOT_TRIED)]
    elif certificate.key_type != "ec" or certificate.curve not in {*_FINE_CURVES, "secp521r1"}:
        faults.append(NOT_TRIED)
    if isinstance(certificate.is_ca, Unreadable) or isinstance(certificate.key_usage, Unreadable):
        faults.append(NOT_TRIED)
    elif not certificate.is_ca:
        faults.append("no-ca")
    elif certificate.key_usage is not None and "keyCertSign" not in certificate.key_usage:
        faults.append("no-ca-usage")
    if isinstance(certificate.not_before, Unreadable) or isinstance(certificate.not_after, Unreadable):
        faults.append(NOT_TRIED)
    elif not certificate.not_before.date() <= on <= certificate.not_after.date():
        faults.append("ended-issuer")
    return tuple(dict.fromkeys(faults))


def find_path_faults(leaf: bytes, issuers: tuple[bytes, ...]) -> tuple[str, ...]:
    """The faults that only leaf and CA certificates together have; the lowest CA first."""
    faults = []
    for below, issuer in enumerate(issuers):
        length = _read_path_length(issuer)
        if length is not None and length < below:
            faults.append("path-length")
        limits = _read_name_limits(issuer)
        if isinstance(limits, Unreadable):
            faults.append(NOT_TRIED)
        elif limits and (outside := _is_outside(read(leaf), limits)) is not False:
            faults.append("limits" if outside else NOT_TRIED)
    return tuple(dict.fromkeys(faults))


def find_name_faults(certificate: Certificate, host: str) -> tuple[str, ...]:
    """Whether a certificate names the host, a name or an address, among its alternative names."""
    held = list_names_for(certificate, host)
    if isinstance(held, Unreadable):
        return (NOT_TRIED,)  # a fault of its own; whether the host is among them, nobody knows
    if parse_address(host):
        return () if normalize_host(host) in map(normalize_host, held) else ("other-name",)
    return () if any(matches_host(name, host) for name in held) else ("other-name",)


def list_names_for(certificate: Certificate, host: str) -> tuple[str, ...] | Unreadable:
    """The names that may stand for a host: for one named by an address its IP addresses, else DNS names.

    Browsers take a DNS name of figures for no address.
    """
    return certificate.ip_addresses if parse_address(host) else certificate.dns_names


def list_hosts(certificate: Certificate) -> frozenset[str]:
    """The hosts that a certificate names, as `plain` has them; none where they can't be read."""
    dns = () if isinstance(certificate.dns_names, Unreadable) else certificate.dns_names
    addresses = () if isinstance(certificate.ip_addresses, Unreadable) else certificate.ip_addresses
    return frozenset(map(normalize_host, (*(name for name in dns if not parse_address(name)), *addresses)))


def normalize_host(host: str) -> str:
    """A host as the same host is always written."""
    return f"{parse_address(host) or host.casefold().rstrip('.')}"


def parse_address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The IP address that a text is, if it is one."""
    try:
        return ipaddress.ip_address(host.rstrip("."))
    except ValueError:
        return None


def matches_host(name: str, host: str) -> bool:
    """Whether a DNS name of a certificate is a host's; `*` stands for its first label, never for a figure."""
    name, host = name.casefold().rstrip("."), host.casefold().rstrip(".")
    if re.fullmatch(r"[0-9.]+|.*:.*", host):
        return False
    if name.startswith("*."):
        return host.count(".") > 1 and host.partition(".")[2] == name[2:]
    return name == host


def _find_malformed(data: bytes, certificate: Certificate) -> list[str]:
    """What a strict reader dislikes in the bytes."""
    try:
        parts = der.read_parts(data)
        texts = der.read_strings(parts.subject)
    except (ValueError, IndexError):
        return [NOT_TRIED]
    faults = []
    odd = {part.part for part in certificate.malformed}  # what is left of it, nobody tried
    if parts.version not in (0, 1, 2) or (parts.extensions and parts.version != 2):
        faults.append("form-version")
        odd -= {"version"} if parts.version in (1, 3) else set()
    if any(len(moment.body) != {_UTC: 13, _GENERALIZED: 15}.get(moment.tag) for moment in parts.validity):
        faults.append("form-time")
        odd -= {"not_before", "not_after"} if all(map(_has_known_time, parts.validity)) else set()
    if any(map(_is_misprinted, texts)):
        faults.append("form-text")
    if all(map(_has_known_text, texts)) and _is_whole(parts.subject, len(texts)):
        odd -= {"subject", "issuer"} if parts.issuer == parts.subject else {"subject"}
    if _NAMES in odd and _find_malformed_names(data) == ["names-broken"] and _has_known_names(parts):
        odd -= {_NAMES}
    oids = [extension.oid for extension in parts.extensions]
    if len(set(oids)) < len(oids) or odd:
        faults.append(NOT_TRIED)
    return faults


def _has_known_time(time: der.Item) -> bool:
    pattern = {_UTC: rb"\d{10}(\d\d)?Z", _GENERALIZED: rb"\d{14}Z"}.get(time.tag)
    return pattern is not None and re.fullmatch(pattern, time.body) is not None


def _has_known_text(text: der.Item) -> bool:
    """Whether a text is well formed, or one that browsers were tried with."""
    if text.tag == _PRINTABLE:
        return _TRIED.fullmatch(text.body) is not None
    if text.tag in (_IA5, _T61):
        return True
    encoding = {_UTF8: "utf-8", _BMP: "utf-16-be", _UNIVERSAL: "utf-32-be"}.get(text.tag)
    if encoding is None:
        return False
    try:
        text.body.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _is_whole(name: der.Item, texts: int) -> bool:
    """Whether a name has no attribute but these texts."""
    groups = [der.read_leading(group.body)[0] for group in der.read_leading(name.body)[0]]
    return all(groups) and sum(map(len, groups)) == texts


def _has_known_names(parts: der.Parts) -> bool:
    """Whether all alternative names are of kinds that browsers were tried with badly formed ones of."""
    values = [extension.value for extension in parts.extensions if extension.oid == _NAMES]
    tags = {name.tag for value in values for name in der.read_inside(value, der.SEQUENCE)}
    return tags <= {*_TEXT_NAMES, _ADDRESS_NAME}


def _is_misprinted(text: der.Item) -> bool:
    if text.tag == _PRINTABLE:
        return _PRINTED.fullmatch(text.body) is None
    return text.tag == _IA5 and not text.body.isascii()


def _find_key_faults(certificate: Certificate) -> list[str]:
    if certificate.key_type == "rsa" and isinstance(certificate.key_bits, int):
        if 2048 <= certificate.key_bits <= 8192:
            return []
        return ["rsa-short"] if 1024 <= certificate.key_bits < 2048 else [NOT_TRIED]
    if certificate.key_type == "ec" and isinstance(certificate.curve, str):
        return (
            []
            if certificate.curve in _FINE_CURVES
            else ["p521" if certificate.curve == "secp521r1" else "other-curve"]
        )
    return ["ed25519" if certificate.key_type == "ed25519" else NOT_TRIED]


def _find_signature_faults(certificate: Certificate, of: str) -> list[str]:
    if certificate.signature_key not in ("rsa", "ec") or not isinstance(certificate.signature_hash, str):
        return (
            []
            if certificate.signature_algorithm == "Ed25519" and certificate.self_signed is True
            else [NOT_TRIED]
        )
    if certificate.signature_hash in _HASHES:
        return [f"{certificate.signature_hash}{of}"]
    return [] if certificate.signature_hash in _FINE_HASHES else [NOT_TRIED]


def _find_usage_faults(certificate: Certificate) -> list[str]:
    if isinstance(certificate.key_usage, Unreadable):
        return [NOT_TRIED]
    if certificate.key_usage is None or "digitalSignature" in certificate.key_usage:
        return []
    if certificate.key_type == "ec":
        return ["usage-ec"]
    return [
        "usage-exchange" if {"keyEncipherment", "keyAgreement"} & {*certificate.key_usage} else "usage-other"
    ]


def _find_extended_usage_faults(certificate: Certificate, of: str) -> list[str]:
    usages = certificate.extended_key_usage
    if isinstance(usages, Unreadable):
        return [NOT_TRIED]
    if usages is None or "serverAuth" in usages:
        return []
    return [f"eku-any{of}" if "anyExtendedKeyUsage" in usages else f"eku{of}"]


def _find_critical_faults(certificate: Certificate, of: str) -> list[str]:
    if isinstance(certificate.critical, Unreadable):
        return [NOT_TRIED]
    marked = {*certificate.critical} - _PROCESSED - ({_LIMITS} if of else {"2.5.29.32"})
    if not marked:
        return []
    if marked & (_OF_POLICIES | {_LIMITS}) or (of and _ACCESS in marked):
        return [NOT_TRIED]
    return [f"critical{of}" if marked != {_ACCESS} else "critical-access"]


def _find_malformed_names(data: bytes) -> list[str]:
    """Alternative names that are badly formed."""
    try:
        values = [extension.value for extension in der.read_parts(data).extensions if extension.oid == _NAMES]
        names = [name for value in values for name in der.read_inside(value, der.SEQUENCE)]
    except ValueError:
        return [NOT_TRIED]
    if values and not names:
        return ["names-empty"]
    text = any(name.tag in _TEXT_NAMES and not name.body.isascii() for name in names)
    address = any(name.tag == _ADDRESS_NAME and len(name.body) not in (4, 16) for name in names)
    return ["names-broken"] if text or address else []


def _read_path_length(data: bytes) -> int | None:
    try:
        values = [
            extension.value for extension in der.read_parts(data).extensions if extension.oid == _CONSTRAINTS
        ]
        fields = der.read_inside(values[0], der.SEQUENCE) if values else ()
    except ValueError:
        return None
    return next((int.from_bytes(field.body, "big") for field in fields if field.tag == der.INTEGER), None)


def _read_name_limits(data: bytes) -> x509.NameConstraints | None | Unreadable:
    try:
        parts = der.read_parts(data)
        limits = [extension for extension in parts.extensions if extension.oid == _LIMITS]
        if not limits:
            return None
        with silence_parser():
            alone = assemble_with_extension(limits[0].kind, limits[0].value)
            value = x509.load_der_x509_certificate(alone).extensions[0].value
    except Exception as error:  # noqa: BLE001 - a hostile certificate may raise anything
        return Unreadable(type(error).__name__)
    return value if isinstance(value, x509.NameConstraints) else Unreadable("no name constraints")


def _is_outside(certificate: Certificate, limits: x509.NameConstraints) -> bool | None:
    """Whether a name of a certificate lies outside; None where that is not told here."""
    permitted, excluded = limits.permitted_subtrees or [], limits.excluded_subtrees or []
    if not all(isinstance(limit, x509.DNSName | x509.IPAddress) for limit in (*permitted, *excluded)):
        return None
    if isinstance(certificate.dns_names, Unreadable) or isinstance(certificate.ip_addresses, Unreadable):
        return None
    return any(
        any(within(name, limit) for limit in excluded if isinstance(limit, kind))
        or (
            any(isinstance(limit, kind) for limit in permitted)
            and not any(within(name, limit) for limit in permitted if isinstance(limit, kind))
        )
        for kind, names, within in (
            (x509.DNSName, certificate.dns_names, _is_below),
            (x509.IPAddress, certificate.ip_addresses, _is_in_network),
        )
        for name in names
    )


def _is_below(name: str, limit: x509.GeneralName) -> bool:
    name, domain = name.casefold().rstrip(".").removeprefix("*."), f"{limit.value}".casefold().strip(".")
    return not domain or name == domain or name.endswith(f".{domain}")


def _is_in_network(address: str, limit: x509.GeneralName) -> bool:
    return ipaddress.ip_address(address) in ipaddress.ip_network(f"{limit.value}", strict=False)
