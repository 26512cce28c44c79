"""Messages of DNS (RFC 1035 section 4.1) with EDNS (RFC 6891 section 6.1).

A header of six 16-bit numbers says how many questions and records follow; a record is a name, a type, a class, a lifetime
and data of stated length. Names inside of the data may be compressed in the older types; they are expanded, so that
``data`` stands for itself and two answers can be compared (``dns_data`` reads and makes it).

Injected answers are often malformed: counts that lie, cut records, bytes behind the end. So a message with a whole header
is always read as far as it goes, and ``is_whole`` says whether the counts were met. The OPT pseudo record is taken out of
the additional section into ``edns``; it carries the upper 8 bits of the 12-bit response code.
"""

from collections.abc import Iterable
from struct import Struct

import msgspec

from netglass.wire.dns_name import build_name, compress_name, expand_name, format_name

A, NS, CNAME, SOA, PTR, MX, TXT, AAAA, OPT, SVCB, HTTPS, ANY = 1, 2, 5, 6, 12, 15, 16, 28, 41, 64, 65, 255
"""Types of records. **Source**: RFC 1035 section 3.2.2, RFC 3596, RFC 6891, RFC 9460."""

IN = 1
"""Class of the internet."""

NOERROR, FORMERR, SERVFAIL, NXDOMAIN, NOTIMP, REFUSED = range(6)
"""Response codes. **Source**: RFC 1035 section 4.1.1."""

RESPONSE, AUTHORITATIVE, TRUNCATED, RECURSION_DESIRED, RECURSION_AVAILABLE = 0x8000, 0x0400, 0x0200, 0x0100, 0x0080
AUTHENTIC_DATA, CHECKING_DISABLED = 0x0020, 0x0010
"""Bits of ``flags``. **Source**: RFC 1035 section 4.1.1, RFC 4035 section 3.2."""

_HEADER = Struct("!6H")
_QUESTION = Struct("!HH")
_RECORD = Struct("!HHIH")
_NAME_AT = {NS: 0, CNAME: 0, PTR: 0, SOA: 0, MX: 2}
"""Where in the data of a type a name stands that may be compressed (RFC 3597 section 4)."""


class Question(msgspec.Struct, frozen=True, gc=False):
    """What is asked: a name as text, a type and a class, each 0 to 65535."""

    name: str
    type: int = A
    class_: int = IN


class Record(msgspec.Struct, frozen=True, gc=False):
    """A record: owner name as text, type, data without pointers, lifetime in seconds (0 to 2^32 - 1) and class."""

    name: str
    type: int
    data: bytes
    ttl: int = 300
    class_: int = IN


class Edns(msgspec.Struct, frozen=True, gc=False):
    """The OPT pseudo record.

    Attributes:
        udp_bytes: longest UDP answer that the sender takes, 0 to 65535 bytes.
        extended: bits 31 to 0 of the lifetime field: upper 8 bits of the response code, version, flags (DO is 0x8000).
        options: raw options.
    """

    udp_bytes: int = 1232
    extended: int = 0
    options: bytes = b""


class Message(msgspec.Struct, frozen=True, gc=False):
    """A message.

    Attributes:
        id: 0 to 65535; an answer carries that of its query.
        flags: the second 16 bits: ``RESPONSE`` ... ``CHECKING_DISABLED``, operation code and lower response code.
        questions: usually one.
        answers: records that answer.
        authorities: records of the authority section.
        additionals: the remaining records, without OPT.
        edns: the OPT record, where there is one.
        is_whole: False where a count promised more than could be read, or bytes were left over.
    """

    id: int
    flags: int
    questions: tuple[Question, ...] = ()
    answers: tuple[Record, ...] = ()
    authorities: tuple[Record, ...] = ()
    additionals: tuple[Record, ...] = ()
    edns: Edns | None = None
    is_whole: bool = True

    @property
    def is_response(self) -> bool:
        """Whether this is an answer."""
        return self.flags & RESPONSE != 0

    @property
    def operation(self) -> int:
        """The operation code, 0 for a query, 0 to 15."""
        return self.flags >> 11 & 15

    @property
    def response_code(self) -> int:
        """The response code with its extension, 0 to 4095."""
        return (self.edns.extended >> 24 << 4 if self.edns else 0) | self.flags & 15


