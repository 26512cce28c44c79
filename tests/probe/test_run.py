"""Runs: bounded, resumable after any end, one writer, scrubbed."""

import asyncio
import json

import pytest

from netglass.probe.config import Vantage
from netglass.probe.consent import Permit, hash_url
from netglass.probe.run import RunFolder, RunResult, run_urls
from netglass.vocab.error import InputError, UsageError
from tests.probe.world import LOCAL, make_config, page, run

SITE = "192.0.2.10"
URLS = [f"http://s{number}.test/" for number in range(6)]
PERMIT = Permit(frozenset(map(hash_url, URLS)))


async def serve(world, service=None):
    world.net.names = {f"s{number}.test": [SITE] for number in range(6)}
    await world.serve(SITE, 80, service or page())


async def measure_all(world, folder, **changes):
    return await run_urls(world.net, URLS, make_config(), RunFolder(folder), PERMIT, **changes)


def read(folder):
    return [json.loads(line) for line in (folder / "measurements.jsonl").read_bytes().splitlines()]


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "run"


@run
async def test_every_url_is_measured_once_under_one_report(world, folder):
    await serve(world)
    steps = []
    assert await measure_all(world, folder, report=steps.append) == RunResult(6, 0)
    found = read(folder)
    assert sorted(item["input"] for item in found) == URLS
    assert len({item["report_id"] for item in found}) == 1
    assert found[0]["report_id"].startswith("20260302T052004Z_webconnectivity_XA_64512_n1_")
    assert found[0]["test_start_time"] == "2026-03-02 05:20:04"
    assert [(step.done, step.total) for step in steps] == [(number, 6) for number in range(7)]
    assert await measure_all(world, folder) == RunResult(0, 6)
    assert len(read(folder)) == 6


@run
async def test_no_more_are_measured_at_a_time_than_was_said(world, folder):
    now, most = [0], [0]

    async def count(stream):
        now[0] += 1
        most[0] = max(most[0], now[0])
        await page()(stream)
        await asyncio.sleep(0)
        now[0] -= 1

    await serve(world, count)
    await measure_all(world, folder, jobs=2)
    assert 1 <= most[0] <= 2


@run
async def test_a_run_that_is_killed_goes_on_where_it_was(world, folder):
    gate = asyncio.Event()
    served = []

    async def stall_after_three(stream):
        served.append(1)
        if len(served) > 3:
            await gate.wait()
        await page()(stream)

    await serve(world, stall_after_three)
    three = asyncio.Event()
    task = asyncio.create_task(
        measure_all(world, folder, jobs=1, report=lambda step: three.set() if step.done == 3 else None)
    )
    await three.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    first = read(folder)
    assert len(first) == 3
    with (folder / "measurements.jsonl").open("ab") as file:
        file.write(b'{"input":"http://s5.test/","cut')
    gate.set()
    assert await measure_all(world, folder) == RunResult(3, 3)
    found = read(folder)
    assert sorted(item["input"] for item in found) == URLS
    assert {item["report_id"] for item in found} == {first[0]["report_id"]}


@run
async def test_two_runs_do_not_write_to_one_folder(world, folder):
    await serve(world)
    run_folder = RunFolder(folder)
    run_folder.open_state(world.net.now, Vantage(), make_config().random)
    with run_folder.hold(), pytest.raises(UsageError, match="another run"):
        await measure_all(world, folder)


@pytest.mark.parametrize(("name", "match"), [("run.json", "run.json"), ("measurements.jsonl", "measurements.jsonl:1")])
@run
async def test_a_damaged_folder_is_named(world, folder, name, match):
    await serve(world)
    folder.mkdir()
    (folder / name).write_text("[]\n")
    with pytest.raises(InputError, match=match):
        await measure_all(world, folder)


@run
async def test_own_addresses_are_taken_out_of_pages(world, folder):
    own = "192.0.2.77"
    text = f"you are {own}, ip-192-0-2-77.isp.test, {int.from_bytes(bytes([192, 0, 2, 77]))}; not {own}8 or {SITE}".encode()
    await serve(world, page(text, fields=(f"X-Client: {own}", "Content-Type: text/html")))
    await measure_all(world, folder, own_addresses=[own, LOCAL])
    response = read(folder)[0]["test_keys"]["requests"][0]["response"]
    assert response["body"] == f"you are [scrubbed], ip-[scrubbed].isp.test, [scrubbed]; not {own}8 or {SITE}"
    assert response["headers"]["X-Client"] == "[scrubbed]"
