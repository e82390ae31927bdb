"""What a missing certificate means: the words that fit the very answer."""

import errno
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certlib.evidence import Presentation
from certlib.evidence.schema1 import read_prose
from certlib.knowledge import When, explain_reason, load
from certlib.reasons import DETAIL_TEXTS, Reason
from certlib.tls import OFFERS
from certlib.tls.names import ALERTS
from certlib.tls.records import NAMES

GIVEN = Presentation("e", "any", ("leaf",), None, version="TLS 1.2")
# Alerts that tell nothing of which a certificate could be missing: the words for any alert are told.
GENERAL = {"unknown_psk_identity", "bad_certificate_status_response", "bad_certificate_hash_value"}


def row(reason, detail="", *, offer="browser", **facts):
    return Presentation("e", offer, (), reason, read_prose(detail), **facts)


def told(one, *others):
    found = explain_reason(one, among=(one, *others), knowledge=load())
    return found.sentence, found.hint


def alert(name, *others, offer="browser"):
    return told(row(Reason.ALERT, name, offer=offer, alerts=(name,)), *others)


def test_every_alert_has_its_words_or_is_told_in_general_on_purpose():
    cases = {name for case in load().reasons["alert"].cases for name in case.when.said}
    assert set(ALERTS.values()) - cases == GENERAL
    assert cases - set(ALERTS.values()) == {"yet-given"}


def test_what_the_cases_go_by_is_something_that_a_collection_writes():
    known = {*ALERTS.values(), *errno.errorcode.values(), *NAMES, *DETAIL_TEXTS}
    for text in load().reasons.values():
        assert {name for case in text.cases for name in case.when.said} <= known, text.id


@pytest.mark.parametrize("reason", list(Reason))
def test_every_case_of_a_reason_is_told_of_some_answer(reason):
    text = load().reasons[reason.value]
    found = {
        explain_reason(one, among=(one, *others), knowledge=load()).sentence
        for case in text.cases
        for one, others in answers_to(reason, case.when)
    }
    assert {case.sentence.format(version="TLS 1.3") for case in text.cases} <= found


def answers_to(reason, when):
    """Answers of which a case's condition is true."""
    for said in when.said or ("",):
        detail = DETAIL_TEXTS.get(said, said)
        one = row(reason, detail, offer="rsa" if when.offer == "one-kind" else when.offer or "tls12-all")
        if when.begun:
            one = replace(one, detail=(*one.detail, *read_prose("bytes received: 3")))
        beside = GIVEN if when.modern else replace(GIVEN, version="TLS 1.0")
        others = (beside,) if when.answered or when.modern else ()
        yield replace(one, version="TLS 1.3" if when.version else None), others


def test_a_name_that_is_not_known_is_told_as_one_with_the_keys_that_correct_it():
    sentence, hint = alert("unrecognized_name")
    assert "name" in sentence
    assert "sni" in hint
    assert "cipher" not in sentence + hint


@pytest.mark.parametrize(
    "name", ["internal_error", "missing_extension", "access_denied", "handshake_failure"]
)
def test_alerts_that_servers_send_to_a_name_they_do_not_know_speak_of_the_name(name):
    assert "sni" in alert(name)[1]


def test_a_fault_of_the_server_is_worth_another_try_and_a_look_into_its_log():
    _, hint = alert("internal_error")
    assert "collect again" in hint
    assert "log" in hint


@pytest.mark.parametrize(
    "name", ["certificate_required", "bad_certificate", "unknown_ca", "unsupported_certificate"]
)
def test_alerts_about_a_client_s_certificate_do_not_speak_of_versions(name):
    sentence, hint = alert(name)
    assert "client" in sentence + hint
    assert "TLS versions" not in sentence + hint


def test_versions_that_a_server_refuses_are_told_by_what_else_it_answered():
    old = replace(GIVEN, version="TLS 1.0")
    assert (
        alert("protocol_version", old)[0] == "The server speaks no TLS version that today's browsers speak."
    )
    assert "though it speaks TLS 1.2 or 1.3" in alert("protocol_version", old, GIVEN)[0]
    assert "1.2 and 1.3" in alert("protocol_version")[0]
    assert "No fault" in alert("protocol_version", offer="tls10-bare")[1]


def test_a_refusal_of_one_kind_speaks_of_that_kind():
    assert "of this kind" in alert("handshake_failure", offer="ecdsa")[0]
    assert "of this kind" not in alert("handshake_failure")[0]


def test_an_alert_without_a_name_is_told_in_general():
    sentence, hint = alert("alert 200")
    assert (sentence, hint) == (load().reasons["alert"].sentence, load().reasons["alert"].hint)


