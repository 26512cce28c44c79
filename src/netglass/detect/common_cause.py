"""Innocent common causes: the same symptom in many unrelated countries, or in one version of the client only.

A site that breaks, a content network that moves, a new rule of ours or a fault in one release of a probe looks like a block in
many places at once. Such events are flagged with the reason and stay unconfirmed; they are not dropped. Two things clear an
event: an artefact that belongs to the network (a block page, an injected address, a forged certificate) and is not the same in
the other countries, or mechanisms that differ between countries, as when states act each in their own way.
"""

from collections.abc import Sequence

import numpy as np

from netglass.detect.event import Row, is_confirmed, rate_confidence
from netglass.detect.telling import CLEAR, INTERFERED, Verdicts
from netglass.vocab.mechanism import family
from netglass.vocab.time import EPOCH

LEAST_COUNTRIES = 3
"""Countries with the same target and layer at once from which a common cause is thought of. **Source**: design choice."""

LEAST_CONTRAST = 3
"""Clear verdicts of other versions during the event from which one version is suspected. **Source**: design choice."""

OWN_ARTEFACTS = ("injected:", "page:", "location:", "certificate:")
"""Signatures that can only come from a network, when no other country shows them."""


def flag_common_causes(rows: list[Row], verdicts: Verdicts) -> None:
    """Add ``common_cause:…`` to the flags of ``rows`` (blocks) that have one, and take back their confirmation."""
    marks = [_read_artefacts(row, verdicts) for row in rows]
    for i, row in enumerate(rows):
        reasons = [*_shared_by_countries(i, rows, marks), *_shared_by_engine(row, marks[i], verdicts)]
        if reasons:
            row["flags"] = [*row["flags"], *(f"common_cause:{reason}" for reason in reasons)]
            row["state"] = "confirmed" if is_confirmed(row["flags"]) else "unconfirmed"
            row["confidence"] = min(row["confidence"], rate_confidence(50.0, row["state"]))


def _read_artefacts(row: Row, verdicts: Verdicts) -> frozenset[str]:
    witnesses = (
        np.isin(verdicts.uid.astype(str), row["witnesses"]) if row["witnesses"] else np.zeros(len(verdicts.uid), bool)
    )
    names = (name for listed in verdicts.signatures[witnesses] for name in listed)
    return frozenset(name for name in names if name.startswith(OWN_ARTEFACTS))


def _begin_alike(one: Row, other: Row) -> bool:
    """Return whether two blocks of different countries share a target and may have begun together."""
    if one["probe_cc"] == other["probe_cc"] or not set(one["targets"]) & set(other["targets"]):
        return False
    start, other_start = (row["onset_earliest"] or EPOCH for row in (one, other))
    return bool(start < other["onset_latest"] and other_start < one["onset_latest"])


def _shared_by_countries(i: int, rows: Sequence[Row], marks: Sequence[frozenset[str]]) -> list[str]:
    row = rows[i]
    layers = {family(path) for path in row["mechanisms"]}
    alike = [
        j
        for j, other in enumerate(rows)
        if _begin_alike(row, other) and layers & {family(path) for path in other["mechanisms"]}
    ]
    countries = {rows[j]["probe_cc"] for j in alike}
    elsewhere = frozenset().union(*(marks[j] for j in alike))
    if len(countries) + 1 < LEAST_COUNTRIES or marks[i] - elsewhere:
        return []
    return [f"{len(countries) + 1} countries at once"]


def _shared_by_engine(row: Row, artefacts: frozenset[str], verdicts: Verdicts) -> list[str]:
    here = (
        (verdicts.cc == row["probe_cc"])
        & np.isin(verdicts.asn, row["asns"])
        & np.isin(verdicts.target.astype(str), row["targets"])
    )
    own = verdicts.select(here)
    seen = own.select(own.outcome == INTERFERED)
    if not len(seen.time) or artefacts:
        return []
    during = (own.time >= seen.time.min()) & (own.time <= seen.time.max()) & (own.outcome == CLEAR)
    engines = set(seen.engine)
    others = [engine for engine in own.engine[during] if engine not in engines]
    if len(engines) > 1 or len(others) < LEAST_CONTRAST or any(engine in engines for engine in own.engine[during]):
        return []
    return [
        f"only {engines.pop() or 'an unnamed client'} shows it, {len(others)} measurements of other versions do not"
    ]
