"""A consultancy's own template of a chapter: beside its brand file, in page and PDF; what is wrong in it."""

from collections.abc import Mapping
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader

from certlib import evidence, load_site, run, show
from certlib.assess import Assessment
from certlib.errors import InvalidInput
from certlib.report import render
from loopback import site

SITE = """\
schema: 1
customer: Northwind Logistics
site: hamburg
release: 11.5(1)
nodes:
- {role: uccx-publisher, name: uccx1.example.test}
"""
OWN = """\
{% from "macros.html.j2" import state with context %}
<p>Our own words on {{ findings | length }} findings. {{ state(none_found) }}</p>
<script>alert(1)</script>
"""


def make_assessment(templates: Mapping[str, str]) -> Assessment:
    assessment = site("upgrade")[1]
    branding = replace(assessment.site.branding, templates=templates)
    return replace(assessment, site=replace(assessment.site, branding=branding))


def list_refusals(templates: Mapping[str, str]) -> list[tuple[str, int | None, str, str]]:
    with pytest.raises(InvalidInput) as caught:
        show.check_templates(make_assessment(templates).site)
    return [(problem.file, problem.line, problem.wrong, problem.instead) for problem in caught.value.problems]


def test_a_template_beside_the_brand_file_travels_with_site_and_evidence(tmp_path: Path) -> None:
    (tmp_path / "brand.yaml").write_text("schema: 1\nname: Contoso\n")
    (tmp_path / "findings.html.j2").write_text(OWN)
    (tmp_path / "site.yaml").write_text(SITE)
    loaded = load_site(tmp_path / "site.yaml")
    assert loaded.branding.templates == {"findings.html.j2": OWN}
    collected = replace(site("upgrade")[0], site=loaded, presentations=(), elsewhere=(), hsts=())
    evidence.write(collected, tmp_path / "evidence.json")
    assert evidence.read(tmp_path / "evidence.json").site.branding.templates == {"findings.html.j2": OWN}


def test_page_and_pdf_have_the_chapter_as_the_template_writes_it_without_its_script() -> None:
    assessment = make_assessment({"findings.html.j2": OWN})
    display = show.findings(assessment)
    notebook = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_markdown_cell("# Title"),
            nbformat.v4.new_code_cell(
                outputs=[
                    nbformat.v4.new_output("display_data", data=show.cover(assessment)._repr_mimebundle_())
                ]
            ),
            nbformat.v4.new_markdown_cell("## Findings"),
            nbformat.v4.new_code_cell(
                outputs=[nbformat.v4.new_output("display_data", data=display._repr_mimebundle_())]
            ),
        ]
    )
    made = render(notebook)
    page = BeautifulSoup(made.html, "html.parser")
    assert page.main is not None
    usual = BeautifulSoup(str(show.findings(site("upgrade")[1]).html), "html.parser")
    count = len(usual.select("table.findings")[0].select("tbody tr"))
    words = f"Our own words on {count} findings."
    assert words in page.main.get_text()
    assert "alert(1)" not in page.main.get_text()
    assert words in " ".join(
        " ".join(sheet.extract_text().split()) for sheet in PdfReader(BytesIO(made.pdf)).pages
    )


def test_other_chapters_stay_as_they_are() -> None:
    own = make_assessment({"findings.html.j2": OWN})
    assert show.options(own).html == show.options(site("upgrade")[1]).html


@pytest.mark.parametrize(
    ("source", "line", "wrong"),
    [
        ("<p>\n{{ custmer }}</p>", 2, "custmer is unknown."),
        ("<p>\n\n{% if %}</p>", 3, "Expected an expression"),
        ("{{ findings | shout }}", 1, "No filter named 'shout'"),
        ("{% for finding in findings %}", 1, "Unexpected end of template"),
    ],
)
def test_a_broken_template_is_told_by_file_and_line_before_anything_is_collected(
    source: str, line: int, wrong: str, tmp_path: Path
) -> None:
    ((file, place, told, _),) = list_refusals({"findings.html.j2": source})
    assert (file, place) == ("findings.html.j2", line)
    assert wrong in told
    (tmp_path / "brand.yaml").write_text("schema: 1\n")
    (tmp_path / "findings.html.j2").write_text(source)
    (tmp_path / "site.yaml").write_text(SITE)
    with pytest.raises(InvalidInput, match=r"findings\.html\.j2"):
        run.report(inventory=tmp_path / "site.yaml", output=tmp_path / "out", progress=print)
    assert not (tmp_path / "out").exists()


def test_what_breaks_only_when_it_is_rendered_is_told_in_the_same_way() -> None:
    with pytest.raises(InvalidInput) as caught:
        show.findings(make_assessment({"findings.html.j2": "<p>\n{{ findings[0].nothing }}</p>"}))
    (problem,) = caught.value.problems
    assert (problem.file, problem.line) == ("findings.html.j2", 2)
    assert "nothing" in problem.wrong


def test_every_broken_template_is_told_at_once_with_the_names_that_there_are() -> None:
    refusals = list_refusals({"finding.html.j2": "", "options.html.j2": "{{ prices }}"})
    assert [file for file, *_ in refusals] == ["finding.html.j2", "options.html.j2"]
    assert "findings.html.j2, " in refusals[0][3]
    assert "not_applying" in refusals[1][3]


def test_a_template_that_cannot_be_read_is_a_mistake_of_the_brand_file(tmp_path: Path) -> None:
    (tmp_path / "brand.yaml").write_text("schema: 1\n")
    (tmp_path / "findings.html.j2").write_bytes(b"\xff\xfe\xff")
    (tmp_path / "site.yaml").write_text(SITE)
    with pytest.raises(InvalidInput, match=r"findings\.html\.j2"):
        load_site(tmp_path / "site.yaml")
