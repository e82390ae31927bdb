"""Everything the knowledge files hold as one Markdown document, to be checked against Cisco's own texts.

`python -m certlib.knowledge.document > docs/knowledge.md`
"""

import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from certlib.knowledge.load import FILES, load
from certlib.knowledge.model import Basis, Knowledge, Source, When

# Each kind with what its entries are; the order in which a reader needs them.
CHAPTERS: Mapping[str, str] = {
    "releases": "Releases",
    "upgrades": "Upgrade paths",
    "web_servers": "Web servers",
    "rows": "The table of Cisco's note",
    "gadgets": "What agents use",
    "browsers": "Browsers",
    "refusals": "What browsers refuse",
    "cops": "COP files",
    "defects": "Defects",
    "options": "Options",
    "phases": "Phases of the work",
    "procedures": "Procedures",
    "checks": "Checks",
    "questions": "Questions and answers",
    "reasons": "Why a certificate is missing",
    "rules": "Rules that certlib concludes by",
    "sources": "Sources",
}
_NAMES = ("title", "question", "sentence")  # what an entry is called, where it has one of these
_MARKS = re.compile(r"([\\`*_<>\[\]|#])")


def write_document(knowledge: Knowledge) -> str:
    """The document; the same knowledge gives the same characters."""
    lines = [
        "# What certlib knows",
        "",
        "Made from `src/certlib/knowledge/*.yaml` by `make knowledge`; change the files, not this page.",
        "*documented*: the source says it. *inferred*: certlib concludes it by the rule named. *measured*:",
        "tried by certlib's makers. What was looked for and not found is called so.",
        "",
        *(f"- [{title}](#{_make_anchor(title)})" for title in CHAPTERS.values()),
    ]
    for kind, title in CHAPTERS.items():
        lines += ["", f"## {title}", "", f"From `{FILES[kind]}`."]
        if kind == "rows":
            lines += ["", *_write_table(knowledge)]
        for entry in getattr(knowledge, kind).values():
            lines += ["", *_write_entry(entry, knowledge)]
    return "\n".join(lines) + "\n"


def _write_entry(entry: Any, knowledge: Knowledge) -> Iterator[str]:
    name = next((found for field in _NAMES if (found := getattr(entry, field, ""))), "")
    yield f'### <a id="{_make_anchor(entry.id)}"></a>{_escape_markdown(name or entry.id)}'
    yield ""
    yield f"`{entry.id}`"
    yield ""
    without = {"id", *(_NAMES if name else ())}
    if isinstance(entry, Source):
        yield from _write_place(entry)
        without |= {"url", "date", "undated", "no_copy"}
    yield from _write_fields(entry, knowledge, indent="", without=without)


def _write_place(source: Source) -> Iterator[str]:
    """Where a source can be looked up, and of which day it is."""
    if source.no_copy:
        yield "- **no copy could be found**"
        return
    if source.url:
        yield f"- address: <{source.url}>"
    yield f"- date: {'its copy bears none' if source.undated else source.date}"


def _write_table(knowledge: Knowledge) -> Iterator[str]:
    """The note's table as it stands in the note, with its asterisk and how that is read."""
    columns = [server for server in knowledge.web_servers.values() if server.column]
    heads = [
        "Combination",
        "What agents meet",
        *(_escape_markdown(column.column or "") for column in columns),
    ]
    yield f"| {' | '.join(heads)} |"
    yield f"|{' --- |' * len(heads)}"
    for row in knowledge.rows.values():
        words = {cell.web_server: cell.text for cell in row.cells}
        pair = f"tomcat {row.tomcat}, tomcat-ECDSA {row.tomcat_ecdsa}"
        said = f"{row.text} {'*' if row.assumption else ''}".rstrip()
        cells = (pair, said, *(words[column.id] for column in columns))
        yield f"| {' | '.join(map(_escape_markdown, cells))} |"
    yield ""
    for basis in dict.fromkeys(row.assumption_basis for row in knowledge.rows.values()):
        if basis and basis.rule:
            yield (
                _escape_markdown(f"* {knowledge.rules[basis.rule].text}")
                + f" ({_write_basis(basis, knowledge)})"
            )


def _write_fields(value: Any, knowledge: Knowledge, *, indent: str, without: set[str]) -> Iterator[str]:
    """A line for each field that says something; lists and entries within entries below it."""
    for field in fields(value):
        found = getattr(value, field.name)
        if field.name in without or found in ((), "", None, False):
            continue
        label = field.name.replace("_", " ")
        if isinstance(found, tuple) and any(is_dataclass(item) or " " in str(item) for item in found):
            yield f"{indent}- {label}:"
            for item in found:
                yield from _write_item(item, knowledge, indent=f"{indent}  ")
        else:
            yield f"{indent}- {label}: {_write_value(found, knowledge)}"


def _write_item(item: object, knowledge: Knowledge, *, indent: str) -> Iterator[str]:
    if not is_dataclass(item):
        yield f"{indent}- {_write_value(item, knowledge)}"
        return
    first, *rest = _write_fields(item, knowledge, indent=f"{indent}  ", without=set())
    yield f"{indent}- {first.strip().removeprefix('- ').removeprefix('text: ')}"
    yield from rest


def _write_value(value: object, knowledge: Knowledge) -> str:
    if isinstance(value, Basis):
        return _write_basis(value, knowledge)
    if isinstance(value, tuple):
        return ", ".join(_write_value(item, knowledge) for item in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, When):
        given = ((field.name, getattr(value, field.name)) for field in fields(value))
        return "; ".join(
            f"{name}: {_write_value(one, knowledge)}" for name, one in given if one not in ((), None)
        )
    text = str(value)
    if text.startswith("https://") and "{" not in text:
        return f"<{text}>"
    return _escape_markdown(" · ".join(text.splitlines()))


def _write_basis(basis: Basis, knowledge: Knowledge) -> str:
    """Why a statement may be made, with the source's address and a link to the rule."""
    parts = [f"**{basis.kind}**"]
    if basis.source:
        source = knowledge.sources[basis.source]
        title = _escape_markdown(source.short)
        parts.append(f"[{title}]({source.url})" if source.url else f"[{title}](#{_make_anchor(source.id)})")
    if basis.section:
        parts.append(_escape_markdown(basis.section))
    if basis.rule:
        parts.append(f"[{basis.rule}](#{_make_anchor(basis.rule)})")
    return ", ".join(parts)


def _escape_markdown(text: str) -> str:
    """Text that Markdown shows as it is."""
    return _MARKS.sub(r"\\\1", text)


def _make_anchor(name: str) -> str:
    return re.sub(r"[^a-z0-9-]", "", name.lower().replace(" ", "-"))


if __name__ == "__main__":
    sys.stdout.write(write_document(load()))
