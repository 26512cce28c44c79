"""Messages come whole, however they are cut, and a caller learns what went wrong."""

import asyncio
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netglass.lab.censor import DnsAction, DnsRule, ThrottleRule
from netglass.lab.netns.channel import Caller, Frames, frame, pack_message, unpack_message
from netglass.lab.netns.message import Broken, Done, Refused, SetPath, Settle, TakeTriggers, Triggers
from netglass.lab.netns.path import PathSetting
from netglass.vocab.error import LabError


@given(st.lists(st.binary(max_size=50)), st.lists(st.integers(1, 20)))
def test_frames_come_whole_however_they_are_cut(messages: list[bytes], cuts: list[int]) -> None:
    data, frames, found = b"".join(map(frame, messages)), Frames(), []
    for cut in cuts:
        found += frames.feed(data[:cut])
        data = data[cut:]
    assert [*found, *frames.feed(data)] == messages


def test_a_message_comes_back_with_its_rules() -> None:
    rules = (
        DnsRule(id="a", names=("a.test",), action=DnsAction.NXDOMAIN),
        ThrottleRule(id="b", names=("b.test",), bytes_per_s=5.5),
    )
    message = SetPath(7, 3, PathSetting(clients=("192.52.193.1",), rules=rules, loss=0.25))
    (whole,) = Frames().feed(pack_message(message))
    assert unpack_message(whole) == message


async def reply(channel: socket.socket, make: object) -> None:
    """Answer one question, or go away."""
    loop = asyncio.get_running_loop()
    (whole,) = Frames().feed(await loop.sock_recv(channel, 1 << 16))
    answer = make(unpack_message(whole).number)
    if answer is None:
        channel.close()
    else:
        await loop.sock_sendall(channel, pack_message(answer))


def call(make: object) -> object:
    """Ask once over a channel at whose other end a reply is made."""

    async def run() -> object:
        ours, theirs = socket.socketpair()
        theirs.setblocking(False)
        with ours, theirs:
            caller = Caller(ours, "the other")
            async with asyncio.timeout(5), asyncio.TaskGroup() as group:
                listening = group.create_task(caller.listen())
                group.create_task(reply(theirs, make))
                found = await caller.ask(lambda number: TakeTriggers(number, 0), Triggers)
                listening.cancel()
            return found

    return asyncio.run(run())


def test_a_question_gets_its_reply() -> None:
    assert call(lambda number: Triggers(number, (), 5, 1)) == Triggers(1, (), 5, 1)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (lambda number: Refused(number, "outside of the fence"), "the other: outside of the fence"),
        (lambda number: Broken(0, "a defect"), "the other is broken: a defect"),
        (lambda number: None, "the other has ended unasked"),
    ],
)
def test_a_caller_learns_what_went_wrong(answer: object, says: str) -> None:
    with pytest.raises(BaseExceptionGroup) as caught:
        call(answer)
    assert says in {str(error) for error in caught.value.exceptions if isinstance(error, LabError)}


def test_kinds_of_messages_are_told_apart() -> None:
    for message in (Done(1), Settle(2, 0, b"order"), Refused(3, "no")):
        (whole,) = Frames().feed(pack_message(message))
        assert unpack_message(whole) == message
