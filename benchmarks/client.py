"""One client of the benchmark in a process of its own: reads the places from stdin, prints what it found.

`ours` is certlib's collector as a notebook calls it. `floor` is the same grabber in a hand-written epoll loop
that makes no evidence; `bare` sends the same hellos and reads the first bytes: what sockets alone cost.
"""

import errno
import json
import select
import socket
import sys
import time
from pathlib import Path

from certlib.tls import OFFERS, Grab, Keys

THREE = ("browser", "rsa", "ecdsa")
AT_A_TIME = 32
SERVER_NAME = "uccx1.example.test"


def ours(places, seconds):
    from certlib.collect import Limits, collect
    from certlib.inventory import FurtherEndpoint, Site, list_endpoints

    site = Site(
        customer="Benchmark",
        id="fleet",
        title="Fleet",
        release="11.5(1)",
        target_release="11.5(1)",
        upgrade_date=None,
        nodes=(),
        further_endpoints=tuple(
            FurtherEndpoint(f"{address}", "other", address, port, SERVER_NAME) for address, port in places
        ),
    )
    list_endpoints(
        site
    )  # reads the knowledge files, as loading an inventory has done before a collection begins
    begun = time.perf_counter(), time.process_time()
    evidence = collect(site=site, limits=Limits(connect_seconds=seconds, answer_seconds=seconds))
    leaves = {(row.endpoint, row.leaf) for row in evidence.presentations if row.leaf}
    return begun, len(leaves)


class Visit:
    """One endpoint's conversation in the hand-written loop."""

    def __init__(self, place, keys):
        self.place, self.keys, self.leaves, self.offer = place, keys, set(), 0
        self.grab = self.connection = None

    def open(self, poll, by_number):
        self.grab = Grab(offer=OFFERS[THREE[self.offer]], server_name=SERVER_NAME, keys=self.keys)
        self.connection = socket.socket()
        self.connection.setblocking(False)
        if self.connection.connect_ex(self.place) not in (0, errno.EINPROGRESS):
            raise OSError(self.place)
        by_number[self.connection.fileno()] = self
        poll.register(self.connection.fileno(), select.EPOLLOUT)

    def ready(self, poll, events, *, bare):
        """Whether this offer is done."""
        if events & select.EPOLLOUT and not events & select.EPOLLIN:
            self.connection.send(self.grab.start())
            poll.modify(self.connection.fileno(), select.EPOLLIN)
            return False
        data = self.connection.recv(65_536)
        if bare:
            return True
        answer = self.grab.receive(data) if data else self.grab.end()
        if answer:
            self.connection.send(answer)
        return self.grab.done

    def close(self, by_number):
        del by_number[self.connection.fileno()]
        self.connection.close()
        chain = self.grab.answer().chain
        if chain:
            self.leaves.add(chain[0])
        self.offer += 1


def floor(places, seconds, *, bare=False):
    keys, poll, by_number = Keys(), select.epoll(), {}
    begun = time.perf_counter(), time.process_time()
    visits = [Visit(place, keys) for place in places]
    waiting = list(reversed(visits))
    while waiting and len(by_number) < AT_A_TIME:
        waiting.pop().open(poll, by_number)
    while by_number:
        for number, events in poll.poll(seconds):
            visit = by_number[number]
            if visit.ready(poll, events, bare=bare):
                visit.close(by_number)
                if visit.offer < len(THREE):
                    visit.open(poll, by_number)
                elif waiting:
                    waiting.pop().open(poll, by_number)
    return begun, sum(len(visit.leaves) for visit in visits)


def main():
    name, seconds = sys.argv[1], float(sys.argv[2])
    places = [(address, port) for address, port in json.load(sys.stdin)]
    run = {"ours": ours, "floor": floor, "bare": lambda *args: floor(*args, bare=True)}[name]
    (wall, cpu), found = run(places, seconds)
    said = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu, "found": found}
    print(json.dumps(said | {"memory": memory()}))


def memory():
    """The most that this process ever held, in MiB; what wait4 tells includes its parent."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


if __name__ == "__main__":
    main()
