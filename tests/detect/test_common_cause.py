from typing import Any

from netglass.detect.detection import detect_events
from netglass.detect.telling import read_verdicts
from tests.detect.example import write_series
from tests.detect.world import no_rows

COUNTRIES = ("QA", "QB", "QC", "QD")


def find(columns: dict[str, list[Any]]) -> list[dict[str, Any]]:
    return [row for row in detect_events(read_verdicts(columns)).events if row["kind"] == "block"]


def write_everywhere(letters: str = "oooBBBBBB", **by_country: dict[str, Any]) -> list[dict[str, Any]]:
    columns = no_rows()
    for i, cc in enumerate(COUNTRIES):
        for asn in (64900 + 10 * i, 64901 + 10 * i):
            write_series(columns, letters, asn=asn, cc=cc, **by_country.get(cc, {}))
    return find(columns)


def causes(row: dict[str, Any]) -> list[str]:
    return [flag for flag in row["flags"] if flag.startswith("common_cause")]


def test_the_same_in_many_countries_at_once_is_flagged_and_not_dropped() -> None:
    rows = write_everywhere()
    assert len(rows) == 4
    assert {row["state"] for row in rows} == {"unconfirmed"}
    assert all(causes(row) == ["common_cause:4 countries at once"] for row in rows)


def test_two_countries_are_no_pattern() -> None:
    columns = no_rows()
    for asn, cc in ((64901, "QA"), (64902, "QA"), (64911, "QB"), (64912, "QB")):
        write_series(columns, "oooBBBBBB", asn=asn, cc=cc)
    assert [causes(row) for row in find(columns)] == [[], []]


def test_a_block_page_of_its_own_clears_a_country() -> None:
    own = {cc: {"signatures": [f"page:{cc}"], "mechanism": "http.blockpage"} for cc in COUNTRIES}
    assert [row["state"] for row in write_everywhere(**own)] == ["confirmed"] * 4


def test_one_page_in_all_countries_clears_none() -> None:
    same = {cc: {"signatures": ["page:cdn"], "mechanism": "http.blockpage"} for cc in COUNTRIES}
    assert [row["state"] for row in write_everywhere(**same)] == ["unconfirmed"] * 4


def test_different_layers_in_different_countries_are_separate_acts() -> None:
    layers = dict(zip(COUNTRIES, ("dns.nxdomain", "tcp.timeout", "tls.reset.sni", "http.error"), strict=True))
    rows = write_everywhere(**{cc: {"mechanism": path} for cc, path in layers.items()})
    assert [causes(row) for row in rows] == [[]] * 4


def test_onsets_far_apart_are_no_common_cause() -> None:
    columns = no_rows()
    for i, cc in enumerate(COUNTRIES):
        for asn in (64900 + 10 * i, 64901 + 10 * i):
            write_series(columns, "o" * (4 + 5 * i) + "B" * 12, asn=asn, cc=cc)
    assert not any(causes(row) for row in find(columns))


def write_versions(**old: Any) -> dict[str, Any]:
    columns = no_rows()
    for asn in (64901, 64902):
        write_series(columns, "oooBBBBBB", asn=asn, engine="probe 1", reporter="old", every_hours=24, **old)
        write_series(columns, "o.o.o.o.o", asn=asn, engine="probe 2", reporter="new", first_hour=1)
    (row,) = find(columns)
    return row


def test_what_only_one_version_of_the_client_sees_is_flagged() -> None:
    row = write_versions()
    assert row["state"] == "unconfirmed"
    assert causes(row) == ["common_cause:only probe 1 shows it, 4 measurements of other versions do not"]


def test_an_artefact_of_the_network_clears_the_version() -> None:
    assert causes(write_versions(signatures=["injected:192.31.196.9"])) == []
