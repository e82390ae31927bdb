"""Which questions a site raises: those that its releases, roles, web servers and findings have to do with."""

import pytest
from bs4 import BeautifulSoup

from assess.sites import RSA_ROOT, evidence, three, trusting
from certlib import assess, show
from certlib.inventory import FurtherEndpoint
from certlib.knowledge import load

QUESTIONS = load().questions


def asked(*, release: str, target: str | None = None, boxes: int = 3, **site: object) -> BeautifulSoup:
    given = three(release=release, target=target, ecdsa=None)[:boxes]
    found = assess(evidence(*given, **{**trusting(RSA_ROOT), **site}))
    return BeautifulSoup(str(show.faq(found).html), "html.parser")


def shown(page: BeautifulSoup) -> set[str]:
    heads = {head.get_text(strip=True) for head in page("h3")}
    return {name for name, one in QUESTIONS.items() if one.question in heads}


NEWER = {"ip-phone-agents", "fips", "desktop-chat", "tls-1-3"}
UPGRADE = {"private-ca-after-upgrade", "agents-cache", "expired-trust", "going-back"}


def test_what_began_with_12_5_is_not_told_to_older_sites() -> None:
    assert not (NEWER | UPGRADE) & shown(asked(release="11.5(1)", target="11.6(2)"))
    assert shown(asked(release="12.5(1)SU3")) >= NEWER
    assert not UPGRADE & shown(asked(release="12.5(1)SU3"))
    assert shown(asked(release="12.5(1)SU3", target="15.0(1)")) >= NEWER | UPGRADE


@pytest.mark.parametrize("release", ["10.6(1)", "11.5(1)", "12.5(1)SU3"])
def test_cross_trust_of_uccx_and_socialminer_is_told_in_every_release(release: str) -> None:
    assert "cross-trust" in shown(asked(release=release))
    assert "cross-trust" not in shown(asked(release=release, boxes=2))


def test_the_proxys_check_is_asked_for_where_there_is_a_proxy() -> None:
    proxy = FurtherEndpoint("front", "reverse-proxy", "192.0.2.9", 443, None)
    with_it = asked(release="12.5(1)SU3", further_endpoints=(proxy,))
    assert "reverse-proxy-certificates" in shown(with_it)
    assert "reverse-proxy-certificates" not in shown(asked(release="12.5(1)SU3"))


def test_one_certificate_for_both_nodes_is_a_question_of_a_pair_from_11_6_on() -> None:
    assert "one-certificate-for-both" not in shown(asked(release="11.5(1)"))
    page = asked(release="12.5(1)SU3")
    assert "one-certificate-for-both" in shown(page)
    told = page.get_text(" ", strip=True)
    assert "never SocialMiner or the Customer Collaboration Platform" in told
    assert "ends with -ms" in told
    assert "Elsewhere 118855 has Distribution left" in told


def test_what_sources_say_of_the_subscribers_trust_store_is_told_side_by_side() -> None:
    told = asked(release="11.5(1)").get_text(" ", strip=True)
    for source in ("210528", "12.5(1)SU3 operating system guide", "210541"):
        assert source in told
    assert "upload there what is absent" in told


# Whoever knows a day of a public CA tells of which day it was read, or that its copy bears none.
DATED = ("as of", "undated copy", "in a summary")


def test_no_day_of_a_public_ca_is_given_without_source_and_the_day_on_which_it_was_so() -> None:
    for fact in QUESTIONS["client-usage"].facts:
        assert fact.basis.source
        assert any(word in fact.text for word in DATED), fact.text


def test_nobody_is_told_to_renew_early_and_every_way_out_has_its_catch() -> None:
    texts = [QUESTIONS[name].answer for name in ("client-usage", "without-client-usage")]
    check = load().checks["public-ca-client-authentication"]
    assert "to renew early, was for a day that is over and gains nothing now" in texts[1]
    assert not [text for text in (texts[0], check.remedy, check.risk) if "renew early" in text]
    assert "Ask your CA now" in check.remedy
    assert "public chat customers never do" in check.remedy
    ways = QUESTIONS["without-client-usage"].facts
    assert "customers in a public chat cannot be" in ways[0].text
    assert "catch" in ways[1].text
    assert "switch of its own" in ways[2].text
