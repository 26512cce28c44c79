"""What the commands that look back print, and how they end."""

import json
from pathlib import Path

import pytest

from netglass.cli import main
from tests.api.test_evaluate import store, truth  # noqa: F401  (fixtures)


@pytest.fixture
def words(tmp_path: Path, store: object, truth: Path) -> list[str]:  # noqa: F811
    """The options that name the truth and the store."""
    return [str(truth), "--store", str(tmp_path / "store")]


def run(capfdbinary: pytest.CaptureFixture[bytes], *line: str) -> tuple[int, str, str]:
    code = main(line)
    out, err = capfdbinary.readouterr()
    return code, out.decode(), err.decode()


def test_the_report_is_for_people(capfdbinary: pytest.CaptureFixture[bytes], words: list[str]) -> None:
    code, out, _ = run(capfdbinary, "evaluate", *words, "--replicates", "10")
    assert code == 0
    for text in ("precision", "Blocking events", "True blocks, one by one", "seed 20260302"):
        assert text in out
    assert "blocked: blocked" not in out
    assert "blocked: blocked" in run(capfdbinary, "evaluate", *words, "--replicates", "0", "--by", "scenario")[1]


def test_json_is_the_whole_report(capfdbinary: pytest.CaptureFixture[bytes], words: list[str]) -> None:
    _, out, _ = run(capfdbinary, "evaluate", *words, "--format", "json", "--replicates", "10")
    whole = json.loads(out)
    assert set(whole) == {"figures", "confusion", "mistakes", "events", "wrong_events", "excluded", "about"}
    assert whole["about"]["scored"] == 4
    assert {row["section"] for row in whole["figures"]} >= {"verdict", "state", "mechanism", "calibration", "event"}


@pytest.mark.parametrize("show", ["figures", "errors", "confusion", "events", "wrong-events", "excluded"])
@pytest.mark.parametrize("format", ["table", "json", "jsonl", "csv"])
def test_each_part_comes_in_each_form(
    capfdbinary: pytest.CaptureFixture[bytes], words: list[str], show: str, format: str
) -> None:
    code, out, _ = run(capfdbinary, "evaluate", *words, "--show", show, "--format", format, "--replicates", "0")
    assert code == 0
    assert show in ("errors", "wrong-events", "excluded") or out.strip()


def test_a_part_goes_to_a_parquet_file(
    capfdbinary: pytest.CaptureFixture[bytes], words: list[str], tmp_path: Path
) -> None:
    target = tmp_path / "figures.parquet"
    code, out, _ = run(
        capfdbinary, "evaluate", *words, "--format", "parquet", "--out", str(target), "--replicates", "0"
    )
    assert (code, out) == (0, "")
    assert target.read_bytes()[:4] == b"PAR1"


def test_compare_shows_rows_and_counts(capfdbinary: pytest.CaptureFixture[bytes], words: list[str]) -> None:
    _, out, err = run(capfdbinary, "compare", "--with", "probe", *words[1:], "--format", "jsonl")
    assert [json.loads(line)["measurement_uid"] for line in out.splitlines()] == ["u2", "u3"]
    assert "1 that only we call blocked, 1 that only the probe does" in err
    _, out, _ = run(capfdbinary, "compare", *words[1:], "--by", "rule", "--format", "jsonl")
    assert [json.loads(line)["rule_id"] for line in out.splitlines()] == ["(no rule)", "tcp.timeout"]


def test_a_fit_is_printed_with_what_was_held_out_and_written_whole(
    capfdbinary: pytest.CaptureFixture[bytes], words: list[str], tmp_path: Path
) -> None:
    code, out, err = run(capfdbinary, "fit", *words)
    assert code == 0
    assert "tcp.timeout" in out and "one policy or network at a time" in out and "lab-fitted" in err
    _, out, _ = run(capfdbinary, "fit", *words, "--format", "json")
    assert set(json.loads(out)) == {"ratios", "held_out"}
    target = tmp_path / "ratios.csv"
    run(capfdbinary, "fit", *words, "--format", "csv", "--out", str(target))
    assert target.read_text().startswith("rule_id,hypothesis,in_use,fitted,low,high,usable")
    assert "lab-fitted" in target.read_text()


def test_a_truth_that_cannot_be_read_is_unusable_input(
    capfdbinary: pytest.CaptureFixture[bytes], words: list[str], tmp_path: Path
) -> None:
    wrong = tmp_path / "wrong.jsonl"
    wrong.write_text('{"scenario": "a", "state": "odd"}\n')
    code, out, err = run(capfdbinary, "evaluate", str(wrong), *words[1:])
    assert (code, out) == (2, "")
    assert "wrong.jsonl:1" in err and "odd" in err


def test_a_store_without_these_measurements_says_so(
    capfdbinary: pytest.CaptureFixture[bytes], words: list[str], tmp_path: Path
) -> None:
    empty = ["--store", str(tmp_path / "empty")]
    assert "has a verdict in this store" in run(capfdbinary, "evaluate", words[0], *empty)[2]
    assert run(capfdbinary, "fit", words[0], *empty)[0] == 2
