"""The maker's file: what it may say, what counts before it, every mistake with its file and line."""

import json
from dataclasses import asdict
from datetime import date
from pathlib import Path

import jsonschema
import pytest
import yaml

from certlib import inventory
from certlib.errors import InvalidInput
from inventory.pictures import PATH, png

PARAMS = Path(__file__).parents[2] / "params"
SITE = """\
schema: 1
customer: Northwind Logistics
site: hamburg
release: 11.5(1)
nodes:
- {role: uccx-publisher, name: uccx1.example.test}
"""
BRAND = """\
schema: 1
name: Contoso
author: A. Person
accent: "#005073"
band: "#ffb600"
logo: pictures/logo.png
paper: letter
language: de
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "sites").mkdir()
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "logo.png").write_bytes(png())
    (tmp_path / "brand.yaml").write_text(BRAND)
    return tmp_path


def loaded(folder, more="report: {brand: ../brand.yaml}\n"):
    path = folder / "sites" / "site.yaml"
    path.write_text(SITE + more)
    return inventory.load(path)


def mistakes(folder, more="report: {brand: ../brand.yaml}\n"):
    with pytest.raises(InvalidInput) as caught:
        loaded(folder, more)
    return [
        (problem.file.removeprefix(f"{folder}/"), problem.line, problem.key, problem.wrong)
        for problem in caught.value.problems
    ]


def test_many_sites_take_names_colours_logo_and_paper_from_one_file(folder):
    site = loaded(folder)
    assert (site.branding.name, site.branding.author) == ("Contoso", "A. Person")
    assert (site.branding.accent, site.branding.band) == ("#005073", "#ffb600")
    assert site.branding.logo.startswith("data:image/png;base64,")
    assert (site.report.paper, site.report.language) == ("letter", "de")


def test_what_the_inventory_says_itself_counts_before_the_brand_file(folder):
    (folder / "sites" / "own.svg").write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 10">{PATH}</svg>'
    )
    site = loaded(
        folder,
        "branding: {author: B. Other, logo: own.svg}\nreport: {brand: ../brand.yaml, paper: a4}\n",
    )
    assert (site.branding.name, site.branding.author) == ("Contoso", "B. Other")
    assert site.branding.logo.startswith("data:image/svg+xml;base64,")
    assert (site.report.paper, site.report.language) == ("a4", "de")


def test_a_brand_file_beside_the_inventory_need_not_be_named_and_can_be_declined(folder):
    (folder / "sites" / "brand.yaml").write_text("schema: 1\nname: Beside\n")
    assert loaded(folder, "").branding.name == "Beside"
    assert loaded(folder, 'report: {brand: ""}\n').branding.name == ""
    assert loaded(folder).branding.name == "Contoso"


def test_without_any_of_it_the_report_is_english_on_a4(folder):
    site = loaded(folder, "")
    assert not any(asdict(site.branding).values())
    assert (site.report.language, site.report.paper, site.report.history) == ("en", "a4", ())


@pytest.mark.parametrize(
    ("line", "key", "wrong"),
    [
        ("accent: blue", "accent", "no colour"),
        ("paper: a5", "paper", '"a5" is not known here.'),
        ("language: fr", "language", '"fr" is not known here.'),
        ("colour: red", "colour", "There is no such key here."),
        ("logo: ../logo.png", "logo", "outside of the folder"),
        ("logo: /etc/passwd", "logo", "outside of the folder"),
        ("logo: link.png", "logo", "outside of the folder"),
        ("logo: none.png", "logo", "does not exist"),
        ("logo: pictures", "logo", "is a folder"),
        ("logo: brand.yaml", "logo", "neither PNG nor SVG"),
        ("logo: [a]", "logo", "is not a text"),
        ("footer: &a x", "footer", "anchor"),
        ("a: b: c", "", "not YAML"),
    ],
)
def test_a_mistake_in_the_brand_file_has_its_file_and_line(folder, line, key, wrong):
    (folder / "link.png").symlink_to("/etc/passwd")
    (folder / "brand.yaml").write_text(f"schema: 1\nname: Contoso\n{line}\n")
    ((file, number, at, said),) = mistakes(folder)
    assert (file, number, at) == ("sites/../brand.yaml", 3, key)
    assert wrong in said


@pytest.mark.parametrize("content", [b"", b"- a\n", b"text", b"name: x\n", b"\xff\xfe\0", b"\0" * 100_001])
def test_a_file_that_is_no_brand_file_is_an_error_that_names_it(folder, content):
    (folder / "brand.yaml").write_bytes(content)
    found = mistakes(folder)
    assert all("brand" in f"{file}{said}" for file, _, _, said in found)


def test_a_brand_file_that_is_not_there_is_a_mistake_of_the_inventory(folder):
    ((file, line, key, said),) = mistakes(folder, "report:\n  brand: ../none.yaml\n")
    assert (file, line, key) == ("sites/site.yaml", 8, "report.brand")
    assert "none.yaml does not exist" in said


def test_mistakes_of_both_files_are_told_at_once(folder):
    (folder / "brand.yaml").write_text("schema: 1\naccent: blue\n")
    found = mistakes(folder, "title: ''\nx: y\nreport: {brand: ../brand.yaml}\n")
    assert [(file, line) for file, line, _, _ in found] == [
        ("sites/site.yaml", 8),
        ("sites/../brand.yaml", 2),
    ]


def test_a_logo_of_the_inventory_lies_in_its_own_folder(folder):
    ((file, line, key, said),) = mistakes(folder, "branding: {logo: ../pictures/logo.png}\n")
    assert (file, line, key) == ("sites/site.yaml", 7, "branding.logo")
    assert "outside" in said


def test_the_report_has_its_versions_and_those_who_sign(folder):
    site = loaded(
        folder,
        """\
