"""The layout of the bucket: which prefixes a question needs, and what a key says."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netglass.sync.layout import (
    Container,
    Key,
    ask_question,
    list_days,
    list_prefixes,
    parse_key,
    want_key,
)
from netglass.vocab.error import UsageError

NEW = "raw/20240115/07/IR/webconnectivity/2024011507_IR_webconnectivity.n1.0.jsonl.gz"
OLD = "jsonl/webconnectivity/IT/20200921/00/20200921_IT_webconnectivity.l.0.jsonl.gz"


def test_a_day_in_the_new_layout_is_24_hours() -> None:
    question = ask_question(["ir"], ["web_connectivity"], date(2024, 1, 15), date(2024, 1, 15))
    prefixes = list_prefixes(question)
    assert len(prefixes) == 24
    assert prefixes[0] == "raw/20240115/00/IR/webconnectivity/"
    assert prefixes[-1] == "raw/20240115/23/IR/webconnectivity/"


def test_a_day_in_the_old_layout_is_one_prefix() -> None:
    question = ask_question(["IT"], ["web_connectivity"], date(2020, 9, 21), date(2020, 9, 21))
    assert list_prefixes(question) == ["jsonl/webconnectivity/IT/20200921/"]


def test_the_day_of_the_change_is_in_both() -> None:
    question = ask_question(["IT"], ["tor"], date(2020, 10, 20), date(2020, 10, 20))
    assert [prefix.split("/")[0] for prefix in list_prefixes(question)] == ["jsonl"] + ["raw"] * 24


def test_several_countries_and_tests_multiply_and_repetitions_do_not() -> None:
    question = ask_question(["IR", "TR", "ir"], ["tor", "web_connectivity"], date(2024, 1, 1), date(2024, 1, 2))
    assert len(list_prefixes(question)) == 2 * 2 * 2 * 24


def test_posts_are_only_in_the_new_layout() -> None:
    question = ask_question(["IT"], ["tor"], date(2020, 10, 19), date(2020, 10, 20), Container.POSTS)
    assert {prefix.split("/")[0] for prefix in list_prefixes(question)} == {"raw"}
    assert len(list_prefixes(question)) == 24


@pytest.mark.parametrize(
    ("countries", "tests", "since", "until", "said"),
    [
        (["Iran"], ["tor"], "2024-01-01", "2024-01-02", "two letters"),
        (["IR"], ["../tor"], "2024-01-01", "2024-01-02", "nettest"),
        (["IR"], ["tor"], "2024-01-02", "2024-01-01", "before"),
        ([], ["tor"], "2024-01-01", "2024-01-02", "at least one"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(
    countries: list[str], tests: list[str], since: str, until: str, said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        ask_question(countries, tests, date.fromisoformat(since), date.fromisoformat(until))


def test_keys_of_both_layouts_are_read() -> None:
    assert parse_key(NEW) == Key(NEW, date(2024, 1, 15), 7, "IR", "webconnectivity", Container.JSONL)
    assert parse_key(OLD) == Key(OLD, date(2020, 9, 21), 0, "IT", "webconnectivity", Container.JSONL)
    posts = parse_key(NEW.replace("jsonl.gz", "tar.gz"))
    assert posts is not None and posts.container is Container.POSTS


@pytest.mark.parametrize(
    "key",
    [
        "",
        "raw/20240115/24/IR/webconnectivity/x.jsonl.gz",
        "raw/20240230/07/IR/webconnectivity/x.jsonl.gz",
        "raw/20240115/07/IR/webconnectivity/../../../x.jsonl.gz",
        "/raw/20240115/07/IR/webconnectivity/x.jsonl.gz",
        "raw/20240115/07/IR/webconnectivity/..jsonl.gz",
        "raw/20240115/07/IR/webconnectivity/x.json.lz4",
        "autoclaved/jsonl/2018-09-20/x.jsonl.gz",
        NEW + "\n",
    ],
)
def test_anything_else_is_no_key(key: str) -> None:
    assert parse_key(key) is None


def test_a_neighbour_is_not_wanted() -> None:
    question = ask_question(["IR"], ["web_connectivity"], date(2024, 1, 15), date(2024, 1, 15))
    wanted = parse_key(NEW)
    assert wanted is not None and want_key(wanted, question)
    for other in (
        NEW.replace("IR/", "IQ/"),
        NEW.replace("/webconnectivity/", "/webconnectivityx/"),
        NEW.replace("20240115/", "20240116/"),
        NEW.replace("jsonl.gz", "tar.gz"),
    ):
        key = parse_key(other)
        assert key is not None and not want_key(key, question)


@given(st.text())
def test_no_text_breaks_the_parser(text: str) -> None:
    key = parse_key(text)
    assert key is None or key.key == text


@given(
    st.dates(date(2012, 12, 1), date(2030, 1, 1)),
    st.integers(0, 40),
    st.from_regex(r"[A-Z]{2}", fullmatch=True),
    st.sampled_from(["web_connectivity", "tor", "http_header_field_manipulation"]),
)
def test_a_key_below_a_listed_prefix_is_wanted(since: date, days: int, country: str, test: str) -> None:
    until = since.fromordinal(since.toordinal() + days)
    question = ask_question([country], [test], since, until)
    assert len(list(list_days(since, until))) == days + 1
    for prefix in list_prefixes(question):
        key = parse_key(f"{prefix}00/x.jsonl.gz" if prefix.startswith("jsonl/") else f"{prefix}x.jsonl.gz")
        assert key is not None and want_key(key, question)
