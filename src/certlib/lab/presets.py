"""Sites of the lab by name: the rows of the table in Cisco's document 210528, and the demonstrations."""

from datetime import date

from certlib.lab.state import Cop, Kind, Node, Site

PUBLISHER, SUBSCRIBER, SOCIALMINER = (
    f"{host}.northwind.example" for host in ("uccx1", "uccx2", "socialminer")
)


def _site(name: str, title: str, *, tomcat: Kind, ecdsa: Kind, cop: Cop = "none") -> Site:
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
    "row-1": _site("row-1", "Both self-signed", tomcat="self-signed", ecdsa="self-signed"),
    "row-2": _site("row-2", "Both signed by an RSA CA", tomcat="rsa-ca", ecdsa="rsa-ca"),
    "row-3": _site("row-3", "Signed by an RSA CA and by an EC CA", tomcat="rsa-ca", ecdsa="ec-ca"),
    "row-4": _site("row-4", "RSA CA signed, ECDSA self-signed", tomcat="rsa-ca", ecdsa="self-signed"),
    "mixed": Site(
        site="mixed",
        title="Nodes in unlike states",
        nodes=(
            Node(role="uccx-publisher", name=PUBLISHER, ecdsa="ec-ca", tls13=True),
            Node(role="uccx-subscriber", name=SUBSCRIBER, ecdsa="self-signed"),
            Node(role="socialminer", name=SOCIALMINER, ecdsa="rsa-ca", mechanism="handshake-failure"),
        ),
    ),
    "with-cops": _site(
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
