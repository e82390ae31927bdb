"""Whatever a server sends, a grab ends in a chain or a reason, within its bounds."""

import pytest

from certlib.reasons import Reason, describe_in_english
from certlib.tls import OFFERS, Answer, Grab
from certlib.tls.records import NAMES
from certs import ca, leaf, self_signed
from tls.conversation import KEYS, NAME
from tls.made import (
    CERTIFICATE_REQUEST,
    ECDHE,
    HANDSHAKE,
    HELLO_DONE,
    OF_EC,
    OF_RSA,
    P384,
    RETRY_RANDOM,
    RSA_CA,
    X25519,
    alert,
    certificate,
    certificate13,
    extensions,
    grab,
    hello13,
    message,
    record,
    records,
    server_hello,
    tls12_flight,
    tls12_messages,
    tls13_flight,
    tls13_messages,
    u16,
    vector,
)

MEBIBYTE = 1 << 20


def answer_to(flight: bytes, offer: str = "rsa") -> Answer:
    asked, _ = grab(offer)
    assert asked.receive(flight) == b""
    return asked.answer()


def reason_for(flight: bytes, offer: str = "rsa") -> tuple[Reason | None, str]:
    answer = answer_to(flight, offer)
    assert answer.chain == ()
    return answer.reason, describe_in_english(answer.detail)


# What is told of a chain


def test_a_chain_in_tls_1_2_comes_with_what_the_server_chose():
    answer = answer_to(tls12_flight([OF_RSA, RSA_CA]))
    assert answer == Answer(
        chain=(OF_RSA.der, RSA_CA.der),
        reason=None,
        detail=(),
        version="TLS 1.2",
        suite="TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
        group="x25519",
        signature_algorithm="rsa_pss_rsae_sha256",
        alpn=None,
        client_certificate_requested=False,
        alerts=(),
        retried=False,
        first_bytes=b"",
    )


def test_a_chain_in_tls_1_3_comes_with_what_the_server_chose():
    asked, hello = grab("browser")
    asked.receive(tls13_flight(hello, [OF_RSA, RSA_CA]))
    assert asked.done
    assert asked.answer() == Answer(
        chain=(OF_RSA.der, RSA_CA.der),
        reason=None,
        detail=(),
        version="TLS 1.3",
        suite="TLS_AES_128_GCM_SHA256",
        group="x25519",
        signature_algorithm="rsa_pss_rsae_sha256",
        alpn="h2",
        client_certificate_requested=False,
        alerts=(),
        retried=False,
        first_bytes=b"",
    )


@pytest.mark.parametrize("suite", [0x1301, 0x1302, 0x1303, 0x1304, 0x1305])
def test_every_suite_of_tls_1_3_is_read(suite):
    asked, hello = grab()
    first, seal = hello13(hello=hello, suite=suite)
    asked.receive(record(HANDSHAKE, first) + seal(tls13_messages()))
    assert asked.answer().chain == (OF_RSA.der,)


@pytest.mark.parametrize(("version", "name"), [(0x0302, "TLS 1.1"), (0x0301, "TLS 1.0")])
def test_older_versions_are_read_and_have_no_signature_algorithm(version, name):
    exchange = message(12, b"\x03" + u16(X25519) + vector(bytes(32), 1) + vector(bytes(256), 2))
    flight = server_hello(suite=0xC013, version=version) + certificate([OF_RSA]) + exchange + HELLO_DONE
    answer = answer_to(record(HANDSHAKE, flight, version=version))
    assert (answer.chain, answer.version, answer.group) == ((OF_RSA.der,), name, "x25519")
    assert answer.signature_algorithm is None


def test_a_server_that_answers_a_bare_hello_in_ssl_3_is_read():
    flight = server_hello(suite=0x000A, version=0x0300) + certificate([OF_RSA]) + HELLO_DONE
    answer = answer_to(record(HANDSHAKE, flight, version=0x0300), "tls10-bare")
    assert (answer.chain, answer.version, answer.group) == ((OF_RSA.der,), "SSL 3.0", None)


