"""Lists: what is read, how risky it is, and what a list is known by."""

from pathlib import Path

import pytest

from netglass.probe.url_list import Risk, list_urls, make_url_list, read_url_list
from netglass.vocab.error import InputError, UsageError

HEAD = "url,category_code,category_description,date_added,source,notes\n"


def write(folder: Path, text: str) -> Path:
    path = folder / "xa.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_list_is_read_with_its_risk(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        HEAD
        + 'https://shop.test/,COMM,,,,\nhttp://news.test/,news,,,,"a, b"\nhttps://shop.test/,COMM,,,,\nx y,COMM,,,,\n',
    )
    found = read_url_list(path)
    assert [(entry.url, entry.category, entry.risk) for entry in found.entries] == [
        ("https://shop.test/", "COMM", Risk.LOW),
        ("http://news.test/", "NEWS", Risk.ELEVATED),
    ]
    assert [url for url, _ in found.refused] == ["x y"]
    assert found.risk is Risk.ELEVATED


def test_what_nobody_classed_is_of_high_risk() -> None:
    assert list_urls(["http://site.test/"]).risk is Risk.HIGH
    assert make_url_list([("http://site.test/", "NEWCODE")]).risk is Risk.HIGH


def test_a_list_is_known_by_its_content_whatever_the_order() -> None:
    pairs = [("http://a.test/", "COMM"), ("http://b.test/", "NEWS")]
    assert make_url_list(pairs).hash == make_url_list(pairs[::-1]).hash
    assert make_url_list(pairs).hash != make_url_list(pairs[:1]).hash
    assert make_url_list(pairs).hash != make_url_list([(url, "COMM") for url, _ in pairs]).hash


def test_what_is_no_list_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"xa\.csv:1: no column url"):
        read_url_list(write(tmp_path, "address,category_code\n"))


def test_a_typed_url_must_be_one() -> None:
    with pytest.raises(UsageError):
        list_urls(["site.test"])
