"""Files of drafts, in YAML and JSON. What is wrong with one is told without a word of what it says."""

from typing import Any

import msgspec
import yaml

from netglass.reader.draft.model import FORM, Reading
from netglass.vocab.error import InputError


def format_drafts(reading: Reading, format: str) -> str:
    """Return a reading as ``yaml`` or ``json``."""
    if format == "json":
        return msgspec.json.format(msgspec.json.encode(reading), indent=1).decode() + "\n"
    plain: dict[str, Any] = msgspec.to_builtins(reading)
    return yaml.safe_dump(_plain(plain), sort_keys=False, allow_unicode=True, width=120)


def parse_drafts(text: str) -> Reading:
    """Return the reading that a file holds.

    Raises:
        InputError: it is no file of drafts.
    """
    try:
        content = msgspec.json.decode(text) if text.lstrip().startswith("{") else yaml.safe_load(text)
    except (msgspec.DecodeError, yaml.YAMLError, RecursionError, ValueError):
        raise InputError("this is neither YAML nor JSON; give what `netglass read` wrote") from None
    form = content.get("form") if isinstance(content, dict) else None
    if form != FORM:
        raise InputError(f"this is no file of drafts of the form {FORM}; give what `netglass read` wrote")
    try:
        return msgspec.convert(content, Reading, strict=False)
    except (msgspec.ValidationError, RecursionError):
        raise InputError("this file of drafts is damaged; write it again with `netglass read`") from None


def _plain(value: Any) -> Any:
    """Return lists and dicts of their own, so that YAML has no anchors for what stands twice."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value
