"""TLS as far as a presented certificate needs it: offers, their hello, and a server's first flight."""

from certlib.tls.answer import Answer
from certlib.tls.grab import Grab
from certlib.tls.keys import Keys
from certlib.tls.offers import OFFERS, Offer
from certlib.tls.profiles import read_profile, read_profiles
from certlib.tls.spki import read_key_type

__all__ = ["OFFERS", "Answer", "Grab", "Keys", "Offer", "read_key_type", "read_profile", "read_profiles"]
