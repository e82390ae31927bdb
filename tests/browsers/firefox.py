"""Firefox as an agent would use it, asked over Marionette what it makes of a page."""

import json
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep
from typing import Any

PROGRAM = shutil.which("firefox-esr") or shutil.which("firefox")

TABS = 12
WAIT = 30  # seconds, on a busy machine

# What a tab holds.
_KIND = """(document.title == 'loaded' ? 'loaded'
  : document.documentURI.match(/^about:(certerror|neterror)/)?.[1] ?? '')"""
# An error never gets further than "interactive".
_ARRIVED = f"""return !document.documentElement.dataset.left
  && document.readyState != 'loading' && !!{_KIND}"""
# What a warning of Firefox shows: within an element of its own, for some reasons still on an older page.
_CARD = "document.querySelector('net-error-card')?.shadowRoot"
_ADVANCED = f"({_CARD}?.querySelector('#advanced-button') ?? document.querySelector('#advancedButton'))"
_BUTTON = f"({_CARD}?.querySelector('#exception-button') ?? document.querySelector('#exceptionDialogButton'))"
_OPENED = f"""(!!{_CARD}?.querySelector('.advanced-container')
  || !!document.querySelector('#badCertAdvancedPanel')?.checkVisibility())"""


class Firefox:
    """A running Firefox."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection, self._left, self._number = connection, b"", 0
        self._read()  # the greeting
        capabilities = {"alwaysMatch": {"acceptInsecureCerts": False}}
        self.capabilities = self.ask("WebDriver:NewSession", capabilities=capabilities)["capabilities"]
        self.ask("WebDriver:SetTimeouts", pageLoad=30_000, script=10_000)

    def ask(self, method: str, **params: Any) -> Any:
        """The answer to a command of the protocol."""
        self._number += 1
        text = json.dumps([0, self._number, method, params]).encode()
        self._connection.sendall(b"%d:%s" % (len(text), text))
        _, _, error, result = self._read()
        if error:
            raise RuntimeError(f"{error['error']}: {error['message']}")
        return result

    @property
    def version(self) -> str:
        """Such as "153"."""
        return str(self.capabilities["browserVersion"]).partition(".")[0]

    def open_all(self, addresses: Sequence[str]) -> list[tuple[str, str]]:
        """What becomes of each page, and the browser's own word for it.

        "loads"; "can-proceed": behind a warning that was accepted; "no-way-on": a warning without a way past
        it; "no-page": none, be it behind a warning.
        """
        tabs = [self.ask("WebDriver:GetWindowHandle")["value"]]
        tabs += [self.ask("WebDriver:NewWindow", type="tab", focus=False)["handle"] for _ in range(TABS - 1)]
        found = []
        for at in range(0, len(addresses), TABS):
            found += self._side_by_side(tabs, addresses[at : at + TABS])
        self._turn_to(tabs[0])
        return found

    def open_in_turn(self, addresses: Sequence[str]) -> list[tuple[str, str]]:
        """What becomes of pages that are opened one after the other in one tab."""
        tab = self.ask("WebDriver:GetWindowHandle")["value"]
        return [one for address in addresses for one in self._side_by_side([tab], [address])]

    def _side_by_side(self, tabs: Sequence[str], addresses: Sequence[str]) -> list[tuple[str, str]]:
        """A page in each tab; every tab takes a step before one takes the next."""
        opened = list(zip(tabs, addresses, strict=False))
        for tab, address in opened:
            self._turn_to(tab)
            self._call(address)
        found = [self._seen(tab) for tab, _ in opened]
        asked = [at for at, (outcome, _) in enumerate(found) if outcome == "can-proceed"]
        for at in asked:
            self._turn_to(opened[at][0])
            self._accept()
            self._call(opened[at][1])
        for at in asked:
            self._turn_to(opened[at][0])
            if self._arrived() != "loaded":
                found[at] = ("no-page", found[at][1])
        return found

    def _turn_to(self, tab: str) -> None:
        self.ask("WebDriver:SwitchToWindow", handle=tab, focus=False)

    def _call(self, address: str) -> None:
        """Asks for a page; the page that is shown bears a mark until it comes."""
        mark = "document.documentElement.dataset.left = 1"
        self._run(f"{mark}; window.location.assign({json.dumps(address)})")

    def _arrived(self) -> str:
        """What took the place of the page before: "loaded", "certerror", "neterror"."""
        if not self._within(WAIT, _ARRIVED):
            raise TimeoutError("no page and no error")
        return str(self._run(f"return {_KIND}"))

    def _seen(self, tab: str) -> tuple[str, str]:
        self._turn_to(tab)
        kind = self._arrived()
        if kind == "loaded":
            return "loads", ""
        if kind == "neterror":
            return "no-page", str(self._run("return document.documentURI.match(/e=([^&]*)/)[1]"))
        word = self._run("return document.getFailedCertSecurityInfo().errorCodeString")
        for _ in range(10):  # a page that is still being put together may overhear a click
            self._within(WAIT, f"return !!{_ADVANCED}")
            self._run(f"{_ADVANCED}.click()")
            if self._within(3, f"return {_OPENED}"):
                break
        return ("can-proceed" if self._run(f"return !!{_BUTTON}?.checkVisibility()") else "no-way-on"), word

    def _accept(self) -> None:
        """Does what the button does, which is held back for a while."""
        accept = "let done = arguments[0]; document.addCertException(true).then(() => done(), () => done())"
        self.ask("WebDriver:ExecuteAsyncScript", script=accept, args=[])

    def _within(self, seconds: float, script: str) -> bool:
        end = monotonic() + seconds
        while monotonic() < end:
            with suppress(RuntimeError):  # the page is being changed
                if self._run(script):
                    return True
            sleep(0.05)
        return False

    def _run(self, script: str) -> Any:
        """What a script gives in the page."""
        return self.ask("WebDriver:ExecuteScript", script=script, args=[])["value"]

    def _read(self) -> Any:
        while b":" not in self._left:
            self._left += self._connection.recv(65536)
        size, _, rest = self._left.partition(b":")
        while len(rest) < int(size):
            rest += self._connection.recv(65536)
        whole, self._left = rest[: int(size)], rest[int(size) :]
        return json.loads(whole)


PREFERENCES = {
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "app.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "toolkit.telemetry.enabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "app.normandy.enabled": False,
    "services.settings.server": "data:,#remote-settings-dummy/v1",
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "extensions.getAddons.cache.enabled": False,
    "security.OCSP.enabled": 0,
    "dom.ipc.processCount": 2,
    "fission.autostart": False,
    "dom.ipc.processPrelaunch.enabled": False,
    "toolkit.cosmeticAnimations.enabled": False,
}


@contextmanager
def firefox(profile: Path, *, port: int, hosts: Sequence[str]) -> Iterator[Firefox]:
    """A running Firefox with a profile that holds what it trusts."""
    names = {"network.dns.localDomains": ",".join(hosts)}
    preferences = {**PREFERENCES, **names, "marionette.port": port}
    lines = [f"user_pref({json.dumps(key)}, {json.dumps(value)});" for key, value in preferences.items()]
    (profile / "user.js").write_text("\n".join(lines))
    running = subprocess.Popen(
        [str(PROGRAM), "--headless", "--marionette", "--no-remote", "--profile", str(profile)],
        env={**os.environ, "HOME": str(profile), "MOZ_HEADLESS": "1"},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        with _connected(port) as connection:
            yield Firefox(connection)
    finally:
        running.terminate()
        try:
            running.wait(10)
        except subprocess.TimeoutExpired:
            running.kill()


def _connected(port: int) -> socket.socket:
    end = monotonic() + 60
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=60)
        except OSError:
            if monotonic() > end:
                raise
            sleep(0.1)
