"""The sentences of options, verdict and gaps that name a site's own gadgets, nodes and web servers."""

from collections.abc import Sequence

from certlib.assess import words
from certlib.assess.model import Scenario

OTHER_ERA = "The site's releases do not present ECDSA certificates in a way that this would change."
NOTHING_SELF_SIGNED = "No web server of the site presents a self-signed certificate."
NO_COP = "No COP that would be undone is installed."
NO_SERVER = "The site has no server that it is for."
NO_CHANGE = "Every node is in this state already."
ALSO_WORKS = "It would work as well; others come first."
WOULD_WORK = "It would work."
NOT_NEEDED = "It would work, but nothing needs it."
EC_CA_ALONE = (
    "Not alone: while tomcat is self-signed, a trusted tomcat-ECDSA beside it makes browsers drop what agents"
    " accept. Have a CA sign tomcat as well."
)
NO_EC_CA = "The site's CA does not sign with an EC key, so there is nothing to wait for."
STILL_OPEN = "What agents would meet after it is partly open."
ROW_CONCLUDED = (
    "That the site is in this row is concluded, not seen: no web server presents a tomcat-ECDSA that an RSA"
    " CA signed. `show cert own tomcat-ECDSA` on a node shows who signed it; if an RSA CA did, the advice is"
    " Cisco's own."
)
WAY_ON = (
    "The COP has bridged the time, and the site's CA signs with an EC key: Cisco recommends presenting ECDSA,"
    " and has a rollback COP to that end. Nothing is broken until then."
)


def ec_ca(answer: str, *, socialminer: bool) -> str:
    """Why an EC CA is, or is not, the way, by what is known of the site's CA."""
    if answer == "yes":
        return "Cisco recommends it, and the site's CA signs with an EC key."
    if answer == "no":
        return "Cisco recommends it; the site's CA does not sign with an EC key."
    wrong = (
        "tomcat-ECDSA stops SocialMiner's page, chat and e-mail (CSCvb58580)."
        if socialminer
        else "tomcat-ECDSA is not presented, and nothing is gained."
    )
    return (
        "Cisco recommends it. Ask the CA first whether it signs with an EC key: signed with an RSA key, "
        + wrong
    )


def one_product(title: str) -> str:
    """An option for two products on a site that has servers of one."""
    return f"The site has servers of one product only, for which there is: {title}."


def behind_a_cop(title: str) -> str:
    """An option whose certificate an installed COP would hide."""
    return f"A COP keeps tomcat-ECDSA from the clients, so signing it alone changes nothing. See: {title}."


def breaking(gadgets: Sequence[str]) -> str:
    """An option that makes it worse."""
    return f"Do not do this: after it agents could not use {words.joined(gadgets)}."


def still_failing(gadgets: Sequence[str]) -> str:
    """What speaks against an option by its outcome."""
    return f"Not enough: after it agents could still not use {words.joined(gadgets)}."


def still_asking(gadgets: Sequence[str]) -> str:
    """An option that leaves prompts."""
    return f"It leaves certificates to accept in {words.joined(gadgets)}."


NOTHING_ANSWERED = "No endpoint of the site gave a certificate, so nothing is known of what agents meet."
NOTHING_TO_ASK = "The inventory names no web server that agents use, so nothing can be said about them."


def when(scenario: Scenario) -> str:
    """The time of which a verdict speaks."""
    return words.capital(scenario.title)


def blocked(time: str, unaccepted: Sequence[str], broken: Sequence[str]) -> str:
    """What cannot be used, and how it shows."""
    parts = []
    if unaccepted:
        parts.append(
            f"agents cannot use {words.joined(unaccepted)}, as the certificate presented there cannot be "
            f"accepted"
        )
    if broken:
        parts.append(f"agents cannot load {words.joined(broken)}")
    return f"{time}, {'; '.join(parts)}."


def first_of(texts: Sequence[str]) -> str:
    """The worst fault, and how many there are besides."""
    rest = len(texts) - 1
    more = f" {rest} more {'finding asks' if rest == 1 else 'findings ask'} for something." if rest else ""
    return f"{texts[0]}{more}"


def incomplete(places: Sequence[str]) -> str:
    """Which web servers that agents use gave no certificate."""
    some, rest = list(places[:3]), len(places) - 3
    named = words.joined([*some, f"{rest} more"] if rest > 0 else some)
    return f"What agents will meet is not wholly known: no certificate came from {named}."


def open_for(time: str, titles: Sequence[str]) -> str:
    """What neither a document nor a rule answers."""
    return f"{time}, it is open what agents meet in {words.joined(titles)}."


def prompts(time: str, titles: Sequence[str]) -> str:
    """Where agents have something to accept."""
    return f"{time}, agents are asked to accept certificates in {words.joined(titles)}."