@pytest.mark.parametrize("offer", ["rsa", "ecdsa", "rsa-suites", "rsa-gentle", "ecdsa-tls12"])
def test_a_reset_of_one_kind_beside_an_answer_is_rather_a_windows_server_without_it(offer):
    cut = row(Reason.RESET, "ECONNRESET", offer=offer)
    sentence, hint = told(cut, GIVEN)
    assert "Windows server (Schannel) does when it has no certificate of this kind" in sentence
    assert "likelier than a firewall" in hint


@pytest.mark.parametrize("offer", sorted(OFFERS))
def test_a_reset_where_nothing_was_answered_is_rather_a_firewall(offer):
    sentence, hint = told(row(Reason.RESET, "ECONNRESET", offer=offer), row(Reason.RESET, offer="any"))
    assert sentence == "The connection was cut off."
    assert "a firewall or intrusion prevention is likely" in hint
    assert "Schannel" in hint


@pytest.mark.parametrize(
    "begun", [{"version": "TLS 1.2"}, {"alerts": ("unrecognized_name",)}, {"detail": "bytes received: 47"}]
)
def test_a_server_that_closes_after_it_began_has_not_closed_without_an_answer(begun):
    facts = {"detail": "", **begun}
    assert "in the middle of its answer" in told(row(Reason.CLOSED, **facts))[0]
    assert "without an answer" in told(row(Reason.CLOSED))[0]


@pytest.mark.parametrize("version", [None, "TLS 1.3"])
def test_a_close_to_one_kind_beside_an_answer_may_be_tomcat_s_denial(version):
    """Tomcat closes after its ServerHello in TLS 1.3."""
    assert "Tomcat" in told(row(Reason.CLOSED, offer="ecdsa", version=version), GIVEN)[0]


@pytest.mark.parametrize("reason", [Reason.ALERT, Reason.CLOSED])
def test_a_refusal_that_another_answer_contradicts_says_so(reason):
    detail = "handshake_failure; yet the offer browser was given an RSA certificate"
    sentence, hint = told(row(reason, detail, offer="rsa"), GIVEN)
    assert "although it gave such a certificate to another one" in sentence
    assert "Collect again" in hint


def test_silence_to_a_browser_beside_an_answer_is_a_matter_of_its_hello():
    assert "post-quantum" in told(row(Reason.NO_ANSWER, "waited 5 s"), GIVEN)[1]
    alone = told(row(Reason.NO_ANSWER, "waited 5 s"))[1]
    assert all(word in alone for word in ("starting", "--patience", "post-quantum"))


def test_a_certificate_that_is_too_long_is_not_called_dishonest():
    detail = "a certificate message of 2000000 bytes, where at most 1048576 are read"
    assert "certificate message is larger" in told(row(Reason.TOO_BIG, detail))[0]
    assert "more than TLS needs" not in told(row(Reason.TOO_BIG, detail))[0]


def test_none_of_a_kind_is_said_of_the_version_that_it_is_known_of():
    assert told(row(Reason.NO_SUCH_CERTIFICATE))[0] == "The server presents none of this kind."
    in_one = told(row(Reason.NO_SUCH_CERTIFICATE, version="TLS 1.3"))[0]
    assert in_one == "The server presents none of this kind in TLS 1.3."


@pytest.mark.parametrize(
    ("code", "said"),
    [("EACCES", "This PC does not allow"), ("EHOSTUNREACH", "rejects"), ("ENETUNREACH", "no route")],
)
def test_what_keeps_an_address_out_of_reach_is_told_apart(code, said):
    assert said in told(row(Reason.UNREACHABLE, code))[0]


def test_a_name_server_that_is_silent_says_nothing_of_the_name():
    assert "no name server" in told(row(Reason.NO_SUCH_HOST, "no name server answered within 10 s"))[0]
    assert "could not be resolved" in told(row(Reason.NO_SUCH_HOST, "the name is not known (EAI_NONAME)"))[0]


def test_without_its_detail_an_alert_is_told_by_the_last_that_came():
    assert told(row(Reason.ALERT, alerts=("unrecognized_name",))) == alert("unrecognized_name")


def test_an_answer_without_a_reason_means_nothing():
    assert told(GIVEN) == ("", "")


@given(
    st.sampled_from(Reason),
    st.sampled_from(sorted(OFFERS)) | st.text(max_size=20),
    st.sampled_from(sorted(ALERTS.values())) | st.text(max_size=60),
    st.none() | st.sampled_from(["TLS 1.2", "{offer}"]),
    st.booleans(),
)
def test_whatever_is_written_beside_a_reason_there_are_words_without_a_field(
    reason, offer, detail, version, beside
):
    sentence, hint = told(row(reason, detail, offer=offer, version=version), *([GIVEN] if beside else []))
    assert sentence
    assert hint
    assert "{" not in sentence.replace("{offer}", "") + hint


def test_a_condition_that_asks_for_nothing_is_none():
    assert all(case.when != When() for text in load().reasons.values() for case in text.cases)
