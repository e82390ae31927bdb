"""One endpoint from its name to its rows: addresses, slots, the questions in turn, and why it ended."""

import asyncio
import logging
import random
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial

from certlib.collect.ask import Way, ask
from certlib.collect.limits import Limits
from certlib.collect.meaning import FIRST, understood
from certlib.collect.plan import Contact
from certlib.collect.resolve import MOST_ADDRESSES, Names, NoSuchHost, ascii_name
from certlib.collect.sequence import Question, not_asked, questions
from certlib.evidence import Hsts, LookUp, Presentation
from certlib.inventory import Endpoint
from certlib.reasons import Detail, Reason, detail
from certlib.tls import Keys, Offer, key_type

_log = logging.getLogger(__name__)

# What makes the next address of the same name worth a try, as a browser would.
_TRY_NEXT = frozenset({Reason.REFUSED, Reason.UNREACHABLE, Reason.CONNECT_TIMEOUT})

_INTERRUPTED = Detail("not-asked-interrupted")


@dataclass(slots=True)
class Visited:
    """What one endpoint has answered so far."""

    rows: dict[str, Presentation] = field(default_factory=dict)  # by offer, in the order asked
    elsewhere: dict[str, Presentation] = field(default_factory=dict)  # by address that is not the rows'
    hsts: Hsts | None = None
    attempts: tuple[str, ...] = ()  # what was in vain, of the row to come
    retries: int = 0
    seconds: float = 0.0  # spent in connections
    why_no_more: Detail = _INTERRUPTED  # until the visit is over


