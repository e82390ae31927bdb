"""Which offers an endpoint gets: as few as the answer allows, and why each further one."""

from dataclasses import replace

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from certlib.collect.meaning import is_understood
from certlib.collect.sequence import DEAD, explain_not_asked, plan_probes
from certlib.evidence import Presentation
from certlib.reasons import Reason, describe_in_english, make_verbatim
from certlib.tls import OFFERS

ALERT, CLOSED = Reason.ALERT, Reason.CLOSED
KEYS = {"rsa-leaf": "rsa", "ec-leaf": "ec", "ed-leaf": "ed25519", "garbage": None}


def given(leaf, version="TLS 1.2"):
    return Presentation("e", "", (leaf,), None, version=version)


def denied(reason=ALERT, alert="handshake_failure"):
    return Presentation("e", "", (), reason, make_verbatim(alert), alerts=(alert,) if reason is ALERT else ())


def asked(answers, *, apart=False, offers=OFFERS, gentle=False):
    """The offers made to an endpoint that answers so, else with an alert; and the rows that come of it."""
    asking = plan_probes(offers=offers, apart=apart, gentle=gentle, key_of=KEYS.get)
    probe, made, rows = next(asking), [], {}
    while True:
        made.append(probe.offer.id)
        answer = answers.get(probe.offer.id, denied())
        rows[probe.row] = replace(answer, offer=probe.row, attempts=(probe.why,) if probe.why else ())
        try:
            probe = asking.send(rows[probe.row])
        except StopIteration:
            break
    final = is_understood(tuple(rows.values()), offers=offers, key_of=KEYS.get)
    return made, {row.offer: row for row in final}


def test_three_offers_are_enough_for_a_server_with_two_certificates():
    made, rows = asked({"browser": given("ec-leaf"), "rsa": given("rsa-leaf"), "ecdsa": given("ec-leaf")})
    assert made == ["browser", "ecdsa", "rsa"], "the kind that was given comes first"
    assert {row.reason for row in rows.values()} == {None}


@pytest.mark.parametrize("reason", sorted(DEAD))
def test_a_dead_port_gets_one_offer(reason):
    made, _ = asked({"browser": denied(reason)})
    assert made == ["browser"]


@pytest.mark.parametrize(
    ("reason", "said"), [(ALERT, "denied with handshake_failure"), (CLOSED, "weaker sign than an alert")]
)
def test_a_denial_beside_an_answer_is_no_such_certificate(reason, said):
    seen = given("rsa-leaf")
    _, rows = asked({"browser": seen, "rsa": seen, "ecdsa": denied(reason), "any": seen})
    assert rows["ecdsa"].reason is Reason.NO_SUCH_CERTIFICATE
    assert said in describe_in_english(rows["ecdsa"].detail)


def test_a_close_is_no_such_certificate_only_where_the_port_still_answers_others():
    seen = given("rsa-leaf")
    limited = {"browser": seen, "rsa": seen, "ecdsa": denied(CLOSED), "any": denied(CLOSED)}
    made, rows = asked(limited)
    assert made == ["browser", "rsa", "ecdsa", "ecdsa", "any"]
    assert rows["ecdsa"].reason is CLOSED


def test_a_fault_of_the_server_is_asked_again_and_never_no_such_certificate():
    seen, fault = given("rsa-leaf"), denied(alert="internal_error")
    made, rows = asked({"browser": seen, "rsa": seen, "ecdsa": fault, "any": seen})
    assert made == ["browser", "rsa", "ecdsa", "ecdsa"]
    assert rows["ecdsa"].reason is ALERT


@pytest.mark.parametrize("reason", [Reason.RESET, Reason.NO_ANSWER, Reason.STALLED, Reason.MALFORMED])
def test_what_could_not_be_asked_is_never_no_such_certificate(reason):
    _, rows = asked({"browser": given("rsa-leaf"), "rsa": given("rsa-leaf"), "ecdsa": denied(reason)})
    assert rows["ecdsa"].reason is reason


def test_a_kind_that_the_browser_saw_is_asked_again_by_suites_alone():
    made, rows = asked({"browser": given("rsa-leaf"), "rsa-suites": given("rsa-leaf")})
    assert made == ["browser", "rsa", "rsa-suites", "ecdsa"]
    assert rows["rsa"].reason is None
    assert "cipher suites alone" in rows["rsa"].attempts[0]
    assert rows["ecdsa"].reason is Reason.NO_SUCH_CERTIFICATE


