import asyncio
import contextvars
from datetime import datetime

import pytest

from netglass.lab.sim.loop import run_virtual
from netglass.vocab.error import LabError

START = datetime(2026, 1, 1)


def run(play):
    return run_virtual(play(), START)


def test_an_hour_passes_at_once_and_the_date_moves_with_it():
    async def play():
        loop = asyncio.get_running_loop()
        assert loop.time() == 0.0
        await asyncio.sleep(3600.5)
        return loop.time(), loop.read_clock()

    assert run(play) == (3600.5, datetime(2026, 1, 1, 1, 0, 0, 500_000))


def test_timers_ring_in_the_order_of_their_times_then_of_their_setting():
    async def play():
        loop, rung = asyncio.get_running_loop(), []
        for delay, name in [(2, "c"), (1, "a"), (1, "b"), (0, "now")]:
            loop.call_later(delay, rung.append, name)
        loop.post(1.5, rung.append, "posted")
        loop.call_soon(rung.append, "soon")
        await asyncio.sleep(3)
        return rung

    assert run(play) == ["soon", "now", "a", "b", "posted", "c"]


def test_what_is_ready_runs_before_time_moves_on():
    async def play():
        loop = asyncio.get_running_loop()
        loop.call_later(1, lambda: None)
        for _ in range(100):
            await asyncio.sleep(0)
        return loop.time()

    assert run(play) == 0.0


def test_a_timeout_rings_after_exactly_its_seconds():
    async def play():
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(12.25):
                await asyncio.Event().wait()
        return asyncio.get_running_loop().time()

    assert run(play) == 12.25


def test_a_cancelled_timer_moves_no_time():
    async def play():
        asyncio.get_running_loop().call_later(5, print).cancel()
        await asyncio.Event().wait()

    with pytest.raises(LabError, match=r"at 0\.000000 s"):
        run(play)


def test_many_cancelled_timers_are_swept_out_and_the_others_ring():
    async def play():
        loop, rung = asyncio.get_running_loop(), []
        handles = [loop.call_later(number, rung.append, number) for number in range(3000)]
        for handle in handles[1:-1]:
            handle.cancel()
        await asyncio.sleep(5000)
        return rung

    assert run(play) == [0, 2999]


def test_gathered_coroutines_wait_side_by_side():
    async def play():
        assert await asyncio.gather(*(asyncio.sleep(n, n) for n in (3, 1, 2))) == [3, 1, 2]
        return asyncio.get_running_loop().time()

    assert run(play) == 3.0


def test_a_queue_joins_a_slow_consumer_and_a_fast_producer():
    async def play():
        loop, queue, eaten = asyncio.get_running_loop(), asyncio.Queue(1), []

        async def eat():
            while (item := await queue.get()) is not None:
                await asyncio.sleep(1)
                eaten.append((item, loop.time()))

        async def make():
            for item in ("a", "b", None):
                await queue.put(item)

        await asyncio.gather(eat(), make())
        return eaten

    assert run(play) == [("a", 1.0), ("b", 2.0)]


def test_a_cancelled_task_cleans_up_in_virtual_time():
    async def play():
        loop, ended = asyncio.get_running_loop(), []

        async def work():
            try:
                await asyncio.sleep(100)
            finally:
                await asyncio.sleep(2)
                ended.append(loop.time())

        task = asyncio.create_task(work())
        await asyncio.sleep(1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return ended

    assert run(play) == [3.0]


def test_a_failing_member_cancels_its_group():
    async def play():
        async def fail():
            await asyncio.sleep(1)
            raise ValueError("no")

        with pytest.raises(ExceptionGroup):
            async with asyncio.TaskGroup() as group:
                group.create_task(asyncio.sleep(100))
                group.create_task(fail())
        return asyncio.get_running_loop().time()

    assert run(play) == 1.0


def test_context_variables_are_those_of_the_task():
    variable = contextvars.ContextVar("variable", default=0)

    async def play():
        async def work(number):
            variable.set(number)
            await asyncio.sleep(1)
            return variable.get()

        return await asyncio.gather(work(1), work(2)), variable.get()

    assert run(play) == ([1, 2], 0)


def test_when_everybody_waits_the_error_names_who_and_for_what():
    async def wait_for_rain():
        await asyncio.Event().wait()

    async def play():
        await asyncio.sleep(2)
        await asyncio.gather(wait_for_rain(), asyncio.get_running_loop().create_future())

    with pytest.raises(LabError, match=r"at 2\.0.*play.*; .*wait_for_rain > Event\.wait"):
        run(play)


def test_the_list_of_who_waits_is_bounded():
    async def play():
        await asyncio.gather(*(asyncio.Event().wait() for _ in range(50)))

    with pytest.raises(LabError, match="43 more"):
        run(play)


def test_a_reported_failure_ends_the_run():
    async def play():
        loop = asyncio.get_running_loop()
        loop.call_later(1, loop.fail, ValueError("a server broke"))
        await asyncio.sleep(10)

    with pytest.raises(ValueError, match="a server broke"):
        run(play)


def test_what_a_posted_call_raises_ends_the_run():
    def break_down(reason):
        raise ValueError(reason)

    async def play():
        asyncio.get_running_loop().post(1.0, break_down, "broken")
        await asyncio.sleep(10)

    with pytest.raises(ValueError, match="broken"):
        run(play)


def test_a_closed_loop_takes_nothing():
    async def play():
        return asyncio.get_running_loop()

    loop = run(play)
    with pytest.raises(RuntimeError, match="closed"):
        loop.call_soon(print)
    with pytest.raises(RuntimeError, match="closed"):
        loop.call_later(1, print)


def test_threads_and_sockets_are_not_to_be_had():
    async def play():
        with pytest.raises(NotImplementedError):
            await asyncio.open_connection("127.0.0.1", 9)
        with pytest.raises(LabError, match="thread"):
            await asyncio.open_connection("www.example.test", 9)
        with pytest.raises(LabError, match="thread"):
            await asyncio.to_thread(print)

    run(play)
