"""How long detection takes for a million series-hours on one core: 3,000 series of 14 days, every hour of them measured.

    python bench/detect.py [--runs 5] [--hours 336] [--targets 500] [--seed 1]

Prints one JSON line with the median seconds of each stage and what was found. One target in twenty is blocked for a while on some
networks of its country, and 0.3 % of all verdicts are wrong, so that hardly any series is flat.
"""

import argparse
import json
import resource
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import numpy as np

from netglass.detect.cell import count_cells
from netglass.detect.coverage import measure_coverage
from netglass.detect.detection import Window, detect_events
from netglass.detect.telling import CLEAR, COLUMNS, INTERFERED, Verdicts, read_verdicts

COUNTRIES = ("QA", "QB")
NETWORKS = 3
START = 1_935_000_000 // 86_400 * 86_400
WRONG = 0.003
BLOCKED = 0.05


def make_verdicts(targets: int, hours: int, seed: int) -> Verdicts:
    """Return one verdict per hour of every series, sorted by time."""
    rng = np.random.default_rng(seed)
    shape = (hours, len(COUNTRIES), NETWORKS, targets)
    hour, country, network, target = (axis.reshape(-1) for axis in np.indices(shape, np.int32))
    chosen = rng.random((len(COUNTRIES), targets)) < BLOCKED
    onset = rng.integers(hours // 7, hours // 2, chosen.shape)
    end = onset + rng.integers(hours // 14, hours // 2, chosen.shape)
    where = country, target
    on_network = rng.random((len(COUNTRIES), targets, NETWORKS))[country, target, network] < 0.8
    blocked = chosen[where] & on_network & (hour >= onset[where]) & (hour < end[where])
    seen = np.where(blocked, rng.random(hour.size) < 0.97, rng.random(hour.size) < WRONG)
    names = np.array([f"site{i:04d}.example" for i in range(targets)], object)
    empty, paths = (), ("tls.reset.sni",)
    listed = np.empty(2, object)
    listed[:] = [empty, paths]
    none = np.empty(1, object)
    none[0] = empty
    reporters = np.array([f"r{i}" for i in range(4)], object)
    return Verdicts(
        uid=np.arange(hour.size).astype(str).astype(object),
        time=START + hour.astype(np.int64) * 3600,
        cc=np.array(COUNTRIES, object)[country],
        asn=64_900 + 10 * country.astype(np.int64) + network,
        resolver_asn=np.zeros(hour.size, np.int64),
        target=names[target],
        state=np.array(["ok", "blocked"], object)[seen.astype(int)],
        outcome=np.where(seen, INTERFERED, CLEAR).astype(np.int8),
        mechanisms=listed[seen.astype(int)],
        signatures=np.repeat(none, hour.size),
        reporter=reporters[hour % 4],
        engine=np.repeat(np.array(["probe 1"], object), hour.size),
        p_blocked=seen * 0.99,
    )


def make_columns(verdicts: Verdicts) -> dict[str, list[Any]]:
    """Return the verdicts as columns, as they come from a store."""
    renamed = {"measurement_uid": "uid", "observed_at": "time", "probe_cc": "cc", "probe_asn": "asn", "locus": "state"}
    return {name: getattr(verdicts, renamed.get(name, name)).tolist() for name in COLUMNS}


def time_stage(stage: Callable[[], Any], runs: int) -> float:
    """Return the median processor seconds of ``runs`` runs."""
    seconds = []
    for _ in range(runs):
        begin = time.process_time()
        stage()
        seconds.append(time.process_time() - begin)
    return round(median(seconds), 2)


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, value in (("runs", 5), ("hours", 336), ("targets", 500), ("seed", 1)):
        parser.add_argument(f"--{name}", type=int, default=value)
    given = parser.parse_args()
    verdicts = make_verdicts(given.targets, given.hours, given.seed)
    window = Window(START, START + given.hours * 3600)
    columns = make_columns(verdicts)
    found = detect_events(verdicts, window)
    stages = {
        "read": lambda: read_verdicts(columns),
        "detect": lambda: detect_events(verdicts, window),
        "of which coverage": lambda: measure_coverage(verdicts, *window),
        "cells": lambda: count_cells(verdicts, *window),
    }
    seconds = {name: time_stage(stage, given.runs) for name, stage in stages.items()}
    about = {
        "series_hours": given.hours * len(found.coverage),
        "verdicts": len(verdicts.time),
        "events": len(found.events),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    print(json.dumps(about | {"cpu_seconds": seconds}))


if __name__ == "__main__":
    main()
