"""The register in the forms of others: CSV, BibTeX, CSL and FollowTheMoney."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from netglass.api.register import EXPORTS, export_register
from netglass.register.bibliography import format_bibtex, make_csl
from netglass.register.ftm import LEFT_OUT, make_entities
from netglass.register.kind import KINDS
from netglass.register.library import Register, load_register
from netglass.register.sheet import format_csv, list_columns
from netglass.register.source import Source
from netglass.vocab.error import UsageError
from tests.register.world import read_changed, write_world


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Register:
    return load_register(write_world(tmp_path_factory.mktemp("world")), lab=True)


def find_source(register: Register) -> Source:
    source = register.find("xa-gazette-2020")
    assert isinstance(source, Source)
    return source


@pytest.mark.parametrize("kind", KINDS)
def test_csv_has_every_field_of_the_kind(register: Register, kind: str) -> None:
    (row,) = csv.DictReader(io.StringIO(format_csv(kind, register.list_records(kind))))
    assert tuple(row) == list_columns(kind)
    assert set(row) >= set(KINDS[kind].model_fields) - {"evidence"}
    assert row["cc"] == "XA" and row["id"].startswith("xa-")


def test_lists_are_json_in_the_cell(register: Register) -> None:
    (row,) = csv.DictReader(io.StringIO(format_csv("order", register.list_records("order"))))
    assert json.loads(row["networks"]) == [64512, 64513]
    assert row["sources"] == '["xa-gazette-2020"]' and row["region"] == ""


def test_a_source_is_an_entry_of_bibtex(register: Register) -> None:
    text = format_bibtex(find_source(register))
    assert text.startswith("@misc{xa-gazette-2020,\n") and "  date = {2020-03},\n" in text
    assert "  author = {{Bureau of Print}},\n" in text and text.count("{") == text.count("}")


def test_signs_that_tex_would_obey_are_escaped(tmp_path: Path) -> None:
    register, _ = read_changed(tmp_path, "source", "english: Gazette 7", "english: 'A_1 & 50% {x} \\y'")
    assert r"title = {A\_1 \& 50\% \{x\} \textbackslash{}y}" in format_bibtex(find_source(register))


def test_a_source_is_an_item_of_csl(register: Register) -> None:
    item = make_csl(find_source(register))
    assert item["issued"] == {"date-parts": [[2020, 3]]} and item["accessed"] == {"date-parts": [[2026, 3, 2]]}
    assert (item["type"], item["title"], item["original-title"]) == ("legislation", "Gazette 7", "Gazeto 7")


def list_entities(register: Register) -> list[dict[str, Any]]:
    return list(make_entities(register.list_records()))


def test_entities_have_one_id_each_and_end_at_entities(register: Register) -> None:
    entities = list_entities(register)
    ids = [entity["id"] for entity in entities]
    assert len(set(ids)) == len(ids)
    ends = [
        end
        for item in entities
        for name in ("subject", "object", "entity", "document")
        for end in item["properties"].get(name, [])
    ]
    assert ends and set(ends) <= set(ids)
    assert {record.id for record in register.list_records() if record.kind not in (*LEFT_OUT, "link")} <= set(ids)


def test_no_case_is_in_any_export(register: Register, tmp_path: Path) -> None:
    for form in EXPORTS:
        files = export_register(register, form, tmp_path / form)
        assert files and not any("-case-" in path.read_text(encoding="utf-8") for path in files)


def test_the_entities_are_valid_to_followthemoney(register: Register) -> None:
    followthemoney = pytest.importorskip("followthemoney", reason="followthemoney is not installed")
    for entity in list_entities(register):
        schema = followthemoney.model.get(entity["schema"])
        assert schema is not None
        schema.validate(entity)
        for name, values in entity["properties"].items():
            field = schema.get(name)
            assert field is not None, (entity["schema"], name)
            assert all(field.type.validate(value) for value in values), (name, values)


def test_a_form_that_is_none_is_refused(register: Register, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="did you mean bibtex"):
        export_register(register, "bibtx", tmp_path)
