"""What killed commands left behind: temporary folders, and files that no record names."""

import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from netglass.store.layout import Layout
from netglass.store.lock import try_exclusive
from netglass.store.manifest import Record, read_records


@contextmanager
def make_work_dir(layout: Layout) -> Iterator[Path]:
    """Give an empty folder on the file system of the store; it is gone afterwards."""
    layout.temporary_dir.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=layout.temporary_dir, ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def find_orphans(layout: Layout, records: Iterable[Record]) -> list[Path]:
    """Return the files below ``part/`` that none of ``records`` names, unfinished records included."""
    named = {layout.part_dir / entry.name for record in records for entries in record.files.values() for entry in entries}
    named |= {layout.record_dir / f"{record.part_id}.json" for record in records}
    return sorted(path for path in layout.part_dir.rglob("*") if path.is_file() and path not in named)


def sweep_store(layout: Layout) -> None:
    """Delete what killed commands left behind, and files that were replaced, unless somebody reads the store. Use it under the writer's lock."""
    with try_exclusive(layout) as alone:
        for folder in layout.temporary_dir.iterdir() if layout.temporary_dir.exists() else ():
            if alone or not folder.name.startswith("spill"):
                shutil.rmtree(folder, ignore_errors=True)
        for path in find_orphans(layout, read_records(layout)) if alone else ():
            path.unlink(missing_ok=True)
