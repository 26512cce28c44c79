import asyncio
import errno
from datetime import datetime, timedelta
from enum import Enum

import pytest

from netglass.lab.sim.loop import run_virtual
from netglass.lab.sim.network import Network
from netglass.lab.sim.region import Middlebox
from netglass.vocab.error import LabError
from netglass.wire.forge import forge_reset
from netglass.wire.packet import parse_packet
from netglass.wire.tcp import PSH
from tests.lab.sim.pair import START, catch, echo, exchange, read_all


def run(play):
    return run_virtual(play(), START)


class Way(Enum):
    """Directions as a censor may name them."""

    OUT = "out"
    IN = "in"


class Log:
    """A middlebox that writes down what passes and lets it."""

    def __init__(self):
        self.seen = []

    def process(self, packet, direction, now):
        self.seen.append((direction, parse_packet(packet).transport.flags & PSH > 0, round(now, 6)))
        return [(packet, direction, 0.0)]


def test_a_host_owns_every_address_of_its_prefixes():
    async def play():
        network = Network()
        site = network.add_host("site", ["192.31.196.7/24", "2620:4f:8000::1/64"])
        client = network.add_host("client", ["192.52.193.1", "2620:4f:8000:1::1"])
        met = []

        async def serve(stream):
            met.append(stream.local.address)

        await site.listen("0.0.0.0", 80, serve)
        await site.listen("::", 80, serve)
        for address in ("192.31.196.1", "192.31.196.255", "2620:4f:8000::abcd"):
            await read_all(await client.connect(address, 80))
        await client.listen("192.52.193.1", 80, echo)
        back = await site.connect("192.52.193.1", 80)
        return met, back.local.address

    assert run(play) == (["192.31.196.1", "192.31.196.255", "2620:4f:8000::abcd"], "192.31.196.7")


def test_the_longest_prefix_decides_and_a_listener_for_one_address_goes_before_one_for_all():
    async def play():
        network = Network()
        wide = network.add_host("wide", ["192.31.196.1/24"])
        narrow = network.add_host("narrow", ["192.31.196.9"])
        client = network.add_host("client", ["192.52.193.1"])

        def say(word):
            async def serve(stream):
                await stream.write(word)

            return serve

        await wide.listen("0.0.0.0", 80, say(b"wide"))
        await wide.listen("192.31.196.5", 80, say(b"five"))
        await narrow.listen("0.0.0.0", 80, say(b"narrow"))
        addresses = ("192.31.196.2", "192.31.196.5", "192.31.196.9")
        return [await read_all(await client.connect(address, 80)) for address in addresses]

    assert run(play) == [b"wide", b"five", b"narrow"]


def test_a_censor_sees_what_crosses_its_border_both_ways_and_nothing_else():
    async def play():
        network, log = Network(), Log()
        home = network.add_region([Middlebox(log.process, Way.OUT, Way.IN)])
        client = network.add_host("client", ["192.52.193.1"], home, delay_s=0.02)
        neighbour = network.add_host("neighbour", ["192.52.193.2"], home)
        site = network.add_host("site", ["192.31.196.1"], delay_s=0.03)
        helper = network.add_host("helper", ["192.31.196.2"])
        for host, address in ((neighbour, "192.52.193.2"), (site, "192.31.196.1")):
            await host.listen(address, 80, echo)
        assert await exchange(await client.connect("192.52.193.2", 80), b"inside") == b"inside"
        assert await exchange(await helper.connect("192.31.196.1", 80), b"outside") == b"outside"
        assert log.seen == []
        start = network.loop.now
        assert await exchange(await client.connect("192.31.196.1", 80), b"across") == b"across"
        begin = round(start + 0.02, 6)
        return log.seen[:3] == [
            (Way.OUT, False, begin),
            (Way.IN, False, round(begin + 0.06, 6)),
            (Way.OUT, False, round(begin + 0.1, 6)),
        ]

    assert run(play)


