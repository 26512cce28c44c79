"""Addresses are dealt out inside the fence, and told as they were dealt."""

import csv
import random

import pytest

from netglass.lab.fence import require_lab_address, require_lab_asn
from netglass.lab.world.place import AddressPlan, deal_addresses, pair_address
from netglass.vocab.error import LabError


def test_every_address_lies_inside_the_fence_and_is_found_again() -> None:
    plan = AddressPlan(random.Random(1), {64512})
    holders = [plan.settle(f"Holder {number}", "XA") for number in range(20)]
    for holder in holders:
        for address in deal_addresses(holder):
            for one in (address, pair_address(holder, address)):
                require_lab_address(one)
                assert plan.find(one) is holder
        require_lab_asn(holder.asn)
    assert len({holder.prefix for holder in holders}) == len({holder.asn for holder in holders}) == 20
    assert plan.find("192.88.99.254") is None


def test_the_table_has_a_line_for_each_prefix() -> None:
    plan = AddressPlan(random.Random(1), set())
    holder = plan.settle("Alder, and Sons", "XA", 64512)
    rows = list(csv.DictReader(plan.render().splitlines()))
    assert [row["asn"] for row in rows] == ["64512", "64512"]
    assert rows[0]["prefix"] == str(holder.prefix) and rows[0]["name"] == "Alder, and Sons"


def test_another_seed_deals_differently_and_the_end_is_an_error() -> None:
    one, other = (AddressPlan(random.Random(seed), set()) for seed in (1, 2))
    assert one.settle("A", "XA").prefix != other.settle("A", "XA").prefix
    with pytest.raises(LabError, match="used up"):
        for _ in range(80):
            one.settle("A", "XA")
