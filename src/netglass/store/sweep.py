"""What killed commands left behind: temporary folders, and files that no record names."""

import shutil
from collections.abc import Iterable
from pathlib import Path

from netglass.store.derived import read_derived
from netglass.store.layout import Layout
from netglass.store.lock import try_exclusive
from netglass.store.manifest import Record, read_records
from netglass.vocab.table import TABLES


def find_orphans(layout: Layout, records: Iterable[Record]) -> list[Path]:
    """Return the files of parts and derived tables that no record names, unfinished records included."""
    named = {
        layout.part_dir / entry.name for record in records for entries in record.files.values() for entry in entries
    }
    named |= {layout.record_dir / f"{record.part_id}.json" for record in records}
    for table in TABLES:
        derived = read_derived(layout, table)
        named |= {layout.derived_dir / entry.name for entry in derived.files} if derived else set()
        named.add(layout.derived_dir / f"{table}.json")
    unfinished = layout.root.glob(".*.json.*")
    found = (path for folder in (layout.part_dir, layout.derived_dir) for path in folder.rglob("*"))
    return sorted([*unfinished, *(path for path in found if path.is_file() and path not in named)])


def delete_orphans(layout: Layout) -> None:
    """Delete the files that no record names. Use it while nobody reads the store."""
    for path in find_orphans(layout, read_records(layout)):
        path.unlink(missing_ok=True)


def sweep_store(layout: Layout) -> None:
    """Delete what killed commands left behind, and replaced files unless somebody reads the store. Use it under the writer's lock."""
    with try_exclusive(layout) as alone:
        for folder in layout.temporary_dir.iterdir() if layout.temporary_dir.exists() else ():
            if alone or not folder.name.startswith("spill"):
                shutil.rmtree(folder, ignore_errors=True)
        if alone:
            delete_orphans(layout)
