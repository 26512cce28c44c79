"""Nothing that could name the person who measured is written, whichever field it stands in."""

from typing import Any

import pytest

from netglass.source.ooni.row import Quarantine, Rows
from tests.source.ooni.maker import OTHER, SITE, decode, modern, rows

SECRET = "81.2.69.142"
"""An address that no lookup and no connect of the measurement gives."""


def text_of(value: Any) -> str:
    decoded = decode(value)
    return repr(decoded.tables if isinstance(decoded, Rows) else decoded)


def answer(**response: Any) -> dict[str, Any]:
    record = modern()
    record["test_keys"]["requests"][0]["response"] |= response
    return record


@pytest.mark.parametrize(
    "record",
    [
        answer(body=f"<title>Hello {SECRET}</title>"),
        answer(body="<title>Hello 81%2E2%2E69%2E142</title>"),
        answer(code=302, headers_list=[["Location", f"https://login.test/?ip={SECRET}"]]),
        answer(code=302, headers_list=[["Location", f"http://{SECRET}/portal"]]),
        answer(headers_list=[["Server", f"gateway {SECRET}"]]),
        modern(test_keys={"control_failure": f"unknown_failure: dial tcp {SECRET}:443: refused"}),
        modern(test_keys={"control": {"http_request": {"status_code": 200, "title": f"You are {SECRET}"}}}),
        modern(test_keys={"queries": [{"hostname": f"x.{SECRET.replace('.', '-')}.isp.test"}]}),
        modern(
            test_keys={"tcp_connect": [{"ip": SITE, "port": 1, "status": {"failure": f"unknown_failure: {SECRET}"}}]}
        ),
        modern(
            test_keys={
                "requests": [{"request": {"url": f"https://site.test/?client={SECRET}"}, "failure": "eof_error"}]
            }
        ),
        modern(test_keys={"requests": [{"request": {"url": f"http://{SECRET}/"}, "failure": "eof_error"}]}),
        modern(test_name=f"test of {SECRET}"),
        {f"key {SECRET}": 1},
    ],
)
def test_an_address_that_nothing_explains_goes_from_every_text(record: dict[str, Any]) -> None:
    assert SECRET in repr(record) or "81%2E2" in repr(record) or "81-2-69" in repr(record)
    text = text_of(record)
    assert SECRET not in text and "81-2-69-142" not in text and "81%2E2" not in text


def test_addresses_that_the_measurement_explains_stay() -> None:
    record = answer(code=302, headers_list=[["Location", f"https://{OTHER}/{SITE}"]])
    (row,) = rows(record, "http")
    assert (row["location"], row["location_host"]) == (f"https://{OTHER}/{SITE}", OTHER)


def test_a_host_that_answered_is_not_the_probe() -> None:
    page = {"request": {"url": f"http://{SECRET}/blocked"}, "response": {"code": 200, "body": "no"}, "failure": None}
    (row,) = rows(modern(test_keys={"requests": [page]}), "http")
    assert (row["url"], row["host"], row["address"]) == (f"http://{SECRET}/blocked", SECRET, SECRET)


def test_a_body_is_hashed_without_the_address() -> None:
    hashes = {
        rows(answer(body=f"<p>Your address is {address} today</p>" * 9), "http")[0]["body_sha256"]
        for address in (SECRET, "81.2.69.143")
    }
    assert len(hashes) == 1


def test_reports_of_the_quarantine_quote_nothing() -> None:
    decoded = decode(b'{"text": "' + SECRET.encode() + b'", broken')
    assert isinstance(decoded, Quarantine)
    assert SECRET not in repr(decoded)
