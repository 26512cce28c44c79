"""The commands that look back: ``evaluate`` and ``fit`` against the truth, ``compare`` with the probes' own
verdicts.
"""

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from cyclopts import Parameter
from rich.console import Console
from rich.table import Table
from rich.text import Text

from netglass.api import evaluate as api
from netglass.cli.app import DEFAULT_STORE, Format, OutFile, StoreDir, app
from netglass.cli.cell import plain_value
from netglass.cli.format import show_value, write_rows
from netglass.evaluate.compare import ONLY_OURS, Difference, Tally, tally_differences
from netglass.evaluate.event import Judged, WrongEvent
from netglass.evaluate.figure import Figure
from netglass.evaluate.fit import HeldOut, RatioFit
from netglass.evaluate.interval import REPLICATES, SEED
from netglass.evaluate.report import Confusion, Mistake, Report
from netglass.evaluate.verdict import Excluded
from netglass.store.query import open_store
from netglass.vocab.error import InputError

Show = Literal["report", "figures", "errors", "confusion", "events", "wrong-events", "excluded"]
Fine = Literal["scenario", "mechanism"]

SECTIONS = {
    "verdict": "Blocked or likely_blocked against truth",
    "state": "Called what it is, by truth word",
    "scenario": "Called what it is, by scenario",
    "mechanism": "Mechanisms, hierarchical (over truth with mechanisms)",
    "path": "hF1 by true mechanism",
    "calibration": "Calibration of p_blocked",
    "reliability": "Reliability at the corpus's prevalence: claimed and observed share",
    "baseline": "What simpler judges reach",
    "event": "Blocking events",
    "shutdown": "Shutdowns (outside the score)",
}
"""Headings of the report, in its order."""


@app.command
def evaluate(
    truth: Path,
    /,
    *,
    store: StoreDir = DEFAULT_STORE,
    format: Format = "table",
    out: OutFile = None,
    show: Annotated[Show, Parameter(help="What to print; the report is everything.")] = "report",
    fine: Annotated[Sequence[Fine], Parameter(name="--by", help="Add shares that fine; may be given twice.")] = (),
    replicates: Annotated[int, Parameter(help="Resamples for the intervals; 0 gives none.")] = REPLICATES,
    seed: Annotated[int, Parameter(help="The same seed gives the same intervals.")] = SEED,
) -> None:
    """Score the store's verdicts and events against the truth.

    TRUTH is a file or a folder with `truth*.jsonl` in it: one line per measurement (joined on `measurement_uid`), per
    scenario (joined on the stem of `source_file`) or per event. Figures come with a 95 % interval by a bootstrap over
    policies and runs. `--format json` gives everything in one document.

    Examples:
        netglass evaluate truth/ --store lab-store
        netglass evaluate truth/ --store lab-store --show errors --format jsonl
        netglass evaluate truth/ --store lab-store --by scenario
    """
    report = api.evaluate(open_store(store), truth, replicates=replicates, seed=seed)
    if not report.about["scored"]:
        _say(
            "Nothing that the truth speaks of has a verdict in this store: run `netglass judge`, or name another store."
        )
    if show == "report" and format == "json":
        _write_whole(report._asdict(), out)
    elif show == "report" and format == "table" and out is None:
        _print_report(report, fine)
    else:
        kind, rows = _SHOWN["figures" if show == "report" else show]
        _write(kind, rows(report), format, out, _BRIEF.get(show, ()))


@app.command
def compare(
    *,
    with_: Annotated[Literal["probe"], Parameter(name="--with", help="Whose verdict to set beside ours.")] = "probe",
    store: StoreDir = DEFAULT_STORE,
    format: Format = "table",
    out: OutFile = None,
    by: Annotated[
        Literal["measurement", "rule"], Parameter(help="One row per measurement, or counts per deciding rule.")
    ] = "measurement",
) -> None:
    """Show where our verdicts differ from the probe's own, and which rule made the difference.

    A row is a measurement that one side calls blocked and the other does not. `rule_id` is the rule that weighs most
    in our direction; `why` is the verdict's line of plain English.

    Examples:
        netglass compare --with probe
        netglass compare --with probe --by rule
    """
    found = api.compare_probe(open_store(store))
    if by == "rule":
        _write(Tally, tally_differences(found), format, out)
    else:
        _write(Difference, found, format, out, _BRIEF["compare"])
    ours = sum(row.difference == ONLY_OURS for row in found)
    _say(f"{ours} that only we call blocked, {len(found) - ours} that only the {with_} does")


@app.command
def fit(
    truth: Path,
    /,
    *,
    store: StoreDir = DEFAULT_STORE,
    format: Format = "table",
    out: OutFile = None,
    show: Annotated[
        Literal["all", "ratios", "held-out"], Parameter(help="Ratios, the figures on what was left out, or both.")
    ] = "all",
    hypothesis: Annotated[
        Literal["network_interference", "all"], Parameter(help="Under which hypotheses a table shows the ratios.")
    ] = "network_interference",
) -> None:
    """Fit the rules' log10 likelihood ratios to the truth, beside the ratios in use.

    The rules stay as they are. `usable` is the fitted ratio, or the end of its interval nearer 0 where a rule fired in
    fewer than 30 units (a policy on a network, or a target on a network where nothing was done). The held-out figures
    refit without one policy or network and score what was left out. Everything is fitted to a lab, and labelled so.

    `--out FILE` with `--format csv` or `parquet` writes the ratios under all hypotheses as a table file.

    Examples:
        netglass fit truth/ --store lab-store
        netglass fit truth/ --store lab-store --format csv --out ratios.csv
    """
    result = api.fit(open_store(store), truth)
    if not result.ratios:
        raise InputError(f"{truth}: nothing to fit: the store holds no verdicts for both blocked and other truth")
    _say(
        "All ratios here are lab-fitted: they tell this corpus's blocks from its accidents. The rules stay as they are."
    )
    if show == "all" and format == "json":
        _write_whole(result._asdict(), out)
        return
    wanted = [row for row in result.ratios if hypothesis in ("all", row.hypothesis) or format != "table"]
    if show == "held-out":
        _write(HeldOut, result.held_out, format, out)
        return
    _write(RatioFit, wanted, format, out, _BRIEF["fit"])
    if show == "all" and format == "table" and out is None:
        Console(width=None if sys.stdout.isatty() else 160).print(_draw("Figures", HeldOut, result.held_out))


