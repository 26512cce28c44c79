"""An invented country of seven networks with an order, played by the lab; and the same with measurements taken out."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path

from netglass.api.analyze import analyze
from netglass.api.demo import REFERENCE
from netglass.api.lab import run_lab
from netglass.api.store import open as open_store
from netglass.refdata.snapshot import add_snapshot
from netglass.store.query import Store

TARGET, BESIDE, DISOBEDIENT = "daily.test", "weather.test", 64515

TEXT = """\
title: Six obey and one does not
start: 2026-03-02
days: 120
countries:
  XA:
    networks:
      - {asn: 64512, name: One}
      - {asn: 64513, name: Two}
      - {asn: 64514, name: Three}
      - {asn: 64515, name: Four}
      - {asn: 64516, name: Five}
      - {asn: 64517, name: Six}
      - {asn: 64518, name: Seven}
  XB: {networks: [{asn: 64530, name: Abroad}]}
sites: [{host: daily.test}, {host: weather.test}]
instruments: [{id: act, title: Act, cc: XA, provision: article 9, in_force: 2020-01-01}]
orders: [{id: order-1, instrument: act, targets: [daily.test], issued: 5d}]
policies:
  - {id: block, cc: XA, targets: [daily.test], order: order-1, obeys_not: [64515],
     phases: [{mechanism: dns.injection.bogon, begin: 6d}]}
probes: {runs_per_day: 0.25, urls_per_run: 2, home_share: 1, canary: weather.test}
"""


def play_country(folder: Path) -> Path:
    """Play the country into a new folder."""
    scenario = folder / "country.yml"
    scenario.write_text(TEXT, encoding="utf-8")
    assert not run_lab(str(scenario), folder / "world").mismatches
    return folder / "world"


def open_country(world: Path, path: Path, keep: Callable[[dict], bool] = lambda row: True) -> Store:
    """Return a new store at ``path`` with the analysis of the measurements that are kept."""
    for file in sorted((world / "raw").rglob("*.gz")):
        copy = path / "raw" / file.relative_to(world / "raw")
        copy.parent.mkdir(parents=True)
        lines = [line for line in gzip.decompress(file.read_bytes()).splitlines(True) if keep(json.loads(line))]
        copy.write_bytes(gzip.compress(b"".join(lines), mtime=0))
    store = open_store(path / "store")
    for kind, name in REFERENCE:
        licence = {"licence": "Apache-2.0", "origin": "lab"}
        add_snapshot(store.refdata_dir, kind, world / name, date="2026-03-02", name="lab", **licence)
    analyze(store, [path / "raw"])
    return store
