"""Small worlds with known blocks: volunteers measure now and then, states block this and that, verdicts are not perfect.

Everything follows from one seed. The density is that of sparse volunteer data: about a run a day on each network, some ten of
thirty targets a run, so that a series has half a dozen measurements in two weeks.
"""

import random
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from netglass.detect.telling import COLUMNS, Verdicts, read_verdicts
from netglass.evaluate.truth import EventTruth, SeriesTruth

BEGIN = datetime(2031, 5, 5)
DAYS = 14
NETWORKS = {"QA": (64901, 64902, 64903), "QB": (64911, 64912, 64913), "QC": (64921, 64922, 64923)}
"""QC blocks nothing."""

LEAST_MEASURED = 4
"""Measurements before and during without which a block is not asked for: two or three may as well be mistakes."""


class Policy(NamedTuple):
    """One block; ``onsets`` by network, None is before the window. ``phases`` are mechanisms and when each begins."""

    name: str
    cc: str
    targets: tuple[str, ...]
    onsets: dict[int, datetime | None]
    end: datetime | None
    phases: tuple[tuple[datetime, str], ...]
    signature: str | None = None

    def mechanism_at(self, moment: datetime) -> str:
        """Return the mechanism in use at ``moment``."""
        return [path for begin, path in self.phases if begin <= moment][-1]

    def blocks(self, asn: int, target: str, moment: datetime) -> bool:
        """Return whether this target is blocked on this network at ``moment``."""
        if target not in self.targets or asn not in self.onsets:
            return False
        onset = self.onsets[asn]
        return (onset is None or onset <= moment) and (self.end is None or moment < self.end)


class Noise(NamedTuple):
    """How often a verdict is wrong or missing."""

    missed: float = 0.02
    false: float = 0.003
    insufficient: float = 0.04
    likely: float = 0.3


ORDINARY = Noise()


class World(NamedTuple):
    """Verdicts as columns, and what really happened."""

    columns: dict[str, list[Any]]
    truth: list[EventTruth]

    @property
    def verdicts(self) -> Verdicts:
        """The verdicts as detection reads them."""
        return read_verdicts(self.columns)


def add_row(columns: dict[str, list[Any]], **values: Any) -> None:
    """Add one verdict; what is not given is that of a clear measurement by the only reporter of its network."""
    row = {
        "measurement_uid": f"u{len(columns['target']):06d}",
        "resolver_asn": values["probe_asn"],
        "state": "ok",
        "locus": "unknown",
        "mechanisms": [],
        "signatures": [],
        "reporter": f"AS{values['probe_asn']}",
        "engine": "probe 1",
        "p_blocked": 0.0,
    } | values
    if row["state"] in ("blocked", "likely_blocked") and not values.get("p_blocked"):
        row["p_blocked"] = 0.99 if row["state"] == "blocked" else 0.7
    for name in COLUMNS:
        columns[name].append(row[name])


def no_rows() -> dict[str, list[Any]]:
    """Return empty columns."""
    return {name: [] for name in COLUMNS}


def make_world(seed: int, noise: Noise = ORDINARY, runs_a_day: float = 1.25) -> World:
    """Return a world of two censoring countries with eight policies each, and one that blocks nothing."""
    rng = random.Random(seed)
    policies = [policy for cc in ("QA", "QB") for policy in _draw_policies(rng, cc)]
    own = {cc: [t for p in policies if p.cc == cc for t in p.targets] for cc in NETWORKS}
    common = [f"site{i}.example" for i in range(14)]
    everything = [*common, *own["QA"], *own["QB"]]
    columns = no_rows()
    measured: list[tuple[int, str, datetime, str]] = []
    for cc, networks in NETWORKS.items():
        for asn in networks:
            for moment in _draw_runs(rng, runs_a_day):
                for target in everything:
                    if rng.random() > (0.7 if target in own[cc] else 0.25):
                        continue
                    moment += timedelta(seconds=rng.randrange(2, 9))
                    outcome = _measure(rng, columns, noise, policies, cc, asn, target, moment)
                    measured.append((asn, target, moment, outcome))
    return World(columns, [_tell_truth(policy, measured) for policy in policies])


def _draw_runs(rng: random.Random, runs_a_day: float) -> list[datetime]:
    n = max(1, round(rng.gauss(runs_a_day * DAYS, 2)))
    return sorted(BEGIN + timedelta(seconds=rng.randrange(DAYS * 86400)) for _ in range(n))


