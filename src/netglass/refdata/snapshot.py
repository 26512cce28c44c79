"""Pins: which reference files are in use, since when they speak, and what is missing.

A folder holds ``pins.json`` and the pinned files; a pin names kind, name, date, SHA-256, licence and origin of its
file. ``Refdata.hash`` is a digest of all pins and is written into every row that was made with them. A file that is
not what its pin says stops the load: rows must never claim a snapshot that they were not made with.
"""

import hashlib
import shutil
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from functools import cached_property
from pathlib import Path

import msgspec

from netglass.refdata.address import Address, parse_address
from netglass.refdata.bogon import BOGONS, BogonList, read_bogons
from netglass.refdata.cache import load_or_build
from netglass.refdata.fingerprint import Fingerprint, FingerprintList, read_fingerprints
from netglass.refdata.mark import Mark
from netglass.refdata.network import (
    Network,
    NetworkMap,
    Tops,
    build_network_map,
    load_columns,
    read_network,
    save_columns,
)
from netglass.refdata.scan import BodyScanner, MarkScanner
from netglass.refdata.suffix import SuffixList, load_suffixes
from netglass.refdata.testlist import TargetList, read_test_lists
from netglass.refdata.trust import TrustChecker, read_roots
from netglass.vocab.error import EngineError, InputError
from netglass.vocab.setting import read_setting

PINS = "pins.json"
FORMAT = 1
"""Version of the cached columns; part of their file names."""

MISSING: dict[str, str] = {
    "asn": "address_asn stays null, and scrubbing removes every unexplained public address from kept text",
    "country": "address_cc is known only where the AS map says it",
    "fingerprint": "no block page and no forged address is recognised by its fingerprint",
    "trust": "chain_status is no_trust_store, so the client's word on certificates stands alone",
    "testlist": "targets have no category",
}
"""Kinds whose absence changes rows, and what is then missing."""

KINDS = (*MISSING, "suffix", "bogon")
"""Every kind of snapshot. Public suffixes and bogons have a default that comes with the code."""


class Pin(msgspec.Struct, frozen=True, kw_only=True):
    """One pinned file: ``file`` is relative to the folder of ``pins.json``; ``date`` is the day it speaks of."""

    kind: str
    name: str
    date: str
    sha256: str
    licence: str
    origin: str
    file: str


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_pins(directory: Path) -> tuple[Pin, ...]:
    """Read ``pins.json``; a folder without one has no pins.

    Raises:
        InputError: the file is not what this version writes.
    """
    path = directory / PINS
    if not path.is_file():
        return ()
    try:
        pins = msgspec.json.decode(path.read_bytes(), type=tuple[Pin, ...])
    except msgspec.MsgspecError as error:
        raise InputError(f"{path}: {error}; add the files again with `netglass refdata add`") from error
    return tuple(sorted(pins, key=lambda pin: (pin.kind, pin.name, pin.date)))


def write_pins(directory: Path, pins: Sequence[Pin]) -> None:
    """Replace ``pins.json`` in one step."""
    path = directory / PINS
    beside = path.with_suffix(".new")
    ordered = sorted(pins, key=lambda pin: (pin.kind, pin.name, pin.date))
    beside.write_bytes(msgspec.json.format(msgspec.json.encode(ordered), indent=2) + b"\n")
    beside.replace(path)


def hash_pins(pins: Sequence[Pin]) -> str:
    """Return 16 hexadecimal digits over kind, name, date and SHA-256 of all pins, or ``none``."""
    lines = sorted(f"{pin.kind}\0{pin.name}\0{pin.date}\0{pin.sha256}" for pin in pins)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16] if lines else "none"


def newest_pins(pins: Sequence[Pin], kind: str) -> list[Pin]:
    """Return the newest pin of each name of ``kind``."""
    newest = {pin.name: pin for pin in sorted(pins, key=lambda pin: pin.date) if pin.kind == kind}
    return [newest[name] for name in sorted(newest)]


