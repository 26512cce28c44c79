"""JSON text of unknown layout: lines, objects over many lines, lists of records.

A file is *lines* where its first line is a JSON value of its own, and a *document* where the first line only begins one. Real files are
either; what looks like a document and is none is read as lines if any line of it is a record.
"""

import json
from collections.abc import Iterator
from typing import Literal

import msgspec
from msgspec import Raw

BOM = b"\xef\xbb\xbf"
_BLANK = b" \t\r\n"
_OPENING = (b"{", b"[")
_LISTING_HEAD = 300
_decode_raw = msgspec.json.Decoder(Raw).decode
_decode_list = msgspec.json.Decoder(list[Raw]).decode


class _Listing(msgspec.Struct, gc=False):
    results: list[Raw] | None = None


_decode_listing = msgspec.json.Decoder(_Listing).decode


def tell_kind(head: bytes) -> Literal["lines", "document", "other"]:
    """Tell from its beginning how a text is laid out; ``other`` where no line begins as JSON does."""
    lines = head.removeprefix(BOM).split(b"\n")
    filled = [line for line in lines if line.strip()]
    if not any(line.lstrip(_BLANK).startswith(_OPENING) for line in filled):
        return "other"
    first = filled[0]
    is_whole = len(filled) == 1 or is_complete(first)
    return "lines" if is_whole or not first.lstrip().startswith(_OPENING) else "document"


def is_complete(data: bytes) -> bool:
    """Tell whether ``data`` is a JSON value from end to end, strictly or leniently read."""
    try:
        _decode_raw(data)
    except (msgspec.MsgspecError, RecursionError):
        return _is_lenient_json(data)
    return True


def _is_lenient_json(data: bytes) -> bool:
    try:
        json.loads(data.decode("utf-8", "replace"), strict=False)
    except RecursionError:
        return True
    except ValueError:
        return False
    return True


def find_objects(data: bytes) -> tuple[list[tuple[int, int]], tuple[int, str] | None]:
    """Return the ranges of the JSON values that follow each other in ``data``, and where and why it can not be read on."""
    text = data.decode("latin-1")
    decoder = json.JSONDecoder(strict=False)
    spans: list[tuple[int, int]] = []
    position = len(BOM) if data.startswith(BOM) else 0
    while True:
        while position < len(data) and data[position] in _BLANK:
            position += 1
        if position >= len(data):
            return spans, None
        try:
            _, end = decoder.raw_decode(text, position)
        except (ValueError, RecursionError) as error:
            return spans, (position, str(error))
        spans.append((position, end))
        position = end


def has_record_line(data: bytes) -> bool:
    """Tell whether any line is a record of its own."""
    lines = (line for line in data.split(b"\n") if line.startswith(b"{") and b'"test_' in line)
    return any(is_complete(line) for line in lines)


def expand(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the records in a JSON value with their offsets: the items of a list, or of an API reply's results; else the value itself."""
    items = _list_items(data)
    if not items:
        yield 0, data
        return
    position = 0
    for item in items:
        raw = bytes(item)
        position = max(data.find(raw, position), 0)
        yield position, raw
        position += len(raw)


def _list_items(data: bytes) -> list[Raw]:
    """Return the items of a list of objects; nothing for any other value."""
    try:
        if data[:1] == b"[" or (data[:1] in _BLANK and data.lstrip()[:1] == b"["):
            items = _decode_list(data)
            return items if any(item[:1] == b"{" for item in map(bytes, items)) else []
        if data.find(b'"results"', 0, _LISTING_HEAD) >= 0 or data.find(b'"metadata"', 0, _LISTING_HEAD) >= 0:
            items = _decode_listing(data).results or []
            return (
                items
                if any(b'"test_keys"' in item or b'"raw_measurement"' in item for item in map(bytes, items))
                else []
            )
    except (msgspec.MsgspecError, RecursionError):
        pass
    return []
