"""The checksum of the internet, for headers and for segments with their pseudo header.

It is the complement of the one's complement sum of 16-bit words (RFC 1071). One's complement addition of words is
addition modulo 65535, and 65536 = 1 (mod 65535). So a whole buffer may be read as *one* large number: its remainder is
the sum, whatever the order of the bytes in a word, and numbers wider than a word (sequence numbers, addresses) are added
as they are. Python divides a number of 1,460 bytes in about a microsecond, far below a loop over words.

Zero has two forms, 0 and 65535. A sum is 0 only where every word is 0, which no header is.
"""


def sum_words(data: bytes) -> int:
    """Return the one's complement sum of ``data``, 0 to 65535; an odd last byte is followed by a zero."""
    total = int.from_bytes(data, "big") << (len(data) % 2 * 8)
    return total % 0xFFFF or (0xFFFF if total else 0)


def compute_checksum(data: bytes) -> int:
    """Return the checksum of ``data`` whose own checksum field is zero (RFC 1071 section 1), 0 to 65535."""
    return 0xFFFF - sum_words(data)


def sum_pseudo_header(source: bytes, destination: bytes, protocol: int, length: int) -> int:
    """Return what the pseudo header adds to a sum, not yet reduced.

    **Source**: RFC 9293 section 3.1 for IPv4, RFC 8200 section 8.1 for IPv6; ``length`` is that of the upper-layer
    header and its data in bytes.
    """
    return int.from_bytes(source + destination, "big") + protocol + length


def compute_transport_checksum(source: bytes, destination: bytes, protocol: int, segment: bytes) -> int:
    """Return the checksum of a TCP, UDP or ICMPv6 ``segment`` whose own checksum field is zero, 0 to 65535."""
    total = int.from_bytes(segment, "big") << (len(segment) % 2 * 8)
    return -(total + sum_pseudo_header(source, destination, protocol, len(segment))) % 0xFFFF


def verify_checksum(data: bytes) -> bool:
    """Tell whether an IPv4 header or an ICMPv4 message holds its right checksum."""
    return sum_words(data) == 0xFFFF


def verify_transport_checksum(source: bytes, destination: bytes, protocol: int, segment: bytes) -> bool:
    """Tell whether a TCP, UDP or ICMPv6 ``segment`` holds its right checksum.

    A UDP checksum of zero means *none was made* (RFC 768) and has to be told apart by the caller.
    """
    return compute_transport_checksum(source, destination, protocol, segment) == 0
