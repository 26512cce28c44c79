"""A scenario on real sockets between namespaces, where the machine allows it."""

from pathlib import Path

import pytest

from netglass.api.lab import run_lab
from netglass.lab.netns.launch import launch
from netglass.vocab.error import LabError
from tests.lab.test_play import read_bucket, read_lines


def begin_nothing() -> None:
    raise LabError("nothing is played")


def can_make_namespaces() -> bool:
    try:
        list(launch(begin_nothing))
    except LabError as error:
        return "nothing is played" in str(error)
    return True


@pytest.mark.system
def test_the_tutorials_scenario_is_the_same_on_real_sockets(tmp_path: Path) -> None:
    if not can_make_namespaces():
        pytest.skip("this machine allows no network namespaces")
    played = {
        backend: run_lab("ten-minutes", tmp_path / backend, backend=backend, workers=workers)
        for backend, workers in (("sim", 1), ("netns", 16))
    }
    assert played["netns"].states == played["sim"].states and not played["netns"].mismatches
    truths = {
        backend: {
            (row["report_id"], row["input"]): row["state"]
            for row in read_lines(tmp_path / backend / "truth_measurements.jsonl")
        }
        for backend in played
    }
    assert truths["netns"] == truths["sim"]
    failures = [
        sorted(
            (row["input"], str(row["test_keys"]["http_experiment_failure"]))
            for row in read_bucket(tmp_path / backend).values()
        )
        for backend in played
    ]
    assert failures[0] == failures[1]
