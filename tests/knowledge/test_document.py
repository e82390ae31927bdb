"""docs/knowledge.md is what the knowledge files say, whole and checkable."""

import re
from collections import defaultdict
from importlib.resources import as_file, files
from pathlib import Path

import yaml

from certlib.knowledge import cite, load
from certlib.knowledge.document import CHAPTERS, write_document
from certlib.knowledge.load import FILES
from knowledge.test_load import bases

COMMITTED = Path(__file__).parents[2] / "docs" / "knowledge.md"
WITHOUT_BASIS = {"sources", "rules", "reasons"}  # a source, a conclusion and a word of ours
SENTENCE = 5  # words from which on a text counts as a sentence for people


def sentences() -> dict[str, list[str]]:
    """Every sentence with the places where it is written; an anchor that is used again is written once."""
    found: dict[str, list[str]] = defaultdict(list)
    seen: set[int] = set()

    def walk(node: yaml.Node, name: str) -> None:
        if id(node) in seen:
            return
        seen.add(id(node))
        if isinstance(node, yaml.ScalarNode) and len(node.value.split()) >= SENTENCE:
            found[" ".join(node.value.split())].append(f"{name}:{node.start_mark.line + 1}")
        elif isinstance(node, yaml.SequenceNode):
            for item in node.value:
                walk(item, name)
        elif isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                if key.value not in {"basis", "url", "section", "command"}:
                    walk(value, name)

    kept = []  # as long as a node lives, no other has its id
    with as_file(files("certlib.knowledge")) as folder:
        for path in sorted(folder.glob("*.yaml")):
            kept.append(yaml.compose(path.read_text(encoding="utf-8")))
            walk(kept[-1], path.name)
    return found


def test_the_committed_document_is_what_the_files_say() -> None:
    assert COMMITTED.read_text(encoding="utf-8") == write_document(load()), "run make knowledge"


def test_every_kind_and_every_entry_stands_in_the_document() -> None:
    knowledge = load()
    assert set(CHAPTERS) == set(FILES)
    text = write_document(knowledge)
    for kind in CHAPTERS:
        for name in getattr(knowledge, kind):
            assert f"\n`{name}`\n" in text


def test_every_entry_has_its_basis_and_every_basis_its_source_or_rule() -> None:
    knowledge = load()
    for kind in CHAPTERS:
        for entry in getattr(knowledge, kind).values():
            assert kind in WITHOUT_BASIS or bases(entry), entry.id
            for basis in bases(entry):
                assert basis.source or basis.rule, entry.id
                assert cite(knowledge, basis) != basis.kind


def test_every_source_is_shown_with_address_and_date_or_that_no_copy_could_be_found() -> None:
    text = write_document(load())
    for source in load().sources.values():
        (entry,) = (part for part in text.split("\n### ") if f"\n`{source.id}`\n" in part)
        if source.no_copy:
            assert "no copy could be found" in entry
            continue
        assert source.publisher == "certlib" or f"- address: <{source.url}>" in entry
        assert f"- date: {source.date or 'its copy bears none'}" in entry


def test_the_notes_table_stands_as_a_table_with_its_asterisk_and_how_it_is_read() -> None:
    lines = write_document(load()).splitlines()
    rows = [line for line in lines if line.startswith("| tomcat ")]
    assert [[cell.strip() for cell in line.split("|")[3:-1]] for line in rows] == [
        ["Self-signed"] * 5,
        ["RSA"] * 5,
        ["RSA", "RSA", "ECDSA", "RSA", "ECDSA"],
        ["RSA", "RSA", "Self-signed", "RSA", "Self-signed"],
    ]
    assert [r"\*" in line for line in rows] == [False, True, True, True]
    (footnote,) = [line for line in lines if line.startswith(r"\* ")]
    assert "PCs trust the CA" in footnote
    assert "**inferred**" in footnote


def test_links_within_the_document_lead_somewhere() -> None:
    text = write_document(load())
    targets = set(re.findall(r'<a id="([^"]+)">', text))
    targets |= {
        re.sub(r"[^a-z0-9-]", "", head.lower().replace(" ", "-"))
        for head in re.findall(r"^## (.+)$", text, re.MULTILINE)
    }
    assert set(re.findall(r"\]\(#([^)]+)\)", text)) <= targets


def test_no_sentence_for_people_is_written_twice() -> None:
    assert {text: places for text, places in sentences().items() if len(places) > 1} == {}
