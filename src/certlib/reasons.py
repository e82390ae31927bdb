"""Why an offer brought no certificate: one closed list, used from the socket to the report.

Each reason has a sentence and a hint for people in `knowledge/reasons.yaml`, with others for its cases.
"""

from enum import StrEnum


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
