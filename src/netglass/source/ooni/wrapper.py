"""Wrappers around a record: posts to the collector, and replies of the OONI API and of Explorer's fixtures.

**Source**: oonib's ``{"format": "json", "content": …}`` (ooni/spec backends/bk-003-collector); the API's ``raw_measurement``, a string or
an object (api.ooni.io ``/api/v1/measurement_meta?full=true``); ``body`` around that in recorded replies.
"""

from typing import Any

import msgspec
from msgspec import Raw

from netglass.source.ooni.structure import NULL

WRAPPERS = ("raw_measurement", "content", "body")
MAX_LAYERS = 4


class _Wrapper(msgspec.Struct, gc=False):
    raw_measurement: Raw = NULL
    content: Raw = NULL
    body: Raw = NULL
    test_keys: Raw = NULL
    measurement_uid: str | None = None


_decode = msgspec.json.Decoder(_Wrapper).decode
_decode_text = msgspec.json.Decoder(str).decode


def unwrap_bytes(raw: bytes) -> tuple[bytes, str | None]:
    """Return the innermost record and the ``measurement_uid`` of a wrapper around it; ``raw`` itself where there is none.

    Raises:
        msgspec.MsgspecError: a layer is no strict JSON.
    """
    uid = None
    for _ in range(MAX_LAYERS):
        layer = _decode(raw)
        uid = layer.measurement_uid or uid
        values = (bytes(value) for value in (layer.raw_measurement, layer.content, layer.body))
        inner = next((value for value in values if value[:1] == b"{" or (value[:1] == b'"' and value != b'""')), None)
        if inner is None or bytes(layer.test_keys)[:1] == b"{":
            break
        raw = _decode_text(inner).encode() if inner[:1] == b'"' else inner
    return raw, uid


def unwrap_value(value: Any, load: Any) -> tuple[Any, str | None]:
    """Do the same with decoded JSON; ``load`` reads a record that is wrapped as a text."""
    uid = None
    for _ in range(MAX_LAYERS):
        if not isinstance(value, dict):
            break
        if isinstance(value.get("measurement_uid"), str):
            uid = value["measurement_uid"] or uid
        inner = next(
            (value[name] for name in WRAPPERS if value.get(name) and isinstance(value[name], dict | str)), None
        )
        if inner is None or isinstance(value.get("test_keys"), dict):
            break
        value = load(inner.encode("utf-8", "replace")) if isinstance(inner, str) else inner
    return value, uid
