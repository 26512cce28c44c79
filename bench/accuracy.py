"""How right the judge and the events are on worlds that nobody has looked at: ``python -m bench.accuracy --seeds 9001 9002``.

Each seed gives five worlds: a drawn scenario with blocks among innocent causes (``blocks``), one with shutdowns among many volunteers
(``dense``), one without any block (``quiet``), and the shipped ``mechanisms`` and ``confounders`` with that seed. Every world is played on
the simulated network, analysed with its own reference data and scored against its truth, all of them as one corpus. Worlds are kept
in ``--work`` and not played twice, so an interrupted run goes on where it was.

Prints the figures with intervals (bootstrap over policies and runs), the aims beside them, each world by itself, and the worst of them.
Seeds that were used while rules were changed are no fair test: 101 to 104 were, and the defaults were not.
"""

import argparse
import json
import shutil
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from netglass.api.analyze import analyze
from netglass.api.demo import REFERENCE
from netglass.api.evaluate import evaluate_together
from netglass.api.lab import draw_lab, run_lab
from netglass.api.store import open as open_store
from netglass.evaluate.report import Report
from netglass.refdata.snapshot import add_snapshot
from netglass.store.query import Store

DRAWN = ("blocks", "dense", "quiet")
SHIPPED = ("mechanisms", "confounders")
SEEDS = (9001, 9002, 9003, 9004, 9005)
Worlds = dict[str, tuple[Store, Path]]


class Aim(NamedTuple):
    """A figure of the report, and what it should be."""

    section: str
    figure: str
    says: str
    holds: Callable[[float], bool]


AIMS = (
    Aim("verdict", "precision", "at least 0.99", lambda value: value >= 0.99),
    Aim("verdict", "recall", "at least 0.97", lambda value: value >= 0.97),
    Aim("mechanism", "hF1", "at least 0.95", lambda value: value >= 0.95),
    Aim("event", "found of those that can be scored or stand", "1", lambda value: value == 1),
    Aim("event", "detected events per true event", "at most 1.1", lambda value: value <= 1.1),
    Aim("event", "onset in bracket", "at least 0.95", lambda value: value >= 0.95),
    Aim("event", "width against the best (networks pooled)", "at most 1.5", lambda value: value <= 1.5),
    Aim("event", "false events", "0", lambda value: value == 0),
    Aim("event", "events on a confounder", "0", lambda value: value == 0),
    Aim("shutdown", "found", "1", lambda value: value == 1),
    Aim("shutdown", "false alarms", "0", lambda value: value == 0),
)
"""What is asked of the figures of five seeds that were never used in development."""

BESIDE = ("baseline", "calibration", "state", "path")
"""Sections that are printed beside the aims."""


def play_world(kind: str, seed: int, work: Path, workers: int) -> Path:
    """Play a world into ``work`` unless it is there, and return its folder."""
    folder = work / f"{kind}-{seed}"
    if not (folder / "truth_events.jsonl").exists():
        shutil.rmtree(folder, ignore_errors=True)
        name = kind
        if kind in DRAWN:
            path = work / f"{kind}-{seed}.yml"
            path.write_text(draw_lab(kind, seed), encoding="utf-8")
            name = str(path)
        played = run_lab(name, folder, seed=seed, workers=workers)
        if played.mismatches:
            sys.exit(f"{folder}: the lab did what its calendar does not: {played.mismatches[0]}")
    return folder


def open_world(folder: Path) -> Store:
    """Return a new store with the analysis of a world, made with the reference data of that world."""
    shutil.rmtree(folder / "store", ignore_errors=True)
    store = open_store(folder / "store")
    day = min(path.name for path in (folder / "raw").iterdir())
    for kind, name in REFERENCE:
        date = f"{day[:4]}-{day[4:6]}-{day[6:]}"
        add_snapshot(store.refdata_dir, kind, folder / name, date=date, name="lab", licence="Apache-2.0", origin="lab")
    analyze(store, [folder / "raw"])
    return store


def find_value(report: Report, section: str, figure: str) -> float | None:
    """Return the value of a figure, None where there is none."""
    return next((row.value for row in report.figures if (row.section, row.figure) == (section, figure)), None)


def print_figures(report: Report, sections: Sequence[str]) -> None:
    """Print the figures of sections with their intervals."""
    for row in report.figures:
        if row.section in sections and row.value is not None:
            span = "" if row.low is None or row.high is None else f"{row.low:.3f} to {row.high:.3f}"
            print(f"{row.section:<11} {row.figure:<66} {row.value:>8.3f}  {span:<16} n={row.n} in {row.clusters}")


def print_aims(report: Report) -> bool:
    """Print each aim with what was reached, and return whether all are met."""
    met = True
    for aim in AIMS:
        value = find_value(report, aim.section, aim.figure)
        holds = value is not None and aim.holds(value)
        met &= holds
        reached = "-" if value is None else f"{value:.3f}"
        print(f"{'met   ' if holds else 'MISSED'} {aim.section:<9} {aim.figure:<46} {reached:>8}  (aim: {aim.says})")
    return met


def rate_worlds(worlds: Worlds) -> list[dict[str, object]]:
    """Return a line for each world: measurements, the main figures, and what went wrong."""
    lines = []
    for name, world in worlds.items():
        report = evaluate_together({name: world}, replicates=0)
        line: dict[str, object] = {"world": name, "measurements": report.about["scored"]}
        for aim in AIMS:
            value = find_value(report, aim.section, aim.figure)
            if value is not None:
                line[f"{aim.section}: {aim.figure}"] = round(value, 4)
        lost = [f"{row.event_id} ({row.note})" for row in report.events if row.counts and row.match is None]
        late = [row.event_id for row in report.events if row.onset_dated and not row.onset_in_bracket]
        wrong = [
            row for row in report.mistakes if (row.truth == "blocked") != (row.state in ("blocked", "likely_blocked"))
        ]
        line |= {"events lost": lost, "onsets missed": late, "blocks misjudged": len(wrong)}
        lines.append(line)
    return lines


def main() -> None:
    """Read the arguments, play, analyse, score, print. Exit 1 says that an aim was missed."""
    parser = argparse.ArgumentParser(description="Score the judge and the events on worlds that nobody has looked at.")
    parser.add_argument("--seeds", type=int, nargs="+", default=SEEDS)
    parser.add_argument("--kinds", nargs="+", choices=(*DRAWN, *SHIPPED), default=(*DRAWN, *SHIPPED))
    parser.add_argument("--work", type=Path, default=Path("bench/out/accuracy"))
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--replicates", type=int, default=1000)
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    worlds: Worlds = {}
    for seed in arguments.seeds:
        for kind in arguments.kinds:
            began = time.monotonic()
            folder = play_world(kind, seed, arguments.work, arguments.workers)
            worlds[folder.name] = (open_world(folder), folder)
            print(f"{folder.name}: {time.monotonic() - began:.0f} s", file=sys.stderr)
    report = evaluate_together(worlds, replicates=arguments.replicates)
    lines = rate_worlds(worlds)
    print(
        f"{report.about['scored']} measurements in {len(worlds)} worlds, seeds {' '.join(map(str, arguments.seeds))}\n"
    )
    met = print_aims(report)
    print()
    print_figures(report, ("verdict", "mechanism", "event", "shutdown", *BESIDE))
    print("\nEach world:")
    for line in lines:
        print(json.dumps(line))
    print(f"\nThe worst by misjudged blocks: {max(lines, key=lambda line: line['blocks misjudged'])['world']}")
    sys.exit(0 if met else 1)


if __name__ == "__main__":
    main()
