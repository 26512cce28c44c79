"""Scrubbing: what could name the person who measured is taken out before anything is written.

Addresses: with a map of networks, every address inside the probe's own network goes that DNS and TCP of the
measurement do not explain, in every spelling of ``spelling``. Without a map (or with the network withheld) every
unexplained public address goes from kept text, and the certain spellings of public addresses from bodies, of which
only hash and length are kept. Beside them: credentials, subscriber headers, parameters that name a subscriber, and
the numbers of single visits (*Ray ID*). OONI's own marker stands in their place, so that a text scrubbed upstream
reads the same.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from netglass.refdata import Refdata
from netglass.refdata.address import Address, parse_address
from netglass.refdata.mark import PRIVATE_HEADERS, PRIVATE_PARAMETERS, TICKET_WORDS, Mark
from netglass.refdata.network import Tops
from netglass.source.ooni.nearness import may_be_base64, may_be_dotted, may_be_hex_groups, may_be_number, may_be_quad
from netglass.source.ooni.spelling import FINDERS, Surety, Written, find_addresses, list_addresses

SCRUBBED = "[scrubbed]"
"""What stands in place of a piece. **Source**: ooni/probe-cli, internal/scrubber."""

_REACH = 80
"""Bytes before and after a hit in a body that are looked at; the longest spelling (ip6.arpa) has 72."""

_MAX_GROWTH = 512
"""Bytes by which that window grows while it would cut a token in two."""

_HEADER = re.compile(
    r"(?<![0-9A-Za-z-])("
    + "|".join(PRIVATE_HEADERS)
    + r")([\"']?\s{0,3}[:=]\s{0,3}+[\"']?+)(?!\[scrubbed\])[^\r\n\"'<>]+",
    re.I,
)
_PARAMETER = re.compile(
    r"((?:[?&;]|&amp;|%26|%3f)(?:" + "|".join(PRIVATE_PARAMETERS) + r")(?:=|%3d))(?!\[scrubbed\])[^&#;\s\"'<>]+", re.I
)
_GAP = r"(?:<[^<>]{0,80}>|[\s_:=-]|&nbsp;|&#32;|%20)"
_TICKET = re.compile(
    rf"\b((?:{'|'.join(TICKET_WORDS)}){_GAP}{{0,3}}(?:id|no\.?|nr\.?|number|\#|&\#35;)(?![a-z])(?:\s+is)?(?:{_GAP}|[#.]){{0,6}})"
    r"(?!\[scrubbed\])(?=[0-9A-Za-z.-]*[0-9])([0-9A-Za-z][0-9A-Za-z.-]{3,63})",
    re.I,
)
_PRIVATE_HINT = re.compile("|".join((*PRIVATE_HEADERS, *TICKET_WORDS, "[?&;=]", "%26|%3f")), re.I)
_WORDS = frozenset((*PRIVATE_HEADERS, *TICKET_WORDS))
_PRIVATE_SIGNS = (
    *("?", "&", ";", "=", "%26", "%3f"),
    *sorted(word for word in _WORDS if not any(other in word for other in _WORDS - {word})),
)
"""What ``_PRIVATE_HINT`` finds in lower-case ASCII text, without words of which another word is a part."""

_TOKEN_BYTES = frozenset(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz+/_=.:%-")


def _may_hold_fields(text: str) -> bool:
    """Say whether private fields are possible; the expression alone knows the letters outside ASCII that count as ASCII ones."""
    if not text.isascii():
        return _PRIVATE_HINT.search(text) is not None
    lower = text.lower()
    return any(map(lower.__contains__, _PRIVATE_SIGNS))


def _replace_fields(text: str) -> str:
    if not _may_hold_fields(text):
        return text
    text = _PARAMETER.sub(rf"\1{SCRUBBED}", text)
    text = _HEADER.sub(rf"\1\2{SCRUBBED}", text)
    return _TICKET.sub(rf"\1{SCRUBBED}", text)


@lru_cache(maxsize=32_768)
def scrub_fields(text: str) -> str:
    """Return ``text`` without credentials, subscriber fields and numbers of visits; remembered."""
    return _replace_fields(text)


class _Judge:
    """Decides for one measurement which pieces go."""

    def __init__(self, probe_asn: int | None, explained: Iterable[str], refdata: Refdata, probe_ip: str | None) -> None:
        self._asn = probe_asn if probe_asn and refdata.has_networks else None
        self._texts = explained
        self._explained: frozenset[Address] | None = None
        self._refdata = refdata
        self._probe = parse_address(probe_ip) if probe_ip else None

    def _is_explained(self, address: Address) -> bool:
        if self._explained is None:
            self._explained = frozenset(found for text in self._texts if (found := parse_address(text)) is not None)
        return address in self._explained

    def _is_private(self, address: Address, surety: Surety, least: Surety) -> bool:
        if self._probe is not None and address == self._probe:
            return True
        if self._asn is not None:
            return self._refdata.asn_of(address) == self._asn
        return surety >= least and _may_be_public(address, surety) and self._refdata.is_public(address)

    def is_suspect(self, written: Written, least: Surety) -> bool:
        """Say whether a piece may be an address of the probe; ``least`` is the surety asked for without a map."""
        readings = written.readings
        own = readings if self._asn is not None or self._probe is not None else readings[:1]
        return any(self._is_private(address, written.surety, least) for address in own)

    def explains(self, written: Written) -> bool:
        """Say whether DNS or TCP of the measurement account for a piece in one of its readings."""
        return any(self._is_explained(address) for address in written.readings)


def _may_be_public(address: Address, surety: Surety) -> bool:
    """Say whether an address may be in use on the public internet.

    **Source**: global unicast IPv6 is 2000::/3 (RFC 4291 section 2.4); of it IANA has handed out 2001::/16 to 2003::/16 and
    blocks in 2400::/6 and 2800::/6 only, which keeps most 128-bit hashes from being taken for addresses.
    """
    if address.version == 4:
        return address.value >> 24 != 0
    top = address.value >> 112
    return top >> 13 == 1 if surety == Surety.CERTAIN else 0x2001 <= top <= 0x2003 or 0x2400 <= top < 0x2C10


def _cut(text: str, pieces: list[tuple[int, int]]) -> str:
    """Replace ``pieces`` (start and end), overlapping ones together."""
    parts: list[str] = []
    at = 0
    for start, end in sorted(pieces):
        if start >= at:
            parts += (text[at:start], SCRUBBED)
        at = max(at, end)
    return "".join((*parts, text[at:]))


def _choose_pieces(found: Iterable[Written], judge: _Judge, least: Surety) -> list[tuple[int, int]]:
    """Return the pieces that go: suspect, and in no part of a piece that is explained."""
    written = tuple(found)
    suspects = [piece for piece in written if judge.is_suspect(piece, least)]
    if not suspects:
        return []
    kept = [(piece.start, piece.end) for piece in written if judge.explains(piece)]
    return [
        (piece.start, piece.end)
        for piece in suspects
        if not any(start <= piece.start and piece.end <= end for start, end in kept)
    ]


def scrub_text(
    text: str, probe_asn: int | None, explained: Iterable[str], refdata: Refdata, probe_ip: str | None = None
) -> str:
    """Return a kept text (title, header value, URL, failure string) without what could name who measured.

    Args:
        text: The text.
        probe_asn: Network of the probe; None or 0 when withheld.
        explained: Addresses that DNS and TCP of the measurement account for, in text form; they stay.
        refdata: Reference data; without a map of networks every unexplained public address goes.
        probe_ip: The probe's own address where the record gives it away; it always goes.

    Scrubbing twice changes nothing. Below 1 us for a text without addresses that was seen before.
    """
    judge = None
    while True:
        scrubbed = scrub_fields(text)
        found = find_addresses(scrubbed)
        if found:
            judge = judge or _Judge(probe_asn, explained, refdata, probe_ip)
            scrubbed = _cut(scrubbed, _choose_pieces(found, judge, Surety.LIKELY))
        if scrubbed == text:
            return text
        text = scrubbed


def scrub_headers(
    headers: Iterable[tuple[str, str]], probe_asn: int | None, explained: Iterable[str], refdata: Refdata
) -> list[tuple[str, str]]:
    """Return headers with the values of private ones replaced and all others scrubbed as texts."""
    return [
        (name, SCRUBBED if name.lower() in PRIVATE_HEADERS else scrub_text(value, probe_asn, explained, refdata))
        for name, value in headers
    ]


def _grow(body: bytes, start: int, end: int) -> tuple[int, int]:
    """Widen a window until it cuts no token, within limits."""
    first, last = max(0, start - _MAX_GROWTH), min(len(body), end + _MAX_GROWTH)
    while start > first and body[start - 1] in _TOKEN_BYTES:
        start -= 1
    while end < last and body[end] in _TOKEN_BYTES:
        end += 1
    return start, end


def list_windows(body: bytes, ends: Iterable[int]) -> list[tuple[int, int]]:
    """Return start and end of the windows around hits, in order and without overlap."""
    windows: list[tuple[int, int]] = []
    for end in sorted(set(ends)):
        if windows and end + _REACH <= windows[-1][1]:
            continue
        start, stop = _grow(body, max(0, end - _REACH), min(len(body), end + _REACH))
        if windows and start <= windows[-1][1]:
            windows[-1] = (windows[-1][0], max(stop, windows[-1][1]))
        else:
            windows.append((start, stop))
    return windows


def _find_in_window(body: bytes, start: int, end: int, mark: Mark) -> Iterator[Written]:
    """Yield what a window may hold, with offsets in the body; what touches a cut edge is no whole token."""
    text = body[start:end].decode("latin-1")
    for finder in FINDERS[mark]:
        for written in finder(text):
            if (written.start or not start) and (written.end < len(text) or end == len(body)):
                yield written._replace(start=start + written.start, end=start + written.end)


def _scrub_windows(body: bytes, windows: Iterable[tuple[int, int]]) -> bytes:
    """Take private fields out of windows."""
    parts: list[bytes] = []
    at = 0
    for start, end in windows:
        parts += (body[at:start], _replace_fields(body[start:end].decode("latin-1")).encode("latin-1"))
        at = end
    return b"".join((*parts, body[at:]))


_LOOKS = {Mark.GROUPS: may_be_dotted, Mark.HEX_GROUPS: may_be_hex_groups, Mark.NUMBER: may_be_number}
"""The closer look at a hit of each family that has one, with the first 16 bits of the probe's network."""


