"""The truth of events: what began and ended when, and which measurements lie next to it.

Measurements are counted as they come, so nothing is remembered of them but a few dates for each policy, network and target: the last
telling one before, the first and last during, the first after. No method can place an onset better than between the first two.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from netglass.lab.calendar import Calendar, Window
from netglass.lab.confounding import CONFOUNDERS, Scope
from netglass.lab.scenario import Confounder, Policy, Shutdown
from netglass.lab.truth import Row
from netglass.lab.volunteer import Run
from netglass.vocab.time import format_time

CLEAR = ("ok", "control_failed")
"""States in which a site was reached, so that there was no block."""


@dataclass
class _Count:
    """Measurements of a target on a network, around a policy."""

    before: int = 0
    during: int = 0
    after: int = 0
    last_before: datetime | None = None
    first_during: datetime | None = None
    last_during: datetime | None = None
    first_after: datetime | None = None


@dataclass
class _Silence:
    """Measurements of the networks of a shutdown."""

    before: int = 0
    during: int = 0
    after: int = 0
    last_before: datetime | None = None
    first_after: datetime | None = None


@dataclass
class _Told:
    """What a run's cause did."""

    run: Run
    last: datetime
    count: int = 0


@dataclass
class Chronicle:
    """Counts measurements, and tells the events at the end.

    Attributes:
        calendar: what happens.
    """

    calendar: Calendar
    _counts: dict[tuple[str, int, str], _Count] = field(default_factory=dict)
    _silences: dict[str, _Silence] = field(default_factory=dict)
    _causes: dict[str, int] = field(default_factory=dict)
    _runs: dict[str, _Told] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for policy in self.calendar.scenario.policies:
            for asn in self._list_asns(policy):
                for host in self._list_hosts(policy):
                    self._counts[policy.id, asn, host] = _Count()
        self._spans = {key: self._find_span(key[0], key[1]) for key in self._counts}
        self._keys: dict[tuple[int, str], list[tuple[str, int, str]]] = {}
        for key in self._counts:
            self._keys.setdefault((key[1], key[2]), []).append(key)

    def add(self, run: Run, report_id: str, host: str, moment: datetime, truth: Row) -> None:
        """Count one measurement, made at ``moment`` by the right clock."""
        asn = run.volunteer.network.asn
        for key in self._keys.get((asn, host), ()):
            self._count(self._counts[key], self._spans[key], key[0], moment, truth)
        for shutdown in self.calendar.scenario.shutdowns:
            if asn in self.calendar.list_asns(shutdown.cc, shutdown.networks):
                self._count_silence(shutdown, moment)
        cause = truth.get("confounder_id")
        if cause is not None:
            self._causes[cause] = self._causes.get(cause, 0) + 1
        if run.cause is not None:
            told = self._runs.setdefault(report_id, _Told(run, moment))
            told.count, told.last = told.count + 1, moment

    def count_during(self, policy_id: str, asn: int, host: str) -> tuple[int, datetime | None]:
        """Return how many measurements showed a policy on a network and target, and the first of them."""
        found = self._counts.get((policy_id, asn, host), _Count())
        return found.during, found.first_during

    def tell(self) -> Iterator[Row]:
        """Yield the events: blocks, shutdowns, causes that last, and causes of runs."""
        scenario = self.calendar.scenario
        yield from map(self._tell_policy, scenario.policies)
        yield from map(self._tell_shutdown, scenario.shutdowns)
        lasting = [cause for cause in scenario.confounders if CONFOUNDERS[cause.kind].scope not in _OF_RUNS]
        yield from map(self._tell_cause, lasting)
        yield from (self._tell_run(report_id, told) for report_id, told in self._runs.items())

    def _list_windows(self, policy_id: str) -> list[Window]:
        return [window for window in self.calendar.windows if window.policy.id == policy_id]

    def _list_asns(self, policy: Policy) -> list[int]:
        return sorted({asn for window in self._list_windows(policy.id) for asn in window.asns})

    def _list_hosts(self, policy: Policy) -> list[str]:
        return [*policy.targets, *sorted(self.calendar.find_collateral(policy))]

    def _find_span(self, policy_id: str, asn: int) -> tuple[datetime, datetime]:
        windows = [window for window in self._list_windows(policy_id) if asn in window.asns]
        return min(window.begin for window in windows), max(window.end for window in windows)

    def _count(
        self, count: _Count, span: tuple[datetime, datetime], policy_id: str, moment: datetime, truth: Row
    ) -> None:
        if truth["policy_id"] == policy_id:
            count.during += 1
            count.first_during, count.last_during = count.first_during or moment, moment
        elif truth["state"] in CLEAR and moment < span[0]:
            count.before, count.last_before = count.before + 1, moment
        elif truth["state"] in CLEAR and moment >= span[1]:
            count.after, count.first_after = count.after + 1, count.first_after or moment

    def _count_silence(self, shutdown: Shutdown, moment: datetime) -> None:
        count = self._silences.setdefault(shutdown.id, _Silence())
        begin, end = self.calendar.span(shutdown.begin, shutdown.end)
        if moment < begin:
            count.before, count.last_before = count.before + 1, moment
        elif moment >= end:
            count.after, count.first_after = count.after + 1, count.first_after or moment
        else:
            count.during += 1

    def _date(self, begin: datetime, end: datetime) -> tuple[str | None, str | None]:
        """Return a begin and an end as text, None for what lies outside of the calendar."""
        scenario = self.calendar.scenario
        return (
            format_time(begin) if begin > scenario.start else None,
            format_time(end) if end <= scenario.end else None,
        )

    def _tell_policy(self, policy: Policy) -> Row:
        windows = self._list_windows(policy.id)
        series = [self._tell_series(key) for key in self._counts if key[0] == policy.id]
        before, during, after = (sum(row[f"n_{part}"] for row in series) for part in ("before", "during", "after"))
        onset, end = self._date(min(w.begin for w in windows), max(w.end for w in windows))
        onset_scoreable = onset is not None and before >= 2 and during >= 2
        return {
            "event_id": policy.id,
            "kind": "block",
            "probe_cc": policy.cc,
            "asns": self._list_asns(policy),
            "targets": self._list_hosts(policy),
            "collateral_targets": sorted(self.calendar.find_collateral(policy)),
            "mechanisms": sorted({window.mechanism for window in windows}),
            "onset_utc": onset,
            "end_utc": end,
            "scoreable": onset_scoreable,
            "onset_scoreable": onset_scoreable,
            "end_scoreable": end is not None and during >= 2 and after >= 2,
            "standing": onset is None and during >= 2,
            "scenario": policy.scenario or policy.phases[0].mechanism.replace(".", "_"),
            "phases": [self._tell_phase(window) for window in windows],
            "n_before": before,
            "n_during": during,
            "n_after": after,
            "series": series,
        }

    def _tell_phase(self, window: Window) -> Row:
        onset, end = self._date(window.begin, window.end)
        return {"asns": sorted(window.asns), "mechanism": window.mechanism, "onset_utc": onset, "end_utc": end}

    def _tell_series(self, key: tuple[str, int, str]) -> Row:
        count = self._counts[key]
        onset, end = self._date(*self._spans[key])
        return {
            "probe_asn": key[1],
            "target": key[2],
            "onset_utc": onset,
            "end_utc": end,
            "last_before": format_time(count.last_before),
            "first_during": format_time(count.first_during),
            "last_during": format_time(count.last_during),
            "first_after": format_time(count.first_after),
            "n_before": count.before,
            "n_during": count.during,
            "n_after": count.after,
        }

    def _tell_shutdown(self, shutdown: Shutdown) -> Row:
        count = self._silences.get(shutdown.id, _Silence())
        onset, end = self._date(*self.calendar.span(shutdown.begin, shutdown.end))
        return {
            "event_id": shutdown.id,
            "kind": "shutdown",
            "probe_cc": shutdown.cc,
            "asns": sorted(self.calendar.list_asns(shutdown.cc, shutdown.networks)),
            "targets": [],
            "mechanisms": [],
            "onset_utc": onset,
            "end_utc": end,
            "scoreable": onset is not None and count.before >= 2 and count.after >= 2,
            "confounder": "shutdown",
            "n_before": count.before,
            "n_during": count.during,
            "n_after": count.after,
            "last_before": format_time(count.last_before),
            "first_after": format_time(count.first_after),
            "detail": "no measurements at all from the networks; others go on",
        }

    def _tell_cause(self, cause: Confounder) -> Row:
        onset, end = self._date(*self.calendar.span(cause.begin, cause.end))
        everywhere = CONFOUNDERS[cause.kind].scope is Scope.SITE
        row: dict[str, Any] = {
            "event_id": cause.id,
            "kind": "confounder",
            "probe_cc": cause.cc,
            "asns": sorted(self.calendar.list_asns(cause.cc, cause.networks)),
            "targets": list(cause.sites),
            "mechanisms": [],
            "onset_utc": onset,
            "end_utc": end,
            "scoreable": False,
            "confounder": CONFOUNDERS[cause.kind].group,
            "detail": cause.kind,
            "n_during": self._causes.get(cause.id, 0),
        }
        return row | ({"everywhere": True} if everywhere else {})

    def _tell_run(self, report_id: str, told: _Told) -> Row:
        run, cause = told.run, told.run.cause
        assert cause is not None
        return {
            "event_id": f"run-{run.number:05d}",
            "kind": "confounder",
            "probe_cc": run.volunteer.network.cc,
            "asns": [run.volunteer.network.asn],
            "targets": list(cause.sites),
            "mechanisms": [],
            "onset_utc": format_time(run.start),
            "end_utc": format_time(told.last),
            "scoreable": False,
            "confounder": CONFOUNDERS[cause.kind].group,
            "detail": cause.kind,
            "report_id": report_id,
            "n_during": told.count,
        }


_OF_RUNS: Sequence[Scope] = (Scope.RUN, Scope.RUN_SITE)
