"""``python -m tests.lab.netns.victim``: a lab that is busy until it is killed, for a minute at most."""

import asyncio
from collections.abc import AsyncIterator

from netglass.lab.netns.lab import Lab, Setting
from netglass.lab.netns.launch import Play, launch
from netglass.lab.netns.servers import Cast
from tests.lab.netns import trials


def begin() -> Play:
    suite = trials.begin()

    async def act(lab: Lab) -> AsyncIterator[int]:
        setting = Setting(b"", suite.addresses, [trials.RESOLVER], suite.moment)
        clients = [await lane.set_up(setting) for lane in lab.lanes]
        while True:
            yield len(await asyncio.gather(*(trials.get_securely(client) for client in clients)))

    return Play(lambda order: Cast(suite.machines, suite.holes, suite.moment), act)


def main() -> None:
    from tests.lab.netns import victim

    for _ in launch(victim.begin, lanes=4, longest_s=60):
        pass


if __name__ == "__main__":
    main()
