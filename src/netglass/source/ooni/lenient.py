"""Reading a record field by field, where strict decoding failed: one bad field never costs the rest of its measurement.

JSON is read as leniently as Python reads it (NaN, raw control characters, lone surrogates), and each value is then fitted to the types of
``structure``. What does not fit is left out under an issue that names the field; a number in a string is taken for the number.
"""

import json
import math
import re
from typing import Any, get_args, get_origin

import msgspec

from netglass.source.ooni.structure import T

_UNWRITABLE = re.compile("[\x00\ud800-\udfff]")
_MAX_DIGITS = 300
_MISSING = object()


class Unreadable(Exception):
    """A record that can not be read at all; ``reason`` is of ``issue.REASONS``."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


def load_lenient(raw: bytes, issues: dict[str, None]) -> Any:
    """Read JSON as far as it can be understood; what had to be forgiven is noted in ``issues``.

    Raises:
        Unreadable: it is no JSON, or nested too deeply.
    """
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        issues["invalid_utf8"] = None
        text = raw.decode("utf-8-sig", "replace")
    try:
        value = json.loads(text, strict=False, parse_int=_read_int)
    except RecursionError:
        raise Unreadable("too_deep", "nested deeper than the parser can follow") from None
    except ValueError as error:
        raise Unreadable("invalid_json", str(error)) from None
    return clean_value(value, issues)


def _read_int(digits: str) -> int | float:
    return int(digits) if len(digits) <= _MAX_DIGITS else math.inf


def clean_value(value: Any, issues: dict[str, None], in_body: bool = False) -> Any:
    """Return ``value`` without what no table can hold: NaN and infinities become null, NUL and lone surrogates U+FFFD.

    Bodies are hashed and never written as text, so NUL in them is nothing odd.
    """
    if isinstance(value, str):
        return clean_text(value, issues, in_body)
    if isinstance(value, float) and not math.isfinite(value):
        issues["not_strict_json"] = None
        return None
    if isinstance(value, list):
        return [clean_value(item, issues, in_body) for item in value]
    if isinstance(value, dict):
        return {
            clean_text(name, issues, False): clean_value(item, issues, in_body or name == "body")
            for name, item in value.items()
        }
    return value


def clean_text(text: str, issues: dict[str, None], in_body: bool) -> str:
    """Return ``text`` with NUL (outside bodies) and lone surrogates replaced by U+FFFD."""
    if not _UNWRITABLE.search(text):
        return text
    if not text.isascii() and re.search("[\ud800-\udfff]", text):
        issues["not_strict_json"] = None
        text = re.sub("[\ud800-\udfff]", "\ufffd", text)
    if not in_body and "\x00" in text:
        issues["nul_character"] = None
        text = text.replace("\x00", "\ufffd")
    return text


def fit_value(value: Any, kind: Any, path: str, issues: dict[str, None]) -> Any:
    """Return ``value`` as ``kind``, with everything that does not fit left out; None where nothing is left.

    Args:
        value: decoded JSON.
        kind: a type of ``structure``.
        path: where the value stands, for the issue: ``test_keys.queries[].t``.
        issues: names of issues found, added to.
    """
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError:
        pass
    except RecursionError:
        issues[f"wrong_type:{path}"] = None
        return None
    fitted = _fit_inside(value, kind, path, issues)
    if fitted is not _MISSING:
        return fitted
    issues[f"wrong_type:{path}"] = None
    try:
        return msgspec.convert(value, kind, strict=False)
    except msgspec.ValidationError:
        return None


def _fit_inside(value: Any, kind: Any, path: str, issues: dict[str, None]) -> Any:
    """Fit the parts of a container that itself has the right type; ``_MISSING`` where it has not."""
    for option in get_args(kind) if get_origin(kind) not in (list, tuple, dict) else (kind,):
        origin = get_origin(option)
        if isinstance(value, dict) and isinstance(option, type) and issubclass(option, msgspec.Struct):
            return fit_struct(value, option, path, issues)
        if isinstance(value, list) and origin in (list, tuple):
            return _fit_list(value, option, path, issues)
        if isinstance(value, dict) and origin is dict:
            item_kind = get_args(option)[1]
            return {name: fit_value(item, item_kind, f"{path}{{}}", issues) for name, item in value.items()}
        if option is msgspec.Raw:
            return msgspec.Raw(msgspec.json.encode(value))
    if kind is msgspec.Raw:
        return msgspec.Raw(msgspec.json.encode(value))
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct) and isinstance(value, dict):
        return fit_struct(value, kind, path, issues)
    return _MISSING


def _fit_list(value: list[Any], kind: Any, path: str, issues: dict[str, None]) -> Any:
    """Fit each item, and leave out what can not be one; a pair (a header) with a bad half is left out whole."""
    kinds = get_args(kind)
    if get_origin(kind) is tuple and kinds[-1] is not Ellipsis:
        return _MISSING
    items = (fit_value(item, kinds[0], f"{path}[]", issues) for item in value)
    fitted = [item for item in items if item is not None]
    return tuple(fitted) if get_origin(kind) is tuple else fitted


def fit_struct(value: dict[str, Any], kind: type[T], path: str, issues: dict[str, None]) -> T:
    """Return ``value`` as the structure ``kind``, field by field."""
    prefix = f"{path}." if path else ""
    fields = {
        field.name: fit_value(value[field.name], field.type, prefix + field.name, issues)
        for field in msgspec.structs.fields(kind)
        if field.name in value
    }
    return kind(**fields)
