"""What every endpoint of a site presents at this moment: asked over TLS, and nothing more unless told to.

Endpoints are asked side by side, the offers to one endpoint one after the other on the same address; what is
asked, and when a further probe is worth a connection, stands in `sequence`. Behind a name with several
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
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

from certlib import x509
from certlib.collect.meaning import FIRST
from certlib.collect.plan import Contact, Limits, make_limits, plan
from certlib.collect.progress import Progress, Report
from certlib.collect.scanner import EndpointResult, Scanner
from certlib.evidence import Evidence, Hsts, LookUp, Presentation
from certlib.inventory import Endpoint, Site, list_endpoints, override_collecting
from certlib.inventory.values import is_ip
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
    site = override_collecting(site, gentle=gentle)
    gentle = bool(site.collecting.gentle)
    offers = {**OFFERS, **offers}
    begun = Evidence(site, datetime.now(UTC), None, f"certlib {VERSION}", ())
    collection = _Collection(
        site=site,
        contacts=plan(site, offers=offers, earlier=earlier, gentle=gentle, hsts=hsts),
        scanner=Scanner(limits=limits or make_limits(site.collecting), offers=offers, gentle=gentle),
        earlier=earlier or begun,
        progress=progress,
        keep=keep,
    )
    return await collection.run()


@dataclass(slots=True)
class _Collection:
    """One run: its scans, what they brought, and what was known before."""

    site: Site
    contacts: tuple[Contact, ...]
    scanner: Scanner
    earlier: Evidence
    progress: Report | None
    keep: Keep | None
    results: dict[str, EndpointResult] = field(init=False)
    names: dict[str, LookUp] = field(init=False)
    certificates: dict[str, x509.Certificate] = field(init=False)
    earlier_rows: dict[str, tuple[Presentation, ...]] = field(init=False)
    earlier_elsewhere: dict[str, tuple[Presentation, ...]] = field(init=False)
    done: int = 0
    presented: int = 0
    kept_at: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self.results = {contact.endpoint.id: EndpointResult() for contact in self.contacts}
        self.names = {look_up.name: look_up for look_up in self.earlier.names}
        self.certificates = dict(self.earlier.certificates)
        self.earlier_rows = self._by_endpoint(self.earlier.presentations)
        self.earlier_elsewhere = self._by_endpoint(self.earlier.elsewhere)

    async def run(self) -> Evidence:
        """Scan all there is to scan; cut short, the evidence is not finished."""
        tasks = [asyncio.create_task(self._scan(contact)) for contact in self.contacts]
        tasks += [asyncio.create_task(self._look_up(name)) for name in self._site_names()]
        finished = None
        try:
            await asyncio.gather(*tasks)
            finished = datetime.now(UTC)
        except asyncio.CancelledError:
            await asyncio.gather(*tasks, return_exceptions=True)
        await self.scanner.cancel_look_ups()
        self._report(ended=True)
        return self._evidence(finished)

    async def _scan(self, contact: Contact) -> None:
        result = self.results[contact.endpoint.id]
        await self.scanner.scan(contact, result)
        self.done += 1
        self.presented += result.presented
        self._report(contact.endpoint.id)
        if self.keep and time.monotonic() - self.kept_at >= self.scanner.limits.keep_seconds:
            self.kept_at = time.monotonic()
            _call(self.keep, self._evidence(None))

    def _site_names(self) -> dict[str, None]:
        """The names of what is scanned, and the addresses that are names."""
        scanned = [contact.endpoint for contact in self.contacts]
        names = (name for endpoint in scanned for name in (endpoint.server_name, endpoint.address))
        return dict.fromkeys(name for name in names if name and not is_ip(name))

    async def _look_up(self, name: str) -> None:
        self.names[name] = await self.scanner.look_up(name)

    def _report(self, endpoint: str = "", *, ended: bool = False) -> None:
        result = self.results.get(endpoint)
        first = result.rows.get(FIRST[0]) if result and not result.presented else None
        state = Progress(
            total=len(self.contacts),
            done=self.done,
            presented=self.presented,
            connections=self.scanner.connections,
            endpoint=endpoint,
            reason=first.reason if first else None,
            ended=ended,
        )
        _call(self.progress, state)

    def _evidence(self, finished: datetime | None) -> Evidence:
        every = list_endpoints(self.site)
        rows = tuple(row for endpoint in every for row in self._rows(endpoint))
        elsewhere = tuple(row for endpoint in every for row in self._elsewhere(endpoint))
        used = dict.fromkeys(sha256 for row in (*rows, *elsewhere) for sha256 in row.chain)
        self.certificates.update(
            (sha256, x509.read(self.scanner.sent[sha256]))
            for sha256 in used
            if sha256 not in self.certificates
        )
        return Evidence(
            site=self.site,
            collected=self.earlier.collected,
            finished=finished,
            collector=f"certlib {VERSION}",
            presentations=rows,
            certificates={sha256: self.certificates[sha256] for sha256 in used},
            hsts=tuple(answer for endpoint in every if (answer := self._hsts(endpoint.id))),
            names=tuple(self.names.values()),
            elsewhere=elsewhere,
        )

    def _rows(self, endpoint: Endpoint) -> tuple[Presentation, ...]:
        """The rows of this run; those of the earlier one where this run has not come to the endpoint."""
        result = self.results.get(endpoint.id)
        if result is not None and (result.rows or endpoint.id not in self.earlier_rows):
            return self.scanner.rows(endpoint, result)
        return self.earlier_rows[endpoint.id]

    def _elsewhere(self, endpoint: Endpoint) -> tuple[Presentation, ...]:
        """What further addresses of its name gave; the newer answer of each, none of the rows' own."""
        rows = {row.address or "": row for row in self.earlier_elsewhere.get(endpoint.id, ())}
        if result := self.results.get(endpoint.id):
            rows |= result.elsewhere
        own = {row.address for row in self._rows(endpoint)}
        return tuple(row for address, row in rows.items() if address not in own)

    def _hsts(self, endpoint: str) -> Hsts | None:
        result = self.results.get(endpoint)
        if result is not None and result.hsts:
            return result.hsts
        earlier = {answer.endpoint: answer for answer in self.earlier.hsts}
        return earlier.get(endpoint) if endpoint in self.earlier_rows else None

    def _by_endpoint(self, rows: Iterable[Presentation]) -> dict[str, tuple[Presentation, ...]]:
        """Earlier rows, of the endpoints that are still the same."""
        now = {endpoint.id: endpoint for endpoint in list_endpoints(self.site)}
        same = {each.id for each in list_endpoints(self.earlier.site) if now.get(each.id) == each}
        by_endpoint: dict[str, tuple[Presentation, ...]] = {}
        for row in rows:
            if row.endpoint in same:
                by_endpoint[row.endpoint] = (*by_endpoint.get(row.endpoint, ()), row)
        return by_endpoint


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
