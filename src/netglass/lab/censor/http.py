"""What a censor reads of an HTTP request, and the page that it shows instead of the answer."""

import re
from http import HTTPStatus

from netglass.lab.censor.rule import HttpRule, StreamAction
from netglass.wire.http_head import RequestHead, ResponseHead, build_response_head

_HOST = re.compile(r"(?:\[[^\]]*\]|[^:]*)")


def read_host(head: RequestHead) -> str | None:
    """Return the host of a request without its port; None where it names none."""
    found = _HOST.match(head.host or "")
    return found[0] if found and found[0] else None


def has_keyword(head: RequestHead, keywords: tuple[str, ...]) -> bool:
    """Tell whether one of the keywords stands in the request line or a field, in any case."""
    lines = [f"{head.method} {head.target} {head.version}", *(f"{name}: {value}" for name, value in head.fields)]
    text = "\n".join(lines).lower()
    return any(keyword.lower() in text for keyword in keywords)


def build_ending(rule: HttpRule) -> bytes | None:
    """Return what the client is shown before a forged FIN, perhaps nothing; None where no FIN is forged.

    Raises:
        UsageError: a field of the rule has no form on the wire.
    """
    if rule.action is StreamAction.FINISH:
        return b""
    if rule.action is StreamAction.REDIRECT:
        return _build_response(HTTPStatus.FOUND, (("Location", rule.location), *rule.fields), b"")
    if rule.action is StreamAction.PAGE:
        return _build_response(rule.status, (("Content-Type", "text/html; charset=utf-8"), *rule.fields), rule.body)
    return None


def _build_response(status: int, fields: tuple[tuple[str, str], ...], body: bytes) -> bytes:
    reasons = {known.value: known.phrase for known in HTTPStatus}
    frame = (("Content-Length", str(len(body))), ("Connection", "close"))
    return build_response_head(ResponseHead(status, (*fields, *frame), reasons.get(status, ""))) + body
