"""The fixed text of reports: every key that the code names, every text translated, nothing left over."""

import ast
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from certlib.knowledge import Source, load
from certlib.knowledge.load import NAMES, WORDS
from certlib.language import ENGLISH, LANGUAGES, fields_of, narrative, phrases, placed, translations

SOURCE = Path(__file__).parents[2] / "src" / "certlib"


def said() -> Iterator[tuple[Path, int, str | None, set[str] | None]]:
    """Every call of `say` in the sources: its key and the fields that it fills, None where not literal."""
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or ast.unparse(node.func).split(".")[-1] != "say":
                continue
            key = node.args[0].value if node.args and isinstance(node.args[0], ast.Constant) else None
            names = {one.arg for one in node.keywords if one.arg}
            yield path, node.lineno, key, names if len(names) == len(node.keywords) else None


def test_every_key_that_the_code_says_is_a_text_with_these_fields() -> None:
    texts = phrases().texts
    wrong = [
        f"{path.relative_to(SOURCE)}:{line}: {key} with {names}"
        for path, line, key, names in said()
        if key is not None and (key not in texts or (names is not None and fields_of(texts[key]) != names))
    ]
    assert wrong == []


def test_no_group_and_no_name_in_a_group_stands_twice() -> None:
    lines = (SOURCE / "language" / "en.yaml").read_text(encoding="utf-8").splitlines()
    group, keys = "", []
    for line in lines:
        if found := re.match(r"( *)([\w-]+):", line):
            group = group if found[1] else found[2]
            keys.append(f"{group}.{found[2]}" if found[1] else group)
    assert [key for key in dict.fromkeys(keys) if keys.count(key) > 1] == []


def test_every_fixed_text_is_used() -> None:
    sources = "\n".join(
        path.read_text(encoding="utf-8")
        for path in SOURCE.rglob("*")
        if path.suffix in (".py", ".typ", ".js", ".j2") and path.is_file()
    )
    started = set(re.findall(r'f"((?:[\w-]+\.)?[\w-]*)\{', sources))  # say(f"month.m{…}")
    unused = [
        key
        for key in phrases().texts
        if f'"{key}"' not in sources
        and not key.startswith("notebook.")  # which are the notebook's cells, word for word
        and not key.startswith("detail.")  # which are what the collection writes, word for word
        and not any(begun and "." in begun and key.startswith(begun) for begun in started)
    ]
    assert unused == []


def test_a_day_and_a_time_are_written_as_people_write_them() -> None:
    assert phrases().day(date(2026, 12, 12)) == "12 December 2026"
    assert phrases().moment(datetime(2026, 3, 1, 9, 5, tzinfo=UTC)) == "1 March 2026, 09:05 UTC"
    assert phrases("de").day(date(2026, 3, 1)) == "1. März 2026"


def test_a_list_in_a_sentence_names_its_last_part_after_and_or_or() -> None:
    say = phrases()
    assert say.listed() == ""
    assert say.listed("a") == "a"
    assert say.listed("a", "b", "c") == "a, b and c"
    assert say.listed("a", "b", last="or") == "a or b"


def test_a_value_with_braces_is_text_and_never_a_field() -> None:
    assert phrases()("list.and", first="{end}", end="{0.__class__}") == "{end} and {0.__class__}"


def test_the_notebooks_own_text_is_that_of_its_cells() -> None:
    notebook = json.loads((SOURCE.parents[1] / "notebooks" / "02-readiness.ipynb").read_text("utf-8"))
    cells = ["".join(one["source"]) for one in notebook["cells"] if one["cell_type"] == "markdown"]
    assert cells == [text for key, text in phrases().texts.items() if key.startswith("notebook.")]


def test_a_cell_of_the_notebook_is_told_in_the_language_and_a_changed_one_stays() -> None:
    assert narrative("## Summary", "de") == "## Zusammenfassung"
    assert narrative("## Summary", "en") == "## Summary"
    assert narrative("## Summary of ours", "de") == "## Summary of ours"
    assert narrative("Contents", "de") == "Contents"  # a text of the report that is no cell's


