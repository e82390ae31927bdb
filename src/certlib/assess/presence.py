"""Which web servers come, go or are off by default with a release."""

from collections.abc import Collection

from certlib.assess.model import Presence, Statement
from certlib.knowledge import Basis, Knowledge, WebServer
from certlib.language import say


def find_presence(
    *,
    endpoint: str,
    server: WebServer,
    release: str,
    there: Collection[str],
    today: Collection[str],
    knowledge: Knowledge,
) -> Presence | None:
    """What a release says of a web server's being there; None where it is there as it is today.

    `server`: as it is in that release. `there`: the ids of the endpoints that the site has in it, `today`:
    in its present one.
    """
    if endpoint not in there:
        basis = _explain_absence(server, release, knowledge)
        text = say("{server} does not exist on {release}.", server=server.title, release=release)
        return Presence(
            "gone", say("does not exist on {release}", release=release), _make_statement(text, basis)
        )
    if server.off_by_default:
        off = next((one for one in server.changes if one.off_by_default), None)
        since, basis, text = (off.since, off.basis, off.text) if off else ("", server.basis, "")
        label = say("off by default from {release} on", release=since) if since else say("off by default")
        return Presence("off", label, _make_statement(text or server.title, basis))
    if endpoint not in today:
        basis, since = server.since_basis or server.basis, server.since or release
        if basis.kind == "documented":  # a document says that it is new
            label = say("new with {release}", release=since)
            text = say("{server} is new with {release}.", server=server.title, release=since)
        else:
            label = say("listed from {release} on", release=since)
            text = say(
                "{server} is listed from {release} on; whether earlier releases have it was not found.",
                server=server.title,
                release=since,
            )
        return Presence("new", label, _make_statement(text, basis))
    return None


def _explain_absence(server: WebServer, release: str, knowledge: Knowledge) -> Basis:
    """Why a release does not have a web server: it is before the first one that has it, or after the last."""
    at, first = knowledge.releases.get(release), knowledge.releases.get(server.since or "")
    early = at is not None and first is not None and at.order < first.order
    return (server.since_basis if early else server.until_basis) or server.basis


def _make_statement(text: str, basis: Basis) -> Statement:
    return Statement(text, basis.kind, basis)
