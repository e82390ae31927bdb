"""The short words of the matrix."""

from certlib.assess import Observed
from certlib.knowledge import load
from certlib.reasons import Reason
from certlib.words import offered


def observed(**facts: object) -> Observed:
    none = dict.fromkeys(("browser", "rsa", "ecdsa", "identity", "kind", "reason"))
    return Observed(**{"endpoint": "a/b", "detail": "", "versions": (), **none, **facts})


def test_a_server_without_such_a_certificate_is_told_apart_from_one_that_did_not_answer():
    seen = observed(rsa_reason=Reason.NO_SUCH_CERTIFICATE, ecdsa_reason=Reason.NO_ANSWER)
    _, rsa, ecdsa = offered(seen, {}, load())
    assert rsa == ("none", "none")
    assert ecdsa == ("open", load().reasons["no-answer"].sentence)


def test_what_was_not_asked_says_so():
    assert offered(None, {}, load()) == (("none", "not asked"),) * 3
    assert offered(observed(rsa_reason=Reason.NOT_ASKED), {}, load())[1] == ("none", "not asked")


def test_the_detail_of_a_reason_stands_behind_it():
    state, text = offered(observed(reason=Reason.ALERT, detail="handshake_failure"), {}, load())[0]
    assert state == "open"
    assert text.endswith("(handshake_failure)")
