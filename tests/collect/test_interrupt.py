"""An interruption keeps what was collected, and the next collection goes on from there."""

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
import threading

import pytest

from certlib.collect import Limits, collect, collect_async, plan
from certlib.evidence import Evidence
from certlib.reasons import Reason, describe_in_english
from certs import ca, leaf
from servers import nginx

PAIR = leaf(ca("Example RSA root", "rsa"), "rsa")


@pytest.fixture(scope="module")
def good():
    with nginx(PAIR, protocols="TLSv1.2") as where:
        yield where


class Stuck:
    """A server that says nothing until it is told to speak TLS no more."""

    def __init__(self):
        self.connected = threading.Event()

    def __call__(self, peer):
        self.connected.set()
        while peer.recv(65_536):
            pass


def interrupted_at(stuck, site) -> Evidence:
    """Cancel a collection when one endpoint is done, the good one, and the stuck one is being asked."""

    async def run() -> Evidence:
        done = asyncio.Event()
        task = asyncio.create_task(
            collect_async(
                site=site,
                limits=Limits(connections=2, answer_seconds=60),
                progress=lambda _: done.set(),
            )
        )
        await done.wait()
        await asyncio.to_thread(stuck.connected.wait, 10)
        task.cancel()
        return await task

    return asyncio.run(run())


def test_an_interrupted_collection_keeps_what_it_has_and_says_what_it_has_not(listening, make_site, good):
    stuck = Stuck()
    site = make_site(good, listening(stuck), ("127.0.77.9", 1))
    evidence = interrupted_at(stuck, site)
    assert evidence.finished is None
    rows = {(row.endpoint, row.offer): row for row in evidence.presentations}
    assert rows["s0/other", "browser"].leaf == PAIR.sha256
    assert PAIR.sha256 in evidence.certificates
    for offer in ("browser", "rsa", "ecdsa"):
        assert rows["s1/other", offer].reason is Reason.NOT_ASKED
        assert "interrupted" in describe_in_english(rows["s1/other", offer].detail)


def test_a_resumed_collection_asks_only_what_is_open(listening, make_site, good):
    stuck = Stuck()
    site = make_site(good, listening(stuck))
    earlier = interrupted_at(stuck, site)
    assert [contact.endpoint.id for contact in plan(site, earlier=earlier)] == ["s1/other"]
    asked = []
    evidence = collect(
        site=site,
        earlier=earlier,
        limits=Limits(answer_seconds=0.3),
        progress=lambda state: asked.append(state.endpoint),
    )
    assert asked == ["s1/other", ""]
    assert evidence.finished is not None
    assert evidence.collected == earlier.collected
    assert evidence.presentations[:3] == earlier.presentations[:3]
    assert evidence.presentations[3].reason is Reason.NO_ANSWER
    assert set(evidence.certificates) == set(earlier.certificates)


def test_an_endpoint_that_moved_is_asked_again(make_site, good):
    earlier = collect(site=make_site(good))
    moved = make_site((good[0], 1))
    assert [contact.endpoint.port for contact in plan(moved, earlier=earlier)] == [1]
    rows = collect(site=moved, earlier=earlier).presentations
    assert rows[0].reason is Reason.REFUSED


def test_evidence_that_is_complete_is_taken_as_it_is(make_site, good):
    earlier = collect(site=make_site(good))
    again = collect(site=make_site(good), earlier=earlier)
    assert again.presentations == earlier.presentations
    assert again.certificates == earlier.certificates
    assert again.finished is not None


def test_an_interruption_before_anything_was_asked_keeps_the_earlier_rows(listening, make_site, good):
    stuck = Stuck()
    place = listening(stuck)
    first = make_site(place, good)
    earlier = interrupted_at(stuck, first)

    async def run():
        task = asyncio.create_task(collect_async(site=first, earlier=earlier))
        await asyncio.sleep(0)
        task.cancel()
        return await task

    assert asyncio.run(run()).presentations == earlier.presentations


def test_collecting_works_inside_a_running_event_loop(make_site, good):
    async def notebook():
        return collect(site=make_site(good))

    assert asyncio.run(notebook()).presentations[0].leaf == PAIR.sha256


def test_an_empty_site_is_collected_at_once(make_site):
    evidence = collect(site=make_site())
    assert evidence.presentations == ()
    assert evidence.finished is not None


def test_what_is_so_far_is_handed_out_against_a_crash(listening, make_site, good):
    kept = []
    collect(
        site=make_site(good, listening(Stuck())),
        limits=Limits(answer_seconds=0.4, keep_seconds=0),
        keep=kept.append,
    )
    assert [evidence.finished for evidence in kept] == [None, None]
    assert kept[0].presentations[0].leaf == PAIR.sha256
    assert kept[0].certificates[PAIR.sha256].der == PAIR.der


def test_progress_that_fails_costs_no_evidence(make_site, good, caplog):
    def broken(_):
        raise ZeroDivisionError

    evidence = collect(site=make_site(good), progress=broken, keep=broken, limits=Limits(keep_seconds=0))
    assert evidence.presentations[0].leaf == PAIR.sha256
    assert "the collection goes on" in caplog.text


@pytest.mark.skipif(os.name != "posix", reason="sends SIGINT")
def test_ctrl_c_keeps_what_was_collected(listening, make_site, good, tmp_path):
    stuck = Stuck()
    site = make_site(good, listening(stuck))
    script = tmp_path / "run.py"
    script.write_text(
        textwrap.dedent(
            """
            import pickle, sys
            from certlib.collect import Limits, collect

            site = pickle.loads(bytes.fromhex(sys.argv[1]))
            def told(state):
                if state.presented:
                    print("one is done", flush=True)
            evidence = collect(site=site, limits=Limits(answer_seconds=60), progress=told)
            print(evidence.finished, [row.reason for row in evidence.presentations if row.chain], flush=True)
            """
        )
    )
    import pickle

    with subprocess.Popen(
        [sys.executable, str(script), pickle.dumps(site).hex()], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline() == "one is done\n"
        assert stuck.connected.wait(10)
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=20)
    assert output.splitlines()[-1] == "None [None, None]"
    assert process.returncode == 0