def test_a_kind_that_somebody_was_given_is_never_no_such_certificate():
    made, rows = asked({"browser": given("ec-leaf"), "rsa": given("rsa-leaf")})
    assert made == ["browser", "ecdsa", "ecdsa-suites", "rsa"]
    assert rows["ecdsa"].reason is ALERT
    assert "browser was given an ECDSA certificate" in describe_in_english(rows["ecdsa"].detail)


def test_in_tls_1_3_suites_say_nothing_and_are_not_asked_for():
    made, _ = asked({"browser": given("ec-leaf", "TLS 1.3"), "rsa": given("rsa-leaf", "TLS 1.3")})
    assert "ecdsa-suites" not in made


def test_the_fall_backs_end_with_the_first_certificate():
    made, rows = asked({"tls12-all": given("rsa-leaf")})
    assert made == ["browser", "tls12", "rsa", "ecdsa", "any", "tls12-all"]
    assert rows["rsa"].reason is ALERT
    assert rows["ecdsa"].reason is ALERT, "only old hellos were answered: nothing is known of a modern one"


@pytest.mark.parametrize("hung_up", [denied(CLOSED), denied(Reason.RESET, ""), denied(alert="decode_error")])
def test_a_server_that_hangs_up_on_every_hello_with_extensions_is_asked_without_any_next(hung_up):
    everything = dict.fromkeys(OFFERS, hung_up)
    made, _ = asked({**everything, "tls10-bare": given("rsa-leaf", "TLS 1.0")})
    assert made == ["browser", "tls12", "rsa", "ecdsa", "tls10-bare"]


def test_the_fall_backs_end_when_the_port_dies():
    made, _ = asked({"any": denied(Reason.REFUSED)})
    assert made == ["browser", "tls12", "rsa", "ecdsa", "any"]
    made, _ = asked({"tls12": denied(Reason.REFUSED)})
    assert made == ["browser", "tls12"]


def test_a_server_that_denies_whoever_accepts_both_kinds_is_not_said_to_lack_one():
    """It chooses an EC certificate that it then can't present; a client of RSA alone is served."""
    made, rows = asked({"rsa": given("rsa-leaf")})
    assert made == ["browser", "tls12", "rsa", "ecdsa"]
    assert rows["ecdsa"].reason is ALERT


def test_a_server_too_old_for_the_browser_is_said_to_lack_what_it_denies():
    old = given("rsa-leaf", "TLS 1.0")
    _, rows = asked({"browser": denied(alert="protocol_version"), "rsa": old, "tls12": old})
    assert rows["browser"].reason is ALERT
    assert rows["ecdsa"].reason is Reason.NO_SUCH_CERTIFICATE


def test_a_cop_makes_versions_matter_where_tls_1_3_is_spoken():
    new, old = given("rsa-leaf", "TLS 1.3"), given("rsa-leaf")
    leak = given("ec-leaf", "TLS 1.3")
    made, rows = asked({"browser": new, "rsa": new, "ecdsa": leak, "rsa-tls12": old}, apart=True)
    assert made == ["browser", "rsa", "ecdsa", "rsa-tls12", "ecdsa-tls12"]
    assert rows["ecdsa"].version == "TLS 1.3"
    assert rows["ecdsa-tls12"].reason is Reason.NO_SUCH_CERTIFICATE
    assert "TLS 1.2" in describe_in_english(rows["ecdsa-tls12"].detail)


def test_a_version_that_nobody_was_answered_in_is_no_ground_for_a_conclusion():
    new = given("rsa-leaf", "TLS 1.3")
    _, rows = asked({"browser": new, "rsa": new, "rsa-tls12": denied(alert="protocol_version")}, apart=True)
    assert rows["ecdsa"].reason is Reason.NO_SUCH_CERTIFICATE
    assert rows["ecdsa-tls12"].reason is ALERT


def test_a_cop_asks_nothing_more_where_only_tls_1_2_is_spoken():
    made, _ = asked({"browser": given("rsa-leaf"), "rsa": given("rsa-leaf")}, apart=True)
    assert made == ["browser", "rsa", "ecdsa"]


def test_answers_in_different_versions_make_versions_matter():
    made, _ = asked(
        {
            "browser": given("ec-leaf", "TLS 1.3"),
            "rsa": given("rsa-leaf"),
            "ecdsa": given("ec-leaf", "TLS 1.3"),
        }
    )
    assert made == ["browser", "ecdsa", "rsa", "rsa-tls13", "ecdsa-tls12"]


