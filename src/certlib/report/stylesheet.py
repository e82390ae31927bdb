"""The style sheet of the page, with the colours of a brand brought to a readable contrast."""

import re
from base64 import b64encode
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

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
    schemes = {}
    for name, towards in TOWARDS.items():
        named = load_tokens()[name]
        own = make_readable(accent, named, towards) if _HEX.fullmatch(accent) else named["accent"]
        schemes[name] = {**named, "accent": own, "band": band if _HEX.fullmatch(band) else own}
    return schemes


def describe_weak_accent(accent: str) -> tuple[str, ...]:
    """What is to be said of an accent that is too weak for text on paper: how it was changed."""
    used = make_schemes(accent)["light"]["accent"]
    if not _HEX.fullmatch(accent) or used == accent:
        return ()
    least = _find_least_contrast(accent, load_tokens()["light"])
    return (
        f"The accent {accent} is too weak to be read ({least:.1f} to 1, not {READABLE}); it is {used} here.",
    )


def make_readable(colour: str, named: Mapping[str, str], towards: str) -> str:
    """The colour, mixed with black or white until it can be read as text on every ground of a scheme."""
    for step in range(21):
        mixed = mix_colours(colour, towards, step / 20)
        if _find_least_contrast(mixed, named) >= READABLE:
            return mixed
    return towards


def _find_least_contrast(accent: str, named: Mapping[str, str]) -> float:
    """The least contrast of an accent: on paper, on the grounds of boxes and states, where a link has led."""
    grounds = [
        colour for name, colour in named.items() if name in ("paper", "surface") or name.endswith("-tint")
    ]
    return min(
        compute_contrast(accent, ground) for ground in (*grounds, mix_colours(named["paper"], accent, LED))
    )


def compute_contrast(colour: str, other: str) -> float:
    """The contrast of two colours, from 1 to 21, as WCAG 2.2 defines it."""
    low, high = sorted((_compute_luminance(colour), _compute_luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _read_channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def mix_colours(colour: str, other: str, share: float) -> str:
    """A colour with a share, from 0 to 1, of another, both `#rrggbb`."""
    pairs = zip(_read_channels(colour), _read_channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def _compute_luminance(colour: str) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (channel / 255 for channel in _read_channels(colour))
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


_HERE = Path(__file__).parent
FONTS = (
    ("Certlib Sans", "400", "normal", "IBMPlexSans-Regular"),
    ("Certlib Sans", "600", "normal", "IBMPlexSans-SemiBold"),
    ("Certlib Sans", "400", "italic", "IBMPlexSans-Italic"),
    ("Certlib Mono", "400", "normal", "IBMPlexMono-Regular"),
    ("Certlib Marks", "400 600", "normal", "DejaVuSans"),
)
PAPERS = {"a4": "@page{size:A4}", "letter": "@page{size:letter}"}


@lru_cache(maxsize=16)
def make_sheet(accent: str, band: str, paper: str) -> str:
    """The style sheet of a report with these colours of its brand, on this paper: a4 or letter."""
    both = make_schemes(accent, band)
    light, dark = (_write_named(both[scheme]) for scheme in ("light", "dark"))
    dark = f"@media screen and (prefers-color-scheme: dark){{:root{{{dark}}}}}"
    rules = (_HERE / "style.css").read_text("utf-8")
    return f"{_write_fonts()}:root{{{_write_sizes()}{light}}}\n{dark}\n{rules}{PAPERS[paper]}"


def _write_named(values: dict[str, str]) -> str:
    return "".join(f"--{name}:{value};" for name, value in values.items())


def _write_sizes() -> str:
    """The type scale and the spaces, as shares of the text's size."""
    shares = (
        (f"{group}-{name}", share)
        for group in ("type", "space")
        for name, share in load_tokens()[group].items()
    )
    return _write_named({name: f"{share}rem" for name, share in shares})


@lru_cache
def _write_fonts() -> str:
    """The font faces: the letters of Europe's Latin languages; what they lack, the reader's system has."""
    faces = []
    for family, weight, style, name in FONTS:
        data = b64encode((_HERE / "fonts" / "web" / f"{name}.woff2").read_bytes()).decode()
        faces.append(
            f'@font-face{{font-family:"{family}";font-weight:{weight};font-style:{style};'
            f'src:url(data:font/woff2;base64,{data}) format("woff2")}}\n'
        )
    return "".join(faces)