def test_a_field_of_the_servers_own_is_named_by_its_size():
    exchange = b"".join(vector(part, 2) for part in (b"\xff" * 128, b"\x02", b"\x03" * 128))
    exchange = message(12, exchange + u16(0x0401) + vector(bytes(256), 2))
    flight = server_hello(suite=0x009E) + certificate([OF_RSA]) + exchange + HELLO_DONE
    answer = answer_to(record(HANDSHAKE, flight))
    assert (answer.group, answer.signature_algorithm) == ("dh1024", "rsa_pkcs1_sha256")


def test_the_chain_is_there_before_the_signature_algorithm():
    asked, hello = grab("browser")
    first, seal = hello13(hello=hello)
    asked.receive(record(HANDSHAKE, first) + seal(message(8, extensions({})) + certificate13([OF_RSA])))
    assert asked.has_chain
    assert not asked.done
    assert asked.answer().reason is None
    assert asked.answer().signature_algorithm is None
    asked.receive(seal(message(15, u16(0x0805) + vector(b"", 2))))
    assert asked.done
    assert asked.answer().signature_algorithm == "rsa_pss_rsae_sha384"


def test_the_chain_is_kept_as_sent_with_order_and_doubles():
    chain = [OF_RSA, RSA_CA, RSA_CA, OF_RSA]
    assert answer_to(tls12_flight(chain)).chain == tuple(one.der for one in chain)


def test_a_chain_of_ten_and_of_20_kilobytes_is_read():
    chain = [OF_RSA, *[bytes(2_000) + bytes((number,)) for number in range(10)]]
    flight = records(tls12_messages(chain), 16_000)
    assert answer_to(flight).chain == (OF_RSA.der, *chain[1:])


def test_a_leaf_that_is_no_certificate_is_kept_as_bytes():
    answer = answer_to(tls12_flight([b"garbage"]))
    assert (answer.chain, answer.reason) == ((b"garbage",), None)


def test_a_leaf_of_the_other_key_is_kept_with_its_reason():
    answer = answer_to(tls12_flight([OF_EC]))
    assert (answer.chain, answer.reason, describe_in_english(answer.detail)) == (
        (OF_EC.der,),
        Reason.WRONG_KEY_TYPE,
        "the leaf's key is ec",
    )


def test_an_offer_of_any_key_takes_every_leaf():
    leaf_of_ed25519 = self_signed("ed25519")
    assert answer_to(tls12_flight([leaf_of_ed25519]), "any").reason is None


def test_a_request_for_a_client_certificate_is_noted_in_tls_1_2():
    flight = server_hello(suite=0xC02F) + certificate([OF_RSA]) + ECDHE + CERTIFICATE_REQUEST + HELLO_DONE
    assert answer_to(record(HANDSHAKE, flight)).client_certificate_requested


def test_a_request_for_a_client_certificate_is_noted_in_tls_1_3():
    asked, hello = grab()
    first, seal = hello13(hello=hello)
    asked.receive(record(HANDSHAKE, first) + seal(tls13_messages(request=True)))
    assert asked.answer().client_certificate_requested


def test_a_protocol_that_was_not_offered_is_not_taken_over():
    content = extensions({16: vector(vector(b"<b>", 1), 2)})
    asked, hello = grab("browser")
    first, seal = hello13(hello=hello)
    asked.receive(record(HANDSHAKE, first) + seal(message(8, content) + certificate13([OF_RSA])))
    assert asked.answer().alpn is None


def test_a_stapled_status_between_chain_and_signature_is_passed_over():
    flight = server_hello(suite=0xC02F) + certificate([OF_RSA]) + message(22, b"\x01\x00\x00\x01x")
    answer = answer_to(record(HANDSHAKE, flight + ECDHE + HELLO_DONE), "browser")
    assert (answer.chain, answer.signature_algorithm) == ((OF_RSA.der,), "rsa_pss_rsae_sha256")


# However it is cut and wrapped


@pytest.mark.parametrize("size", [1, 2, 3, 5, 100])
def test_small_records_are_read_in_tls_1_2(size):
    assert answer_to(records(tls12_messages(), size)).chain == (OF_RSA.der,)


@pytest.mark.parametrize("size", [1, 7, 100])
def test_small_records_are_read_in_tls_1_3(size):
    asked, hello = grab()
    asked.receive(tls13_flight(hello, size=size))
    assert asked.answer().chain == (OF_RSA.der,)


