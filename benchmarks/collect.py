"""How fast certificates are collected, beside a hand-written loop and other tools, in one run.

    .venv/bin/python benchmarks/collect.py                       # ours and the floor, 200 endpoints
    .venv/bin/python benchmarks/collect.py --peers --sslyze /path/to/other-environment/bin/sslyze
    .venv/bin/python benchmarks/collect.py --mute 20             # a tenth of the endpoints says nothing
    .venv/bin/python benchmarks/collect.py --endpoints 2000      # one process, its memory

Each tool is a process of its own; wall and CPU time are those of the whole process with its children, from
its start to its end, and `work` is without the start of the interpreter. Runs are interleaved and medians are
taken. `found` counts pairs of endpoint and leaf. CPU of the servers is nginx's.
"""

import argparse
import json
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from fleet import NAME, Fleet, fleet

HERE = Path(__file__).parent
LEAF = re.compile(rb"-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----")
PATIENCE = 300.0  # seconds, then a tool is given up: found 0
# What s_client must say for each of the three questions.
QUESTIONS = (
    (),
    ("-sigalgs", "rsa_pss_rsae_sha256:RSA+SHA256", "-cipher", "aRSA"),
    ("-sigalgs", "ECDSA+SHA256", "-cipher", "aECDSA"),
)


@dataclass(frozen=True, slots=True)
class Run:
    wall: float
    cpu: float
    server_cpu: float
    found: int
    work: tuple[float, float, float] | None = None  # wall, CPU, MiB


def measured(servers: Fleet, command: list[str], count: Callable[[bytes], tuple], stdin: bytes = b"") -> Run:
    """Run a command to its end."""
    before, begun = servers.cpu_seconds(), time.perf_counter()
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as given:
        given.write(stdin)
        given.seek(0)
        process = subprocess.Popen(command, stdin=given, stdout=output, stderr=subprocess.DEVNULL)
        impatience = threading.Timer(PATIENCE, process.kill)
        impatience.start()
        _, status, used = os.wait4(process.pid, 0)
        impatience.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        wall = time.perf_counter() - begun
        output.seek(0)
        found, *work = (0,) if process.returncode == -signal.SIGKILL else count(output.read())
    return Run(
        wall,
        used.ru_utime + used.ru_stime,
        servers.cpu_seconds() - before,
        found,
        work[0] if work else None,
    )


def own(name: str, seconds: float) -> Callable[[Fleet], Run]:
    def counted(output: bytes) -> tuple:
        said = json.loads(output)
        return said["found"], (said["wall"], said["cpu"], said["memory"])

    def run(servers: Fleet) -> Run:
        places = json.dumps([(place.address, place.port) for place in servers.places]).encode()
        return measured(
            servers, [sys.executable, str(HERE / "client.py"), name, str(seconds)], counted, places
        )

    return run


def sslyze(binary: str) -> Callable[[Fleet], Run]:
    def counted(output: bytes) -> tuple:
        leaves = set()
        for server in json.loads(output)["server_scan_results"]:
            result = ((server.get("scan_result") or {}).get("certificate_info") or {}).get("result") or {}
            for deployment in result.get("certificate_deployments", ()):
                chain = deployment["received_certificate_chain"]
                leaves.add((server["server_location"]["ip_address"], chain[0]["as_pem"]))
        return (len(leaves),)

    def run(servers: Fleet) -> Run:
        targets = [f"{NAME}:{place.port}{{{place.address}}}" for place in servers.places]
        return measured(servers, [binary, "--certinfo", "--json_out=-", *targets], counted)

    return run


def nmap(binary: str) -> Callable[[Fleet], Run]:
    def run(servers: Fleet) -> Run:
        addresses = [place.address for place in servers.places]
        options = [
            "-Pn",
            "-n",
            "-T4",
            "-p",
            str(servers.places[0].port),
            "--script",
            "ssl-cert",
            "--script-timeout",
            "10s",
        ]
        return measured(
            servers,
            [binary, *options, "-oX", "-", *addresses],
            lambda output: (len(re.findall(rb'<script id="ssl-cert"', output)),),
        )

    return run


