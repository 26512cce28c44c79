"""One TCP connect, kept apart from all that follows.

**Source**: OONI spec df-005-tcpconnect; the same step is a ``connect`` event of df-008-netevents.
"""

import asyncio

from netglass.probe.channel import ClearChannel
from netglass.probe.failure import TIMEOUT, StepFailed, name_failure
from netglass.probe.record import Connect, ConnectStatus
from netglass.probe.trace import Strand
from netglass.wire.net import Endpoint, Net


async def connect(net: Net, endpoint: Endpoint, strand: Strand, timeout_seconds: float) -> ClearChannel:
    """Connect, and write it down; also where the time of a step around it ends first.

    Raises:
        StepFailed: there is no connection.
    """
    t0 = strand.read_time()
    try:
        async with asyncio.timeout(timeout_seconds):
            stream = await net.connect(*endpoint)
    except OSError as error:
        failure = name_failure(error)
        _write_down(strand, endpoint, t0, failure)
        raise StepFailed(failure) from error
    except asyncio.CancelledError:
        _write_down(strand, endpoint, t0, TIMEOUT)
        raise
    _write_down(strand, endpoint, t0, None)
    return ClearChannel(stream, endpoint, strand)


def _write_down(strand: Strand, endpoint: Endpoint, t0: float, failure: str | None) -> None:
    status, t = ConnectStatus(failure, failure is None), strand.read_time()
    strand.trace.connects.append(Connect(*endpoint, status, t0, t, strand.tags, strand.transaction_id))
    strand.note("connect", t0, failure, address=str(endpoint))
