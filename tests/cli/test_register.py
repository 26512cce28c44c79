"""The register at the command line: check, list, show, schemas, exports, hashes."""

import io
import json
from pathlib import Path

import pytest

from netglass.cli import main
from netglass.register.kind import KINDS
from netglass.register.passage import hash_passage
from tests.register.world import TEXTS, write_world


@pytest.fixture
def world(tmp_path: Path) -> Path:
    return write_world(tmp_path / "world")


def test_what_is_shipped_is_valid(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["register", "validate"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["faults"] == 0 and told["records"] == sum(told["kinds"].values()) >= 4


def test_a_register_of_an_invented_world_is_checked_with_lab(world: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["register", "validate", str(world)]) == 4
    assert main(["register", "validate", str(world), "--lab"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["records"] == len(KINDS)


def test_a_fault_is_one_line_that_editors_can_jump_to(world: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = world / "link/xa/xa-order-implements-act.yml"
    path.write_text(path.read_text().replace("type: implements", "type: implement"))
    assert main(["register", "validate", str(world), "--lab"]) == 4
    line, counts = capsys.readouterr().out.splitlines()
    assert line == f"{path}:4:1: type: 'implement' is none of the words for it; did you mean implements?"
    assert json.loads(counts)["faults"] == 1 and "link" not in json.loads(counts)["kinds"]


def test_one_file_is_checked_against_the_whole(world: Path, capsys: pytest.CaptureFixture[str]) -> None:
    order, source = world / "order/xa/xa-order-2021-3.yml", world / "source/xa/xa-gazette-2020.yml"
    source.write_text("kind: source\n")
    assert main(["register", "validate", str(order), "--lab"]) == 0
    assert json.loads(capsys.readouterr().out)["records"] == 1
    assert main(["register", "validate", str(source.parent), "--lab"]) == 4
    order.write_text(order.read_text().replace("#art-5", "#art-7"))
    assert main(["register", "validate", str(order), "--lab"]) == 4
    assert "did you mean art-5?" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "told"), [("none", "there is no such file or folder"), ("draft.yml", "lies in no register")]
)
def test_a_path_that_is_no_register_is_answered(
    tmp_path: Path, name: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "draft.yml").write_text("kind: link\n")
    assert main(["register", "validate", str(tmp_path / name)]) == 4
    assert told in capsys.readouterr().err.replace("\n", " ")


def test_records_are_listed_by_kind_and_country(world: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["register", "list", "order", "--cc", "xa", "--register", str(world), "--format", "json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert row["id"] == "xa-order-2021-3" and row["networks"] == [64512, 64513] and row["dated"] == "2021-03-01"
    assert main(["register", "list", "--register", str(world)]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(KINDS) + 1
    assert main(["register", "list", "order", "--cc", "NO", "--register", str(world), "--format", "jsonl"]) == 0
    assert capsys.readouterr().out == ""


def test_a_list_can_be_parquet(world: Path, tmp_path: Path) -> None:
    import duckdb

    for kind in KINDS:
        out = tmp_path / f"{kind}.parquet"
        assert main(["register", "list", kind, "--register", str(world), "--format", "parquet", "--out", str(out)]) == 0
        assert duckdb.sql(f"SELECT count(*) FROM '{out}'").fetchall() == [(1,)]


def test_the_register_can_be_named_by_a_setting(
    world: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NETGLASS_REGISTER", str(world))
    assert main(["register", "show", "xa-villages"]) == 0
    assert json.loads(capsys.readouterr().out)["values"][0] == {"date": "2021", "value": 61.5}


def test_a_record_is_shown_with_its_evidence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["register", "show", "cn-cybersecurity-law-2016"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["title"]["official"] == "中华人民共和国网络安全法" and len(shown["evidence"]) > 5


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["show", "cn-cybersecurity-law-2017"], 4, "did you mean cn-cybersecurity-law-2016?"),
        (["list", "laws"], 1, "there is no kind 'laws' of records"),
        (["schema", "ordr"], 1, "did you mean order?"),
        (["export", "xml", "."], 1, "xml"),
        (["hash", "none.txt"], 2, "none.txt"),
    ],
)
def test_wrong_use_is_answered(words: list[str], code: int, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["register", *words]) == code
    assert told in capsys.readouterr().err.replace("\n", " ")


def test_each_kind_has_a_schema_that_allows_no_other_key(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["register", "schema"]) == 0
    schemas = json.loads(capsys.readouterr().out)
    assert list(schemas) == list(KINDS)
    for schema in schemas.values():
        parts = [schema, *schema.get("$defs", {}).values()]
        assert all(part["additionalProperties"] is False for part in parts if part["type"] == "object")
        fields = {name: field for part in parts for name, field in part.get("properties", {}).items() if name != "kind"}
        assert [name for name, field in fields.items() if "description" not in field and "$ref" not in field] == []
    assert main(["register", "schema", "claim"]) == 0
    assert json.loads(capsys.readouterr().out) == schemas["claim"]


@pytest.mark.parametrize(
    ("form", "name"),
    [("csv", "order.csv"), ("bibtex", "sources.bib"), ("csl", "sources.csl.json"), ("ftm", "register.ftm.json")],
)
def test_exports_are_written_and_named(
    world: Path, tmp_path: Path, form: str, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert main(["register", "export", form, str(out), "--register", str(world)]) == 0
    printed = capsys.readouterr().out.split()
    assert str(out / name) in printed and sorted(printed) == sorted(map(str, out.iterdir()))


def test_a_passage_is_hashed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "law.txt").write_text("Article 1.\nBe kind.", encoding="utf-8")
    assert main(["register", "hash", str(tmp_path / "law.txt")]) == 0
    assert main(["register", "hash", str(tmp_path / "law.txt"), "--chars", "11-19"]) == 0
    monkeypatch.setattr("sys.stdin", io.StringIO("Be  kind."))
    assert main(["register", "hash"]) == 0
    whole, part, piped = capsys.readouterr().out.split()
    assert whole == hash_passage("Article 1. Be kind.") and piped == hash_passage("Be kind.")
    assert part == piped
    (tmp_path / "law.txt").write_bytes(b"\xff")
    assert main(["register", "hash", str(tmp_path / "law.txt")]) == 2


def test_the_world_of_the_tests_is_of_one_country() -> None:
    assert all("/xa/" in place for place in TEXTS)
