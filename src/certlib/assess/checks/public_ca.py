"""How a public CA is told from a private one: by what a public CA must write into every certificate.

Source: rule-public-ca.
"""

from certlib.assess.checks.leaves import Leaf, readable

# The CA/Browser Forum reserves 2.23.140.1 for its certificate policies; one of them stands in every server
# certificate of a public CA. The other is the list of signed certificate timestamps.
_FORUM, _TIMESTAMPS = "2.23.140.1.", "1.3.6.1.4.1.11129.2.4.2"


def public(leaf: Leaf) -> bool:
    """Whether a leaf bears the marks of a public CA."""
    policies = readable(leaf.certificate.policies, ())
    timestamps = _TIMESTAMPS in readable(leaf.certificate.extensions, ())
    return leaf.by_ca and (timestamps or any(one.startswith(_FORUM) for one in policies))


def legible(leaf: Leaf) -> bool:
    """Whether the marks could be looked for in a certificate that a CA signed."""
    read = isinstance(leaf.certificate.policies, tuple) and isinstance(leaf.certificate.extensions, tuple)
    return leaf.by_ca and read
