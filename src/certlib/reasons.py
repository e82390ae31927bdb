"""Why an offer brought no certificate: one closed list, used from the socket to the report, and the details.

Each reason has a sentence and a hint for people in `knowledge/reasons.yaml`, with others for its cases.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from certlib.language import Phrases, fields_of, phrases

OTHER: Final = "other"


class Reason(StrEnum):
    """What stood in the place of a chain."""

    NO_SUCH_HOST = "no-such-host"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    CONNECT_TIMEOUT = "connect-timeout"
    NO_ANSWER = "no-answer"  # connected, but not one byte came
    STALLED = "stalled"  # some bytes came, but not all before the deadline
    CLOSED = "closed"
    RESET = "reset"
    NOT_TLS = "not-tls"
    ALERT = "alert"
    TOO_BIG = "too-big"  # a length beyond the bounds up to which an answer is read
    MALFORMED = "malformed"
    NOT_OFFERED = "not-offered"  # the server chose a version, suite or group that the offer does not hold
    WRONG_KEY_TYPE = "wrong-key-type"  # asked for one kind of key, was given the other
    NO_SUCH_CERTIFICATE = "no-such-certificate"  # it presents none of this kind: data, not an error
    NOT_ASKED = "not-asked"  # an earlier offer showed that the port is dead, or the run was interrupted


@dataclass(frozen=True, slots=True)
class Detail:
    """What a reason's sentence does not say: a code, and what stands in the fields of its text.

    The text of a code is `detail.<code>`. What no text says has the code `other` and stands in the field
    `text`, shown as it is: the name of an alert, of a protocol, of an error of the operating system.
    """

    code: str
    fields: Mapping[str, str] = field(default_factory=dict, hash=False)


def detail(code: str, /, **fields: object) -> Detail:
    """A detail whose fields are written as text."""
    return Detail(code, {name: str(value) for name, value in fields.items()})


def verbatim(text: str) -> tuple[Detail, ...]:
    """A text that is shown as it is; none when it is empty."""
    return (Detail(OTHER, {"text": text}),) if text else ()


def describe(details: Iterable[Detail], say: Phrases) -> str:
    """Details as words in a language, joined by `; `."""
    return "; ".join(
        one.fields["text"] if one.code == OTHER else say(f"detail.{one.code}", **one.fields)
        for one in details
    )


def describe_in_english(details: Iterable[Detail]) -> str:
    """Details as the words of a log: English, whatever the language of the report."""
    return describe(details, phrases())


def is_known(given: Detail) -> bool:
    """Whether there is a text for the code of a detail, with just the fields that it has."""
    text = "{text}" if given.code == OTHER else phrases().texts.get(f"detail.{given.code}")
    return text is not None and fields_of(text) == given.fields.keys()
