"""Sites of the lab by name, and what a running one says of itself: its inventory and its web servers' pages.

The presets are the rows of the table in Cisco's document 210528, and the demonstrations.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from html import escape

import yaml

from certlib.lab.state import Cop, Endpoint, Kind, Node, Site

AUTHOR = "Maria Keller"  # of the reports on the lab's sites; invented, as all names here are
# The first line of an inventory that the lab may write over.
HEADER = "# Written by certlib lab: a site on loopback, which ends with the command that started it.\n"
PUBLISHER, SUBSCRIBER, SOCIALMINER = (
    f"{host}.northwind.example" for host in ("uccx1", "uccx2", "socialminer")
)


def _build_site(name: str, title: str, *, tomcat: Kind, ecdsa: Kind, cop: Cop = "none") -> Site:
    """A site on 11.5(1) whose three nodes are in one state."""
    return Site(
        site=name,
        title=title,
        nodes=(
            Node(role="uccx-publisher", name=PUBLISHER, tomcat=tomcat, ecdsa=ecdsa, cop=cop),
            Node(role="uccx-subscriber", name=SUBSCRIBER, tomcat=tomcat, ecdsa=ecdsa, cop=cop),
            Node(role="socialminer", name=SOCIALMINER, tomcat=tomcat, ecdsa=ecdsa, cop=cop),
        ),
    )


PRESETS: dict[str, Site] = {
    # SocialMiner is upgraded first, so it shows what the UCCX nodes will meet.
    "upgrade": Site(
        site="hamburg",
        title="Hamburg site",
        release="10.6(1)",
        target_release="11.5(1)",
        upgrade_date=date(2026, 12, 12),
        nodes=(
            Node(role="uccx-publisher", name=PUBLISHER, ecdsa=None, release="10.6(1)"),
            Node(role="uccx-subscriber", name=SUBSCRIBER, ecdsa=None, release="10.6(1)"),
            Node(role="socialminer", name=SOCIALMINER, ecdsa="self-signed"),
        ),
    ),
    "row-1": _build_site("row-1", "Both self-signed", tomcat="self-signed", ecdsa="self-signed"),
    "row-2": _build_site("row-2", "Both signed by an RSA CA", tomcat="rsa-ca", ecdsa="rsa-ca"),
    "row-3": _build_site("row-3", "Signed by an RSA CA and by an EC CA", tomcat="rsa-ca", ecdsa="ec-ca"),
    "row-4": _build_site("row-4", "RSA CA signed, ECDSA self-signed", tomcat="rsa-ca", ecdsa="self-signed"),
    "mixed": Site(
        site="mixed",
        title="Nodes in unlike states",
        nodes=(
            Node(role="uccx-publisher", name=PUBLISHER, ecdsa="ec-ca", tls13=True),
            Node(role="uccx-subscriber", name=SUBSCRIBER, ecdsa="self-signed"),
            Node(role="socialminer", name=SOCIALMINER, ecdsa="rsa-ca", mechanism="handshake-failure"),
        ),
    ),
    "with-cops": _build_site(
        "with-cops", "ECDSA switched off", tomcat="rsa-ca", ecdsa="self-signed", cop="installed"
    ),
    "faulty": Site(
        site="faulty",
        title="Servers that fail",
        nodes=(
            Node(role="uccx-publisher", name=PUBLISHER),
            Node(
                role="uccx-subscriber",
                name=SUBSCRIBER,
                faults={"socketio": "refusing", "cuic-tomcat": "mute"},
            ),
            Node(role="socialminer", name=SOCIALMINER),
        ),
        faulty=("refusing", "mute", "not-tls", "closing", "garbage-certificate", "resetting"),
    ),
}


def write_inventory(site: Site, *, endpoints: Sequence[Endpoint], ca_files: Iterable[str]) -> str:
    """The inventory of a running site as YAML text, every port written out."""
    facts: dict[str, object] = {
        "schema": 1,
        "customer": site.customer,
        "site": site.site,
        "title": site.title,
        "release": site.release,
    }
    if site.target_release is not None:
        facts["target_release"] = site.target_release
    if site.upgrade_date is not None:
        facts["upgrade_date"] = site.upgrade_date
    facts["nodes"] = [_build_node(node, site, endpoints) for node in site.nodes]
    further = [_list_further(endpoint) for endpoint in endpoints if endpoint.role is None]
    if further:
        facts["endpoints"] = further
    facts["agents"] = {
        "browsers": ["chrome", "firefox"],
        "trusted_cas": sorted(ca_files),
        "group_policy": "unknown",
    }
    has_ec_ca = any("ec-ca" in (node.tomcat, node.ecdsa) for node in site.nodes)
    facts["ca"] = {"signs_with_ec": "yes" if has_ec_ca else "unknown"}
    facts["branding"] = {"author": AUTHOR, "confidentiality": f"Confidential – for {site.customer}"}
    facts["report"] = _report(site)
    return HEADER + yaml.safe_dump(facts, sort_keys=False, allow_unicode=True)


def write_page(node: Node, *, title: str) -> bytes:
    """The answer of a web server to any HTTP request: a page with the names of node and web server."""
    body = (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>{escape(title)} on {escape(node.name)}"
        f"</title><h1>{escape(title)}</h1><p>{escape(node.name)}, {escape(node.role)}, release"
        f" {escape(node.release)}</p></html>\n"
    ).encode()
    head = [
        "HTTP/1.1 200 OK",
        "Content-Type: text/html; charset=utf-8",
        f"Content-Length: {len(body)}",
        "Access-Control-Allow-Origin: *",
        "Access-Control-Allow-Headers: *",
        "Cache-Control: no-store",
        "Connection: close",
    ]
    if node.hsts:
        head.append("Strict-Transport-Security: max-age=31536000")
    return "\r\n".join([*head, "", ""]).encode() + body


def _report(site: Site) -> dict[str, object]:
    """What a consultant would write of the report itself: number, version, who signs."""
    return {
        "reference": f"NWL-{site.site.upper()}",
        "history": [
            {
                "version": "1.0",
                "date": datetime.now(UTC).date(),
                "author": AUTHOR,
                "change": "first version, on a site that certlib plays",
            }
        ],
        "signoff": {
            "customer": {"name": "", "role": "Head of the contact center"},
            "consultant": {"name": AUTHOR, "role": "Consultant"},
        },
    }


def _build_node(node: Node, site: Site, endpoints: Sequence[Endpoint]) -> dict[str, object]:
    own = [endpoint for endpoint in endpoints if endpoint.node == node.name]
    facts: dict[str, object] = {"role": node.role, "name": node.name, "address": own[0].address}
    if node.release != site.release:
        facts["release"] = node.release
    facts["ports"] = {endpoint.web_server: endpoint.port for endpoint in own}
    if node.cop != "none":
        facts["cops"] = ["socialminer-ecdsa-off" if node.role == "socialminer" else "uccx-ecdsa-off"]
    if node.era == "opt-in" and node.role != "socialminer":
        facts["cert_type"] = node.cert_type
    return facts


def _list_further(endpoint: Endpoint) -> dict[str, object]:
    return {
        "name": endpoint.title,
        "kind": "other",
        "address": endpoint.address,
        "port": endpoint.port,
        "sni": endpoint.node,
    }
