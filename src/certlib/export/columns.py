"""What the workbook calls its columns, and how wide they are."""

from certlib.language import mark, say, say_in

COLUMN_TEXTS = {
    "state": mark("State"),
    "title": mark("Finding"),
    "node": mark("Node"),
    "endpoint": mark("Endpoint"),
    "text": mark("What was found"),
    "remedy": mark("What to do"),
    "basis": mark("Basis"),
    "waived": mark("Accepted"),
    "check": mark("Check id"),
    "web_server": mark("Web server"),
    "port": mark("Port"),
    "browser_gets": mark("Browser gets"),
    "rsa_offer_gets": mark("RSA offer gets"),
    "ecdsa_offer_gets": mark("ECDSA offer gets"),
    "expected_now": mark("Expected now"),
    "agrees": mark("Agrees"),
    "basis_now": mark("Basis now"),
    "after_upgrade": mark("After upgrade"),
    "basis_upgrade": mark("Basis upgrade"),
    "after_recommended": mark("After recommended"),
    "basis_recommended": mark("Basis recommended"),
    "not_after": mark("Not after"),
    "days_left": mark("Days left"),
    "subject": mark("Subject"),
    "issuer": mark("Issuer"),
    "key": mark("Key"),
    "signature": mark("Signature"),
    "kind": mark("Kind"),
    "dns_names": mark("Names (SAN)"),
    "presented_by": mark("Presented by"),
    "not_before": mark("Not before"),
    "serial": mark("Serial"),
    "sha256": mark("SHA-256"),
    "done": mark("Done"),
    "status": mark("Status"),
    "phase": mark("Phase"),
    "task": mark("Task"),
    "step": mark("Step"),
    "command": mark("Command"),
    "who": mark("Who"),
    "minutes": mark("Minutes"),
    "interrupts": mark("Interrupts"),
    "address": mark("Address"),
    "offer": mark("Offer"),
    "version": mark("Version"),
    "suite": mark("Suite"),
    "signature_algorithm": mark("Signature algorithm"),
    "leaf": mark("Leaf"),
    "chain_length": mark("Chain length"),
    "reason": mark("Reason"),
    "detail": mark("Detail"),
    "milliseconds": mark("Milliseconds"),
    "part": mark("What is compared"),
    "about": mark("About"),
    "change": mark("Change"),
    "then": mark("Then"),
    "foreseen": mark("Foreseen"),
    "now": mark("Now"),
}

WIDTHS = {  # characters; a whole table has about 250, so that it can be read on one page's width
    column: width
    for width, columns in {
        8: "port step chain_length agrees minutes done",
        11: "days_left not_before not_after kind version milliseconds who",
        14: "key offer address status phase reason",
        16: "state signature signature_algorithm waived",
        20: "browser_gets rsa_offer_gets ecdsa_offer_gets expected_now after_upgrade after_recommended",
        21: "basis_now basis_upgrade basis_recommended option task interrupts serial check",
        24: "node web_server basis part",
        28: "title endpoint presented_by suite detail",
        30: "dns_names command subject issuer about change",
        34: "sha256 leaf remedy then foreseen now",
        48: "text",
    }.items()
    for column in columns.split()
}


def name_column(column: str) -> str:
    """What a column is called; some words are other ones here than elsewhere."""
    if column == "signature":
        return say_in("certificate", "Signature")
    if column == "version":
        return say_in("TLS", "Version")
    if column == "state":
        return say_in("expiry", "State")
    return say(COLUMN_TEXTS[column])
