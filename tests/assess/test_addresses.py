"""A name with several addresses: what each gives a browser, and which of them nobody asked."""

import dataclasses
import itertools

import pytest

from assess.sites import EC_ROOT, PUBLISHER, RSA_ROOT, evidence, three, trusting
from certlib import show, x509
from certlib.assess import assess
from certlib.evidence import LookUp, Presentation
from certlib.frames import certificates, presentations
from certlib.pseudonyms import pseudonymize
from certlib.reasons import Reason
from certs import build_certificate

ONE, TWO, THREE, SIX = "192.0.2.1", "192.0.2.2", "192.0.2.3", "2001:db8::1"
OTHER = build_certificate(RSA_ROOT, PUBLISHER, key="rsa")
EC = build_certificate(EC_ROOT, PUBLISHER, key="ec384")
SAME = "the same"


def at(first, further, *, asked=None, names=True):
    """A site, ready by itself, whose publisher has these addresses; `further`: what a browser gets there."""
    site = evidence(*three(release="12.5(1)", ecdsa=None), **trusting(RSA_ROOT, EC_ROOT))
    own = [one for one in site.presentations if one.endpoint.startswith(PUBLISHER)]
    rows = tuple(dataclasses.replace(one, address=first) if one in own else one for one in site.presentations)
    known, elsewhere = dict(site.certificates), []
    for address, gives in further.items():
        for row in (one for one in own if one.offer == "browser"):
            if isinstance(gives, Reason):
                row = dataclasses.replace(row, chain=(), reason=gives)  # noqa: PLW2901
            elif gives is not SAME:
                row = dataclasses.replace(row, chain=tuple(one.sha256 for one in gives.chain))  # noqa: PLW2901
                known |= {one.sha256: x509.read(one.der) for one in gives.chain}
            elsewhere.append(dataclasses.replace(row, address=address))
    looked_up = (LookUp(PUBLISHER, tuple(asked or (first, *further))),)
    return dataclasses.replace(
        site, presentations=rows, certificates=known, elsewhere=tuple(elsewhere),
        names=looked_up if names else (),
    )  # fmt: skip


def swapped(given):
    """The same with the first further address in the place of the first, as another resolver gives them."""
    first = next(one.address for one in given.presentations if one.address)
    rows, elsewhere, second = [], [], given.elsewhere[0].address
    theirs = {one.endpoint: one for one in given.elsewhere if one.address == second}
    for row in given.presentations:
        if row.endpoint not in theirs:
            rows.append(row)
        elif row.offer == "browser":
            rows.append(theirs[row.endpoint])
            elsewhere.append(row)
        elif theirs[row.endpoint].chain:
            chain = theirs[row.endpoint].chain if row.offer == "rsa" else ()
            reason = None if chain else Reason.ALERT
            rows.append(dataclasses.replace(row, chain=chain, reason=reason, address=second))
        else:
            rows.append(Presentation(row.endpoint, row.offer, (), Reason.NOT_ASKED))
    assert first != second
    return dataclasses.replace(given, presentations=tuple(rows), elsewhere=tuple(elsewhere))


def found(assessment):
    return [one for one in assessment.findings if one.check == "same-certificate-at-addresses"]


def told(assessment):
    return assessment.verdict.word, assessment.verdict.rule


def test_where_each_address_gives_the_same_leaf_all_is_in_order():
    assessment = assess(at(ONE, {TWO: SAME, SIX: SAME}))
    assert [one.state for one in found(assessment)] == ["pass"]
    assert told(assessment) == ("ready", "verdict-ready")


@pytest.mark.parametrize(
    "gives",
    [OTHER, EC, Reason.REFUSED, Reason.NO_ANSWER, Reason.NOT_TLS, Reason.ALERT, Reason.CONNECT_TIMEOUT],
    ids=["another leaf", "another kind", "refused", "silent", "not TLS", "alert", "timeout"],
)
def test_where_they_differ_each_is_named_and_the_verdict_hangs_on_no_order(gives):
    one = at(ONE, {TWO: gives})
    for given in (one, swapped(one)):
        assessment = assess(given)
        faults = found(assessment)
        assert {fault.state for fault in faults} == {"error"}
        assert {fault.endpoint for fault in faults} == {row.endpoint for row in one.elsewhere}
        assert all(ONE in fault.statement.text and TWO in fault.statement.text for fault in faults)
        assert told(assessment) == ("incomplete", "verdict-unlike-answers")
        assert not {fault.state for fault in assessment.findings} & {"blocks", "outage"}


