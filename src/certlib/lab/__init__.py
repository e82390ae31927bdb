"""A loopback site: a UCCX pair and a SocialMiner that present certificates as Cisco's 210528 says."""

from certlib.lab.command import inventory, serve, write_inventory
from certlib.lab.presets import PRESETS
from certlib.lab.running import Running, site
from certlib.lab.state import Endpoint, Node, Site
from certlib.lab.web_servers import WEB_SERVERS

__all__ = [
    "PRESETS",
    "WEB_SERVERS",
    "Endpoint",
    "Node",
    "Running",
    "Site",
    "inventory",
    "serve",
    "site",
    "write_inventory",
]
