"""The states in `states/*.yaml`: what is stated there becomes a site, its certificates and its evidence.

A state says where it comes from (`why`), what the site is, what its web servers give, and what a report must
and must not say of it. `each` makes variants of one state. Nothing here works out what is given or expected.
"""

import datetime as dt
import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from cryptography.x509.oid import ExtendedKeyUsageOID

from certlib.assess import Assessment
from certlib.knowledge import load
from certlib.reasons import Reason
from certs import (
    BR_POLICY,
    CLIENT,
    NOT_AFTER,
    NOT_BEFORE,
    SERVER,
    Issued,
    build_certificate,
    build_key,
    ca,
    sign_with_sha1,
)
from sites.holdings import AS_11_5, EC_CA, PUBLIC_CA, RSA_CA, Node, assessed_site, read

FOLDER = Path(__file__).parent / "states"
FILES = {"rsa": "company-rsa-root.pem", "ec": "company-ec-root.pem", "public": "public-root.pem"}
SIGNERS: dict[str, Issued | None] = {
    "self": None,
    "rsa-ca": RSA_CA,
    "ec-ca": EC_CA,
    "public-ca": PUBLIC_CA,
    "foreign-ca": ca("Somebody else's root", "rsa"),
    "sub-ca": ca("Company issuing CA", "rsa", issuer=RSA_CA),
    "sha1-sub-ca": sign_with_sha1(ca("Company old issuing CA", "rsa", issuer=RSA_CA)),
    "ec-sub-ca": ca("Company EC issuing CA", "ec384", issuer=RSA_CA),
}
USAGES = {"server": SERVER, "client": CLIENT, "email": ExtendedKeyUsageOID.EMAIL_PROTECTION}
ROLES = {"uccx1": "uccx-publisher", "uccx2": "uccx-subscriber", "cucm1": "cucm"}  # others: socialminer
GIVEN = {"as-11.5": AS_11_5, "all": tuple(load().web_servers), None: ()}
OF_NODE = {"cops", "cert_type", "release", "target_release"}  # as inventories write them
OF_SITE = {
    "story",
    "why",
    "release",
    "to",
    "day",
    "collected",
    "ca",
    "browsers",
    "trusted",
    "policy",
    "planned",
    "nodes",
}
EXPECTED = {
    *("today", "after", "cured", "verdict", "hops", "first", "also", "never", "found", "absent"),
    *("said", "unsaid", "plan", "without"),
}
EXTENSION = {"as": "subject", "usage": "usage", "addresses": "addresses"}


@dataclass(frozen=True)
class State:
    """A state of a site and what is expected of its report."""

    name: str
    facts: Mapping[str, Any]

    def __getitem__(self, key: str) -> Any:
        return self.facts.get(key)

    @functools.cached_property
    def assessment(self) -> Assessment:
        """What is assessed of it."""
        collected = self["collected"] or dt.date(2026, 11, 23)
        site = read(json.dumps(_inventory(self.facts)), file=f"{self.name}.yaml")
        held = {
            _host(name, facts).partition(".")[0]: _holding(name, facts)
            for name, facts in self.facts["nodes"].items()
            if ROLES.get(name) != "cucm"
        }
        return assessed_site(site, held, collected=_moment(collected) + dt.timedelta(hours=9))


def states() -> dict[str, State]:
    """Every state, by name, in the order of the files."""
    found: dict[str, State] = {}
    for path in sorted(FOLDER.glob("*.yaml")):
        for name, facts in yaml.safe_load(path.read_text(encoding="utf-8")).items():
            if name.startswith("."):  # what the others take over
                continue
            common = {key: value for key, value in facts.items() if key != "each"}
            variants = facts.get("each") or {"": {}}
            for variant, own in variants.items():
                full = f"{name}--{variant}" if variant else name
                made_of = {**common, **(own or {})}
                assert full not in found, full
                assert not set(made_of) - OF_SITE - EXPECTED, (full, set(made_of) - OF_SITE - EXPECTED)
                found[full] = State(full, made_of)
    return found


