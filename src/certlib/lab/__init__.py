"""A loopback site: a UCCX pair and a SocialMiner that present certificates as Cisco's 210528 says."""

from certlib.lab.command import serve, write_inventory
from certlib.lab.policy import WEB_SERVERS
from certlib.lab.presets import PRESETS
from certlib.lab.running import Running, site
from certlib.lab.state import Endpoint, Node, Site

__all__ = [
    "PRESETS",
    "WEB_SERVERS",
    "Endpoint",
    "Node",
    "Running",
    "Site",
    "serve",
    "site",
    "write_inventory",
]
