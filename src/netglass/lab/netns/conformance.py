"""The same trials on both backends: what a client sees has to be the same.

A trial is a coroutine of a client and the rules of the censor before it. What it returns or raises, and what the censor notes,
is its outcome; times are not compared, since one backend's clock is virtual.
"""

import errno
import ssl
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from random import Random
from typing import Any, NamedTuple

from netglass.lab.censor import AnyRule, Censor, Direction, Trigger
from netglass.lab.netns.lab import Lane, Setting
from netglass.lab.netns.launch import Play, launch
from netglass.lab.netns.servers import Cast
from netglass.lab.sim.loop import run_virtual
from netglass.lab.sim.network import Network
from netglass.lab.sim.region import Middlebox
from netglass.lab.world.settle import Machine
from netglass.wire.net import LookupFailed, Net


class Trial(NamedTuple):
    """One trial.

    Attributes:
        name: unique.
        rules: of the censor.
        ask: what the client does; returns something that can be pickled and compared.
        resolvers: addresses that the client's system asks.
    """

    name: str
    rules: tuple[AnyRule, ...]
    ask: Callable[[Net], Awaitable[Any]]
    resolvers: tuple[str, ...] = ()


class Suite(NamedTuple):
    """Trials among the same machines.

    Attributes:
        machines: all but the client.
        holes: prefixes from which nothing is heard.
        addresses: of the client.
        moment: the client's wall clock at first.
        trials: the trials.
        delay_s: length of the client's line, seconds one way.
        resolvers: addresses that machines ask.
    """

    machines: Sequence[Machine]
    holes: tuple[str, ...]
    addresses: tuple[str, ...]
    moment: datetime
    trials: tuple[Trial, ...]
    delay_s: float = 0.01
    resolvers: tuple[str, ...] = ()


class Outcome(NamedTuple):
    """What came of a trial.

    Attributes:
        value: what was returned, or None.
        failure: what was raised, in words that mean the same on both backends, or None.
        acted: what the censor noted: rule, name, address, port, and whether it was residual.
    """

    value: Any
    failure: str | None
    acted: tuple[tuple[str, str | None, str, int, bool], ...]


def try_simulated(suite: Suite) -> dict[str, Outcome]:
    """Run a suite on the simulated network and return the outcomes by name."""
    return {trial.name: run_virtual(_try_simulated(suite, trial), suite.moment) for trial in suite.trials}


def try_in_namespaces(
    begin: Callable[..., Suite], *arguments: Any, lanes: int = 16, longest_s: float = 300.0
) -> dict[str, Outcome]:
    """Run a suite between namespaces, on several lanes at once, and return the outcomes by name.

    Args:
        begin: a function of a module that makes the suite.
        arguments: for ``begin``.
        lanes: how many trials go on at once.
        longest_s: how long all of it may take, seconds.

    Raises:
        LabError: the machine does not allow it, or the lab broke.
    """
    return dict(launch(_begin, begin, arguments, lanes=lanes, longest_s=longest_s))


def compare(one: dict[str, Outcome], other: dict[str, Outcome]) -> list[str]:
    """Return in words what differs between two runs of a suite."""
    return [
        f"{name}: {one.get(name)} and {other.get(name)}"
        for name in dict.fromkeys([*one, *other])
        if one.get(name) != other.get(name)
    ]


async def _try_simulated(suite: Suite, trial: Trial) -> Outcome:
    network = Network()
    for machine in suite.machines:
        host = network.add_host(machine.name, machine.prefixes, delay_s=machine.delay_s, resolvers=suite.resolvers)
        await machine.start(host)
    for hole in suite.holes:
        network.add_hole(hole)
    censor = Censor(trial.rules, Random(0))
    region = network.add_region([Middlebox(censor.process, Direction.OUTWARD, Direction.INWARD)])
    client = network.add_host("client", suite.addresses, region, delay_s=suite.delay_s, resolvers=trial.resolvers)
    return _conclude(*await _ask(trial, client), censor.take_triggers())


def _begin(begin: Callable[..., Suite], arguments: tuple[Any, ...]) -> Play:
    suite = begin(*arguments)

    async def attempt(lane: Lane, trial: Trial) -> tuple[str, Outcome]:
        return trial.name, await _try_on_lane(suite, trial, lane)

    return Play(
        lambda order: Cast(suite.machines, suite.holes, suite.moment, suite.resolvers),
        lambda lab: lab.share(suite.trials, attempt),
    )


async def _try_on_lane(suite: Suite, trial: Trial, lane: Lane) -> Outcome:
    setting = Setting(b"", suite.addresses, trial.resolvers, suite.moment, trial.rules, suite.delay_s)
    client = await lane.set_up(setting)
    answer = await _ask(trial, client)
    return _conclude(*answer, await lane.take_triggers())


async def _ask(trial: Trial, client: Net) -> tuple[Any, str | None]:
    try:
        return await trial.ask(client), None
    except (OSError, EOFError, LookupFailed) as error:
        return None, name_failure(error)


def _conclude(value: Any, failure: str | None, triggers: Sequence[Trigger]) -> Outcome:
    acted = ((t.rule_id, t.name, t.address, t.port, t.is_residual) for t in triggers)
    return Outcome(value, failure, tuple(acted))


def name_failure(error: OSError | EOFError | LookupFailed) -> str:
    """Return what went wrong, in words that mean the same on both backends."""
    if isinstance(error, LookupFailed):
        return f"lookup: {error.problem.value}"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"certificate: {error.verify_code}"
    if isinstance(error, ssl.SSLError):
        return f"TLS: {error.reason}"
    if isinstance(error, TimeoutError):
        return "ETIMEDOUT"
    if isinstance(error, OSError) and error.errno is not None:
        return errno.errorcode[error.errno]
    return type(error).__name__
