"""A small world of raw files for the tests of the store, and ways to look at a store from outside."""

import gzip
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]

ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), os.environ.get("PYTHONPATH", "")])}
"""Lets a process of its own find this checkout's package."""

REPORT = "20240115T061203Z_webconnectivity_XA_64512_n1_{:016d}"

UNSTABLE = ("lock", "readers")


def make_record(number: int, *, report: int = 0, day: int = 15, uid: str | None = None) -> dict[str, Any]:
    """Return a web_connectivity record; equal arguments give equal records."""
    record = {
        "annotations": {"platform": "linux", "engine_version": "3.20.0"},
        "data_format_version": "0.2.0",
        "input": f"https://site{number}.example.com/",
        "measurement_start_time": f"2024-01-{day:02d} 06:{number // 60 % 60:02d}:{number % 60:02d}",
        "probe_asn": "AS64512",
        "probe_cc": "XA",
        "report_id": REPORT.format(report),
        "resolver_asn": "AS64512",
        "resolver_ip": "192.0.2.1",
        "software_name": "ooniprobe-cli",
        "software_version": "3.20.0",
        "test_keys": {
            "queries": [
                {
                    "answers": [{"answer_type": "A", "ipv4": f"198.18.{number // 250}.{number % 250 + 1}"}],
                    "engine": "getaddrinfo",
                    "failure": None,
                    "hostname": f"site{number}.example.com",
                    "query_type": "A",
                    "t": 0.1,
                    "tags": ["depth=0"],
                }
            ],
            "tcp_connect": [
                {
                    "ip": f"198.18.{number // 250}.{number % 250 + 1}",
                    "port": 443,
                    "status": {"failure": None, "success": True},
                    "t": 0.2,
                    "tags": ["depth=0"],
                }
            ],
            "control_failure": None,
        },
        "test_name": "web_connectivity",
        "test_runtime": 1.5,
        "test_start_time": f"2024-01-{day:02d} 06:00:00",
        "test_version": "0.4.3",
    }
    return record | ({"measurement_uid": uid} if uid else {})


def write_lines(path: Path, records: Sequence[Mapping[str, Any] | str]) -> Path:
    """Write records, or lines as they stand, one per line; compressed if the name says so, with the same bytes each time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join((record if isinstance(record, str) else json.dumps(record)) + "\n" for record in records)
    path.write_bytes(gzip.compress(text.encode(), mtime=0) if path.suffix == ".gz" else text.encode())
    return path


def write_world(folder: Path, files: int = 6, records: int = 5) -> Path:
    """Write ``files`` files of ``records`` records each, with a copy, a repeated record, a bad line and a file to skip."""
    for number in range(files):
        some = [make_record(number * records + i, report=number, day=10 + number % 3) for i in range(records)]
        write_lines(folder / f"2024011506/{number:02d}.jsonl.gz", [*some, make_record(0), "{}"])
    write_lines(folder / "copy.jsonl.gz", [make_record(i, report=0, day=10) for i in range(records)])
    (folder / "NOTES.tsv").write_text("a\tb\n")
    return folder


def list_bytes(store: Path) -> dict[str, str]:
    """Return the hash of every file of a store that is not a lock or temporary."""
    return {
        path.relative_to(store).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(store.rglob("*"))
        if path.is_file() and path.name not in UNSTABLE
    }


SMALL_BATCHES = "import netglass.store.plan as plan; plan.BATCH_BYTES = 1; from netglass.cli import main; "

CRASH = """
import os, signal, sys
left = {moment}
def count(event, arguments):
    global left
    if event in ("os.rename", "os.mkdir", "os.remove", "shutil.rmtree", "subprocess.Popen") or (
        event == "open" and isinstance(arguments[0], str) and arguments[0].startswith({store!r})
    ):
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.{signal})
sys.addaudithook(count)
"""
"""Kills the process at the ``moment``-th touch of the store's files, wherever that is."""


def run_python(code: str, *words: str, **options: Any) -> "subprocess.CompletedProcess[bytes]":
    """Run Python code in a process of its own, with this checkout's package."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), os.environ.get("PYTHONPATH", "")])}
    return subprocess.run(
        [sys.executable, "-c", code, *words], env=environment, capture_output=True, check=False, **options
    )


def run_ingest(
    raw: Path, store: Path, *, workers: int = 1, before: str = "", **options: Any
) -> "subprocess.CompletedProcess[bytes]":
    """Run ``netglass ingest`` in a process of its own, one part per file, after the code ``before``."""
    command = f"sys.exit(main(['ingest', {str(raw)!r}, '--store', {str(store)!r}, '--workers', '{workers}']))"
    return run_python(f"import sys; {SMALL_BATCHES}\n{before}\n{command}", **options)


def crash_at(moment: int, store: Path, signal: str = "SIGKILL") -> str:
    """Return code that ends the process at the ``moment``-th touch of the store's files."""
    return CRASH.format(moment=moment, store=str(store), signal=signal)
