"""A document as one HTML file that loads nothing: style, fonts and script lie in it; hashes forbid others."""

import hashlib
import json
import re
from base64 import b64encode
from functools import lru_cache
from html import escape
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from certlib.language import mark, say, translate
from certlib.report.cover import Cover, format_spoken
from certlib.report.document import Document, Entry
from certlib.report.stylesheet import make_sheet
from certlib.report.tree import HEADINGS, VOID, Element

FACTS = {
    "evidence_date": mark("Evidence of"),
    "upgrade_date": mark("Upgrade planned for"),
    "version": mark("Version"),
    "author": mark("Author"),
    "reference": mark("Reference"),
    "made_with": mark("Made with"),
}

_HERE = Path(__file__).parent
GROUP = 6  # clusters of a fingerprint that stay together on a line
STACKED = frozenset({"experience", "findings"})  # tables whose rows become blocks on a phone
# The script's words, which stand in the page; {names} are filled in there.
SCRIPT_WORDS = {
    "filter": mark("Filter rows"),
    "state": mark("State"),
    "every": mark("All"),
    "shown": mark("{shown} of {all} rows"),
    "none": mark("No row matches"),
    "copy": mark("Copy"),
    "copied": mark("Copied"),
    "selected": mark("Selected"),
    "command": mark("Copy the command {text}"),
    "link": mark("Copy the link to: {text}"),
    "step": mark("Step {number} done: {text}"),
    "done": mark("{done} of {all} done"),
    "progress": mark("Progress: {text}"),
    "clear": mark("Clear the ticks"),
    "undo": mark("Bring the ticks back"),
    "forgets": mark("This browser does not keep ticks for this file: they are lost when it is closed."),
    "expand": mark("Expand all"),
    "collapse": mark("Collapse all"),
}
_LONG = re.compile(r"[^\s<>]{19,}")
_JOINT = re.compile(r"(?<=[./:@_,=])(?=[\w*])")
_JOINED = re.compile(r"^\S [^\s<>]+|[^\s<>]+-[^\s<>]+")  # a symbol and its first word; words with a hyphen


def render_html(document: Document) -> str:
    """The page; the same document gives the same characters."""
    cover = document.cover
    style, script = make_sheet(cover.accent, cover.band, cover.paper), _read("script.js")
    page = _make_environment().get_template("page.html.j2")
    return page.render(
        document=document,
        say=say,
        verdict_shown=_shows_verdict(document),
        facts=list_facts(cover),
        footer=make_footer(document),
        chapters=list_chapters(document.contents),
        words=json.dumps({name: translate(text) for name, text in SCRIPT_WORDS.items()}),
        body=Markup(_Writer().content(document.body)),  # noqa: S704 - written from the tree, every text escaped
        style=Markup(style),  # noqa: S704 - our own file
        script=Markup(script),  # noqa: S704 - our own file
        style_hash=_hash(style),
        script_hash=_hash(script),
        key=_make_key(document),
    )


def _make_key(document: Document) -> str:
    """Under what a browser keeps the report's ticks: its reference, and what else tells it from others."""
    cover = document.cover
    named = f"{cover.reference}\0{document.title}\0{document.place}\0{cover.evidence_date}"
    return hashlib.sha256(named.encode()).hexdigest()[:16]


def list_chapters(contents: tuple[Entry, ...]) -> list[tuple[Entry, list[Entry]]]:
    """Each chapter with its sections; sections before the first chapter stand like chapters."""
    chapters: list[tuple[Entry, list[Entry]]] = []
    for entry in contents:
        if entry.level == 1 or not chapters:
            chapters.append((entry, []))
        else:
            chapters[-1][1].append(entry)
    return chapters


def _shows_verdict(document: Document) -> bool:
    """Whether the report's own text shows the verdict; on one page it need not stand twice."""
    return any("verdict" in element.attrs.get("class", "").split() for element in document.body.walk())


def list_facts(cover: Cover) -> list[tuple[str, str]]:
    """What the cover lists below the verdict: those that are known."""
    known = [(text, getattr(cover, name)) for name, text in FACTS.items()]
    return [(say(text), format_spoken(value)) for text, value in known if value]


def make_footer(document: Document) -> str:
    """The line at the end of each page."""
    cover = document.cover
    return " · ".join(
        part for part in (cover.footer or document.title, cover.confidentiality, cover.reference) if part
    )


@lru_cache
def _make_environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates" / "readiness"), autoescape=True, undefined=StrictUndefined
    )
    environment.filters["breakable"] = lambda text: Markup(make_breakable(escape(text)))  # noqa: S704 - escaped here
    return environment


