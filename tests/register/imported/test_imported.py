"""Tables of others: every row is loaded or counted, and nobody is named."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netglass.api.register_import import import_table, list_imported
from netglass.api.store import open as open_store
from netglass.register.country import COUNTRIES
from netglass.register.country_code import ALPHA_3, find_code
from netglass.register.imported.finding import read_findings
from netglass.register.imported.intake import list_hosts
from netglass.register.imported.stop import read_stop
from netglass.register.imported.worldbank import read_series
from netglass.store.part import connect_writer, quote_literal
from netglass.vocab.error import InputError, UsageError
from netglass.vocab.table import IMPORTED

PERSON = "Jora Velkin"

CUT: dict[str, Any] = {
    "start_date": "2020-06-02", "start_date_type": "Actual", "country": "Norway; Viet Nam", "geo_scope": "One city",
    "area_name": "Nordhavn",
    "shutdown_type": "Shutdown", "affected_network": "Mobile", "shutdown_extent": "Full network", "ordered_by": "Local government",
    "decision_maker": f"Inspector {PERSON}", "actual_cause": "Other", "actual_cause_details": f"after the arrest of {PERSON}",
    "info_source_link": f"https://news.example/{PERSON.replace(' ', '-')}; https://{PERSON.split()[0]}@social.example/1",
    "shutdown_status": "Ended", "end_date": "2020-06-03", "gov_justification": "Precautionary measure", "gov_ack": "Yes",
    "legal_just": "No", "facebook_affected": "Yes", "sms_affected": "No", "election": "No", "violence": "No", "event": PERSON,
    "gov_ack_quote": PERSON, "telcos_involved": PERSON,
}  # fmt: skip
FOUND: dict[str, Any] = {
    "id": "17", "title": f"Blocking after {PERSON}", "short_description": PERSON, "slug": "x", "start_time": "2026-03-20T00:00:00.000000Z",
    "end_time": None, "event_type": "incident", "ASNs": [64512], "CCs": ["NO"], "themes": ["im"], "tags": [PERSON], "reported_by": PERSON,
    "email_address": "jora@mail.example", "creator_account_id": "acct-4411", "test_names": ["web_connectivity"],
    "domains": ["Daily.example"], "links": [f"https://blog.example/{PERSON}"],
}  # fmt: skip
WIDE = """"Data Source","World Development Indicators",

