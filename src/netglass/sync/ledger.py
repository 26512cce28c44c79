"""What was fetched, and whether it is still what the bucket has.

``SYNC.tsv`` in the output folder has one line a file: key, size, ETag and SHA-256. An ETag of 32 hexadecimal digits
is the MD5 of an object that was uploaded in one part; another ETag says nothing about the bytes, so size and our own
SHA-256 stand for it. (It is no ``.jsonl``, so that nobody takes it for measurements.)

**Source**: Amazon S3 API reference, *Object*, on the ETag of single-part and multipart uploads.
"""

import csv
import hashlib
import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from netglass.sync.bucket import PIECE_BYTES, Remote

LEDGER_NAME = "SYNC.tsv"

_FIELDS = ("key", "size", "etag", "sha256")
_MD5 = re.compile(r"[0-9a-f]{32}")


class Entry(NamedTuple):
    """One line of the ledger."""

    key: str
    size: int
    etag: str
    sha256: str


class Digest(NamedTuple):
    """Size and hashes of a local file."""

    size: int
    md5: str
    sha256: str


def digest_file(path: Path) -> Digest:
    """Read ``path`` once and return its size, MD5 and SHA-256."""
    md5, sha256, size = hashlib.md5(usedforsecurity=False), hashlib.sha256(), 0
    with path.open("rb") as stream:
        while piece := stream.read(PIECE_BYTES):
            md5.update(piece)
            sha256.update(piece)
            size += len(piece)
    return Digest(size, md5.hexdigest(), sha256.hexdigest())


def find_difference(digest: Digest, remote: Remote, entry: Entry | None) -> str | None:
    """Return how a local file differs from the object that the bucket lists, or None where it does not.

    Args:
        digest: the local file.
        remote: the object.
        entry: what the ledger remembers of the file, if anything.
    """
    if digest.size != remote.size:
        return f"has {digest.size} bytes instead of {remote.size}"
    if _MD5.fullmatch(remote.etag):
        return None if digest.md5 == remote.etag else f"has MD5 {digest.md5} instead of {remote.etag}"
    if entry is not None and entry.etag == remote.etag and entry.sha256 != digest.sha256:
        return f"has SHA-256 {digest.sha256} instead of {entry.sha256} when it was fetched"
    return None


def read_ledger(folder: Path) -> dict[str, Entry]:
    """Return the ledger of ``folder`` by key; a torn last line or a line that makes no sense is left out."""
    try:
        lines = (folder / LEDGER_NAME).read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return {}
    rows = (line.split("\t") for line in lines)
    return {row[0]: Entry(row[0], int(row[1]), row[2], row[3]) for row in rows if _is_entry(row)}


def _is_entry(row: list[str]) -> bool:
    return len(row) == len(_FIELDS) and row[1].isascii() and row[1].isdigit() and len(row[3]) == 64


def append_entry(folder: Path, entry: Entry) -> None:
    """Add one line, so that an interrupted run loses nothing that it has fetched."""
    with (folder / LEDGER_NAME).open("a", encoding="utf-8", newline="") as stream:
        csv.writer(stream, delimiter="\t", lineterminator="\n").writerow(entry)


def write_ledger(folder: Path, entries: Iterable[Entry]) -> None:
    """Replace the ledger by ``entries`` in order of key, in one step."""
    draft = folder / f"{LEDGER_NAME}.part"
    with draft.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, delimiter="\t", lineterminator="\n")
        writer.writerow(_FIELDS)
        writer.writerows(sorted(entries))
    os.replace(draft, folder / LEDGER_NAME)
