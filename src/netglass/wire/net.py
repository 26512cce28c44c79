"""What a machine on a network can do: connect, exchange datagrams, ask its resolver, listen.

The probe, the test helper and the lab's servers are written as coroutines on these protocols alone. So the same code runs
on real sockets and on the lab's packets in virtual time, and what a test shows of one holds for the other. Monotonic time
is that of the running event loop, time-outs are ``asyncio.timeout``.

Failures are those of sockets: ``ConnectionRefusedError``, ``ConnectionResetError``, ``OSError`` with ``EHOSTUNREACH`` or
``ENETUNREACH``, ``TimeoutError``. An end of the stream is an empty read.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from enum import Enum
from typing import NamedTuple, Protocol


class Endpoint(NamedTuple):
    """An address in text form, of either version, and a port."""

    address: str
    port: int

    def __str__(self) -> str:
        return f"[{self.address}]:{self.port}" if ":" in self.address else f"{self.address}:{self.port}"


class LookupProblem(Enum):
    """Why a system's resolver gave no address, as ``getaddrinfo`` tells it."""

    NO_SUCH_NAME = "no_such_name"
    NO_ADDRESS = "no_address"
    TRY_AGAIN = "try_again"
    FAILED = "failed"


class LookupFailed(Exception):
    """The system's resolver gave no address for a name."""

    def __init__(self, problem: LookupProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


class Stream(Protocol):
    """A TCP connection."""

    local: Endpoint
    peer: Endpoint

    async def read(self, most_bytes: int = 65_536) -> bytes:
        """Return what has arrived, at least one byte, or nothing at the end of the stream.

        Raises:
            ConnectionResetError: the peer, or somebody in its name, reset the connection.
            OSError: the network reported that the peer cannot be reached.
        """

    async def write(self, data: bytes) -> None:
        """Send ``data``. Raises as ``read`` does."""

    def close(self) -> None:
        """Send what waits and end our side."""

    def abort(self) -> None:
        """Reset the connection."""


class Flow(Protocol):
    """Datagrams between this machine and one peer (a connected UDP socket)."""

    local: Endpoint
    peer: Endpoint

    async def send(self, data: bytes) -> None:
        """Send one datagram."""

    async def receive(self) -> bytes:
        """Return the next datagram.

        Raises:
            ConnectionRefusedError: the peer's machine says that nobody listens.
            OSError: the network reported that the peer cannot be reached.
        """

    def close(self) -> None:
        """Stop receiving."""


class Net(Protocol):
    """What a client has."""

    async def connect(self, address: str, port: int) -> Stream:
        """Connect.

        Raises:
            ConnectionRefusedError: a reset answered.
            OSError: the network reported that the address cannot be reached.
            TimeoutError: the machine's own patience ended.
        """

    async def open_flow(self, address: str, port: int) -> Flow:
        """Begin to exchange datagrams with one peer."""

    async def resolve(self, name: str) -> list[str]:
        """Return the addresses of a name as the system's resolver tells them, IPv4 and IPv6.

        Raises:
            LookupFailed: it gave none.
        """

    def read_clock(self) -> datetime:
        """Return this machine's wall clock, UTC and naive; it may be wrong."""


ServeStream = Callable[[Stream], Awaitable[None]]
"""Serves one connection; the stream is closed when it returns."""

ServeDatagram = Callable[[bytes, Endpoint], Awaitable[bytes | None]]
"""Answers one datagram of a peer, or not."""


class Host(Net, Protocol):
    """A machine that can also serve."""

    async def listen(self, address: str, port: int, serve: ServeStream) -> None:
        """Serve connections to an address of this machine until it is stopped."""

    async def listen_datagrams(self, address: str, port: int, serve: ServeDatagram) -> None:
        """Answer datagrams to an address of this machine until it is stopped."""
