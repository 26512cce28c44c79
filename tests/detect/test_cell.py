import numpy as np

from netglass.detect.cell import LAYERS, STATES, count_cells, name_state
from netglass.detect.telling import read_verdicts, to_seconds
from netglass.vocab.state import State
from tests.detect.example import START, read_series, write_series
from tests.detect.world import no_rows

BEGIN = to_seconds(START)


def test_hours_without_a_measurement_are_there_and_not_measured() -> None:
    cells = count_cells(read_series("o.B", every_hours=1), BEGIN, BEGIN + 5 * 3600)
    assert cells.series == [("QA", 64901, "a.example", 0)]
    assert cells.n.tolist() == [[1, 0, 1, 0, 0]]
    assert [name_state(row) for row in cells.counts[0]] == [
        "ok",
        "not_measured",
        "blocked",
        "not_measured",
        "not_measured",
    ]
    assert cells.hours.tolist() == [BEGIN + i * 3600 for i in range(5)]


def test_counts_by_state_and_by_layer() -> None:
    cells = count_cells(read_series("oBbd", every_hours=0.1), BEGIN, BEGIN + 3600)
    found = dict(zip(STATES, cells.counts[0, 0].tolist(), strict=True))
    assert {state: n for state, n in found.items() if n} == {
        State.OK: 1,
        State.BLOCKED: 1,
        State.LIKELY_BLOCKED: 1,
        State.DOWN: 1,
    }
    assert cells.layers[0, 0, LAYERS.index("tls")] == 2


def test_a_reporter_counts_once_a_day() -> None:
    columns = write_series(no_rows(), "o" * 48, every_hours=1)
    write_series(columns, "o" * 48, every_hours=1, first_hour=0.5, reporter="another")
    cells = count_cells(read_verdicts(columns), BEGIN, BEGIN + 48 * 3600)
    assert cells.effective.sum() == 4
    assert cells.effective[0, 0] == 2
    assert set(cells.reporters[0].tolist()) == {2}


def test_dns_is_counted_by_resolver_where_asked_for() -> None:
    columns = write_series(no_rows(), "oo")
    write_series(columns, "BB", resolver_asn=65550)
    cells = count_cells(read_verdicts(columns), BEGIN, BEGIN + 48 * 3600, by_resolver=True)
    assert [series[3] for series in cells.series] == [64901, 65550]


def test_nothing_in_the_window_is_no_series() -> None:
    cells = count_cells(read_series("ooo"), BEGIN - 7200, BEGIN - 3600)
    assert (cells.series, cells.n.shape) == ([], (0, 1))


def test_the_majority_of_telling_verdicts_names_a_cell_and_a_tie_does_not() -> None:
    def name(**n: int) -> str:
        return name_state(np.array([n.get(state.value, 0) for state in STATES], np.uint32))

    assert name(ok=2, blocked=1) == "ok"
    assert name(ok=1, blocked=1) == "insufficient"
    assert name(ok=1, likely_blocked=2) == "likely_blocked"
    assert name(insufficient=3) == "insufficient"
    assert name(down=2, insufficient=1) == "down"