report:
  reference: NWL-17
  history:
    - {version: "1.0", date: 2026-11-23, author: A. Person, change: first version}
    - {version: "1.10", date: 2026-11-23, author: A. Person, change: a remark on the CA}
  signoff:
    customer: {name: C. Ustomer, role: head of telephony}
""",
    )
    assert site.report.reference == "NWL-17"
    assert [(one.version, one.date) for one in site.report.history] == [
        ("1.0", date(2026, 11, 23)), ("1.10", date(2026, 11, 23)),
    ]  # fmt: skip
    assert site.report.customer.role == "head of telephony"
    assert site.report.consultant.name == ""


@pytest.mark.parametrize(
    ("entries", "key", "wrong"),
    [
        ("{version: '1', date: 2026-11-23, author: A, change: b}", "[1].version", "already"),
        ("{version: '2', date: 2026-11-22, author: A, change: b}", "[1].date", "before 2026-11-23"),
        ("{version: '2', date: soon, author: A, change: b}", "[1].date", "no date"),
        ("{version: '2', date: 2026-11-24, author: A}", "[1].change", "is missing"),
        ("{version: '2', date: 2026-11-24, author: A, changes: b, change: c}", "[1].changes", "no such key"),
    ],
)
def test_a_mistake_in_the_history_has_its_line(folder, entries, key, wrong):
    first = "{version: '1', date: 2026-11-23, author: A, change: first}"
    ((_, line, at, said),) = mistakes(folder, f"report:\n  history:\n  - {first}\n  - {entries}\n")
    assert (line, at) == (10, f"report.history{key}")
    assert wrong in said


def test_the_committed_schema_is_current():
    committed = json.loads((PARAMS / "brand.schema.json").read_text("utf-8"))
    assert committed == inventory.brand_schema(), (
        "write it anew: certlib schema brand > params/brand.schema.json"
    )


def test_the_example_names_the_schema_to_editors_and_fits_it():
    text = (PARAMS / "brand.yaml").read_text("utf-8")
    assert text.startswith("# yaml-language-server: $schema=brand.schema.json\n")
    jsonschema.Draft202012Validator(inventory.brand_schema()).validate(yaml.safe_load(text))


@pytest.mark.parametrize(
    "wrong",
    [{}, {"schema": 2}, {"colour": "#005073"}, {"accent": "blue"}, {"paper": "a5"}, {"language": "fr"}],
)
def test_an_editor_marks_what_loading_refuses(folder, wrong):
    said = {"schema": 1, **wrong} if wrong else {"name": "Contoso"}
    checker = jsonschema.Draft202012Validator(inventory.brand_schema())
    assert not checker.is_valid(said)
    (folder / "brand.yaml").write_text(yaml.safe_dump(said))
    assert [(file, key) for file, _, key, _ in mistakes(folder)] == [
        ("sites/../brand.yaml", next(iter(wrong), "schema"))
    ]
