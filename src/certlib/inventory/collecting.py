"""How the servers of a site are asked: what the inventory says, and what counts before it."""

from dataclasses import replace

from certlib.errors import InvalidInput, Problem
from certlib.inventory.model import Collecting, Site
from certlib.inventory.values import PATIENCE, PAUSE, read_seconds
from certlib.text import quote

Seconds = float | str


def override_collecting(
    site: Site, *, patience: Seconds | None = None, pause: Seconds | None = None, gentle: bool | None = None
) -> Site:
    """The site, to be collected from as told here; None: as its inventory says. Raises InvalidInput."""
    told: dict[str, float | bool] = {}
    for name, value, bounds in (("patience", patience, PATIENCE), ("pause", pause, PAUSE)):
        if value is None:
            continue
        seconds = read_seconds(str(value), bounds)
        if seconds is None:
            wrong = f"{quote(value)} is no number of seconds from {bounds[0]:g} to {bounds[1]:g}."
            raise InvalidInput((Problem(name, None, "", wrong, "Write the number alone, for example 10."),))
        told[name] = seconds
    if gentle is not None:
        if not isinstance(gentle, bool):
            wrong = f"{quote(gentle)} is neither true nor false."
            raise InvalidInput((Problem("gentle", None, "", wrong, "Write true or false."),))
        told["gentle"] = gentle
    own = site.collecting
    return replace(
        site,
        collecting=Collecting(
            patience=told.get("patience", own.patience),
            pause=told.get("pause", own.pause),
            gentle=gentle if gentle is not None else own.gentle,
        ),
    )
