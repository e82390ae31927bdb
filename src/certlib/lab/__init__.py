"""A loopback site: a UCCX pair and a SocialMiner that present certificates as Cisco's documents say.

It can be led through a maintenance window, step by step, while it runs, and be collected in between:

    with lab.site(preset="row-4") as running:
        changed = lab.carry_out(running.site, "cop-installed", node=lab.PUBLISHER)
        running.become(lab.carry_out(changed, "restarted", node=lab.PUBLISHER))

What it presents follows from its own policy, which shares nothing with what certlib foretells.
"""

from certlib.lab.command import inventory, serve, write_inventory
from certlib.lab.running import Running, site
from certlib.lab.sites import PRESETS, PUBLISHER, SOCIALMINER, SUBSCRIBER
from certlib.lab.state import WEB_SERVERS, Endpoint, Node, Site
from certlib.lab.steps import EFFECTS, LabError, carry_out

__all__ = [
    "EFFECTS",
    "PRESETS",
    "PUBLISHER",
    "SOCIALMINER",
    "SUBSCRIBER",
    "WEB_SERVERS",
    "Endpoint",
    "LabError",
    "Node",
    "Running",
    "Site",
    "carry_out",
    "inventory",
    "serve",
    "site",
    "write_inventory",
]
