"""How a display looks in a notebook: tables as they are read, states in the colours of the report."""

from functools import lru_cache

from certlib.palette import load_tokens

_STATES = ("ok", "warn", "bad", "open", "none")
_VERDICTS = {"ready": "ok", "actions": "warn", "not-ready": "bad", "incomplete": "open"}
# JupyterLab and Visual Studio Code tell by these that their page is dark.
_DARK = ":is([data-jp-theme-light=false],.vscode-dark)"
_TABLES = "table:is(.matrix,.experience,.findings,.options,.ticks,.history,.signoff)"
_RULES = (
    f"{_TABLES}{{border-collapse:collapse}}"
    f"{_TABLES} :is(td,th,caption)"
    "{text-align:left!important;vertical-align:top;white-space:normal;max-width:28em}"
    f"{_TABLES} caption{{font-weight:600;color:inherit;padding:.8em 0 .3em}}"
    f"{_TABLES} th[scope=rowgroup]{{padding-top:.9em}}"
    ".state-warn,.state-bad,.state-open{font-weight:600}"
    ".basis{font-size:.9em;font-style:italic}"
    "dl.kv::after{content:'';display:block;clear:both}"
    ".verdict{border-left:.4em solid;padding-left:1em}"
    ".verdict>:first-child{font-size:1.6em;font-weight:600}"
    ".verdict>:not(:first-child){color:var(--jp-content-font-color1,inherit)}"
)


@lru_cache
def make_style() -> str:
    """The style element of a display: tables as they are read, states in the colours of the report."""
    return f"<style>{_RULES}{_write_colours('light')}{_write_colours('dark', within=f'{_DARK} ')}</style>"


def _write_colours(scheme: str, *, within: str = "") -> str:
    colours = load_tokens()[scheme]
    of_states = {f".state-{name}": colours[name] for name in _STATES}
    of_verdicts = {f".verdict-{name}": colours[state] for name, state in _VERDICTS.items()}
    return "".join(f"{within}{name}{{color:{colour}}}" for name, colour in (of_states | of_verdicts).items())