def _measure(
    rng: random.Random,
    columns: dict[str, list[Any]],
    noise: Noise,
    policies: list[Policy],
    cc: str,
    asn: int,
    target: str,
    moment: datetime,
) -> str:
    """Add the verdict of one measurement; return the truth about it."""
    policy = next((p for p in policies if p.blocks(asn, target, moment)), None)
    draw = rng.random()
    values: dict[str, Any] = {}
    interfered = draw < noise.false if policy is None else draw >= noise.missed
    if draw > 1 - noise.insufficient:
        values["state"] = "insufficient"
    elif interfered:
        values["state"] = "likely_blocked" if rng.random() < noise.likely else "blocked"
        values["mechanisms"] = [policy.mechanism_at(moment) if policy else "tls.timeout"]
        values["signatures"] = [policy.signature] if policy and policy.signature else []
    add_row(columns, probe_cc=cc, probe_asn=asn, target=target, observed_at=moment, **values)
    return "blocked" if policy else "ok"


def _draw_policies(rng: random.Random, cc: str) -> list[Policy]:
    networks = NETWORKS[cc]
    pair = tuple(rng.sample(networks, 2))
    order = rng.sample(networks, 3)

    def day(first: float, last: float) -> datetime:
        return BEGIN + timedelta(hours=round(24 * rng.uniform(first, last)))

    def site(name: str) -> str:
        return f"{name}-{cc.lower()}.example"

    def once(asns: tuple[int, ...], onset: datetime | None) -> dict[int, datetime | None]:
        return dict.fromkeys(asns, onset)

    def always(path: str) -> tuple[tuple[datetime, str], ...]:
        return ((datetime.min, path),)

    start, switch = day(2, 5), day(6.5, 8)
    first = day(2.5, 4)
    steps = {asn: first + timedelta(days=2 * i) for i, asn in enumerate(order)}
    exam = BEGIN + timedelta(days=rng.randrange(4, 11), hours=rng.randrange(4, 9))
    page = "injected:192.31.196.9"
    pair_of_sites = (site("juniper"), site("sorrel"))
    turn = (*always("dns.injection.bogon"), (switch, "tls.reset.sni"))
    return [
        Policy("page", cc, (site("news"),), once(networks, day(2, 6)), None, always("dns.injection.blockpage"), page),
        Policy("switch", cc, (site("chat"),), once(networks, start), day(10, 12), turn),
        Policy("rollout", cc, (site("forum"),), steps, None, always("tcp.timeout"), "address:192.52.193.4"),
        Policy("subset", cc, (site("video"),), once(pair, day(4, 8)), day(11, 12.5), always("tls.throttle.sni")),
        Policy("hours", cc, (site("mail"),), once(networks, exam), exam + timedelta(hours=12), always("tls.timeout")),
        Policy("address", cc, pair_of_sites, once(networks, day(3, 6)), day(9, 12), always("tcp.refused"), "address:x"),
        Policy("standing", cc, (site("casino"),), once(networks, None), None, always("http.redirect"), "location:y"),
        Policy("old", cc, (site("orchard"),), once(pair, None), None, always("dns.injection.blockpage"), page),
    ]


def _tell_truth(policy: Policy, measured: list[tuple[int, str, datetime, str]]) -> EventTruth:
    series, before, during = [], 0, 0
    for asn, onset in policy.onsets.items():
        for target in policy.targets:
            times = sorted(moment for one, name, moment, _ in measured if (one, name) == (asn, target))
            inside = [moment for moment in times if policy.blocks(asn, target, moment)]
            early = [moment for moment in times if onset and moment < onset]
            late = [moment for moment in times if policy.end and moment >= policy.end]
            before, during = before + len(early), during + len(inside)
            edges = early[-1:], inside[:1], inside[-1:], late[:1]
            series.append(SeriesTruth(asn, target, onset, policy.end, *(edge[0] if edge else None for edge in edges)))
    begin = min((onset for onset in policy.onsets.values() if onset), default=None)
    standing = begin is None and policy.end is None
    dated = begin is not None and before >= LEAST_MEASURED and during >= LEAST_MEASURED
    return EventTruth(
        event_id=f"{policy.cc}-{policy.name}",
        kind="block",
        probe_cc=policy.cc,
        asns=tuple(policy.onsets),
        targets=policy.targets,
        mechanisms=tuple(path for _, path in policy.phases),
        onset_utc=begin,
        end_utc=policy.end,
        standing=standing,
        scoreable=dated,
        onset_scoreable=dated,
        end_scoreable=False,
        scenario=policy.name,
        series=tuple(series),
    )