def uncovered(time: str) -> str:
    """Works by inference alone."""
    return (
        f"{time}, everything should work for the agents; that is certlib's conclusion, as Cisco's "
        f"table does not cover this site."
    )


def todo(time: str, texts: Sequence[str]) -> str:
    """Works, and something is to be done."""
    return (
        f"{time.partition(',')[0]}, the certificates that are presented stop no agent. "
        f"To be done: {first_of(texts)}"
    )


def ready(time: str) -> str:
    """Nothing to be done."""
    return f"{time.partition(',')[0]}, everything works for the agents, and no check asks for anything."


def stopping(stops: Sequence[tuple[str, Sequence[str]]]) -> str:
    """Releases on the way at which agents could not work."""
    return "".join(
        f" Do not let the upgrade stop at {release}: agents could not use {words.joined(gadgets)} there."
        for release, gadgets in stops
    )


def works_but_for_stops(time: str) -> str:
    """Works at the end of the way."""
    return f"{time.partition(',')[0]}, everything works for the agents."


def more_to_do(texts: Sequence[str]) -> str:
    """What checks ask for beside what the verdict is about."""
    return f" To be done: {first_of(texts)}" if texts else ""


def by_inference(scenario: Scenario) -> str:
    """A good verdict for which no document speaks."""
    if scenario.id == "now":
        return (
            " What the web servers present was observed; that no agent is asked or stopped rests on inference"
            " by certlib's rules, as Cisco's table is about 11.5(1) alone."
        )
    return (
        " This rests on inference: what is presented then, and what agents meet, follows from certlib's"
        " rules, as Cisco's table is about 11.5(1) alone."
    )


def until_then(mentions: Sequence[str]) -> str:
    """What agents cannot use today and can after the upgrade."""
    return f" Today they cannot use {words.joined(mentions)}." if mentions else ""


def waived(number: int) -> str:
    """What was left out of the verdict."""
    if not number:
        return ""
    return f" {'One finding is' if number == 1 else f'{number} findings are'} accepted and not counted."


HSTS = (
    "Whether the agents' browsers know the hosts by HSTS was not checked; where they do, no "
    "certificate can be accepted."
)


def hsts_sent(place: str, max_age: int) -> str:
    """A desktop that tells browsers to remember its host."""
    return (
        f"{place} sends HSTS (for {max_age} seconds): a browser that once loaded it without a certificate "
        "error remembers the host, and then lets nobody accept a certificate there, on whatever port."
    )


def hsts_not_sent(places: Sequence[str]) -> str:
    """Desktops that were asked and do not send it."""
    return (
        f"{words.capital(words.joined(places))} sent no HSTS when asked for a page; whether another port of "
        "the same host does, or the agents' browsers know it from before, was not checked."
    )


def hsts_failed(place: str, failure: str) -> str:
    """A desktop whose page could not be fetched."""
    return f"Whether {place} sends HSTS could not be seen: {failure}."


def cert_type(nodes: Sequence[str], known: str, *, later: bool) -> str:
    """Nodes whose certificate type nobody looked up, or may be lost, or moves nobody knows what."""
    if known == "ecdsa":
        return (
            f"The certificate type of {words.joined(nodes)} is ecdsa; which web servers then present "
            f"tomcat-ECDSA, and whether it survives an upgrade, is not published, so both are counted as "
            f"possible."
        )
    then = " after the upgrade" if later else ""
    return (
        f"The certificate type of {words.joined(nodes)}{then} is not known and taken to be RSA; "
        f"`show tls server cert_type` tells, on nodes that have this command."
    )


def behind_cop(nodes: Sequence[str]) -> str:
    """Nodes whose second certificate a COP keeps from everybody."""
    return (
        f"The COP on {words.joined(nodes)} hides tomcat-ECDSA, so who signed it was not seen; "
        f"`show cert own tomcat-ECDSA` tells, before a rollback COP is installed."
    )


def context_only(nodes: Sequence[str]) -> str:
    """Nodes that the inventory names as context."""
    return f"{words.joined(nodes)}: named in the inventory as context, so nothing was asked there."


def no_rule(nodes: Sequence[str]) -> str:
    """Nodes that are outside of all rules."""
    return (
        f"What {words.joined(nodes)} presents after an upgrade was not worked out: "
        f"{words.NO_RULE[:1].lower()}{words.NO_RULE[1:]}"
    )


def cop_lost(node: str, titles: Sequence[str]) -> str:
    """A COP that may be gone after the upgrade."""
    return (
        f"{node}: whether the installed {words.joined(titles)} survives the upgrade is not published; it is "
        f"counted as gone."
    )


def not_published(titles: Sequence[str], what: Sequence[str]) -> str:
    """What Cisco does not publish about something that is recommended."""
    return f"Not published for {words.joined(f'the {title}' for title in titles)}: {words.joined(what)}."
