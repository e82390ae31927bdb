"""The words of states, kinds and roles that reports say in several places."""

from certlib.language import mark

COURSE_FINDING = {
    "resolved": mark("resolved"),
    "new": mark("new"),
    "worse": mark("worse"),
    "better": mark("better"),
    "same": mark("as then"),
    "accepted": mark("accepted since then"),
    "gone": mark("gone with its server"),
    "untold": mark("cannot be told"),
}
FINDING_STATE = {
    "blocks": mark("blocks the upgrade"),
    "outage": mark("outage"),
    "error": mark("could not be checked"),
    "action": mark("action"),
    "manual": mark("check by hand"),
    "after-upgrade": mark("after the upgrade"),
    "information": mark("for information"),
    "pass": mark("pass"),
    "not-applicable": mark("not applicable"),
}
KIND = {
    "observed": mark("observed"),
    "documented": mark("documented"),
    "measured": mark("measured"),
    "inferred": mark("inferred"),
}
OUTCOME = {
    "works": mark("works"),
    "prompt": mark("brings a prompt"),
    "cannot-be-accepted": mark("brings a certificate that cannot be accepted"),
    "does-not-load": mark("does not load"),
    "open": mark("is open"),
}
