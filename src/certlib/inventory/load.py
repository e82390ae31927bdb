"""An inventory file becomes a Site, or a list of everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from certlib import x509
from certlib.errors import InvalidInput, Problem
from certlib.files import (
    Mistake,
    decode_text,
    limit_problems,
    locate_mistakes,
    read_bytes,
    translate_mistakes,
)
from certlib.inventory import checks
from certlib.inventory.model import (
    CONTEXT_ROLES,
    Agents,
    Branding,
    Collecting,
    FurtherEndpoint,
    Node,
    Report,
    Revision,
    Signatory,
    Site,
    Waiver,
)
from certlib.inventory.values import is_ip
from certlib.knowledge import Knowledge, read_release
from certlib.knowledge import load as load_knowledge
from certlib.text import list_oddities, make_visible

if TYPE_CHECKING:
    from certlib.inventory.form import NodeForm, ReportForm, SiteForm

LIMIT = 1_000_000  # bytes of an inventory and of a CA file


def load(path: Path) -> Site:
    """The site that an inventory file describes.

    Raises InvalidInput with every mistake of the file.
    """
    content = read_bytes(
        path, limit=LIMIT, instead="Name an inventory; `certlib init` writes one to begin with."
    )
    return read_site(decode_text(content, file=str(path)), file=str(path))


def read_site(text: str, *, file: str) -> Site:
    """The site that an inventory's text describes.

    `file` is where the text stands; its CA files are relative to the folder of it.
    Raises InvalidInput with every mistake.
    """
    # Who has a Site at hand, or evidence, need not wait for them.
    from pydantic import ValidationError  # noqa: PLC0415

    from certlib.files import yaml_lines  # noqa: PLC0415
    from certlib.inventory import brand  # noqa: PLC0415
    from certlib.inventory.form import SiteForm, list_keys_at  # noqa: PLC0415

    shown = make_visible(file)
    if len(text) > LIMIT:
        raise InvalidInput(
            (Problem(shown, None, "", f"is longer than {LIMIT:,} characters.", "Name the right file."),)
        )
    tree = yaml_lines.parse(text, file=shown)
    if tree.value is None or tree.value == {}:
        said = "says nothing."
        raise InvalidInput(
            (*tree.problems, Problem(shown, None, "", said, "Begin with what `certlib init` writes."))
        )
    if not isinstance(tree.value, dict):
        said = "is not a mapping."
        odd = list_oddities(tree.value) if isinstance(tree.value, str) else ""
        said += f" It holds {odd}." if odd else ""
        instead = 'Write lines of the form "key: value", beginning with "schema: 1".'
        raise InvalidInput((*tree.problems, Problem(shown, 1, "", said, instead)))
    knowledge = load_knowledge()
    folder = Path(file).parent
    cas, mistakes = _read_trusted_cas(tree.value, folder=folder)
    maker = brand.load(tree.value, folder=folder)
    picture, faults = brand.read_drawing(tree.value.get("branding"), ("branding",), folder=folder)
    mistakes += [*checks.find_mistakes(tree.value), *maker.mistakes, *faults]
    try:
        form = SiteForm.model_validate(tree.value)
    except ValidationError as error:
        mistakes += translate_mistakes(error, list_keys_at)
    else:
        if not mistakes and not tree.problems and not maker.problems:
            return _make_site(form, cas, knowledge, maker.values | ({"logo": picture} if picture else {}))
    own = limit_problems((*tree.problems, *locate_mistakes(shown, mistakes, tree.lines)), file=shown)
    raise InvalidInput((*own, *maker.problems))


def _read_trusted_cas(
    raw: Mapping[str, Any], *, folder: Path
) -> tuple[list[x509.Certificate], list[Mistake]]:
    """The certificates of the files under agents.trusted_cas, and what is wrong with these files."""
    agents = raw.get("agents")
    names = agents.get("trusted_cas") if isinstance(agents, dict) else None
    found: dict[str, x509.Certificate] = {}
    mistakes: list[Mistake] = []
    for index, name in enumerate(names if isinstance(names, list) else ()):
        if not isinstance(name, str):
            continue
        place = ("agents", "trusted_cas", index)
        try:
            content = read_bytes(
                folder / name, limit=LIMIT, instead="Give its path relative to the inventory."
            )
        except InvalidInput as error:
            (problem,) = error.problems
            mistakes.append((place, f"The file {problem.file} {problem.wrong}", problem.instead))
            continue
        blocks = x509.read_file(content)
        shown = make_visible(str(folder / name))
        for number, block in enumerate(blocks, 1):
            if block.fault:
                which = f"Certificate {number}" if len(blocks) > 1 else "The certificate"
                wrong = f"{which} in the file {shown} can't be read: {block.fault}."
                if block.fault == x509.NONE:
                    wrong = f"The file {shown} holds no certificate."
                mistakes.append((place, wrong, "Give whole certificates, as PEM, DER or PKCS#7."))
        found |= {block.certificate.sha256: block.certificate for block in blocks}
    return [*found.values()], mistakes


def _make_site(
    form: SiteForm, cas: list[x509.Certificate], knowledge: Knowledge, maker: Mapping[str, Any]
) -> Site:
    release = _find_release(form.release, knowledge)
    target = _find_release(form.target_release, knowledge) if form.target_release else None
    return Site(
        customer=form.customer,
        id=form.site,
        title=form.title or form.site,
        release=release,
        target_release=target or release,
        upgrade_date=form.upgrade_date,
        nodes=tuple(_make_node(node, form.release, form.target_release, knowledge) for node in form.nodes),
        further_endpoints=tuple(
            FurtherEndpoint(
                name=endpoint.name,
                kind=endpoint.kind,
                address=endpoint.address,
                port=endpoint.port,
                server_name=endpoint.sni or (None if is_ip(endpoint.address) else endpoint.address),
            )
            for endpoint in form.endpoints
        ),
        agents=Agents(
            browsers=tuple(dict.fromkeys(form.agents.browsers)),
            trusted_cas=tuple(ca.sha256 for ca in cas),
            group_policy=form.agents.group_policy,
        ),
        ca_signs_with_ec=form.ca.signs_with_ec,
        planned_cert_type=form.planned_cert_type,
        collecting=Collecting(
            patience=form.collecting.patience,
            pause=form.collecting.pause,
            gentle=None if form.collecting.gentle is None else form.collecting.gentle == "yes",
        ),
        ca_certificates=tuple(map(x509.write_pem, cas)),
        branding=_read_branding(form, maker),
        waivers=tuple(Waiver(**waiver.model_dump()) for waiver in form.waivers),
        report=_report(form.report, maker),
    )


def _read_branding(form: SiteForm, maker: Mapping[str, Any]) -> Branding:
    """What the inventory says of the maker, else what the maker's file says; the logo is data already."""
    own = {key: said for key, said in form.branding.model_dump(exclude={"logo"}).items() if said}
    shared = {field.name: maker[field.name] for field in fields(Branding) if field.name in maker}
    return Branding(**{**shared, **own})


