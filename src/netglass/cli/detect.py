"""The commands about events: ``detect`` finds them, ``events``, ``coverage`` and ``changes`` list them."""

import sys
from typing import Annotated, Literal

import msgspec
from cyclopts import Parameter

from netglass.api import detect as api
from netglass.cli.app import DEFAULT_STORE, Format, Moment, OutFile, StoreDir, app
from netglass.cli.relation import write_relation
from netglass.store.query import open_store

Country = Annotated[str | None, Parameter(help="Country of the probes, two letters.")]
Target = Annotated[str | None, Parameter(help="Host that was tested, as in `www.example.org`.")]
Network = Annotated[int | None, Parameter(help="Network of the probes, an AS number.")]
Kind = Annotated[Literal["block", "unblock", "shutdown"] | None, Parameter(help="Kind of event.")]
EventState = Annotated[Literal["confirmed", "unconfirmed"] | None, Parameter(help="How firm the event is.")]

BRIEF_EVENTS = (
    "event_id",
    "kind",
    "state",
    "probe_cc",
    "asns",
    "targets",
    "mechanisms",
    "onset_earliest",
    "onset_latest",
    "end_earliest",
    "end_latest",
    "flags",
)
"""Columns of events that a table shows."""

BRIEF_COVERAGE = (
    "probe_cc",
    "probe_asn",
    "target",
    "n_telling",
    "n_reporters",
    "n_blocked",
    "detection_limit_hours",
    "note",
)
"""Columns of coverage that a table shows."""


@app.command
def detect(*, since: Moment = None, until: Moment = None, store: StoreDir = DEFAULT_STORE) -> None:
    """Find blocking events in the store's verdicts.

    Looks at verdicts observed from --since on and before --until, by default at all. The same verdicts and window always give
    the same events; what differs from the last run goes to the change log. The last line of stdout is JSON: events by kind and
    state, network-and-target series in the coverage, changes since the last run.

    Examples:
        netglass detect --store my-store
        netglass detect --since 2024-01-01 --until 2024-02-01 --store my-store
    """
    summary = api.detect(open_store(store), since, until)
    sys.stdout.write(msgspec.json.encode(summary._asdict()).decode() + "\n")


@app.command
def events(
    *,
    cc: Country = None,
    target: Target = None,
    asn: Network = None,
    kind: Kind = None,
    state: EventState = None,
    store: StoreDir = DEFAULT_STORE,
    format: Format = "table",
    out: OutFile = None,
) -> None:
    """List events: what was blocked, where, how, and from when to when.

    Onset and end are brackets: not yet there at onset_earliest, there at onset_latest; still there at end_earliest, gone at
    end_latest. A missing onset_earliest: it stood when first measured. A missing end: it still stands. An unconfirmed event
    says in its flags what it lacks. `netglass explain EVENT_ID` gives the evidence.

    Examples:
        netglass events --cc XA --kind block
        netglass events --target www.example.org --format jsonl
        netglass events --state confirmed --format csv --out events.csv
    """
    write_relation(api.events(open_store(store), cc, target, asn, kind, state), format, out=out, brief=BRIEF_EVENTS)


@app.command
def coverage(
    *,
    cc: Country = None,
    target: Target = None,
    asn: Network = None,
    store: StoreDir = DEFAULT_STORE,
    format: Format = "table",
    out: OutFile = None,
) -> None:
    """List what would have been seen: per network and target, how short a block may be and still be missed.

    Silence is not `ok`: where `detection_limit_hours` is missing, any block may have been missed.

    Examples:
        netglass coverage --cc XA
        netglass coverage --target www.example.org --format csv
    """
    write_relation(api.coverage(open_store(store), cc, target, asn), format, out=out, brief=BRIEF_COVERAGE)


@app.command
def changes(
    event_id: Annotated[str | None, Parameter(help="Event whose history is asked for, by default all.")] = None,
    /,
    *,
    store: StoreDir = DEFAULT_STORE,
    format: Format = "table",
    out: OutFile = None,
) -> None:
    """List what changed about events from one run of detect to the next: new, changed, superseded, withdrawn.

    Examples:
        netglass changes
        netglass changes ev-0123456789abcdef --format jsonl
    """
    write_relation(api.changes(open_store(store), event_id), format, out=out)
