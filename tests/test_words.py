"""The short words of the matrix."""

from dataclasses import replace

from certlib.assess import Observed
from certlib.evidence import Presentation
from certlib.knowledge import load
from certlib.reasons import Reason, make_verbatim
from certlib.words import describe_offers


def observed(**facts: object) -> Observed:
    none = dict.fromkeys(("browser", "rsa", "ecdsa", "identity", "kind", "reason"))
    return Observed(**{"endpoint": "a/b", "detail": (), "versions": (), **none, **facts})


def test_a_server_without_such_a_certificate_is_told_apart_from_one_that_did_not_answer():
    seen = observed(rsa_reason=Reason.NO_SUCH_CERTIFICATE, ecdsa_reason=Reason.NO_ANSWER)
    _, rsa, ecdsa = describe_offers(seen, {}, load())
    assert rsa == ("none", "none")
    assert ecdsa == ("open", load().reasons["no-answer"].sentence)


def test_what_was_not_asked_says_so():
    assert describe_offers(None, {}, load()) == (("none", "not asked"),) * 3
    assert describe_offers(observed(rsa_reason=Reason.NOT_ASKED), {}, load())[1] == ("none", "not asked")


def test_the_detail_of_a_reason_stands_behind_it():
    state, text = describe_offers(
        observed(reason=Reason.ALERT, detail=make_verbatim("handshake_failure")), {}, load()
    )[0]
    assert state == "open"
    assert text.endswith("(handshake_failure)")


def test_what_an_offer_got_is_told_by_its_own_row_beside_the_others():
    cut = Presentation("a/b", "ecdsa", (), Reason.RESET, make_verbatim("ECONNRESET"))
    rows = (Presentation("a/b", "browser", ("leaf",), None), cut)
    seen = replace(observed(ecdsa_reason=Reason.RESET), rows=rows)
    state, text = describe_offers(seen, {}, load())[2]
    assert state == "open"
    assert text == (
        "The connection was cut off, as a Windows server (Schannel) does when it has no certificate of this "
        "kind. (ECONNRESET)"
    )


def test_none_of_a_kind_names_the_version_that_it_is_known_of():
    row = Presentation("a/b", "ecdsa", (), Reason.NO_SUCH_CERTIFICATE, version="TLS 1.3")
    seen = replace(observed(ecdsa_reason=Reason.NO_SUCH_CERTIFICATE), rows=(row,))
    assert describe_offers(seen, {}, load())[2] == ("none", "none")
    assert describe_offers(replace(seen, ecdsa_denied_in="TLS 1.3"), {}, load())[2] == (
        "none",
        "none in TLS 1.3",
    )
