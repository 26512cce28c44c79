"""Write measurements in the layout of OONI's bucket, in the order of their upload, with bounded memory.

``raw/YYYYMMDD/HH/CC/webconnectivity/YYYYMMDDHH_CC_webconnectivity.n0.0.jsonl.gz``: day and hour are those of the upload. A file is
written when nothing can come for it any more, and the same lines give the same bytes.
"""

import gzip
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

_LEVEL = 6


class Bucket:
    """A folder in the bucket's layout.

    Args:
        folder: where ``raw`` is to be.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._waiting: dict[tuple[str, str], list[tuple[datetime, int, bytes]]] = {}
        self._count = 0

    def put(self, uploaded: datetime, cc: str, line: bytes) -> None:
        """Take the line of a measurement that was uploaded at a time, not before one that ``flush`` was told of."""
        self._count += 1
        self._waiting.setdefault((f"{uploaded:%Y%m%d%H}", cc), []).append((uploaded, self._count, line))

    def flush(self, until: datetime | None = None) -> None:
        """Write the files of all hours before the one of ``until``, or all."""
        limit = "9" * 10 if until is None else f"{until:%Y%m%d%H}"
        for key in sorted(key for key in self._waiting if key[0] < limit):
            self._write(key, self._waiting.pop(key))

    def _write(self, key: tuple[str, str], lines: Iterable[tuple[datetime, int, bytes]]) -> None:
        hour, cc = key
        path = self._folder / "raw" / hour[:8] / hour[8:] / cc / "webconnectivity"
        path.mkdir(parents=True, exist_ok=True)
        content = b"".join(line for _, _, line in sorted(lines))
        name = f"{hour}_{cc}_webconnectivity.n0.0.jsonl.gz"
        with (path / name).open("xb") as file:
            file.write(gzip.compress(content, _LEVEL, mtime=0))
