"""HTTP round trips (df-001): one row each, and what a body and its headers tell while they are at hand.

**Source**: OONI spec df-001-httpt. Requests are listed newest first. ``headers_list`` came in 2019; before it ``headers`` was a
dictionary, whose values are text, base64 objects or, in 2.x reports, lists of text. A status of 0 is a request without an answer.
"""

import binascii
import hashlib
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

from netglass.source.ooni.address import Location, join_location, split_endpoint, split_url
from netglass.source.ooni.body import find_refusal, read_title
from netglass.source.ooni.scrub import scrub_body
from netglass.source.ooni.step import OTHER, Frame, Row, Tag
from netglass.source.ooni.structure import Request, Response, Text, Transaction

MAX_TITLE = 200
MAX_URL = 2000
_NETWORKS = {"tcp": "tcp", "udp": "udp", "quic": "udp"}
_REDIRECTS = frozenset((301, 302, 303, 307, 308))
Headers = list[tuple[str, str]]


class Answer(NamedTuple):
    """An answer as it came: status, headers in order, the body's bytes and their SHA-256, and whether the body came as text, which
    makes it valid UTF-8."""

    status: int | None
    headers: Headers
    body: bytes | None
    body_sha256: str | None
    is_text: bool = False


NO_REQUEST = Request()
NO_ANSWER = Answer(None, [], None, None)


def read_bytes(value: Text, frame: Frame, field: str) -> bytes | None:
    """Return the bytes of a text or base64 object; None and an issue where the base64 can not be read."""
    if value is None or isinstance(value, str):
        return None if value is None else value.encode()
    try:
        data = binascii.a2b_base64(value.data or "")
    except (binascii.Error, ValueError):
        data = b""
    if value.data and not data:
        frame.add_issue(f"bad_base64:{field}")
        return None
    return data


def read_text(value: Text, frame: Frame, field: str) -> str:
    """Return a text or base64 object as text, with U+FFFD for what is no UTF-8."""
    if isinstance(value, str):
        return value
    return (read_bytes(value, frame, field) or b"").decode("utf-8", "replace")


def read_headers(response: Response, frame: Frame) -> Headers:
    """Return the answer's headers, names as sent; in the order of the wire where the client kept it, else sorted."""
    field = "test_keys.requests[].response.headers"
    if response.headers_list is not None:
        return [
            (name, value if type(value) is str else read_text(value, frame, field))
            for name, value in response.headers_list
        ]
    return sorted(iterate_headers(msgspec.json.decode(response.headers), frame, field))


def iterate_headers(headers: Any, frame: Frame, field: str) -> Iterator[tuple[str, str]]:
    """Yield name and text of headers in any of the old forms; an issue for what is of no form."""
    if headers and not isinstance(headers, dict):
        frame.add_issue(f"wrong_type:{field}")
    for name, value in headers.items() if isinstance(headers, dict) else ():
        for item in value if isinstance(value, list) else (value,):
            try:
                text = msgspec.convert(item, Text)
            except msgspec.ValidationError:
                frame.add_issue(f"wrong_type:{field}")
                continue
            yield name, read_text(text, frame, field)


def read_answer(transaction: Transaction, frame: Frame) -> Answer:
    """Return what came back, with the body as bytes."""
    response = transaction.response
    if response is None:
        return NO_ANSWER
    body = read_bytes(response.body, frame, "test_keys.requests[].response.body")
    if not response.code or response.code < 100:
        return NO_ANSWER._replace(headers=read_headers(response, frame))
    digest = None if body is None else hashlib.sha256(body).hexdigest()
    return Answer(response.code, read_headers(response, frame), body, digest, type(response.body) is str)


def trace_hops(transactions: Sequence[Transaction], answers: Sequence[Answer]) -> list[int]:
    """Return the redirect hop of each request where the client does not tell: the last listed is hop 0, a redirect begins the next."""
    depths = [0] * len(transactions)
    depth = 0
    for index in range(len(transactions) - 2, -1, -1):
        depth += answers[index + 1].status in _REDIRECTS
        depths[index] = depth
    return depths


