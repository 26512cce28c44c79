"""How fast ``ingest`` is beside a floor, with one worker and two, with large files and small, and how much memory it takes.

    python bench/ingest.py --generator PATH/gencorpus.py [--n 20000] [--repeats 5] [--work DIR] [--floor PATH/floor.py]
    python bench/ingest.py --corpus DIR [--refdata asn=FILE fingerprint=FILE ...] [--memory-files FILE ...]

The floor inflates and decodes the same files and does nothing else; no Python program that reads them can be faster. Floor and
ingests take turns, so what else the machine does falls on all alike; figures are medians. Processor seconds are those of the
whole process and its workers, imports included. Small files are the same lines, two to a file. ``--memory-files`` are ingested
once each, to see the memory. ``--refdata`` files are pinned in a store that every run starts from, with what is derived from them.
``--floor`` is another script to take as floor, called with the corpus.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from isal import igzip

ROOT = Path(__file__).resolve().parents[1]

FLOOR = """
import pathlib, sys
from isal import isal_zlib
import msgspec
from netglass.source.ooni.structure import WebMeasurement
decode = msgspec.json.Decoder(WebMeasurement).decode
for path in sorted(pathlib.Path(sys.argv[1]).rglob("*.gz")):
    for line in isal_zlib.decompress(path.read_bytes(), wbits=31).split(b"\\n"):
        try:
            line and decode(line)
        except msgspec.MsgspecError:
            pass
"""

SMALL_FILE_LINES = 2


class Cost(NamedTuple):
    """What one run took: processor and wall seconds, and the largest resident memory of any of its processes in megabytes."""

    cpu_s: float
    wall_s: float
    peak_mb: float


def run_process(*words: str) -> Cost:
    """Run Python with ``words`` and measure it with its children."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    started = time.monotonic()
    process = subprocess.Popen([sys.executable, *words], env=environment, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    wall_s = time.monotonic() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(words)} ended with {process.returncode}")
    return Cost(used.ru_utime + used.ru_stime, wall_s, used.ru_maxrss / 1024)


def pin_refdata(files: list[str], work: Path) -> None:
    """Make the store that runs start from."""
    for kind, _, path in (pair.partition("=") for pair in files):
        words = ("refdata", "add", kind, path, "--date", "2026-06-17", "--store", str(work / "pinned"))
        run_process("-m", "netglass", *words)


def run_ingest(raw: Path, work: Path, workers: int) -> Cost:
    """Ingest into a new store, with the reference data where there is some, and throw it away."""
    store = work / "store"
    shutil.rmtree(store, ignore_errors=True)
    if (work / "pinned").exists():
        shutil.copytree(work / "pinned", store)
    try:
        return run_process("-m", "netglass", "ingest", str(raw), "--store", str(store), "--workers", str(workers))
    finally:
        shutil.rmtree(store, ignore_errors=True)


def split_corpus(corpus: Path, target: Path) -> None:
    """Write the lines of ``corpus`` again, a few to a file."""
    for path in sorted(corpus.rglob("*.gz")):
        folder = target / path.relative_to(corpus).parent / path.name.removesuffix(".jsonl.gz")
        folder.mkdir(parents=True)
        with igzip.open(path, "rb") as file:
            lines = file.readlines()
        for start in range(0, len(lines), SMALL_FILE_LINES):
            content = igzip.compress(b"".join(lines[start : start + SMALL_FILE_LINES]), mtime=0)
            (folder / f"{start:05d}.jsonl.gz").write_bytes(content)


def make_corpus(arguments: argparse.Namespace, work: Path) -> Path:
    """Return the corpus that was given, or have it generated."""
    if arguments.corpus:
        return Path(arguments.corpus)
    folder = work / "corpus"
    if not folder.exists():
        words = [str(arguments.generator), "--out", str(folder), "--n", str(arguments.n), "--seed", str(arguments.seed)]
        subprocess.run([sys.executable, *words], check=True, stdout=sys.stderr)
    return folder


def take_turns(runs: dict[str, Callable[[], Cost]], repeats: int) -> dict[str, Cost]:
    """Return the median cost of each run."""
    costs: dict[str, list[Cost]] = {name: [] for name in runs}
    for turn in range(repeats):
        for name, run in runs.items():
            costs[name].append(run())
            print(f"turn {turn + 1} {name}: {costs[name][-1]}", file=sys.stderr)
    return {
        name: Cost(*(statistics.median(column) for column in zip(*taken, strict=True))) for name, taken in costs.items()
    }


def report(medians: dict[str, Cost], memory: dict[str, Cost]) -> None:
    """Print the table and the ratios that the goals speak of."""
    for name, cost in (medians | memory).items():
        print(f"{name:24} {cost.cpu_s:8.2f} CPU s {cost.wall_s:8.2f} s {cost.peak_mb:6.0f} MB")
    floor, one, two, small = (medians[name] for name in ("floor", "one worker", "two workers", "small files"))
    ratios = {
        "one worker / floor, CPU (goal 3.5)": one.cpu_s / floor.cpu_s,
        "one worker / two workers, wall (goal 1.8)": one.wall_s / two.wall_s,
        "small files / large files, CPU (goal 1.33)": small.cpu_s / one.cpu_s,
    }
    print(json.dumps({name: round(value, 2) for name, value in ratios.items()}))


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--corpus", help="folder of .jsonl.gz files in the layout of the bucket")
    source.add_argument("--generator", help="script that writes such a folder: --out DIR --n N --seed S")
    parser.add_argument("--n", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--floor", help="script to take as floor instead of the one in this file")
    parser.add_argument("--refdata", nargs="*", default=[], help="reference data as KIND=FILE")
    parser.add_argument("--work", help="folder for everything temporary; by default a new one")
    parser.add_argument("--memory-files", nargs="*", default=[], help="large files or folders to ingest once")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.work) as folder:
        work = Path(folder)
        corpus = make_corpus(arguments, work)
        split_corpus(corpus, work / "small")
        pin_refdata(arguments.refdata, work)
        floor = (arguments.floor,) if arguments.floor else ("-c", FLOOR)
        medians = take_turns(
            {
                "floor": lambda: run_process(*floor, str(corpus)),
                "one worker": lambda: run_ingest(corpus, work, 1),
                "two workers": lambda: run_ingest(corpus, work, 2),
                "small files": lambda: run_ingest(work / "small", work, 1),
            },
            arguments.repeats,
        )
        memory = {path: run_ingest(Path(path), work, 1) for path in arguments.memory_files}
    report(medians, memory)


if __name__ == "__main__":
    main()
