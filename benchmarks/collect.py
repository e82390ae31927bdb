"""How fast certificates are collected, beside a hand-written loop and other tools, in one run.

    python benchmarks/collect.py                                  # 200 endpoints, every tool that is here
    python benchmarks/collect.py --mute 20 --rounds 3             # a tenth of the endpoints says nothing
    python benchmarks/collect.py --endpoints 2000 --alone         # one process, its memory
    python benchmarks/collect.py --protocols TLSv1.3

Each tool is a process of its own; wall and CPU time are those of the whole process with its children, from
its start to its end. `work` is without the start: for ours and the floor without interpreter, imports and the
reading of the knowledge files, for the command and sslyze as they say themselves. Runs are interleaved, one
round is made before and not counted (it also compiles Python's modules). Of each figure the least is told,
which others on the machine disturb least, and of the wall time the median beside it. `found` counts pairs of
endpoint and leaf. CPU of the servers is nginx's.

sslyze does not go into one environment with certlib: name its program with --sslyze, or have it on the PATH.
"""

import argparse
import datetime as dt
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
from dataclasses import dataclass, replace
from pathlib import Path

from fleet import NAME, Fleet, fleet

HERE = Path(__file__).parent
LEAF = re.compile(rb"-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----")
PATIENCE = 180.0  # seconds, then a tool is given up: found 0
PEERS_WITH_MUTE = 1  # rounds that the other tools get where endpoints are mute: they wait for minutes
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
    work: tuple[float | None, ...] = (None, None, None)  # wall, CPU, MiB


def measured(servers: Fleet, command: list[str], count: Callable[[bytes], tuple], stdin: bytes = b"") -> Run:
    """Run a command to its end, or till patience does."""
    before, begun = servers.cpu_seconds(), time.perf_counter()
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as given:
        given.write(stdin)
        given.seek(0)
        process = subprocess.Popen(
            command, stdin=given, stdout=output, stderr=subprocess.DEVNULL, env=servers.environment
        )
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
        *work,
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


def command(servers: Fleet) -> Run:
    """`certlib collect`, from the inventory file to the evidence file."""
    lines = ["schema: 1", "customer: Benchmark", "site: fleet", "release: 11.5(1)"]
    lines += ["nodes: [{role: cucm, name: cucm.example.test}]", "endpoints:"]  # a site has a node
    for place in servers.places:
        lines += [f"  - name: {place.address}", "    kind: other", f"    address: {place.address}"]
        lines += [f"    port: {place.port}", f"    sni: {NAME}"]
    with tempfile.TemporaryDirectory() as folder:
        inventory, output = Path(folder) / "fleet.yaml", Path(folder) / "evidence.json"
        inventory.write_text("\n".join(lines), encoding="utf-8")
        program = [sys.executable, "-m", "certlib", "collect", str(inventory), "--output", str(output)]
        run = measured(servers, program, lambda _: (0,))
        said = json.loads(output.read_text(encoding="utf-8"))
    begun, ended = (dt.datetime.fromisoformat(said[moment]) for moment in ("collected", "finished"))
    leaves = {(row["endpoint"], row["chain"][0]) for row in said["presentations"] if row["chain"]}
    return replace(run, found=len(leaves), work=((ended - begun).total_seconds(), None, None))


def sslyze(binary: str) -> Callable[[Fleet], Run]:
    def counted(output: bytes) -> tuple:
        leaves, said = set(), json.loads(output)
        begun, ended = (
            dt.datetime.fromisoformat(said[f"date_scans_{moment}"]) for moment in ("started", "completed")
        )
        for server in said["server_scan_results"]:
            result = ((server.get("scan_result") or {}).get("certificate_info") or {}).get("result") or {}
            for deployment in result.get("certificate_deployments", ()):
                chain = deployment["received_certificate_chain"]
                leaves.add((server["server_location"]["ip_address"], chain[0]["as_pem"]))
        return len(leaves), ((ended - begun).total_seconds(), None, None)

    def run(servers: Fleet) -> Run:
        targets = [f"{NAME}:{place.port}{{{place.address}}}" for place in servers.places]
        return measured(servers, [binary, "--certinfo", "--json_out=-", *targets], counted)

    return run


