"""Certificate readiness of Cisco contact centers."""

from certlib.version import VERSION as __version__

__all__ = ["__version__"]
