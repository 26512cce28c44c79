import json

from netglass.cli import main
from tests.refdata.world import MAP


def test_a_file_is_added_and_listed(tmp_path, capsys):
    path, store = tmp_path / "asn.csv", str(tmp_path / "store")
    path.write_text(MAP)
    assert main(["refdata", "add", "asn", str(path), "--date", "2026-01-01", "--store", store]) == 0
    pin = json.loads(capsys.readouterr().out)
    assert main(["refdata", "list", "--format", "json", "--store", store]) == 0
    shown = capsys.readouterr()
    assert json.loads(shown.out) == [pin]
    assert "not loaded: fingerprint" in shown.err and "not loaded: asn" not in shown.err


def test_a_bad_file_is_named_with_its_line(tmp_path, capsys):
    path = tmp_path / "asn.csv"
    path.write_text(MAP + "nonsense,1,x,XA\n")
    assert main(["refdata", "add", "asn", str(path), "--store", str(tmp_path / "store")]) == 2
    assert "asn.csv:7" in capsys.readouterr().err.replace("\n", "")


def test_an_unknown_kind_is_wrong_use(tmp_path, capsys):
    assert main(["refdata", "add", "weather", "x", "--store", str(tmp_path / "store")]) == 1
    assert "fingerprint" in capsys.readouterr().err
