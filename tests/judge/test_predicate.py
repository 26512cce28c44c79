"""What fired is what the rules' conditions say, however they are cut and shared to be asked quickly."""

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from netglass.judge.condition import SHARED
from netglass.judge.evidence import Rule
from netglass.judge.fact import build_facts
from netglass.judge.predicate import make_fired_query, name_shared, split_conjunction
from netglass.judge.rule import RULES
from tests.judge.test_window import WEEK
from tests.judge.world import tell

ENGINE = duckdb.connect(config={"threads": 1})


def make_rule(when: str, contrast: str = "false", artefact: bool = False) -> Rule:
    return Rule("some.rule", "dns", "a", when, (1, 0, 0, 0, 0), "", artefact=artefact, contrast=contrast)


def test_a_rule_that_cannot_be_told_has_not_fired() -> None:
    connection = duckdb.connect()
    connection.execute("CREATE TABLE fact AS SELECT 7 AS key, NULL::VARCHAR AS sys_failure")
    unknown, half = make_rule("NULL", "true", True), make_rule("true", "NULL", True)
    fired = connection.execute(make_fired_query((unknown, half)))
    names = [column[0] for column in fired.description or ()]
    row = dict(zip(names, fired.fetchall()[0], strict=True))
    assert [row[name] for name in ("r0", "c0", "r1", "c1")] == [False, False, True, False]


def test_every_rule_fires_as_its_whole_condition_says() -> None:
    connection = tell(*WEEK)
    build_facts(connection, None, None)
    whole = ", ".join(f"coalesce({rule.when}, false) AS r{i}" for i, rule in enumerate(RULES))
    contrasts = ", ".join(
        f"coalesce(({rule.when}) AND ({rule.contrast}), false) AS c{i}" for i, rule in enumerate(RULES) if rule.artefact
    )
    names = [f"r{i}" for i in range(len(RULES))] + [f"c{i}" for i, rule in enumerate(RULES) if rule.artefact]
    expected = f"SELECT key, {whole}, {contrasts} FROM fact"
    asked = f"SELECT key, {', '.join(names)} FROM ({make_fired_query(RULES)})"
    for one, other in ((expected, asked), (asked, expected)):
        assert connection.execute(f"SELECT count(*) FROM (({one}) EXCEPT ALL ({other}))").fetchall() == [(0,)]
    assert connection.execute(f"SELECT count(*) FROM ({asked})").fetchall() == [(len(WEEK),)]


@pytest.mark.parametrize(
    ("condition", "parts"),
    [
        ("a AND b", ["a", "b"]),
        ("(a OR b) AND c IN ('x', 'y')", ["(a OR b)", "c IN ('x', 'y')"]),
        ("a AND b OR c", ["a AND b OR c"]),
        ("a BETWEEN 1 AND 2", ["a BETWEEN 1 AND 2"]),
        ("CASE WHEN a AND b THEN c END", ["CASE WHEN a AND b THEN c END"]),
        ("a = ' AND (' AND b", ["a = ' AND ('", "b"]),
        ("f(a AND b)", ["f(a AND b)"]),
    ],
)
def test_a_condition_is_cut_only_where_that_means_the_same(condition: str, parts: list[str]) -> None:
    assert split_conjunction(condition) == parts


CONDITION = st.recursive(
    st.sampled_from(["true", "false", "NULL", "1 = 2", "'a' = 'a'", "1 BETWEEN 0 AND 2"]),
    lambda inner: st.tuples(inner, st.sampled_from([" AND ", " OR "]), inner, st.booleans()).map(
        lambda parts: f"({parts[0]}{parts[1]}{parts[2]})" if parts[3] else f"{parts[0]}{parts[1]}{parts[2]}"
    ),
    max_leaves=8,
)


@given(CONDITION)
def test_the_parts_of_any_condition_mean_the_whole(condition: str) -> None:
    whole, parts = f"coalesce({condition}, false)", " AND ".join(f"({part})" for part in split_conjunction(condition))
    assert ENGINE.execute(f"SELECT {whole} = coalesce({parts}, false)").fetchall() == [(True,)]


def test_shared_conditions_are_closed_and_those_that_hold_others_come_first() -> None:
    for number, text in enumerate(SHARED):
        assert text[0] == "(" or text.startswith("'"), text
        assert name_shared(text) == f"shared_{number}", "an earlier one is part of it"
