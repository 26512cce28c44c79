"""Pinned reference data: what the world outside a measurement looked like.

Address to network, block-page fingerprints, trusted roots, test lists, public suffixes, bogons. Every snapshot is a
file that a user put there, dated and pinned by its SHA-256; nothing is fetched behind the user's back and nothing of
the machine (its certificate store, its resolver) is ever consulted, so the same pins give the same rows anywhere.
Without a snapshot the room answers "unknown" and says what is then missing.
"""

from netglass.refdata.fingerprint import Fingerprint
from netglass.refdata.network import Network
from netglass.refdata.snapshot import Pin, Refdata, load_refdata

__all__ = ["Fingerprint", "Network", "Pin", "Refdata", "load_refdata"]
