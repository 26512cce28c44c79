"""Reference data of a store: what is pinned, adding a file, fetching one from an address that the user names.

Nothing is fetched unless this module is called with an address, and no address is built in: which snapshot of the world to
trust is the user's decision, and it is written down as a pin.
"""

import hashlib
import tempfile
import urllib.request
from datetime import UTC, date, datetime
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from netglass.refdata.archive import read_member
from netglass.refdata.snapshot import KINDS, MISSING, Pin, add_snapshot, newest_pins, read_pins
from netglass.vocab.error import InputError, UsageError

if TYPE_CHECKING:
    from netglass.store.query import Store

MAX_BYTES = 1 << 30
"""Largest file that is fetched: 1 GB, ten times the largest known map of networks."""

TIMEOUT_SECONDS = 60.0
"""Longest wait for the other side to say something."""

_ALIASES = {
    **dict.fromkeys(("as", "network", "networks", "ip2asn"), "asn"),
    **dict.fromkeys(("fingerprints", "blockpage", "blockpages"), "fingerprint"),
    **dict.fromkeys(("test-list", "test-lists", "testlists"), "testlist"),
    **dict.fromkeys(("roots", "ca", "trust-store"), "trust"),
    **dict.fromkeys(("bogons",), "bogon"),
    **dict.fromkeys(("suffixes", "psl"), "suffix"),
    **dict.fromkeys(("countries",), "country"),
}


def read_kind(text: str) -> str:
    """Return the kind that ``text`` names, plural and common other names included.

    Raises:
        UsageError: there is no such kind.
    """
    kind = _ALIASES.get(text.lower(), text.lower())
    if kind not in KINDS:
        raise UsageError(f"{text!r} is no kind of reference data: use one of {', '.join(KINDS)}")
    return kind


def list_refdata(store: "Store") -> tuple[Pin, ...]:
    """Return the pins of a store, by kind, name and date."""
    return read_pins(store.refdata_dir)


def list_missing(store: "Store") -> tuple[str, ...]:
    """Return the kinds that are not loaded, each with what is then missing."""
    pins = list_refdata(store)
    return tuple(f"{kind}: {text}" for kind, text in MISSING.items() if not newest_pins(pins, kind))


def read_day(text: str | None) -> str:
    """Return a day as ``YYYY-MM-DD``, today (UTC) for None.

    Raises:
        UsageError: not a day.
    """
    if text is None:
        return datetime.now(UTC).date().isoformat()
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise UsageError(f"--date {text!r} is no day: write it as 2026-06-17") from error


def add_refdata(
    store: "Store",
    kind: str,
    path: Path,
    *,
    day: str | None = None,
    name: str | None = None,
    member: str | None = None,
    licence: str = "",
    origin: str = "",
) -> Pin:
    """Validate a file, copy it into the store's folder of reference data and pin it.

    Args:
        store: The store.
        kind: One of ``refdata.snapshot.KINDS``.
        path: The file, or an archive (tar, zip, gzip) with it.
        day: Day that the snapshot speaks of, ``YYYY-MM-DD``; default today. Roots are chosen by it.
        name: Files of one name replace each other by date; default the file's name.
        member: Which file of an archive.
        licence: Licence of the data.
        origin: Where it came from.

    Raises:
        InputError: no such file, or it is not valid for its kind; the message names file and line.
        UsageError: no such kind, or not a day.
    """
    kind, day = read_kind(kind), read_day(day)
    if not path.is_file():
        raise InputError(f"{path}: no such file")
    with path.open("rb") as file:
        head = file.read(262)
    is_archive = head[:2] == b"\x1f\x8b" or head[:4] == b"PK\x03\x04" or head[257:262] == b"ustar"
    if not is_archive:
        return add_snapshot(store.refdata_dir, kind, path, date=day, name=name, licence=licence, origin=origin)
    return _add_content(store, kind, path.read_bytes(), path.name, day, name, member, licence, origin or path.name)


def _add_content(
    store: "Store",
    kind: str,
    content: bytes,
    file_name: str,
    day: str,
    name: str | None,
    member: str | None,
    licence: str,
    origin: str,
) -> Pin:
    content, inner = read_member(content, member, origin)
    final = PurePosixPath(inner or file_name.removesuffix(".gz")).name or kind
    with tempfile.TemporaryDirectory(prefix="netglass-") as folder:
        path = Path(folder) / final
        path.write_bytes(content)
        return add_snapshot(store.refdata_dir, kind, path, date=day, name=name, licence=licence, origin=origin)


def download(url: str) -> bytes:
    """Return what an http or https address holds.

    Raises:
        UsageError: another kind of address.
        InputError: it cannot be had, or is larger than ``MAX_BYTES``.
    """
    if urlsplit(url).scheme not in ("http", "https"):
        raise UsageError(f"--url {url!r}: only http and https addresses are fetched; for a file use `refdata add`")
    request = urllib.request.Request(url, headers={"User-Agent": "netglass"})
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as response:
            content: bytes = response.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        raise InputError(
            f"{url}: cannot be fetched ({error}); fetch it by other means and use `refdata add`"
        ) from error
    if len(content) > MAX_BYTES:
        raise InputError(f"{url}: larger than {MAX_BYTES} bytes")
    return content


def fetch_refdata(
    store: "Store",
    kind: str,
    url: str,
    *,
    sha256: str | None = None,
    day: str | None = None,
    name: str | None = None,
    member: str | None = None,
    licence: str = "",
) -> Pin:
    """Fetch one file from ``url`` and add it; arguments as in ``add_refdata``.

    Args:
        sha256: What the fetched file must hash to, in hexadecimal digits; nothing is added otherwise.

    Raises:
        InputError: the file cannot be had, has another hash, or is not valid for its kind.
    """
    kind, day = read_kind(kind), read_day(day)
    content = download(url)
    found = hashlib.sha256(content).hexdigest()
    if sha256 is not None and found != sha256.lower():
        raise InputError(f"{url}: SHA-256 is {found}, not {sha256.lower()}; nothing was added")
    file_name = PurePosixPath(urlsplit(url).path).name or kind
    return _add_content(store, kind, content, file_name, day, name, member, licence, url)
