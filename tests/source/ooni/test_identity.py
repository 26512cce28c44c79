"""The same measurement is known again by whatever road it comes, and another one is another one."""

import copy
import gzip
import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netglass.source.ooni.row import Rows
from tests.source.ooni.maker import UID, classic, decode, decode_file, dump, make_tar, modern

DNSCHECK: dict[str, Any] = modern(
    test_name="dnscheck",
    test_keys={"domain": "a.test", "lookups": {"https://a.test/": {"queries": [{"hostname": "a.test", "t": 0.25}]}}},
)


def identify(value: Any) -> str:
    decoded = decode(value)
    assert isinstance(decoded, Rows)
    return decoded.content_id


def permute(value: Any, rng: random.Random) -> Any:
    """The same JSON with the keys of every object in another order."""
    if isinstance(value, dict):
        names = list(value)
        rng.shuffle(names)
        return {name: permute(value[name], rng) for name in names}
    return [permute(item, rng) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("record", [modern(), classic(), DNSCHECK], ids=["0.5", "0.4", "dnscheck"])
def test_neither_key_order_nor_escapes_nor_space_matter(record: dict[str, Any]) -> None:
    official = identify(record)
    for seed in range(5):
        assert identify(permute(record, random.Random(seed))) == official
    assert identify(json.dumps(record, indent=3, ensure_ascii=False).encode()) == official
    assert identify(dump(record).replace(b"/", b"\\/")) == official
    assert identify(dump(record).replace(b'"site.test"', b'"\\u0073ite.test"')) == official


@pytest.mark.parametrize("record", [modern(), classic(), DNSCHECK], ids=["0.5", "0.4", "dnscheck"])
def test_keys_that_a_road_adds_do_not_matter(record: dict[str, Any]) -> None:
    added = record | {
        "measurement_uid": UID,
        "id": "x",
        "bucket_date": "2026-03-05",
        "report_filename": "y",
        "probe_city": None,
    }
    assert identify(added) == identify(record)


def test_every_road_leads_to_the_same_identity(tmp_path: Path) -> None:
    record = modern()
    post = b'{"format":"json","content":' + dump(record) + b"}"
    roads = {
        "a.json": json.dumps(record, indent=2).encode(),
        "b.jsonl": dump(record) + b"\r\n",
        "c.jsonl.gz": gzip.compress(dump(record)),
        "d.tar.gz": gzip.compress(make_tar({f"x/{UID}.post": post})),
        "e.json": dump({"measurement_uid": UID, "raw_measurement": json.dumps(record)}),
        "f.json": dump([record]),
        "g.json": dump({"format": "json", "content": json.dumps(record)}),
    }
    found = {}
    for name, content in roads.items():
        (tmp_path / name).write_bytes(content)
        (rows,), refused = decode_file(tmp_path / name)
        assert refused == []
        found[name] = (rows.content_id, rows.measurement_uid)
    assert {content_id for content_id, _ in found.values()} == {identify(record)}
    assert {name for name, (_, uid) in found.items() if uid == UID} == {"d.tar.gz", "e.json"}
    assert found["a.json"][1] == f"ng-{identify(record)}"


def test_the_uid_within_a_record_wins_over_that_of_its_container() -> None:
    decoded = decode(modern(measurement_uid=UID), uid_hint="20260305140937.817609_XC_webconnectivity_0000000000000000")
    assert isinstance(decoded, Rows)
    assert decoded.measurement_uid == UID


def test_decimals_that_an_uploader_cuts_do_not_matter() -> None:
    record = classic()
    record["test_keys"]["tcp_connect"][0]["t"] = 1.3505053839999999
    cut = copy.deepcopy(record)
    cut["test_keys"]["tcp_connect"][0]["t"] = 1.350505384
    assert identify(record) == identify(cut)
    assert identify(modern(test_runtime=1.25)) == identify(modern(test_runtime=1.25000000001))


def test_a_body_in_base64_is_the_same_body() -> None:
    record = modern()
    record["test_keys"]["requests"][0]["response"]["body"] = {
        "format": "base64",
        "data": "PGh0bWw+PHRpdGxlPkEgcGFnZTwvdGl0bGU+PC9odG1sPg==",
    }
    assert identify(record) == identify(modern())


@pytest.mark.parametrize(
    "other",
    [
        modern(report_id="20260305T140930Z_webconnectivity_XC_64530_n1_other"),
        modern(measurement_start_time="2026-03-05 14:09:35"),
        modern(test_runtime=1.5),
        modern(input="https://site.test/other"),
        modern(probe_asn="AS64531"),
        modern(test_keys={"blocking": "dns"}),
        modern(test_keys={"queries": []}),
        modern(test_keys={"control": {}}),
        modern(test_keys={"requests": []}),
    ],
)
def test_another_measurement_is_another_one(other: dict[str, Any]) -> None:
    """Not report, input and time alone: what was seen counts too."""
    assert identify(other) != identify(modern())


def test_other_nettests_are_told_apart_by_all_of_their_keys() -> None:
    other = copy.deepcopy(DNSCHECK)
    other["test_keys"]["bootstrap_failure"] = "dns_nxdomain_error"
    assert identify(other) != identify(DNSCHECK)


@given(
    st.dictionaries(
        st.text(max_size=8),
        st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.floats(allow_nan=False),
        max_size=5,
    )
)
def test_any_keys_of_other_nettests_have_an_identity(keys: dict[str, Any]) -> None:
    record = modern(test_name="ndt") | {"test_keys": keys}
    assert identify(record) == identify(permute(record, random.Random(1)))
