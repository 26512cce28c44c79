"""What the lab's processes say to each other: questions with a number, and replies that carry it.

The director (who runs the programs of clients) asks, the world and the middlebox reply. A reply ``Refused`` says why something
could not be done; ``Broken`` comes unasked and ends the lab.
"""

import msgspec

from netglass.lab.censor import Trigger
from netglass.lab.netns.path import PathSetting


class Message(msgspec.Struct, frozen=True, tag=True):
    """What all messages have: the number of the question, and 0 where there was none."""

    number: int


class Wait(Message, frozen=True):
    """To either: say when you are ready."""


class Settle(Message, frozen=True):
    """To the world: make machines on a lane, in place of those that are there; ``order`` says which."""

    lane: int
    order: bytes


class Settled(Message, frozen=True):
    """The machines serve. Their prefixes with the length of their lines in seconds, and prefixes from which nothing is heard."""

    routes: tuple[tuple[str, float], ...]
    holes: tuple[str, ...]


class TakeNotes(Message, frozen=True):
    """To the world: what have the machines of a lane noted?"""

    lane: int


class Notes(Message, frozen=True):
    """What the machines noted since the last question."""

    data: bytes


class SetPath(Message, frozen=True):
    """To the middlebox: what holds on a lane from now on."""

    lane: int
    setting: PathSetting


class Done(Message, frozen=True):
    """It is so."""


class TakeTriggers(Message, frozen=True):
    """To the middlebox: what has the censor of a lane done?"""

    lane: int


class Triggers(Message, frozen=True):
    """What the censor did since the last question, and how many frames the middlebox carried and lost, on all lanes, ever.

    Attributes:
        triggers: in the order of time.
        carried: frames.
        lost: frames that came when too much was waiting; each may have changed what a client saw.
    """

    triggers: tuple[Trigger, ...]
    carried: int
    lost: int


class Refused(Message, frozen=True):
    """It could not be done."""

    reason: str


class Broken(Message, frozen=True):
    """A defect: nothing that the lab shows from now on can be believed."""

    reason: str


AnyMessage = Wait | Settle | Settled | TakeNotes | Notes | SetPath | Done | TakeTriggers | Triggers | Refused | Broken
"""One of the messages."""
