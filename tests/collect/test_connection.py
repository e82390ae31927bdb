"""Every error of the operating system is one of the reasons, told in our own words."""

import errno

import pytest

from certlib.collect.connection import Exchange, explain_failure, is_broken_off
from certlib.reasons import Reason, describe_in_english


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (errno.ECONNREFUSED, Reason.REFUSED),
        (errno.ENETUNREACH, Reason.UNREACHABLE),
        (errno.EHOSTUNREACH, Reason.UNREACHABLE),
        (errno.EACCES, Reason.UNREACHABLE),
        (errno.EPERM, Reason.UNREACHABLE),
        (errno.EADDRNOTAVAIL, Reason.UNREACHABLE),
        (errno.ETIMEDOUT, Reason.CONNECT_TIMEOUT),
        (errno.ECONNRESET, Reason.RESET),
        (errno.EPIPE, Reason.RESET),
        (errno.ECONNABORTED, Reason.RESET),
        (errno.EMFILE, Reason.NOT_ASKED),
        (errno.ENOBUFS, Reason.NOT_ASKED),
        (errno.EDOM, Reason.UNREACHABLE),
    ],
)
def test_an_error_has_its_reason_and_its_name(code, reason):
    failure = explain_failure(OSError(code, "<b>text of the system</b>"))
    assert failure.reason is reason
    assert errno.errorcode[code] in describe_in_english(failure.detail)
    assert "text of the system" not in describe_in_english(failure.detail)


def test_an_error_without_a_number_is_a_reason_too():
    assert explain_failure(OSError("<b>")).reason is Reason.UNREACHABLE


@pytest.mark.parametrize(
    ("code", "begun", "reason"),
    [
        (errno.ETIMEDOUT, False, Reason.NO_ANSWER),
        (errno.ETIMEDOUT, True, Reason.STALLED),
        (errno.EHOSTUNREACH, True, Reason.RESET),
        (errno.ECONNRESET, False, Reason.RESET),
        (errno.ENOBUFS, True, Reason.NOT_ASKED),
    ],
)
def test_an_error_on_a_connection_that_was_made_does_not_say_that_none_was(code, begun, reason):
    failure = is_broken_off(OSError(code, "text of the system"), begun=begun)
    assert failure.reason is reason
    assert errno.errorcode[code] in describe_in_english(failure.detail)


@pytest.mark.parametrize(
    ("pieces", "coming"),
    [
        ((0.1,), False),
        ((0.1, 0.15, 0.2), False),
        ((2.0, 2.01), False),
        ((4.9,), True),
        ((0.0, 3.0), True),
        ((0.0, 1.0, 2.0, 3.0, 4.0), True),
        ((4.6, 4.61), True),
    ],
)
def test_a_server_that_still_drips_is_told_from_one_that_stopped(pieces, coming):
    exchange = Exchange(None, seconds=5.0, received=7, pieces=pieces)
    assert exchange.is_still_coming is coming
    (came,) = exchange.received_details
    assert (came.code, came.fields["bytes"]) == ("still-coming" if coming else "stopped", "7")