def _may_be_private(body: bytes, mark: Mark, end: int, tops: Tops | None) -> bool:
    """Say whether a hit deserves a closer look: by its neighbours and by the first 16 bits of the probe's network."""
    if mark == Mark.BASE64:
        return may_be_base64(body, end)
    if tops is None:
        return mark != Mark.HEX_GROUPS and (mark != Mark.GROUPS or may_be_quad(body, end))
    look = _LOOKS.get(mark)
    return look is None or look(body, end, tops)


def _scrub_once(body: bytes, judge: _Judge, refdata: Refdata, tops: Tops | None) -> bytes:
    ends: dict[Mark, list[int]] = {}
    for mark, end in refdata.list_marks(body):
        if _may_be_private(body, mark, end, tops):
            ends.setdefault(mark, []).append(end)
    fields = ends.pop(Mark.PRIVATE, None)
    pieces: list[tuple[int, int]] = []
    for mark, found in ends.items():
        for start, end in list_windows(body, found):
            pieces += _choose_pieces(_find_in_window(body, start, end, mark), judge, Surety.CERTAIN)
    if pieces:
        return _cut(body.decode("latin-1"), pieces).encode("latin-1")
    return _scrub_windows(body, list_windows(body, fields)) if fields else body


def _scrub_short(body: bytes, judge: _Judge) -> bytes:
    text = _replace_fields(body.decode("latin-1"))
    return _cut(text, _choose_pieces(list_addresses(text), judge, Surety.CERTAIN)).encode("latin-1")


def scrub_body(
    body: bytes, probe_asn: int | None, explained: Iterable[str], refdata: Refdata, probe_ip: str | None = None
) -> bytes:
    """Return a body without what could name who measured; the same object when there is nothing to remove.

    One pass over the body (shared with the fingerprints) finds the places to look at. Arguments as in ``scrub_text``.
    """
    if not body:
        return body
    judge = _Judge(probe_asn, explained, refdata, probe_ip)
    tops = refdata.tops_of(probe_asn) if probe_asn and probe_ip is None else None
    while True:
        scrubbed = _scrub_short(body, judge) if len(body) <= _REACH else _scrub_once(body, judge, refdata, tops)
        if scrubbed == body:
            return body
        body = scrubbed
