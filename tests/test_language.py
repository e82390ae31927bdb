"""The text of reports: English where it is said, all of it translated, days as people write them."""

import ast
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from certlib import show
from certlib.language import (
    ENGLISH,
    LANGUAGES,
    format_day,
    format_moment,
    format_number,
    join_list,
    list_fields,
    say,
    say_in,
    translate,
    use_language,
)
from certlib.translations import collect_texts, read_catalogue, render_mo, render_po, renew
from sites.holdings import assessed
from sites.samples import SAMPLES

SOURCE = Path(__file__).parents[1] / "src" / "certlib"
NOTEBOOK = SOURCE.parents[1] / "notebooks" / "02-readiness.ipynb"
TEXTS = frozenset(collect_texts(NOTEBOOK))
OTHERS = [language for language in LANGUAGES if language != ENGLISH]


def translated(catalogue: Catalog) -> dict[tuple[str, str], str]:
    return {
        (message.context or "", str(message.id)): str(message.string) for message in catalogue if message.id
    }


@pytest.mark.parametrize("language", OTHERS)
def test_every_text_has_its_translation_and_no_translation_is_left_over(language: str) -> None:
    known = translated(renew(read_catalogue(language), set(TEXTS)))
    assert sorted(text for text, other in known.items() if not other) == []
    assert translated(read_catalogue(language)) == known


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_has_the_fields_of_its_text(language: str) -> None:
    known = translated(read_catalogue(language))
    assert [text for (_, text), other in known.items() if list_fields(text) != list_fields(other)] == []


@pytest.mark.parametrize("language", OTHERS)
def test_what_programs_read_is_made_from_what_translators_read(language: str) -> None:
    catalogue = read_catalogue(language)
    assert (SOURCE / "locale" / f"{language}.po").read_bytes() == render_po(renew(catalogue, set(TEXTS)))
    assert (SOURCE / "locale" / f"{language}.mo").read_bytes() == render_mo(renew(catalogue, set(TEXTS)))


def test_a_text_that_came_to_it_has_no_translation_yet_and_one_that_went_is_taken_out() -> None:
    catalogue = read_catalogue("de")
    renewed = translated(renew(catalogue, {("", "## Summary"), ("", "Never said before")}))
    assert renewed["", "## Summary"] == "## Zusammenfassung"
    assert renewed["", "Never said before"] == ""
    assert ("", "## Findings") in translated(catalogue)
    assert ("", "## Findings") not in renewed


def calls() -> list[tuple[str, ast.Call]]:
    """Every call that says or marks a text, with its place."""
    return [
        (f"{path.relative_to(SOURCE)}:{node.lineno}", node)
        for path in sorted(SOURCE.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("say", "say_in", "mark")
    ]


def literals(call: ast.Call) -> list[str]:
    text = call.args[1 if ast.unparse(call.func) == "say_in" else 0]
    return [text.value] if isinstance(text, ast.Constant) else []


def test_every_text_in_code_is_found_for_the_translators() -> None:
    assert len(calls()) > 500
    known = {text for _, text in TEXTS}
    assert [(place, text) for place, call in calls() for text in literals(call) if text not in known] == []


def test_every_call_fills_in_the_fields_of_its_text() -> None:
    wrong = [
        (place, text)
        for place, call in calls()
        if ast.unparse(call.func) == "say" and all(one.arg for one in call.keywords)
        for text in literals(call)
        if list_fields(text) != {one.arg for one in call.keywords}
    ]
    assert wrong == []


def test_the_language_is_that_of_the_block_and_english_again_after_it() -> None:
    with use_language("de"):
        assert say("Everything works without it.") == "Auch ohne dies funktioniert alles."
        with use_language("en"):
            assert say("Everything works without it.") == "Everything works without it."
        assert translate("## Summary") == "## Zusammenfassung"
    assert say("Everything works without it.") == "Everything works without it."


def test_a_report_speaks_the_language_of_its_site_whatever_is_spoken_around_it() -> None:
    name = "11-5-ec-ca"
    english = show.summary(assessed(name, SAMPLES[name].nodes)).text
    with use_language("de"):
        assert show.summary(assessed(name, SAMPLES[name].nodes)).text == english


def test_a_text_without_a_translation_stays_english() -> None:
    with use_language("de"):
        assert (translate("## Summary of ours"), translate("")) == ("## Summary of ours", "")


def test_one_english_word_is_another_german_one_where_its_place_asks_for_it() -> None:
    with use_language("de"):
        assert (say("Signature"), say_in("certificate", "Signature")) == ("Unterschrift", "Signaturverfahren")
    assert say_in("certificate", "Signature") == "Signature"


def test_a_value_with_braces_is_text_and_never_a_field() -> None:
    text = say("Rule: {rule}", rule="{0.__class__} {rule}")
    assert text == "Rule: {0.__class__} {rule}"


def test_a_field_without_a_value_is_an_error() -> None:
    with pytest.raises(KeyError):
        say("Rule: {rule}")


def test_a_day_and_a_time_are_written_as_people_write_them() -> None:
    assert format_day(date(2026, 12, 12)) == "12 December 2026"
    assert format_moment(datetime(2026, 3, 1, 9, 5, tzinfo=UTC)) == "1 March 2026, 09:05 UTC"
    with use_language("de"):
        assert format_day(date(2026, 3, 1)) == "1. März 2026"


def test_a_list_in_a_sentence_names_its_last_part_after_and_or_or() -> None:
    assert join_list() == ""
    assert join_list("a") == "a"
    assert join_list("a", "b", "c") == "a, b and c"
    assert join_list("a", "b", last="or") == "a or b"
    with use_language("de"):
        assert join_list("a", "b", "c") == "a, b und c"


def test_a_number_is_written_as_people_of_the_language_write_it() -> None:
    assert [format_number(number) for number in (7, 1746, 31536000)] == ["7", "1,746", "31,536,000"]
    with use_language("de"):
        assert format_number(1746) == "1.746"
