"""Chromium as an agent would use it, asked over its debugging pipe what it makes of a page."""

import itertools
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Any

TABS = 24
WAIT = 30  # seconds, on a busy machine
PAUSE = 0.25  # seconds between two looks, since every tab looks
# What tells the page of an error without a connection from a warning about a certificate.
_READY = "document.readyState == 'complete'"
PLAIN_ERROR = f"({_READY} && !!document.querySelector('#main-frame-error'))"
WARNING = f"({_READY} && !!document.querySelector('#details-button') && !{PLAIN_ERROR})"
# Hands two pipes to a program as the numbers that it expects.
WIRED = """
import os, sys
for at, given in enumerate(sys.argv[1:3]):
    os.dup2(int(given), 13 + at)
for at in (3, 4):
    os.dup2(10 + at, at)
os.execv(sys.argv[3], sys.argv[3:])
"""
PROGRAM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


class Chromium:
    """A running Chromium; it waits seconds before it shows a warning, so tabs work side by side."""

    def __init__(self, send: int, receive: int) -> None:
        self._send, self._receive = send, receive
        self._numbers, self._lock = itertools.count(1), threading.Lock()
        self._waiting: dict[int, Future[dict[str, Any]]] = {}
        threading.Thread(target=self._listen, daemon=True).start()

    def ask(self, method: str, session: str = "", **params: Any) -> dict[str, Any]:
        """The answer to a command of the protocol, within a tab or of the browser."""
        number, answer = next(self._numbers), Future[dict[str, Any]]()
        self._waiting[number] = answer
        of_tab = {"sessionId": session} if session else {}
        text = json.dumps({"id": number, "method": method, "params": params, **of_tab})
        with self._lock:
            os.write(self._send, text.encode() + b"\0")
        found = answer.result(60)
        if "error" in found:
            raise RuntimeError(f"{method}: {found['error']}")
        return dict(found["result"])

    @property
    def version(self) -> str:
        """Such as "156"."""
        return str(self.ask("Browser.getVersion")["product"]).partition("/")[2].partition(".")[0]

    def open_all(self, addresses: Sequence[str]) -> list[tuple[str, str]]:
        """What becomes of each page, see `Tab.open`."""
        with ThreadPoolExecutor(TABS) as pool:
            return list(pool.map(self._opened, addresses))

    def open_in_turn(self, addresses: Sequence[str]) -> list[tuple[str, str]]:
        """What becomes of pages that are opened one after the other in one tab."""
        tab = self.tab()
        return [tab.open(address) for address in addresses]

    def tab(self) -> "Tab":
        """A new tab."""
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        return Tab(
            self, target, self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        )

    def _opened(self, address: str) -> tuple[str, str]:
        tab = self.tab()
        try:
            return tab.open(address)
        finally:
            self.ask("Target.closeTarget", targetId=tab.target)

    def _listen(self) -> None:
        left = b""
        while piece := _read(self._receive):
            *whole, left = (left + piece).split(b"\0")
            for message in map(json.loads, whole):
                if answer := self._waiting.pop(message.get("id"), None):
                    answer.set_result(message)


@dataclass(frozen=True)
class Tab:
    """One tab of a Chromium."""

    browser: Chromium
    target: str
    session: str

    def open(self, address: str) -> tuple[str, str]:
        """What becomes of a page, and the browser's own word for it.

        "loads"; "can-proceed": behind a warning that was accepted; "no-way-on": a warning without a way past
        it; "no-page": none, be it behind a warning.
        """
        said = self.browser.ask("Page.navigate", self.session, url=address).get("errorText", "")
        if not said:
            return ("loads" if _within(WAIT, self._loaded) else "no-page"), ""
        found = self._warning()
        if found == "can-proceed":
            self._evaluate("document.querySelector('#proceed-link').click()")
            _within(WAIT, lambda: self._evaluate(f"document.title == 'loaded' || {PLAIN_ERROR}"))
            found = found if self._loaded() else "no-page"
        return found, said.removeprefix("net::")

    def _warning(self) -> str:
        _within(WAIT, lambda: self._evaluate(f"{PLAIN_ERROR} || {WARNING}"))
        if not self._evaluate(WARNING):
            return "no-page"
        self._evaluate("document.querySelector('#details-button').click()")
        shown = "(one => !!one && !one.classList.contains('hidden'))(document.querySelector('#proceed-link'))"
        return "can-proceed" if self._evaluate(shown) else "no-way-on"

    def _loaded(self) -> bool:
        return bool(self._evaluate("document.title == 'loaded'"))

    def _evaluate(self, expression: str) -> Any:
        said = self.browser.ask("Runtime.evaluate", self.session, expression=expression, returnByValue=True)
        return said["result"].get("value")


def _within(seconds: float, asked: Callable[[], bool]) -> bool:
    end = monotonic() + seconds
    while monotonic() < end:
        with suppress(RuntimeError):  # the page is being changed
            if asked():
                return True
        sleep(PAUSE)
    return False


def _read(pipe: int) -> bytes:
    try:
        return os.read(pipe, 65536)
    except OSError:  # closed
        return b""


@contextmanager
def chromium(home: Path) -> Iterator[Chromium]:
    """A running Chromium whose user is at home in `home`, where `.pki/nssdb` holds what it trusts."""
    to_read, send = os.pipe()
    receive, to_write = os.pipe()

    arguments = [
        sys.executable, "-c", WIRED, str(to_read), str(to_write), str(PROGRAM),
        "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
        "--disable-dev-shm-usage",
        "--remote-debugging-pipe", f"--user-data-dir={home / 'chromium'}",
        "--host-resolver-rules=MAP *.test 127.0.0.1, EXCLUDE 127.0.0.*, MAP * ~NOTFOUND",
    ]  # fmt: skip
    running = subprocess.Popen(
        arguments, env={**os.environ, "HOME": str(home)}, pass_fds=(to_read, to_write),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(to_read)
    os.close(to_write)
    try:
        yield Chromium(send, receive)
    finally:
        os.close(send)
        os.close(receive)
        running.terminate()
        try:
            running.wait(10)
        except subprocess.TimeoutExpired:
            running.kill()