def parse_message(data: bytes) -> Message | None:
    """Read a message as far as it goes; None only where not even its header is there."""
    if len(data) < _HEADER.size:
        return None
    id, flags, *counts = _HEADER.unpack_from(data)
    at, is_whole = _HEADER.size, True
    questions: list[Question] = []
    for _ in range(counts[0]):
        found = expand_name(data, at)
        if found is None or found[1] + _QUESTION.size > len(data):
            is_whole = False
            break
        name, at = found
        questions.append(Question(format_name(name), *_QUESTION.unpack_from(data, at)))
        at += _QUESTION.size
    edns: Edns | None = None
    sections: list[list[Record]] = []
    for count in counts[1:]:
        section: list[Record] = []
        for _ in range(count if is_whole else 0):
            taken = _take_record(data, at)
            if taken is None:
                is_whole = False
                break
            record, at, is_sound = taken
            is_whole = is_whole and is_sound
            if record.type == OPT and edns is None:
                edns = Edns(record.class_, record.ttl, record.data)
            else:
                section.append(record)
        sections.append(section)
    answers, authorities, additionals = map(tuple, sections)
    whole = is_whole and at == len(data)
    return Message(id, flags, tuple(questions), answers, authorities, additionals, edns, whole)


def _take_record(data: bytes, at: int) -> tuple[Record, int, bool] | None:
    """Return a record, the offset behind it and whether a name in its data could be expanded."""
    found = expand_name(data, at)
    if found is None or found[1] + _RECORD.size > len(data):
        return None
    owner, at = found
    kind, class_, ttl, length = _RECORD.unpack_from(data, at)
    at += _RECORD.size
    end = at + length
    if end > len(data):
        return None
    content = data[at:end]
    is_sound = True
    if kind in _NAME_AT:
        expanded = _expand_data(data, kind, at, end)
        is_sound = expanded is not None
        content = content if expanded is None else expanded
    return Record(format_name(owner), kind, content, ttl, class_), end, is_sound


def _expand_data(data: bytes, kind: int, at: int, end: int) -> bytes | None:
    """Return data of a type that holds names, with them expanded; None where they do not fit into it."""
    first = at + _NAME_AT[kind]
    parts = [data[at:first]]
    for _ in range(2 if kind == SOA else 1):
        found = expand_name(data, first)
        if found is None or found[1] > end:
            return None
        parts.append(found[0])
        first = found[1]
    return b"".join([*parts, data[first:end]])


def build_message(message: Message) -> bytes:
    """Return the bytes of a message, owner names compressed; ``is_whole`` is not looked at.

    Raises:
        UsageError: a name has no form on the wire.
    """
    edns = message.edns
    parts = [
        _HEADER.pack(
            message.id,
            message.flags,
            len(message.questions),
            len(message.answers),
            len(message.authorities),
            len(message.additionals) + (edns is not None),
        )
    ]
    at = _HEADER.size
    known: dict[bytes, int] = {}
    for question in message.questions:
        name = compress_name(build_name(question.name), at, known)
        parts += name, _QUESTION.pack(question.type, question.class_)
        at += len(name) + _QUESTION.size
    for section in (message.answers, message.authorities, message.additionals):
        for record in section:
            name = compress_name(build_name(record.name), at, known)
            parts += name, _RECORD.pack(record.type, record.class_, record.ttl, len(record.data)), record.data
            at += len(name) + _RECORD.size + len(record.data)
    if edns is not None:
        parts += b"\0", _RECORD.pack(OPT, edns.udp_bytes, edns.extended, len(edns.options)), edns.options
    return b"".join(parts)


def build_query(name: str, type: int, id: int, edns: Edns | None = None) -> bytes:
    """Return a query for one name that asks for recursion.

    Raises:
        UsageError: the name has no form on the wire.
    """
    return build_message(Message(id, RECURSION_DESIRED, (Question(name, type),), edns=edns))


def build_response(
    query: Message,
    answers: Iterable[Record] = (),
    response_code: int = NOERROR,
    authorities: Iterable[Record] = (),
    flags: int = RECURSION_AVAILABLE,
) -> bytes:
    """Return an answer to ``query``: its id, its questions, its wish for recursion, and EDNS where it had it.

    Args:
        query: the message to be answered.
        answers: records of the answer section.
        response_code: 0 to 15.
        authorities: records of the authority section.
        flags: flags beside those, such as ``AUTHORITATIVE`` or ``TRUNCATED``.
    """
    kept = query.flags & (RECURSION_DESIRED | CHECKING_DISABLED | 0x7800)
    edns = Edns() if query.edns is not None else None
    return build_message(
        Message(
            query.id,
            RESPONSE | kept | flags | response_code,
            query.questions,
            tuple(answers),
            tuple(authorities),
            edns=edns,
        )
    )


def build_frame(message: bytes) -> bytes:
    """Return a message as it is sent over TCP and TLS: with its length in two bytes before it (RFC 1035 section 4.2.2)."""
    return len(message).to_bytes(2, "big") + message


def split_frames(stream: bytes) -> tuple[list[bytes], bytes]:
    """Return the whole messages at the begin of a stream, and the bytes that remain."""
    messages, at = [], 0
    while at + 2 <= len(stream):
        end = at + 2 + int.from_bytes(stream[at : at + 2], "big")
        if end > len(stream):
            break
        messages.append(stream[at + 2 : end])
        at = end
    return messages, stream[at:]
