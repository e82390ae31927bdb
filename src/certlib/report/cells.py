"""What the cells of a notebook show, as one tree: narrative, displays and what was printed, cell by cell.

A notebook may have been edited by hand, so nothing in it is taken for granted. What a cell can't show is
told in its place, and the rest goes on. Each piece is cleaned on its own: no unclosed tag reaches the next.
"""

import re
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from urllib.parse import quote

import mistune

from certlib.language import mark, say, translate
from certlib.report.tree import PIXELS, CannotBeShown, Element, clean, parse, spell_hidden
from certlib.text import cut, make_visible

PRIVATE = "application/vnd.certlib."
WIDGET = "application/vnd.jupyter.widget"
PICTURES = ("image/svg+xml", *(f"image/{kind}" for kind in PIXELS))
FAILED = "papermill-error-cell-tag"  # of a cell that papermill put in to point to an error
LONGEST = {"output": 16_000_000, "narrative": 200_000}  # characters
GAP, FAILURE = "report-gap", "report-failure"  # what no cell can write, as cleaning takes unknown tags away
_COLOURS = re.compile(r"\x1b\[.*?[@-~]")
Content = Element | str


def make_content(notebook: object) -> Element:
    """The notebook's cells below a root: what was run stays out, what is missing is a mark in its place.

    What a display says to the exporter or to the run has its place on the cover; it is not said twice.
    """
    root = Element("root")
    cells = notebook.get("cells") if isinstance(notebook, Mapping) else None
    if not isinstance(cells, list):
        root.children.append(
            _make_failure(say("This notebook has no list of cells. Run it again to make it anew."))
        )
        return root
    for number, cell in enumerate(cells, 1):
        for part in _show_or_explain(partial(_show_cell, cell, number), number):
            root.children += [part, "\n"]
    return root


def iterate_outputs(notebook: object) -> Iterator[Mapping[str, object]]:
    """The data of each output of the notebook, by MIME type; whatever has none is passed over."""
    cells = notebook.get("cells") if isinstance(notebook, Mapping) else None
    for cell in cells if isinstance(cells, list) else ():
        outputs = cell.get("outputs") if isinstance(cell, Mapping) else None
        for output in outputs if isinstance(outputs, list) else ():
            data = output.get("data") if isinstance(output, Mapping) else None
            if isinstance(data, Mapping):
                yield data


def _show_or_explain(make: Callable[[], Iterable[Content]], cell: int, output: int = 0) -> list[Content]:
    """What `make` makes, or a mark that says which cell and output could not be shown, and why."""
    try:
        return list(make())
    except CannotBeShown as error:
        why = str(error)
    except Exception as error:  # noqa: BLE001 - a cell with any fault at all stops no report
        why = say("it could not be read ({fault})", fault=type(error).__name__)
    if output:
        text = say(
            "Output {output} of the notebook's cell {cell} cannot be shown: {why}. Run the notebook again, "
            "or mend the output.",
            output=output,
            cell=cell,
            why=why,
        )
    else:
        text = say(
            "Cell {cell} of the notebook cannot be shown: {why}. Run the notebook again, or mend the cell.",
            cell=cell,
            why=why,
        )
    return [_make_failure(text)]


def _show_cell(cell: object, number: int) -> Iterator[Content]:
    if not isinstance(cell, Mapping):
        raise CannotBeShown(mark("it is no cell"))
    metadata = cell.get("metadata")
    tags = metadata.get("tags") if isinstance(metadata, Mapping) else None
    if isinstance(tags, list) and FAILED in tags:
        return
    kind = cell.get("cell_type")
    if kind == "markdown":
        yield from _show_narrative(cell)
    elif kind == "code":
        yield from _show_code(cell, number)
    elif kind != "raw":
        raise CannotBeShown(mark("it is of an unknown kind, {kind}"), kind=_shorten(kind))


def _show_code(cell: Mapping[str, object], number: int) -> Iterator[Content]:
    outputs = [] if cell.get("outputs") is None else cell["outputs"]
    if not isinstance(outputs, list):
        raise CannotBeShown(mark("its outputs are no list"))
    source = cell.get("source")
    written = source.strip() if isinstance(source, str) else source
    if written and not outputs and cell.get("execution_count") is None:
        yield Element(GAP)
    for index, output in enumerate(outputs, 1):
        yield from _show_or_explain(partial(_show_output, output), number, index)


