"""What a release does with ECDSA certificates, told by its number alone.

Cisco's documents 118855 and 210528, the release notes and the command line reference draw the four lines.
"""

import re
from typing import Literal

# None up to 11.0; offered by themselves in 11.5; removed from 11.6 on; from 12.5(1)SU2 on as a node is set.
Era = Literal["none", "automatic", "removed", "opt-in"]
Number = tuple[int, int, int, int]  # major, minor, maintenance, service update

_RELEASE = re.compile(r"(\d+)\.(\d+)(?:\((\d+)\))?(?:\s*SU(\d+))?", re.IGNORECASE)
_AUTOMATIC: Number = (11, 5, 0, 0)
_REMOVED: Number = (11, 6, 0, 0)
_PRUNING: Number = (12, 5, 0, 0)
_OPT_IN: Number = (12, 5, 1, 2)


def number(release: str) -> Number:
    """A release as numbers that can be compared: 12.5(1)SU2 is 12, 5, 1, 2.

    Raises ValueError for what is no release.
    """
    found = _RELEASE.match(release.strip())
    if found is None:
        raise ValueError(f"release={release!r}; written as 11.5(1) or 12.5(1)SU2")
    major, minor, maintenance, update = (int(part or 0) for part in found.groups())
    return major, minor, maintenance, update


def era(release: str) -> Era:
    """What a release does with ECDSA certificates."""
    at = number(release)
    if at < _AUTOMATIC:
        return "none"
    if at < _REMOVED:
        return "automatic"
    return "removed" if at < _OPT_IN else "opt-in"


def prunes(release: str) -> bool:
    """Whether an upgrade to a release takes CAs that Cisco did not approve out of the trust store."""
    return number(release) >= _PRUNING
