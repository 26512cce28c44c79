"""One record: bytes in, the rows of all observation tables out, or the reason why not.

Decoding is strict and typed first, which is fast and right for nearly every record. Where that fails the record is read leniently, field
by field; only what is no JSON object with test keys of a known nettest is not stored.
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from netglass.refdata import Refdata
from netglass.source.ooni.lenient import Unreadable, fit_struct, load_lenient
from netglass.source.ooni.nettest import KNOWN_TESTS, WEB_CONNECTIVITY, list_nettest
from netglass.source.ooni.row import Quarantine, Record, Rows, refuse
from netglass.source.ooni.scrub import scrub_text
from netglass.source.ooni.structure import Envelope, WebMeasurement
from netglass.source.ooni.web_connectivity import Web, list_webs
from netglass.source.ooni.wrapper import WRAPPERS, unwrap_bytes, unwrap_value

_decode = msgspec.json.Decoder(WebMeasurement).decode


def decode_records(records: Sequence[Record], refdata: Refdata) -> list[Rows | Quarantine]:
    """Return, for each of ``records``, its rows or the reason why it is not stored. Nothing in a record raises."""
    read = [read_record(record, refdata) for record in records]
    rows = iter(list_webs([item for item in read if isinstance(item, Web)]))
    return [next(rows) if isinstance(item, Web) else item for item in read]


def read_record(record: Record, refdata: Refdata) -> Web | Rows | Quarantine:
    """Decode ``record``; a web_connectivity measurement still has its rows to be listed."""
    raw, uid = record.raw, None
    try:
        measurement = _decode(raw)
        if measurement.test_keys is None:
            raw, uid = unwrap_bytes(raw)
            measurement = _decode(raw)
        if measurement.test_name == WEB_CONNECTIVITY and measurement.test_keys is not None and is_clean(measurement):
            return Web(record, measurement, uid, refdata, dict.fromkeys(record.flags))
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        raw, uid = record.raw, None
    return decode_leniently(record, raw, uid, refdata)


def is_clean(envelope: Envelope) -> bool:
    """Tell whether the texts that are written as they are hold no NUL."""
    texts = (envelope.input, envelope.probe_network_name, envelope.resolver_network_name, envelope.software_version)
    return not any(text and "\x00" in text for text in texts)


def decode_leniently(record: Record, raw: bytes, uid: str | None, refdata: Refdata) -> Web | Rows | Quarantine:
    """Read a record field by field: another nettest, or one that is not as the specification says."""
    issues = dict.fromkeys(record.flags)
    try:
        value, wrapper_uid = unwrap_value(load_lenient(raw, issues), lambda inner: load_lenient(inner, issues))
    except Unreadable as error:
        return refuse(record, "quarantined", error.reason, error.detail)
    if not isinstance(value, dict):
        return refuse(record, "quarantined", "not_an_object", f"it is of type {type(value).__name__}")
    if not value:
        return refuse(record, "quarantined", "empty_object")
    if problem := find_problem(value):
        reason, detail = problem[0], scrub_text(problem[1], None, (), refdata)
        if record.flags:
            return refuse(record, "quarantined", "damaged_record", detail)
        return refuse(record, "not_understood", reason, detail)
    uid = uid or wrapper_uid
    if value["test_name"] != WEB_CONNECTIVITY:
        return list_nettest(record, value, uid, refdata, issues)
    return Web(record, fit_struct(value, WebMeasurement, "", issues), uid, refdata, issues)


def find_problem(value: dict[str, Any]) -> tuple[str, str] | None:
    """Return reason and detail where a JSON object is no measurement that can be stored."""
    name = value.get("test_name")
    if not isinstance(name, str) or not name:
        if "measurement_url" in value or "results" in value or any(name in value for name in WRAPPERS):
            return "no_raw_measurement", "an API reply or a wrapper that holds no measurement"
        return "no_test_name", f"keys: {', '.join(sorted(value)[:8])}"
    if value.get("test_keys") is None:
        return "no_test_keys", f"{name} without test_keys"
    if not isinstance(value["test_keys"], dict):
        return "test_keys_not_object", f"test_keys is of type {type(value['test_keys']).__name__}"
    if name not in KNOWN_TESTS:
        return "unknown_test", f"test_name {name}"
    return None
