"""From an executed notebook to what the customer gets: one HTML file, one tagged PDF, data beside them."""

from dataclasses import dataclass

from nbformat import NotebookNode

from certlib.report import page, pdf
from certlib.report.exporters import ReadinessHTML

__all__ = ["Rendered", "render"]


@dataclass(frozen=True, slots=True)
class Rendered:
    """Both forms of one report.

    `notes`: what was done to characters or standards; `missing`: chapter and reason of each part that failed.
    """

    html: str
    pdf: bytes
    notes: tuple[str, ...]
    missing: tuple[tuple[str, str], ...]


def render(notebook: NotebookNode) -> Rendered:
    """HTML and PDF of an executed notebook, from content that is cleaned once."""
    document, _ = ReadinessHTML().document(notebook)
    made = pdf.pdf(document)
    missing = tuple((part.chapter, part.why) for part in document.missing)
    return Rendered(page.html(document), made.data, made.notes, missing)
