"""The canary: a server in every lane that must be reached whatever the censor does, since its packets pass none.

If it cannot be reached the lab itself is broken, and everything that it would show looks like a censored country. So the
lab ends then.
"""

from typing import Final

from netglass.lab.netns.host import SocketHost
from netglass.wire.net import Stream

CANARY_CLIENT: Final = "192.175.48.2"
"""Who asks; the middlebox lets this address pass. No machine of a world has an address of that block."""

CANARY: Final = "192.175.48.3"
CANARY_PORT: Final = 7
PATIENCE_S: Final = 10.0
"""How long an answer may take, seconds; the machine may be busy."""

_SONG = b"netglass"


async def sing(stream: Stream) -> None:
    """Serve one connection."""
    await stream.write(await stream.read())


async def hear(host: SocketHost) -> None:
    """Ask the canary.

    Raises:
        OSError: it cannot be reached.
    """
    stream = await host.connect(CANARY, CANARY_PORT)
    try:
        await stream.write(_SONG)
        if await stream.read() != _SONG:
            raise ConnectionResetError("the canary sings another song")
    finally:
        stream.abort()
