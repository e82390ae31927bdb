"""An SVG drawing re-encoded from what is allowed: shapes, gradients, masks and plain colours.

What would fetch, run or import anything is left away, what can't be drawn everywhere alike is an error.
"""

import re
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree as ET

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from certlib.inventory.values import make_error
from certlib.text import quote

Sheet = list[tuple[str, dict[str, str]]]  # in the order of the text: selector, declarations

NAMESPACE = "http://www.w3.org/2000/svg"
ELEMENTS = 5_000  # also with every repetition drawn
DEPTH = 50
LARGEST = 1_000  # user units that the written width and height have at most
SHAPES = frozenset({"path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "use"})
_GROUPS = frozenset(
    {"svg", "g", "defs", "symbol", "linearGradient", "radialGradient", "stop", "clipPath", "mask"}
)
_AS_GROUP = frozenset({"a", "switch"})
# Elements that draw something: to drop them would make another logo.
_REFUSED = frozenset(
    {"text", "image", "filter", "pattern", "marker", "mesh", "hatch", "video", "audio", "canvas", "iframe"}
)
_COLOURS = {"fill", "fill-opacity", "fill-rule", "clip-rule", "clip-path", "mask", "opacity", "color"}
_LINES = {f"stroke-{name}" for name in ("width", "opacity", "linecap", "linejoin", "miterlimit")}
_PROPERTIES = frozenset(
    _COLOURS
    | _LINES
    | {"stroke", "stroke-dasharray", "stroke-dashoffset", "stop-color", "stop-opacity"}
    | {"display", "visibility", "mask-type"}
)
_PLACES = {"x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry", "fx", "fy", "fr", "d", "points"}
_ATTRIBUTES = frozenset(
    _PROPERTIES
    | _PLACES
    | {"id", "width", "height", "viewBox", "transform", "preserveAspectRatio", "offset"}
    | {"gradientUnits", "gradientTransform", "spreadMethod"}
    | {"clipPathUnits", "maskUnits", "maskContentUnits"}
)
_HREF = ("href", "{http://www.w3.org/1999/xlink}href")
_INSIDE = re.compile(r"#([\w.-]{1,100})")
_REFERENCE = re.compile(r"""url\(\s*["']?#([\w.-]{1,100})["']?\s*\)""")
_PLAIN = re.compile(r"[\w\s#%.,()+-]*")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_AT_RULE = re.compile(r"@[^{};]*(;|\{(?:[^{}]|\{[^{}]*\})*\}|$)")
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_NUMBER = re.compile(r"\s*([0-9]+(?:\.[0-9]*)?|\.[0-9]+)\s*(px|pt|pc|mm|cm|in|q)?\s*", re.IGNORECASE)
_IN_SVG = f"{{{NAMESPACE}}}"
_SIZE = ("width", "height", "viewBox", "x", "y")
_ANEW = "Export it anew as plain SVG, or as PNG."


def read_drawing(content: bytes) -> tuple[str, float, float]:
    """An SVG file's drawing as text, its width and its height; the same again for what it gave.

    Raises the error of a value: what is wrong with it and what to do.
    """
    try:
        found = fromstring(content, forbid_dtd=False, forbid_entities=True, forbid_external=True)
    except DefusedXmlException:
        raise make_error("defines entities of its own.", _ANEW) from None
    except (ET.ParseError, ValueError, LookupError) as error:
        raise make_error(f"is no SVG that can be read: {quote(error)}.", _ANEW) from None
    if found.tag != f"{_IN_SVG}svg":
        raise make_error("is neither PNG nor SVG, but something else.", "Save the logo as PNG or SVG.")
    if sum(1 for _ in found.iter()) > ELEMENTS:
        raise make_error(f"has more than {ELEMENTS:,} parts.", "Simplify it, or save it as PNG.")
    width, height, box = _read_size(found)
    scale = min(1.0, LARGEST / max(width, height))
    root = ET.Element(
        "svg",
        {
            "xmlns": NAMESPACE,
            "width": _describe(width * scale),
            "height": _describe(height * scale),
            "viewBox": box,
        },
    )
    sheet = _read_sheet("".join("".join(each.itertext()) for each in found.iter(f"{_IN_SVG}style")))
    _copy_children(found, root, sheet, depth=0)
    own = _copy_attributes(found, "svg", sheet)
    root.attrib.update({name: value for name, value in own.items() if name not in _SIZE})
    if not any(element.tag in SHAPES for element in root.iter()):
        raise make_error("has no shape that could be drawn.", _ANEW)
    _check_bounds(root)
    return ET.tostring(root, encoding="unicode"), width, height


def _read_size(root: ET.Element) -> tuple[float, float, str]:
    """Width, height and view box in user units."""
    box = root.get("viewBox", "").replace(",", " ").split()
    try:
        x, y, width, height = map(float, box)
    except ValueError:
        sides = [_NUMBER.fullmatch(root.get(name, "")) for name in ("width", "height")]
        if None in sides:
            raise make_error("says no size: it has neither a viewBox nor width and height.", _ANEW) from None
        x = y = 0.0
        width, height = (float(side[1]) for side in sides if side)
    if not all(abs(each) < 1e6 for each in (x, y)) or not all(1e-3 < each < 1e6 for each in (width, height)):
        raise make_error("says a size that nobody can draw.", _ANEW)
    return width, height, " ".join(map(_describe, (x, y, width, height)))


def _describe(number: float) -> str:
    return f"{number:.10g}"


def _copy_children(found: ET.Element, made: ET.Element, sheet: Sheet, *, depth: int) -> None:
    """The allowed children of an element, in their order."""
    if depth > DEPTH:
        raise make_error("nests too deeply.", "Simplify it, or save it as PNG.")
    for child in found:
        name = _name(child)
        if name in _REFUSED:
            raise make_error(
                f"holds <{name}>, which can't be drawn everywhere alike.",
                "Convert all to paths, or save it as PNG.",
            )
        if name in _GROUPS | SHAPES | _AS_GROUP:
            attributes = _copy_attributes(child, name, sheet)
            inner = ET.SubElement(made, "g" if name in _AS_GROUP else name, attributes)
            _copy_children(child, inner, sheet, depth=depth + 1)


def _name(element: ET.Element) -> str:
    """The name of an element of SVG; nothing for any other."""
    tag: Any = element.tag  # of a comment it is a function
    return tag.removeprefix(_IN_SVG) if isinstance(tag, str) and tag.startswith(_IN_SVG) else ""


def _copy_attributes(element: ET.Element, tag: str, sheet: Sheet) -> dict[str, str]:
    """The allowed attributes of an element, with what styles say of it: what is nearer to it counts more."""
    kept = {
        name: value for name, value in element.attrib.items() if name in _ATTRIBUTES and _write_plain(value)
    }
    for name in _HREF:
        if _INSIDE.fullmatch(element.get(name, "")):
            kept["href"] = element.attrib[name]
    classes = [f".{name}" for name in element.get("class", "").split()]
    for nearer in ([tag], classes, [f"#{element.get('id')}"]):
        for selector, said in sheet:
            if selector in nearer:
                kept |= said
    return kept | _read_declarations(element.get("style", ""))


def _write_plain(value: str) -> bool:
    rest = _REFERENCE.sub("", value)
    return _PLAIN.fullmatch(rest) is not None and "url" not in rest.lower()


def _read_declarations(text: str) -> dict[str, str]:
    """The declarations of properties that are known, with plain values."""
    kept = {}
    for declaration in _COMMENT.sub(" ", text).split(";"):
        name, _, value = (part.strip() for part in declaration.partition(":"))
        value = value.removesuffix("!important").strip()
        if name in _PROPERTIES and value and _write_plain(value):
            kept[name] = value
    return kept


def _read_sheet(text: str) -> Sheet:
    """What a style sheet says of elements, classes and ids; @-rules and longer selectors are left away."""
    rules = _RULE.findall(_AT_RULE.sub(" ", _COMMENT.sub(" ", text)))
    return [
        (selector.strip(), _read_declarations(said)) for names, said in rules for selector in names.split(",")
    ]


def _check_bounds(root: ET.Element) -> None:
    """Raises the error of a value where repetitions draw too much, or refer to themselves."""
    named = {element.attrib["id"]: element for element in root.iter() if "id" in element.attrib}
    known: dict[str, int] = {}

    def parts(element: ET.Element, depth: int) -> int:
        if depth > DEPTH:
            raise make_error("repeats a part within itself.", "Simplify it, or save it as PNG.")
        return (
            1
            + sum(parts(child, depth + 1) for child in element)
            + sum(of(name, depth + 1) for name in _find_referred(element))
        )

    def of(name: str, depth: int) -> int:
        if name in named and name not in known:
            known[name] = parts(named[name], depth)
        return known.get(name, 0)

    if parts(root, 0) > ELEMENTS:
        raise make_error(f"draws more than {ELEMENTS:,} parts.", "Simplify it, or save it as PNG.")


def _find_referred(element: ET.Element) -> Iterator[str]:
    """The names of the parts that an element draws again, is clipped or filled by."""
    for name, value in element.attrib.items():
        yield from (_INSIDE.findall(value) if name == "href" else _REFERENCE.findall(value))
