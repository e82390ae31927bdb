"""A notebook as the customer's report, for nbconvert, papermill's outputs, and JupyterLab's export menu.

Both exporters work on any notebook: one without our displays has a plain title and the HTML of its cells.
They take no part in nbconvert's configuration, templates and preprocessors, so the same notebook gives the
same report on each machine.
"""

import logging
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import Exporter
from nbconvert.utils.exceptions import ConversionException
from traitlets import default

from certlib import report
from certlib.errors import CertlibError
from certlib.language import use_language
from certlib.report import page
from certlib.text import cut, make_visible


class UnreadableNotebook(CertlibError, ConversionException):
    """A file that can't be read as a notebook."""

    def __str__(self) -> str:
        name, why = self.args
        return f"{name}: this is no notebook that can be read: {why}; run the notebook again to make it anew."


def _log_in_words(record: logging.LogRecord) -> bool:
    """Nbconvert logs an error with its traceback; of a file that can't be read, the sentence is enough."""
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, UnreadableNotebook):
        record.msg, record.args, record.exc_info = "%s", (error,), None
    return True


class ReadinessHTML(Exporter):
    """One HTML file that loads nothing."""

    export_from_notebook = "Readiness report (HTML)"
    output_mimetype = "text/html"

    def __init__(self, config: Any = None, **options: Any) -> None:  # noqa: ARG002 - see above
        log = {"log": options["log"]} if "log" in options else {}
        super().__init__(default_preprocessors=[], **log)  # type: ignore[no-untyped-call]

    @default("file_extension")
    def _default_extension(self) -> str:
        return ".html"

    def from_file(self, file_stream: Any, resources: Any = None, **kw: Any) -> tuple[Any, Any]:
        """As below, from a file; raises UnreadableNotebook."""
        try:
            notebook = nbformat.read(file_stream, as_version=4)
        except Exception as error:
            name = make_visible(str(getattr(file_stream, "name", "") or "notebook"))
            why = "it has not the form of one"
            if isinstance(error, ValueError | nbformat.ValidationError):
                why = make_visible(cut(" ".join(str(error).split()), 200))
            getattr(self.log, "logger", self.log).addFilter(_log_in_words)
            raise UnreadableNotebook(name, why) from error
        return self.from_notebook_node(notebook, resources, **kw)

    def from_filename(self, filename: str, resources: Any = None, **kw: Any) -> tuple[Any, Any]:
        """As below, from a file of this name; raises UnreadableNotebook."""
        try:
            return super().from_filename(filename, resources, **kw)
        except OSError as error:
            raise UnreadableNotebook(
                make_visible(str(filename)), error.strerror or type(error).__name__
            ) from error

    def from_notebook_node(self, nb: Any, resources: Any = None, **_: Any) -> tuple[Any, Any]:
        """The page and nbconvert's resources."""
        resources = self._init_resources(resources)  # type: ignore[no-untyped-call]
        name = make_visible(str(resources["metadata"]["name"] or "Notebook"))
        document = report.compose(nb, name=name)
        with use_language(document.cover.language):
            return self.write(document, nb, resources), resources

    def write(self, document: Any, _nb: Any, _resources: Any) -> str | bytes:
        """The report in this form."""
        return page.render_html(document)


class ReadinessPDF(ReadinessHTML):
    """One tagged PDF from the same content, with the files that lie beside the notebook and belong to it."""

    export_from_notebook = "Readiness report (PDF)"
    output_mimetype = "application/pdf"

    @default("file_extension")
    def _default_extension(self) -> str:
        return ".pdf"

    def write(self, document: Any, nb: Any, resources: Any) -> str | bytes:
        """The PDF's bytes; what is to be said of them is logged."""
        folder = resources["metadata"].get("path")
        paper = report.render_paper(document, nb, Path(folder) if folder else None)
        for note in paper.notes:
            self.log.warning(note)
        return paper.data