# What a machine says: errors for who programs, and styles.
MACHINE = {"runbook/plan.py", "runbook/rehearsal.py", "show/style.py", "show/timeline.py"}


def sentences(path: Path) -> Iterator[str]:
    """The strings of a module with four words or more, without its docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        text = node.value if isinstance(node, ast.Constant) and id(node) not in told else None
        if isinstance(text, str) and " " in text and len(re.findall(r"[A-Za-z]{2,}", text)) >= 4:
            yield text


def test_no_text_for_the_reader_of_a_report_stands_in_code() -> None:
    modules = [path for room in ("assess", "runbook", "show") for path in (SOURCE / room).rglob("*.py")]
    found = {
        path.relative_to(SOURCE).as_posix(): list(sentences(path)) for path in [*modules, SOURCE / "words.py"]
    }
    assert {name: texts for name, texts in found.items() if texts and name not in MACHINE} == {}
    assert all(found[name] for name in MACHINE)


def texts_of(value: Any, *, inside: str = "") -> Iterator[str]:
    """What the knowledge says in words; a single word is one only where the loader takes it for a text."""
    if isinstance(value, str):
        if value and inside not in NAMES and (" " in value or inside in WORDS):
            yield value
    elif isinstance(value, Source):  # a title may stay what it is on the document
        yield from (one for one in (value.publisher, value.short) if " " in one)
    elif is_dataclass(value):
        for one in fields(value):
            if one.name not in ("say", "kind", "source", "rule"):
                yield from texts_of(getattr(value, one.name), inside=one.name)
    elif isinstance(value, tuple | Mapping):
        for item in value.values() if isinstance(value, Mapping) else value:
            yield from texts_of(item, inside=inside)


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != ENGLISH])
def test_every_text_of_more_than_a_word_has_its_translation_with_the_same_fields(language: str) -> None:
    pairs, english = translations(language), {*phrases().texts.values(), *texts_of(load())}
    titles = {source.title for source in load().sources.values()}
    assert sorted(text for text in english - pairs.keys() if " " in text) == []
    assert sorted(pairs.keys() - english - titles) == []
    assert [text for text, other in pairs.items() if fields_of(text) != fields_of(other)] == []


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != ENGLISH])
def test_a_translation_for_one_place_is_of_the_text_that_stands_there(language: str) -> None:
    pairs = yaml.safe_load((SOURCE / "language" / f"{language}.yaml").read_text(encoding="utf-8"))
    here = {pair["at"]: pair["en"] for pair in pairs if "at" in pair}
    assert {at: phrases().texts.get(at) for at in here} == here
    assert {at: fields_of(phrases(language).texts[at]) for at in here} == {
        at: fields_of(text) for at, text in here.items()
    }


def test_one_english_word_is_another_german_one_where_its_place_asks_for_it() -> None:
    say = phrases("de")
    assert (say("signoff.signature"), say("leaf-fact.signature")) == ("Unterschrift", "Signaturverfahren")
    assert placed("en") == {}


def test_a_number_is_written_as_people_of_the_language_write_it() -> None:
    assert [phrases().number(one) for one in (7, 1746, 31536000)] == ["7", "1,746", "31,536,000"]
    assert phrases("de").number(1746) == "1.746"


def test_every_text_of_a_detail_has_a_code_that_the_collection_writes() -> None:
    rooms = [path for room in ("collect", "tls") for path in (SOURCE / room).rglob("*.py")]
    written = "\n".join(path.read_text(encoding="utf-8") for path in rooms)
    codes = {key.removeprefix("detail.") for key in phrases().texts if key.startswith("detail.")}
    assert {code for code in codes if f'"{code}"' not in written} == {"not-asked"}
