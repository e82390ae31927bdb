"""The version of certlib, in one place that everybody may import."""

VERSION = "0.1.0"
