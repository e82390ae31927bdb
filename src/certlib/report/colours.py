"""The colours of the report, for page and PDF, from one file; and a customer's own accent among them."""

import re

from certlib.palette import tokens

READABLE = 4.5  # WCAG 2.2, 1.4.3: contrast of text that is not large
TOWARDS = {"light": "#000000", "dark": "#ffffff"}  # by scheme: what a weak colour is mixed with
_HEX = re.compile(r"#[0-9a-fA-F]{6}")


def schemes(accent: str, band: str = "") -> dict[str, dict[str, str]]:
    """Both schemes with the accent asked for, brought to a readable contrast; anything else keeps ours.

    The band, on which nothing stands, keeps its colour; without one it has the accent's. Both are `#rrggbb`;
    they come from an inventory, so nothing but six hexadecimal digits passes.
    """
    made = {}
    for name, towards in TOWARDS.items():
        named = tokens()[name]
        own = readable(accent, named["surface"], towards) if _HEX.fullmatch(accent) else named["accent"]
        made[name] = {**named, "accent": own, "band": band if _HEX.fullmatch(band) else own}
    return made


def weak(accent: str) -> tuple[str, ...]:
    """What is to be said of an accent that is too weak for text on paper: how it was changed."""
    used = schemes(accent)["light"]["accent"]
    if not _HEX.fullmatch(accent) or used == accent:
        return ()
    found = contrast(accent, tokens()["light"]["surface"])
    return (
        f"The accent {accent} is too weak to be read ({found:.1f} to 1, not {READABLE}); it is {used} here.",
    )


def readable(colour: str, ground: str, towards: str) -> str:
    """The colour, mixed with black or white until it can be read as text on the ground."""
    for step in range(21):
        mixed = _mix(colour, towards, step / 20)
        if contrast(mixed, ground) >= READABLE:
            return mixed
    return towards


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, from 1 to 21, as WCAG 2.2 defines it."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _mix(one: str, other: str, share: float) -> str:
    pairs = zip(_channels(one), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def _luminance(colour: str) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (channel / 255 for channel in _channels(colour))
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
