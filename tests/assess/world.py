"""An invented country in a few lines: verdicts, spells of blocking, and a register."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from netglass.assess.observed import Observed, Spell
from netglass.detect.telling import COLUMNS, read_verdicts
from netglass.lab.law import write_register
from netglass.lab.library import read_scenario
from netglass.register.library import Register, load_register

START = datetime(2026, 3, 2)

LAW = """\
title: Orders
start: 2026-03-02
days: 200
countries:
  XA:
    networks:
      - {asn: 64512, name: One}
      - {asn: 64513, name: Two}
      - {asn: 64514, name: Three}
      - {asn: 64515, name: Four}
      - {asn: 64516, name: Five}
      - {asn: 64517, name: Six}
sites: [{host: one.test}, {host: two.test}, {host: three.test}, {host: four.test}]
instruments: [{id: act, title: Act, cc: XA, provision: article 9, in_force: 2020-01-01}]
orders:
  - {id: o1, instrument: act, targets: [one.test], issued: 5d, lifted: 20d}
  - {id: o2, instrument: act, targets: [two.test], networks: [64512], issued: 5d}
  - {id: o3, instrument: act, addressee: platform, targets: [four.test], issued: 5d}
policies:
  - {id: p1, cc: XA, targets: [three.test], instrument: act, phases: [{mechanism: tls.eof, begin: 3d}]}
statements: [{id: said, cc: XA, when: 10d}, {id: rights, cc: XA, when: 10d, says: rights_respected}]
"""


def at(day: float) -> datetime:
    """Return a moment of the world, in days from its start."""
    return START + timedelta(days=day)


def read_law(folder: Path, text: str = LAW, without: Sequence[str] = ()) -> Register:
    """Return the register of the world, without the records of some kinds."""
    path = folder / "law.yml"
    path.write_text(text, encoding="utf-8")
    write_register(read_scenario(path), folder / "register")
    for kind in without:
        for record in (folder / "register" / kind).rglob("*.yml"):
            record.unlink()
    return load_register(folder / "register", lab=True)


def observe(
    measured: Sequence[tuple[float, int, str, str]] = (), spells: Sequence[Spell] = (), reporters: int = 3
) -> Observed:
    """Return a country as it was observed.

    Args:
        measured: day, network, target and state of each verdict.
        spells: blocks.
        reporters: probes on each network, which take turns.
    """
    rows = [
        (f"u{place}", at(day), "XA", asn, 0, target, state, "network", (), (), f"r{place % reporters}", "probe 1", 0.9)
        for place, (day, asn, target, state) in enumerate(measured)
    ]
    columns = dict(zip(COLUMNS, zip(*rows, strict=True), strict=True)) if rows else dict.fromkeys(COLUMNS, ())
    return Observed("XA", tuple(spells), (), read_verdicts(columns), {"ruleset": "r", "refdata": "d", "manifest": "m"})


def block(
    target: str, asn: int, onset: tuple[float | None, float], end: tuple[float, float | None], state: str = "confirmed"
) -> Spell:
    """Return a block with the days of its brackets."""
    return Spell(
        f"ev-{target}-{onset[1]:g}",
        state,
        target,
        asn,
        ("tls.reset.sni",),
        None if onset[0] is None else at(onset[0]),
        at(onset[1]),
        at(end[0]),
        None if end[1] is None else at(end[1]),
        ("u0",),
        (),
    )
