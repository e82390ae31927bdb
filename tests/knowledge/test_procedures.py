"""The procedures as data: what each step needs is done before it, and what interrupts agents is announced."""

from collections.abc import Iterator

import pytest

from certlib.knowledge import Knowledge, Procedure, Step, load

UCCX = ("uccx-publisher", "uccx-subscriber")
ROLES = ("socialminer", *UCCX)
RELEASES = ("11.5(1)", "12.0(1)", "12.5(1)", "12.5(1)SU2", "15.0(1)")
RESTARTS = {"restarted", "switched", "type-set"}
# Commands that take a node out of service, and what a step that gives one must say that it does.
EFFECTS = {
    "utils system restart": "restarted",
    "utils system switch-version": "switched",
    "set tls server cert_type ecdsa": "type-set",
    "set tls server cert_type rsa": "type-set",
}


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load()


def within(knowledge: Knowledge, step: Step, release: str) -> bool:
    order = {name: one.order for name, one in knowledge.releases.items()}
    since = step.since is None or order[step.since] <= order[release]
    return since and (step.until is None or order[release] <= order[step.until])


def steps(
    knowledge: Knowledge,
    procedure: Procedure,
    *,
    role: str,
    release: str,
    identity: str = "tomcat-ECDSA",
    shared: bool = False,
    cops: bool = False,
    signed_by: str = "ca",
    sets: str | None = None,
) -> list[Step]:
    """The steps that a node of a pair with a chat platform is given."""
    if procedure.roles and role not in procedure.roles:
        return []
    return [
        step
        for step in procedure.steps
        if (not step.roles or role in step.roles)
        and within(knowledge, step, release)
        and step.identity in (None, identity)
        and step.shared in (None, shared)
        and step.cops in (None, cops)
        and step.signed_by in (None, signed_by)
        and step.undoes in (None, sets)
    ]


def in_order(knowledge: Knowledge, names: tuple[str, ...]) -> list[Procedure]:
    """Procedures as they are worked through: by phase, then by the file."""
    phases = [*knowledge.phases]
    chosen = [one for one in knowledge.procedures.values() if one.id in names and one.phase != "roll-back"]
    return sorted(chosen, key=lambda one: phases.index(one.phase))


def unmet(done: set[str], given: list[Step]) -> Iterator[str]:
    for step in given:
        yield from (f"{step.text}: {need}" for need in step.needs if need not in done)
        done |= {*step.does}


@pytest.mark.parametrize("role", ROLES)
def test_whatever_a_step_of_an_option_needs_an_earlier_step_has_done_on_that_node(knowledge, role) -> None:
    for option in knowledge.options.values():
        if option.id == "rollback-cop" or (option.roles and role not in option.roles):
            continue  # the certificate behind the COP is there already
        release = "12.5(1)SU2" if "opt-in" in option.eras else "11.5(1)"
        done: set[str] = set()
        for procedure in in_order(knowledge, option.procedures):
            given = steps(knowledge, procedure, role=role, release=release, sets=option.sets_cert_type)
            assert not [*unmet(done, given)], (option.id, procedure.id)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("identity", ["tomcat", "tomcat-ECDSA"])
@pytest.mark.parametrize("shared", [False, True])
@pytest.mark.parametrize("release", RELEASES)
def test_a_renewal_stores_one_certificate_and_the_restart_after_it_puts_it_into_use(
    knowledge, role, identity, shared, release
) -> None:
    renewal = knowledge.procedures["renew-before"]
    assert knowledge.procedures["renew-in-window"].steps == renewal.steps
    for signed_by, stored in (("ca", "certificate-uploaded"), ("itself", "certificate-generated")):
        facts = {"role": role, "release": release, "identity": identity, "shared": shared}
        given = steps(knowledge, renewal, signed_by=signed_by, **facts)
        done = {"backed-up"}
        assert not [*unmet(done, given)]
        assert [step.does for step in given].count((stored,)) == 1
        assert not RESTARTS & done
        for name in ("restart-before", "restart"):
            after = steps(knowledge, knowledge.procedures[name], **facts)
            assert not [*unmet(done, after)]
            assert [step.does for step in after].count(("restarted",)) == 1


