import random
from datetime import datetime, timedelta
from typing import Any

import pytest

from netglass.detect.change import compare_events, hash_run, list_superseded
from netglass.detect.detection import detect_events
from netglass.detect.identity import Anchor, name_events
from netglass.detect.telling import read_verdicts
from tests.detect.example import read_series, write_series
from tests.detect.world import make_world, no_rows

DAY = datetime(2031, 5, 5)


def find(*letters: str) -> list[dict[str, Any]]:
    return detect_events(read_series(*letters)).events


def log(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return sorted((row["change"], row["detail"]) for row in compare_events(old, new, "run"))


def test_the_first_run_logs_every_event_as_new() -> None:
    rows = find("oooBBBBBB", "oooBBBBBB")
    assert log([], rows) == [("new", "confirmed block of a.example in QA on AS64901, AS64902")]


def test_the_same_run_again_logs_nothing() -> None:
    assert log(find("oooBBBBBB"), find("oooBBBBBB")) == []


def test_late_data_keep_the_name_and_say_what_changed() -> None:
    before, after = find("ooo..BBBBB"), find("oooBBBBBBB", "oooBBBBBBB")
    assert before[0]["event_id"] == after[0]["event_id"]
    ((change, detail),) = log(before, after)
    assert change == "changed"
    assert "onset_latest: 2031-05-10T00:00:00Z -> 2031-05-08T00:00:00Z" in detail
    assert "asns: [64901] -> [64901, 64902]" in detail


def test_an_event_that_is_gone_is_withdrawn() -> None:
    before = find("ooooooBBBooooooooo")
    gone = find("ooooooBBBooooooooo".replace("B", "o"))
    assert [change for change, _ in log(before, gone)] == ["withdrawn", "withdrawn"]  # the block and its end


def make_row(name: str, targets: list[str], begin: int, end: int) -> dict[str, Any]:
    (row, *_) = find("oooBBBBBB")
    times = {
        "onset_earliest": DAY + timedelta(begin),
        "onset_latest": DAY + timedelta(begin),
        "end_latest": DAY + timedelta(end),
    }
    return row | times | {"event_id": name, "targets": targets}


def test_events_that_are_joined_or_split_say_what_they_replace() -> None:
    old = [make_row("ev-1", ["b"], 1, 5), make_row("ev-2", ["a"], 1, 5), make_row("ev-3", ["c"], 1, 5)]
    new = [make_row("ev-2", ["a", "b"], 1, 5), make_row("ev-4", ["c"], 9, 10)]
    changes = compare_events(old, new, "run")
    assert [(row["event_id"], row["change"]) for row in changes] == [
        ("ev-1", "superseded"),
        ("ev-2", "changed"),
        ("ev-3", "withdrawn"),
        ("ev-4", "new"),
    ]
    assert list_superseded(changes) == {"ev-2": ["ev-1"]}


def test_the_run_is_named_by_its_inputs() -> None:
    assert hash_run("a", "b") == hash_run("a", "b") != hash_run("ab")


@pytest.mark.parametrize("seed", range(6))
def test_names_outlive_late_data(seed: int) -> None:
    """A third of all runs comes late: what was found before has its name still, or is named by what replaced it."""
    world = make_world(seed)
    rng = random.Random(seed)
    moments = [
        (asn, moment.date())
        for asn, moment in zip(world.columns["probe_asn"], world.columns["observed_at"], strict=True)
    ]
    late = {one for one in sorted(set(moments)) if rng.random() < 1 / 3}
    early = {
        name: [v for v, one in zip(values, moments, strict=True) if one not in late]
        for name, values in world.columns.items()
    }
    before, after = detect_events(read_verdicts(early)).events, detect_events(world.verdicts).events
    firm = [row["event_id"] for row in before if row["kind"] == "block" and row["state"] == "confirmed"]
    kept = set(firm) & {row["event_id"] for row in after}
    assert len(kept) >= 0.9 * len(firm)
    told = {row["event_id"] for row in compare_events(before, after, "run")}
    assert set(firm) - kept <= told


def anchor(moment: datetime, name: str = "a.example", kind: str = "block") -> Anchor:
    return Anchor(kind, "QA", name, moment)


def test_names_depend_on_what_and_where_and_hardly_on_when() -> None:
    (one,) = name_events([anchor(DAY)])
    assert name_events([anchor(DAY + timedelta(days=20))]) == [one]
    assert name_events([anchor(DAY, "b.example")]) != [one]
    assert name_events([anchor(DAY, kind="shutdown")]) != [one]


@pytest.mark.parametrize(
    "gap",
    [timedelta(days=60), timedelta(days=9), timedelta(days=1), timedelta(hours=2), timedelta(seconds=5), timedelta(0)],
)
def test_two_events_on_one_target_have_two_names_whatever_their_order(gap: timedelta) -> None:
    moments = [DAY, DAY + gap]
    names = name_events([anchor(moment) for moment in moments])
    assert len(set(names)) == 2
    if gap:
        assert name_events([anchor(moment) for moment in moments[::-1]]) == names[::-1]


def test_another_block_of_the_same_target_never_takes_over_a_name() -> None:
    (one,) = name_events([anchor(DAY)])
    assert one not in name_events([anchor(DAY - timedelta(days=2)), anchor(DAY)])


def test_the_end_of_a_block_is_named_after_it() -> None:
    columns = write_series(no_rows(), "oooBBBBBooo")
    block, unblock = detect_events(read_verdicts(columns)).events
    assert unblock["refers_to"] == block["event_id"] != unblock["event_id"]
