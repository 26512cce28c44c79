"""Write what a play makes: raw measurements, their truth as they come, and at the end events, chain, law and reference data."""

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from netglass.lab.bucket import Bucket
from netglass.lab.calendar import Calendar
from netglass.lab.chain import tell_chain
from netglass.lab.chronicle import Chronicle
from netglass.lab.law import tell_words, write_register
from netglass.lab.truth import Row
from netglass.lab.volunteer import Run
from netglass.lab.world.blockpage import render_fingerprints


class Measured(NamedTuple):
    """One measurement with its truth.

    Attributes:
        uploaded: when it was, UTC and naive.
        line: the measurement, as a line of JSON.
        host: what was measured.
        moment: when it began, by the right clock.
        truth: its row of the truth.
        mismatches: what censor and calendar disagree on.
    """

    uploaded: datetime
    line: bytes
    host: str
    moment: datetime
    truth: Row
    mismatches: tuple[str, ...]


@dataclass
class Ledger:
    """Writes what comes in and counts it.

    Attributes:
        calendar: what happens.
        folder: where to write.
        states: measurements by the word of their truth.
        mismatches: what censors and calendar disagree on.
    """

    calendar: Calendar
    folder: Path
    states: Counter[str] = field(default_factory=Counter)
    mismatches: list[str] = field(default_factory=list)
    _measured: set[tuple[int, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._bucket, self._chronicle = Bucket(self.folder), Chronicle(self.calendar)
        self._truths = (self.folder / "truth_measurements.jsonl").open("w", encoding="utf-8")

    def enter(self, run: Run, found: list[Measured]) -> None:
        """Take the measurements of a run."""
        self._bucket.flush(run.start - timedelta(days=1))  # a boundary may have moved a run into the next day
        network = run.volunteer.network
        for item in found:
            self._bucket.put(item.uploaded, network.cc, item.line)
            self._truths.write(json.dumps(item.truth) + "\n")
            self._chronicle.add(run, item.truth["report_id"], item.host, item.moment, item.truth)
            self.states[item.truth["state"]] += 1
            self._measured.add((network.asn, item.host))
            self.mismatches += item.mismatches

    def close(self) -> int:
        """Write what is left, the events, the chain, the law and the reference data; return the number of events."""
        self._bucket.flush()
        self._truths.close()
        world = self.calendar.world
        events = list(self._chronicle.tell())
        _write_lines(self.folder / "truth_events.jsonl", events)
        chain = tell_chain(self.calendar, self._chronicle, self._measured)
        _write_lines(self.folder / "truth_chain.jsonl", list(chain))
        _write_lines(self.folder / "truth_claims.jsonl", list(tell_words(self.calendar)))
        write_register(self.calendar.scenario, self.folder / "register")
        notices = [notice for group in world.notices.values() for notice in group]
        (self.folder / "asn.csv").write_text(world.plan.render(), encoding="utf-8")
        (self.folder / "fingerprints.csv").write_text(render_fingerprints(notices), encoding="utf-8")
        roots = "".join(authority.root_pem for authority in world.authorities)
        (self.folder / "trust.pem").write_text(roots, encoding="ascii")
        return len(events)


def _write_lines(path: Path, rows: list[Row]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
