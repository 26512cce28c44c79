from collections.abc import Iterator

import duckdb
import pytest

from netglass.evaluate.baseline import ADDRESS_MISMATCH, ANY_FAILURE, rate_keys, rate_probe
from netglass.evaluate.verdict import join_truth
from netglass.vocab.table import OBSERVATIONS
from tests.evaluate.example import make_truth, truth_row, verdict


@pytest.fixture
def observations() -> Iterator[duckdb.DuckDBPyConnection]:
    """Tables of observations, empty."""
    with duckdb.connect() as connection:
        _create(connection)
        yield connection


def _create(connection: duckdb.DuckDBPyConnection) -> None:
    for name, columns in OBSERVATIONS.items():
        connection.execute(f"CREATE TABLE {name} ({', '.join(f'{c.name} {c.type}' for c in columns)})")


def keys(connection: duckdb.DuckDBPyConnection, sql: str) -> set[int]:
    return {key for (key,) in connection.execute(sql).fetchall()}


def test_any_failed_step_is_a_block_but_a_missing_ipv6_address_and_the_helper_are_not(
    observations: duckdb.DuckDBPyConnection,
) -> None:
    observations.execute("INSERT INTO dns (key, failure, query_type) VALUES (1, 'dns_nxdomain_error', 'A')")
    observations.execute("INSERT INTO dns (key, failure, query_type) VALUES (2, 'dns_no_answer', 'AAAA')")
    observations.execute("INSERT INTO dns (key, failure, engine) VALUES (3, 'dns_nxdomain_error', 'helper')")
    observations.execute("INSERT INTO tcp (key, failure) VALUES (4, 'connection_refused'), (5, NULL)")
    observations.execute("INSERT INTO tls (key, failure) VALUES (6, 'connection_reset')")
    observations.execute("INSERT INTO http (key, failure) VALUES (7, 'eof_error'), (7, NULL)")
    assert keys(observations, ANY_FAILURE) == {1, 4, 6, 7}


def test_answers_that_share_no_address_with_the_control_mismatch(observations: duckdb.DuckDBPyConnection) -> None:
    observations.execute(
        "INSERT INTO measurement (key, control_dns_addresses) VALUES (1, ['a']), (2, ['a', 'b']), (3, [])"
    )
    observations.execute("INSERT INTO dns (key, route, address) VALUES (1, 'system', 'x'), (2, 'system', 'x')")
    observations.execute(
        "INSERT INTO dns (key, route, address) VALUES (2, 'system', 'b'), (3, 'system', 'x'), (1, 'doh', 'a')"
    )
    assert keys(observations, ADDRESS_MISMATCH) == {1}


def test_baselines_are_scored_like_verdicts() -> None:
    truth = make_truth(truth_row("u1", "blocked"), truth_row("u2", "blocked"), truth_row("u3", "ok"))
    rows = [
        verdict("u1", "ok", key=1, probe_verdict="blocked"),
        verdict("u2", "ok", key=2, probe_verdict="none"),
        verdict("u3", "ok", key=3, probe_verdict="blocked"),
    ]
    cases = join_truth(truth, rows).cases
    assert [(r.name, r.upper.sum(), r.lower.sum()) for _, r in rate_probe(cases)] == [
        ("probe's own verdict: precision", 1, 2),
        ("probe's own verdict: recall", 1, 2),
    ]
    assert [(r.upper.sum(), r.lower.sum()) for _, r in rate_keys("any failure", cases, {1, 2})] == [(2, 2), (2, 2)]