def _say(text: str) -> None:
    Console(stderr=True).print(Text(text), soft_wrap=True)


_SHOWN: dict[str, tuple[Any, Callable[[Report], Sequence[Any]]]] = {
    "figures": (Figure, lambda report: report.figures),
    "errors": (Mistake, lambda report: report.mistakes),
    "confusion": (Confusion, lambda report: report.confusion),
    "events": (Judged, lambda report: report.events),
    "wrong-events": (WrongEvent, lambda report: report.wrong_events),
    "excluded": (Excluded, lambda report: report.excluded),
}

_FINE = {"scenario": "scenario", "path": "mechanism"}
"""Sections that a table shows only when asked for, with the word that asks."""

_BRIEF: dict[str, tuple[str, ...]] = {
    "errors": ("measurement_uid", "target", "scenario", "truth", "state", "locus", "mechanisms", "p_blocked", "why"),
    "events": ("event_id", "scenario", "match", "parts", "onset_in_bracket", "width_hours", "best_first_hours", "note"),
    "fit": (
        "rule_id",
        "hypothesis",
        "in_use",
        "fitted",
        "low",
        "high",
        "usable",
        "n_rows",
        "n_units",
        "rate",
        "rate_other",
    ),
    "compare": ("measurement_uid", "target", "probe_cc", "probe_asn", "difference", "state", "locus", "rule_id", "why"),
}
"""What a table shows of rows that are too wide for one; the other forms have every column."""


def _write(kind: Any, rows: Sequence[Any], format: str, out: Path | None, brief: Sequence[str] = ()) -> None:
    write_rows(kind._fields, rows, format, out=out, brief=brief)


def _write_whole(parts: Mapping[str, Any], out: Path | None) -> None:
    whole = {name: _plain(value) for name, value in parts.items()}
    text = msgspec.json.format(msgspec.json.encode(whole), indent=1) + b"\n"
    if out:
        beside = out.with_name(f".{out.name}.{os.getpid()}")
        beside.write_bytes(text)
        beside.replace(out)
    else:
        sys.stdout.buffer.write(text)


def _plain(value: Any) -> Any:
    return plain_value(value) if isinstance(value, dict) else [plain_value(row._asdict()) for row in value]


def _print_report(report: Report, fine: Sequence[str]) -> None:
    console = Console(width=None if sys.stdout.isatty() else 160, highlight=False)
    for section, title in SECTIONS.items():
        figures = [row for row in report.figures if row.section == section]
        if figures and _FINE.get(section) in (None, *fine):
            console.print(_draw_figures(title, figures))
    if report.confusion:
        console.print(_draw_confusion(report))
    if report.events:
        console.print(_draw("True blocks, one by one", Judged, report.events, _BRIEF["events"]))
    if report.wrong_events:
        console.print(_draw("False events, and events on a confounder", WrongEvent, report.wrong_events))
    console.print(_draw("Excluded", Excluded, report.excluded))
    about, drawn = report.about, report.about["bootstrap"]
    console.print(
        f"{about['scored']} measurements of {about['policies']} policies and innocent causes in {about['runs']} runs;"
        f" {len(report.mistakes)} misjudged or with another mechanism (--show errors).",
        f"95 % intervals: {drawn['replicates']} resamples of policies and runs, seed {drawn['seed']}.",
        f"Rules {', '.join(about['ruleset']) or '-'}; reference data {', '.join(about['refdata']) or '-'}.",
        sep="\n",
    )


def _draw_figures(title: str, figures: Sequence[Figure]) -> Table:
    drawn = _table(title, ("figure", "value", "95 % interval", "n", "clusters", "note"))
    for row in figures:
        span = "" if row.low is None or row.high is None else f"{row.low:.3f} to {row.high:.3f}"
        value = "-" if row.value is None else f"{row.value:.3f}" if isinstance(row.value, float) else str(row.value)
        drawn.add_row(*map(Text, (row.figure, value, span, str(row.n), str(row.clusters), row.note)))
    return drawn


def _draw_confusion(report: Report) -> Table:
    called = sorted({row.called for row in report.confusion})
    drawn = _table("Truth (rows) and what it was called; what is right in bold", ("truth", *called))
    for word in dict.fromkeys(row.truth for row in report.confusion):
        counts = {row.called: row for row in report.confusion if row.truth == word}
        cells = [
            Text(str(counts[c].n), style="bold" if counts[c].right else "red") if c in counts else Text("")
            for c in called
        ]
        drawn.add_row(Text(word), *cells)
    return drawn


def _draw(title: str, kind: Any, rows: Sequence[Any], brief: Sequence[str] = ()) -> Table:
    names = tuple(brief) or kind._fields
    drawn = _table(title, names)
    for row in rows:
        drawn.add_row(*(Text(show_value(plain_value(getattr(row, name)))) for name in names))
    return drawn


def _table(title: str, names: Sequence[str]) -> Table:
    drawn = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False, header_style="dim")
    for name in names:
        drawn.add_column(name, overflow="fold")
    return drawn