def _inventory(facts: Mapping[str, Any]) -> dict[str, Any]:
    written: dict[str, Any] = {
        "schema": 1, "customer": "Example", "site": "example", "release": facts["release"],
        "nodes": [
            {"role": ROLES.get(name, "socialminer"), "name": _host(name, node)}
            | {key: node[key] for key in OF_NODE if key in node}
            for name, node in facts["nodes"].items()
        ],
        "agents": {
            "browsers": facts.get("browsers", ["chrome", "edge"]),
            "trusted_cas": [FILES[one] for one in facts.get("trusted", ["rsa", "ec"])],
            "group_policy": facts.get("policy", "unknown"),
        },
        "ca": {"signs_with_ec": facts.get("ca", "unknown")},
    }  # fmt: skip
    if "planned" in facts:
        written["planned_cert_type"] = facts["planned"]
    if "to" in facts:
        day = facts.get("day", dt.date(2026, 12, 12))
        written |= {"target_release": facts["to"], "upgrade_date": day.isoformat()}
    return written


def _host(name: str, facts: Mapping[str, Any]) -> str:
    return str(facts.get("named", f"{name}.example.test"))


def _holding(name: str, facts: Mapping[str, Any]) -> Node:
    host, known = _host(name, facts), {*OF_NODE, "named", "tomcat", "ecdsa", "gives_ec", "gives_ec_to_others"}
    known |= {"tls13_alone", "refuses_browsers", "still", "silent", "hsts", "dead"}
    assert not set(facts) - known, (name, set(facts) - known)
    return Node(
        _certificate(facts["tomcat"], host, "rsa"),
        _certificate(facts["ecdsa"], host, "ec") if "ecdsa" in facts else None,
        _servers(facts.get("gives_ec")),
        _servers(facts.get("gives_ec_to_others")),
        in_tls13_alone=facts.get("tls13_alone", False),
        refuse_browsers=tuple(facts.get("refuses_browsers", ())),
        still={server: _certificate(one, host, "rsa") for server, one in facts.get("still", {}).items()},
        silent=Reason(facts["silent"]) if "silent" in facts else None,
        hsts=tuple(facts.get("hsts", ())),
        refusing=tuple(facts.get("dead", ())),
    )


def _servers(given: Any) -> tuple[str, ...]:
    return tuple(given) if isinstance(given, list) else GIVEN[given]


def _certificate(stated: Any, host: str, key: str) -> Issued:
    facts = {"by": stated} if isinstance(stated, str) else dict(stated)
    owner = "both UCCX nodes" if facts.pop("shared", False) else host
    return _made(yaml.safe_dump(facts), owner, key)


@functools.cache
def _made(written: str, owner: str, key: str) -> Issued:
    """A certificate; one that several nodes share must state its names."""
    facts = yaml.safe_load(written)
    by, names = facts.pop("by"), facts.pop("names", [owner])
    life = (_moment(facts.pop("from", NOT_BEFORE)), _moment(facts.pop("until", NOT_AFTER)))
    usages = [USAGES[one] for one in facts.pop("eku", ["server", "client"])]
    old = facts.pop("hash", "") == "sha1"
    alone = facts.pop("alone", False)  # sent without the CAs above it
    issued = build_certificate(
        SIGNERS[by], *names, key=_key(owner, key), eku=usages, life=life,
        policies=(BR_POLICY,) if by == "public-ca" else (),
        **{EXTENSION[name]: value for name, value in facts.items()},
    )  # fmt: skip
    issued = sign_with_sha1(issued) if old else issued
    return Issued(issued.cert, issued.key, None) if alone else issued


@functools.cache
def _key(_: str, kind: str) -> Any:
    return build_key("rsa" if kind == "rsa" else "ec384")


def _moment(day: dt.date) -> dt.datetime:
    return day if isinstance(day, dt.datetime) else dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC)
