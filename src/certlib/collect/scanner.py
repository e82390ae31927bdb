"""One endpoint from its name to its rows: addresses, slots, the probes in turn, and why it ended."""

import asyncio
import logging
import random
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial

from certlib.collect.connection import Route, send_probe
from certlib.collect.meaning import FIRST, is_understood
from certlib.collect.plan import Contact, Limits
from certlib.collect.resolve import MOST_ADDRESSES, NoSuchHost, Resolver, make_ascii_name
from certlib.collect.sequence import Probe, explain_not_asked, plan_probes
from certlib.evidence import Hsts, LookUp, Presentation
from certlib.inventory import Endpoint
from certlib.reasons import Detail, Reason, make_detail
from certlib.tls import Keys, Offer, read_key_type

_log = logging.getLogger(__name__)

# What makes the next address of the same name worth a try, as a browser would.
_TRY_NEXT = frozenset({Reason.REFUSED, Reason.UNREACHABLE, Reason.CONNECT_TIMEOUT})
_BROWSER = FIRST[0]
_INTERRUPTED = Detail("not-asked-interrupted")


@dataclass(slots=True)
class EndpointResult:
    """What one endpoint has answered so far."""

    rows: dict[str, Presentation] = field(default_factory=dict)  # by offer, in the order asked
    elsewhere: dict[str, Presentation] = field(default_factory=dict)  # by address that is not the rows'
    hsts: Hsts | None = None
    attempts: tuple[str, ...] = ()  # what was in vain, of the row to come
    retries: int = 0
    seconds: float = 0.0  # spent in connections
    why_no_more: Detail = _INTERRUPTED  # until the scan is over

    @property
    def presented(self) -> bool:
        """Whether a certificate came from any of its addresses."""
        return any(row.chain for row in (*self.rows.values(), *self.elsewhere.values()))