def test_an_added_client_profile_is_asked_where_a_certificate_was_presented():
    offers = {**OFFERS, "java8": replace(OFFERS["tls12"], id="java8")}
    made, _ = asked({"browser": given("rsa-leaf"), "rsa": given("rsa-leaf")}, offers=offers)
    assert made == ["browser", "rsa", "ecdsa", "java8"]
    made, _ = asked({}, offers=offers)
    assert "java8" not in made


def test_gently_the_gentle_offer_takes_the_place_of_rsa_alone():
    both = {"browser": given("ec-leaf"), "rsa-gentle": given("rsa-leaf"), "ecdsa": given("ec-leaf")}
    made, rows = asked(both, gentle=True)
    assert made == ["browser", "ecdsa", "rsa-gentle"]
    assert explain_not_asked(rows) == []


@pytest.mark.parametrize("reason", [ALERT, CLOSED, Reason.RESET, Reason.WRONG_KEY_TYPE])
def test_gently_rsa_is_asked_as_ever_where_the_gentle_offer_brought_none(reason):
    both = {"browser": given("ec-leaf"), "ecdsa": given("ec-leaf"), "rsa-gentle": denied(reason)}
    made, rows = asked(both, gentle=True)
    assert made[:4] == ["browser", "ecdsa", "rsa-gentle", "rsa"]
    assert rows["rsa"].reason is Reason.NO_SUCH_CERTIFICATE


def test_gently_the_gentle_answer_s_lower_version_asks_nothing_more():
    new = given("ec-leaf", "TLS 1.3")
    made, _ = asked({"browser": new, "rsa-gentle": given("rsa-leaf"), "ecdsa": new}, gentle=True)
    assert made == ["browser", "ecdsa", "rsa-gentle"]


def test_gently_a_cop_is_still_looked_through_in_each_version():
    new = given("rsa-leaf", "TLS 1.3")
    made, _ = asked({"browser": new, "rsa-gentle": given("rsa-leaf")}, gentle=True, apart=True)
    assert made == ["browser", "rsa-gentle", "ecdsa", "rsa-tls13", "ecdsa-tls12"]


def test_an_interruption_before_the_answer_leaves_rsa_open():
    assert explain_not_asked({}) == ["browser", "rsa", "ecdsa"]
    assert explain_not_asked({"browser": given("ec-leaf"), "rsa-gentle": denied()}) == ["rsa", "ecdsa"]


def test_a_choice_that_was_not_offered_leads_to_the_fall_backs():
    wrong = denied(Reason.NOT_OFFERED)
    everything = dict.fromkeys(OFFERS, wrong)
    made, rows = asked({**everything, "tls10-bare": given("rsa-leaf", "SSL 3.0")})
    assert made == ["browser", "tls12", "rsa", "ecdsa", "tls10-bare"]
    assert rows["ecdsa"].reason is Reason.NOT_OFFERED


def test_an_unreadable_leaf_is_not_taken_for_any_kind():
    made, rows = asked({"browser": given("garbage"), "rsa": given("garbage")})
    assert made == ["browser", "rsa", "ecdsa"]
    assert rows["ecdsa"].reason is Reason.NO_SUCH_CERTIFICATE


VERSIONS = ["TLS 1.0", "TLS 1.1", "TLS 1.2", "TLS 1.3"]
ANSWERS = st.one_of(
    st.builds(given, st.sampled_from(sorted(KEYS)), st.sampled_from(VERSIONS)),
    st.builds(denied, st.sampled_from(sorted(set(Reason) - {Reason.NO_SUCH_CERTIFICATE}))),
)


@drawn(st.dictionaries(st.sampled_from(sorted(OFFERS)), ANSWERS), st.booleans(), st.booleans())
def test_whatever_is_answered_the_questions_end_and_conclusions_rest_on_an_answer(answers, apart, gentle):
    made, rows = asked(answers, apart=apart, gentle=gentle)
    assert made[0] == "browser"
    assert len(made) == len(set(made)) <= 14
    presented = {KEYS[row.leaf] for row in rows.values() if row.leaf}
    for row in rows.values():
        assert row.chain or row.reason
        if row.reason is Reason.NO_SUCH_CERTIFICATE:
            assert presented, "nothing is concluded where nothing was answered"
            if row.offer in ("rsa", "ecdsa"):
                assert OFFERS[row.offer].key not in presented