def test_padded_records_are_read_in_tls_1_3():
    asked, hello = grab()
    first, seal = hello13(hello=hello)
    asked.receive(record(HANDSHAKE, first) + seal(tls13_messages(), padding=300))
    assert asked.answer().chain == (OF_RSA.der,)


def test_bytes_under_another_key_after_the_chain_are_no_error():
    asked, hello = grab()
    first, seal = hello13(hello=hello)
    asked.receive(record(HANDSHAKE, first) + seal(message(8, extensions({})) + certificate13([OF_RSA])))
    asked.receive(record(23, bytes(80)))
    assert asked.done
    assert asked.answer().chain == (OF_RSA.der,)
    assert asked.answer().reason is None


def test_after_the_end_everything_is_ignored():
    asked, _ = grab()
    asked.receive(tls12_flight())
    before = asked.answer()
    assert asked.receive(alert(40)) == b""
    asked.end()
    assert asked.answer() == before


# HelloRetryRequest


def retry(found: dict[int, bytes], *, suite: int = 0x1301) -> bytes:
    return server_hello(suite=suite, found={43: u16(0x0304), **found}, random=RETRY_RANDOM)


def test_a_hello_retry_request_is_answered_with_the_one_share_and_the_cookie():
    asked, first_hello = grab("browser")
    wanted = retry({51: u16(X25519), 44: vector(b"a cookie", 2)})
    reply = asked.receive(record(HANDSHAKE, wanted))
    assert reply.startswith(b"\x14\x03\x03\x00\x01\x01\x16\x03\x03")
    second_hello = reply[11:]
    assert second_hello[6:38] == first_hello[6:38]
    assert vector(u16(X25519) + vector(KEYS.public(X25519), 2), 2) in second_hello
    assert b"a cookie" in second_hello
    first, seal = hello13(hello=second_hello, first_hello=first_hello, retry=wanted)
    asked.receive(record(HANDSHAKE, first) + seal(tls13_messages()))
    assert asked.answer().chain == (OF_RSA.der,)
    assert asked.answer().retried


def test_a_second_hello_retry_request_is_malformed():
    asked, _ = grab()
    assert asked.receive(record(HANDSHAKE, retry({51: u16(P384)})))
    assert asked.receive(record(HANDSHAKE, retry({51: u16(P384)}))) == b""
    assert asked.answer().reason is Reason.MALFORMED


@pytest.mark.parametrize(
    ("found", "detail"),
    [
        ({}, "a HelloRetryRequest that asks for nothing"),
        ({51: b""}, "a group of 0 bytes"),
        ({51: bytes(36)}, "a group of 36 bytes"),
        ({44: b"\x00"}, "cookie is cut short"),
        ({43: bytes(30)}, "a supported version of 30 bytes"),
    ],
)
def test_a_hello_retry_request_that_cannot_be_answered_is_malformed(found, detail):
    assert reason_for(record(HANDSHAKE, retry(found))) == (Reason.MALFORMED, detail)


def test_a_cookie_of_4_kilobytes_is_too_big():
    wanted = retry({44: vector(bytes(4_097), 2)})
    assert reason_for(record(HANDSHAKE, wanted)) == (
        Reason.TOO_BIG,
        "a cookie of 4097 bytes, where at most 4096 are read",
    )


# Alerts and ends


def test_a_fatal_alert_is_the_reason_with_its_name():
    answer = answer_to(alert(40))
    assert (answer.reason, describe_in_english(answer.detail)) == (Reason.ALERT, "handshake_failure")
    assert answer.alerts == ("handshake_failure",)


def test_an_alert_without_a_name_is_given_by_its_number():
    assert reason_for(alert(200)) == (Reason.ALERT, "alert 200")


def test_an_alert_in_two_records_is_one_alert():
    assert reason_for(record(21, b"\x02") + record(21, b"\x28")) == (Reason.ALERT, "handshake_failure")


def test_warning_alerts_before_the_chain_are_noted_and_passed_over():
    answer = answer_to(alert(112, level=1) + tls12_flight())
    assert (answer.chain, answer.reason, answer.alerts) == ((OF_RSA.der,), None, ("unrecognized_name",))


def test_an_endless_stream_of_warning_alerts_is_too_big():
    answer = answer_to(alert(112, level=1) * 10_000)
    assert answer.reason is Reason.TOO_BIG
    assert len(answer.alerts) == 16


