"""``netglass demo``: analyse the shipped sample, say what was found, and how to look further."""

import sys
import tempfile
import textwrap
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby
from pathlib import Path
from statistics import median
from typing import Annotated, Any

from cyclopts import Parameter
from rich.console import Console
from rich.table import Table
from rich.text import Text

from netglass.api.demo import Overview, Trace, find_sample, run_demo, survey_store
from netglass.api.explain import explain
from netglass.cli.account import render_event
from netglass.cli.app import app
from netglass.cli.format import show_value
from netglass.cli.ingest import show_progress
from netglass.detect.account import EventAccount
from netglass.store.query import open_store
from netglass.vocab.state import State

WIDTH = 116
"""Columns of the text where stdout is no terminal."""

CELL = 4
"""Columns of a month in the picture of the year."""

WITNESSES = 3
"""Witnesses of the explained event that are shown; `netglass explain` shows them all."""

MEANINGS = {
    State.BLOCKED: "somebody in between interferes: an artefact, and its nearest innocent cause is excluded",
    State.LIKELY_BLOCKED: "the evidence is for interference, without such proof",
    State.IMPAIRED: "does not work well, and this is not shown to be blocking",
    State.DOWN: "works for nobody",
    State.OK: "works",
    State.INSUFFICIENT: "the evidence carries none of these; it is not ok",
}
"""What each state says, for somebody who sees it for the first time."""


@app.command
def demo(
    *,
    store: Annotated[
        Path | None,
        Parameter(name="--store", help="Folder of the store, new or of an earlier demo; by default a temporary one."),
    ] = None,
) -> None:
    """Analyse the shipped sample and explain what is found.

    The sample is a year of three invented countries, two of which block sites. It is read, judged and searched for events as
    real data would be; then you see the verdicts, the events, what could not be seen, one event in words, the year in a picture,
    and the commands to look further. The store stays where the last lines say.

    Examples:
        netglass demo
        netglass demo --store demo-store
    """
    place = store or Path(tempfile.mkdtemp(prefix="netglass-demo-"))
    opened = open_store(place)
    with show_progress() as watch:
        run_demo(opened, watch=watch)
    overview = survey_store(opened)
    console = Console() if sys.stdout.isatty() else Console(width=WIDTH)
    _show_overview(console, overview)
    _show_events(console, overview)
    _show_limits(console, overview)
    chosen = overview.choose_event()
    account = explain(opened, chosen) if chosen else None
    if isinstance(account, EventAccount):
        _head(console, "One event in words")
        _say(console, render_event(account._replace(witnesses=account.witnesses[:WITNESSES])).rstrip())
    _show_months(console, overview)
    _show_next_steps(console, overview, place, chosen)


def _head(console: Console, text: str) -> None:
    console.print()
    console.print(Text(text, style="bold"))


def _say(console: Console, text: str) -> None:
    console.print(Text(text), soft_wrap=True)


def _show_overview(console: Console, overview: Overview) -> None:
    text = (
        f"The sample: {overview.measurements} measurements of {overview.targets} sites from {overview.networks} networks in"
        f" {overview.countries} invented countries, {overview.first:%Y-%m-%d} to {overview.last:%Y-%m-%d}."
    )
    _say(console, textwrap.fill(text, WIDTH))
    _head(console, "What the measurements say")
    table = _table("verdicts", "state", "meaning")
    for state, count in overview.states.items():
        table.add_row(str(count), state, MEANINGS[State(state)])
    console.print(table)


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in columns:
        table.add_column(name, overflow="fold", justify="right" if name == "verdicts" else "left")
    return table


def _show_events(console: Console, overview: Overview) -> None:
    confirmed = sum(event["state"] == "confirmed" for event in overview.events)
    _head(console, f"Blocks found: {confirmed} confirmed, {len(overview.events) - confirmed} unconfirmed")
    table = _table("cc", "networks", "target, and how", "began", "ended", "seen", "confidence")
    for event in overview.events:
        table.add_row(*(Text(cell) for cell in _event_cells(event, overview.names)))
    console.print(table)