def sslscan(binary: str) -> Callable[[Fleet], Run]:
    def run(servers: Fleet) -> Run:
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as targets:
            targets.writelines(f"{place.address}:{place.port}\n" for place in servers.places)
            targets.flush()
            options = ["--no-ciphersuites", "--no-fallback", "--no-renegotiation", "--no-compression"]
            options += ["--no-heartbleed", "--no-groups", "--no-check-certificate", "--no-colour"]
            return measured(
                servers,
                [binary, *options, "--show-certificate", f"--targets={targets.name}"],
                lambda output: (len(set(LEAF.findall(output))),),
            )

    return run


def s_client(binary: str, seconds: float) -> Callable[[Fleet], Run]:
    def ask(place, question) -> bytes | None:
        command = [
            binary,
            "s_client",
            "-connect",
            f"{place.address}:{place.port}",
            "-servername",
            NAME,
            *question,
        ]
        try:
            output = subprocess.run(
                command, stdin=subprocess.DEVNULL, capture_output=True, timeout=seconds, check=False
            ).stdout
        except subprocess.TimeoutExpired:
            return None
        leaf = LEAF.search(output)
        return leaf and place.address.encode() + leaf[0]

    def run(servers: Fleet) -> Run:
        before, used = servers.cpu_seconds(), os.times()
        begun = time.perf_counter()
        with ThreadPoolExecutor(8) as pool:
            asked = [pool.submit(ask, place, each) for place in servers.places for each in QUESTIONS]
            leaves = {future.result() for future in asked} - {None}
        wall, now = time.perf_counter() - begun, os.times()
        cpu = sum(now[:4]) - sum(used[:4])
        return Run(wall, cpu, servers.cpu_seconds() - before, len(leaves))

    return run


def table(results: dict[str, list[Run]]) -> str:
    middle = statistics.median
    ours = middle(run.wall for run in results["ours"])
    head = (
        "tool",
        "wall s",
        "against ours",
        "client CPU s",
        "server CPU s",
        "work: wall s",
        "CPU s",
        "MiB",
        "found",
    )
    lines = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    for name, runs in results.items():
        wall, cpu = middle(run.wall for run in runs), middle(run.cpu for run in runs)
        server, found = middle(run.server_cpu for run in runs), middle(run.found for run in runs)
        work = (
            [middle(run.work[part] for run in runs if run.work) for part in range(3)]
            if runs[0].work
            else None
        )
        cells = [name, f"{wall:.2f}", f"{wall / ours:.2f}", f"{cpu:.2f}", f"{server:.2f}"]
        cells += [f"{work[0]:.2f}", f"{work[1]:.2f}", f"{work[2]:.0f}"] if work else ["", "", ""]
        lines.append(f"| {' | '.join((*cells, f'{found:.0f}'))} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--endpoints", type=int, default=200)
    parser.add_argument("--mute", type=int, default=0, help="how many of them say nothing")
    parser.add_argument("--seconds", type=float, default=3.0, help="time-out of a connection")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--protocols", default="TLSv1.2 TLSv1.3", help="as nginx writes them")
    parser.add_argument("--peers", action="store_true", help="other tools too, as far as they are installed")
    parser.add_argument("--sslyze", metavar="PATH", help="sslyze in an environment of its own")
    options = parser.parse_args()
    tools = {
        name: own(name, options.seconds) for name in ("ours", *(() if options.mute else ("floor", "bare")))
    }
    if options.peers:
        for name, make in (("nmap", nmap), ("sslscan", sslscan)):
            if binary := shutil.which(name):
                tools[name] = make(binary)
        if options.sslyze:
            tools["sslyze"] = sslyze(options.sslyze)
        if binary := shutil.which("openssl"):
            tools["s_client, 8 at once"] = s_client(binary, options.seconds)
    with fleet(endpoints=options.endpoints, mute=options.mute, protocols=options.protocols) as servers:
        results: dict[str, list[Run]] = {name: [] for name in tools}
        for number in range(options.rounds):
            for name, run in tools.items():
                results[name].append(run(servers))
                last = results[name][-1]
                print(f"round {number + 1} {name}: {last.wall:.2f} s, found {last.found}", file=sys.stderr)
    fleet_words = f"{options.endpoints} endpoints, {options.mute} mute, {options.protocols}"
    print(f"{fleet_words}; median of {options.rounds}\n")
    print(table(results))


if __name__ == "__main__":
    main()
