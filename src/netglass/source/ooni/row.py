"""What passes between the container, the decoder and the store: a record, its rows, or a line of the quarantine."""

from datetime import datetime
from typing import Literal, NamedTuple

import msgspec

from netglass.source.ooni.step import Row
from netglass.vocab.table import OBSERVATIONS

MAX_DETAIL = 200
Disposition = Literal["quarantined", "not_understood", "skipped"]


class Record(msgspec.Struct, frozen=True, gc=False):
    """One record as it lies in its file.

    Attributes:
        raw: its bytes, JSON or meant to be.
        source_file: the file, and the member of it after a colon.
        line: line in that file or member, counted from 1; None where the record is not one line.
        offset: first byte in the decompressed file or member.
        length: length in bytes there (``raw`` may be shorter where a wrapper was taken off).
        uid_hint: ``measurement_uid`` by the container, where it tells.
        upload_hour: hour of the upload by the path, where it tells.
        flags: issues that the container found.
    """

    raw: bytes
    source_file: str
    line: int | None = None
    offset: int = 0
    length: int = 0
    uid_hint: str | None = None
    upload_hour: datetime | None = None
    flags: tuple[str, ...] = ()


class Quarantine(NamedTuple):
    """A row of the ``quarantine`` table. Only ``quarantined`` and ``not_understood`` are records and count as read."""

    source_file: str
    line: int | None
    source_offset: int
    source_length: int
    disposition: Disposition
    reason: str
    detail: str | None = None


class Rows(msgspec.Struct, frozen=True, gc=False):
    """The rows of one measurement.

    Attributes:
        content_id: identity by content, see ``identity``.
        measurement_uid: the official one, or ``ng-`` and the content id.
        tables: rows by the name of their observation table, each a tuple in the order of ``vocab.table.OBSERVATIONS``; times are naive
            datetimes in UTC, lists are lists, structures are dictionaries.
    """

    content_id: str
    measurement_uid: str
    tables: dict[str, list[Row]]


def make_tables() -> dict[str, list[Row]]:
    """Return an empty list for each observation table."""
    return {name: [] for name in OBSERVATIONS}


def refuse(record: Record, disposition: Disposition, reason: str, detail: str | None = None) -> Quarantine:
    """Return the quarantine row of a record."""
    text = detail[:MAX_DETAIL] if detail else None
    return Quarantine(record.source_file, record.line, record.offset, record.length, disposition, reason, text)
