"""How many measurements a second are judged from a store: ``python -m bench.judge STORE [--runs 5]``.

Each run judges the whole store in a process of its own, from the observations to the verdict rows in memory, with one thread and
without the interpreter's start. It prints JSON with the median of wall and processor seconds; ``detect`` and writing are not in it.
"""

import argparse
import json
import multiprocessing
import statistics
import time
from pathlib import Path
from typing import Any

from netglass.judge.window import judge_window
from netglass.store.query import open_store


def judge_once(path: Path, threads: int) -> dict[str, float]:
    """Judge a store once and return measurements and seconds (wall, and processor over all threads)."""
    connection = open_store(path).connect()
    connection.execute(f"SET threads = {threads}")
    wall, cpu = time.perf_counter(), time.process_time()
    query = judge_window(connection)
    connection.execute(f"CREATE TEMP TABLE judged AS {query}")
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    (count,) = connection.execute("SELECT count(*) FROM judged").fetchall()[0]
    return {"measurements": count, "wall_s": wall, "cpu_s": cpu}


def measure(path: Path, runs: int, threads: int) -> dict[str, Any]:
    """Return medians over ``runs`` processes."""
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        found = [pool.apply(judge_once, (path, threads)) for _ in range(runs)]
    count = int(found[0]["measurements"])
    wall, cpu = (statistics.median(run[name] for run in found) for name in ("wall_s", "cpu_s"))
    return {
        "measurements": count,
        "runs": runs,
        "threads": threads,
        "wall_s": round(wall, 3),
        "cpu_s": round(cpu, 3),
        "wall_s_all": [round(run["wall_s"], 3) for run in found],
        "per_second_wall": round(count / wall),
        "per_second_cpu": round(count / cpu),
    }


def main() -> None:
    """Read the arguments, measure, print."""
    parser = argparse.ArgumentParser(description="Measure judge on a store.")
    parser.add_argument("store", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    print(json.dumps(measure(arguments.store, arguments.runs, arguments.threads), indent=2))


if __name__ == "__main__":
    main()