def test_two_censored_regions_both_see_what_goes_between_them():
    async def play():
        network, logs = Network(), [Log(), Log()]
        regions = [network.add_region([Middlebox(log.process, Way.OUT, Way.IN)]) for log in logs]
        client = network.add_host("client", ["192.52.193.1"], regions[0])
        site = network.add_host("site", ["192.31.196.1"], regions[1])
        await site.listen("192.31.196.1", 80, echo)
        await exchange(await client.connect("192.31.196.1", 80), b"across")
        turned = {Way.OUT: Way.IN, Way.IN: Way.OUT}
        return [(way, pushes) for way, pushes, _ in logs[0].seen] == [
            (turned[way], pushes) for way, pushes, _ in logs[1].seen
        ]

    assert run(play)


def test_several_middleboxes_are_passed_from_inside_to_outside_and_back():
    async def play():
        network, order = Network(), []

        def watch(name):
            def process(packet, direction, now):
                order.append((name, direction))
                return [(packet, direction, 0.25 if name == "inner" else 0.0)]

            return Middlebox(process, Way.OUT, Way.IN)

        home = network.add_region([watch("inner"), watch("outer")])
        client = network.add_host("client", ["192.52.193.1"], home)
        with pytest.raises(ConnectionRefusedError):
            network.add_host("site", ["192.31.196.1"])
            await client.connect("192.31.196.1", 80)
        return order, network.loop.now

    order, seconds = run(play)
    assert order == [("inner", Way.OUT), ("outer", Way.OUT), ("outer", Way.IN), ("inner", Way.IN)]
    assert seconds == pytest.approx(0.54)


def test_a_packet_turned_back_by_the_outer_middlebox_passes_the_inner_one():
    async def play():
        network, inner = Network(), Log()

        def turn(packet, direction, now):
            seen = parse_packet(packet)
            return [(forge_reset(seen.ip, seen.transport), Way.IN, 0.0)]

        home = network.add_region([Middlebox(inner.process, Way.OUT, Way.IN), Middlebox(turn, Way.OUT, Way.IN)])
        client = network.add_host("client", ["192.52.193.1"], home)
        return await catch(client.connect("192.31.196.1", 80)), [way for way, *_ in inner.seen]

    assert run(play) == (ConnectionRefusedError, [Way.OUT, Way.IN])


def test_a_packet_sent_inward_to_an_outside_address_goes_nowhere():
    async def play():
        network = Network()
        home = network.add_region([Middlebox(lambda packet, way, now: [(packet, Way.IN, 0.0)], Way.OUT, Way.IN)])
        client = network.add_host("client", ["192.52.193.1"], home)
        network.add_host("site", ["192.31.196.1"])
        await client.connect("192.31.196.1", 80)

    with pytest.raises(TimeoutError):
        run(play)


def test_a_full_queue_drops_and_the_rest_takes_its_turn():
    async def play():
        network = Network()
        client = network.add_host("client", ["192.52.193.1"], bits_per_s=8000)
        site = network.add_host("site", ["192.31.196.1"])
        moments = []

        async def note(data, peer):
            moments.append(network.loop.now)

        await site.listen_datagrams("192.31.196.1", 53, note)
        flow = await client.open_flow("192.31.196.1", 53)
        for _ in range(20):
            await flow.send(bytes(72))
        await asyncio.sleep(5)
        return moments

    assert run(play) == pytest.approx([0.12 + 0.1 * number for number in range(6)])


def test_the_wall_clock_is_the_virtual_date_and_may_be_wrong():
    async def play():
        network = Network()
        right = network.add_host("right", ["192.52.193.1"])
        wrong = network.add_host("wrong", ["192.52.193.2"], clock_offset=timedelta(days=-400))
        await asyncio.sleep(90)
        return right.read_clock(), wrong.read_clock()

    assert run(play) == (datetime(2026, 1, 1, 0, 1, 30), datetime(2024, 11, 27, 0, 1, 30))


