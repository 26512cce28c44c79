"""The answer among the network events: what was read after the request, and how fast."""

import math

from hypothesis import given
from hypothesis import strategies as st

from netglass.source.ooni.transfer import sum_answer
from tests.source.ooni.maker import SITE, modern, rows

PLACE = {"address": f"{SITE}:443", "transaction_id": 50001}


def read(t: float, size: int = 1000) -> dict[str, object]:
    return {"operation": "read", "t": t, "num_bytes": size}


HANDSHAKE = [
    {"operation": "connect", "t": 0.1},
    {"operation": "tls_handshake_start", "t": 0.1},
    {"operation": "write", "t": 0.1, "num_bytes": 500},
    read(0.2, 4000),
    {"operation": "write", "t": 0.3, "num_bytes": 80},
    {"operation": "tls_handshake_done", "t": 0.3},
]
WRITE = {"operation": "write", "t": 0.3, "num_bytes": 300}


def answer(*events: dict[str, object]) -> tuple[object, ...]:
    (row,) = rows(modern(test_keys={"network_events": [PLACE | event for event in events]}), "transfer")
    return row["t_answer"], row["answer_bytes"], row["answer_gap"]


def test_the_answer_begins_after_the_request_and_not_in_the_handshake() -> None:
    assert answer(*HANDSHAKE, WRITE, read(1.0), read(1.5), read(2.5)) == (1.0, 2000, 1.0)
    assert answer(WRITE, read(1.0), read(1.5)) == (1.0, 1000, 0.5)


def test_without_a_request_there_is_no_answer() -> None:
    assert answer(*HANDSHAKE) == (None, 0, None)
    assert answer(read(1.0), read(1.5)) == (None, 0, None)


def test_one_read_has_no_speed() -> None:
    assert answer(WRITE, read(1.0)) == (1.0, 0, None)


def test_failed_reads_and_reads_without_a_time_are_left_out() -> None:
    failed = read(9.0) | {"failure": "connection_already_closed"}
    timeless = {"operation": "read", "num_bytes": 1000}
    assert answer(WRITE, read(1.0), timeless, read(2.0), failed) == (1.0, 1000, 1.0)


def test_absurd_sizes_are_an_issue_and_no_crash() -> None:
    assert answer(WRITE, read(1.0), *[read(2.0, 2**62)] * 8) == (1.0, 0, 1.0)


@given(st.lists(st.tuples(st.floats(-1e300, 1e300), st.integers(0, 2**40))))
def test_an_answer_is_no_more_than_what_was_read(reads: list[tuple[float, int]]) -> None:
    first, size, gap = sum_answer(reads)
    assert sum_answer(reads[::-1]) == (first, size, gap)
    assert 0 <= size <= sum(n for _, n in reads)
    assert (first is None) == (not reads) and (gap is None) == (len(reads) < 2)
    assert gap is None or (gap >= 0 and math.isfinite(gap))
