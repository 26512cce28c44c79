"""One page over HTTP/3, with its own QUIC handshake.

It is no part of the classic steps and decides nothing: it shows whether QUIC is treated otherwise than TCP.

**Source**: RFC 9114; OONI spec df-001-httpt with ``x_transport`` ``udp``.
"""

import asyncio

from aioquic.h3.connection import H3Connection
from aioquic.h3.events import DataReceived, HeadersReceived

from netglass.probe.config import Config
from netglass.probe.exchange import BODY_BYTES
from netglass.probe.failure import BadAnswer, Problem, StepFailed, name_failure
from netglass.probe.fetch import BROWSER, NO_RESPONSE, make_request, make_response
from netglass.probe.quic import Link, Terminated, shake_hands_over_quic
from netglass.probe.record import Response, Transaction
from netglass.probe.trace import Strand
from netglass.probe.url import Target
from netglass.wire.net import Endpoint, Net


class _Answer:
    """What came of an answer."""

    def __init__(self) -> None:
        self.status = 0
        self.fields: list[tuple[str, str]] = []
        self.body = bytearray()
        self.is_truncated = False

    def take(self, event: object) -> bool:
        """Take an event; return whether the answer is complete."""
        if isinstance(event, HeadersReceived):
            fields = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in event.headers]
            status = dict(fields).get(":status", "")
            if not status.isdigit():
                raise BadAnswer("http3: no status")
            if int(status) >= 200:
                self.status = int(status)
                self.fields = [field for field in fields if not field[0].startswith(":")]
        elif isinstance(event, DataReceived):
            room = BODY_BYTES - len(self.body)
            self.body += event.data[:room]
            self.is_truncated = len(event.data) > room
        else:
            return False
        return event.stream_ended or self.is_truncated

    def make_response(self) -> Response:
        """Return the record."""
        return make_response(self.status, self.fields, self.body, self.is_truncated) if self.status else NO_RESPONSE


async def fetch_over_quic(net: Net, endpoint: Endpoint, target: Target, strand: Strand, config: Config) -> None:
    """Shake hands and ask for a page, and write both down. Nothing is raised."""
    patience = config.patience
    try:
        link = await shake_hands_over_quic(net, endpoint, target.host, config.context, strand, patience.handshake)
    except StepFailed:
        return
    answer = _Answer()
    failure: str | None = None
    t0 = strand.mark("http_transaction_start", str(endpoint), "udp")
    try:
        async with asyncio.timeout(patience.fetch):
            await _ask(link, target, answer)
    except Terminated as error:
        failure = error.failure
    except Problem as error:
        failure = name_failure(error)
    t = strand.mark("http_transaction_done", str(endpoint), "udp")
    await link.close()
    strand.trace.asides.append(
        Transaction(
            network="udp",
            address=str(endpoint),
            alpn="h3",
            failure=failure,
            request=make_request(target, (("Host", target.authority), *BROWSER), "udp"),
            response=answer.make_response(),
            t0=t0,
            t=t,
            tags=strand.tags,
            transaction_id=strand.transaction_id,
        )
    )


async def _ask(link: Link, target: Target, answer: _Answer) -> None:
    http = H3Connection(link.connection)
    stream = link.connection.get_next_available_stream_id()
    fields = [
        (b":method", b"GET"),
        (b":scheme", b"https"),
        (b":authority", target.authority.encode()),
        (b":path", target.path.encode()),
        *((name.lower().encode(), value.encode()) for name, value in BROWSER),
    ]
    http.send_headers(stream, fields, end_stream=True)
    while True:
        for event in http.handle_event(await link.next_event()):
            if answer.take(event):
                return
