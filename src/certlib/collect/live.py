"""What every endpoint of a site presents at this moment: asked over TLS, and nothing more unless told to.

Endpoints are asked side by side, the offers to one endpoint one after the other on the same address; what is
asked, and when a further question is worth a connection, stands in `sequence`. Behind a name with several
addresses there may be several machines: each further address gets the first offer, once. Whatever happens at
one endpoint becomes its rows with their reasons; the others go on. An interruption keeps what was collected.
"""

import asyncio
import logging
import queue
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing, suppress
from datetime import UTC, datetime
from typing import TypeVar

from certlib import x509
from certlib.collect.limits import Limits, limits_for
from certlib.collect.meaning import FIRST
from certlib.collect.plan import Contact, plan
from certlib.collect.progress import Progress, Report
from certlib.collect.visit import Visited, Visitor
from certlib.evidence import Evidence, Hsts, Presentation
from certlib.inventory import Endpoint, Site, endpoints, override_collecting
from certlib.inventory.values import is_ip
from certlib.reasons import Reason
from certlib.tls import OFFERS, Offer
from certlib.version import VERSION

_log = logging.getLogger(__name__)

T = TypeVar("T")
Keep = Callable[[Evidence], None]


def collect(
    *,
    site: Site,
    limits: Limits | None = None,
    offers: Mapping[str, Offer] = OFFERS,
    earlier: Evidence | None = None,
    gentle: bool | None = None,
    hsts: bool = False,
    progress: Report | None = None,
    keep: Keep | None = None,
) -> Evidence:
    """The evidence of a site; waits for it. Works inside a running event loop too, such as a notebook's.

    `limits`: None for those that follow from what the site says of collecting.
    `offers`: client profiles that are asked with too, or replace the offer of the same id.
    `earlier`: evidence of an interrupted collection; endpoints that it answers are not asked again.
    `gentle`: RSA key exchange is offered first where an RSA certificate is asked for, which spares a slow
    server its signature; what a browser would get is asked as ever. None: as the site says.
    `hsts`: the pages that agents open are fetched, redirects on their host and port followed, to see whether
    they send HSTS.
    `keep` gets the evidence so far every few seconds, against a crash; it and `progress` are called in the
    caller's thread.

    Ctrl-C ends the collection: the evidence then holds what was done and has no `finished`. A second Ctrl-C
    raises KeyboardInterrupt.
    """
    events: queue.SimpleQueue[Progress | Evidence | None] = queue.SimpleQueue()
    loop = asyncio.new_event_loop()
    task = loop.create_task(
        collect_async(
            site=site,
            limits=limits,
            offers=offers,
            earlier=earlier,
            gentle=gentle,
            hsts=hsts,
            progress=events.put if progress else None,
            keep=events.put if keep else None,
        )
    )

    def work() -> None:
        try:
            with closing(loop):
                loop.run_until_complete(asyncio.wait([task]))
        finally:
            events.put(None)

    # A daemon, so that a second Ctrl-C does not leave a program that never ends.
    threading.Thread(target=work, name="certlib collect", daemon=True).start()
    interrupted = False
    while True:
        try:
            event = events.get(timeout=1.0)  # without a time-out some systems hear no Ctrl-C
            if event is None:
                return task.result()
            if isinstance(event, Progress):
                _call(progress, event)
            else:
                _call(keep, event)
        except queue.Empty:
            continue
        except KeyboardInterrupt:
            if interrupted:
                raise
            interrupted = True
            with suppress(RuntimeError):  # it has just come to its end
                loop.call_soon_threadsafe(task.cancel)


async def collect_async(
    *,
    site: Site,
    limits: Limits | None = None,
    offers: Mapping[str, Offer] = OFFERS,
    earlier: Evidence | None = None,
    gentle: bool | None = None,
    hsts: bool = False,
    progress: Report | None = None,
    keep: Keep | None = None,
) -> Evidence:
    """The evidence of a site, for who has an event loop. When cancelled it returns what was collected."""
    return await _Collection(
        site=site,
        limits=limits,
        offers=offers,
        earlier=earlier,
        gentle=gentle,
        hsts=hsts,
        progress=progress,
        keep=keep,
    ).run()