def test_a_warning_that_is_meant_as_a_refusal_is_the_reason_when_the_server_then_closes():
    asked, _ = grab()
    asked.receive(alert(40, level=1))
    assert not asked.done
    asked.end()
    assert (asked.answer().reason, describe_in_english(asked.answer().detail)) == (
        Reason.ALERT,
        "handshake_failure",
    )


@pytest.mark.parametrize("number", [112, 90])
def test_a_warning_that_is_mostly_harmless_is_the_reason_when_nothing_comes_after_it(number):
    asked, _ = grab()
    asked.receive(alert(number, level=1))
    asked.end()
    assert asked.answer().reason is Reason.ALERT
    assert reason_for(alert(number, level=1) + alert(0, level=1))[0] is Reason.ALERT


def test_a_telling_warning_counts_more_than_a_harmless_one_after_it():
    assert reason_for(alert(40, level=1) + alert(112, level=1) + alert(0, level=1))[1] == "handshake_failure"


def test_a_closing_alert_without_a_chain_is_a_close():
    assert reason_for(alert(0, level=1)) == (Reason.CLOSED, "close_notify")


def test_a_sealed_alert_of_tls_1_3_is_the_reason():
    asked, hello = grab()
    first, seal = hello13(hello=hello)
    asked.receive(record(HANDSHAKE, first) + seal(b"\x01\x28", kind=21))
    assert (asked.answer().reason, describe_in_english(asked.answer().detail)) == (
        Reason.ALERT,
        "handshake_failure",
    )


def test_an_alert_after_the_chain_takes_nothing_away():
    flight = server_hello(suite=0xC02F) + certificate([OF_RSA])
    answer = answer_to(record(HANDSHAKE, flight) + alert(80))
    assert (answer.chain, answer.reason, answer.alerts) == ((OF_RSA.der,), None, ("internal_error",))


def test_without_one_byte_there_is_no_answer():
    asked, _ = grab()
    assert asked.answer().reason is Reason.NO_ANSWER


@pytest.mark.parametrize("size", [1, 3, 50])
def test_a_flight_that_stops_is_stalled(size):
    assert reason_for(tls12_flight()[:size])[0] is Reason.STALLED


@pytest.mark.parametrize("size", [0, 1, 3, 50])
def test_a_server_that_closes_before_the_chain_is_closed(size):
    asked, _ = grab()
    asked.receive(tls12_flight()[:size])
    asked.end()
    assert asked.done
    assert asked.answer().reason is Reason.CLOSED


# Not TLS


@pytest.mark.parametrize(
    ("greeting", "protocol"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "HTTP"),
        (b"<!doctype html>\n<title>400</title>", "HTML"),
        (b"\r\n<html>\r\n<head>", "HTML"),
        (b"SSH-2.0-OpenSSH_9.2p1\r\n", "SSH"),
        (b"220 mail.example.test ESMTP Postfix\r\n", "SMTP"),
        (b"220 (vsFTPd 3.0.3)\r\n", "FTP"),
        (b"220 welcome\r\n", "SMTP or FTP"),
        (b"* OK [CAPABILITY IMAP4rev1] ready\r\n", "IMAP"),
        (b"+OK POP3 ready\r\n", "POP3"),
        (b"<stream:error xmlns:stream='http://etherx.jabber.org/streams'>\n", "XMPP"),
        (b"<?xml version='1.0'?><stream:stream xmlns='jabber:client' id='1'>", "XMPP"),
        (b"<?xml version='1.0'?>\n<error/>\n", "XML"),
        (b"RFB 003.008\n", "VNC"),
        (b"hello there\n", ""),
    ],
)
def test_a_greeting_of_another_protocol_is_named_with_its_first_line(greeting, protocol):
    asked, _ = grab()
    asked.receive(greeting)
    answer = asked.answer()
    assert asked.done
    assert (answer.reason, describe_in_english(answer.detail), answer.chain) == (Reason.NOT_TLS, protocol, ())
    assert protocol in {"", *NAMES}
    assert greeting.startswith(answer.first_bytes)
    assert len(answer.first_bytes) <= 64