def _report(form: ReportForm, maker: Mapping[str, Any]) -> Report:
    usual = Report()
    return Report(
        language=form.language or maker.get("language") or usual.language,
        paper=form.paper or maker.get("paper") or usual.paper,
        reference=form.reference,
        history=tuple(Revision(**each.model_dump()) for each in form.history),
        customer=Signatory(**form.signoff.customer.model_dump()),
        consultant=Signatory(**form.signoff.consultant.model_dump()),
    )


def _make_node(node: NodeForm, site_release: str, site_target: str | None, knowledge: Knowledge) -> Node:
    """A node; `site_release` and `site_target` as they are written for the site."""
    written = node.release or site_release
    target = node.target_release or site_target or written
    if node.role in CONTEXT_ROLES:
        written = node.release or ""
        target = node.target_release or written
        releases = {"release": written, "target_release": target}
    else:
        releases = {
            "release": _find_release(written, knowledge),
            "target_release": _find_release(target, knowledge),
            "release_written": _get_written(written, knowledge),
            "target_written": _get_written(target, knowledge),
        }
    return Node(
        role=node.role,
        name=node.name,
        address=node.address or node.name,
        ports=tuple(node.ports.items()),
        cops=tuple(dict.fromkeys(node.cops)),
        cert_type=node.cert_type,
        **releases,
    )


def _find_release(text: str, knowledge: Knowledge) -> str:
    """The id of the release that a text means, or is nearest to; only such have passed the checks."""
    found = read_release(knowledge, text).release
    if found is None:
        raise ValueError(text)
    return found.id


def _get_written(text: str, knowledge: Knowledge) -> str:
    """A release that is not known, as the inventory has it; nothing where it is known."""
    return "" if read_release(knowledge, text).exact else text.strip()
