import signal
import socket
import subprocess
import sys

import pytest
import yaml

from certlib import lab
from certlib.errors import CannotWrite, InvalidInput


def test_the_inventory_is_written_with_the_ca_certificates_beside_it(tmp_path):
    path = tmp_path / "new" / "site.yaml"
    with lab.site(preset="row-3") as running:
        lab.write_inventory(running, path)
        assert path.read_text(encoding="utf-8") == running.inventory
        for name in yaml.safe_load(running.inventory)["agents"]["trusted_cas"]:
            assert (path.parent / name).read_text(encoding="ascii") == running.ca_pem[name]


def test_an_inventory_of_the_lab_may_be_written_over_but_no_other_file(tmp_path):
    path = tmp_path / "site.yaml"
    with lab.site(preset="row-1") as running:
        lab.write_inventory(running, path)
        lab.write_inventory(running, path)
        path.write_text("customer: A real one\n", encoding="utf-8")
        with pytest.raises(CannotWrite, match="did not write"):
            lab.write_inventory(running, path)
    assert path.read_text(encoding="utf-8") == "customer: A real one\n"


def test_a_folder_in_the_place_of_the_inventory_is_a_clear_error(tmp_path):
    with lab.site(preset="row-1") as running, pytest.raises(CannotWrite):
        lab.write_inventory(running, tmp_path)


def test_a_preset_can_be_had_as_an_inventory_file_that_goes_with_the_site():
    with lab.inventory(preset="row-4") as path:
        facts = yaml.safe_load(path.read_text(encoding="utf-8"))
        assert (path.parent / facts["agents"]["trusted_cas"][0]).is_file()
        node = facts["nodes"][0]
        socket.create_connection((node["address"], node["ports"]["socketio"]), timeout=20).close()
    assert not path.exists()


def test_an_unknown_preset_is_a_users_mistake_that_names_the_known_ones():
    with pytest.raises(InvalidInput, match=r"'row-9' is no preset.*row-1"):
        lab.serve(preset="row-9")


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT for a child")
def test_the_command_prints_its_endpoints_and_runs_until_interrupted(tmp_path):
    path = tmp_path / "site.yaml"
    code = (
        "import pathlib, sys; from certlib import lab;"
        "lab.serve(preset='row-1', inventory_path=pathlib.Path(sys.argv[1]))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        lines = []
        for line in child.stdout:
            lines.append(line)
            if "Ctrl-C" in line:
                break
        child.send_signal(signal.SIGINT)
        assert child.wait(timeout=30) == 0
    printed = "".join(lines)
    for node in yaml.safe_load(path.read_text(encoding="utf-8"))["nodes"]:
        for port in node["ports"].values():
            assert f"{node['address']}:{port}\n" in printed