def test_where_no_address_answers_it_is_silence_and_nothing_else():
    given = at(ONE, {TWO: Reason.REFUSED})
    silent = tuple(
        Presentation(row.endpoint, row.offer, (), Reason.REFUSED, address=row.address) if row.address else row
        for row in given.presentations
    )  # fmt: skip
    assessment = assess(dataclasses.replace(given, presentations=silent))
    assert [one.state for one in found(assessment)] == ["pass"]
    assert told(assessment) == ("incomplete", "verdict-incomplete")


def test_an_address_that_nobody_asked_is_named_and_the_site_is_not_ready_on_it():
    assessment = assess(at(ONE, {TWO: SAME}, asked=(ONE, TWO, THREE)))
    (one,) = found(assessment)
    assert one.state == "error"
    assert THREE in one.statement.text
    assert TWO not in one.statement.text
    assert told(assessment) == ("incomplete", "verdict-unlike-answers")
    assert one.statement in assessment.not_checked


def test_one_that_an_interruption_left_out_was_not_asked():
    assessment = assess(at(ONE, {TWO: Reason.NOT_ASKED}))
    assert TWO in found(assessment)[0].statement.text
    assert assessment.verdict.word == "incomplete"


@pytest.mark.parametrize("spelt", ["2001:DB8:0:0::1", "2001:db8::1"])
def test_an_address_is_the_same_however_it_is_written(spelt):
    assert [one.state for one in found(assess(at(ONE, {SIX: SAME}, asked=(ONE, spelt))))] == ["pass"]


def test_evidence_without_look_ups_has_no_such_finding():
    assert [one.state for one in found(assess(at(ONE, {}, asked=(ONE, TWO), names=False)))] == [
        "not-applicable"
    ]


def test_nor_has_an_endpoint_that_the_inventory_gives_by_its_address():
    given = at(ONE, {}, asked=(ONE, TWO))
    nodes = tuple(
        dataclasses.replace(one, address=ONE) if one.name == PUBLISHER else one for one in given.site.nodes
    )
    given = dataclasses.replace(given, site=dataclasses.replace(given.site, nodes=nodes))
    assert told(assess(given)) == ("ready", "verdict-ready")


def test_one_to_which_the_collecting_pc_has_no_way_is_to_be_looked_at_and_holds_nothing_up():
    assessment = assess(at(ONE, {SIX: Reason.UNREACHABLE}))
    (one,) = found(assessment)
    assert (one.state, SIX in one.statement.text) == ("manual", True)
    assert told(assessment) == ("ready with actions", "verdict-check-action")


@pytest.mark.parametrize("why", ["unreachable (ENETUNREACH); asked at the next address", "unreachable"])
def test_so_is_one_that_was_passed_over_before_the_next_was_asked(why):
    given = at(ONE, {}, asked=(SIX, ONE))
    rows = tuple(
        dataclasses.replace(row, attempts=(f"{SIX}: {why}",)) if row.address else row
        for row in given.presentations
    )
    given = dataclasses.replace(given, presentations=rows)
    assert [one.state for one in found(assess(given))] == ["manual"]
    hidden, proof = pseudonymize(given, key=b"k" * 32)
    assert [one.state for one in found(assess(hidden, proof=proof))] == ["manual"]


def test_the_order_of_three_addresses_changes_nothing():
    words = set()
    for order in itertools.permutations({TWO: SAME, THREE: OTHER, SIX: Reason.UNREACHABLE}.items()):
        words.add(told(assess(at(ONE, dict(order)))))
    assert words == {("incomplete", "verdict-unlike-answers")}


def test_the_annex_shows_what_each_address_gave():
    given = at(ONE, {TWO: OTHER})
    assert f"browser, at {TWO}" in str(show.answers(given).html)
    assert TWO in set(presentations(given)["address"])
    listed = certificates(given).set_index("sha256").loc[OTHER.sha256, "presented_by"]
    assert PUBLISHER in listed
