"""Which network announces an address, and its country.

A map is a set of address ranges. They are flattened once into disjoint sorted ranges in which the most specific
statement wins (as in routing), kept as flat integer columns in a cache file beside the pins, and searched by
bisection, so that a process that loads half a million ranges is ready in milliseconds. Formats are told apart by
content: ``prefix,asn,name,cc`` with a header; ranges ``start,end,asn,name`` or ``start,end,cc`` without one, in text
or integers (the ip-location-db data sets); MaxMind DB files.
"""

import heapq
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import maxminddb
import numpy as np

from netglass.refdata.address import Address, parse_plain, parse_range
from netglass.refdata.sheet import read_rows
from netglass.vocab.error import InputError

_MASK64 = (1 << 64) - 1


class Network(NamedTuple):
    """What a map says of an address: AS number, name of the AS, country (ISO 3166 or user-assigned code)."""

    asn: int | None
    name: str | None
    cc: str | None


class Range(NamedTuple):
    """One statement of a map: IP version, first and last address, network."""

    version: int
    first: int
    last: int
    network: Network


def flatten_ranges(ranges: Iterable[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Return disjoint sorted ``(first, last, value)`` in which the narrowest of overlapping ranges wins.

    Of equally wide ranges the one that comes later in ``ranges`` wins.
    """
    pending = sorted((first, last, order, value) for order, (first, last, value) in enumerate(ranges))
    active: list[tuple[int, int, int, int]] = []  # width, -order, last, value: the heap's top is in force
    flat: list[tuple[int, int, int]] = []
    position, at = 0, 0
    while at < len(pending) or active:
        if not active:
            position = max(position, pending[at][0])
        while at < len(pending) and pending[at][0] <= position:
            first, last, order, value = pending[at]
            heapq.heappush(active, (last - first, -order, last, value))
            at += 1
        while active and active[0][2] < position:
            heapq.heappop(active)
        if not active:
            continue
        last, value = active[0][2], active[0][3]
        stop = min(last, pending[at][0] - 1) if at < len(pending) else last
        _append_range(flat, position, stop, value)
        position = stop + 1
    return flat


def _append_range(flat: list[tuple[int, int, int]], first: int, last: int, value: int) -> None:
    if flat and flat[-1][2] == value and flat[-1][1] + 1 == first:
        flat[-1] = (flat[-1][0], last, value)
    else:
        flat.append((first, last, value))


def _optional_asn(text: str) -> int | None:
    digits = text.strip().upper().removeprefix("AS")
    return int(digits) if digits and digits != "0" else None


def _optional_cc(text: str) -> str | None:
    cc = text.strip().upper()
    return cc if len(cc) == 2 and cc.isalpha() and cc != "ZZ" else None


def _read_row(row: list[str], header: list[str] | None) -> Range:
    if header is not None:
        field = dict(zip(header, row, strict=False))
        version, first, last = parse_range(field["prefix"])
        network = Network(
            _optional_asn(field.get("asn", "")), field.get("name") or None, _optional_cc(field.get("cc") or "")
        )
        return Range(version, first, last, network)
    start, end = parse_plain(row[0].strip()), parse_plain(row[1].strip())
    if end.version != start.version or end.value < start.value:
        raise ValueError("the range ends before it begins")
    if len(row) == 3:
        return Range(end.version, start.value, end.value, Network(None, None, _optional_cc(row[2])))
    return Range(end.version, start.value, end.value, Network(_optional_asn(row[2]), row[3].strip() or None, None))


def read_network_csv(path: Path) -> Iterator[Range]:
    """Read a map from a CSV file, see the module's text for the formats.

    Raises:
        InputError: a line cannot be read; the message names file and line.
    """
    header: list[str] | None = None
    for line, row in read_rows(path):
        if header is None and line == 1 and row[0].strip().lower() == "prefix":
            header = [name.strip().lower() for name in row]
            continue
        if row[0].startswith("#"):
            continue
        try:
            yield _read_row(row, header)
        except (ValueError, IndexError, KeyError) as error:
            raise InputError(
                f"{path}:{line}: {error}; expected prefix,asn,name,cc under a header of that form,"
                " or start,end,asn,name, or start,end,cc"
            ) from error


def _mmdb_network(record: dict[str, Any]) -> Network:
    """Read the spellings of GeoLite2, DB-IP, ip2country-as and IPinfo."""
    asn = record.get("autonomous_system_number", record.get("asn"))
    name = record.get("autonomous_system_organization") or record.get("as_name") or record.get("as_organization")
    country = record.get("country") or record.get("country_code") or ""
    cc = country.get("iso_code", "") if isinstance(country, dict) else str(country)
    return Network(_optional_asn(str(asn)) if asn is not None else None, str(name) if name else None, _optional_cc(cc))


def read_network_mmdb(path: Path) -> Iterator[Range]:
    """Read a map from a MaxMind DB file.

    Raises:
        InputError: the file is not a MaxMind DB.
    """
    try:
        with maxminddb.open_database(path) as database:
            for prefix, record in database:
                if isinstance(record, dict):
                    version, first, last = parse_range(str(prefix))
                    yield Range(version, first, last, _mmdb_network(record))
    except (maxminddb.InvalidDatabaseError, ValueError, OSError) as error:
        raise InputError(f"{path}: not a readable MaxMind DB ({error})") from error


def read_network(path: Path) -> Iterator[Range]:
    """Read a map in any known format, told apart by content."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - 131072))
        is_mmdb = b"\xab\xcd\xefMaxMind.com" in file.read()
    return read_network_mmdb(path) if is_mmdb else read_network_csv(path)


class Tops(NamedTuple):
    """The first 16 bits of all addresses of one network, for IPv4 and IPv6."""

    of4: frozenset[int]
    of6: frozenset[int]


class NetworkMap:
    """Disjoint ranges as flat columns; built by ``build_network_map`` or read back by ``load_columns``."""

    def __init__(self, columns: dict[str, Any]) -> None:
        self.columns = columns
        self._first4 = memoryview(columns["first4"])
        self._last4 = memoryview(columns["last4"])
        self._value4 = memoryview(columns["value4"])
        self._high6 = memoryview(columns["first6_high"])
        self._low6 = memoryview(columns["first6_low"])
        self._value6 = memoryview(columns["value6"])
        self._names = columns["names"].tobytes()
        self._name_end = memoryview(columns["name_end"])
        self._asn = memoryview(columns["asn"])
        self._cc = columns["cc"].tobytes()
        self._networks: dict[int, Network] = {}
        self._tops: dict[int, Tops] = {}

    def __len__(self) -> int:
        return len(self._first4) + len(self._high6)

    def find(self, address: Address) -> Network | None:
        """Return the network of an address, None when no range holds it."""
        value = self._find4(address.value) if address.version == 4 else self._find6(address.value)
        return None if value is None else self._network(value)

    def asn_of(self, address: Address) -> int | None:
        """Return the AS number of an address, without building the network's names."""
        value = self._find4(address.value) if address.version == 4 else self._find6(address.value)
        return None if value is None else (self._asn[value] or None)

    def tops_of(self, asn: int) -> Tops:
        """Return the first 16 bits of all addresses of a network; about 1 ms for one that was not asked for before."""
        found = self._tops.get(asn)
        if found is None:
            columns = self.columns
            own4, own6 = (columns["asn"][columns[name]] == asn for name in ("value4", "value6"))
            of4 = _spread(columns["first4"][own4] >> 16, columns["last4"][own4] >> 16)
            of6 = _spread(columns["first6_high"][own6] >> 48, columns["last6_high"][own6] >> 48)
            found = self._tops[asn] = Tops(of4, of6)
        return found

    def _find4(self, value: int) -> int | None:
        at = bisect_right(self._first4, value) - 1
        return self._value4[at] if at >= 0 and value <= self._last4[at] else None

    def _find6(self, value: int) -> int | None:
        high, low = value >> 64, value & _MASK64
        at = bisect_right(self._high6, high) - 1
        while at >= 0 and self._high6[at] == high and self._low6[at] > low:
            at -= 1
        if at < 0:
            return None
        last = int(self.columns["last6_high"][at]) << 64 | int(self.columns["last6_low"][at])
        return self._value6[at] if value <= last else None

    def _network(self, value: int) -> Network:
        found = self._networks.get(value)
        if found is None:
            begin = self._name_end[value - 1] if value else 0
            name = self._names[begin : self._name_end[value]].decode("utf-8", "replace")
            cc = self._cc[2 * value : 2 * value + 2].strip(b"\0 ").decode("ascii")
            found = self._networks[value] = Network(self._asn[value] or None, name or None, cc or None)
        return found


def _spread(firsts: Any, lasts: Any) -> frozenset[int]:
    return frozenset(
        top for first, last in zip(firsts.tolist(), lasts.tolist(), strict=True) for top in range(first, last + 1)
    )


def build_network_map(ranges: Iterable[Range]) -> NetworkMap:
    """Flatten ``ranges`` into a map. About 3 us a range."""
    numbers: dict[Network, int] = {}
    found: dict[int, list[tuple[int, int, int]]] = {4: [], 6: []}
    for version, first, last, network in ranges:
        found[version].append((first, last, numbers.setdefault(network, len(numbers))))
    flat4, flat6 = flatten_ranges(found[4]), flatten_ranges(found[6])
    names = [(network.name or "").encode("utf-8", "replace") for network in numbers]
    return NetworkMap(
        {
            "first4": np.array([first for first, _, _ in flat4], np.uint32),
            "last4": np.array([last for _, last, _ in flat4], np.uint32),
            "value4": np.array([value for _, _, value in flat4], np.uint32),
            "first6_high": np.array([first >> 64 for first, _, _ in flat6], np.uint64),
            "first6_low": np.array([first & _MASK64 for first, _, _ in flat6], np.uint64),
            "last6_high": np.array([last >> 64 for _, last, _ in flat6], np.uint64),
            "last6_low": np.array([last & _MASK64 for _, last, _ in flat6], np.uint64),
            "value6": np.array([value for _, _, value in flat6], np.uint32),
            "names": np.frombuffer(b"".join(names), np.uint8),
            "name_end": np.cumsum([len(name) for name in names] or [0], dtype=np.uint64),
            "asn": np.array([network.asn or 0 for network in numbers], np.uint32),
            "cc": np.frombuffer(b"".join((network.cc or "").encode().ljust(2) for network in numbers), np.uint8),
        }
    )


def save_columns(network_map: NetworkMap, path: Path) -> None:
    """Write the flat columns of a map to ``path``."""
    with path.open("wb") as file:
        np.savez(file, **network_map.columns)


def load_columns(path: Path) -> NetworkMap:
    """Read a map back from its flat columns.

    Raises:
        ValueError: the file is damaged.
        OSError: the file cannot be read.
        KeyError: a column is missing.
    """
    with np.load(path, allow_pickle=False) as columns:
        return NetworkMap({name: columns[name] for name in columns.files})
