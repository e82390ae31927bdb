"""A release that is not known is assessed as the nearest known one, and the report says so."""

import dataclasses

import pytest

from assess.sites import MINER, PUBLISHER, RSA_ROOT, SUBSCRIBER, evidence, three, trusting
from certlib import assess, show
from certlib.assess import Assessment
from certlib.evidence import Evidence
from certlib.pseudonyms import pseudonymize


def written(
    release: str = "", target: str = "", *, nodes: tuple[str, ...] = (PUBLISHER, SUBSCRIBER)
) -> Evidence:
    """A site on 12.5(1)SU3 of which some nodes' releases are written otherwise."""
    given = evidence(*three(release="12.5(1)SU3", ecdsa=None, target="15.0(1)"), **trusting(RSA_ROOT))
    changed = tuple(
        dataclasses.replace(node, release_written=release, target_written=target)
        if node.name in nodes
        else node
        for node in given.site.nodes
    )
    return dataclasses.replace(given, site=dataclasses.replace(given.site, nodes=changed))


def said(found: Assessment) -> list[str]:
    return [one.text for one in found.not_checked if one.basis and one.basis.rule == "rule-nearest-release"]


def test_what_is_taken_for_which_release_is_said_as_inferred_once_for_all_nodes() -> None:
    (text,) = said(assess(written("12.5(1)SU3 ES07")))
    assert "12.5(1)SU3 ES07" in text
    assert "is taken as 12.5(1)SU3" in text
    assert PUBLISHER in text
    assert SUBSCRIBER in text
    assert MINER not in text


def test_a_target_that_is_not_known_is_said_too() -> None:
    now, then = said(assess(written("12.5.1.11003-511", "15.0(1)SU2")))
    assert "12.5.1.11003-511" in now
    assert "to go to" in then
    assert "taken as 15.0(1)" in then


def test_where_every_release_is_known_nothing_is_said() -> None:
    assert said(assess(written())) == []


@pytest.mark.parametrize("display", [show.cover, show.nodes])
def test_the_written_release_stands_beside_the_nodes_own(display) -> None:
    assert "12.5(1)SU3, taken for" in str(display(assess(written("12.5(1)SU3 ES07"))).html).replace(
        "&#34;", '"'
    )
    assert "taken for" not in str(display(assess(written())).html)


def test_a_shared_report_keeps_the_form_of_a_release_and_no_words_of_the_customer() -> None:
    kept = pseudonymize(written("12.5(1)SU3 ES07", "ours, patched"), key=b"k" * 32)[0].site.nodes[0]
    assert (kept.release_written, kept.target_written) == ("12.5(1)SU3 ES07", "")
