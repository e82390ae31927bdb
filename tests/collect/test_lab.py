"""Every web server of a loopback site is seen to present what its keystores and COPs make it present."""

import hashlib
import ssl

import pytest

from certlib import lab
from certlib.collect import collect
from certlib.inventory import load
from certlib.reasons import Reason


def first_of(pem):
    end = "-----END CERTIFICATE-----"
    return hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem[: pem.index(end) + len(end)])).hexdigest()


@pytest.fixture(params=["row-1", "row-3", "row-4", "with-cops"])
def preset(request):
    return request.param


def test_every_leaf_of_the_site_is_found_where_it_is_presented(preset, tmp_path):
    with lab.site(preset=preset) as running:
        lab.write_inventory(running, tmp_path / "site.yaml")
        site = load(tmp_path / "site.yaml")
        evidence = collect(site=site)
    rows = {(row.endpoint, row.offer): row for row in evidence.presentations}
    for endpoint in running.endpoints:
        held = {alias: first_of(pem) for alias, pem in running.keystores[endpoint.node].items()}
        name = f"{endpoint.node}/{endpoint.web_server}"
        assert rows[name, "rsa"].leaf == held["tomcat"]
        if rows[name, "ecdsa"].leaf is None:
            assert rows[name, "ecdsa"].reason is Reason.NO_SUCH_CERTIFICATE
            assert rows[name, "browser"].leaf == held["tomcat"]
        else:
            assert rows[name, "ecdsa"].leaf == rows[name, "browser"].leaf == held["tomcat-ECDSA"]
    seen = {name for (name, offer), row in rows.items() if offer == "ecdsa" and row.leaf}
    with_ecdsa = {name for name in seen if name.endswith(("/socketio", "/socialminer-openfire"))}
    assert seen == with_ecdsa
    assert len(seen) == (0 if preset == "with-cops" else 3)
