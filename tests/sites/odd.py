"""Sites as an engineer may meet them in the field, drawn at random, and all that is told of them."""

import datetime as dt
from collections.abc import Iterator

from hypothesis import strategies as st

from certlib.assess import Assessment, Scenario, Statement
from certlib.inventory import Agents, Site
from certlib.inventory import Node as Listed
from certlib.knowledge import load
from certlib.reasons import Reason
from sites.holdings import AS_11_5, EC_CA, LONG, RSA_CA, Node, ec, rsa, until

RELEASES = load().releases
WINDOW = dt.date(2026, 12, 12)
ENDING = until(2026, 12, 1)  # between the collection and the window
ROLES = {"uccx1": "uccx-publisher", "uccx2": "uccx-subscriber", "social": "socialminer"}
OFF = {"uccx1": "uccx-ecdsa-off", "uccx2": "uccx-ecdsa-off", "social": "socialminer-ecdsa-off"}


@st.composite
def odd_sites(draw):
    """A site and its holdings: mixed releases, a COP on one node, ended certificates, silent ports."""
    first = draw(st.sampled_from([*RELEASES]))
    target = draw(st.sampled_from([first, *_from(first)]))
    sides = draw(st.sampled_from([("uccx1",), ("uccx1", "uccx2"), ("uccx1", "social"), tuple(ROLES)]))
    alike = draw(st.booleans())
    signers = st.sampled_from([None, RSA_CA, EC_CA])
    common = draw(st.tuples(signers, signers))
    nodes, holdings = [], {}
    for side in sides:
        release = draw(st.sampled_from([first, first, first, *_until(target)]))
        by = common if alike else draw(st.tuples(signers, signers))
        listed, held = draw(_node(side, release, target, by))
        nodes.append(listed)
        holdings[side] = held
    trusted = draw(st.sampled_from([(), (RSA_CA,), (RSA_CA, EC_CA)]))
    agents = Agents(
        browsers=draw(
            st.sampled_from([(), ("chrome",), ("firefox",), ("chrome", "firefox"), ("edge", "ie")])
        ),
        trusted_cas=tuple(one.sha256 for one in trusted),
        group_policy=draw(st.sampled_from(["yes", "no", "unknown"])),
    )
    described = Site(
        customer="Example", id="example", title="", release=first, target_release=target,
        upgrade_date=WINDOW, nodes=tuple(nodes), agents=agents,
        ca_signs_with_ec=draw(st.sampled_from(["yes", "no", "unknown"])),
        ca_certificates=tuple(one.pem.decode() for one in trusted),
    )  # fmt: skip
    return described, holdings


@st.composite
def _node(draw, side, release, target, by):
    host, era = f"{side}.example.test", RELEASES[release].era
    cops = draw(st.sampled_from([(), (), (OFF[side],)])) if era == "automatic" else ()
    cert_type = draw(st.sampled_from(["unknown", "rsa", "ecdsa"])) if era == "opt-in" else "unknown"
    life = draw(st.sampled_from([LONG, LONG, LONG, ENDING]))
    giving, refusing = (), ()
    if era == "automatic" and not cops:
        giving = () if by[1] is RSA_CA else AS_11_5
        refusing = ("socialminer-tomcat",) if by[1] is RSA_CA and side == "social" else ()
    if cert_type == "ecdsa":
        giving = draw(st.sampled_from([("socketio",), ("socketio", "finesse-tomcat", "cuic-tomcat")]))
    held = Node(
        rsa(by[0], host, life=life),
        None if era == "none" else ec(by[1], host),
        giving,
        refuse_browsers=refusing,
        still=draw(st.sampled_from([{}, {}, {"notification": rsa(by[0], host, life=ENDING)}])),
        silent=draw(st.sampled_from([None, None, None, None, Reason.REFUSED])),
        refusing=draw(st.sampled_from([(), (), ("cuic-tomcat",)])),
    )
    return Listed(ROLES[side], host, host, release, target, cops=cops, cert_type=cert_type), held


def _from(release):
    return [one.id for one in RELEASES.values() if one.order > RELEASES[release].order]


def _until(release):
    return [one.id for one in RELEASES.values() if one.order <= RELEASES[release].order]


def scenarios(found: Assessment) -> Iterator[Scenario]:
    """Every state of the site that is told."""
    yield from found.scenarios
    yield from (one.scenario for one in found.options if one.scenario)
    yield from (one.scenario for one in found.hops)


def statements(scenario: Scenario) -> Iterator[Statement]:
    """Every statement on one of them."""
    yield from (one.statement for one in scenario.nodes)
    yield from (one.statement for one in scenario.endpoints)
    yield from (one.presence.statement for one in scenario.endpoints if one.presence)
    for met in scenario.experiences:
        yield met.statement
        yield from (one.statement for one in met.by_browser)