class Visitor:
    """Visits endpoints within the limits of one run, and keeps the certificates that they sent."""

    def __init__(self, *, limits: Limits, offers: Mapping[str, Offer], gentle: bool) -> None:
        self.connections = 0
        self.sent: dict[str, bytes] = {}  # DER by SHA-256
        self._limits, self._offers, self._gentle = limits, offers, gentle
        self._names, self._keys = Names(seconds=limits.resolve_seconds), Keys()
        self._contacted: set[str] = set()  # IP addresses
        self._all = asyncio.Semaphore(limits.connections)
        self._addresses: defaultdict[str, asyncio.Semaphore] = defaultdict(
            lambda: asyncio.Semaphore(limits.per_address)
        )
        self._ports: defaultdict[tuple[str, int], asyncio.Semaphore] = defaultdict(
            lambda: asyncio.Semaphore(limits.per_port)
        )

    async def forget(self) -> None:
        """End the look-ups that are still under way."""
        await self._names.forget()

    def rows(self, endpoint: Endpoint, visited: Visited) -> tuple[Presentation, ...]:
        """The rows of an endpoint as evidence: what they mean together, and a row for what was not asked."""
        rows = list(visited.rows.values())
        rows += [
            Presentation(endpoint.id, offer, (), Reason.NOT_ASKED, (visited.why_no_more,))
            for offer in not_asked(visited.rows)
        ]
        return understood(rows, offers=self._offers, key_of=self._key_of)

    async def look_up(self, name: str) -> LookUp:
        """What a name resolves to. Raises nothing but its cancellation."""
        try:
            return LookUp(name, tuple(one.ip for one in await self._names.addresses(name)))
        except NoSuchHost as nothing:
            return LookUp(name, (), nothing.detail)

    async def visit(self, contact: Contact, visited: Visited) -> None:
        """Ask one endpoint all that is worth asking. Raises nothing but its cancellation."""
        try:
            await self._visit(contact, visited)
        except Exception as error:  # noqa: BLE001 - nothing is lost
            _log.exception("an endpoint could not be asked to the end")
            visited.why_no_more = detail("not-asked-error", name=type(error).__name__)

    async def _visit(self, contact: Contact, visited: Visited) -> None:
        endpoint = contact.endpoint
        try:
            server_name = ascii_name(endpoint.server_name) if endpoint.server_name else None
            addresses = await self._names.addresses(endpoint.address)
        except NoSuchHost as nothing:
            visited.rows[FIRST[0]] = Presentation(
                endpoint.id, FIRST[0], (), Reason.NO_SUCH_HOST, nothing.detail
            )
            visited.why_no_more = detail("not-asked-host")
            return
        ways = [Way(endpoint, address, server_name) for address in addresses[:MOST_ADDRESSES]]
        if not contact.answered_at:
            ways = await self._visit_first(contact, ways, visited)
        for way in ways:
            if way.address.ip not in contact.answered_at:
                await self._ask_elsewhere(way, visited)

    async def _visit_first(self, contact: Contact, ways: list[Way], visited: Visited) -> list[Way]:
        """Ask all that is worth asking at the first address that takes a connection; those after it."""
        for number, way in enumerate(ways, 1):
            address = way.address
            async with self._slots(address.ip, way.endpoint.port):
                await self._ask_all(contact, way, visited)
                if contact.page and visited.rows[FIRST[0]].chain:
                    from certlib.collect.hsts import ask_hsts  # noqa: PLC0415 - few ask for it

                    turn = partial(self._wait_turn, way)
                    visited.hsts = await ask_hsts(way=way, path=contact.page, limits=self._limits, wait=turn)
            first = visited.rows[FIRST[0]]
            if first.reason not in _TRY_NEXT or number == len(ways):
                return ways[number:]
            visited.elsewhere[address.ip] = first
            visited.attempts = (*first.attempts, f"{address.ip}: {first.why}; asked at the next address")
        return []

    async def _ask_elsewhere(self, way: Way, visited: Visited) -> None:
        """One question to a further address of the name: another machine may listen there."""
        offer = FIRST[0]
        async with self._slots(way.address.ip, way.endpoint.port):
            await self._wait_turn(way)
            row, ders = await ask(
                way=way,
                question=Question(offer, self._offers[offer]),
                attempts=(),
                seconds=self._limits.endpoint_seconds,
                limits=self._limits,
                keys=self._keys,
            )
        self.sent.update(zip(row.chain, ders, strict=True))
        visited.elsewhere[way.address.ip] = row

    @asynccontextmanager
    async def _slots(self, ip: str, port: int) -> AsyncIterator[None]:
        """Leave to connect to one port; who waits for a narrow slot holds no wider one.

        An endpoint that has begun goes on to its end, so that an interruption leaves few half done.
        """
        async with self._ports[ip, port], self._addresses[ip], self._all:
            yield

    async def _wait_turn(self, way: Way) -> None:
        """One more connection to an address, after the pause; others use this one's place meanwhile."""
        self.connections += 1
        if way.address.ip in self._contacted and self._limits.pause_seconds:
            self._all.release()
            try:
                await asyncio.sleep(self._limits.pause_seconds)
            finally:
                await self._all.acquire()  # when all is cancelled too: every holder leaves then
        self._contacted.add(way.address.ip)

    async def _ask_all(self, contact: Contact, way: Way, visited: Visited) -> None:
        asking = questions(
            offers=self._offers,
            apart=contact.apart,
            gentle=self._gentle,
            key_of=self._key_of,
            patience=self._limits.answer_seconds,
        )
        question = next(asking)
        while True:
            row = await self._ask(question, way, visited)
            visited.attempts = ()
            try:
                question = asking.send(row)
            except StopIteration:
                visited.why_no_more = detail("not-asked-dead", reason=visited.rows[FIRST[0]].why)
                return
            if visited.seconds >= self._limits.endpoint_seconds:
                seconds = f"{self._limits.endpoint_seconds:g}"
                visited.why_no_more = detail("not-asked-time", seconds=seconds)
                return

    async def _ask(self, question: Question, way: Way, visited: Visited) -> Presentation:
        if question.row in visited.rows and not visited.attempts:  # asked once more
            visited.attempts = visited.rows[question.row].attempts
        await asyncio.sleep(question.later)
        limits = replace(self._limits, answer_seconds=self._limits.answer_seconds * question.share)
        while True:
            await self._wait_turn(way)
            row, ders = await ask(
                way=way,
                question=question,
                attempts=visited.attempts,
                seconds=max(limits.endpoint_seconds - visited.seconds, 0.1),
                limits=limits,
                keys=self._keys,
            )
            self.sent.update(zip(row.chain, ders, strict=True))
            visited.rows[question.row] = row
            visited.seconds += (row.milliseconds or 0.0) / 1000
            if row.reason is not Reason.RESET or visited.retries >= self._limits.retries:
                return row
            visited.retries += 1
            visited.attempts = (*row.attempts, f"{row.why}; asked again")
            await asyncio.sleep(random.uniform(0.1, 0.4))  # noqa: S311 - spreads the load, hides nothing

    def _key_of(self, sha256: str) -> str | None:
        return key_type(self.sent[sha256])