def test_an_observer_sees_what_every_host_sends_and_gets():
    async def play():
        seen = []
        network = Network(observer=lambda now, host, is_sent, data: seen.append((now, host.name, is_sent, data)))
        client = network.add_host("client", ["192.52.193.1"])
        network.add_host("site", ["192.31.196.1"])
        await catch(client.connect("192.31.196.1", 80))
        assert seen[0][3] == seen[1][3] and seen[2][3] == seen[3][3]
        return [entry[:3] for entry in seen]

    assert run(play) == [(0, "client", True), (0.02, "site", False), (0.02, "site", True), (0.04, "client", False)]


@pytest.mark.parametrize("kind", ["listen", "listen_datagrams", "listen_flows"])
def test_a_server_that_breaks_ends_the_run_and_one_that_loses_its_peer_does_not(kind):
    async def play(error):
        network = Network()
        site = network.add_host("site", ["192.31.196.1"])
        client = network.add_host("client", ["192.52.193.1"])

        async def serve(*_):
            raise error

        await getattr(site, kind)("192.31.196.1", 80, serve)
        if kind == "listen":
            stream = await client.connect("192.31.196.1", 80)
            assert await catch(stream.read()) is ConnectionResetError
        else:
            await (await client.open_flow("192.31.196.1", 80)).send(b"hello")
        await asyncio.sleep(1)
        return site._flows

    assert run(lambda: play(TimeoutError("no peer"))) == {}
    with pytest.raises(ValueError, match="broken"):
        run(lambda: play(ValueError("broken")))


def test_a_host_may_run_out_of_ports():
    async def play():
        client = Network().add_host("client", ["192.52.193.1"])
        for _ in range(60999 - 32768 + 1):
            await client.open_flow("192.31.196.1", 53)
        await client.open_flow("192.31.196.2", 53)
        with pytest.raises(OSError) as error:
            await client.open_flow("192.31.196.1", 53)
        return error.value.errno

    assert run(play) == errno.EADDRNOTAVAIL


@pytest.mark.parametrize("kind", ["listen", "listen_datagrams", "listen_flows"])
def test_two_servers_at_one_place_are_refused_and_one_may_go(kind):
    async def play():
        site = Network().add_host("site", ["192.31.196.1"])
        await getattr(site, kind)("192.31.196.1", 80, echo)
        with pytest.raises(LabError, match=r"listens at .* already"):
            await getattr(site, kind)("192.31.196.1", 80, read_all)
        site.stop_listening("192.31.196.1", 80)
        await getattr(site, kind)("192.31.196.1", 80, read_all)

    run(play)


def test_names_and_addresses_belong_to_one_host():
    async def play():
        network = Network()
        network.add_host("site", ["192.31.196.1/24"])
        with pytest.raises(LabError, match="'site' already"):
            network.add_host("site", ["192.52.193.1"])
        with pytest.raises(LabError, match=r"192\.31\.196\.0/24 leads to somebody"):
            network.add_host("other", ["192.31.196.9/24"])
        with pytest.raises(LabError, match="no prefix"):
            network.add_hole("nowhere")

    run(play)


def test_a_network_needs_virtual_time():
    async def play():
        Network()

    with pytest.raises(LabError, match="run_virtual"):
        asyncio.run(play())


def test_what_a_host_chooses_does_not_depend_on_who_else_is_there():
    async def play(others):
        network = Network(seed=5)
        for number in range(others):
            network.add_host(f"other{number}", [f"192.175.48.{number}"])
        client = network.add_host("client", ["192.52.193.1"])
        return client.random.getrandbits(32)

    assert run(lambda: play(0)) == run(lambda: play(3))


def test_when_the_program_has_ended_nobody_sends():
    seen = []

    async def play():
        network = Network(observer=lambda now, host, is_sent, data: seen.append(host.name))
        site = network.add_host("site", ["192.31.196.1"])
        await site.listen("192.31.196.1", 80, echo)
        client = network.add_host("client", ["192.52.193.1"])
        await client.connect("192.31.196.1", 80)
        await asyncio.sleep(1)
        return len(seen)

    assert run(play) == len(seen) == 6
