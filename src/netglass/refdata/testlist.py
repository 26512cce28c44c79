"""Test lists: which category a target was listed under, and since when.

The format is that of the Citizen Lab lists: ``url,category_code,category_description,date_added,source,notes``.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from netglass.refdata.sheet import read_records
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


def _read_list(path: Path) -> Iterator[ListedUrl]:
    for line, row in read_records(path, COLUMNS, "the layout of the Citizen Lab lists"):
        url = row["url"].strip()
        try:
            host = _read_host(url)
        except ValueError as error:
            raise InputError(f"{path}:{line}: {error} (url {url!r})") from error
        if not host:
            raise InputError(f"{path}:{line}: url {url!r} has no host")
        yield ListedUrl(url, host, row["category_code"], row["date_added"], path.stem.partition("@")[0])
