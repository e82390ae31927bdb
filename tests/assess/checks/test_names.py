"""An IP address in a certificate is a name as any other, for hosts that are named by an address."""

import pytest

from certlib import x509
from certlib.assess.faults import find_name_faults
from certs import build_certificate, ca

ROOT = ca("Example RSA root", "rsa")
HOST = "uccx1.example.test"


def leaf(*names, addresses=()):
    return x509.read(build_certificate(ROOT, *names, addresses=addresses).der)


@pytest.mark.parametrize(
    ("host", "certificate", "named"),
    [
        ("10.1.2.3", leaf(HOST, addresses=("10.1.2.3",)), True),
        ("10.1.2.3", leaf(HOST, addresses=("10.1.2.4",)), False),
        ("10.1.2.3", leaf("10.1.2.3"), False),  # a DNS name of figures is no address
        ("10.1.2.3", leaf("10.1.2.3", addresses=("10.1.2.3",)), True),
        ("2001:db8::1", leaf(HOST, addresses=("2001:db8:0:0::1",)), True),
        ("2001:DB8:0::1", leaf(HOST, addresses=("2001:db8::1",)), True),
        ("2001:db8::1", leaf("2001:db8::1"), False),
        (HOST, leaf(HOST, addresses=("10.1.2.3",)), True),
        (HOST, leaf("other.example.test", addresses=("10.1.2.3",)), False),
    ],
)
def test_a_host_named_by_an_address_is_found_among_the_addresses_alone(host, certificate, named):
    assert (find_name_faults(certificate, host) == ()) is named


def test_addresses_are_read_one_by_one_beside_an_entry_that_cannot_be():
    given = build_certificate(ROOT, HOST, addresses=("10.1.2.3", "10.1.2.4")).der
    entry = bytes((0x87, 4, 10, 1, 2, 4))
    assert given.count(entry) == 1
    odd = x509.read(given.replace(entry, bytes((0x83, 4, 10, 1, 2, 4))))
    assert (odd.dns_names, odd.ip_addresses) == ((HOST,), ("10.1.2.3",))
    assert [one.part for one in odd.malformed] == ["2.5.29.17"]
