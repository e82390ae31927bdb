"""The colours of the report, for page and PDF, from one file; and a customer's own accent among them."""

import re
from collections.abc import Mapping

from certlib.palette import load_tokens

READABLE = 4.5  # WCAG 2.2, 1.4.3: contrast of text that is not large
TOWARDS = {"light": "#000000", "dark": "#ffffff"}  # by scheme: what a weak colour is mixed with
LED = 0.11  # the accent's share of the ground of what a link has led to; style.css says the same
_HEX = re.compile(r"#[0-9a-fA-F]{6}")


def make_schemes(accent: str, band: str = "") -> dict[str, dict[str, str]]:
    """Both schemes with the accent asked for, brought to a readable contrast; anything else keeps ours.

    The band, on which nothing stands, keeps its colour; without one it has the accent's. Both are `#rrggbb`;
    they come from an inventory, so nothing but six hexadecimal digits passes.
    """
    made = {}
    for name, towards in TOWARDS.items():
        named = load_tokens()[name]
        own = make_readable(accent, named, towards) if _HEX.fullmatch(accent) else named["accent"]
        made[name] = {**named, "accent": own, "band": band if _HEX.fullmatch(band) else own}
    return made


def describe_weak_accent(accent: str) -> tuple[str, ...]:
    """What is to be said of an accent that is too weak for text on paper: how it was changed."""
    used = make_schemes(accent)["light"]["accent"]
    if not _HEX.fullmatch(accent) or used == accent:
        return ()
    found = _find_least_contrast(accent, load_tokens()["light"])
    return (
        f"The accent {accent} is too weak to be read ({found:.1f} to 1, not {READABLE}); it is {used} here.",
    )


def make_readable(colour: str, named: Mapping[str, str], towards: str) -> str:
    """The colour, mixed with black or white until it can be read as text on every ground of a scheme."""
    for step in range(21):
        mixed = _mix_colours(colour, towards, step / 20)
        if _find_least_contrast(mixed, named) >= READABLE:
            return mixed
    return towards


def _find_least_contrast(accent: str, named: Mapping[str, str]) -> float:
    """The least contrast of an accent: on paper, on the grounds of boxes and states, where a link has led."""
    grounds = [
        colour for name, colour in named.items() if name in ("paper", "surface") or name.endswith("-tint")
    ]
    return min(
        compute_contrast(accent, ground) for ground in (*grounds, _mix_colours(named["paper"], accent, LED))
    )


def compute_contrast(one: str, other: str) -> float:
    """The contrast of two colours, from 1 to 21, as WCAG 2.2 defines it."""
    low, high = sorted((_compute_luminance(one), _compute_luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _read_channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _mix_colours(one: str, other: str, share: float) -> str:
    pairs = zip(_read_channels(one), _read_channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def _compute_luminance(colour: str) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (channel / 255 for channel in _read_channels(colour))
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
