"""Chapters from templates: Jinja in its sandbox, every text escaped and made visible on its way in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from certlib import language, terms, words
from certlib.inventory import Site
from certlib.knowledge import cite, cite_briefly, load
from certlib.show import links
from certlib.show.style import make_style
from certlib.text import make_visible

TEMPLATES = Path(__file__).with_name("templates")
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


def render(chapter: str, site: Site, /, **data: object) -> Markup:  # noqa: ARG001
    """The HTML of a chapter from its template, `templates/<chapter>.html.j2`, and its data."""
    environment = make_environment()
    return Markup(environment.get_template(f"{chapter}.html.j2").render(knowledge=load(), **data).strip())  # noqa: S704 - the template escapes


@lru_cache
def make_environment() -> ImmutableSandboxedEnvironment:
    """Where templates of chapters are rendered: what they may call, and how text is written."""
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(TEMPLATES),
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
