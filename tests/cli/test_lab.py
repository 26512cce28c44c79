import json
from pathlib import Path

import pytest

from netglass.api import lab as api
from netglass.cli import main
from netglass.lab.library import find_scenario

SHORT = (
    find_scenario("ten-minutes").read_text().replace("days: 8", "days: 5").replace("runs_per_day: 4", "runs_per_day: 2")
)


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    path = tmp_path / "short.yml"
    path.write_text(SHORT.replace("begin: 3d6h, end: 6d18h", "begin: 2d, end: 4d").replace("issued: 3d", "issued: 1d"))
    return path


def test_the_shipped_scenarios_are_listed(capsys):
    assert main(["lab", "list", "--format", "json"]) == 0
    rows = {row["name"]: row for row in json.loads(capsys.readouterr().out)}
    assert rows["ten-minutes"]["policies"] == 1 and rows["null"]["policies"] == 0
    assert rows["mechanisms"]["mechanisms"] == 27 and rows["confounders"]["confounders"] >= 34


def test_a_scenario_is_checked_and_counted(capsys):
    assert main(["lab", "check", "ten-minutes"]) == 0
    checked = json.loads(capsys.readouterr().out)
    assert (checked["runs"], checked["measurements"]) == (64, 192)


def test_a_fault_is_named_and_the_exit_code_says_unusable_input(scenario, capsys):
    scenario.write_text(scenario.read_text().replace("mechanism:", "mechansim:"))
    assert main(["lab", "check", str(scenario)]) == 2
    shown = capsys.readouterr()
    assert "did you mean mechanism?" in shown.err.replace("\n", " ") and not shown.out


def test_a_play_with_our_own_probe_can_be_analysed_and_meets_its_truth(scenario, tmp_path, capsys):
    out, store = tmp_path / "out", str(tmp_path / "store")
    assert main(["lab", "run", str(scenario), "--out", str(out)]) == 0
    played = json.loads(capsys.readouterr().out)
    assert played["mismatches"] == 0 and played["states"]["blocked"] > 2
    for kind, name in (("asn", "asn.csv"), ("fingerprint", "fingerprints.csv"), ("trust", "trust.pem")):
        assert main(["refdata", "add", kind, str(out / name), "--date", "2026-01-01", "--store", store]) == 0
    assert main(["analyze", str(out / "raw"), "--store", store]) == 0
    capsys.readouterr()
    show = ["evaluate", str(out), "--store", store, "--show", "confusion", "--format", "json", "--replicates", "0"]
    assert main(show) == 0
    rows = json.loads(capsys.readouterr().out)
    assert all(row["right"] for row in rows) and sum(row["n"] for row in rows) == played["measurements"]


def test_a_play_that_does_not_fit_its_calendar_says_so(scenario, tmp_path, capsys, monkeypatch):
    def play(*_, **__):
        return api.Played(1, 1, {"ok": 1}, 0, ("7: news.example: p did not act",) * 30)

    monkeypatch.setattr(api, "play_scenario", play)
    assert main(["lab", "run", str(scenario), "--out", str(tmp_path / "out")]) == 4
    shown = capsys.readouterr()
    assert json.loads(shown.out)["mismatches"] == 30
    assert "mismatch: run 7: news.example: p did not act" in shown.err and "and 10 more" in shown.err


@pytest.mark.parametrize(
    ("words", "code", "text"),
    [
        (["lab", "run", "nowhere", "--out", "x"], 2, "there is no scenario 'nowhere'"),
        (["lab", "run", "null", "--out", "x", "--workers", "0"], 1, "workers 0"),
        (["lab", "run", "null", "--out", "x", "--backend", "cloud"], 1, "cloud"),
    ],
)
def test_wrong_use_is_answered(words, code, text, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(words) == code
    assert text in capsys.readouterr().err
