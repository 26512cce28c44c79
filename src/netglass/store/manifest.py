"""The manifest: which parts a store holds, from which inputs, with which counts and hashes.

One JSON record per part is the commit point: a Parquet file that no record names does not exist for a reader. The *content
manifest hash* names what was ingested (inputs, counts, reference data, forgotten reports) and not how it lies on the
disk, so compaction, the folder of the raw files and the order of ingests do not change it.
"""

import hashlib
from pathlib import Path

import msgspec

from netglass.store.layout import SCHEMA_VERSION, Layout, read_json, write_json
from netglass.vocab.error import SchemaDrift


class Counts(msgspec.Struct, kw_only=True):
    """Records by what became of them. ``read`` is the sum of stored, duplicate, quarantined and not_understood."""

    stored: int = 0
    duplicate: int = 0
    quarantined: int = 0
    not_understood: int = 0
    forgotten: int = 0

    @property
    def read(self) -> int:
        """All records that the input holds, without those of forgotten reports."""
        return self.stored + self.duplicate + self.quarantined + self.not_understood


class InputEntry(msgspec.Struct, kw_only=True):
    """One raw file of a part. ``path`` is where it was found; it is no part of any hash. ``detail`` says why it was skipped."""

    name: str
    path: str
    sha256: str
    size: int
    skipped: str | None = None
    detail: str = ""
    counts: Counts = msgspec.field(default_factory=Counts)


class FileEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One Parquet file: path below ``part/``, rows, bytes and hash; ``group`` is day and test after compaction."""

    name: str
    rows: int
    size: int
    sha256: str
    group: str = ""


class Origin(msgspec.Struct, kw_only=True):
    """What one batch of inputs gave: the unit in which a store is rebuilt."""

    part_id: str
    sequence: int
    refdata: str
    inputs: list[InputEntry]


class Record(msgspec.Struct, kw_only=True):
    """One committed part. A part made by ``compact`` has several origins and names the parts that it replaces."""

    schema: int = SCHEMA_VERSION
    part_id: str
    origins: list[Origin]
    files: dict[str, list[FileEntry]]
    replaces: list[str] = []

    @property
    def sequence(self) -> int:
        """Place of the part in the order of commits."""
        return min((origin.sequence for origin in self.origins), default=0)


def read_records(layout: Layout) -> list[Record]:
    """Return the records of all committed parts that no other part replaces, in the order of their commits.

    Raises:
        SchemaDrift: a record can not be read or has another schema.
    """
    records = [_read_record(path) for path in sorted(layout.record_dir.glob("*.json"))]
    replaced = {part_id for record in records for part_id in record.replaces}
    return sorted((r for r in records if r.part_id not in replaced), key=lambda r: (r.sequence, r.part_id))


def _read_record(path: Path) -> Record:
    try:
        record = msgspec.convert(read_json(path), Record)
    except msgspec.ValidationError as error:
        raise SchemaDrift(f"{path}: not a record of this schema ({error}). Run `netglass doctor`.") from error
    if record.schema != SCHEMA_VERSION:
        raise SchemaDrift(
            f"{path}: schema version {record.schema}, this Netglass reads {SCHEMA_VERSION}. Ingest again."
        )
    return record


def write_record(layout: Layout, record: Record) -> None:
    """Commit ``record`` in one atomic step."""
    write_json(layout.record_dir / f"{record.part_id}.json", record)


def read_forgotten(layout: Layout) -> frozenset[str]:
    """Return the hashes of the reports that were forgotten."""
    path = layout.forgotten_file
    return frozenset(read_json(path)) if path.exists() else frozenset()


def hash_report(report_id: str) -> str:
    """Return the tombstone of a report.

    A plain SHA-256 with a fixed prefix: ``report_id`` ends in 16 random letters and digits (95 bits; OONI collector), so it can
    not be guessed back; a random salt would lie in the same store and would give two stores different bytes.
    """
    return hashlib.sha256(b"netglass forgotten report\0" + report_id.encode("utf-8", "surrogatepass")).hexdigest()


def hash_manifest(records: list[Record], forgotten: frozenset[str]) -> str:
    """Return the content manifest hash, 32 hexadecimal digits."""
    origins = sorted((origin for record in records for origin in record.origins), key=lambda origin: origin.part_id)
    content = [
        (
            origin.part_id,
            origin.refdata,
            [(entry.name, entry.sha256, entry.size, entry.skipped, entry.counts) for entry in origin.inputs],
        )
        for origin in origins
    ]
    encoded = msgspec.json.encode((SCHEMA_VERSION, sorted(forgotten), content), order="sorted")
    return hashlib.sha256(encoded).hexdigest()[:32]
