"""Which web servers come, go or are off by default with a release."""

from collections.abc import Collection

from certlib.assess import words
from certlib.assess.model import Presence, Statement
from certlib.knowledge import Basis, Knowledge, WebServer


def presence(
    *, endpoint: str, server: WebServer, release: str, there: Collection[str], today: Collection[str],
    knowledge: Knowledge,
) -> Presence | None:  # fmt: skip
    """What a release says of a web server's being there; None where it is there as it is today.

    `server`: as it is in that release. `there`: the ids of the endpoints that the site has in it, `today`:
    in its present one.
    """
    if endpoint not in there:
        basis = _outside(server, release, knowledge)
        return Presence("gone", words.not_there(release), _stated(words.gone(server, release), basis))
    if server.off_by_default:
        off = next((one for one in server.changes if one.off_by_default), None)
        since, basis, text = (off.since, off.basis, off.text) if off else ("", server.basis, "")
        return Presence("off", words.off_by_default(since), _stated(text or server.title, basis))
    if endpoint not in today:
        basis, since = server.since_basis or server.basis, server.since or release
        new = basis.kind == "documented"
        return Presence(
            "new", words.new(since, told=new), _stated(words.comes(server, since, told=new), basis)
        )
    return None


def _outside(server: WebServer, release: str, knowledge: Knowledge) -> Basis:
    """Why a release does not have a web server: it is before the first one that has it, or after the last."""
    at, first = knowledge.releases.get(release), knowledge.releases.get(server.since or "")
    early = at is not None and first is not None and at.order < first.order
    return (server.since_basis if early else server.until_basis) or server.basis


def _stated(text: str, basis: Basis) -> Statement:
    return Statement(text, basis.kind, basis)