def list_requests(
    transactions: Sequence[Transaction], answers: Sequence[Answer], depths: Sequence[int | None], frame: Frame
) -> Iterator[Row]:
    """Yield the ``http`` rows; ``depths`` holds the hops for requests without a depth tag."""
    for transaction, answer, depth in zip(transactions, answers, depths, strict=True):
        request = transaction.request or NO_REQUEST
        aim = split_url(request.url)
        tag = frame.read_tags(transaction.tags, aim.host)
        if tag.depth is None:
            tag = Tag(depth, tag.classic, tag.fetch_body)
        failure = frame.read_failure(transaction.failure)
        outcome = OTHER if failure is None and answer.status is None else None
        step = frame.list_step(transaction, tag, failure, outcome)
        endpoint = list_endpoint(transaction, answer, aim, frame)
        network = _NETWORKS.get(transaction.network or request.x_transport or "")
        truncated = transaction.response.body_is_truncated if transaction.response else None
        yield (
            *(*step, *endpoint, tag.fetch_body, network),
            *list_request(request, aim, frame),
            *list_answer(answer, truncated, request.url, frame),
        )


def list_endpoint(transaction: Transaction, answer: Answer, aim: Location, frame: Frame) -> Row:
    """Return address columns and port; an address in a URL that was answered was connected to, so it is no probe's."""
    if answer.status is not None:
        frame.explain(aim.host)
    address, port = split_endpoint(transaction.address)
    if address is None and aim.host in frame.explained:
        address, port = aim.host, aim.port
    return (*frame.place(address, "test_keys.requests[].address"), port)


def list_request(request: Request, aim: Location, frame: Frame) -> Row:
    """Return the columns ``url`` to ``method``, host and scheme by the scrubbed URL."""
    url = frame.scrub(request.url) if request.url else None
    if url != request.url:
        aim = split_url(url)
    return (url[:MAX_URL] if url else None, aim.host, aim.scheme, request.method)


def list_answer(answer: Answer, truncated: bool | None, url: str | None, frame: Frame) -> Row:
    """Return the columns from ``status`` on."""
    if answer.status is None:
        return (None,) * 11
    status, headers, body, digest, is_text = answer
    names = tuple([name for name, _ in headers])
    title = None
    if body is not None:
        scrubbed = scrub_body(body, frame.probe_asn, frame.explained, frame.refdata, frame.probe_ip)
        if scrubbed is not body:
            digest = hashlib.sha256(scrubbed).hexdigest()
        title = read_title(scrubbed)
        title = frame.scrub(title)[:MAX_TITLE] if title else None
    found = frame.refdata.match_http(status, headers, title, body or b"", is_text)
    server_at, location_at = find_headers(names)
    server = None if server_at is None else headers[server_at][1]
    location = None if location_at is None else headers[location_at][1]
    return (
        *(status, None if body is None else len(body), digest, truncated, title, sort_names(names)),
        frame.scrub(server)[:MAX_TITLE] if server else None,
        *list_location(url, location, frame),
        find_refusal(status, headers, title, body or b""),
        [{"name": match.name, "scope": match.scope, "cc": list(match.cc)} for match in found],
    )


@lru_cache(4096)
def sort_names(names: tuple[str, ...]) -> list[str]:
    """Return header names in lower case, sorted, each once. The list is shared: do not change it."""
    return sorted({name.lower() for name in names})


@lru_cache(4096)
def find_headers(names: tuple[str, ...]) -> tuple[int | None, int | None]:
    """Return where the first ``Server`` and the first ``Location`` stand."""
    lower = [name.lower() for name in names]
    server, location = (lower.index(name) if name in lower else None for name in ("server", "location"))
    return server, location


def list_location(url: str | None, location: str | None, frame: Frame) -> tuple[str | None, str | None]:
    """Return a ``Location`` header as an absolute, scrubbed URL, and its host."""
    if not location:
        return None, None
    absolute = frame.scrub(join_location(url, location))[:MAX_URL]
    return absolute, split_url(absolute).host
