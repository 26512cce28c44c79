"""The commands about measurements: ``analyze`` and ``judge`` make verdicts, ``verdicts`` lists them, ``explain`` opens one."""

import sys
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from cyclopts import Parameter

from netglass.api.analyze import analyze as analyze_paths
from netglass.api.explain import explain as explain_id
from netglass.api.judge import judge as judge_store
from netglass.api.judge import verdicts as list_verdicts
from netglass.cli.account import write_event, write_explanation
from netglass.cli.app import DEFAULT_STORE, Format, Moment, OutFile, StoreDir, app
from netglass.cli.ingest import EXIT_STRICT, RawPath, check_paths, show_progress
from netglass.cli.relation import write_relation
from netglass.detect.account import EventAccount
from netglass.store.query import open_store

BRIEF = ("observed_at", "probe_cc", "probe_asn", "target", "state", "mechanisms", "p_blocked", "why", "measurement_uid")
"""Columns of verdicts that a table shows."""


@app.command
def analyze(
    *paths: RawPath,
    store: StoreDir = DEFAULT_STORE,
    workers: Annotated[int, Parameter(help="Processes that decode. The result does not depend on it.")] = 1,
    strict: Annotated[bool, Parameter(negative="", help="End with 3 when a record was quarantined.")] = False,
) -> int:
    """Read raw measurements, judge them and look for events: ingest, judge and detect in one.

    The last line of stdout is ingest's, with the counts of verdicts by state and of events that the store has now.

    Examples:
        netglass analyze raw/ --store my-store
        netglass analyze measurements.jsonl.gz --store my-store --workers 2

    Args:
        paths: Files, folders, globs, or -.
    """
    check_paths(paths)
    with show_progress() as watch:
        analysis = analyze_paths(open_store(store), paths, workers=workers, watch=watch)
    sys.stdout.write(msgspec.json.encode(analysis).decode() + "\n")
    return EXIT_STRICT if strict and analysis.quarantined else 0


@app.command
def judge(*, since: Moment = None, until: Moment = None, store: StoreDir = DEFAULT_STORE) -> None:
    """Judge the stored measurements: one verdict each, with every rule that fired.

    Works from observations alone, so a changed rule needs no raw data. Verdicts of an earlier run are replaced. The last line of
    stdout is JSON: verdicts by state, and the hash of the rules.

    Examples:
        netglass judge --store my-store
        netglass judge --since 2024-01-01 --until 2024-02-01 --store my-store
    """
    judgement = judge_store(open_store(store), since, until)
    for kind in judgement.missing:
        sys.stderr.write(f"no reference data: {kind}\n")
    sys.stdout.write(msgspec.json.encode(judgement._asdict()).decode() + "\n")


@app.command
def verdicts(
    *,
    cc: Annotated[str | None, Parameter(help="Country of the probes, two letters.")] = None,
    asn: Annotated[int | None, Parameter(help="Network of the probes, an AS number.")] = None,
    target: Annotated[str | None, Parameter(help="Host that was tested, as in `www.example.org`.")] = None,
    state: Annotated[
        Literal["blocked", "likely_blocked", "impaired", "down", "ok", "insufficient"] | None, Parameter(help="State.")
    ] = None,
    since: Moment = None,
    until: Moment = None,
    store: StoreDir = DEFAULT_STORE,
    format: Format = "table",
    out: OutFile = None,
) -> None:
    """List verdicts, oldest first: what each measurement says of its target, and why.

    Examples:
        netglass verdicts --cc XA --state blocked
        netglass verdicts --target www.example.org --format csv --out verdicts.csv
    """
    rows = list_verdicts(open_store(store), cc, asn, target, state, since, until)
    write_relation(rows, format, out=out, brief=BRIEF)


@app.command
def explain(
    id: Annotated[str, Parameter(help="A measurement_uid or an event_id.")],
    /,
    *,
    store: StoreDir = DEFAULT_STORE,
    format: Annotated[Literal["text", "json"], Parameter(help="Form of the explanation.")] = "text",
    out: Annotated[Path | None, Parameter(help="File to write to instead of stdout.")] = None,
) -> None:
    """Explain one verdict or one event: what was seen, the rules that fired with weights and sources, the control used, the innocent
    causes excluded and how, and what would change the conclusion.

    Examples:
        netglass explain 20240115T000000.123456_XA_webconnectivity_0123456789abcdef
        netglass explain ev-0123456789abcdef --format json
    """
    account = explain_id(open_store(store), id)
    if isinstance(account, EventAccount):
        write_event(account, format, out)
    else:
        write_explanation(account, format, out)
