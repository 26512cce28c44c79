"""DNS replies in wire format, as the client keeps them in ``raw_response``.

**Source**: RFC 1035 section 4; RFC 3596 for AAAA.
"""

import base64
import ipaddress
import random

_TYPES = {"A": 1, "AAAA": 28}


def encode_reply(rng: random.Random, host: str, kind: str, rcode: int, addresses: tuple[str, ...]) -> str:
    """Return the base64 of a reply to a question for ``host``."""
    name = b"".join(bytes([len(label)]) + label.encode() for label in host.split(".")) + b"\0"
    number = _TYPES[kind].to_bytes(2)
    head = rng.getrandbits(16).to_bytes(2) + (0x8180 | rcode).to_bytes(2)
    head += b"\0\1" + len(addresses).to_bytes(2) + b"\0\0\0\0"
    body = name + number + b"\0\1"
    for address in addresses:
        data = ipaddress.ip_address(address).packed
        body += b"\xc0\x0c" + number + b"\0\1" + (60).to_bytes(4) + len(data).to_bytes(2) + data
    return base64.b64encode(head + body).decode()
