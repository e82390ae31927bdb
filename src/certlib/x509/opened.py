"""A certificate as the library takes it; where it refuses one, part by part.

A part that it refuses is written anew in the form that it takes, where its meaning is clear, or left out.
"""

import re
import threading
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeVar

from cryptography import x509

from certlib.der import Parts, read_parts
from certlib.text import cut, make_visible
from certlib.x509.mend import PLAIN, REWRITTEN, assemble_certificate
from certlib.x509.model import Malformed, Unreadable

T = TypeVar("T")

# What warnings are shown is a setting of the process: one reader at a time may change it.
_QUIET = threading.RLock()
_LATE: dict[str, Callable[[x509.Certificate], object]] = {  # what the library looks at only when asked
    "issuer": lambda cert: cert.issuer,
    "subject": lambda cert: cert.subject,
    "not_before": lambda cert: cert.not_valid_before_utc,
    "not_after": lambda cert: cert.not_valid_after_utc,
}


@dataclass(frozen=True, slots=True)
class Opened:
    """A certificate that can be asked for its parts."""

    der: bytes
    cert: x509.Certificate = field(compare=False)  # with other bytes than `der` where a part was refused
    signed: bytes = field(compare=False)  # what the signature is made over
    lost: Mapping[str, Unreadable] = field(default_factory=dict, compare=False)  # parts that `cert` lacks
    malformed: tuple[Malformed, ...] = field(default=(), compare=False)

    @property
    def parts(self) -> Parts:
        """Its bytes taken apart. Raises ValueError when that is not possible."""
        return _read_parts(self.der)


@contextmanager
def silence_parser() -> Iterator[None]:
    """Keeps the parser's complaints to itself, such as of a negative serial number or a long country.

    What stands in a certificate is shown and judged; where warnings are errors, they would hide it.
    """
    with _QUIET, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def guard(reading: Callable[[], T]) -> T | Unreadable:
    """What a reading gives, or why it failed; the parser raises late and in many ways."""
    try:
        return reading()
    except Exception as error:  # noqa: BLE001 - whatever a hostile certificate provokes becomes the field's reason
        return Unreadable(_describe_failure(error))
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # a panic of the parser's Rust code
            raise
        return Unreadable("the parser gave up")


def open_certificate(der: bytes) -> Opened | Unreadable:
    """A certificate to be asked; Unreadable where the bytes are none.

    To be called, and the result asked, within `quietly`.
    """
    whole = guard(lambda: _load(der, *_LATE))
    if isinstance(whole, x509.Certificate):
        return Opened(der, whole, whole.tbs_certificate_bytes)
    pieces = guard(lambda: _read_parts(der))
    if isinstance(pieces, Unreadable):
        return whole
    mended = guard(lambda: _mend_certificate(der, pieces, whole.reason))
    return whole if isinstance(mended, Unreadable) else mended


def _mend_certificate(der: bytes, pieces: Parts, reason: str) -> Opened:
    taken: dict[str, bytes] = {}
    lost: dict[str, Unreadable] = {}
    malformed = [Malformed("certificate", odd) for odd in pieces.odd]
    for name, own in pieces.named.items():
        refused = _explain_refusal(name, own)
        if refused is None:
            taken[name] = own
            continue
        malformed.append(Malformed(name, refused))
        rewrite = REWRITTEN.get(name)
        anew = guard(lambda: rewrite(own)) if rewrite else None  # noqa: B023 - called at once
        if isinstance(anew, bytes) and _explain_refusal(name, anew) is None:
            taken[name] = anew
        else:
            lost[name] = Unreadable(refused)
    for extension in pieces.extensions:
        refused = _explain_refusal("extensions", extension.whole)
        if refused is not None:
            malformed.append(Malformed(extension.oid, refused))
    cert = _load(assemble_certificate({**PLAIN, **taken}))
    return Opened(der, cert, pieces.signed, lost, tuple(malformed) or (Malformed("certificate", reason),))


def _explain_refusal(name: str, own: bytes) -> str | None:
    """Why the library refuses a part that stands among plain ones; None where it takes it."""
    found = guard(lambda: _load(assemble_certificate({**PLAIN, name: own}), name))
    return found.reason if isinstance(found, Unreadable) else None


def _load(der: bytes, *late: str) -> x509.Certificate:
    cert = x509.load_der_x509_certificate(der)
    for name in late:
        if look := _LATE.get(name):
            look(cert)
    return cert


@lru_cache(maxsize=4)  # each field asks anew
def _read_parts(der: bytes) -> Parts:
    return read_parts(der)


def _describe_failure(error: Exception) -> str:
    """Why a reading failed, without the parser's inner places: "not valid DER: short data"."""
    kind = re.search(r"ParseError \{ kind: ([A-Z]\w+)", f"{error}")
    if kind:
        return f"not valid DER: {re.sub('(?<!^)(?=[A-Z])', ' ', kind[1]).lower()}"
    return make_visible(cut(f"{error}" or type(error).__name__, 200))
