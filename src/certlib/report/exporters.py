"""A notebook as the customer's report, for nbconvert, papermill's outputs, and JupyterLab's export menu.

Both exporters work on any notebook: one without our displays has a plain title and the HTML of its cells.
"""

from base64 import b64encode
from pathlib import Path
from typing import Any
from urllib.parse import quote

import mistune
from nbconvert.exporters import HTMLExporter, TemplateExporter
from nbformat import NotebookNode
from traitlets import default

from certlib.language import narrative
from certlib.report import attachments, cover, page, pdf
from certlib.report.colours import weak
from certlib.report.document import Document, build
from certlib.report.logos import unseen
from certlib.report.tree import PIXELS, clean, seen
from certlib.text import visible

_TEMPLATES = str(Path(__file__).with_name("templates"))
PRIVATE = "application/vnd.certlib."
WIDGET = "application/vnd.jupyter.widget"
PICTURES = ("image/svg+xml", *(f"image/{kind}" for kind in PIXELS))


class ReadinessHTML(HTMLExporter):
    """One HTML file that loads nothing."""

    export_from_notebook = "Readiness report (HTML)"

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)  # type: ignore[no-untyped-call]

    @default("template_name")
    def _default_template(self) -> str:
        return "readiness"

    @default("extra_template_basedirs")
    def _default_basedirs(self) -> list[str]:
        return [_TEMPLATES]

    def default_filters(self) -> Any:
        """The filters of the template, on top of nbconvert's."""
        yield from super().default_filters()  # type: ignore[no-untyped-call]
        yield "shown", _shown
        yield "cleaned", clean
        yield "narrative", _narrative
        yield "plain", _plain
        yield "printed", _printed

    def document(self, notebook: NotebookNode, resources: Any = None, **options: Any) -> tuple[Document, Any]:
        """The content of the report, cleaned once for both forms; and nbconvert's resources."""
        around = cover.find(notebook)
        given = {**(resources or {}), "report_language": around.language}
        cells, resources = TemplateExporter.from_notebook_node(self, notebook, given, **options)
        name = visible(resources["metadata"]["name"])
        return build(cleaned=cells, cover=around, name=name), resources

    def from_notebook_node(self, nb: NotebookNode, resources: Any = None, **kw: Any) -> tuple[Any, Any]:
        """The page and nbconvert's resources."""
        document, resources = self.document(nb, resources, **kw)
        return page.html(document), resources


class ReadinessPDF(ReadinessHTML):
    """One tagged PDF from the same content, with the files that lie beside the notebook and belong to it."""

    export_from_notebook = "Readiness report (PDF)"
    output_mimetype = "application/pdf"

    @default("file_extension")
    def _default_extension(self) -> str:
        return ".pdf"

    @default("template_extension")
    def _default_template_extension(self) -> str:
        return ".html.j2"

    def from_notebook_node(self, nb: NotebookNode, resources: Any = None, **kw: Any) -> tuple[Any, Any]:
        """The PDF's bytes and nbconvert's resources."""
        document, resources = self.document(nb, resources, **kw)
        folder = resources["metadata"].get("path")
        files, left_out = attachments.find(nb, Path(folder) if folder else None)
        made = pdf.pdf(document, files)
        for note in (*weak(document.cover.accent), *unseen(document.cover.logo), *made.notes, *left_out):
            self.log.warning(note)
        return made.data, resources


def _shown(data: NotebookNode) -> str:
    """An output as HTML: its own, else its picture, its Markdown, its text.

    Nothing where it carries data for the exporter or the run, which the cover tells, or a control of the
    running notebook.
    """
    if any(kind.startswith((PRIVATE, WIDGET)) for kind in data):
        return ""
    if html := "".join(data.get("text/html", "")):
        return html
    for kind in PICTURES:
        if kind in data:
            return f'<p><img src="{_address(kind, "".join(data[kind]))}" alt=""></p>'
    if markdown := "".join(data.get("text/markdown", "")):
        return str(_MARKDOWN(seen(markdown)))
    return _printed("".join(data.get("text/plain", "")))


def _printed(text: str) -> str:
    """Text as a program wrote it."""
    return f"<pre>{mistune.escape(text.strip(chr(10)))}</pre>" if text.strip() else ""


def _address(kind: str, data: str) -> str:
    """A picture of a notebook, which is base64, or of an SVG its text, as a `data:` address."""
    known = b64encode(data.encode()).decode() if "<" in data else "".join(data.split())
    return f"data:{kind};base64,{mistune.escape(known)}"


# "attachment:" is the notebook's own; what else a link may be is for the cleaning to say
_RENDERER = mistune.HTMLRenderer(escape=False, allow_harmful_protocols=["attachment:"])
_MARKDOWN = mistune.create_markdown(renderer=_RENDERER, plugins=["table", "strikethrough"])


def _narrative(cell: NotebookNode, language: str) -> str:
    """A text cell as cleaned HTML, with the pictures that were dropped into it; our own in the language."""
    html = str(_MARKDOWN(seen(narrative(cell.source, language))))
    for name, kinds in cell.get("attachments", {}).items():
        kind = next((kind for kind in PICTURES if kind in kinds), None)
        if kind:
            address = _address(kind, "".join(kinds[kind]))
            for written in (name, quote(name)):
                html = html.replace(f'src="attachment:{written}"', f'src="{address}"')
    return clean(html)


def _plain(text: str) -> str:
    """Text as HTML that shows it."""
    return clean(mistune.escape(text))
