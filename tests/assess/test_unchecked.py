"""What was not checked: of HSTS the report says what was seen, and no more than that."""

from dataclasses import replace

from assess.sites import MINER, PUBLISHER, SUBSCRIBER, evidence, three
from certlib.assess import assess
from certlib.evidence import Hsts
from certlib.evidence.schema1 import read_prose

PROMPTED = evidence(*three(tomcat="self-signed", release="10.6(1)"))
FINESSE, OTHER, PAGE = (
    f"{PUBLISHER}/finesse-tomcat",
    f"{SUBSCRIBER}/finesse-tomcat",
    f"{MINER}/socialminer-tomcat",
)


def said(*seen):
    """What is said of HSTS about a site whose agents are prompted."""
    found = assess(replace(PROMPTED, hsts=seen))
    return [(one.text, one.kind, one.evidence) for one in found.not_checked if "HSTS" in one.text]


def test_without_a_look_it_says_that_nobody_looked():
    ((text, kind, looked_at),) = said()
    assert "was not checked" in text
    assert (kind, looked_at) == ("inferred", ())


def test_a_header_that_lasts_means_that_nothing_can_be_accepted_once_a_browser_knows_it():
    ((text, kind, looked_at),) = said(Hsts(PAGE, "max-age=31536000", status=200))
    assert text.startswith(f"SocialMiner Tomcat on {MINER} sends HSTS (for 31,536,000 seconds)")
    assert "lets nobody accept" in text
    assert (kind, looked_at) == ("inferred", (PAGE,))


def test_no_header_is_said_of_the_port_that_was_asked_and_of_no_other():
    ((text, kind, looked_at),) = said(Hsts(FINESSE, None, status=302), Hsts(OTHER, "max-age=0", status=200))
    assert f"Finesse on {PUBLISHER} and Finesse on {SUBSCRIBER} sent no HSTS" in text
    assert "another port of the same host" in text
    assert (kind, looked_at) == ("observed", (FINESSE, OTHER))


def test_a_page_that_could_not_be_fetched_is_told_with_its_reason():
    (failed, sent) = sorted(
        said(Hsts(FINESSE, None, read_prose("no answer within 5 s")), Hsts(PAGE, "max-age=1")), reverse=True
    )
    assert failed == (
        f"Whether Finesse on {PUBLISHER} sends HSTS could not be determined: no answer within 5 s.",
        "observed",
        (FINESSE,),
    )
    assert "sends HSTS (for 1 seconds)" in sent[0]


def test_of_a_page_that_a_redirect_hides_it_is_not_said_that_it_sends_none():
    why = 'the redirect to "http://x/" leads to another host or port, or not to https'
    ((text, kind, _),) = said(Hsts(FINESSE, None, status=302, not_followed=read_prose(why)))
    assert text == f"Whether Finesse on {PUBLISHER} sends HSTS could not be determined: {why}."
    assert kind == "observed"


def test_a_header_on_the_way_to_the_page_counts_as_browsers_heed_each():
    ((text, _, _),) = said(Hsts(FINESSE, None, status=200, earlier=("max-age=60",), followed=("/desktop/",)))
    assert "sends HSTS (for 60 seconds)" in text


def test_no_word_of_a_header_reaches_the_report():
    for text, _, _ in said(Hsts(PAGE, "max-age=5; <script>alert(1)</script>"), Hsts(FINESSE, "<b>x</b>")):
        assert "<" not in text
