"""What was denied in one TLS version is said of that version, and a COP holds where every version denies."""

import dataclasses

import pytest
from bs4 import BeautifulSoup

from assess.sites import PUBLISHER, RSA_ROOT, Box, evidence, trusting
from certlib import show
from certlib.assess import assess
from certlib.assess.observed import observe
from certlib.changes.comparison import compare_assessments
from certlib.evidence import Presentation
from certlib.frames import matrix
from certlib.reasons import Reason

PORT = f"{PUBLISHER}/socketio"
DENIED = Reason.NO_SUCH_CERTIFICATE


def site(*rows, speaks="TLS 1.3", cops=("uccx-ecdsa-off",), release="11.5(1)"):
    """A publisher whose ports speak a version; `rows`: (offer, reason, version) of one of them."""
    given = evidence(Box(PUBLISHER, ecdsa=None, cops=cops, release=release), **trusting(RSA_ROOT))
    spoken = (dataclasses.replace(one, version=(one.chain and speaks) or None) for one in given.presentations)
    kept = [one for one in spoken if one.offer != "ecdsa"]
    for place in dict.fromkeys(one.endpoint for one in kept):
        mine = rows if place == PORT else (("ecdsa", DENIED, None), ("ecdsa-tls12", DENIED, "TLS 1.2"))
        kept += [Presentation(place, offer, (), why, version=version) for offer, why, version in mine]
    return dataclasses.replace(given, presentations=tuple(kept))


def cop(*rows, **facts):
    (one,) = [one for one in assess(site(*rows, **facts)).findings if one.check == "cop-effective"]
    return one.state


@pytest.mark.parametrize(
    ("rows", "speaks", "state"),
    [
        ([("ecdsa", DENIED, "TLS 1.3"), ("ecdsa-tls12", DENIED, "TLS 1.2")], "TLS 1.3", "pass"),
        ([("ecdsa", DENIED, "TLS 1.3"), ("ecdsa-tls12", Reason.ALERT, None)], "TLS 1.3", "pass"),
        ([("ecdsa", DENIED, "TLS 1.3")], "TLS 1.3", "manual"),
        ([("ecdsa", DENIED, None)], "TLS 1.3", "manual"),
        ([("ecdsa-tls12", DENIED, "TLS 1.2")], "TLS 1.3", "manual"),
        ([("ecdsa", DENIED, "TLS 1.3"), ("ecdsa-tls12", Reason.NO_ANSWER, None)], "TLS 1.3", "manual"),
        ([("ecdsa", DENIED, None)], "TLS 1.2", "pass"),
        ([("ecdsa", Reason.CLOSED, None)], "TLS 1.2", "pass"),
    ],
)
def test_a_cop_holds_where_every_version_that_the_port_speaks_denied_ecdsa(rows, speaks, state):
    assert cop(*rows, speaks=speaks) == state


@pytest.mark.parametrize(
    ("rows", "cell"),
    [
        ([("ecdsa", DENIED, "TLS 1.3")], "none in TLS 1.3"),
        ([("ecdsa", DENIED, "TLS 1.3"), ("ecdsa-tls12", DENIED, "TLS 1.2")], "none"),
        ([("ecdsa", DENIED, None)], "none"),
    ],
)
def test_the_matrix_names_the_only_version_that_was_asked(rows, cell):
    assessment = assess(site(*rows, cops=()))
    shown = matrix(assessment)
    assert shown[shown["port"] == 12015].iloc[0]["ecdsa_offer_gets"] == cell


def test_the_annex_says_it_too_and_does_not_call_it_the_version_of_a_connection():
    page = BeautifulSoup(str(show.answers(site(("ecdsa", DENIED, "TLS 1.3"))).html), "html.parser")
    rows = [[cell.get_text(" ", strip=True) for cell in row("td")] for row in page("tr")]
    (denied,) = [row for row in rows if row and "TLS 1.3" in row[-1] and row[-1] != "TLS 1.3"]
    assert denied[-1] == "none: The server presents none of this kind in TLS 1.3."


def test_a_version_in_which_a_kind_was_denied_is_no_version_that_was_spoken():
    seen = observe(evidence=site(("ecdsa-tls12", DENIED, "TLS 1.2")))[PORT]
    assert seen.versions == ("TLS 1.3",)


def test_a_certificate_that_was_not_asked_for_then_is_not_a_new_one():
    then = site(("ecdsa", DENIED, "TLS 1.3"), cops=())
    leaf = next(one.chain for one in then.presentations if one.chain)
    row = Presentation(PORT, "ecdsa-tls12", leaf, None, version="TLS 1.2")
    now = dataclasses.replace(then, presentations=(*then.presentations, row))
    assert not any(one.others for one in compare_assessments(assess(then), assess(now)).endpoints)
