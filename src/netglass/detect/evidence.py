"""How much a handful of verdicts says for or against a block: Beta-Binomial marginal likelihoods.

A stretch of a series is either *clear* (interference is seen only by mistake, at a small unknown rate) or *interfered*
(interference is seen in most measurements, at a large unknown rate). Integrating the rate out gives the probability of the
stretch under each, so that three blocked verdicts in a row weigh much, three among a thousand weigh little, and a noisy series
raises its own floor.

**Source**: the Beta-Binomial marginal is B(a+k, b+n-k) / B(a, b), e.g. Gelman et al., Bayesian Data Analysis, 3rd ed., section 2.4;
log-gamma by the Stirling series, Abramowitz and Stegun 6.1.41, after shifting the argument above 7.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Rate(NamedTuple):
    """A Beta prior for the share of measurements that show interference."""

    a: float
    b: float


CLEAR_RATE = Rate(0.5, 200.0)
"""Share of wrong ``blocked`` verdicts where nothing is blocked: mean 0.25 %, and 95 % of the mass under 0.96 %.

**Source**: a judge with the precision of 0.99 that is asked of it, at a prevalence of one fifth, is wrong on 0.25 % of what is clear.
What a higher rate does is measured in docs/explanation/events.md.
"""

INTERFERED_RATE = Rate(9.0, 1.0)
"""Share of measurements that show a block that is there: mean 0.9, so that one miss in ten is expected.

**Source**: below the judge's recall in the lab (0.97 and more), because outside some probes use another resolver or path.
"""

PREVALENCE = 0.02
"""Prior probability that a target is blocked somewhere in a country during the window.

**Source**: twice the middle one of the prevalences (0.1, 1 and 8 %) at which the judge states its sensitivity, because an event may
be of any network of the country.
"""

EVENT_COST = math.log((1 - PREVALENCE) / PREVALENCE)
"""Evidence, in nats, that an event must bring before it is more likely than not, apart from saying when and where."""


def log_gamma(x: Floats) -> Floats:
    """Return the natural logarithm of the gamma function for positive ``x``, to about 1e-11."""
    shift = x * (x + 1) * (x + 2) * (x + 3) * (x + 4) * (x + 5) * (x + 6)
    z = x + 7
    inverse = 1 / z
    square = inverse * inverse
    series = inverse * (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square * (1 / 1680 - square / 1188))))
    return np.asarray((z - 0.5) * np.log(z) - z + 0.5 * math.log(2 * math.pi) + series - np.log(shift))


def log_marginal(interfered: Floats, clear: Floats, rate: Rate) -> Floats:
    """Return the log probability of a given order of ``interfered`` and ``clear`` (effective counts) under ``rate``."""
    constant = math.lgamma(rate.a) + math.lgamma(rate.b) - math.lgamma(rate.a + rate.b)
    k, c = interfered + rate.a, clear + rate.b
    gammas = log_gamma(np.stack((k, c, k + c)))
    return np.asarray(gammas[0] + gammas[1] - gammas[2] - constant)


def log_subset_cost(n_networks: int) -> Floats:
    """Return, for 1 … n interfered networks out of ``n_networks``, the cost of saying how many and which.

    **Source**: a uniform prior on the number and then on the subset of that size, the multiplicity correction of Scott and
    Berger (2010), Annals of Statistics 38(5).
    """
    n = n_networks
    return np.array([math.log(n + 1) + math.log(math.comb(n, size)) for size in range(1, n + 1)])