"Country Name","Country Code","Indicator Name","Indicator Code","2018","2019",
"Norway","NOR","Users (%)","IT.X","96.5","98",
"Arab World","ARB","Users (%)","IT.X","1","2",
"Chad","TCD","Users (%)","IT.X","","",
"""


def test_a_shutdown_of_two_countries_is_a_row_for_each_and_norway_is_norway() -> None:
    done = read_stop([CUT])
    assert [row[0] for row in done.rows] == ["NO", "VN"]
    assert done.rows[0][1:4] == (date(2020, 6, 2), "Actual", date(2020, 6, 3))
    assert (done.read, done.skipped) == (1, {})
    named = dict(zip((column.name for column in IMPORTED["shutdown"]), done.rows[0], strict=True))
    assert (named["services"], named["source_hosts"]) == (["facebook"], ["news.example"])


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"country": "Atlantis"}, "no country of ISO 3166-1: Atlantis"),
        ({"country": None}, "no country of ISO 3166-1: none named"),
        ({"start_date": None}, "no start date"),
        ({"start_date": "soon"}, "a date that is none"),
        ({"end_date": "2020-06-01"}, "it ends before it begins"),
    ],
)
def test_what_is_left_out_is_counted_with_its_reason_and_place(change: dict[str, Any], reason: str) -> None:
    done = read_stop([CUT, CUT | change])
    assert (done.skipped, done.examples) == ({reason: 1}, {reason: [2]})


def test_a_finding_keeps_what_was_blocked_and_where_and_its_address() -> None:
    (row,) = read_findings([FOUND]).rows
    assert row[:2] == ("17", ["NO"])
    assert row[5:7] == ([64512], ["daily.example"])
    assert row[-1] == "https://explorer.ooni.org/findings/17"


def test_the_wide_table_becomes_a_row_for_each_value() -> None:
    done = read_series(WIDE)
    assert [row[3:] for row in done.rows] == [(2018, 96.5), (2019, 98.0)]
    assert done.skipped == {"a group of countries, or none of ISO 3166-1": 1, "no value in any year": 1}


def test_every_country_has_a_code_of_three_letters() -> None:
    assert set(ALPHA_3.values()) == set(COUNTRIES) - {"EU", "INT"}
    assert find_code("Viet Nam") == "VN"


def test_of_links_only_hosts_are_kept_and_none_with_an_account() -> None:
    assert list_hosts("https://a.example/x?y; http://b.example:80/ ftp://c.example mailto:d@e.example") == [
        "a.example",
        "b.example",
    ]
    assert list_hosts("https://jora@f.example/ https://[bad") == []


@given(
    st.lists(
        st.recursive(st.none() | st.booleans() | st.text() | st.integers(), st.lists)
        | st.dictionaries(st.text(), st.text())
    )
)
def test_no_finding_breaks_the_reader(records: list[Any]) -> None:
    done = read_findings(records)
    assert done.read == len(done.rows) + sum(done.skipped.values())


@given(st.lists(st.dictionaries(st.sampled_from(sorted(CUT)), st.none() | st.text() | st.dates().map(str))))
def test_no_shutdown_breaks_the_reader(records: list[Any]) -> None:
    assert read_stop(records).read == len(records)


@given(st.text())
def test_no_series_breaks_the_reader(text: str) -> None:
    try:
        read_series(text)
    except InputError as error:
        assert "no line" in str(error)


def write_inputs(folder: Path) -> dict[str, Path]:
    files = {
        "stop": folder / "stop.parquet",
        "ooni-findings": folder / "findings.json",
        "worldbank": folder / "wide.csv",
    }
    lines = folder / "stop.jsonl"
    lines.write_text(json.dumps(CUT) + "\n")
    with connect_writer() as connection:
        connection.execute(
            f"COPY (SELECT * FROM read_json({quote_literal(lines)})) TO {quote_literal(files['stop'])} (FORMAT parquet)"
        )
    files["ooni-findings"].write_text(json.dumps({"incidents": [FOUND]}))
    files["worldbank"].write_text(WIDE)
    return files


def test_tables_are_kept_listed_by_country_and_read_twice_change_nothing(tmp_path: Path) -> None:
    store = open_store(tmp_path / "store")
    for form, file in write_inputs(tmp_path).items():
        first = import_table(store, form, file)
        kept = {path.name: path.read_bytes() for path in first.path.parent.iterdir()}
        assert import_table(store, form, file) == first
        assert {path.name: path.read_bytes() for path in first.path.parent.iterdir()} == kept
    assert [row[0] for row in list_imported(store, "shutdown", cc="NO")[1]] == ["NO"]
    assert len(list_imported(store, "series")[1]) == 2
    assert list_imported(store, "finding", cc="SE")[1] == []


def test_a_person_in_an_input_is_in_no_file_that_is_written(tmp_path: Path) -> None:
    store = open_store(tmp_path / "store")
    for form, file in write_inputs(tmp_path).items():
        import_table(store, form, file)
    written = b"".join(path.read_bytes() for path in (tmp_path / "store").rglob("*") if path.is_file())
    listed = json.dumps([list_imported(store, kind) for kind in IMPORTED])
    for name in (*PERSON.split(), "jora@mail.example", "acct-4411"):
        assert name.encode() not in written
        assert name not in listed


@pytest.mark.parametrize("form", ["stop", "ooni-findings", "worldbank"])
def test_another_file_is_an_error_that_names_it(tmp_path: Path, form: str) -> None:
    file = tmp_path / "odd"
    file.write_text("{}")
    with pytest.raises(InputError, match="odd"):
        import_table(open_store(tmp_path / "store"), form, file)


def test_unknown_tables_are_refused_with_those_that_exist(tmp_path: Path) -> None:
    store = open_store(tmp_path / "store")
    with pytest.raises(UsageError, match="stop, ooni-findings, worldbank"):
        import_table(store, "csv", tmp_path)
    with pytest.raises(InputError, match="register import"):
        list_imported(store, "finding")


def test_the_real_tables_are_loaded_or_counted(shared_data: Path, tmp_path: Path) -> None:
    store = open_store(tmp_path)
    cuts = import_table(store, "stop", shared_data / "register" / "access_now_snapshot_2026-05-20.parquet")
    assert (cuts.read, cuts.loaded, sum(cuts.skipped.values())) == (2102, 2096, 6)
    findings = import_table(store, "ooni-findings", shared_data / "register" / "ooni_incidents.json")
    assert (findings.read, findings.loaded) == (67, 67)
    for file in sorted((shared_data / "indicators").glob("API_*.csv")):
        series = import_table(store, "worldbank", file)
        assert series.read == series.loaded + sum(series.skipped.values()) == 264
        assert series.skipped["a group of countries, or none of ISO 3166-1"] == 49