class Scanner:
    """Scans endpoints within the limits of one run, and keeps the certificates that they sent."""

    def __init__(self, *, limits: Limits, offers: Mapping[str, Offer], gentle: bool) -> None:
        self.connections = 0
        self.sent: dict[str, bytes] = {}  # DER by SHA-256
        self.limits = limits
        self._offers, self._gentle = offers, gentle
        self._resolver, self._keys = Resolver(seconds=limits.resolve_seconds), Keys()
        self._contacted: set[str] = set()  # IP addresses
        self._all = asyncio.Semaphore(limits.connections)
        self._addresses: defaultdict[str, asyncio.Semaphore] = defaultdict(
            lambda: asyncio.Semaphore(limits.per_address)
        )
        self._ports: defaultdict[tuple[str, int], asyncio.Semaphore] = defaultdict(
            lambda: asyncio.Semaphore(limits.per_port)
        )

    async def cancel_look_ups(self) -> None:
        """End the look-ups that are still under way."""
        await self._resolver.cancel()

    def rows(self, endpoint: Endpoint, result: EndpointResult) -> tuple[Presentation, ...]:
        """The rows of an endpoint as evidence: what they mean together, and a row for what was not asked."""
        rows = list(result.rows.values())
        rows += [
            Presentation(endpoint.id, offer, (), Reason.NOT_ASKED, (result.why_no_more,))
            for offer in explain_not_asked(result.rows)
        ]
        return is_understood(rows, offers=self._offers, key_of=self._key_of)

    async def look_up(self, name: str) -> LookUp:
        """What a name resolves to. Raises nothing but its cancellation."""
        try:
            return LookUp(name, tuple(address.ip for address in await self._resolver.addresses(name)))
        except NoSuchHost as error:
            return LookUp(name, (), error.detail)

    async def scan(self, contact: Contact, result: EndpointResult) -> None:
        """Ask one endpoint all that is worth asking. Raises nothing but its cancellation."""
        try:
            await self._scan(contact, result)
        except Exception as error:  # noqa: BLE001 - nothing is lost
            _log.exception("an endpoint could not be asked to the end")
            result.why_no_more = make_detail("not-asked-error", name=type(error).__name__)

    async def _scan(self, contact: Contact, result: EndpointResult) -> None:
        endpoint = contact.endpoint
        try:
            server_name = make_ascii_name(endpoint.server_name) if endpoint.server_name else None
            addresses = await self._resolver.addresses(endpoint.address)
        except NoSuchHost as error:
            result.rows[_BROWSER] = Presentation(endpoint.id, _BROWSER, (), Reason.NO_SUCH_HOST, error.detail)
            result.why_no_more = make_detail("not-asked-host")
            return
        routes = [Route(endpoint, address, server_name) for address in addresses[:MOST_ADDRESSES]]
        if not contact.answered_at:
            routes = await self._scan_first_address(contact, routes, result)
        for route in routes:
            if route.address.ip not in contact.answered_at:
                await self._probe_further_address(route, result)

    async def _scan_first_address(
        self, contact: Contact, routes: list[Route], result: EndpointResult
    ) -> list[Route]:
        """Ask all that is worth asking at the first address that takes a connection; those after it."""
        for number, route in enumerate(routes, 1):
            ip = route.address.ip
            async with self._slots(ip, route.endpoint.port):
                await self._run_probes(contact, route, result)
                if contact.page and result.rows[_BROWSER].chain:
                    from certlib.collect.hsts import ask_hsts  # noqa: PLC0415 - few ask for it

                    turn = partial(self._wait_turn, ip)
                    result.hsts = await ask_hsts(
                        route=route, path=contact.page, limits=self.limits, wait=turn
                    )
            first = result.rows[_BROWSER]
            if first.reason not in _TRY_NEXT or number == len(routes):
                return routes[number:]
            result.elsewhere[ip] = first
            result.attempts = (*first.attempts, f"{ip}: {first.why}; asked at the next address")
        return []

    async def _probe_further_address(self, route: Route, result: EndpointResult) -> None:
        """One probe of a further address of the name: another machine may listen there."""
        ip = route.address.ip
        async with self._slots(ip, route.endpoint.port):
            probe = Probe(_BROWSER, self._offers[_BROWSER])
            result.elsewhere[ip] = await self._send(probe, route, (), self.limits.endpoint_seconds)

    @asynccontextmanager
    async def _slots(self, ip: str, port: int) -> AsyncIterator[None]:
        """Leave to connect to one port; who waits for a narrow slot holds no wider one.

        An endpoint that has begun goes on to its end, so that an interruption leaves few half done.
        """
        async with self._ports[ip, port], self._addresses[ip], self._all:
            yield

    async def _wait_turn(self, ip: str) -> None:
        """One more connection to an address, after the pause; others use this one's place meanwhile."""
        self.connections += 1
        if ip in self._contacted and self.limits.pause_seconds:
            self._all.release()
            try:
                await asyncio.sleep(self.limits.pause_seconds)
            finally:
                await self._all.acquire()  # when all is cancelled too: every holder leaves then
        self._contacted.add(ip)

    async def _run_probes(self, contact: Contact, route: Route, result: EndpointResult) -> None:
        probing = plan_probes(
            offers=self._offers,
            apart=contact.apart,
            gentle=self._gentle,
            key_of=self._key_of,
            patience=self.limits.answer_seconds,
        )
        probe = next(probing)
        while True:
            row = await self._probe(probe, route, result)
            result.attempts = ()
            try:
                probe = probing.send(row)
            except StopIteration:
                result.why_no_more = make_detail("not-asked-dead", reason=result.rows[_BROWSER].why)
                return
            if result.seconds >= self.limits.endpoint_seconds:
                result.why_no_more = make_detail(
                    "not-asked-time", seconds=f"{self.limits.endpoint_seconds:g}"
                )
                return

    async def _probe(self, probe: Probe, route: Route, result: EndpointResult) -> Presentation:
        if probe.row in result.rows and not result.attempts:  # asked once more
            result.attempts = result.rows[probe.row].attempts
        await asyncio.sleep(probe.later)
        while True:
            left = max(self.limits.endpoint_seconds - result.seconds, 0.1)
            row = await self._send(probe, route, result.attempts, left)
            result.rows[probe.row] = row
            result.seconds += (row.milliseconds or 0.0) / 1000
            if row.reason is not Reason.RESET or result.retries >= self.limits.retries:
                return row
            result.retries += 1
            result.attempts = (*row.attempts, f"{row.why}; asked again")
            await asyncio.sleep(random.uniform(0.1, 0.4))  # noqa: S311 - spreads the load, hides nothing

    async def _send(
        self, probe: Probe, route: Route, attempts: tuple[str, ...], seconds: float
    ) -> Presentation:
        """The row of one probe; the certificates are kept."""
        await self._wait_turn(route.address.ip)
        limits = replace(self.limits, answer_seconds=self.limits.answer_seconds * probe.share)
        row, ders = await send_probe(
            route=route, probe=probe, attempts=attempts, seconds=seconds, limits=limits, keys=self._keys
        )
        self.sent.update(zip(row.chain, ders, strict=True))
        return row

    def _key_of(self, sha256: str) -> str | None:
        return read_key_type(self.sent[sha256])
