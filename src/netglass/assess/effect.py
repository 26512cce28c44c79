"""Whether blocking changed after an instrument, more than chance and the rest of the world explain. Never *because of* it.

The measure is a difference in differences: how far the country moved away from the mean of its donors, from before to after, in units of
how much it moved before. The same is computed for every donor in its place (placebos in space) and, within the time before, for made-up
dates (placebos in time). A change is claimed when no donor moved as far at the real date, and at most a twentieth of all placebos did, both
in these units and plainly.

**Source**: Abadie, Diamond, Hainmueller (2010), JASA 105(490), placebos and the ratio of errors after and before; Bloom (1995), Evaluation
Review 19(5), smallest effect that is found in four of five cases.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from netglass.assess.demand import bound_date, select_countries
from netglass.assess.observed import Row
from netglass.assess.panel import Floats, Panel, list_periods
from netglass.assess.specification import Specification
from netglass.register.instrument import Instrument
from netglass.register.library import Register

COLUMNS = (
    "instrument_id",
    "probe_cc",
    "specification",
    "outcome",
    "answer",
    "reason",
    "estimate",
    "p",
    "donors_as_far",
    "minimum_detectable",
    "before",
    "after",
    "donors_before",
    "donors_after",
    "periods_before",
    "periods_after",
    "pairs",
    "donors",
    "donors_left_out",
    "placebos",
    "evidence",
    "register",
    "inputs",
    "limits",
)

LEAST_BEFORE = 12
"""Periods before. **Source**: design choice; fewer leave no room for placebos in time."""

LEAST_AFTER = 4
"""Periods after. **Source**: design choice; fewer are a moment and no change."""

LEAST_DONORS = 8
"""Donors. **Source**: design choice; with fewer, to be the first of all is no surprise."""

LEAST_PAIRS = 5
"""Pairs of target and network without which a country tells nothing."""

LEVEL = 0.05
"""Probability of claiming a change where there is none."""

POWER = 0.8
"""Probability of finding a change of the size that is called detectable. **Source**: Bloom (1995)."""

NOISE_FLOOR = 0.25
"""Of one pair's weight: the least movement before that the measure divides by, so that a flat past makes no giant of a trifle."""

CHANGED, UNCHANGED, NOT_TESTABLE = "changed_after", "no_change_found", "not_testable"

ALWAYS = "says that blocking changed after it, never that it changed because of it"


class Estimate(NamedTuple):
    """What a panel says.

    Attributes:
        change: how far the country moved away from its donors, as a share, -1 to 1.
        p: share of placebos that moved as far, the country itself counted.
        p_plain: the same for the change itself, not measured by how much it moved before.
        donors_as_far: donors that moved as far at the real date.
        minimum_detectable: the change that would be found in four of five cases.
        placebos: how many there were.
    """

    change: float
    p: float
    p_plain: float
    donors_as_far: int
    minimum_detectable: float
    placebos: int

    @property
    def is_claimed(self) -> bool:
        """Whether a change is claimed."""
        return max(self.p, self.p_plain) <= LEVEL and self.donors_as_far == 0


class Moved(NamedTuple):
    """How far each country moved at one date: plainly, its units, and in these."""

    change: Floats
    units: Floats
    scaled: Floats


def find_bar(panel: Panel) -> str | None:
    """Return why a panel cannot answer, None where it can."""
    donors, after = len(panel.countries) - 1, panel.shares.shape[1] - panel.before
    if panel.before < LEAST_BEFORE:
        return f"{panel.before} periods before, and at least {LEAST_BEFORE} are needed"
    if after < LEAST_AFTER:
        return f"{after} periods after, and at least {LEAST_AFTER} are needed"
    if panel.pairs[0] < LEAST_PAIRS:
        return f"{panel.pairs[0]} pairs of target and network were measured in every period, and at least {LEAST_PAIRS} are needed"
    if donors < LEAST_DONORS:
        return f"{donors} donors have enough pairs and no like law, and at least {LEAST_DONORS} are needed"
    return None


def estimate_change(panel: Panel) -> Estimate:
    """Return what a panel says; it must be one that :func:`find_bar` has nothing against."""
    after = panel.shares.shape[1] - panel.before
    window = panel.before // 2
    length = min(after, window - 1)
    gaps = _measure_gaps(panel.shares)
    floors = NOISE_FLOOR / np.array(panel.pairs, np.float64)
    real = _move(gaps, floors, panel.before, window, after)
    made_up = [_move(gaps, floors, at, window, length) for at in range(window, panel.before - length + 1)]
    plain = np.concatenate([real.change[1:], *(moved.change for moved in made_up)])
    scaled = np.concatenate([real.scaled[1:], *(moved.scaled for moved in made_up)])
    own = abs(real.scaled[0])
    return Estimate(
        float(real.change[0]),
        _rank(own, np.abs(scaled)),
        _rank(abs(real.change[0]), np.abs(plain)),
        int(np.sum(np.abs(real.scaled[1:]) >= own)),
        _find_detectable(real, plain, scaled),
        len(scaled),
    )


