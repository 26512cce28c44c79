"""The demonstration: the shipped sample of an invented world, from raw files to explained events.

The sample lies in the package (``netglass/sample``): raw files in the layout of OONI's bucket, reference data of that world, and
the truth. It is what ``netglass lab run year`` writes; ``make sample`` writes it again, byte for byte.
"""

from datetime import datetime
from enum import Enum
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from netglass.api.analyze import Analysis, analyze
from netglass.api.ingest import Watch
from netglass.refdata.snapshot import add_snapshot
from netglass.vocab.error import InputError, UsageError
from netglass.vocab.table import COVERAGE, EVENT

if TYPE_CHECKING:
    from netglass.store.query import Store

REFERENCE = (("asn", "asn.csv"), ("fingerprint", "fingerprints.csv"), ("trust", "trust.pem"))
"""Kind and file of the sample's reference data."""

LICENCE = "Apache-2.0"

_COUNTRIES = "SELECT DISTINCT probe_cc FROM measurement"
_SPAN = """
SELECT count(*), count(DISTINCT probe_asn), count(DISTINCT probe_cc), count(DISTINCT target), min(observed_at), max(observed_at)
FROM measurement
"""
_NAMES = (
    "SELECT probe_asn, any_value(probe_network_name ORDER BY probe_network_name) FROM measurement GROUP BY 1 ORDER BY 1"
)
_EVENTS = "SELECT * FROM event WHERE kind = 'block' ORDER BY state, probe_cc, onset_latest, event_id"
_STATES = "SELECT state, count(*) FROM verdict GROUP BY state ORDER BY count(*) DESC, state"
_LIMITS = "SELECT * FROM coverage ORDER BY detection_limit_hours DESC NULLS FIRST, probe_cc, probe_asn, target"


class Trace(Enum):
    """What a month is to an event: it stood, it may have begun or ended, or it was not there."""

    STANDS = "#"
    BRACKET = "?"
    ABSENT = "."


class Overview(NamedTuple):
    """What there is to show. ``limits`` are rows of coverage, those where most could be missed first."""

    measurements: int
    networks: int
    countries: int
    targets: int
    first: datetime
    last: datetime
    names: dict[int, str]
    states: dict[str, int]
    events: list[dict[str, Any]]
    limits: list[dict[str, Any]]

    def choose_event(self) -> str | None:
        """Return the event that tells most, None without any: confirmed, with proof, begin and end seen, on many networks."""
        ranked = sorted(
            self.events,
            key=lambda event: (
                event["state"] == "confirmed",
                "likely_only" not in event["flags"],
                event["onset_earliest"] is not None,
                event["end_latest"] is not None,
                len(event["asns"]),
                event["n_measurements"],
                event["event_id"],
            ),
        )
        return str(ranked[-1]["event_id"]) if ranked else None

    def list_months(self) -> list[datetime]:
        """Return the first moment of every month from the first measurement to the last."""
        first, last = (moment.year * 12 + moment.month - 1 for moment in (self.first, self.last))
        return [datetime(number // 12, number % 12 + 1, 1) for number in range(first, last + 1)]

    def trace_event(self, event: dict[str, Any]) -> list["Trace"]:
        """Return what each month is to an event."""
        begin, end = event["onset_earliest"] or self.first, event["end_latest"] or self.last
        seen, gone = event["onset_latest"], event["end_earliest"] or self.last
        months = self.list_months()
        traces = []
        for month, following in zip(months, [*months[1:], datetime.max], strict=True):
            if seen < following and gone >= month:
                traces.append(Trace.STANDS)
            elif begin < following and end >= month:
                traces.append(Trace.BRACKET)
            else:
                traces.append(Trace.ABSENT)
        return traces


def find_sample() -> Path:
    """Return the folder of the shipped sample.

    Raises:
        InputError: the package was installed without it.
    """
    folder = Path(str(files("netglass"))) / "sample"
    if not (folder / "raw").is_dir():
        raise InputError(
            f"{folder}: the sample is missing from this installation; in a clone of the repository `make sample` writes it"
        )
    return folder


def run_demo(store: "Store", *, watch: Watch = lambda progress: None) -> Analysis:
    """Analyse the sample into ``store``, with the sample's reference data.

    Args:
        store: a new or empty store, or one of an earlier demonstration.
        watch: is told of progress.

    Raises:
        UsageError: the store holds measurements of real countries.
    """
    real = {cc for (cc,) in store.connect().execute(_COUNTRIES).fetchall() if not str(cc).startswith("X")}
    if real:
        raise UsageError(
            f"{store.root} holds measurements of {', '.join(sorted(map(str, real)))}: the demo's invented countries would be mixed"
            " with them. Give --store a new folder."
        )
    sample = find_sample()
    first_day = min(path.name for path in (sample / "raw").iterdir())
    date = f"{first_day[:4]}-{first_day[4:6]}-{first_day[6:]}"
    for kind, name in REFERENCE:
        add_snapshot(
            store.refdata_dir,
            kind,
            sample / name,
            date=date,
            name="sample",
            licence=LICENCE,
            origin="netglass lab run year",
        )
    return analyze(store, [sample / "raw"], watch=watch)


def survey_store(store: "Store") -> Overview:
    """Return what a store holds, for a first look at it."""
    connection = store.connect()
    (span,) = connection.execute(_SPAN).fetchall()
    names = {int(asn): str(name or "") for asn, name in connection.execute(_NAMES).fetchall()}
    states = {str(state): int(n) for state, n in connection.execute(_STATES).fetchall()}
    events = [dict(zip((c.name for c in EVENT), row, strict=True)) for row in connection.execute(_EVENTS).fetchall()]
    limits = [dict(zip((c.name for c in COVERAGE), row, strict=True)) for row in connection.execute(_LIMITS).fetchall()]
    return Overview._make((*span, names, states, events, limits))
