"""Test lists: which category a target was listed under, and since when.

The format is that of the Citizen Lab lists: ``url,category_code,category_description,date_added,source,notes``.
"""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from netglass.vocab.error import InputError

COLUMNS = ("url", "category_code", "date_added")


class ListedUrl(NamedTuple):
    """A line of a test list: URL, its host, category code, day on which it was listed, name of the list."""

    url: str
    host: str
    category: str
    date_added: str
    list_name: str


class TargetList:
    """Entries by host."""

    def __init__(self, entries: Iterable[ListedUrl]) -> None:
        self._by_host: dict[str, list[ListedUrl]] = {}
        for entry in entries:
            self._by_host.setdefault(entry.host, []).append(entry)

    def entries_of(self, host: str) -> tuple[ListedUrl, ...]:
        """Return the entries of a host, with and without a leading ``www.``."""
        bare = host.lower().rstrip(".").removeprefix("www.")
        return (*self._by_host.get(bare, ()), *self._by_host.get(f"www.{bare}", ()))

    def category_of(self, host: str) -> str | None:
        """Return the category code of a host, None when it is not listed."""
        entries = self.entries_of(host)
        return entries[0].category if entries else None

    def __len__(self) -> int:
        return sum(map(len, self._by_host.values()))


def _read_host(url: str) -> str:
    return (urlsplit(url if "://" in url else f"http://{url}").hostname or "").lower().rstrip(".")


def read_test_lists(paths: Sequence[Path]) -> TargetList:
    """Read Citizen Lab lists.

    Raises:
        InputError: a column is missing or a row has no host; the message names file and line.
    """
    return TargetList(entry for path in paths for entry in _read_list(path))


def _read_list(path: Path) -> Iterable[ListedUrl]:
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        reader = csv.DictReader(file)
        missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
        if missing:
            raise InputError(f"{path}:1: no column {', '.join(missing)}; expected the Citizen Lab layout")
        for row in reader:
            url = (row["url"] or "").strip()
            try:
                host = _read_host(url)
            except ValueError as error:
                raise InputError(f"{path}:{reader.line_num}: {error} (url {url!r})") from error
            if not host:
                raise InputError(f"{path}:{reader.line_num}: url {url!r} has no host")
            yield ListedUrl(url, host, row["category_code"] or "", row["date_added"] or "", path.stem.partition("@")[0])
