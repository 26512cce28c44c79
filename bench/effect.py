"""How often the effect of a law is claimed where there is none, and how often it is found where there is one: ``python -m bench.effect``.

Draws panels of countries in which blocks begin and end at random, of many pairs of target and network at once and of single ones, and in
which measurements are few and sometimes wrong. In *null* panels nothing happens on the day; in *surge* panels nothing happens but that
the treated country is measured ten times as much afterwards; in *restless* ones the treated country changes twice as often as its donors.
In *effect* panels a share of the treated country's pairs is blocked from the day on.
"""

import argparse
import json
from typing import Any

import numpy as np

from netglass.assess.effect import Estimate, estimate_change
from netglass.assess.panel import Panel

PAIRS, BEFORE, AFTER = 24, 16, 8


def draw_panel(seed: int, donors: int = 10, effect: float = 0.0, surge: float = 1.0, restless: float = 1.0) -> Panel:
    """Return a panel.

    Args:
        seed: the same gives the same panel.
        donors: countries beside the treated one.
        effect: share of the treated country's pairs that is blocked from the day on.
        surge: how many times as much the treated country is measured from the day on.
        restless: how many times as often the treated country changes.
    """
    rng = np.random.default_rng(seed)
    shares = []
    for country in range(donors + 1):
        factor = restless if country == 0 else 1.0
        blocked = _draw_blocks(rng, factor)
        if country == 0 and effect:
            blocked[: round(effect * PAIRS), BEFORE:] = True
        mean = np.full(BEFORE + AFTER, rng.uniform(2, 8))
        if country == 0:
            mean[BEFORE:] *= surge
        counts = 1 + rng.poisson(mean, blocked.shape)
        seen = rng.binomial(counts, np.where(blocked, 0.95, 0.003))
        shares.append((seen / counts).mean(axis=0))
    names = tuple(f"X{chr(65 + number)}" for number in range(donors + 1))
    return Panel(names, np.array(shares), (PAIRS,) * (donors + 1), BEFORE)


def _draw_blocks(rng: np.random.Generator, factor: float) -> Any:
    """Return which pair is blocked in which period: single blocks come and go, and now and then many at once."""
    periods = BEFORE + AFTER
    blocked = np.zeros((PAIRS, periods), bool)
    for pair in range(PAIRS):
        for _ in range(rng.poisson(0.4 * factor)):
            begin = rng.integers(0, periods)
            blocked[pair, begin : begin + rng.geometric(0.15)] = True
    for _ in range(rng.poisson(0.5 * factor)):
        begin, size = rng.integers(0, periods), rng.integers(2, PAIRS // 3)
        blocked[rng.choice(PAIRS, size, replace=False), begin : begin + rng.geometric(0.2)] = True
    return blocked


def count_claims(panels: int, first_seed: int, **traits: Any) -> dict[str, Any]:
    """Return how often a change is claimed among some panels."""
    found: list[Estimate] = [estimate_change(draw_panel(first_seed + number, **traits)) for number in range(panels)]
    claimed = sum(one.is_claimed for one in found)
    least = float(np.median([one.minimum_detectable for one in found]))
    row = {"panels": panels, "claimed": claimed, "share": claimed / panels, "minimum_detectable": round(least, 3)}
    able = [one for one in found if one.minimum_detectable <= traits.get("effect", 0.0)]
    return row | ({"detectable": len(able), "of_these_claimed": sum(one.is_claimed for one in able)} if able else {})


WORLDS: dict[str, dict[str, Any]] = {
    "null, 8 donors": {"donors": 8},
    "null, 10 donors": {},
    "null, 20 donors": {"donors": 20},
    "surge of ten times": {"surge": 10.0},
    "restless": {"restless": 2.0},
    "effect of 0.2": {"effect": 0.2},
    "effect of 0.4": {"effect": 0.4},
    "effect of 0.6": {"effect": 0.6},
}
"""What is drawn, by name."""


def main() -> None:
    """Print a JSON line for each sort of panel."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--panels", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    for name, traits in WORLDS.items():
        print(json.dumps({"world": name} | count_claims(given.panels, given.seed, **traits)))


if __name__ == "__main__":
    main()
