from hypothesis import given
from hypothesis import strategies as st

from netglass.lab.censor import TlsRule
from netglass.lab.censor.name_index import NameIndex, normalize_name

LABELS = st.lists(st.sampled_from(("a", "b", "test")), min_size=1, max_size=4).map(".".join)
RULES = st.lists(
    st.builds(TlsRule, id=st.just("r"), names=st.lists(LABELS, max_size=3).map(tuple), subdomains=st.booleans()),
    max_size=6,
)


def means(rule: TlsRule, name: str | None) -> bool:
    """Say the same slowly."""
    if not rule.names:
        return True
    return name is not None and any(name == own or (rule.subdomains and name.endswith(f".{own}")) for own in rule.names)


@given(RULES, st.none() | LABELS)
def test_it_finds_what_asking_every_rule_finds_and_in_their_order(rules, name):
    found = NameIndex(enumerate(rules)).find(name)
    assert [id(rule) for rule in found] == [id(rule) for rule in rules if means(rule, name)]


def test_names_are_told_without_case_and_last_dot():
    assert normalize_name("WWW.Chat.Test.") == "www.chat.test"
    rule = TlsRule(id="r", names=("Chat.Test.",))
    assert NameIndex([(0, rule)]).find("www.chat.test") == [rule]
