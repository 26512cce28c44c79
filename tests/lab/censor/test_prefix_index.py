from ipaddress import ip_network

from hypothesis import given
from hypothesis import strategies as st

from netglass.lab.censor import AddressAction, AddressRule
from netglass.lab.censor.prefix_index import PrefixIndex
from netglass.lab.fence import LAB_PREFIXES


@st.composite
def draw_prefix(draw):
    lab = ip_network(draw(st.sampled_from(LAB_PREFIXES)))
    length = draw(st.integers(lab.prefixlen, lab.prefixlen + 4) | st.just(lab.max_prefixlen))
    shift = lab.max_prefixlen - length
    offset = draw(st.integers(0, 3)) << lab.max_prefixlen - lab.prefixlen - 4
    return str(ip_network((int(lab.network_address) + (offset >> shift << shift), length)))


RULES = st.lists(st.lists(draw_prefix(), min_size=1, max_size=3), max_size=6).map(
    lambda found: [AddressRule(id="r", prefixes=tuple(p), action=AddressAction.DROP) for p in found]
)


@given(RULES, draw_prefix())
def test_it_finds_what_asking_every_rule_finds_and_in_their_order(rules, prefix):
    address = ip_network(prefix).network_address
    expected = [rule for rule in rules if any(address in ip_network(own) for own in rule.prefixes)]
    found = PrefixIndex(enumerate(rules)).find(address.packed)
    assert [id(rule) for rule in found] == [id(rule) for rule in expected]
