"""Evidence whose names, addresses and numbers are replaced, so that a report of it can be shown to others.

Everything that could tell who the site is becomes a pseudonym: a keyed hash (HMAC-SHA-256) of what it stands
for, so that the same name has the same pseudonym in every report made with the same key, and nobody without
the key can try out names. What is not known to be harmless is left out: only named fields are copied.
The bytes of certificates stay out of the shared evidence; the assessment asks them through a `Proof`.
"""

from certlib.pseudonyms.evidence import pseudonymize
from certlib.pseudonyms.key import KEY_FILE, find_key_beside, keep_key, read_pseudonymized

__all__ = ["KEY_FILE", "find_key_beside", "keep_key", "pseudonymize", "read_pseudonymized"]
