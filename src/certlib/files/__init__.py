"""The one way to read a file that a person wrote: bounded, in UTF-8, YAML with lines, one kind of mistake."""

from certlib.files import yaml_lines
from certlib.files.mistakes import (
    NO_SUCH_KEY,
    Location,
    Mistake,
    format_location,
    limit_problems,
    locate_mistakes,
    suggest_choice,
    translate_mistakes,
)
from certlib.files.reading import decode_text, find_encoding, read_bytes

__all__ = [
    "NO_SUCH_KEY",
    "Location",
    "Mistake",
    "decode_text",
    "find_encoding",
    "format_location",
    "limit_problems",
    "locate_mistakes",
    "read_bytes",
    "suggest_choice",
    "translate_mistakes",
    "yaml_lines",
]
