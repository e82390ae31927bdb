"""TLS as far as a presented certificate needs it: offers, their hello, and a server's first flight."""

from certlib.tls.grab import Answer, Grab
from certlib.tls.keys import Keys
from certlib.tls.messages import read_key_type
from certlib.tls.offers import OFFERS, Offer
from certlib.tls.profiles import read_profile, read_profiles

__all__ = ["OFFERS", "Answer", "Grab", "Keys", "Offer", "read_key_type", "read_profile", "read_profiles"]
