"""The style of the page as one text: fonts, sizes, colours for light and dark, rules, paper."""

from base64 import b64encode
from functools import lru_cache
from pathlib import Path

from certlib.palette import load_tokens
from certlib.report.colours import make_schemes

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
