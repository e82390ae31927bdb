"""A document as one HTML file that loads nothing: style and script lie in it, a hash forbids any other."""

import hashlib
from base64 import b64encode
from functools import lru_cache
from html import escape
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from certlib.report.colours import schemes
from certlib.report.cover import Cover, spoken
from certlib.report.document import Document
from certlib.report.tree import HEADINGS, VOID, Element

_HERE = Path(__file__).parent
FACTS = (
    ("Evidence of", "evidence_date"),
    ("Upgrade planned for", "upgrade_date"),
    ("Version", "version"),
    ("Author", "author"),
    ("Reference", "reference"),
    ("Made with", "made_with"),
)
PAPERS = {"a4": "@page{size:A4}", "letter": "@page{size:letter}"}
GROUP = 6  # clusters of a fingerprint that stay together on a line


def html(document: Document) -> str:
    """The page; the same document gives the same characters."""
    cover = document.cover
    style, script = _style(cover.accent, cover.band, cover.paper), _read("script.js")
    page = _environment().get_template("page.html.j2")
    return page.render(
        document=document,
        told=_told(document),
        facts=facts(cover),
        footer=footer(document),
        body=Markup(_Writer().content(document.body)),  # noqa: S704 - written from the tree, every text escaped
        style=Markup(style),  # noqa: S704 - our own file
        script=Markup(script),  # noqa: S704 - our own file
        style_hash=_hash(style),
        script_hash=_hash(script),
        key=hashlib.sha256(f"{document.title}\0{document.place}\0{cover.evidence_date}".encode()).hexdigest()[
            :16
        ],
    )


def _told(document: Document) -> bool:
    """Whether the report's own text shows the verdict; on one page it need not stand twice."""
    return any("verdict" in element.attrs.get("class", "").split() for element in document.body.walk())


def facts(cover: Cover) -> list[tuple[str, str]]:
    """What the cover lists below the verdict: those that are known."""
    return [(label, spoken(getattr(cover, name))) for label, name in FACTS if getattr(cover, name)]


def footer(document: Document) -> str:
    """The line at the end of each page."""
    cover = document.cover
    return " · ".join(
        part for part in (cover.footer or document.title, cover.confidentiality, cover.reference) if part
    )


@lru_cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_HERE / "templates" / "readiness"), autoescape=True, undefined=StrictUndefined
    )


@lru_cache
def _read(name: str) -> str:
    return (_HERE / name).read_text("utf-8")


@lru_cache(maxsize=16)
def _style(accent: str, band: str, paper: str) -> str:
    both = schemes(accent, band)
    light, dark = (
        "".join(f"--{name}:{value};" for name, value in both[scheme].items()) for scheme in ("light", "dark")
    )
    media = "@media screen and (prefers-color-scheme: dark)"
    return f":root{{{light}}}\n{media}{{:root{{{dark}}}}}\n{_read('style.css')}{PAPERS[paper]}"


def _hash(text: str) -> str:
    return "sha256-" + b64encode(hashlib.sha256(text.encode()).digest()).decode()


class _Writer:
    """The tree as markup, with what only a screen needs: numbers, boxes that scroll, places to break."""

    def __init__(self) -> None:
        self.labels: set[str] = set()

    def content(self, root: Element) -> str:
        """Chapters as sections that their headings name."""
        parts, inside = [], False
        for child in root.children:
            if isinstance(child, Element) and child.tag == "h2":
                parts.append("</section>\n" if inside else "")
                parts.append(f'<section class="chapter" aria-labelledby="{escape(child.attrs["id"])}">\n')
                inside = True
            parts.append(self.node(child) + ("\n" if isinstance(child, Element) else ""))
        return "".join(parts) + ("</section>" if inside else "")

    def node(self, node: Element | str) -> str:
        """One node as markup; every text and attribute is escaped."""
        if isinstance(node, str):
            return escape(node, quote=False)
        attrs = "".join(
            f' {name}="{escape(value)}"' for name, value in node.attrs.items() if name != "data-number"
        )
        if node.tag in VOID:
            return self._image(node) if node.tag == "img" else f"<{node.tag}{attrs}>"
        if node.tag == "a" and node.attrs.get("href", "").startswith("https:"):
            attrs += ' rel="noopener noreferrer"'
        inner = "".join(map(self.node, node.children))
        if "fingerprint" in node.classes:
            inner = "<wbr>".join(escape(group, quote=False) for group in groups(node.text()))
        elif node.tag in HEADINGS and "data-number" in node.attrs:
            inner = f'<span class="number">{node.attrs["data-number"]}</span> {inner}'
        written = f"<{node.tag}{attrs}>{inner}</{node.tag}>"
        return self._scrolling(node, written) if node.tag == "table" else written

    def _image(self, node: Element) -> str:
        alt = node.attrs.get("alt", "").strip() or "Picture without description"
        if "src" not in node.attrs:
            return f'<span class="no-picture">[{escape(alt)}]</span>'
        kept = f' class="{escape(node.attrs["class"])}"' if "class" in node.attrs else ""
        return f'<img src="{escape(node.attrs["src"])}" alt="{escape(alt)}"{kept}>'

    def _scrolling(self, table: Element, written: str) -> str:
        caption = next(
            (e.text() for e in table.children if isinstance(e, Element) and e.tag == "caption"), ""
        )
        wanted = label = caption or "Table"
        count = 1
        while label in self.labels:
            count += 1
            label = f"{wanted} ({count})"
        self.labels.add(label)
        return f'<div class="scroll" role="region" tabindex="0" aria-label="{escape(label)}">{written}</div>'


def groups(fingerprint: str) -> list[str]:
    """A fingerprint in pieces that a line may end after: six clusters of `AB:`, or eight characters each."""
    clusters = fingerprint.split(":")
    if len(clusters) < GROUP:
        return [fingerprint[i : i + 8] for i in range(0, len(fingerprint), 8)]
    lines = [":".join(clusters[i : i + GROUP]) for i in range(0, len(clusters), GROUP)]
    return [f"{line}:" for line in lines[:-1]] + lines[-1:]
