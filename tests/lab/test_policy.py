import pytest

from certlib.lab import WEB_SERVERS, Node
from certlib.lab.policy import ClientHello, choose_certificate

ECDSA_SUITE, RSA_SUITE, TLS13_SUITE = 0xC02C, 0xC02F, 0x1301
ECDSA, RSA = 0x0503, 0x0804


def hello(*, versions=(0x0303,), suites=(ECDSA_SUITE, RSA_SUITE), signatures=(ECDSA, RSA), groups=(24,)):
    return ClientHello(versions, suites, signatures, groups)


def server(web_server):
    return next(s for servers in WEB_SERVERS.values() for s in servers if s.id == web_server)


def node(**state):
    return Node(role="socialminer", name="socialminer.northwind.example", **state)


def choice(said, *, web_server="socialminer-openfire", **state):
    return choose_certificate(said, server=server(web_server), node=node(**state))


def test_signature_algorithms_alone_take_a_kind_away_in_tls_1_2():
    assert choice(hello(signatures=(RSA,))) == "tomcat"
    assert choice(hello(signatures=(ECDSA,))) == "tomcat-ECDSA"
    assert choice(hello(suites=(RSA_SUITE,), signatures=(ECDSA,))) is None


def test_suites_alone_take_a_kind_away_in_tls_1_2():
    assert choice(hello(suites=(RSA_SUITE,))) == "tomcat"
    assert choice(hello(suites=(ECDSA_SUITE,))) == "tomcat-ECDSA"
    assert choice(hello(suites=(ECDSA_SUITE,)), web_server="socialminer-tomcat") is None


def test_suites_say_nothing_of_keys_in_tls_1_3():
    offer = {"versions": (0x0304,), "suites": (TLS13_SUITE,)}
    assert choice(hello(**offer), tls13=True) == "tomcat-ECDSA"
    assert choice(hello(**offer, signatures=(RSA,)), tls13=True) == "tomcat"
    assert choice(hello(**offer, signatures=None), tls13=True) is None


def test_a_client_that_does_not_know_the_curve_gets_rsa():
    assert choice(hello(groups=(23, 29))) == "tomcat"
    assert choice(hello(signatures=(0x0403, RSA), versions=(0x0304,)), tls13=True) == "tomcat"


def test_a_client_without_signature_algorithms_is_judged_by_its_suites():
    assert choice(hello(signatures=None, groups=None)) == "tomcat-ECDSA"
    assert choice(hello(signatures=None, suites=(0x002F,))) == "tomcat"


def test_a_client_of_another_version_is_left_to_the_tls_library():
    assert choice(hello(versions=(0x0304,))) == "tomcat"
    assert choice(hello(versions=(0x0301,)), tls13=True) == "tomcat"


@pytest.mark.parametrize("web_server", ["socialminer-tomcat", "socialminer-openfire"])
def test_the_measured_mechanism_fails_clients_that_put_ecdsa_first(web_server):
    state = {"web_server": web_server, "ecdsa": "rsa-ca", "mechanism": "handshake-failure"}
    assert choice(hello(), **state) is None
    assert choice(hello(versions=(0x0304,)), tls13=True, **state) is None
    assert choice(hello(suites=(RSA_SUITE, ECDSA_SUITE)), **state) == "tomcat"
    assert choice(hello(suites=(RSA_SUITE,)), **state) == "tomcat"
    assert choice(hello(), **state, cop="installed") == "tomcat"
    assert choice(hello(), web_server=web_server, mechanism="handshake-failure", ecdsa="ec-ca") is not None


UCCX = ["uccx-tomcat", "finesse-tomcat", "notification", "socketio", "cuic-tomcat"]


def on(release, said=None, **state):
    """What each web server of a UCCX node gives a browser."""
    node = Node(role="uccx-publisher", name="uccx1.northwind.example", release=release, **state)
    return [choose_certificate(said or hello(), server=server(name), node=node) for name in UCCX]


@pytest.mark.parametrize("release", ["10.6(1)", "11.6(2)", "12.5(1)SU1"])
@pytest.mark.parametrize("ecdsa", ["self-signed", "rsa-ca", "ec-ca"])
def test_a_release_without_ecdsa_gives_tomcat_everywhere_whatever_is_left_in_the_keystore(release, ecdsa):
    assert on(release, ecdsa=ecdsa) == ["tomcat"] * 5
    assert on(release, hello(signatures=(ECDSA,)), ecdsa=ecdsa) == [None] * 5


@pytest.mark.parametrize("release", ["12.5(1)SU2", "12.5(1)SU3", "15.0(1)"])
@pytest.mark.parametrize("ecdsa", ["self-signed", "rsa-ca", "ec-ca"])
def test_from_12_5_su2_on_the_certificate_type_decides_for_all_ports(release, ecdsa):
    assert on(release, ecdsa=ecdsa) == ["tomcat"] * 5
    assert on(release, ecdsa=ecdsa, cert_type="ecdsa") == ["tomcat-ECDSA"] * 5


def test_a_node_set_to_one_type_refuses_clients_of_the_other_alone():
    rsa_alone, ecdsa_alone = hello(signatures=(RSA,)), hello(signatures=(ECDSA,))
    assert on("15.0(1)", rsa_alone, cert_type="ecdsa") == [None] * 5
    assert on("15.0(1)", ecdsa_alone) == [None] * 5


def test_the_defect_of_11_5_is_no_more_in_later_releases():
    state = {"ecdsa": "rsa-ca", "mechanism": "handshake-failure", "release": "11.6(2)"}
    assert choice(hello(), web_server="socialminer-tomcat", **state) == "tomcat"
