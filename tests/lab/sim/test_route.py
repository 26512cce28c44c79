from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netglass.lab.sim.route import RouteTable
from netglass.vocab.error import LabError

PREFIXES = st.tuples(st.integers(0, 255), st.integers(24, 32)).map(
    lambda pair: str(ip_network(f"192.31.196.{pair[0]}/{pair[1]}", strict=False))
)


@given(st.sets(PREFIXES, max_size=12), st.integers(0, 255))
def test_the_longest_prefix_that_holds_an_address_is_found(prefixes, last):
    table = RouteTable()
    for prefix in prefixes:
        table.add(prefix, prefix)
    address = ip_address(f"192.31.196.{last}")
    holders = [prefix for prefix in prefixes if address in ip_network(prefix)]
    expected = max(holders, key=lambda prefix: ip_network(prefix).prefixlen, default=None)
    assert table.find(address.packed) == table.find(address.packed) == expected


def test_versions_are_kept_apart_and_what_is_added_later_counts():
    table = RouteTable()
    table.add("0.0.0.0/0", "four")
    assert table.find(ip_address("::1").packed) is None
    table.add("::/0", "six")
    assert table.find(ip_address("::1").packed) == "six"
    assert table.find(ip_address("1.2.3.4").packed) == "four"


def test_a_prefix_leads_to_one_target():
    table = RouteTable()
    table.add("192.31.196.0/24", "one")
    table.add("192.31.196.7/24", "one")
    with pytest.raises(LabError, match="somebody already"):
        table.add("192.31.196.0/24", "two")
