"""Read truth files: what really happened to each measurement, and when each block began and ended.

Three kinds of lines are understood, told apart by their fields: events (``event_id`` and ``kind``), measurements
(``measurement_uid``) and scenarios (``scenario``, joined on the stem of the input file). A file holds JSON Lines or
one JSON array, plain or gzipped, recognised by content. Reading is strict: a line that is not understood is an error
that names the file and the line, since a truth that is silently shorter makes every figure better than it is.
"""

import gzip
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, NamedTuple, TypeVar

import msgspec

from netglass.vocab.error import InputError
from netglass.vocab.mechanism import MECHANISMS, family

WORDS = (
    "blocked",
    "interfered-but-reachable",
    "ok",
    "down",
    "server_side",
    "instrument",
    "captive_portal",
    "resolver_down",
    "control_failed",
)
"""The words that a truth file may use for the state of a measurement."""

SUFFIXES = (".jsonl", ".json", ".njson", ".gz", ".tar", ".tgz")
"""Endings that are no part of the stem of an input file."""


T = TypeVar("T")


class MeasurementTruth(msgspec.Struct, frozen=True):
    """What happened to one measurement; ``policy_id`` names the block, ``confounder_id`` the innocent cause.

    ``also_local`` marks a block that was met behind a hotspot or a dead resolver: either may be said, so neither is scored.
    """

    state: str
    mechanisms: tuple[str, ...] = ()
    measurement_uid: str | None = None
    scenario: str | None = None
    report_id: str | None = None
    probe_cc: str | None = None
    policy_id: str | None = None
    confounder_id: str | None = None
    control_failed: bool = False
    also_local: bool = False


class _Dated(msgspec.Struct, frozen=True):
    """Brings every time that is read to naive UTC."""

    def __post_init__(self) -> None:
        for name in self.__struct_fields__:
            value = getattr(self, name)
            if isinstance(value, datetime) and value.tzinfo:
                msgspec.structs.force_setattr(self, name, value.astimezone(UTC).replace(tzinfo=None))


class SeriesTruth(_Dated, frozen=True):
    """One network and target of an event: its own onset and end, and the measurements next to them."""

    probe_asn: int
    target: str
    onset_utc: datetime | None = None
    end_utc: datetime | None = None
    last_before: datetime | None = None
    first_during: datetime | None = None
    last_during: datetime | None = None
    first_after: datetime | None = None


class EventTruth(_Dated, frozen=True):
    """One real event. ``onset_utc`` and ``end_utc`` are None where it lies outside the time that was measured."""

    event_id: str
    kind: Literal["block", "shutdown", "confounder"]
    probe_cc: str | None = None
    asns: tuple[int, ...] = ()
    targets: tuple[str, ...] = ()
    collateral_targets: tuple[str, ...] = ()
    mechanisms: tuple[str, ...] = ()
    onset_utc: datetime | None = None
    end_utc: datetime | None = None
    standing: bool = False
    scoreable: bool = True
    onset_scoreable: bool | None = None
    end_scoreable: bool | None = None
    confounder: str | None = None
    scenario: str | None = None
    series: tuple[SeriesTruth, ...] = ()

    @property
    def counts(self) -> bool:
        """Whether the event must be found: it can be scored, or it stands over the whole time."""
        return self.scoreable or bool(self.onset_scoreable) or self.standing

    @property
    def dates_onset(self) -> bool:
        """Whether the onset can be checked against a bracket."""
        wanted = self.scoreable if self.onset_scoreable is None else self.onset_scoreable
        return wanted and self.onset_utc is not None


Row = TypeVar("Row", MeasurementTruth, EventTruth)


class Truth(NamedTuple):
    """All that the files say. ``measurements`` by uid, ``scenarios`` by stem."""

    measurements: dict[str, MeasurementTruth]
    scenarios: dict[str, MeasurementTruth]
    events: tuple[EventTruth, ...]
    files: tuple[str, ...]

    @property
    def countries(self) -> frozenset[str]:
        """Every country that a measurement or an event speaks of."""
        named = {row.probe_cc for row in self.measurements.values()} | {event.probe_cc for event in self.events}
        return frozenset(cc for cc in named if cc)


def find_foreign(truth: Truth) -> dict[str, list[str]]:
    """Return the mechanisms of the truth that the taxonomy does not have, each with where it is used."""
    found: dict[str, list[str]] = {}
    named = [(name, row.mechanisms) for part in truth[:2] for name, row in part.items()]
    for name, paths in [*named, *((event.event_id, event.mechanisms) for event in truth.events)]:
        for path in paths:
            if path not in MECHANISMS:
                found.setdefault(path, []).append(name)
    return found


