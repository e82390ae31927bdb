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


# What a warning of Firefox shows: within an element of its own, for some reasons still on an older page.
_CARD = "document.querySelector('net-error-card')?.shadowRoot"
_ADVANCED = f"({_CARD}?.querySelector('#advanced-button') ?? document.querySelector('#advancedButton'))"
_BUTTON = f"({_CARD}?.querySelector('#exception-button') ?? document.querySelector('#exceptionDialogButton'))"
_OPENED = f"""(!!{_CARD}?.querySelector('.advanced-container')
  || !!document.querySelector('#badCertAdvancedPanel')?.checkVisibility())"""


class Firefox:
    """One tab of a running Firefox."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection, self._left, self._number = connection, b"", 0
        self._read()  # the greeting
        capabilities = {"alwaysMatch": {"acceptInsecureCerts": False, "pageLoadStrategy": "normal"}}
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

    def open(self, address: str) -> tuple[str, str]:
        """What becomes of a page, and the browser's own word for it.

        "loads"; "can-proceed": behind a warning that was accepted; "no-way-on": a warning without a way past
        it; "no-page": none, be it behind a warning.
        """
        self.ask("Marionette:SetContext", value="content")
        try:
            self.ask("WebDriver:Navigate", url=address)
        except RuntimeError as error:
            return self._kind_of_error(address, str(error))
        return ("loads" if self._run("return document.title") == "loaded" else "no-page"), ""

    def open_all(self, addresses: Sequence[str]) -> list[tuple[str, str]]:
        """What becomes of each page, see `open`."""
        return [self.open(address) for address in addresses]

    open_in_turn = open_all

    def _accepted(self, address: str) -> bool:
        """Does what the button does, which is held back for a while; whether the page then loads."""
        accept = "let done = arguments[0]; document.addCertException(true).then(() => done(), () => done())"
        self.ask("WebDriver:ExecuteAsyncScript", script=accept, args=[])
        try:
            self.ask("WebDriver:Navigate", url=address)
        except RuntimeError:
            return False
        return bool(self._run("return document.title == 'loaded'"))

    def _kind_of_error(self, address: str, said: str) -> tuple[str, str]:
        if not self._run("return document.documentURI").startswith("about:certerror"):
            return "no-page", said.partition("&u=")[0].rpartition(": ")[2]
        word = self._run("return document.getFailedCertSecurityInfo().errorCodeString")
        self._within(10, f"return !!{_ADVANCED}")
        self._run(f"{_ADVANCED}.click()")
        self._within(10, f"return {_OPENED}")
        if not self._run(f"return !!{_BUTTON}?.checkVisibility()"):
            return "no-way-on", word
        return ("can-proceed" if self._accepted(address) else "no-page"), word

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
    "network.dns.forceResolve": "127.0.0.1",
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
}


@contextmanager
def firefox(profile: Path, *, port: int) -> Iterator[Firefox]:
    """A running Firefox with a profile that holds what it trusts."""
    preferences = {**PREFERENCES, "marionette.port": port}
    lines = [f"user_pref({json.dumps(key)}, {json.dumps(value)});" for key, value in preferences.items()]
    (profile / "user.js").write_text("\n".join(lines))
    running = subprocess.Popen(  # noqa: S603
        [str(PROGRAM), "--headless", "--marionette", "--remote-allow-system-access", "--no-remote", "--profile", str(profile)],
        env={**os.environ, "HOME": str(profile), "MOZ_HEADLESS": "1"},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield Firefox(_connected(port))
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