class Refdata:
    """Everything that is known from outside the measurements. Built by ``load_refdata``; pickled as its folder."""

    def __init__(self, directory: Path | None, pins: tuple[Pin, ...], bogons: BogonList) -> None:
        self.directory = directory
        self.pins = pins
        self.hash = hash_pins(pins)
        self.missing = tuple(f"{kind}: {text}" for kind, text in MISSING.items() if not newest_pins(pins, kind))
        self._bogons = bogons
        self._maps = {kind: self._load_map(kind) for kind in ("asn", "country")}
        self.fingerprints = FingerprintList(
            rule for pin in newest_pins(pins, "fingerprint") for rule in read_fingerprints(self._path(pin))
        )
        trusted = [pin for pin in pins if pin.kind == "trust"]
        self._trust = TrustChecker(read_roots(self._path(pin), pin.name, pin.date) for pin in trusted)

    def __reduce__(self) -> tuple[Callable[..., "Refdata"], tuple[Path | None]]:
        return reload_refdata, (self.directory,)

    def _path(self, pin: Pin) -> Path:
        return (self.directory or Path()) / pin.file

    @property
    def cache(self) -> Path | None:
        """Folder for derived files, None without a folder of pins."""
        return self.directory / "cache" if self.directory is not None else None

    def _load_map(self, kind: str) -> NetworkMap | None:
        pins = newest_pins(self.pins, kind)
        if not pins:
            return None
        path = self.cache / f"{kind}-{hash_pins(pins)}.v{FORMAT}.npz" if self.cache else None

        def build() -> NetworkMap:
            return build_network_map(found for pin in pins for found in read_network(self._path(pin)))

        return load_or_build(path, load_columns, build, save_columns)

    @cached_property
    def suffixes(self) -> SuffixList:
        """The public suffix list."""
        return load_suffixes([self._path(pin) for pin in newest_pins(self.pins, "suffix")])

    @cached_property
    def test_list(self) -> TargetList:
        """The test lists together."""
        return read_test_lists([self._path(pin) for pin in newest_pins(self.pins, "testlist")])

    @property
    def has_networks(self) -> bool:
        """Whether an AS map is loaded."""
        return self._maps["asn"] is not None

    def network_of(self, address: str) -> Network | None:
        """Return the network of an address in text form, None when nothing is known."""
        found = parse_address(address)
        return None if found is None else self._find_network(found)

    def _find_network(self, address: Address) -> Network | None:
        by_asn, by_country = self._maps["asn"], self._maps["country"]
        network = by_asn.find(address) if by_asn is not None else None
        if by_country is None or (network is not None and network.cc):
            return network
        country = by_country.find(address)
        if country is None:
            return network
        return Network(network.asn if network else None, network.name if network else None, country.cc)

    def asn_of(self, address: Address) -> int | None:
        """Return the AS of an address given as integer. About 1 us."""
        by_asn = self._maps["asn"]
        return by_asn.asn_of(address) if by_asn is not None else None

    def is_bogon(self, address: str) -> bool:
        """Say whether an address in text form can not be on the public internet."""
        return self._bogons.is_bogon(address)

    def is_public(self, address: Address) -> bool:
        """Say whether an address given as integer is outside the bogon list."""
        return not self._bogons.holds(address)

    def match_dns(self, answer: str) -> Fingerprint | None:
        """Return the fingerprint of an answer (address or canonical name)."""
        return self.fingerprints.match_dns(answer)

    def tops_of(self, asn: int) -> Tops | None:
        """Return the first 16 bits of all addresses of a network, None without an AS map."""
        by_asn = self._maps["asn"]
        return by_asn.tops_of(asn) if by_asn is not None else None

    @cached_property
    def _scanner(self) -> BodyScanner:
        return BodyScanner(self.fingerprints, self.cache)

    def prepare(self) -> None:
        """Build the patterns now; the maps are there since the load. Both are kept in the cache."""
        _ = self._scanner, self._marks

    @cached_property
    def _marks(self) -> MarkScanner:
        return MarkScanner(self.has_networks, self.cache)

    def list_marks(self, body: bytes) -> list[tuple[Mark, int]]:
        """Return the marks in a body with the offset behind each; those that need a map only where there is one."""
        return self._marks.list_marks(body)

    def match_http(
        self,
        status: int | None,
        headers: Sequence[tuple[str, str]],
        title: str | None,
        body: bytes,
        is_text: bool = False,
    ) -> tuple[Fingerprint, ...]:
        """Return the fingerprints of an HTTP answer in the order of their files.

        Args:
            status: Status code; no fingerprint of today looks at it.
            headers: Names and values.
            title: Title of the page.
            body: The body as bytes, text in UTF-8.
            is_text: Whether the body is known to be valid UTF-8.
        """
        found = set(self._scanner.list_rules(body, is_text))
        found.update(self.fingerprints.match_headers(headers))
        if title:
            found.update(self.fingerprints.match_place("title", title))
        return tuple(self.fingerprints.rules[number].fingerprint for number in sorted(found)) if found else ()

    def check_chain(self, chain: Sequence[bytes], server_name: str, at: datetime) -> str:
        """Return the status of a chain (DER, leaf first) at ``at`` (naive, UTC), see ``trust``. Never raises."""
        return self._trust.check_chain(chain, server_name, at)


