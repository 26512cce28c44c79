import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netglass.refdata import load_refdata
from netglass.refdata.bogon import BOGONS, BogonList, read_bogons
from netglass.vocab.error import InputError

BUILT_IN = BogonList(prefix for prefix, _ in BOGONS)


def test_every_prefix_is_spelled_well_and_has_a_source():
    for prefix, source in BOGONS:
        ipaddress.ip_network(prefix)
        assert source.startswith("RFC ")


@given(st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)))
def test_the_list_says_what_a_plain_search_says(address):
    mapped = getattr(address, "ipv4_mapped", None)
    networks = [ipaddress.ip_network(prefix) for prefix, _ in BOGONS]
    expected = any(
        network.version == (mapped or address).version and (mapped or address) in network for network in networks
    )
    assert BUILT_IN.is_bogon(str(address)) == expected


@pytest.mark.parametrize(
    "address", ["10.10.34.34", "127.0.0.1", "0.0.0.0", "198.18.0.1", "::1", "fe80::1", "2001:db8::1", "255.255.255.255"]
)
def test_what_no_router_forwards_is_a_bogon(address):
    assert load_refdata(None).is_bogon(address)


@pytest.mark.parametrize(
    "address",
    ["192.31.196.1", "192.52.193.1", "192.175.48.6", "192.88.99.1", "8.8.8.8", "2606:4700::1", "100.128.0.1", "x"],
)
def test_special_blocks_that_are_reachable_are_none(address):
    assert not load_refdata(None).is_bogon(address)


def test_a_setting_replaces_the_list_and_is_named_in_the_hash(tmp_path, monkeypatch):
    path = tmp_path / "bogons.txt"
    path.write_text("# ours\n192.31.196.0/24  # lab\n\n")
    monkeypatch.setenv("NETGLASS_BOGONS", str(path))
    refdata = load_refdata(None)
    assert refdata.is_bogon("192.31.196.9")
    assert not refdata.is_bogon("10.0.0.1")
    assert refdata.hash != "none"


def test_a_bad_line_is_named(tmp_path):
    path = tmp_path / "bogons.txt"
    path.write_text("10.0.0.0/8\n10.0.0.0/99\n")
    with pytest.raises(InputError, match=r"bogons\.txt:2: .*prefix"):
        read_bogons(path)


def test_a_setting_without_a_file_says_so(tmp_path, monkeypatch):
    monkeypatch.setenv("NETGLASS_BOGONS", str(tmp_path / "none"))
    with pytest.raises(InputError, match="NETGLASS_BOGONS"):
        load_refdata(None)
