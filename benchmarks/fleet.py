"""A fleet on loopback for benchmarks: nginx endpoints with two certificates each, mute ones between them.

Every endpoint has an address of its own (127.77.x.y) and leaves of its own under one RSA and one EC CA. The
servers run in another process, so that the time of the client can be told from theirs.
"""

import contextlib
import datetime as dt
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

NAME = "uccx1.example.test"
PORT = 8443


@dataclass(frozen=True, slots=True)
class Place:
    address: str
    port: int
    mute: bool


@dataclass(frozen=True, slots=True)
class Fleet:
    places: tuple[Place, ...]
    process: int  # of nginx
    environment: dict[str, str]  # for the tools

    def cpu_seconds(self) -> float:
        """What the servers have used so far."""
        fields = Path(f"/proc/{self.process}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _certificate(name: str, key, issuer: str, signer, number: int) -> bytes:
    names = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)]) for text in (name, issuer)]
    now = dt.datetime.now(dt.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(names[0])
        .issuer_name(names[1])
        .public_key(key.public_key())
        .serial_number(number)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=365))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name), x509.DNSName(NAME)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=name == issuer, path_length=None), critical=True)
        .sign(signer, hashes.SHA256())
        .public_bytes(serialization.Encoding.PEM)
    )


def _pem(key) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _configuration(folder: Path, places: list[Place], protocols: str) -> str:
    keys = {"rsa": rsa.generate_private_key(65537, 2048), "ec": ec.generate_private_key(ec.SECP256R1())}
    cas = {"rsa": rsa.generate_private_key(65537, 2048), "ec": ec.generate_private_key(ec.SECP256R1())}
    for kind, key in keys.items():
        (folder / f"{kind}.key").write_bytes(_pem(key))
    roots = {kind: _certificate(f"{kind} CA", ca, f"{kind} CA", ca, 1) for kind, ca in cas.items()}
    servers = []
    for number, place in enumerate(places):
        lines = []
        for kind, key in keys.items():
            chain = _certificate(f"n{number}.example.test", key, f"{kind} CA", cas[kind], 1000 + number)
            (folder / f"{kind}{number}.pem").write_bytes(chain + roots[kind])
            lines.append(
                f"ssl_certificate {folder}/{kind}{number}.pem; ssl_certificate_key {folder}/{kind}.key;"
            )
        servers.append(f"server {{ listen {place.address}:{place.port} ssl; {' '.join(lines)} return 204; }}")
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return (
        f"daemon off; master_process off; pid {folder}/pid; error_log {folder}/log error;\n"
        "events { worker_connections 4096; }\n"
        f"http {{ access_log off; {temporary} ssl_protocols {protocols}; ssl_session_cache none;\n"
        f"{chr(10).join(servers)} }}\n"
    )


def _environment(folder: Path) -> dict[str, str]:
    """This environment, in which every tool in Python finds its modules compiled from its second run on."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"PYTHONPYCACHEPREFIX": str(folder / "compiled")}


@contextlib.contextmanager
def fleet(*, endpoints: int, mute: int = 0, protocols: str = "TLSv1.2 TLSv1.3") -> Iterator[Fleet]:
    """So many endpoints, every n-th of them mute, up while the block runs."""
    every = endpoints // mute if mute else endpoints + 1
    places = [
        Place(f"127.77.{1 + number // 200}.{1 + number % 200}", PORT, mute=number % every == every - 1)
        for number in range(endpoints)
    ]
    folder = Path(tempfile.mkdtemp(prefix="certlib-fleet-"))
    socket.create_server((places[-1].address, PORT)).close()  # raises where another fleet is up
    binary = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if binary is None:
        raise SystemExit("nginx is not installed")
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        for place in places:
            if place.mute:  # the kernel accepts, nobody answers
                stack.enter_context(socket.create_server((place.address, place.port), backlog=64))
        configuration = folder / "nginx.conf"
        configuration.write_text(_configuration(folder, [p for p in places if not p.mute], protocols))
        process = stack.enter_context(
            subprocess.Popen([binary, "-p", str(folder), "-e", str(folder / "log"), "-c", str(configuration)])
        )
        stack.callback(process.terminate)
        last = next(place for place in reversed(places) if not place.mute)
        deadline = time.monotonic() + 60
        while True:
            with (
                contextlib.suppress(OSError),
                socket.create_connection((last.address, last.port), timeout=1),
            ):
                break
            if process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"nginx did not start: {(folder / 'log').read_text()[-2000:]}")
            time.sleep(0.05)
        yield Fleet(tuple(places), process.pid, _environment(folder))
