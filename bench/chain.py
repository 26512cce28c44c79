"""How right the chain from law to effect is on worlds whose truth is known: ``python -m bench.chain --seeds 9001 9002``.

Plays ``ten-minutes``, ``mechanisms`` and ``year`` with their own seed and draws a ``blocks`` world for each of ``--seeds``; analyses each
with its own reference data, assesses every country with the world's own register, and scores the rows against ``truth_chain.jsonl``,
``truth_events.jsonl`` and ``truth_measurements.jsonl``. Worlds are kept in ``--work`` and not played twice.

Drawn worlds get what draws have not: in each country an order about a site at a shared address, ends of orders, statements, pledges.

- **answers**: triples of order (or none), target and network on which both axes are right.
- **delays**, **liftings**: brackets that hold the truth, over triples that have both.
- **zombies**: pairs of target and network. True ones were measured as blocked after the day on which the order ended, or were dead sites in
  the last two measurements of the block or more.
- **collateral**: pairs of target and network that an ordered block hit by the way and that were measured so at least thrice.
- **claims**, **pledges**: the word for what is beside them.
"""

import argparse
import json
import random
import shutil
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from bench.accuracy import open_world
from netglass.api.assess import Assessment, assess
from netglass.api.lab import draw_lab, run_lab
from netglass.api.register import open_register
from netglass.api.store import open as open_store
from netglass.lab.law import name_record
from netglass.vocab.time import parse_time

SHIPPED = ("ten-minutes", "mechanisms", "year")
SEEDS = (9001, 9002, 9003, 9004, 9005)
LEAST_MEASURED = 3
"""Measurements of a neighbour below which no event is asked for."""

Row = dict[str, Any]
Key = tuple[str | None, str, int]


class Figure(NamedTuple):
    """Right answers among those asked for, and what was wrong."""

    name: str
    right: int
    asked: int
    wrong: tuple[str, ...]


def play_world(name: str, seed: int | None, work: Path) -> Path:
    """Play a world into ``work`` unless it is there, and return its folder."""
    folder = work / (name if seed is None else f"{name}-{seed}")
    if not (folder / "truth_chain.jsonl").exists():
        shutil.rmtree(folder, ignore_errors=True)
        scenario = name
        if seed is not None:
            path = work / f"{name}-{seed}.yml"
            data = add_law(yaml.safe_load(draw_lab(name, seed)), seed)
            path.write_text(yaml.safe_dump(data, sort_keys=False, width=140), encoding="utf-8")
            scenario = str(path)
        played = run_lab(scenario, folder)
        if played.mismatches:
            sys.exit(f"{folder}: the lab did what its calendar does not: {played.mismatches[0]}")
    return folder