def nmap(binary: str) -> Callable[[Fleet], Run]:
    def run(servers: Fleet) -> Run:
        addresses = [place.address for place in servers.places]
        options = ["-Pn", "-n", "-T4", "-p", str(servers.places[0].port), "--script", "ssl-cert"]
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
    """The least of each tool, and the median of its wall time, as Markdown."""
    ours = min(run.wall for run in results["ours"])
    head = ("tool", "wall s", "median", "against ours", "client CPU s", "server CPU s")
    head += ("work: wall s", "against ours", "CPU s", "MiB")
    lines = [f"| {' | '.join((*head, 'found'))} |", "|---" * (len(head) + 1) + "|"]
    for name, runs in results.items():
        wall, cpu, server = (
            min(getattr(run, part) for run in runs) for part in ("wall", "cpu", "server_cpu")
        )
        given_up, median = (
            "more than " if wall >= PATIENCE else "",
            statistics.median(run.wall for run in runs),
        )
        cells = [name, f"{given_up}{wall:.2f}", f"{median:.2f}", f"{wall / ours:.2f}"]
        cells += [f"{cpu:.2f}", f"{server:.2f}"]
        work = least_work(runs)
        beside = None if work[0] is None else work[0] / least_work(results["ours"])[0]
        for value, form in zip((work[0], beside, *work[1:]), (".2f", ".2f", ".2f", ".0f"), strict=True):
            cells.append("" if value is None else f"{value:{form}}")
        found = statistics.median(run.found for run in runs)
        lines.append(f"| {' | '.join((*cells, f'{found:.0f}'))} |")
    return "\n".join(lines)


def least_work(runs: list[Run]) -> list[float | None]:
    """The least wall time, CPU time and memory of the work alone, as far as they are known."""
    known = ([run.work[part] for run in runs if run.work[part] is not None] for part in range(3))
    return [min(values) if values else None for values in known]


def ratio(results: dict[str, list[Run]]) -> str:
    """The CPU time of ours against the floor's, the least beside the least."""
    work = least_work(results["ours"])[1] / least_work(results["floor"])[1]
    whole = min(run.cpu for run in results["ours"]) / min(run.cpu for run in results["floor"])
    return f"client CPU of ours against the floor: {work:.2f} for the work, {whole:.2f} for the whole process"


def peers(sslyze_at: str, seconds: float) -> dict[str, Callable[[Fleet], Run]]:
    """The other tools that are here; who is not, is told."""
    makers = {
        "nmap": nmap,
        "sslscan": sslscan,
        sslyze_at: sslyze,
        "openssl": lambda binary: s_client(binary, seconds),
    }
    found = {}
    for program, make in makers.items():
        if binary := shutil.which(program):
            found["sslyze" if program == sslyze_at else program] = make(binary)
        else:
            print(f"{program} is not here and is left out", file=sys.stderr)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--endpoints", type=int, default=200)
    parser.add_argument("--mute", type=int, default=0, help="how many of them say nothing")
    parser.add_argument("--seconds", type=float, default=3.0, help="time-out of a connection")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--protocols", default="TLSv1.2 TLSv1.3", help="as nginx writes them")
    parser.add_argument("--alone", action="store_true", help="without the other tools")
    parser.add_argument("--sslyze", metavar="PATH", default="sslyze", help="sslyze's program")
    options = parser.parse_args()
    # The hand-written loop has no time-outs.
    own_names = ("ours",) if options.mute else ("ours", "floor", "bare")
    tools = {name: own(name, options.seconds) for name in own_names}
    if not options.mute:  # the command's own time-outs are longer
        tools["command"] = command
    others = {} if options.alone else peers(options.sslyze, options.seconds)
    load = os.getloadavg()[0]
    with fleet(endpoints=options.endpoints, mute=options.mute, protocols=options.protocols) as servers:
        results: dict[str, list[Run]] = {name: [] for name in (*tools, *others)}
        for number in range(options.rounds + 1):
            late = options.mute and number > PEERS_WITH_MUTE
            warm = number > 0
            for name, run in {**tools, **({} if late or (options.mute and not warm) else others)}.items():
                last = run(servers)
                if warm:
                    results[name].append(last)
                print(f"round {number} {name}: {last.wall:.2f} s, found {last.found}", file=sys.stderr)
    fleet_words = f"{options.endpoints} endpoints, {options.mute} mute, {options.protocols}"
    print(f"{fleet_words}; least of {options.rounds}; load before: {load:.1f}\n")
    print(table(results))
    if "floor" in results:
        print(f"\n{ratio(results)}")


if __name__ == "__main__":
    main()
