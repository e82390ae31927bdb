"""Why an offer brought no certificate: one closed list, used from the socket to the report, and the details.

Each reason has a sentence and a hint for people in `knowledge/reasons.yaml`, with others for its cases.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from certlib.language import ENGLISH, list_fields, mark, say, use_language

# Evidence of schema 1 holds these texts in English: one that changes is kept for `evidence.schema1`.
DETAIL_TEXTS = {
    "denied-unclear": mark(
        "denied with {alert}, twice, which is a weaker sign than an alert that says so, "
        "while the offer {offer} was answered"
    ),
    "denied-by-closing": mark(
        "denied by closing the connection, twice, which is a weaker sign than an alert that "
        "says so, while the offer {offer} was answered"
    ),
    "denied": mark("denied with {alert}, while the offer {offer} was answered"),
    "redirect-elsewhere": mark("the redirect to {shown} leads to another host or port, or not to https"),
    "redirect-unreadable": mark("the redirect to {shown} can't be read"),
    "redirect-back": mark("the redirect leads back to a page that was fetched"),
    "redirect-many": mark("there are more than {most} redirects"),
    "size-decides": mark("one of {bytes} bytes was answered: its size decides"),
    "version-or-size-decides": mark(
        "one without TLS 1.3, of {bytes} bytes, was answered: its offer of TLS 1.3 decides, or its size"
    ),
    "version-decides": mark(
        "one without TLS 1.3, of {bytes} bytes, was answered: its offer of TLS 1.3 decides"
    ),
    "version-alone": mark("said of {version} alone"),
    "yet-given": mark("yet the offer {offer} was given an {key} certificate"),
    "waited": mark("waited {seconds} s"),
    "not-complete": mark("not complete after {seconds} s"),
    "stopped": mark("bytes received: {bytes}, the last of them after {seconds} s"),
    "still-coming": mark("bytes received: {bytes}, the last of them {seconds} s before the time was up"),
    "received": mark("bytes received: {bytes}"),
    "gave-up": mark("the network gave up: {name}"),
    "another-error": mark("another error: {name}"),
    "no-connection-left": mark("this computer could not open one more connection ({name})"),
    "not-asked-dead": mark("not asked: the first offer ended as {reason}"),
    "not-asked-host": mark("not asked: the host was not found"),
    "not-asked-time": mark("not asked: the endpoint's {seconds} s were used up"),
    "not-asked-interrupted": mark("not asked: the collection was interrupted before"),
    "not-asked-error": mark("not asked: an error within certlib came before ({name})"),
    "not-asked": mark("not asked: {why}"),
    "suite-not-offered": mark("the cipher suite {choice} was not offered"),
    "group-not-offered": mark("the group {choice} was not offered"),
    "not-offered": mark("{choice} was not offered"),
    "key-given": mark("the leaf's key is {key}"),
    "certificate-message": mark("a certificate message of {bytes} bytes, where at most {most} are read"),
    "handshake-message": mark("a handshake message of {bytes} bytes, where at most {most} are read"),
    "many-certificates": mark("more than {most} certificates"),
    "many-messages": mark("more than {most} handshake messages"),
    "many-warnings": mark("{most} warning alerts"),
    "many-bytes": mark("more than {most} bytes before the end of the certificate"),
    "many-empty-records": mark("more than {most} records without content"),
    "long-record": mark("a record of {bytes} bytes, where at most {most} are allowed"),
    "long-cookie": mark("a cookie of {bytes} bytes, where at most {most} are read"),
    "error-within": mark("an error within certlib came before ({name})"),
    "no-certificate": mark("no certificate in its place"),
    "empty-list": mark("an empty list of certificates"),
    "empty-certificate": mark("an empty certificate"),
    "undecryptable": mark("a record that cannot be decrypted"),
    "no-record": mark("something other than a TLS record in the stream"),
    "early-data": mark("application data before the handshake"),
    "no-name-server": mark("no name server answered within {seconds} s"),
    "name-not-known": mark("the name is not known ({code})"),
    "name-without-address": mark("the name has no IP address"),
    "name-without-address-code": mark("the name has no IP address ({code})"),
    "name-of-another-family": mark("the name has no address of a family that this machine uses ({code})"),
    "name-server-silent": mark("the name server gave no answer ({code})"),
    "name-server-failed": mark("the name server failed ({code})"),
    "resolver-failed": mark("the resolver failed ({code})"),
    "no-dns-name": mark("the name can't be written as a DNS name"),
    "no-answer-within": mark("no answer within {seconds} s"),
}

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
    """What a reason's sentence does not say: the code of a text, and what stands in the text's fields.

    The code `other` has one field, `text`, which is shown as it is: the name of an alert, of a protocol or of
    an error of the operating system.
    """

    code: str
    fields: Mapping[str, str] = field(default_factory=dict, hash=False)


def make_detail(code: str, /, **fields: object) -> Detail:
    """A detail whose fields are written as text."""
    return Detail(code, {name: str(value) for name, value in fields.items()})


def make_verbatim(text: str) -> tuple[Detail, ...]:
    """A text that is shown as it is; none when it is empty."""
    return (Detail(OTHER, {"text": text}),) if text else ()


def describe(details: Iterable[Detail]) -> str:
    """Details as words in the language of the report, joined by `; `."""
    return "; ".join(
        detail.fields["text"] if detail.code == OTHER else say(DETAIL_TEXTS[detail.code], **detail.fields)
        for detail in details
    )


def describe_in_english(details: Iterable[Detail]) -> str:
    """Details as the words of a log: English, whatever the language of the report."""
    with use_language(ENGLISH):
        return describe(details)


def is_known(detail: Detail) -> bool:
    """Whether there is a text for the code of a detail, with just the fields that it has."""
    text = "{text}" if detail.code == OTHER else DETAIL_TEXTS.get(detail.code)
    return text is not None and list_fields(text) == detail.fields.keys()
