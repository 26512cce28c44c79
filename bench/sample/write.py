"""Run the plan and write everything: the bucket's layout, the truth, and the reference data of the world."""

import csv
import gzip
import hashlib
import io
import json
from collections import defaultdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bench.sample.certificate import to_pem
from bench.sample.client import Client
from bench.sample.client04 import OldClient
from bench.sample.internet import Internet
from bench.sample.plan import Plan, make_plan
from bench.sample.policy import Notice
from bench.sample.run import Run
from bench.sample.truth import Told, format_time, judge_truth, list_events
from bench.sample.view import View
from bench.sample.world import World, make_world

_ALPHABET = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_CONTROL_FAILURES = ("connection_refused", "generic_timeout_error", "unknown_failure: httpx: all endpoints failed")


def write_sample(seed: int, days: int, folder: Path) -> int:
    """Write the sample of ``seed`` over ``days`` days into ``folder`` and return the number of measurements."""
    world = make_world(seed, days)
    plan = make_plan(world)
    internet = Internet(world, plan)
    lines: dict[str, list[bytes]] = defaultdict(list)
    truths: list[dict[str, Any]] = []
    told: list[Told] = []
    for number, run in enumerate(plan.runs):
        for key, line, truth, row in _run(world, plan, internet, run, number):
            lines[key].append(line)
            truths.append(truth)
            told.append(row)
    for key, content in sorted(lines.items()):
        path = folder / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress(b"".join(content), 9, mtime=0))
    _write_lines(folder / "truth_measurements.jsonl", truths)
    _write_lines(folder / "truth_events.jsonl", list_events(world, plan, told))
    _write_reference(world, plan, folder)
    return len(truths)


def _run(
    world: World, plan: Plan, internet: Internet, run: Run, number: int
) -> list[tuple[str, bytes, dict[str, Any], Told]]:
    rng = world.rng(f"run:{number}")
    network, found = run.probe.network, []
    report = f"{run.start:%Y%m%dT%H%M%SZ}_webconnectivity_{network.cc}_{network.asn}_n1_"
    report += "".join(rng.choice(_ALPHABET) for _ in range(16))
    late = timedelta(hours=rng.randint(2, 30)) if rng.random() < 0.04 else timedelta(seconds=rng.randint(2, 9))
    helper = world.helpers[rng.random() < 0.3]
    failure = rng.choice(_CONTROL_FAILURES) if run.fault == "control_failed" else None
    moment = run.start + timedelta(seconds=rng.randint(1, 4))
    for host in run.hosts:
        site = world.sites[host]
        view = View(internet, rng, network.cc, network.asn, moment, run)
        other = View(internet, rng, world.helper_cc, 0, moment, None)
        old = run.probe.test_version.startswith("0.4")
        broken = failure or _break_control(run)
        client = (OldClient if old else Client)(internet, view, other, rng, site.url)
        keys = client.measure(broken)
        seconds = round(client.now + rng.uniform(0.2, 0.9), 6)
        envelope = _wrap(world, plan, run, report, site.url, moment, seconds, helper, keys)
        uploaded = moment + timedelta(seconds=seconds) + late
        uid = f"{uploaded:%Y%m%d%H%M%S}.{rng.randrange(10**6):06d}_{network.cc}_webconnectivity_"
        uid += hashlib.sha256(f"{report}{site.url}".encode()).hexdigest()[:16]
        envelope["measurement_uid"] = uid
        truth: dict[str, Any] = {
            "measurement_uid": uid,
            "report_id": report,
            "true_time_utc": format_time(moment),
            "probe_cc": network.cc,
        }
        truth |= {"probe_asn": network.asn, "input": site.url}
        truth |= judge_truth(plan, view, run, host, site.scheme, broken is not None)
        text = json.dumps(envelope, separators=(",", ":")).replace("/", "\\/")
        row = Told(network.asn, host, moment, truth["policy_id"], truth["state"])
        found.append((_key(uploaded, network.cc), text.encode() + b"\n", truth, row))
        moment += timedelta(seconds=int(seconds) + 1)
    return found


