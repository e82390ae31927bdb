"""From an executed notebook to what the customer gets: one HTML file, one tagged PDF, data beside them."""

from dataclasses import dataclass
from pathlib import Path

from certlib.language import use_language
from certlib.report import attachments, cells, cover, page, pdf
from certlib.report.document import Document, build
from certlib.report.logos import describe_unseen
from certlib.report.stylesheet import describe_weak_accent

__all__ = ["Rendered", "compose", "render", "render_paper"]


@dataclass(frozen=True, slots=True)
class Rendered:
    """Both forms of one report.

    `notes`: what was done to colours, characters, standards or attached files; `missing`: chapter and reason
    of each part that failed.
    """

    html: str
    pdf: bytes
    notes: tuple[str, ...]
    missing: tuple[tuple[str, str], ...]


def compose(notebook: object, *, name: str = "Notebook") -> Document:
    """The content of an executed notebook's report, cleaned once for both forms.

    Whatever is wrong with the notebook is told in it. `name`: what it is called where it has no title.
    """
    around = cover.find(notebook)
    with use_language(around.language):
        return build(cells.make_content(notebook), cover=around, name=name)


def render(notebook: object, *, folder: Path | None = None) -> Rendered:
    """HTML and PDF of an executed notebook, from content that is cleaned once.

    `folder`: where the notebook lies, with the files that it names for the PDF to carry.
    """
    document = compose(notebook)
    paper = render_paper(document, notebook, folder)
    with use_language(document.cover.language):
        html = page.render_html(document)
    return Rendered(html, paper.data, paper.notes, document.missing)


def render_paper(document: Document, notebook: object, folder: Path | None) -> pdf.PdfFile:
    """The PDF of a notebook's document with the files from the folder, and all notes on it."""
    files, left_out = attachments.find(notebook, folder)
    with use_language(document.cover.language):
        paper = pdf.render_pdf(document, files)
    brand = (*describe_weak_accent(document.cover.accent), *describe_unseen(document.cover.logo))
    return pdf.PdfFile(paper.data, (*brand, *paper.notes, *left_out))
