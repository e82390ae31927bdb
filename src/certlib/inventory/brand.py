"""The maker's side of the report from a file that many inventories share: names, colours, logo, paper."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from certlib.errors import InvalidInput, Problem
from certlib.files import (
    Location,
    Mistake,
    decode_text,
    limit_problems,
    locate_mistakes,
    read_bytes,
    translate_mistakes,
    yaml_lines,
)
from certlib.inventory import logo
from certlib.inventory.form import BrandForm, list_brand_keys_at
from certlib.text import make_visible, quote

BESIDE = "brand.yaml"
LIMIT = 100_000  # bytes of a file
TEMPLATE = ".html.j2"  # how the names of templates end


@dataclass(slots=True)
class Brand:
    """What a brand file says, by key, the logo as data; what is wrong with it and with naming it."""

    values: dict[str, Any] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()  # of the brand file
    mistakes: list[Mistake] = field(default_factory=list)  # of the inventory


def load(raw: Mapping[str, Any], *, folder: Path) -> Brand:
    """The brand file that an inventory names, or else the one that lies beside it."""
    report = raw.get("report")
    named = report.get("brand") if isinstance(report, dict) else None
    if not isinstance(named, str):
        if not (folder / BESIDE).is_file():
            return Brand()
        named = BESIDE
    elif not named:
        return Brand()
    path = folder / named
    try:
        content = read_bytes(path, limit=LIMIT, instead="Give its path relative to the inventory.")
    except InvalidInput as error:
        (problem,) = error.problems
        wrong = f"The file {problem.file} {problem.wrong}"
        return Brand(mistakes=[(("report", "brand"), wrong, problem.instead)])
    try:
        return Brand(_read(decode_text(content, file=str(path)), path))
    except InvalidInput as error:
        return Brand(problems=error.problems)


def _read(text: str, path: Path) -> dict[str, Any]:
    """What a brand file says. Raises InvalidInput with every mistake."""
    shown = make_visible(str(path))
    tree = yaml_lines.parse(text, file=shown)
    if not isinstance(tree.value, dict):
        wrong, instead = "is no brand file.", 'Write lines of the form "key: value", with "schema: 1".'
        raise InvalidInput((*tree.problems, Problem(shown, None, "", wrong, instead)))
    picture, mistakes = read_drawing(tree.value, (), folder=path.parent)
    templates = _read_templates(path.parent)
    try:
        form = BrandForm.model_validate(tree.value)
    except ValidationError as error:
        mistakes += translate_mistakes(error, list_brand_keys_at)
    else:
        if not mistakes and not tree.problems:
            return {**form.model_dump(exclude={"version"}), "logo": picture, "templates": templates}
    raise InvalidInput(
        limit_problems((*tree.problems, *locate_mistakes(shown, mistakes, tree.lines)), file=shown)
    )


def _read_templates(folder: Path) -> dict[str, str]:
    """The maker's own templates of chapters, which lie beside the brand file. Raises InvalidInput."""
    instead = "Make it readable, or take it away."
    return {
        path.name: decode_text(read_bytes(path, limit=LIMIT, instead=instead), file=str(path))
        for path in sorted(folder.glob(f"*{TEMPLATE}"))
    }


def read_drawing(raw: object, place: Location, *, folder: Path) -> tuple[str, list[Mistake]]:
    """The logo that a mapping names, as data, and what is wrong with it. The file lies in the folder."""
    name = raw.get("logo") if isinstance(raw, dict) else None
    if not isinstance(name, str) or not name:
        return "", []
    place = (*place, "logo")
    try:
        path = (folder / name).resolve()
        inside = path.is_relative_to(folder.resolve())
    except (OSError, ValueError, RuntimeError):
        inside = False
    if not inside:
        wrong = f"{quote(name)} lies outside of the folder of this file."
        return "", [(place, wrong, "Put the logo beside this file, or below, and name it from here.")]
    try:
        content = read_bytes(path, limit=logo.LIMIT, instead="Give its path relative to this file.")
        return logo.read_logo(content), []
    except InvalidInput as error:
        (problem,) = error.problems
        return "", [(place, f"The file {make_visible(name)} {problem.wrong}", problem.instead)]
    except PydanticCustomError as error:
        said = error.context or {}
        return "", [(place, f"The file {make_visible(name)} {said['wrong']}", str(said["instead"]))]