def _break_control(run: Run) -> str | None:
    """Return how a fault of the run keeps the probe from the helper, which it reaches over TLS."""
    if run.fault == "captive_portal" and run.strict_portal:
        return "ssl_invalid_hostname"
    return {"wrong_clock": "ssl_invalid_certificate", "antivirus": "ssl_unknown_authority"}.get(run.fault or "")


def _key(uploaded: datetime, cc: str) -> str:
    hour = f"{uploaded:%Y%m%d%H}"
    return f"raw/{hour[:8]}/{hour[8:]}/{cc}/webconnectivity/{hour}_{cc}_webconnectivity.n0.0.jsonl.gz"


def _wrap(
    world: World,
    plan: Plan,
    run: Run,
    report: str,
    url: str,
    moment: datetime,
    seconds: float,
    helper: str,
    keys: dict[str, Any],
) -> dict[str, Any]:
    probe, network = run.probe, run.probe.network
    filtered = run.fault == "family_filter"
    resolver = world.filter_address if filtered else network.resolver
    asn, name = world.network_of(resolver)
    engine = plan.broken_version if run.fault == "broken_version" else probe.engine
    notes = {"engine_name": "ooniprobe-engine", "engine_version": engine, "network_type": probe.network_type}
    if filtered:
        keys["client_resolver"] = resolver
    return {
        "annotations": notes | {"platform": probe.platform},
        "data_format_version": "0.2.0",
        "extensions": {"dnst": 0, "httpt": 0, "netevents": 0, "tcpconnect": 0, "tlshandshake": 0, "tunnel": 0},
        "input": url,
        "measurement_start_time": f"{moment + run.skew:%Y-%m-%d %H:%M:%S}",
        "probe_asn": f"AS{network.asn}",
        "probe_cc": network.cc,
        "probe_ip": "127.0.0.1",
        "probe_network_name": network.name,
        "report_id": report,
        "resolver_asn": f"AS{asn}",
        "resolver_ip": resolver,
        "resolver_network_name": name,
        "software_name": probe.software,
        "software_version": probe.version,
        "test_helpers": {"backend": {"address": f"https://{helper}:4443/", "type": "https"}},
        "test_keys": keys,
        "test_name": "web_connectivity",
        "test_runtime": seconds,
        "test_start_time": f"{run.start + run.skew:%Y-%m-%d %H:%M:%S}",
        "test_version": probe.test_version,
    }


def _write_lines(path: Path, rows: list[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def _write_csv(path: Path, header: str, rows: list[tuple[Any, ...]]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header.split(","))
    writer.writerows(rows)
    path.write_text(text.getvalue(), encoding="utf-8")


def _write_reference(world: World, plan: Plan, folder: Path) -> None:
    _write_csv(folder / "asn.csv", "prefix,asn,name,cc", sorted(world.prefixes))
    rows: dict[tuple[Any, ...], None] = {}
    for policy in plan.policies:
        for row in _fingerprint(policy.notice, policy.cc, policy.cc.lower()):
            rows[row] = None
    header = "name,scope,other_names,location_found,pattern_type,pattern,confidence_no_fp,expected_countries,source,exp_url,notes"
    _write_csv(folder / "fingerprints.csv", header, sorted(rows))
    (folder / "trust.pem").write_text("".join(to_pem(authority.root) for authority in world.authorities))


def _fingerprint(notice: Notice, cc: str, code: str) -> list[tuple[Any, ...]]:
    mark = hashlib.sha256(notice.phrase.encode()).hexdigest()[:6]
    tail = (5, cc, "sample", "", notice.authority)
    return [
        (f"sample.{code}_{mark}_body", "nat", "", "body", "contains", notice.phrase, *tail),
        (f"sample.{code}_{mark}_dns", "nat", "", "dns", "full", notice.address, *tail),
        (f"sample.{code}_{mark}_location", "isp", "", "header.location", "prefix", f"http://{notice.host}/", *tail),
    ]
