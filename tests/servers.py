"""Real TLS servers for tests, each a context manager: nginx, `openssl s_server`, GnuTLS, Node, Java, Tomcat.

    with nginx(rsa_leaf, ec_leaf, protocols="TLSv1.3") as (address, port): ...

A server listens on a free port of 127.0.77.x, is up when the block starts and gone when it ends. A test
whose program is missing is skipped with that reason; a server that does not start fails the test with what
it printed.
"""

import contextlib
import json
import os
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from xml.sax.saxutils import quoteattr

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from certs import Issued

# Of this process alone, so that test runs side by side never take each other's server for their own.
ADDRESS = f"127.0.77.{20 + os.getpid() % 200}"
_START_SECONDS = 15.0


def free_port(address: str = ADDRESS) -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((address, 0))
        return probe.getsockname()[1]


def program(name: str) -> str:
    """The path of a program; the test is skipped where it is missing."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin:/usr/local/sbin")
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def _accepts(address: str, port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection((address, port), timeout=1):
        return True
    return False


def _greet(address: str, port: int) -> None:
    """One handshake, whatever comes of it."""
    client = ssl.create_default_context()
    client.check_hostname, client.verify_mode = False, ssl.CERT_NONE
    with (
        contextlib.suppress(OSError),
        socket.create_connection((address, port), timeout=_START_SECONDS) as plain,
        client.wrap_socket(plain),
    ):
        pass


@contextlib.contextmanager
def _running(command: Callable[[int, Path], Sequence[str]], address: str) -> Iterator[tuple[str, int]]:
    """Start `command(port, folder)`, wait until it accepts, end it with the block."""
    folder = Path(tempfile.mkdtemp(prefix="certlib-server-"))
    log = folder / "output.log"
    process = None
    try:
        for _ in range(3):
            port = free_port(address)
            with log.open("wb") as output:
                process = subprocess.Popen(
                    command(port, folder),
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    cwd=folder,
                )
            deadline = time.monotonic() + _START_SECONDS
            while process.poll() is None and time.monotonic() < deadline:
                if _accepts(address, port):
                    yield address, port
                    return
                time.sleep(0.02)
            process.kill()
            process.wait()
        pytest.fail(f"{process.args[0]} did not start: {log.read_text(errors='replace')[-2000:]}")
    finally:
        if process is not None:
            process.terminate()
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def nginx(
    *pairs: Issued,
    protocols: str = "TLSv1.2 TLSv1.3",
    ciphers: str = "ALL:@SECLEVEL=0",
    prefer_server_ciphers: bool = False,
    curves: str | None = None,
    client_ca: Issued | None = None,
    default_server: bool = True,
    headers: Mapping[str, str] = MappingProxyType({}),
    address: str = ADDRESS,
) -> contextlib.AbstractContextManager[tuple[str, int]]:
    """Nginx with one or more pairs on one port; with `client_ca` it asks for a client certificate.

    `default_server=False` makes it refuse every name but the leaf's own (ssl_reject_handshake).
    """
    binary = program("nginx")
    lines = [f"ssl_protocols {protocols};", f"ssl_ciphers {ciphers};"]
    lines += [f"ssl_prefer_server_ciphers {'on' if prefer_server_ciphers else 'off'};"]
    lines += [f"ssl_ecdh_curve {curves};"] if curves else []
    tls = "".join(
        f"ssl_certificate {pair.chain_path}; ssl_certificate_key {pair.key_path};" for pair in pairs
    )
    if client_ca:
        tls += f"ssl_client_certificate {client_ca.cert_path}; ssl_verify_client optional;"

    tls += "".join(f"add_header {name} '{value}' always;" for name, value in headers.items())

    def command(port: int, folder: Path) -> Sequence[str]:
        listen = f"listen {address}:{port} ssl"
        servers = f"server {{ {listen}; server_name uccx1.example.test; {tls} return 204; }}"
        if not default_server:
            servers += f"server {{ {listen} default_server; ssl_reject_handshake on; }}"
        places = "".join(
            f"{kind}_temp_path {folder}/{kind};"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        (folder / "nginx.conf").write_text(
            f"daemon off; master_process off; worker_processes 1; pid {folder}/pid; error_log stderr info;\n"
            "events { worker_connections 512; }\n"
            f"http {{ access_log off; {places} {' '.join(lines)}\n{servers} }}\n"
        )
        return [binary, "-p", str(folder), "-e", "stderr", "-c", str(folder / "nginx.conf")]

    return _running(command, address)


def openssl_s_server(
    pair: Issued, second: Issued | None = None, *options: str, address: str = ADDRESS
) -> contextlib.AbstractContextManager[tuple[str, int]]:
    """`openssl s_server` with one or two certificates; `options` go to it as they are (`-groups`, `P-384` …).

    It serves one connection at a time.
    """
    binary = program("openssl")

    def command(port: int, folder: Path) -> Sequence[str]:
        pairs = ["-cert", str(pair.cert_path), "-key", str(pair.key_path)]
        if len(pair.chain) > 1:
            pairs += ["-cert_chain", str(pair.above_path)]
        if second:
            pairs += ["-dcert", str(second.cert_path), "-dkey", str(second.key_path)]
        if second and len(second.chain) > 1:
            pairs += ["-dcert_chain", str(second.above_path)]
        return [binary, "s_server", "-accept", f"{address}:{port}", *pairs, "-quiet", *options]

    return _running(command, address)


def gnutls(
    *pairs: Issued, priority: str = "NORMAL", address: str = ADDRESS
) -> contextlib.AbstractContextManager[tuple[str, int]]:
    """`gnutls-serv` with one or more pairs; in TLS 1.3 it sends session tickets at once.

    It can't be told an address and listens on all of the machine's.
    """
    binary = program("gnutls-serv")

    def command(port: int, _folder: Path) -> Sequence[str]:
        stored = [
            f"--x509{what}={path}"
            for pair in pairs
            for what, path in (("certfile", pair.chain_path), ("keyfile", pair.key_path))
        ]
        return [binary, "--quiet", "--echo", "--port", str(port), "--priority", priority, *stored]

    return _running(command, address)


@contextlib.contextmanager
def tomcat(
    *pairs: Issued,
    protocols: str = "TLSv1.2+TLSv1.3",
    ciphers: str | None = None,
    address: str = ADDRESS,
) -> Iterator[tuple[str, int]]:
    """Tomcat 10 with one Certificate element for each pair; with `ciphers` the server's order counts.

    Takes some seconds to start, and more to answer its first client, so it has had one when the block starts.
    """
    program("tomcat10-instance-create")  # of the package that brings Tomcat for private instances
    home = Path("/usr/share/tomcat10")
    host = {"protocols": protocols} | ({"ciphers": ciphers, "honorCipherOrder": "true"} if ciphers else {})

    def element(name: str, attributes: Mapping[str, object], *within: str) -> str:
        said = "".join(f" {key}={quoteattr(str(value))}" for key, value in attributes.items())
        return f"<{name}{said}>{''.join(within)}</{name}>"

    def certificate(pair: Issued) -> str:
        files = {"certificateFile": pair.chain_path, "certificateKeyFile": pair.key_path}
        kind = "EC" if isinstance(pair.key, ec.EllipticCurvePrivateKey) else "RSA"
        return element("Certificate", files | {"type": kind})

    def command(port: int, folder: Path) -> Sequence[str]:
        (folder / "conf").mkdir(exist_ok=True)
        connector = element(
            "Connector",
            {"address": address, "port": port, "SSLEnabled": "true", "scheme": "https", "secure": "true"},
            element("SSLHostConfig", host, *map(certificate, pairs)),
        )
        engine = element(
            "Engine",
            {"name": "Catalina", "defaultHost": "localhost"},
            element("Host", {"name": "localhost", "appBase": folder}),
        )
        service = element("Service", {"name": "Catalina"}, connector, engine)
        (folder / "conf" / "server.xml").write_text(element("Server", {"port": -1}, service))
        jars = f"{home}/bin/bootstrap.jar:{home}/bin/tomcat-juli.jar"
        options = ["-Xshare:auto", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"]
        options += [f"-Djava.io.tmpdir={folder}", f"-Dcatalina.home={home}", f"-Dcatalina.base={folder}"]
        return [program("java"), *options, "-cp", jars, "org.apache.catalina.startup.Bootstrap", "start"]

    with _running(command, address) as where:
        _greet(*where)
        yield where


def node_https(
    *pairs: Issued,
    min_version: str = "TLSv1.2",
    max_version: str = "TLSv1.3",
    ciphers: str | None = None,
    address: str = ADDRESS,
) -> contextlib.AbstractContextManager[tuple[str, int]]:
    """Node's https module, which SocketIO is built on, with one or more pairs."""
    binary = program("node")
    options = {"minVersion": min_version, "maxVersion": max_version}
    if ciphers:
        options["ciphers"] = ciphers
    script = f"""
const fs = require('fs'), https = require('https');
const pairs = {json.dumps([[str(pair.chain_path), str(pair.key_path)] for pair in pairs])};
const options = {json.dumps(options)};
options.cert = pairs.map(pair => fs.readFileSync(pair[0]));
options.key = pairs.map(pair => fs.readFileSync(pair[1]));
https.createServer(options, (request, response) => response.end('ok'))
  .on('tlsClientError', () => {{}})
  .listen(Number(process.argv[2]), process.argv[3]);
"""

    def command(port: int, folder: Path) -> Sequence[str]:
        (folder / "server.js").write_text(script)
        return [binary, str(folder / "server.js"), str(port), address]

    return _running(command, address)


def jsse(
    *pairs: Issued,
    key_manager: str = "PKIX",
    old_rule: bool = False,
    protocols: str = "TLSv1.3,TLSv1.2",
    address: str = ADDRESS,
) -> contextlib.AbstractContextManager[tuple[str, int]]:
    """Java's own TLS with one or more pairs; `old_rule` hides an EC certificate that an RSA CA signed."""
    binary = program("java")
    if shutil.which("javac") is None:
        pytest.skip("a JDK is not installed (java is there, javac is not)")
    manager = key_manager + ("-old" if old_rule else "")
    source = Path(__file__).with_name("JsseServer.java")

    def command(port: int, folder: Path) -> Sequence[str]:
        options = ["-Xshare:auto", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", str(source)]
        stored = [
            word
            for pair in pairs
            for word in (
                str(pair.chain_path),
                str(pair.key_path),
                "EC" if isinstance(pair.key, ec.EllipticCurvePrivateKey) else "RSA",
            )
        ]
        return [binary, *options, address, str(port), manager, protocols, *stored]

    return _running(command, address)
