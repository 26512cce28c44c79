"""Shares of those behind the sites add up, each site weighs the same, and authorities have names."""

import pytest

from netglass.assess.dependence import Bearer, name_authority, share_out


def test_each_site_weighs_one_and_is_divided_among_those_behind_it() -> None:
    bearers = [Bearer("2026-03", "a.test", "1", "u1"), Bearer("2026-03", "a.test", "2", "u2")]
    bearers += [Bearer("2026-03", "b.test", "1", "u3"), Bearer("2026-03", "b.test", "1", "u4")]
    rows = list(share_out(bearers))
    assert [(row["name"], row["share"], row["sites"]) for row in rows] == [("1", 0.75, 2), ("2", 0.25, 1)]
    assert {row["concentration"] for row in rows} == {0.625}
    assert rows[0]["witnesses"] == ["u1", "u3", "u4"]


def test_where_one_bears_all_concentration_is_one() -> None:
    (row,) = share_out([Bearer("2026-03", "a.test", "1", "u1"), Bearer("2026-03", "b.test", "1", "u2")])
    assert (row["share"], row["concentration"]) == (1.0, 1.0)


@pytest.mark.parametrize(
    ("issuer", "name"),
    [
        ("CN=R3,O=Let's Encrypt,C=US", "Let's Encrypt"),
        ("CN=Only Root", "Only Root"),
        (r"CN=X,O=Acme\, Inc.,C=XA", "Acme, Inc."),
        ("OU=unit", "OU=unit"),
    ],
)
def test_an_authority_is_named_by_its_organisation(issuer: str, name: str) -> None:
    assert name_authority(issuer) == name