def _show_output(output: object) -> Iterator[Content]:
    if not isinstance(output, Mapping):
        raise CannotBeShown(mark("it is no output"))
    kind = output.get("output_type")
    if kind in ("display_data", "execute_result"):
        data = output.get("data")
        if not isinstance(data, Mapping):
            raise CannotBeShown(mark("it has no data"))
        yield from _show_data(data)
    elif kind == "error":
        message = f"{_join_text(output.get('ename'))}: {_join_text(output.get('evalue'))}"
        yield _make_failure(_COLOURS.sub("", message))
    elif kind == "stream":
        if output.get("name") == "stdout":  # for the reader; the error stream is for who runs it
            yield from _show_printed(_COLOURS.sub("", _join_text(output.get("text"))))
    else:
        raise CannotBeShown(mark("it is of an unknown kind, {kind}"), kind=_shorten(kind))


def _show_data(data: Mapping[str, object]) -> Iterator[Content]:
    """An output as HTML: its own, else its picture, its Markdown, its text.

    Nothing where it carries data for the exporter or the run, which the cover tells, or a control of the
    running notebook.
    """
    if any(str(kind).startswith((PRIVATE, WIDGET)) for kind in data):
        return
    if html := _join_text(data.get("text/html")):
        yield from _parse_pieces(html)
        return
    for kind in PICTURES:
        if kind in data:
            yield from _parse_pieces(
                f'<p><img src="{_make_data_address(kind, _join_text(data[kind]))}" alt=""></p>'
            )
            return
    if markdown := _join_text(data.get("text/markdown")):
        yield from _parse_pieces(_render_markdown(markdown))
        return
    yield from _show_printed(_join_text(data.get("text/plain")))


def _join_text(value: object) -> str:
    """A text of a notebook: in one piece, or in lines."""
    if value is None:
        return ""
    if isinstance(value, list) and all(isinstance(line, str) for line in value):
        value = "".join(value)
    if not isinstance(value, str):
        raise CannotBeShown(mark("its text is no text but {type}"), type=type(value).__name__)
    if len(value) > LONGEST["output"]:
        raise CannotBeShown(mark("it has more than {limit} characters"), limit=LONGEST["output"])
    return value


def _show_printed(text: str) -> Iterator[Content]:
    """Text as a program wrote it."""
    if text.strip():
        yield from _parse_pieces(f"<pre>{mistune.escape(text.strip(chr(10)))}</pre>")


def _make_data_address(kind: str, data: str) -> str:
    """A picture of a notebook, which is base64, or of an SVG its text, as a `data:` address."""
    encoded = b64encode(data.encode("utf-8", "replace")).decode() if "<" in data else "".join(data.split())
    return f"data:{kind};base64,{mistune.escape(encoded)}"


# "attachment:" is the notebook's own; what else a link may be is for the cleaning to say
_RENDERER = mistune.HTMLRenderer(escape=False, allow_harmful_protocols=["attachment:"])
_MARKDOWN = mistune.create_markdown(renderer=_RENDERER, plugins=["table", "strikethrough"])


def _render_markdown(text: str) -> str:
    if len(text) > LONGEST["narrative"]:
        raise CannotBeShown(mark("it has more than {limit} characters"), limit=LONGEST["narrative"])
    return str(_MARKDOWN(spell_hidden(text)))


def _show_narrative(cell: Mapping[str, object]) -> Iterator[Content]:
    """A text cell, with the pictures that were dropped into it; our own in the language."""
    html = _render_markdown(translate(_join_text(cell.get("source"))))
    attached = cell.get("attachments")
    for name, kinds in attached.items() if isinstance(attached, Mapping) else ():
        kind = (
            next((kind for kind in PICTURES if kind in kinds), None) if isinstance(kinds, Mapping) else None
        )
        if kind:
            address = _make_data_address(kind, _join_text(kinds[kind]))
            for written in (name, quote(name)):
                html = html.replace(f'src="attachment:{written}"', f'src="{address}"')
    yield from _parse_pieces(html)


def _parse_pieces(html: str) -> list[Content]:
    return parse(clean(html)).children


def _make_failure(why: str) -> Element:
    return Element(FAILURE, {}, [make_visible(" ".join(why.split()))])


def _shorten(value: object) -> str:
    return make_visible(cut(str(value), 40))