class _Collection:
    """One run: its visits, what they brought, and what was known before."""

    def __init__(
        self,
        *,
        site: Site,
        limits: Limits | None,
        offers: Mapping[str, Offer],
        earlier: Evidence | None,
        gentle: bool | None,
        hsts: bool,
        progress: Report | None,
        keep: Keep | None,
    ) -> None:
        site = override_collecting(site, gentle=gentle)
        gentle = bool(site.collecting.gentle)
        limits = limits or limits_for(site.collecting)
        self._site, self._limits = site, limits
        offers = {**OFFERS, **offers}
        self._progress, self._keep = progress, keep
        self._collected = earlier.collected if earlier else datetime.now(UTC)
        self._contacts = plan(site, offers=offers, earlier=earlier, gentle=gentle, hsts=hsts)
        self._visitor = Visitor(limits=limits, offers=offers, gentle=gentle)
        self._visited = {contact.endpoint.id: Visited() for contact in self._contacts}
        self._certificates = dict(earlier.certificates) if earlier else {}
        self._earlier = _by_endpoint(earlier.presentations, earlier, site) if earlier else {}
        self._earlier_elsewhere = _by_endpoint(earlier.elsewhere, earlier, site) if earlier else {}
        self._hsts = {one.endpoint: one for one in earlier.hsts} if earlier else {}
        self._names = {one.name: one for one in earlier.names} if earlier else {}
        self._done = self._presented = 0
        self._kept = time.monotonic()

    async def run(self) -> Evidence:
        """Visit all there is to visit; cut short, the evidence is not finished."""
        visits = [asyncio.create_task(self._visit(contact)) for contact in self._contacts]
        visits += [asyncio.create_task(self._look_up(name)) for name in self._site_names()]
        finished = None
        try:
            await asyncio.gather(*visits)
            finished = datetime.now(UTC)
        except asyncio.CancelledError:
            await asyncio.gather(*visits, return_exceptions=True)
        await self._visitor.forget()
        self._report(endpoint="", reason=None, ended=True)
        return self._evidence(finished)

    async def _visit(self, contact: Contact) -> None:
        visited = self._visited[contact.endpoint.id]
        await self._visitor.visit(contact, visited)
        presented = any(row.chain for row in (*visited.rows.values(), *visited.elsewhere.values()))
        self._done += 1
        self._presented += presented
        first = visited.rows.get(FIRST[0])
        self._report(
            endpoint=contact.endpoint.id,
            reason=first.reason if first and not presented else None,
            ended=False,
        )
        if self._keep and time.monotonic() - self._kept >= self._limits.keep_seconds:
            self._kept = time.monotonic()
            _call(self._keep, self._evidence(None))

    def _site_names(self) -> dict[str, None]:
        """The names of what is visited, and the addresses that are names."""
        visited = [contact.endpoint for contact in self._contacts]
        both = (name for one in visited for name in (one.server_name, one.address))
        return dict.fromkeys(name for name in both if name and not is_ip(name))

    async def _look_up(self, name: str) -> None:
        self._names[name] = await self._visitor.look_up(name)

    def _report(self, *, endpoint: str, reason: Reason | None, ended: bool) -> None:
        state = Progress(
            total=len(self._contacts),
            done=self._done,
            presented=self._presented,
            connections=self._visitor.connections,
            endpoint=endpoint,
            reason=reason,
            ended=ended,
        )
        _call(self._progress, state)

    def _evidence(self, finished: datetime | None) -> Evidence:
        rows = tuple(row for endpoint in endpoints(self._site) for row in self._rows(endpoint))
        elsewhere = tuple(row for endpoint in endpoints(self._site) for row in self._elsewhere(endpoint))
        used = dict.fromkeys(sha256 for row in (*rows, *elsewhere) for sha256 in row.chain)
        sent = self._visitor.sent
        self._certificates.update(
            (sha256, x509.read(sent[sha256])) for sha256 in used if sha256 not in self._certificates
        )
        return Evidence(
            site=self._site,
            collected=self._collected,
            finished=finished,
            collector=f"certlib {VERSION}",
            presentations=rows,
            certificates={sha256: self._certificates[sha256] for sha256 in used},
            hsts=tuple(one for endpoint in endpoints(self._site) if (one := self._hsts_of(endpoint))),
            names=tuple(self._names.values()),
            elsewhere=elsewhere,
        )

    def _rows(self, endpoint: Endpoint) -> tuple[Presentation, ...]:
        """The rows of this run; those of the earlier one where this run has not come to the endpoint."""
        visited = self._visited.get(endpoint.id)
        if visited is not None and (visited.rows or endpoint.id not in self._earlier):
            return self._visitor.rows(endpoint, visited)
        return self._earlier[endpoint.id]

    def _elsewhere(self, endpoint: Endpoint) -> tuple[Presentation, ...]:
        """What further addresses of its name gave; the newer answer of each, none of the rows' own."""
        found = {row.address or "": row for row in self._earlier_elsewhere.get(endpoint.id, ())}
        if visited := self._visited.get(endpoint.id):
            found |= visited.elsewhere
        own = {row.address for row in self._rows(endpoint)}
        return tuple(row for address, row in found.items() if address not in own)

    def _hsts_of(self, endpoint: Endpoint) -> Hsts | None:
        visited = self._visited.get(endpoint.id)
        if visited is not None and visited.hsts:
            return visited.hsts
        return self._hsts.get(endpoint.id) if endpoint.id in self._earlier else None


def _by_endpoint(
    answers: Iterable[Presentation], earlier: Evidence, site: Site
) -> dict[str, tuple[Presentation, ...]]:
    """Earlier rows, of the endpoints that are still the same."""
    now = {endpoint.id: endpoint for endpoint in endpoints(site)}
    same = {endpoint.id for endpoint in endpoints(earlier.site) if now.get(endpoint.id) == endpoint}
    rows: dict[str, tuple[Presentation, ...]] = {}
    for row in answers:
        if row.endpoint in same:
            rows[row.endpoint] = (*rows.get(row.endpoint, ()), row)
    return rows


def _call(function: Callable[[T], None] | None, value: T) -> None:
    """Tell somebody; a mistake of theirs costs no evidence."""
    if function is None:
        return
    try:
        function(value)
    except Exception:  # noqa: BLE001 - told in the log
        _log.exception(
            "progress could not be told, or the evidence so far not be kept; the collection goes on"
        )
