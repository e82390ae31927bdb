"""Keeps the translations complete: collects every text of a report and renews `locale/*.po` and `*.mo`.

Texts stand in code and templates as arguments of `say`, `say_in` and `mark`, in the knowledge files, and in
the narrative of the report's notebook. A new text comes without a translation into the `.po` file and stays
English until it has one; a text that is said nowhere any more is taken out. What the sources are called may
stay as it stands on them.
"""

import io
import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from certlib.knowledge.load import FILES, FOLDER, read_texts
from certlib.language import ENGLISH, LANGUAGES

SOURCE = Path(__file__).parent
LOCALE = SOURCE / "locale"
SOURCES = "sources.yaml"
METHODS = [("**.py", "python"), ("**.j2", "jinja2.ext:babel_extract")]
KEYWORDS = {"say": None, "mark": None, "say_in": ((1, "c"), 2)}
HEADER = """\
# What each English text of a report is in this language; `make translations` renews this file and its .mo.
# Terms that Cisco's pages and menus use stay English: tomcat-ECDSA, COP, Notification Service."""

UNDATED = datetime(2026, 1, 1, tzinfo=UTC)  # of every catalogue: the same texts give the same bytes

Text = tuple[str, str]  # its context, mostly none, and the English text


def collect_texts(notebook: Path) -> Iterator[Text]:
    """Every text that is to be translated; `notebook` is the one that makes the report."""
    for _, _, message, _, context in extract_from_dir(SOURCE, METHODS, keywords=KEYWORDS):
        if message:
            yield context or "", str(message)
    for name in set(FILES.values()) - {SOURCES}:
        yield from (("", text) for text in read_texts(FOLDER / name))
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "markdown":
            yield "", "".join(cell["source"])


def read_catalogue(language: str) -> Catalog:
    """The translations of a language as they are committed."""
    with (LOCALE / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language)


def renew(catalogue: Catalog, texts: set[Text]) -> Catalog:
    """The catalogue of exactly these texts, with the translations that are known of them."""
    known = {(message.context or "", message.id): message.string for message in catalogue if message.id}
    named = {("", text) for text in read_texts(FOLDER / SOURCES)} & known.keys()
    renewed = Catalog(
        locale=catalogue.locale,
        header_comment=HEADER,
        creation_date=UNDATED,
        revision_date=UNDATED,
        fuzzy=False,
    )
    for context, text in sorted(texts | named):
        renewed.add(text, known.get((context, text), ""), context=context or None)
    return renewed


def render_po(catalogue: Catalog) -> bytes:
    """The `.po` file, which translators edit."""
    written = io.BytesIO()
    write_po(written, catalogue, width=110, no_location=True)
    return written.getvalue()


def render_mo(catalogue: Catalog) -> bytes:
    """The `.mo` file, which programs read."""
    written = io.BytesIO()
    write_mo(written, catalogue)
    return written.getvalue()


def main(notebook: Path) -> int:
    """Renew the files of every language; tell which texts have no translation."""
    texts = set(collect_texts(notebook))
    missing = 0
    for language in LANGUAGES:
        if language == ENGLISH:
            continue
        catalogue = renew(read_catalogue(language), texts)
        (LOCALE / f"{language}.po").write_bytes(render_po(catalogue))
        (LOCALE / f"{language}.mo").write_bytes(render_mo(catalogue))
        untranslated = [str(message.id) for message in catalogue if message.id and not message.string]
        missing += len(untranslated)
        sys.stdout.write("".join(f"{language}: without a translation: {text}\n" for text in untranslated))
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
