"""Certificate readiness of Cisco contact centers."""

__version__ = "0.1.0"