def stem_of(source_file: str) -> str:
    """Return the stem by which scenario truth is joined: file name without folder, archive member and known endings."""
    name = source_file.split(":", 1)[0].replace("\\", "/").rsplit("/", 1)[-1]
    while name.lower().endswith(SUFFIXES):
        name = name.rsplit(".", 1)[0]
    return name


def find_files(path: Path) -> tuple[Path, ...]:
    """Return the truth files at ``path``: the file itself and ``truth_events`` beside it, or all in a folder and below.

    Raises:
        InputError: there is nothing to read.
    """
    if path.is_dir():
        found = sorted(p for p in path.rglob("truth*") if _is_read(p))
        if not found:
            raise InputError(f"{path}: no truth*.jsonl in this folder; name a truth file, or the folder that holds it")
        return tuple(found)
    if not path.exists():
        raise InputError(f"{path}: no such truth file")
    beside = sorted(p for p in path.parent.glob("truth_events*") if p != path and p.is_file())
    return (path, *beside) if path.name.startswith("truth_measurements") else (path,)


def _is_read(path: Path) -> bool:
    """Tell whether a file holds truths that are read here; chain and claims speak of no verdict and no event."""
    stem = stem_of(path.name)
    return path.is_file() and stem not in (path.name, "truth_chain", "truth_claims")


def read_truth(path: Path) -> Truth:
    """Read the truth file or folder ``path``.

    Raises:
        InputError: a file cannot be read, a line is not understood, or two lines contradict each other; with the place.
    """
    files = find_files(path)
    measurements: dict[str, MeasurementTruth] = {}
    scenarios: dict[str, MeasurementTruth] = {}
    events: dict[str, EventTruth] = {}
    for file in files:
        for place, line in _read_lines(file):
            _sort_line(place, line, measurements, scenarios, events)
    if not (measurements or scenarios or events):
        raise InputError(f"{path}: the truth is empty; a line needs measurement_uid, scenario or event_id")
    return Truth(measurements, scenarios, tuple(events.values()), tuple(map(str, files)))


def _read_lines(path: Path) -> Iterator[tuple[str, msgspec.Raw]]:
    try:
        content = path.read_bytes()
        content = gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content
    except (OSError, EOFError, gzip.BadGzipFile) as error:
        raise InputError(f"{path}: the truth file cannot be read: {error}") from error
    if content.lstrip()[:1] == b"[":
        yield from _read_array(path, content)
        return
    for number, line in enumerate(content.split(b"\n"), 1):
        if line.strip():
            yield f"{path}:{number}", msgspec.Raw(line.strip())


def _read_array(path: Path, content: bytes) -> Iterator[tuple[str, msgspec.Raw]]:
    try:
        items = msgspec.json.decode(content, type=list[msgspec.Raw])
    except msgspec.DecodeError as error:
        raise InputError(f"{path}: no JSON array of objects: {error}") from error
    for number, item in enumerate(items):
        yield f"{path}[{number}]", item


class _Kind(msgspec.Struct):
    event_id: str | None = None
    kind: str | None = None
    measurement_uid: str | None = None
    scenario: str | None = None


def _sort_line(
    place: str,
    line: msgspec.Raw,
    measurements: dict[str, MeasurementTruth],
    scenarios: dict[str, MeasurementTruth],
    events: dict[str, EventTruth],
) -> None:
    kind = _decode(place, line, _Kind)
    if kind.event_id is not None and kind.kind is not None:
        _keep(place, events, kind.event_id, _check_paths(place, _decode(place, line, EventTruth)))
    elif kind.measurement_uid:
        _keep(place, measurements, kind.measurement_uid, _check_word(place, _decode(place, line, MeasurementTruth)))
    elif kind.scenario:
        _keep(place, scenarios, kind.scenario, _check_word(place, _decode(place, line, MeasurementTruth)))
    else:
        raise InputError(
            f"{place}: neither measurement_uid, scenario nor event_id with kind; say what this line is about"
        )


def _decode(place: str, line: msgspec.Raw, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(line, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(f"{place}: {error}") from error


def _check_word(place: str, row: MeasurementTruth) -> MeasurementTruth:
    if row.state not in WORDS:
        raise InputError(f"{place}: state {row.state!r} is no truth word; use one of {', '.join(WORDS)}")
    return _check_paths(place, row)


def _check_paths(place: str, row: Row) -> Row:
    for path in row.mechanisms:
        if family(path) not in MECHANISMS:
            raise InputError(f"{place}: mechanisms: {path!r} begins with no layer of the taxonomy")
    return row


def _keep(place: str, rows: dict[str, T], name: str, row: T) -> None:
    if rows.setdefault(name, row) != row:
        raise InputError(f"{place}: {name} has another truth on an earlier line; keep one of them")
