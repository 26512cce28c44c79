"""Registrable domains, by the packaged list and by a snapshot."""

import random

import pytest
from publicsuffixlist import PublicSuffixList

from netglass.refdata.suffix import load_suffixes
from netglass.vocab.error import InputError


def test_a_snapshot_of_public_suffixes_replaces_the_packaged_one(tmp_path):
    path = tmp_path / "list.dat"
    path.write_text("// ours\ncom\nlab.test\n")
    assert load_suffixes([path]).registrable_domain("www.site.lab.test") == "site.lab.test"
    assert load_suffixes([]).registrable_domain("www.site.co.uk") == "site.co.uk"
    path.write_text("nothing of the kind\n")
    with pytest.raises(InputError, match="public suffix list"):
        load_suffixes([path])


NAMES = (
    "www.invented-shop.com", "a.b.co.uk", "co.uk", "github.io", "www.github.io", "x.y.github.io", "www.ck", "a.www.ck", "a.b.ck", "b.ck",
    "site.xn--55qx5d.cn", "a.site.xn--55qx5d.cn", "a.xn--p1ai", "b.a.xn--p1ai", "localhost", "192.52.193.7", "WWW.Invented-Shop.COM.",
    "city.kawasaki.jp", "a.city.kawasaki.jp", "a.b.kawasaki.jp", "news.example",
)  # fmt: skip


def test_the_rules_that_bear_on_some_names_decide_on_them_as_all_rules_do() -> None:
    whole = PublicSuffixList()
    choose = random.Random(5)
    for names in [list(NAMES), *([name] for name in NAMES), *(choose.sample(NAMES, 4) for _ in range(20))]:
        some = load_suffixes([], names)
        assert [some.registrable_domain(n) for n in names] == [
            whole.privatesuffix(n.lower().rstrip(".")) for n in names
        ]