def _event_cells(event: dict[str, Any], names: dict[int, str]) -> Iterator[str]:
    yield event["probe_cc"]
    yield "\n".join(f"AS{asn} {show_value(names.get(asn, ''))}" for asn in event["asns"])
    yield "\n".join([*map(show_value, event["targets"]), *(f"  by {path}" for path in event["mechanisms"])])
    yield _bracket(event["onset_earliest"], event["onset_latest"], "stood already")
    yield _bracket(event["end_earliest"], event["end_latest"], "still stands")
    yield f"{event['n_measurements']} times\nby {event['n_reporters']}"
    yield f"{event['confidence']:.2f}\n{event['state']}"


def _bracket(earliest: datetime | None, latest: datetime | None, missing: str) -> str:
    if earliest is None or latest is None:
        return missing
    return f"{earliest:%Y-%m-%d} to\n{latest:%Y-%m-%d}"


def _show_limits(console: Console, overview: Overview) -> None:
    _head(console, "What could not be seen")
    known = [row["detection_limit_hours"] for row in overview.limits if row["detection_limit_hours"] is not None]
    blind = len(overview.limits) - len(known)
    never = overview.networks * overview.targets - len(overview.limits)
    lines = [f"{never} of {overview.networks * overview.targets} pairs of network and site were never measured."]
    if known:
        lines.append(f"Of the others, half would have missed a block shorter than {median(known) / 24:.0f} days.")
    if blind:
        lines.append(f"For {blind} pairs no limit can be given at all.")
    insufficient = overview.states.get(State.INSUFFICIENT, 0)
    lines.append(f"{insufficient} measurements carry no verdict; they are counted for nothing.")
    _say(console, textwrap.fill(" ".join(lines), WIDTH))
    worst = next(
        (row for row in overview.limits if row["detection_limit_hours"] is not None and row["n_telling"]), None
    )
    if worst:
        _say(console, f"The widest gap: {worst['target']} on AS{worst['probe_asn']}: {worst['note']}")


def _show_months(console: Console, overview: Overview) -> None:
    months = overview.list_months()
    years = (f"{month:%Y}" if place == 0 or month.month == 1 else "" for place, month in enumerate(months))
    rows: list[tuple[str, str, Iterable[str]]] = [("", "", years), ("", "", (f"{month:%m}" for month in months))]
    for cc, events in groupby(sorted(overview.events, key=_order_by_onset), key=lambda event: str(event["probe_cc"])):
        traces = [(event, overview.trace_event(event)) for event in events]
        rows += [(cc, _name_targets(event), (mark.value * CELL for mark in trace)) for event, trace in traces]
        standing = (sum(mark is Trace.STANDS for mark in month) for month in zip(*(t for _, t in traces), strict=True))
        rows.append(("", f"blocks standing in {cc}", map(str, standing)))
    width = max(len(name) for _, name, _ in rows)
    _head(console, "Month by month: # blocked, ? began or ended in one of these, . not seen to be blocked")
    for cc, name, cells in rows:
        _say(console, f"{cc:3} {name:{width}}  {''.join(f'{cell:{CELL}}' for cell in cells)}".rstrip())


def _order_by_onset(event: dict[str, Any]) -> tuple[str, datetime, str]:
    return event["probe_cc"], event["onset_latest"], event["event_id"]


def _name_targets(event: dict[str, Any]) -> str:
    first, *others = map(show_value, event["targets"])
    return f"{first} and {len(others)} more" if others else first


def _show_next_steps(console: Console, overview: Overview, place: Path, event: str | None) -> None:
    where = f"--store {place}"
    cc = overview.events[0]["probe_cc"] if overview.events else "XA"
    target = overview.events[0]["targets"][0] if overview.events and overview.events[0]["targets"] else ""
    steps = [
        (f"netglass events --cc {cc} {where}", "all columns with --format jsonl or csv"),
        (f"netglass verdicts --target {target} {where}", "every measurement of one site, with the reason in a line"),
        (f"netglass explain {event or 'ID'} {where}", "the event above; an identifier of a measurement works too"),
        (f"netglass coverage --cc {cc} {where}", "how short a block would have been missed, per network and site"),
        (f"netglass compare --with probe {where}", "where the probe's own verdict differs, and by which rule"),
        (f"netglass evaluate {find_sample()} {where}", "the sample is invented, so its truth is known: the score"),
    ]
    _head(console, "Look further")
    for command, meaning in steps:
        _say(console, f"  # {meaning}\n  {command}")
    _say(console, f"\nThe store stays in {place}; delete the folder when you are done.")
