"""Where everything of a store lies, and which schema it has.

::

    store.json                         schema version, written once
    lock, readers                      empty files for flock
    part/record/<part_id>.json         the commit point of a part: inputs, counts, files with hashes
    part/<table>/<part_id>-NNN.parquet rows; a file that no record names does not count
    derived/<table>.json               the commit point of a derived table
    derived/<table>/<hash>-NNN.parquet
    forgotten.json                     hashes of the reports that must not come back
    refdata/                           pinned reference data
    temporary/                         work of a running command, swept by the next one

A file appears by one atomic rename or not at all, so a process may be killed at any moment.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from netglass.vocab.error import EngineError, SchemaDrift
from netglass.vocab.setting import read_setting

SCHEMA_VERSION = 2
"""Version of tables and layout; a store of another version is refused, never misread."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The paths of one store."""

    root: Path

    @property
    def schema_file(self) -> Path:
        """File that names the schema version."""
        return self.root / "store.json"

    @property
    def part_dir(self) -> Path:
        """Folder of the parts, one folder per table and one for the records."""
        return self.root / "part"

    @property
    def record_dir(self) -> Path:
        """Folder of the parts' records."""
        return self.part_dir / "record"

    @property
    def derived_dir(self) -> Path:
        """Folder of the derived tables and their records."""
        return self.root / "derived"

    @property
    def forgotten_file(self) -> Path:
        """File with the hashes of forgotten reports."""
        return self.root / "forgotten.json"

    @property
    def temporary_dir(self) -> Path:
        """Folder for the work of a running command."""
        return self.root / "temporary"

    @property
    def refdata_dir(self) -> Path:
        """Folder of the reference data: the setting ``NETGLASS_REFDATA``, or ``refdata`` in the store."""
        return Path(read_setting("NETGLASS_REFDATA") or self.root / "refdata")


def prepare_layout(root: Path) -> Layout:
    """Return the layout of the store at ``root``, making the store where there is none.

    Raises:
        SchemaDrift: the store has another schema version.
        EngineError: the folder holds something else, or can not be made.
    """
    layout = Layout(root.absolute())
    if layout.schema_file.exists():
        check_schema(layout)
    else:
        _make_store(layout)
    return layout


def check_schema(layout: Layout) -> None:
    """Compare the store's schema version with ours.

    Raises:
        SchemaDrift: it is another one, or can not be read.
    """
    found = read_json(layout.schema_file)
    version = found.get("schema") if isinstance(found, dict) else None
    if version != SCHEMA_VERSION:
        raise SchemaDrift(
            f"{layout.schema_file}: the store has schema version {version}, this Netglass reads {SCHEMA_VERSION}."
            " Ingest the raw files into a new store, or use the Netglass that wrote it."
        )


def _make_store(layout: Layout) -> None:
    if layout.root.is_dir() and any(layout.root.iterdir()) and not layout.part_dir.exists():
        raise EngineError(
            f"{layout.root}: the folder is not empty and is no store. Give --store an empty or a new folder."
        )
    try:
        for folder in (layout.record_dir, layout.derived_dir, layout.temporary_dir):
            folder.mkdir(parents=True, exist_ok=True)
        for name in ("lock", "readers"):
            (layout.root / name).touch()
        write_json(layout.schema_file, {"schema": SCHEMA_VERSION})
    except OSError as error:
        raise EngineError(
            f"{layout.root}: no store can be made here: {error.strerror}. Choose another --store."
        ) from error


def read_json(path: Path) -> Any:
    """Return the JSON value in ``path``.

    Raises:
        SchemaDrift: the file can not be read or is not JSON.
    """
    try:
        return msgspec.json.decode(path.read_bytes())
    except (OSError, msgspec.DecodeError) as error:
        raise SchemaDrift(f"{path}: not readable as JSON ({error}). Run `netglass doctor`.") from error


def write_json(path: Path, value: Any) -> None:
    """Write ``value`` to ``path`` in one atomic step that outlives a loss of power; sorted keys, so equal values give equal bytes."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with beside.open("wb") as file:
            file.write(msgspec.json.format(msgspec.json.encode(value, order="sorted"), indent=1) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    sync_dir(path.parent)


def sync_dir(folder: Path) -> None:
    """Make renames in ``folder`` outlive a loss of power."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def make_work_dir(layout: Layout) -> Iterator[Path]:
    """Give an empty folder on the file system of the store; it is gone afterwards."""
    layout.temporary_dir.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=layout.temporary_dir, ignore_cleanup_errors=True) as folder:
        yield Path(folder)