def add_law(data: Row, seed: int) -> Row:
    """Add to a drawn scenario what draws have not: an order in each country that hits a neighbour, ends of orders, statements, pledges.

    Args:
        data: of a scenario file; it is changed.
        seed: the same gives the same.
    """
    rng = random.Random(f"law:{seed}")
    for place, cc in enumerate(list(data["countries"])[:-1]):
        _add_stall(data, cc, place, rng)
        for number, day in enumerate((1, data["days"] // 2, data["days"] - 4)):
            data.setdefault("statements", []).append({"id": f"s-{place}-{number}", "cc": cc, "when": f"{day}d"})
        data["statements"].append({"id": f"rights-{place}", "cc": cc, "when": "2d", "says": "rights_respected"})
    policies = {policy["order"]: policy for policy in data["policies"] if policy.get("order")}
    for order in data["orders"]:
        ends = [phase.get("end") for phase in policies[order["id"]]["phases"] if "every" not in phase]
        if ends and None not in ends:
            lifted = max(map(_read_hours, ends)) - rng.choice((-12, 6, 40, 64))
            begun = 0 if "d" not in order["issued"] else _read_hours(order["issued"])
            if begun < lifted < data["days"] * 24:
                order["lifted"] = f"{lifted}h"
    cc, past = (
        next(iter(data["countries"])),
        {"made": "2015-01-01", "measure": "villages", "unit": "percent", "target": 90},
    )
    said = {"deadline": "2020-12-31"}
    data["pledges"] = [
        {"id": "kept", "cc": cc, "values": [{"when": "2020-12-31", "value": 95}], "outcome": "kept"} | past | said,
        {"id": "missed", "cc": cc, "values": [{"when": "2020-12-31", "value": 80}], "outcome": "missed"} | past | said,
        {"id": "stale", "cc": cc, "values": [{"when": "2017-12-31", "value": 80}], "outcome": "not_measurable"}
        | past
        | said,
        {"id": "bare", "cc": cc, "outcome": "not_measurable"} | past | said,
        {
            "id": "open",
            "cc": cc,
            "values": [{"when": "2020-12-31", "value": 80}],
            "outcome": "open",
            "deadline": "2090-01-01",
        }
        | past,
    ]
    return data


def _add_stall(data: Row, cc: str, place: int, rng: random.Random) -> None:
    """Add two sites at one address, and an order about the first of them, which is carried out by address."""
    hosts = [f"stall-{place}-{letter}.test" for letter in "ab"]
    data["sites"] += [{"host": host, "hosting": f"shared:stall{place}", "rank": 5000} for host in hosts]
    law, begin = f"stall-act-{place}", rng.randint(3, 5) * 24
    data["instruments"].append({"id": law, "title": "Stall Act", "cc": cc, "provision": "article 2"})
    order = {"id": f"stall-{place}", "instrument": law, "targets": hosts[:1], "issued": f"{begin - 12}h"}
    data["orders"].append(order)
    phase = {"mechanism": rng.choice(("tcp.timeout", "tcp.refused", "ip.unreachable")), "begin": f"{begin}h"}
    phase["end"] = f"{begin + rng.randint(96, 150)}h"
    data["policies"].append(
        {"id": f"p-stall-{place}", "cc": cc, "targets": hosts[:1], "order": order["id"], "phases": [phase]}
    )


def _read_hours(text: str) -> int:
    days, _, hours = text.rpartition("d")
    return int(days or 0) * 24 + int(hours.rstrip("h") or 0)


def score_world(folder: Path, reuse: bool = False) -> list[Figure]:
    """Return the figures of one world, with the analysis that lies there already where ``reuse`` says so."""
    kept = reuse and (folder / "store" / "derived" / "event.json").exists()
    store = open_store(folder / "store") if kept else open_world(folder)
    register = open_register(folder / "register")
    truths = list(_read(folder / "truth_chain.jsonl"))
    countries = sorted({truth["probe_cc"] for truth in truths})
    found = {
        noun: [row for cc in countries for row in _list_rows(assess(store, register, noun, cc, local_only=True))]
        for noun in ("chain", "zombies", "collateral", "claims", "pledges")
    }
    words = list(_read(folder / "truth_claims.jsonl"))
    return [*_score_chain(truths, found["chain"]), *_score_sets(folder, truths, found), *_score_words(words, found)]


def _read(path: Path) -> Iterator[Row]:
    return (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())


def _list_rows(done: Assessment) -> list[Row]:
    return [dict(zip(done.columns, row, strict=True)) for row in done.rows]


def _score_chain(truths: Sequence[Row], found: Sequence[Row]) -> Iterator[Figure]:
    by_key: dict[Key, list[Row]] = defaultdict(list)
    for row in found:
        by_key[row["order_id"] if row["order"] == "ordered" else None, row["target"], row["probe_asn"]].append(row)
    answers, delays, liftings, closed = [], [], [], []
    for truth in truths:
        order = name_record(truth["probe_cc"], truth["order_id"]) if truth["order_id"] else None
        key = (order, truth["target"], truth["probe_asn"])
        rows = by_key.get(key) or [{"order": truth["order"], "effect": "nothing said", "reason": None}]
        if order is None and rows[0]["effect"] == "nothing said" and truth["effect"] != "seen":
            continue  # what nobody ordered and nobody saw has no row, rightly
        row = rows[0]
        says = f"{key}: {row['order']}, {row['effect']} ({row['reason']}); true: {truth['order']}, {truth['effect']} ({truth['reason']})"
        says += f", {truth['n_during']} measured"
        answers.append((row["order"] == truth["order"] and row["effect"] == truth["effect"], says))
        delays += _check_bracket(truth["delay_hours"], row, "delay", key)
        closed += [ok for ok, _ in _check_bracket(truth["delay_hours"], row, "delay", key) if _is_closed(row)]
        liftings += _check_bracket(truth["lifting_delay_hours"], row, "lifting", key)
    for name, checks in (("answers", answers), ("delays", delays), ("liftings", liftings)):
        yield Figure(name, sum(ok for ok, _ in checks), len(checks), tuple(text for ok, text in checks if not ok))
    yield Figure("delays known on both sides", sum(closed), len(closed), ())


def _is_closed(row: Row) -> bool:
    return None not in (row["delay_least_hours"], row["delay_most_hours"])


def _check_bracket(truth: float | None, row: Row, name: str, key: Key) -> Iterator[tuple[bool, str]]:
    least, most = row.get(f"{name}_least_hours"), row.get(f"{name}_most_hours")
    if truth is not None and (least is not None or most is not None):
        holds = (least is None or least <= truth) and (most is None or truth <= most)
        yield holds, f"{key}: {name} {truth} is not in {least} to {most}"


def _score_sets(folder: Path, truths: Sequence[Row], found: dict[str, list[Row]]) -> Iterator[Figure]:
    measured = defaultdict(list)
    for row in _read(folder / "truth_measurements.jsonl"):
        host = row["input"].split("/")[2]
        measured[host, row["probe_asn"]].append(row)
    ended = set(_find_persisting(truths, measured))
    dead = {pair for pair, rows in measured.items() if _is_dead(rows)}
    for kind, true in (("order_ended", ended), ("dead_site", dead)):
        said = {(row["target"], row["probe_asn"]) for row in found["zombies"] if row["kind"] == kind}
        yield from _compare(f"zombies, {kind.replace('_', ' ')}", true, said)
    hit = set(_find_collateral(folder, truths, measured))
    said = {(row["target"], row["probe_asn"]) for row in found["collateral"] if row["order_id"]}
    yield from _compare("collateral of orders", hit, said)
    groups = set(_find_groups(folder, measured))
    together = {(target, row["probe_asn"]) for row in found["collateral"] for target in (row["target"], *row["meant"])}
    yield from _compare("hit by one address rule", groups, together)


def _compare(name: str, true: set[Any], said: set[Any]) -> Iterator[Figure]:
    yield Figure(
        f"{name}: precision", len(true & said), len(said), tuple(f"{pair}: not so" for pair in sorted(said - true))
    )
    yield Figure(
        f"{name}: recall", len(true & said), len(true), tuple(f"{pair}: missed" for pair in sorted(true - said))
    )


def _find_persisting(truths: Sequence[Row], measured: dict[tuple[str, int], list[Row]]) -> Iterator[tuple[str, int]]:
    for truth in truths:
        if truth["lifted_utc"] is None or truth["policy_id"] is None:
            continue
        after = parse_time(truth["lifted_utc"]).replace(hour=0, minute=0, second=0) + timedelta(days=1)
        times = [
            datetime.fromisoformat(row["true_time_utc"].removesuffix("Z"))
            for row in measured[truth["target"], truth["probe_asn"]]
            if row["policy_id"] == truth["policy_id"]
        ]
        if len(times) >= LEAST_MEASURED and max(times) >= after > min(times):
            yield truth["target"], truth["probe_asn"]


def _is_dead(rows: Sequence[Row]) -> bool:
    blocked = [row for row in rows if row["state"] == "blocked"]
    last = blocked[-2:]
    return len(blocked) >= LEAST_MEASURED and all(row.get("also_down") for row in last)


def _find_collateral(
    folder: Path, truths: Sequence[Row], measured: dict[tuple[str, int], list[Row]]
) -> Iterator[tuple[str, int]]:
    ordered = {truth["policy_id"] for truth in truths if truth["order_id"] and truth["policy_id"]}
    for event in _read(folder / "truth_events.jsonl"):
        if event["event_id"] in ordered:
            yield from _list_hit(event, event["collateral_targets"], measured)


def _find_groups(folder: Path, measured: dict[tuple[str, int], list[Row]]) -> Iterator[tuple[str, int]]:
    for event in _read(folder / "truth_events.jsonl"):
        if event.get("collateral_targets"):
            yield from _list_hit(event, event["targets"], measured)


def _list_hit(
    event: Row, targets: Sequence[str], measured: dict[tuple[str, int], list[Row]]
) -> Iterator[tuple[str, int]]:
    for target in targets:
        for asn in event["asns"]:
            if sum(row["policy_id"] == event["event_id"] for row in measured[target, asn]) >= LEAST_MEASURED:
                yield target, asn


def _score_words(truths: Sequence[Row], found: dict[str, list[Row]]) -> Iterator[Figure]:
    claims = {row["claim_id"]: row for row in found["claims"]}
    pledges = {row["pledge_id"]: row["outcome"] for row in found["pledges"]}
    checks = {"claims, at the time": [], "claims, since": [], "pledges": []}  # type: dict[str, list[tuple[bool, str]]]
    for truth in truths:
        if "pledge_id" in truth:
            said = pledges.get(truth["pledge_id"])
            checks["pledges"].append(
                (said == truth["outcome"], f"{truth['pledge_id']}: {said}; true: {truth['outcome']}")
            )
            continue
        for name, key, column in (
            ("claims, at the time", "true_then", "at_the_time"),
            ("claims, since", "true_since", "since"),
        ):
            says = claims[truth["claim_id"]][column]
            wanted = {None: "no_truth_value", False: "seen", True: "not_seen"}[truth[key]]
            checks[name].append((says == wanted, f"{truth['claim_id']}: {says}; true: {wanted}"))
    for name, done in checks.items():
        yield Figure(name, sum(ok for ok, _ in done), len(done), tuple(text for ok, text in done if not ok))


def main() -> None:
    """Print the figures of each world and of all together, and what was wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, default=Path("chain-worlds"))
    parser.add_argument("--shipped", nargs="*", default=SHIPPED)
    parser.add_argument("--seeds", nargs="*", type=int, default=SEEDS)
    parser.add_argument("--wrong", type=int, default=20, help="wrong answers that are printed for each world")
    parser.add_argument(
        "--reuse", action="store_true", help="keep analyses that are there; for work on this room alone"
    )
    given = parser.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    totals: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    worlds = [(name, None) for name in given.shipped] + [("blocks", seed) for seed in given.seeds]
    for name, seed in worlds:
        folder = play_world(name, seed, given.work)
        for figure in score_world(folder, given.reuse):
            print(f"{folder.name:14} {figure.name:36} {figure.right:5} of {figure.asked}")
            for text in figure.wrong[: given.wrong]:
                print(f"{'':16}{text}")
            totals[figure.name][0] += figure.right
            totals[figure.name][1] += figure.asked
    for name, (right, asked) in totals.items():
        print(f"{'all':14} {name:36} {right:5} of {asked}" + (f" = {right / asked:.3f}" if asked else ""))


if __name__ == "__main__":
    main()
