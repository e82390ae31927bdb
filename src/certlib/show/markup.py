"""HTML from facts: every text is escaped and made visible on its way in, so no field can become markup."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from markupsafe import Markup, escape

from certlib.assess import Finding
from certlib.palette import load_tokens
from certlib.text import make_visible

_STATES = ("ok", "warn", "bad", "open", "none")
_VERDICTS = {"ready": "ok", "actions": "warn", "not-ready": "bad", "incomplete": "open"}
# JupyterLab and Visual Studio Code tell by these that their page is dark.
_DARK = ":is([data-jp-theme-light=false],.vscode-dark)"
_TABLES = "table:is(.matrix,.experience,.findings,.options,.ticks,.history,.signoff)"
_RULES = (
    f"{_TABLES}{{border-collapse:collapse}}"
    f"{_TABLES} :is(td,th,caption)"
    "{text-align:left!important;vertical-align:top;white-space:normal;max-width:28em}"
    f"{_TABLES} caption{{font-weight:600;color:inherit;padding:.8em 0 .3em}}"
    f"{_TABLES} th[scope=rowgroup]{{padding-top:.9em}}"
    ".state-warn,.state-bad,.state-open{font-weight:600}"
    ".basis{font-size:.9em;font-style:italic}"
    "dl.kv::after{content:'';display:block;clear:both}"
    ".verdict{border-left:.4em solid;padding-left:1em}"
    ".verdict>:first-child{font-size:1.6em;font-weight:600}"
    ".verdict>:not(:first-child){color:var(--jp-content-font-color1,inherit)}"
)


@lru_cache
def make_style() -> str:
    """The style element of a display: tables as they are read, states in the colours of the report."""
    return f"<style>{_RULES}{_write_colours('light')}{_write_colours('dark', within=f'{_DARK} ')}</style>"


def _write_colours(scheme: str, *, within: str = "") -> str:
    colours = load_tokens()[scheme]
    of_states = {f".state-{name}": colours[name] for name in _STATES}
    of_verdicts = {f".verdict-{name}": colours[state] for name, state in _VERDICTS.items()}
    return "".join(f"{within}{name}{{color:{colour}}}" for name, colour in (of_states | of_verdicts).items())


SHORT = 16  # hex digits of a SHA-256 that tell certificates of one site apart


def link_finding(finding: Finding) -> str:
    """To a finding, by check and place."""
    return _join_words("finding", finding.check, finding.endpoint or finding.node or "site")


def link_node(node: str) -> str:
    """To what the report tells of a node."""
    return _join_words("node", node)


def link_answers(endpoint: str) -> str:
    """To the answers of an endpoint."""
    return _join_words("answers", endpoint)


def link_certificate(sha256: str) -> str:
    """To a certificate's facts."""
    return _join_words("certificate", sha256[:SHORT])


def _join_words(*parts: str) -> str:
    return "-".join(word for part in parts for word in part.split())


Child = Markup | str | int | None
BREAK = Markup("<br>")


def make_tag(name: str, *children: Child | Iterable[Child], **attributes: str | int | None) -> Markup:
    """One element; strings are text, only Markup is taken as it is.

    Attributes: a trailing underscore is dropped (`class_`), None leaves the attribute out.
    """
    attrs = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_escape_text(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    end = "" if name == "img" else f"{join(*children)}</{name}>"
    return Markup(f"<{name}{attrs}>{end}")  # noqa: S704 - every part is escaped above


def join(*children: Child | Iterable[Child]) -> Markup:
    """Several children as one piece of markup."""
    parts: list[str] = []
    for child in children:
        if child is None:
            continue
        if isinstance(child, str | int):
            parts.append(_escape_text(child))
        else:
            parts.extend(_escape_text(grandchild) for grandchild in child if grandchild is not None)
    return Markup("".join(parts))  # noqa: S704 - every part is escaped above


def join_with(parts: Iterable[Markup], mark: str) -> Markup:
    """Pieces of markup with a mark between them."""
    return escape(mark).join(parts)


def _escape_text(value: Child) -> str:
    return str(value) if isinstance(value, Markup) else str(escape(make_visible(str(value))))


def make_table(
    *,
    caption: str,
    columns: Iterable[str],
    rows: Iterable[Iterable[Child]],
    class_: str,
    empty: str = "",
) -> Markup:
    """A table whose first cell of each row is its head; without rows one line says `empty`."""
    heads = list(columns)
    body = [_make_row(row) for row in rows] or [make_tag("tr", make_tag("td", empty, colspan=len(heads)))]
    return _make_table(caption, heads, [body], class_)


def make_grouped_table(
    *, caption: str, columns: Iterable[str], groups: Mapping[str, Iterable[Iterable[Child]]], class_: str
) -> Markup:
    """A table in groups of rows, each below a line with the group's name; a row may be made already."""
    heads = list(columns)
    bodies = [
        [
            make_tag("tr", make_tag("th", name, scope="rowgroup", colspan=len(heads))),
            *(_make_row(row) for row in rows),
        ]
        for name, rows in groups.items()
    ]
    return _make_table(caption, heads, bodies, class_)


def _make_row(cells: Iterable[Child]) -> Markup:
    if isinstance(cells, Markup):
        return cells
    first, *rest = cells
    return make_tag("tr", make_tag("th", first, scope="row"), (make_tag("td", cell) for cell in rest))


def _make_table(caption: str, heads: list[str], bodies: list[list[Markup]], class_: str) -> Markup:
    return make_tag(
        "table",
        make_tag("caption", caption),
        make_tag("thead", make_tag("tr", (make_tag("th", head, scope="col") for head in heads))),
        (make_tag("tbody", body) for body in bodies),
        class_=class_,
    )


def make_terms(pairs: Iterable[tuple[str, Child]], *, class_: str = "kv") -> Markup:
    """Key and value pairs as a description list; with `tears` in its class it may go over two pages."""
    return make_tag(
        "dl", (join(make_tag("dt", key), make_tag("dd", value)) for key, value in pairs), class_=class_
    )


@dataclass(frozen=True, slots=True)
class Display:
    """What a notebook cell shows: HTML, the same as text, and what only an exporter reads."""

    html: Markup
    text: str
    private: Mapping[str, Any] = field(default_factory=dict)

    def _repr_mimebundle_(self, **_options: Any) -> dict[str, Any]:
        shown = f"{make_style()}{self.html}" if self.html else ""
        return {"text/html": shown, "text/plain": self.text, **self.private}

    def __repr__(self) -> str:
        return self.text
