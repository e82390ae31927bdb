"""Chapters from templates: Jinja in its sandbox, every text escaped and made visible on its way in."""

import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from jinja2 import (
    ChoiceLoader,
    FileSystemLoader,
    FunctionLoader,
    StrictUndefined,
    TemplateSyntaxError,
    meta,
    nodes,
)
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from certlib import language, terms, words
from certlib.errors import InvalidInput, Problem
from certlib.inventory import Site
from certlib.knowledge import cite, cite_briefly, load
from certlib.show import links
from certlib.show.style import make_style
from certlib.text import make_visible, quote

TEMPLATES = Path(__file__).with_name("templates")
ENDING, MACROS = ".html.j2", "macros.html.j2"
# What a template may call beside its chapter's data; functions alone, so that nothing else can be reached.
CALLABLE = (
    *(language.say, language.say_in, language.join_list),
    *(language.format_day, language.format_moment, language.format_number),
    *(links.link_finding, links.link_node, links.link_answers, links.link_certificate),
    *(cite, cite_briefly, terms.find_state, terms.name_basis, make_visible),
    *(words.describe_basis, words.describe_certificate, words.describe_expected, words.describe_waiver),
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


def render(chapter: str, site: Site, /, **data: object) -> Markup:
    """The HTML of a chapter from its template and its data: the maker's own template, where there is one.

    Raises InvalidInput where that one cannot be used.
    """
    name, own = f"{chapter}{ENDING}", site.branding.templates
    data["knowledge"] = load()
    if name not in own:
        return _render(name, data)
    _check_template(name, own[name])
    try:
        return _render(name, data, own)
    except Exception as error:  # whatever a template brings about
        lines = [
            frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == name
        ]
        raise _refuse(name, lines[-1] if lines else None, str(error)) from error


def _render(name: str, data: Mapping[str, object], own: Mapping[str, str] = MappingProxyType({})) -> Markup:
    template = make_environment(tuple(own.items())).get_template(name)
    return Markup(template.render(data).strip())  # noqa: S704 - templates escape


def check_templates(site: Site) -> None:
    """Refuse templates of the maker's own that cannot make their chapter. Raises InvalidInput."""
    problems: list[Problem] = []
    for name, source in site.branding.templates.items():
        try:
            _check_template(name, source)
        except InvalidInput as error:
            problems += error.problems
    if problems:
        raise InvalidInput(tuple(problems))


def _check_template(name: str, source: str) -> None:
    environment = make_environment()
    chapters = sorted(path.name for path in TEMPLATES.glob(f"*{ENDING}") if path.name != MACROS)
    if name not in chapters:
        instead = f"Call it as the chapter that it is to replace: {', '.join(chapters)}."
        raise InvalidInput((Problem(name, None, "", "is the template of no chapter.", instead),))
    try:
        tree = environment.parse(source)
        environment.compile(source)
    except TemplateSyntaxError as error:
        raise _refuse(name, error.lineno, error.message or "") from error
    usual = environment.parse((TEMPLATES / name).read_text(encoding="utf-8"))
    known = meta.find_undeclared_variables(usual) | environment.globals.keys() | {"knowledge"}
    for unknown in sorted(meta.find_undeclared_variables(tree) - known):
        line = next(found.lineno for found in tree.find_all(nodes.Name) if found.name == unknown)
        instead = f"This chapter has: {', '.join(sorted(known - environment.globals.keys()))}."
        raise InvalidInput((Problem(name, line, "", f"{unknown} is unknown.", instead),))


def _refuse(name: str, line: int | None, why: str) -> InvalidInput:
    wrong = f"cannot be used: {quote(why, 200)}."
    return InvalidInput((Problem(name, line, "", wrong, "Mend it, or take it away for the usual chapter."),))


@lru_cache
def make_environment(own: tuple[tuple[str, str], ...] = ()) -> ImmutableSandboxedEnvironment:
    """Where templates of chapters are rendered: what they may call, and how text is written.

    `own`: the maker's templates by file name, each before the usual one of that name.
    """
    sources = dict(own)
    environment = ImmutableSandboxedEnvironment(
        loader=ChoiceLoader(
            [
                FunctionLoader(lambda name: (sources[name], name, None) if name in sources else None),
                FileSystemLoader(TEMPLATES),
            ]
        ),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_show,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update({function.__name__: function for function in CALLABLE})
    environment.globals["FINDING_STATES"] = terms.FINDING_STATES
    return environment


def _show(value: object) -> object:
    """What an expression writes: visible text, nothing for None; markup was made by a macro."""
    if value is None:
        return ""
    return value if isinstance(value, Markup | int) else make_visible(str(value))