def test_a_binary_protocol_is_known_by_sixteen_bytes():
    asked, _ = grab()
    asked.receive(b"J\x00\x00\x00\x0a5.7.44-log and more"[3:])
    assert asked.done
    assert asked.answer().reason is Reason.NOT_TLS
    assert asked.answer().first_bytes == b"\x00\x0a5.7.44-log and"


@pytest.mark.parametrize("head", [b"H", b"\x00", b"\x16\x04", b"SSH-2.0"])
def test_a_greeting_without_an_end_is_not_tls_at_any_time(head):
    asked, _ = grab()
    asked.receive(head)
    assert asked.answer().reason is Reason.NOT_TLS
    asked.end()
    assert (asked.answer().reason, asked.answer().first_bytes) == (Reason.NOT_TLS, head)


def test_an_error_in_ssl_2_is_named():
    asked, _ = grab()
    asked.receive(b"\x80\x03\x00\x00\x01")
    asked.end()
    assert (asked.answer().reason, describe_in_english(asked.answer().detail)) == (Reason.NOT_TLS, "SSL 2.0")


# Bounds


def test_a_record_beyond_18432_bytes_is_too_big():
    assert reason_for(b"\x16\x03\x03" + u16(18_433)) == (
        Reason.TOO_BIG,
        "a record of 18433 bytes, where at most 18432 are allowed",
    )


@pytest.mark.parametrize(
    ("kind", "size", "said"),
    [
        (11, 1_048_577, "a certificate message of 1048577 bytes, where at most 1048576 are read"),
        (22, 262_145, "a handshake message of 262145 bytes, where at most 262144 are read"),
    ],
)
def test_a_message_beyond_its_bound_is_too_big_and_named_with_both(kind, size, said):
    start = server_hello(suite=0xC02F) + bytes((kind,)) + size.to_bytes(3, "big")
    assert reason_for(record(HANDSHAKE, start)) == (Reason.TOO_BIG, said)


def test_before_the_server_hello_no_message_may_be_as_long_as_a_certificate():
    start = record(HANDSHAKE, b"\x0b" + (262_145).to_bytes(3, "big"))
    assert reason_for(start)[1].startswith("a handshake message of 262145 bytes")


def test_a_certificate_message_of_a_mebibyte_is_read_to_its_last_byte():
    longest = bytes(1_048_576 - 6)
    assert answer_to(records(tls12_messages([longest]), 16_000), "any").chain == (longest,)


@pytest.mark.parametrize("version", ["TLS 1.2", "TLS 1.3"])
def test_a_certificate_with_ten_thousand_names_is_read(version):
    names = [f"{number:05}.of-ten-thousand-names.example.test" for number in range(10_000)]
    pair = leaf(RSA_CA, "rsa", *names)
    assert len(pair.der) > 262_144
    asked, hello = grab()
    flight = records(tls12_messages([pair]), 16_000) if version == "TLS 1.2" else tls13_flight(hello, [pair])
    asked.receive(flight)
    assert (asked.answer().version, asked.answer().chain) == (version, (pair.der,))


def test_a_flood_of_handshake_bytes_ends_at_its_bound():
    flood = message(22, bytes(262_000))
    flight = records(server_hello(suite=0xC02F) + flood * 13, 16_000)
    assert len(flight) > 3 * MEBIBYTE
    assert reason_for(flight) == (Reason.TOO_BIG, "more than 1572864 bytes before the end of the certificate")


def test_a_flood_of_small_messages_ends_at_its_bound():
    flight = record(HANDSHAKE, message(0, b"") * 65)
    assert reason_for(flight) == (Reason.TOO_BIG, "more than 64 handshake messages")


@pytest.mark.parametrize("empty", [record(HANDSHAKE, b""), record(20, b"\x01")])
def test_a_flood_of_records_without_content_ends_at_its_bound(empty):
    assert reason_for(alert(112, level=1) + empty * 33)[0] is Reason.TOO_BIG


def test_more_than_a_hundred_certificates_are_too_big():
    assert reason_for(tls12_flight([b"x"] * 101)) == (Reason.TOO_BIG, "more than 100 certificates")


# Out of order


