"""What a host makes of an ICMP *destination unreachable*.

An error is *hard* where a datagram socket is told of it; the others say that a router has no way at the moment, and only
connections that are being opened end by them. An established TCP connection ends by none (RFC 1122 section 4.2.3.9), but
names the last one when its patience ends.

**Source**: Linux ``net/ipv4/icmp.c`` (``icmp_err_convert``) and ``net/ipv6/icmp.c`` (``tab_unreach``).
"""

import errno
from typing import NamedTuple

from netglass.wire.icmp import UNREACHABLE_4, UNREACHABLE_6, IcmpMessage


class NetworkError(NamedTuple):
    """An error number, and whether sockets for datagrams are told."""

    number: int
    is_hard: bool


_CODES_4 = {
    0: NetworkError(errno.ENETUNREACH, False),
    1: NetworkError(errno.EHOSTUNREACH, False),
    2: NetworkError(errno.ENOPROTOOPT, True),
    3: NetworkError(errno.ECONNREFUSED, True),
    9: NetworkError(errno.ENETUNREACH, True),
    10: NetworkError(errno.EHOSTUNREACH, True),
    13: NetworkError(errno.EHOSTUNREACH, True),
}
_CODES_6 = {
    0: NetworkError(errno.ENETUNREACH, False),
    1: NetworkError(errno.EACCES, True),
    2: NetworkError(errno.EHOSTUNREACH, False),
    3: NetworkError(errno.EHOSTUNREACH, False),
    4: NetworkError(errno.ECONNREFUSED, True),
}


def read_error(message: IcmpMessage, is_4: bool) -> NetworkError | None:
    """Return what an ICMP message of either version tells; None where it does not say that something is unreachable."""
    if message.type != (UNREACHABLE_4 if is_4 else UNREACHABLE_6):
        return None
    return (_CODES_4 if is_4 else _CODES_6).get(message.code)