def _find_detectable(real: Moved, plain: Floats, scaled: Floats) -> float:
    """Return the change that would be claimed in four of five cases.

    It must exceed what all three conditions ask for, in the country's own units, on top of what else happens to it; placebos of either sign
    say what that may be.
    """
    in_units = max(np.quantile(np.abs(scaled), 1 - LEVEL), np.max(np.abs(real.scaled[1:])))
    needed = max(np.quantile(np.abs(plain), 1 - LEVEL), in_units * real.units[0])
    return float(needed + np.quantile(np.concatenate([plain, -plain]), POWER))


def _rank(value: float, placebos: Floats) -> float:
    """Return the share of placebos that are as large as a value, which counts as one of them."""
    return float((1 + np.sum(placebos >= value)) / (1 + len(placebos)))


def _measure_gaps(shares: Floats) -> Floats:
    """Return each country's distance from the mean of the donors but itself; the first country is nobody's donor."""
    donors = shares[1:]
    total = donors.sum(axis=0)
    others = (total - donors) / (len(donors) - 1)
    return np.vstack([shares[:1] - total / len(donors), donors - others])


def _move(gaps: Floats, floors: Floats, at: int, window: int, length: int) -> Moved:
    """Return how far each country moved at a period, plainly and in units of its own movement before."""
    before, after = gaps[:, at - window : at], gaps[:, at : at + length]
    change, units = after.mean(axis=1) - before.mean(axis=1), np.sqrt(before.var(axis=1) + floors**2)
    return Moved(change, units, change / units)


def select_donors(register: Register, specification: Specification) -> tuple[list[str], dict[str, str]]:
    """Return the donors that have no like law, and why the others are left out.

    A like law has a provision about a subject that the instrument is about, and came into force within the periods.
    """
    law = register.find(specification.instrument)
    subjects = {name for item in law.provisions for name in item.subjects} if isinstance(law, Instrument) else set()
    periods = list_periods(specification)
    first, last = periods[0][0], periods[-1][1]
    kept, left_out = [], {}
    for cc in dict.fromkeys(specification.donors):
        like = [
            record.id
            for code in select_countries(cc)
            for record in register.list_records("instrument", code)
            if isinstance(record, Instrument)
            and any(subjects & set(item.subjects) for item in record.provisions)
            and any(
                first <= bound_date(stage.date).first < last for stage in record.stages if stage.stage == "in_force"
            )
        ]
        if like:
            left_out[cc] = f"has a like law: {', '.join(like)}"
        else:
            kept.append(cc)
    return kept, left_out


def tell_effect(
    specification: Specification, sha256: str, panel: Panel, left_out: Mapping[str, str], inputs: Mapping[str, str]
) -> Row:
    """Return the row of an effect.

    Args:
        specification: what was asked.
        sha256: of its file.
        panel: of the country and its donors.
        left_out: donors that were not used, and why.
        inputs: hashes of what it was made from.
    """
    reason = find_bar(panel)
    found = None if reason else estimate_change(panel)
    missing = {cc: "too few pairs" for cc in specification.donors if cc not in (*panel.countries, *left_out)}
    limits = [ALWAYS, "the choice of donors is the specification's; no like law means none on record"]
    if found and not found.is_claimed:
        limits.append(
            f"a change below {found.minimum_detectable:.3f} would be missed more often than in one of five cases"
        )
    return {
        "instrument_id": specification.instrument,
        "probe_cc": specification.cc,
        "specification": sha256,
        "outcome": specification.outcome,
        "answer": NOT_TESTABLE if found is None else CHANGED if found.is_claimed else UNCHANGED,
        "reason": reason,
        "estimate": round(found.change, 4) if found else None,
        "p": round(max(found.p, found.p_plain), 4) if found else None,
        "donors_as_far": found.donors_as_far if found else None,
        "minimum_detectable": round(found.minimum_detectable, 4) if found else None,
        **_tell_means(panel, found is not None),
        "periods_before": panel.before,
        "periods_after": panel.shares.shape[1] - panel.before,
        "pairs": panel.pairs[0],
        "donors": list(panel.countries[1:]),
        "donors_left_out": [f"{cc}: {why}" for cc, why in {**left_out, **missing}.items()],
        "placebos": found.placebos if found else None,
        "evidence": [],
        "register": [specification.instrument],
        "inputs": dict(inputs),
        "limits": limits,
    }


def _tell_means(panel: Panel, is_testable: bool) -> Row:
    if not is_testable:
        return dict.fromkeys(("before", "after", "donors_before", "donors_after"))
    before, after = panel.shares[:, : panel.before], panel.shares[:, panel.before :]
    return {
        "before": round(float(before[0].mean()), 4),
        "after": round(float(after[0].mean()), 4),
        "donors_before": round(float(before[1:].mean()), 4),
        "donors_after": round(float(after[1:].mean()), 4),
    }