@pytest.mark.parametrize(
    ("flight", "detail"),
    [
        (record(HANDSHAKE, certificate([OF_RSA])), "another message instead of ServerHello"),
        (record(HANDSHAKE, message(2, b"\x03\x03")), "ServerHello is cut short"),
        (record(HANDSHAKE, server_hello(suite=0xC02F) + HELLO_DONE), "no certificate in its place"),
        (record(HANDSHAKE, server_hello(suite=0xC02F) + message(25, b"")), "no certificate in its place"),
        (record(HANDSHAKE, server_hello(suite=0xC02F) + certificate([])), "an empty list of certificates"),
        (tls12_flight([OF_RSA, b""]), "an empty certificate"),
        (record(HANDSHAKE, server_hello(suite=0xC02F) + message(11, b"\x00\x00\x09\x00\x00\x08x")), None),
        (record(HANDSHAKE, server_hello(suite=0xC02F, found={43: u16(0x0304)})), None),
        (alert(112, level=1) + record(23, bytes(50)), "application data before the handshake"),
        (alert(112, level=1) + b"HTTP/1.1 400", "something other than a TLS record in the stream"),
    ],
)
def test_a_flight_that_leaves_the_protocol_is_malformed(flight, detail):
    reason, found = reason_for(flight)
    assert reason is Reason.MALFORMED
    assert detail is None or found == detail


@pytest.mark.parametrize(
    ("offer", "hello", "choice"),
    [
        ("browser", server_hello(suite=0xC013, version=0x0301), "TLS 1.0"),
        ("rsa", server_hello(suite=0x1301, found={43: u16(0x0305)}), "0x0305"),
        ("rsa", server_hello(suite=0xC02B), "the cipher suite TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"),
        ("rsa", server_hello(suite=0x1301, found={43: u16(0x0304), 51: u16(77) * 2}), "the group 0x004D"),
        ("rsa", retry({51: u16(0x9999)}), "the group 0x9999"),
    ],
    ids=["version", "version-by-extension", "suite", "group", "group-in-a-retry"],
)
def test_a_version_suite_or_group_that_was_not_offered_is_named(offer, hello, choice):
    assert reason_for(record(HANDSHAKE, hello), offer) == (Reason.NOT_OFFERED, f"{choice} was not offered")


@pytest.mark.parametrize(
    "share",
    [b"", u16(X25519), u16(X25519) + vector(bytes(32), 2), u16(X25519) + vector(b"x", 2)],
)
def test_a_key_share_that_is_none_is_malformed(share):
    flight = record(HANDSHAKE, server_hello(suite=0x1301, found={43: u16(0x0304), 51: share}))
    assert reason_for(flight)[0] is Reason.MALFORMED


def test_a_message_across_the_change_of_keys_is_malformed():
    asked, hello = grab()
    first, _ = hello13(hello=hello)
    asked.receive(record(HANDSHAKE, first + b"\x08"))
    assert asked.answer().reason is Reason.MALFORMED


def test_a_record_that_cannot_be_opened_is_malformed():
    asked, hello = grab()
    first, _ = hello13(hello=hello)
    asked.receive(record(HANDSHAKE, first) + record(23, bytes(50)))
    assert (asked.answer().reason, describe_in_english(asked.answer().detail)) == (
        Reason.MALFORMED,
        "a record that cannot be decrypted",
    )


def test_tls_1_3_without_a_certificate_is_malformed():
    asked, hello = grab()
    first, seal = hello13(hello=hello)
    asked.receive(record(HANDSHAKE, first) + seal(message(8, extensions({})) + message(20, bytes(32))))
    assert asked.answer().reason is Reason.MALFORMED


# Names


@pytest.mark.parametrize("name", ["a b", "x" * 256, "uccx\n", "bücher..test", "."])
def test_a_name_that_can_be_none_is_refused_at_once(name):
    with pytest.raises(ValueError):  # noqa: PT011 - the name itself is what it says
        Grab(offer=OFFERS["rsa"], server_name=name, keys=KEYS)


def test_the_name_stands_in_the_hello():
    assert NAME.encode() in grab()[1]


def test_a_leaf_for_another_name_is_presented_all_the_same():
    other = leaf(
        ca("Example RSA CA", "rsa", issuer=ca("Example RSA root", "rsa")), "rsa", "other.example.test"
    )
    assert answer_to(tls12_flight([other])).chain == (other.der,)
