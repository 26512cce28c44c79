"""What a helper must never reach, in every spelling."""

import asyncio

import pytest

from netglass.probe.forbidden import PublicNet, is_forbidden, is_open_port
from netglass.wire.net import LookupFailed

FORBIDDEN = [
    "0.0.0.0", "10.1.2.3", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.255.0.9", "168.63.129.16", "169.254.169.254",
    "172.16.0.1", "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.51.100.1", "203.0.113.1",
    "224.0.0.1", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "64:ff9b::7f00:1", "2002:7f00:1::", "2002:c0a8:101::1",
    "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "2001:db8::1", "3fff::1", "5f00::1", "100::1",
    "2001:0:a00:1::f5ff:fffe", "", "localhost", "0x7f000001", "127.1", "2130706433", "10.0.0.1/8",
]  # fmt: skip

ALLOWED = [
    "1.1.1.1",
    "8.8.8.8",
    "93.184.216.34",
    "2606:4700::1111",
    "64:ff9b::808:808",
    "::ffff:8.8.8.8",
    "2002:808:808::1",
]


@pytest.mark.parametrize("address", FORBIDDEN)
def test_is_forbidden(address: str) -> None:
    assert is_forbidden(address)


@pytest.mark.parametrize("address", ALLOWED)
def test_is_allowed(address: str) -> None:
    assert not is_forbidden(address)


def test_ports_of_well_known_services_are_closed() -> None:
    assert [port for port in (22, 25, 53, 80, 443, 993, 1024, 8443) if is_open_port(port)] == [80, 443, 1024, 8443]


class Below:
    """A net that fails the test when it is connected through."""

    def __init__(self, *answers):
        self.answers = iter(answers)

    async def connect(self, address, port):
        pytest.fail(f"connected to {address}:{port}")

    async def resolve(self, name):
        return next(self.answers)


@pytest.mark.parametrize(("address", "port"), [("10.0.0.1", 80), ("::1", 443), ("8.8.8.8", 25)])
def test_nothing_forbidden_is_connected_to(address: str, port: int) -> None:
    with pytest.raises(PermissionError):
        asyncio.run(PublicNet(Below()).connect(address, port))


def test_no_datagrams_are_sent() -> None:
    with pytest.raises(PermissionError):
        asyncio.run(PublicNet(Below()).open_flow("8.8.8.8", 53))


def test_forbidden_addresses_of_a_name_are_left_out() -> None:
    net = PublicNet(Below(["10.0.0.1", "8.8.8.8"], ["127.0.0.1"]))
    assert asyncio.run(net.resolve("site.test")) == ["8.8.8.8"]
    with pytest.raises(LookupFailed):
        asyncio.run(net.resolve("site.test"))
