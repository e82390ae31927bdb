"""Every text can be read on its ground, in both schemes, also with a customer's accent."""

from pathlib import Path

import pytest

from certlib.palette import load_tokens
from certlib.report import stylesheet
from certlib.report.stylesheet import LED, READABLE, compute_contrast, make_schemes, mix_colours

STATES = ("ok", "warn", "bad", "open", "none")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_colour_of_text_can_be_read_on_its_grounds(scheme):
    named = load_tokens()[scheme]
    for text in ("ink", "muted", "accent", *STATES):
        for ground in ("paper", "surface"):
            assert compute_contrast(named[text], named[ground]) >= READABLE, (text, ground)
    for state in STATES:
        for text in (state, "ink", "muted", "accent"):
            assert compute_contrast(named[text], named[f"{state}-tint"]) >= READABLE, (text, state)


@pytest.mark.parametrize("accent", ["#ffff00", "#000000", "#ffffff", "#00bceb", "#AbCdEf"])
def test_any_accent_is_brought_to_a_contrast_that_can_be_read(accent):
    both = make_schemes(accent)
    for scheme in ("light", "dark"):
        for ground in ("paper", "surface", *(f"{state}-tint" for state in STATES)):
            assert compute_contrast(both[scheme]["accent"], both[scheme][ground]) >= READABLE, (
                scheme,
                ground,
            )


def test_the_ground_of_what_a_link_has_led_to_is_the_one_that_colours_are_measured_on():
    style = (Path(stylesheet.__file__).parent / "style.css").read_text("utf-8")
    assert f"color-mix(in srgb,var(--accent) {LED:.0%},var(--paper))" in style
    for scheme in ("light", "dark"):
        named = load_tokens()[scheme]
        led = mix_colours(named["paper"], named["accent"], LED)
        for text in ("ink", "muted", "accent", *STATES):
            assert compute_contrast(named[text], led) >= READABLE, (scheme, text)


@pytest.mark.parametrize("accent", ["", "red", "#12345", "#0b4a86;}*{}", "#12345\n", "url(x)"])
def test_what_is_not_six_hexadecimal_digits_is_not_an_accent(accent):
    assert make_schemes(accent)["light"]["accent"] == load_tokens()["light"]["accent"]
