from datetime import date
from pathlib import Path

import pytest
import yaml

from certlib import lab
from certlib.inventory import list_endpoints, load

LAB, PARAMS = Path(lab.__file__).parent, Path(__file__).parents[2] / "params"


def read(running):
    return yaml.safe_load(running.inventory)


@pytest.mark.parametrize("preset", lab.PRESETS)
def test_the_inventory_names_every_endpoint(preset):
    with lab.site(preset=preset) as running:
        facts = read(running)
        listed = {
            (node["name"], web_server, node["address"], port)
            for node in facts["nodes"]
            for web_server, port in node["ports"].items()
        } | {(one["sni"], None, one["address"], one["port"]) for one in facts.get("endpoints", [])}
        assert listed == {(e.node, e.web_server, e.address, e.port) for e in running.endpoints}
        assert sorted(facts["agents"]["trusted_cas"]) == sorted(running.ca_pem)


@pytest.mark.parametrize("preset", lab.PRESETS)
def test_the_loader_of_inventories_reads_it_and_finds_every_endpoint(preset):
    with lab.inventory(preset=preset) as path:
        site = load(path)
    stated = lab.PRESETS[preset]
    assert (site.customer, site.id, site.release) == (stated.customer, stated.site, stated.release)
    served = [server for node in stated.nodes for server in lab.WEB_SERVERS[node.role]]
    assert len(list_endpoints(site)) == len(served) + len(stated.faulty)


def test_the_demonstration_tells_the_upgrade():
    with lab.site() as running:
        facts = read(running)
    assert facts["customer"] == "Northwind Logistics"
    assert (facts["release"], facts["target_release"]) == ("10.6(1)", "11.5(1)")
    assert facts["upgrade_date"] == date(2026, 12, 12)
    assert [node.get("release") for node in facts["nodes"]] == [None, None, "11.5(1)"]
    assert facts["ca"] == {"signs_with_ec": "unknown"}


def test_the_report_of_a_site_of_the_lab_has_a_maker_a_number_a_version_and_who_signs():
    with lab.inventory() as path:
        site = load(path)
    assert (site.branding.name, site.branding.author) == ("Keller & Brandt Communications", "Maria Keller")
    assert site.branding.confidentiality == "Confidential – for Northwind Logistics"
    assert site.branding.logo.startswith("data:image/svg+xml;base64,")
    assert site.report.reference == "NWL-HAMBURG"
    assert [(one.version, one.author) for one in site.report.history] == [("1.0", "Maria Keller")]
    assert (site.report.customer.name, site.report.consultant.name) == ("", "Maria Keller")


def test_the_maker_of_the_demonstration_is_the_one_of_the_example():
    of_lab, example = (yaml.safe_load((folder / "brand.yaml").read_text("utf-8")) for folder in (LAB, PARAMS))
    assert of_lab.items() <= example.items()
    assert (LAB / "logo.svg").read_bytes() == (PARAMS / "logo.svg").read_bytes()


def test_cops_are_named_by_the_kind_of_their_node():
    with lab.site(preset="with-cops") as running:
        assert [node["cops"] for node in read(running)["nodes"]] == [
            ["uccx-ecdsa-off"],
            ["uccx-ecdsa-off"],
            ["socialminer-ecdsa-off"],
        ]


def test_a_site_with_an_ec_signed_certificate_has_a_ca_that_signs_with_ec():
    with lab.site(preset="row-3") as running:
        assert read(running)["ca"] == {"signs_with_ec": "yes"}
        assert sorted(running.ca_pem) == ["northwind-ec-root.pem", "northwind-root.pem"]
