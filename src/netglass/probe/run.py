"""A run: many URLs, some at a time, into one folder, and on from there after any interruption.

The folder holds ``run.json`` (report id and begin of the run) and ``measurements.jsonl``, one whole line a measurement. What is
done is what stands in that file: a line that was cut by a crash is taken off, and its URL is measured again.
"""

import asyncio
import fcntl
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from random import Random
from typing import NamedTuple

import msgspec

from netglass.probe.config import Config, Vantage
from netglass.probe.consent import Permit
from netglass.probe.measurement import TIME, AnyMeasurement
from netglass.probe.pool import Pool
from netglass.probe.scrub import Scrubber
from netglass.probe.urlgetter import is_step, measure_step
from netglass.probe.web_connectivity import measure
from netglass.vocab.error import InputError, UsageError
from netglass.wire.net import Net

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


class RunState(msgspec.Struct, frozen=True):
    """What is the same for all measurements of a run: its id, and when it began (``2026-03-02 05:20:04``, UTC)."""

    report_id: str
    test_start_time: str


class Step(NamedTuple):
    """Progress: measurements there are, of how many, and the last one."""

    done: int
    total: int
    measurement: AnyMeasurement | None


class RunResult(NamedTuple):
    """What a run did: measurements that were made, and those that were there before."""

    made: int
    present: int


class _Input(msgspec.Struct):
    input: str


_decode_input = msgspec.json.Decoder(_Input).decode


def make_report_id(begin: datetime, vantage: Vantage, random: Random) -> str:
    """Return an id for a run, in OONI's form."""
    asn = vantage.probe_asn.removeprefix("AS")
    tail = "".join(random.choices(_LETTERS, k=16))
    return f"{begin:%Y%m%dT%H%M%SZ}_webconnectivity_{vantage.probe_cc}_{asn}_n1_{tail}"


class RunFolder:
    """The folder of a run."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.measurements = path / "measurements.jsonl"
        self._state = path / "run.json"

    def open_state(self, begin: datetime, vantage: Vantage, random: Random) -> RunState:
        """Return the state of the run, which begins now where there is none yet.

        Raises:
            InputError: ``run.json`` is damaged.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        if self._state.exists():
            try:
                return msgspec.json.decode(self._state.read_bytes(), type=RunState)
            except msgspec.MsgspecError as error:
                raise InputError(f"{self._state}: {error}. Begin another run in another folder") from error
        state = RunState(make_report_id(begin, vantage, random), begin.strftime(TIME))
        beside = self._state.with_name("run.json.new")
        beside.write_bytes(msgspec.json.encode(state))
        beside.replace(self._state)
        return state

    @contextmanager
    def hold(self) -> Iterator[int]:
        """Give the descriptor of the file of measurements, cut after its last whole line, to one writer at a time.

        Raises:
            UsageError: another run is writing to the folder.
        """
        descriptor = os.open(self.measurements, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise UsageError(f"{self.path}: another run is writing to this folder") from error
            os.ftruncate(descriptor, sum(len(line) for line in self.read_lines()))
            yield descriptor
        finally:
            os.close(descriptor)

    def read_lines(self) -> Iterator[bytes]:
        """Yield the whole lines of the file of measurements, with their newlines."""
        if self.measurements.exists():
            with self.measurements.open("rb") as file:
                yield from (line for line in file if line.endswith(b"\n"))

    def list_done(self) -> set[str]:
        """Return the URLs that were measured.

        Raises:
            InputError: a line is no measurement.
        """
        done = set()
        for number, line in enumerate(self.read_lines(), 1):
            try:
                done.add(_decode_input(line).input)
            except msgspec.MsgspecError as error:
                raise InputError(f"{self.measurements}:{number}: {error}. Take the line away, or begin anew") from error
        return done


async def measure_any(net: Net, url: str, config: Config) -> AnyMeasurement:
    """Measure a page, or a single step where the URL names one."""
    return await (measure_step if is_step(url) else measure)(net, url, config)


async def run_urls(
    net: Net,
    urls: Sequence[str],
    config: Config,
    folder: RunFolder,
    permit: Permit,
    *,
    jobs: int = 4,
    own_addresses: Sequence[str] = (),
    report: Callable[[Step], None] = lambda _: None,
) -> RunResult:
    """Measure URLs that are not in the folder yet.

    Args:
        net: the machine that measures.
        urls: what to measure.
        config: how; report id and begin of the run are those of the folder.
        folder: where to.
        permit: what was consented to.
        jobs: measurements at a time.
        own_addresses: addresses of the machine, which are taken out of what is written.
        report: told after every measurement.

    Raises:
        UsageError: a URL is not among what was consented to; nothing is sent then.
    """
    strange = next((url for url in urls if not permit.allows(url)), None)
    if strange is not None:
        raise UsageError(f"no consent to measure {strange}. Nothing was sent.")
    state = folder.open_state(net.read_clock(), config.vantage, config.random)
    pool = Pool()
    config = msgspec.structs.replace(
        config, report_id=state.report_id, test_start_time=state.test_start_time, pool=pool
    )
    scrubber = Scrubber(own_addresses)
    with folder.hold() as descriptor:
        done, wanted = folder.list_done(), list(dict.fromkeys(urls))
        waiting = iter([url for url in wanted if url not in done])
        present = sum(url in done for url in wanted)
        total, made = len(wanted), 0

        async def work() -> None:
            nonlocal made
            for url in waiting:
                measurement = await measure_any(net, url, config)
                scrubber.scrub(measurement)
                os.write(descriptor, measurement.encode() + b"\n")
                made += 1
                report(Step(present + made, total, measurement))

        report(Step(present, total, None))
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(jobs):
                    group.create_task(work())
        except ExceptionGroup as group_error:
            raise group_error.exceptions[0] from None
        finally:
            pool.close()
    return RunResult(made, present)