def test_a_step_that_takes_a_node_out_of_service_says_so_and_its_task_announces_it(knowledge) -> None:
    for procedure in knowledge.procedures.values():
        if procedure.phase == "roll-back":
            continue
        for step in procedure.steps:
            if step.command in EFFECTS:
                assert step.does == (EFFECTS[step.command],), (procedure.id, step.text)
            if RESTARTS & {*step.does}:
                assert procedure.interrupts != "Nothing.", procedure.id
                assert procedure.phase != "prepare"


@pytest.mark.parametrize("role", ROLES)
def test_an_upgrade_is_installed_beside_the_running_release_and_switched_afterwards(knowledge, role) -> None:
    for release in RELEASES:
        for cops in (False, True):
            done: set[str] = set()
            for name in ("backup", "upgrade"):
                given = steps(knowledge, knowledge.procedures[name], role=role, release=release, cops=cops)
                assert not [*unmet(done, given)]
            assert ("upgraded" in done, "switched" in done, "restarted" in done) == (True, False, cops)
            given = steps(knowledge, knowledge.procedures["switch"], role=role, release=release)
            assert not [*unmet(done, given)]
            assert "switched" in done


def test_the_subscriber_waits_until_the_publisher_is_wholly_up(knowledge) -> None:
    for name in ("switch", "restart", "restart-before", "restart-cop", "set-cert-type-ecdsa"):
        given = steps(
            knowledge, knowledge.procedures[name], role="uccx-subscriber", release="15.0(1)", sets="ecdsa"
        )
        assert given[0].text.startswith("Go on only when"), name
        assert "publisher" in given[0].text


def test_the_type_is_switched_after_the_exchange_and_a_backup_follows_it(knowledge) -> None:
    tasks = [one.id for one in in_order(knowledge, knowledge.options["cert-type-ecdsa"].procedures)]
    wanted = [
        "cert-type-look", "backup", "csr", "signing", "ca-reply", "upload-chain", "upload", "restart",
        "cert-type-peers", "set-cert-type-ecdsa", "backup-after", "verify",
    ]  # fmt: skip
    assert [name for name in tasks if name in wanted] == wanted


def test_every_option_that_puts_a_cop_on_a_node_restarts_it_and_counts_the_restart(knowledge) -> None:
    for option in knowledge.options.values():
        for put, restart in (("install-cop", "restart-cop"), ("rollback-cop", "restart")):
            if put in option.procedures:
                assert restart in option.procedures, option.id
                assert any(line.counts == "restarts" for line in option.restarts)


def test_a_certificate_on_the_chat_platform_is_never_made_for_several_nodes(knowledge) -> None:
    shared = [
        (procedure.id, step)
        for procedure in knowledge.procedures.values()
        for step in procedure.steps
        if step.shared and "Multi-server" in step.text
    ]
    assert {name for name, _ in shared} == {"renew-before", "renew-in-window", "csr"}
    assert all("publisher" in step.text for _, step in shared)


def test_agents_accept_every_web_server_that_one_of_their_gadgets_needs(knowledge) -> None:
    addresses = {step.web_server: step.command for step in knowledge.procedures["accept-in-browser"].steps}
    needed = {name for gadget in knowledge.gadgets.values() for name in gadget.web_servers}
    assert needed | {"uccx-tomcat", "notification", "identity-service"} <= {*addresses}
    assert addresses["uccx-tomcat"] == "https://{node}/appadmin/main"


def test_whoever_empties_parent_domain_is_told_that_the_ca_must_add_the_name(knowledge) -> None:
    said = [
        step.text
        for procedure in knowledge.procedures.values()
        for step in procedure.steps
        if "Parent Domain" in step.text
    ]
    assert said
    for text in said:
        assert "no alternative name" in text or "holds none" in text


def test_a_promise_about_what_browsers_keep_names_the_browsers_that_were_measured(knowledge) -> None:
    said = [text for text in knowledge.options["accept"].speaks_against if "measurements" in text]
    for text in said:
        assert "Chromium" in text
    (hsts,) = [text for text in said if "HSTS" in text]
    assert "Firefox" in hsts
