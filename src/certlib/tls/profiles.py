"""A client that a consultant describes in a file, to ask what exactly that client would be given.

    id: java8
    title: a Java 8 client
    versions: [TLS 1.2, TLS 1.1]
    suites: [TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, "0x00FF"]
    groups: [secp256r1, secp384r1]
    signature_algorithms: [ecdsa_secp256r1_sha256, rsa_pkcs1_sha256]

Lists are in the client's order; names are IANA's, and what has none here is written as "0xNNNN". With TLS
1.3 among the versions, `key_shares` names the groups whose share is sent at once. Optional are `key` (rsa or
ec), `signature_algorithms_cert`, `alpn`, `extensions`, `grease` and `bare`.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from certlib.errors import InvalidInput, Problem
from certlib.files import Mistake, decode_text, limit_problems, locate_mistakes, read_bytes, yaml_lines
from certlib.text import list_oddities, make_visible
from certlib.tls.names import GROUPS, SIGNATURE_ALGORITHMS, SUITES, TLS_1_3, VERSIONS
from certlib.tls.offers import EXTENSIONS, OFFERS, Offer

_LARGEST_FILE: Final = 65_536
_LONGEST_LIST: Final = 300
_LONGEST_TEXT: Final = 80
_MOST_PROTOCOLS: Final = 16  # a hello has to fit into one record
_ID = re.compile(r"[a-z][a-z0-9-]{0,39}")
_NUMBER = re.compile(r"0x[0-9A-Fa-f]{4}")
_KINDS = ("browser", "rsa", "ecdsa")  # an id that begins so would be read as such an offer
_REQUIRED = ("id", "title", "versions", "suites")


class _Wrong(Exception):
    """What is wrong with one value, and what to write instead."""

    def __init__(self, wrong: str, instead: str) -> None:
        super().__init__(wrong, instead)
        self.wrong, self.instead = wrong, instead


def _check_identifier(value: object) -> str:
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise _Wrong("is no identifier", "Write small letters, digits and dashes, such as java8.")
    if value in OFFERS or value.partition("-")[0] in _KINDS:
        raise _Wrong("is taken", f"Choose another one, which begins with none of {', '.join(_KINDS)}.")
    return value


def _check_title(value: object) -> str:
    if not isinstance(value, str) or not value.isprintable() or not 0 < len(value) <= _LONGEST_TEXT:
        raise _Wrong("is no title", f"Write one line of at most {_LONGEST_TEXT} characters.")
    return value


def _check_key(value: object) -> str | None:
    if value not in ("rsa", "ec", None):
        raise _Wrong("is no kind of key", "Write rsa or ec, or leave it out.")
    return None if value is None else str(value)


def _check_flag(value: object) -> bool:
    if value not in ("true", "false"):
        raise _Wrong("is neither true nor false", "Write true or false.")
    return value == "true"


def _list(value: object) -> list[Any]:
    if not isinstance(value, list) or not 0 < len(value) <= _LONGEST_LIST:
        raise _Wrong("is no list", f"Write a list of 1 to {_LONGEST_LIST} names in brackets.")
    if len({str(entry) for entry in value}) < len(value):
        raise _Wrong("holds a name twice", "Write each name once.")
    return value


def _check_numbers(names: Mapping[int, str], example: str) -> Callable[[object], tuple[int, ...]]:
    known = {name: number for number, name in names.items()}

    def read(value: object) -> tuple[int, ...]:
        found = []
        for entry in _list(value):
            if isinstance(entry, str) and entry in known:
                found.append(known[entry])
            elif isinstance(entry, str) and names is not VERSIONS and _NUMBER.fullmatch(entry):
                found.append(int(entry, 16))
            else:
                raise _Wrong("holds a name that is not known", f"Write IANA's names, such as {example}.")
        return tuple(found)

    return read


def _check_protocols(value: object) -> tuple[str, ...]:
    entries = _list(value)
    if len(entries) > _MOST_PROTOCOLS:
        raise _Wrong("holds too many protocols", f"Write at most {_MOST_PROTOCOLS}.")
    if not all(
        isinstance(entry, str) and entry.isascii() and 0 < len(entry) <= _LONGEST_TEXT for entry in entries
    ):
        raise _Wrong("holds what is no protocol", "Write names such as h2 and http/1.1.")
    return tuple(entries)


def _check_extensions(value: object) -> tuple[tuple[int, bytes], ...]:
    entries = _list(value)
    if not all(isinstance(entry, str) and entry in EXTENSIONS for entry in entries):
        raise _Wrong("holds an extension that is not known", f"Choose from {', '.join(EXTENSIONS)}.")
    return tuple(EXTENSIONS[entry] for entry in entries)


_READERS: Mapping[str, Callable[[object], Any]] = {
    "id": _check_identifier,
    "title": _check_title,
    "key": _check_key,
    "versions": _check_numbers(VERSIONS, "TLS 1.2"),
    "suites": _check_numbers(SUITES, "TLS_RSA_WITH_AES_128_CBC_SHA, or 0xNNNN"),
    "groups": _check_numbers(GROUPS, "secp256r1, or 0xNNNN"),
    "key_shares": _check_numbers(GROUPS, "x25519"),
    "signature_algorithms": _check_numbers(SIGNATURE_ALGORITHMS, "rsa_pkcs1_sha256, or 0xNNNN"),
    "signature_algorithms_cert": _check_numbers(SIGNATURE_ALGORITHMS, "rsa_pkcs1_sha256, or 0xNNNN"),
    "alpn": _check_protocols,
    "extensions": _check_extensions,
    "grease": _check_flag,
    "bare": _check_flag,
}


def read_profile(path: Path) -> Offer:
    """The offer of a client profile; raises InvalidInput with every mistake of the file."""
    file = make_visible(str(path))
    content = read_bytes(path, limit=_LARGEST_FILE, instead="Name a file with a client profile.")
    tree = yaml_lines.parse(decode_text(content, file=file), file=file)
    if not isinstance(tree.value, dict):
        instead = "Write `id: java8` and the other keys, one a line."
        raise InvalidInput((*tree.problems, Problem(file, 1, "", "holds no keys.", instead)))
    found, mistakes = _check(tree.value)
    if mistakes or tree.problems:
        problems = (*tree.problems, *locate_mistakes(file, mistakes, tree.lines))
        raise InvalidInput(limit_problems(problems, file=file))
    found["extras"] = found.pop("extensions", ())
    return Offer(**{"key": None, **found})


def read_profiles(paths: Iterable[Path]) -> dict[str, Offer]:
    """The offers of some client profiles by id, to be asked with besides the built-in ones.

    Raises InvalidInput with the mistakes of the first file that has any, or for an id that two files give.
    """
    offers: dict[str, Offer] = {}
    for path in paths:
        offer = read_profile(path)
        if offer.id in offers:
            wrong = f"{offer.id} is the id of another profile, too."
            raise InvalidInput(
                (Problem(make_visible(str(path)), None, "id", wrong, "Give each profile its own."),)
            )
        offers[offer.id] = offer
    return offers


def _check(values: Mapping[str, object]) -> tuple[dict[str, Any], list[Mistake]]:
    """The values of a profile as an offer has them, and what is wrong with them."""
    mistakes: list[Mistake] = [
        ((key,), "is missing.", f"Add a line `{key}: …`.") for key in _REQUIRED if key not in values
    ]
    found = {}
    for key, value in values.items():
        if key not in _READERS:
            wrong = f"is not known.{_list_oddities(key)}"
            mistakes.append(((key,), wrong, f"Use {', '.join(_READERS)}."))
            continue
        try:
            found[key] = _READERS[key](value)
        except _Wrong as error:
            mistakes.append(((key,), f"{error.wrong}.{_list_oddities(value)}", error.instead))
    if not mistakes:
        mistakes += [((key,), *clash) for key, clash in _find_clashes(found).items()]
    return found, mistakes


def _list_oddities(value: object) -> str:
    """Which characters of a refused value look like others."""
    texts = value if isinstance(value, list) else [value]
    odd = list_oddities(" ".join(text for text in texts if isinstance(text, str)))
    return f" It holds {odd}." if odd else ""


def _find_clashes(found: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """Keys that do not go together."""
    clashes = {}
    shares, groups = found.get("key_shares", ()), found.get("groups", ())
    if TLS_1_3 in found["versions"]:
        for key in ("key_shares", "signature_algorithms"):
            if not found.get(key):
                clashes[key] = ("is missing.", "TLS 1.3 needs it.")
        if found.get("bare"):
            clashes["bare"] = ("does not go with TLS 1.3.", "A bare hello is for TLS 1.2 and below.")
    elif shares:
        clashes["key_shares"] = ("is for TLS 1.3.", "Leave it out, or add TLS 1.3 to the versions.")
    if not set(shares) <= set(groups):
        clashes["key_shares"] = ("holds a group that is not among groups.", "Add it to groups, too.")
    return clashes
