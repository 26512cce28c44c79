import pytest
from hypothesis import given
from hypothesis import strategies as st

from netglass.refdata.hostname import match_name, match_names


@pytest.mark.parametrize(
    ("pattern", "name"), [("site.test", "SITE.test."), ("*.site.test", "www.site.test"), ("*.Site.test", "a.site.TEST")]
)
def test_a_name_matches(pattern, name):
    assert match_name(pattern, name)


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("*.site.test", "site.test"),
        ("*.site.test", "a.b.site.test"),
        ("w*.site.test", "www.site.test"),
        ("*", "site"),
        ("*.test", "site.test"),
        ("site.test", "www.site.test"),
        ("", ""),
        ("*.site.test", ".site.test"),
        ("a.*.test", "a.b.test"),
    ],
)
def test_a_name_does_not_match(pattern, name):
    assert not match_name(pattern, name)


def test_addresses_match_as_addresses():
    assert match_names((), ("2001:db8::1",), "2001:DB8:0::1")
    assert match_names(("81.2.3.4",), (), "81.2.3.4")
    assert not match_names(("*.2.3.4",), (), "81.2.3.4")


@given(st.text(), st.text())
def test_any_two_texts_can_be_compared(pattern, name):
    assert match_names((pattern,), (), name) in (True, False)
