"""The web servers of each role of the lab: their ports, and which certificate each prefers to present."""

from dataclasses import dataclass
from typing import Literal

Role = Literal["uccx-publisher", "uccx-subscriber", "socialminer"]
Alias = Literal["tomcat", "tomcat-ECDSA"]


@dataclass(frozen=True, slots=True)
class WebServer:
    """A TLS listener of a role: its port and the certificates it may present, the preferred one first."""

    id: str
    title: str
    port: int
    aliases: tuple[Alias, ...]


# That a web server with the alias `tomcat` alone refuses an ECDSA-only client, although the node holds an
# ECDSA certificate, is a choice of the lab: the table tells only what a browser gets.
_UCCX = (
    WebServer("uccx-tomcat", "UCCX Tomcat", 8443, ("tomcat",)),
    WebServer("finesse-tomcat", "Finesse Tomcat", 8445, ("tomcat",)),
    WebServer("notification", "Cisco Unified CCX Notification Service", 7443, ("tomcat",)),
    WebServer("socketio", "SocketIO (Live Data)", 12015, ("tomcat-ECDSA", "tomcat")),
    WebServer("cuic-tomcat", "CUIC Tomcat", 8444, ("tomcat",)),
)
WEB_SERVERS: dict[Role, tuple[WebServer, ...]] = {
    "uccx-publisher": _UCCX,
    "uccx-subscriber": _UCCX,
    "socialminer": (
        WebServer("socialminer-tomcat", "SocialMiner Tomcat", 443, ("tomcat",)),
        WebServer("socialminer-openfire", "SocialMiner Openfire", 7443, ("tomcat-ECDSA", "tomcat")),
    ),
}