def _with_bogons(
    directory: Path | None, pins: tuple[Pin, ...], setting: str | None
) -> tuple[tuple[Pin, ...], BogonList]:
    """Return the pins with the bogon list in force among them (the built-in one needs none), and that list."""
    if setting:
        path = Path(setting)
        if not path.is_file():
            raise InputError(f"{path}: no such file; the setting NETGLASS_BOGONS must name a file of prefixes")
        pin = Pin(kind="bogon", name="setting", date="", sha256=hash_file(path), licence="", origin="", file=setting)
        return (*(pin_ for pin_ in pins if pin_.kind != "bogon"), pin), BogonList(read_bogons(path))
    own = newest_pins(pins, "bogon")
    if directory is None or not own:
        return pins, BogonList(prefix for prefix, _ in BOGONS)
    return pins, BogonList(prefix for pin in own for prefix in read_bogons(directory / pin.file))


def reload_refdata(directory: Path | None) -> Refdata:
    """Load reference data that this program has already verified (in another process)."""
    pins = read_pins(directory) if directory is not None else ()
    return Refdata(directory, *_with_bogons(directory, pins, read_setting("NETGLASS_BOGONS")))


def load_refdata(directory: Path | None) -> Refdata:
    """Load the reference data of a folder, checking every file against its pin; None gives the empty set.

    Raises:
        InputError: a pinned file is missing, is not what its pin says, or cannot be read.
    """
    for pin in read_pins(directory) if directory is not None else ():
        path = Path(directory or "", pin.file)
        if not path.is_file():
            raise InputError(f"{path}: pinned but not there; add it again or remove its entry from {PINS}")
        if hash_file(path) != pin.sha256:
            raise InputError(f"{path}: not the file that was pinned (SHA-256 differs); add it again with a new date")
    return reload_refdata(directory)


def _require_ranges(path: Path) -> None:
    if sum(1 for _ in read_network(path)) == 0:
        raise InputError(f"{path}: no address range in it; expected a CSV or MaxMind DB of ranges")


_READERS: dict[str, Callable[[Path], object]] = {
    "asn": _require_ranges,
    "country": _require_ranges,
    "fingerprint": read_fingerprints,
    "trust": lambda path: read_roots(path, "", ""),
    "testlist": lambda path: read_test_lists([path]),
    "suffix": lambda path: load_suffixes([path]),
    "bogon": read_bogons,
}


_DERIVED = ("asn", "country", "fingerprint")
"""Kinds of which files are derived; they are built when a snapshot is added, so that no ingest has to wait for them."""


def add_snapshot(
    directory: Path, kind: str, path: Path, *, date: str, name: str | None = None, licence: str = "", origin: str = ""
) -> Pin:
    """Validate ``path``, copy it into ``directory`` and pin it.

    Args:
        directory: The folder of ``pins.json``; made when absent.
        kind: One of ``KINDS``.
        path: The file.
        date: Day that the snapshot speaks of, ``YYYY-MM-DD``.
        name: Snapshots of one name replace each other by date; default: the file's stem.
        licence: Licence of the data, as a name or SPDX identifier.
        origin: Where the file came from.

    Raises:
        InputError: not a kind, no such file, or the file is not valid for its kind.
        EngineError: the folder cannot be written.
    """
    if kind not in _READERS:
        raise InputError(f"{kind!r} is no kind of reference data; there are {', '.join(KINDS)}")
    if not path.is_file():
        raise InputError(f"{path}: no such file")
    _READERS[kind](path)
    stem = name or path.stem
    relative = f"{kind}/{stem}@{date}{path.suffix}"
    pin = Pin(
        kind=kind,
        name=stem,
        date=date,
        sha256=hash_file(path),
        licence=licence,
        origin=origin or path.name,
        file=relative,
    )
    try:
        (directory / kind).mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, directory / relative)
        others = [other for other in read_pins(directory) if (other.kind, other.name, other.date) != (kind, stem, date)]
        write_pins(directory, [*others, pin])
    except OSError as error:
        raise EngineError(f"{directory}: cannot write the snapshot ({error.strerror}): check space, rights") from error
    if kind in _DERIVED:
        with suppress(InputError, OSError):  # another pinned file may be missing; whoever loads the folder is told so
            reload_refdata(directory).prepare()
    return pin