@lru_cache
def _read(name: str) -> str:
    return (_HERE / name).read_text("utf-8")


def _hash(text: str) -> str:
    return "sha256-" + b64encode(hashlib.sha256(text.encode()).digest()).decode()


class _Writer:
    """The tree as markup, with what only a screen needs: numbers, boxes that scroll, places to break."""

    def __init__(self) -> None:
        self.labels: set[str] = set()
        self.heads: dict[int, str] = {}  # the head of a cell's column, where its row may become a block
        self.breaks = False  # whether long words may go over lines at their joints

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
            text = escape(node, quote=False)
            return make_breakable(text) if self.breaks else text
        if node.tag == "table":
            return self._table(node)
        attrs = "".join(
            f' {name}="{escape(value)}"' for name, value in node.attrs.items() if name != "data-number"
        )
        if id(node) in self.heads:
            attrs += f' data-label="{escape(self.heads[id(node)])}"'
        if node.tag in VOID:
            return self._image(node) if node.tag == "img" else f"<{node.tag}{attrs}>"
        if node.tag == "a" and node.attrs.get("href", "").startswith("https:"):
            attrs += ' rel="noopener noreferrer"'
        inner = self._breaking(node) if node.tag in HEADINGS else "".join(map(self.node, node.children))
        if "fingerprint" in node.classes:
            inner = "<wbr>".join(escape(group, quote=False) for group in group_fingerprint(node.text()))
        elif "state" in node.classes:
            inner = _JOINED.sub(r'<span class="joined">\g<0></span>', inner) if "<" not in inner else inner
        elif node.tag in HEADINGS and "data-number" in node.attrs:
            inner = f'<span class="number">{node.attrs["data-number"]}</span> {inner}'
        return f"<{node.tag}{attrs}>{inner}</{node.tag}>"

    def _breaking(self, node: Element) -> str:
        outer, self.breaks = self.breaks, True
        inner = "".join(map(self.node, node.children))
        self.breaks = outer
        return inner

    def _table(self, table: Element) -> str:
        if not STACKED.isdisjoint(table.classes):
            self.heads.update(_find_heads(table))
        attrs = "".join(f' {name}="{escape(value)}"' for name, value in table.attrs.items())
        caption = next(
            (e.text() for e in table.children if isinstance(e, Element) and e.tag == "caption"), ""
        )
        wanted = label = caption or say("Table")
        count = 1
        while label in self.labels:
            count += 1
            label = f"{wanted} ({count})"
        self.labels.add(label)
        region = f'<div class="scroll" role="region" tabindex="0" aria-label="{escape(label)}">'
        return f"{region}<table{attrs}>{self._breaking(table)}</table></div>"

    def _image(self, node: Element) -> str:
        alt = node.attrs["alt"]
        if "src" not in node.attrs:
            return f'<span class="no-picture">[{escape(alt)}]</span>'
        class_ = f' class="{escape(node.attrs["class"])}"' if "class" in node.attrs else ""
        return f'<img src="{escape(node.attrs["src"])}" alt="{escape(alt)}"{class_}>'


def _find_heads(table: Element) -> dict[int, str]:
    """By the identity of a cell: what stands at the head of its column; none where cells span columns."""
    rows = [
        [cell for cell in row.children if isinstance(cell, Element)]
        for row in table.walk()
        if row.tag == "tr"
    ]
    if not rows or any(cell.tag != "th" for cell in rows[0]):
        return {}
    names = [cell.text() for cell in rows[0]]
    return {
        id(cell): name
        for row in rows[1:]
        if len(row) == len(names)
        for cell, name in zip(row, names, strict=True)
        if cell.tag == "td" and name
    }


def make_breakable(text: str) -> str:
    """Escaped text whose long words, such as names of hosts, may go over lines at their joints."""
    return _LONG.sub(lambda word: _JOINT.sub("<wbr>", word[0]), text)


def group_fingerprint(fingerprint: str) -> list[str]:
    """A fingerprint in pieces that a line may end after: six clusters of `AB:`, or eight characters each."""
    clusters = fingerprint.split(":")
    if len(clusters) < GROUP:
        return [fingerprint[i : i + 8] for i in range(0, len(fingerprint), 8)]
    lines = [":".join(clusters[i : i + GROUP]) for i in range(0, len(clusters), GROUP)]
    return [f"{line}:" for line in lines[:-1]] + lines[-1:]
