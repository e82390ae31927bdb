"""A certificate that was given to a fall-back alone is there."""

from datetime import UTC, datetime

from certlib import x509
from certlib.assess.observed import observe
from certlib.evidence import Evidence, Presentation
from certlib.inventory import FurtherEndpoint, Site
from certlib.reasons import Reason
from certs import ca, leaf

ROOT = ca("Example RSA root", "rsa")
RSA, EC = leaf(ROOT, "rsa", "uccx1.example.test"), leaf(ROOT, "ec", "uccx1.example.test")


def observed(**given):
    """What an endpoint has whose offers brought such a leaf, or this reason."""
    rows = tuple(
        Presentation("s0/other", offer.replace("_", "-"), (), what)
        if isinstance(what, Reason)
        else Presentation("s0/other", offer.replace("_", "-"), (what.sha256,), None, version="TLS 1.2")
        for offer, what in given.items()
    )
    site = Site(
        customer="Example", id="example", title="Example", release="11.5(1)", target_release="11.5(1)",
        upgrade_date=None, nodes=(), further_endpoints=(FurtherEndpoint("s0", "other", "127.0.0.1", 443),),
    )  # fmt: skip
    now = datetime.now(UTC)
    known = {one.sha256: x509.read(one.der) for one in (RSA, EC)}
    return observe(evidence=Evidence(site, now, now, "certlib", rows, known))["s0/other"]


def test_a_kind_that_only_the_small_hello_was_given_counts_as_presented():
    hung_up = Reason.CLOSED
    found = observed(browser=hung_up, tls12=RSA, rsa=hung_up, ecdsa=hung_up, ecdsa_tls12=EC)
    assert (found.browser, found.rsa, found.ecdsa) == (None, RSA.sha256, EC.sha256)
    assert found.rsa_reason is found.ecdsa_reason is None


def test_the_other_kind_is_not_made_up_from_it():
    found = observed(browser=Reason.ALERT, tls12=RSA, rsa=Reason.ALERT, ecdsa=Reason.ALERT)
    assert (found.rsa, found.ecdsa) == (RSA.sha256, None)
    assert found.ecdsa_reason is Reason.ALERT
