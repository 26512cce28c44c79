"""Until scrub and body land."""

from collections.abc import Sequence
from typing import Any

try:
    from netglass.source.ooni.scrub import scrub_body, scrub_text
except ImportError:

    def scrub_text(text: str, probe_asn: int | None, explained: set[str], refdata: Any) -> str:
        return text

    def scrub_body(body: bytes, probe_asn: int | None, explained: set[str], refdata: Any) -> bytes:
        return body


try:
    from netglass.source.ooni.body import find_refusal, read_title
except ImportError:
    import html
    import re

    _TITLE = re.compile(rb"<title[^>]*>(.*?)</title", re.IGNORECASE | re.DOTALL)

    def read_title(body: bytes) -> str | None:
        match = _TITLE.search(body, 0, 1 << 16)
        return " ".join(html.unescape(match[1].decode("utf-8", "replace")).split()) if match else None

    def find_refusal(status: int | None, headers: Sequence[tuple[str, str]], title: str | None, body: bytes) -> str | None:
        return "451" if status == 451 else None


__all__ = ["find_refusal", "read_title", "scrub_body", "scrub_text"]
