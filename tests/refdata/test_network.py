import ipaddress
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netglass.refdata.address import Address, parse_address
from netglass.refdata.network import (
    Network,
    Range,
    build_network_map,
    flatten_ranges,
    load_columns,
    read_network,
    save_columns,
)
from netglass.vocab.error import InputError
from tests.refdata.mmdb import write_mmdb
from tests.refdata.world import MAP, make_refdata


def narrowest(ranges, value):
    """The oracle: of all ranges that hold the value the narrowest, of equals the last."""
    holding = [
        (last - first, -order, number) for order, (first, last, number) in enumerate(ranges) if first <= value <= last
    ]
    return min(holding)[2] if holding else None


RANGES = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 30), st.integers(0, 5)).map(lambda r: (r[0], r[0] + r[1], r[2])),
    max_size=12,
)


@given(RANGES)
def test_flat_ranges_are_disjoint_and_the_narrowest_wins(ranges):
    flat = flatten_ranges(ranges)
    assert all(one[1] < other[0] for one, other in pairwise(flat))
    for value in range(100):
        found = [number for first, last, number in flat if first <= value <= last]
        assert found == [] if narrowest(ranges, value) is None else found == [narrowest(ranges, value)]


@given(RANGES, st.sampled_from((4, 6)), st.integers(0, 96))
def test_a_map_finds_what_a_plain_search_finds(ranges, version, shift):
    shift = min(shift, 24) if version == 4 else shift
    ranges = [(first << shift, last << shift, number) for first, last, number in ranges]
    built = build_network_map(
        Range(version, first, last, Network(number + 1, f"n{number}", "XA")) for first, last, number in ranges
    )
    for value in range(100):
        for probe in {value << shift, max(0, (value << shift) - 1)}:
            expected = narrowest(ranges, probe)
            found = built.find(Address(version, probe))
            assert found == (None if expected is None else Network(expected + 1, f"n{expected}", "XA"))
            assert built.asn_of(Address(version, probe)) == (None if expected is None else expected + 1)


def test_columns_come_back_as_they_were(tmp_path):
    path = tmp_path / "asn.csv"
    path.write_text(MAP)
    built = build_network_map(read_network(path))
    save_columns(built, tmp_path / "columns.npz")
    again = load_columns(tmp_path / "columns.npz")
    for text in ("81.2.3.4", "81.2.200.1", "5.6.7.8", "9.9.9.9", "2a00:1234::1", "2a00:1234:ffff::1", "2a00:1235::"):
        assert again.find(parse_address(text)) == built.find(parse_address(text))


def test_the_more_specific_prefix_wins(tmp_path):
    refdata = make_refdata(tmp_path)
    assert refdata.network_of("81.2.199.255") == Network(64512, "Alpha Telecom", "XA")
    assert refdata.network_of("81.2.200.1") == Network(64600, "Harbor Hosting", "XC")
    assert refdata.network_of("2a00:1234:ffff::1").asn == 64600
    assert refdata.network_of("::ffff:81.2.3.4").asn == 64512
    assert refdata.network_of("81.3.0.0") is None
    assert refdata.network_of("no address") is None


def test_tops_hold_the_first_bits_of_every_address(tmp_path):
    refdata = make_refdata(tmp_path)
    tops = refdata.tops_of(64512)
    assert tops.of4 == {0x5102}
    assert tops.of6 == {0x2A00}
    assert refdata.tops_of(1) == (frozenset(), frozenset())


@pytest.mark.parametrize(
    "text",
    [
        '1.0.0.0,1.0.0.255,13335,"Cloud, Inc."\n',
        '16777216,16777471,13335,"Cloud, Inc."\n',
        'prefix,asn,name,cc\n1.0.0.0/24,AS13335,"Cloud, Inc.",\n',
    ],
    ids=["ranges", "integers", "prefixes"],
)
def test_every_form_of_a_map_reads_the_same(tmp_path, text):
    path = tmp_path / "map.csv"
    path.write_text(text)
    assert list(read_network(path)) == [Range(4, 0x01000000, 0x010000FF, Network(13335, "Cloud, Inc.", None))]


def test_a_map_of_countries_fills_what_the_map_of_networks_leaves_open(tmp_path):
    from netglass.refdata import load_refdata
    from netglass.refdata.snapshot import add_snapshot

    make_refdata(tmp_path)
    path = tmp_path / "cc.csv"
    path.write_text("81.2.0.0,81.2.255.255,FR\n9.0.0.0,9.255.255.255,us\n")
    add_snapshot(tmp_path / "refdata", "country", path, date="2026-01-01")
    refdata = load_refdata(tmp_path / "refdata")
    assert refdata.network_of("81.2.3.4").cc == "XA"
    assert refdata.network_of("9.9.9.9") == Network(None, None, "US")


@pytest.mark.parametrize(
    "line", ["1.0.0.0,x,1,n", "1.0.0.9,1.0.0.1,1,n", "1.0.0.0", "1.0.0.0,1.0.0.1,x,n", "1.0.0.0,2a00::,1,n\n"]
)
def test_a_bad_line_of_a_map_is_named(tmp_path, line):
    path = tmp_path / "map.csv"
    path.write_text(f"1.0.0.0,1.0.0.255,1,one\n{line}\n")
    with pytest.raises(InputError, match=r"map\.csv:2: "):
        list(read_network(path))


def test_a_database_that_only_looks_like_one_is_an_error(tmp_path):
    path = tmp_path / "map.mmdb"
    path.write_bytes(b"\0" * 40 + b"\xab\xcd\xefMaxMind.com" + b"\xff" * 20)
    with pytest.raises(InputError, match="MaxMind DB"):
        list(read_network(path))


@given(st.binary(max_size=200))
def test_any_bytes_are_a_map_or_an_input_error(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("map") / "map.csv"
    path.write_bytes(content)
    try:
        found = list(read_network(path))
    except InputError:
        return
    assert all(ipaddress.ip_address(entry.first) is not None for entry in found)


@pytest.mark.parametrize("prefix", ["81.2.0.0/16", "2a00:1234::/32"])
@pytest.mark.parametrize(
    ("record", "network"),
    [
        ({"autonomous_system_number": 64512, "autonomous_system_organization": "Alpha"}, Network(64512, "Alpha", None)),
        ({"country": {"iso_code": "XA"}}, Network(None, None, "XA")),
        ({"asn": "AS64512", "as_name": "Alpha", "country_code": "XA"}, Network(64512, "Alpha", "XA")),
    ],
    ids=["GeoLite2 ASN", "GeoLite2 Country", "IPinfo"],
)
def test_a_maxmind_database_is_read(tmp_path, prefix, record, network):
    write_mmdb(tmp_path / "map.bin", prefix, record)
    (found,) = read_network(tmp_path / "map.bin")
    first = ipaddress.ip_network(prefix)
    assert (found.first, found.last) == (int(first.network_address), int(first.broadcast_address))
    assert found.network == network
