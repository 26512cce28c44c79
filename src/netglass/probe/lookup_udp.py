"""A lookup over UDP at a public resolver, read from the socket itself.

A forger who sits beside the road answers before the resolver does, and the resolver's own answer arrives second. So the
flow stays open for a while after the first answer, and what comes then is kept: a second answer to a question among
``x_dns_duplicate_responses``, a first one after the step's time-out among ``x_dns_late_replies``. A question that stays
without an answer is sent once more, for one lost packet is no time-out.

**Source**: RFC 1035 section 4.2.1; the keys are those of Web Connectivity 0.5. A reply is taken by its id and, where it
repeats it, by its question.
"""

import asyncio

import msgspec

from netglass.probe.config import Config
from netglass.probe.failure import TIMEOUT, StepFailed, name_failure
from netglass.probe.lookup import TYPES, add_reply, list_addresses, make_query
from netglass.probe.record import Query
from netglass.probe.trace import Strand
from netglass.wire.dns_message import Message, build_query, parse_message
from netglass.wire.net import Endpoint, Flow, Net


class _Question(msgspec.Struct, gc=False):
    """A question: its type, its packet, when it was asked, whether it was answered, and whether it was given up."""

    kind: int
    packet: bytes
    t0: float
    is_answered: bool = False
    is_over: bool = False


class Conversation:
    """The questions for one name at one resolver, types A and AAAA, and what comes back."""

    def __init__(self, net: Net, resolver: Endpoint, name: str, strand: Strand, side: Strand, config: Config) -> None:
        """Begin.

        Args:
            net: the machine.
            resolver: whom to ask.
            name: what to ask for, an A-label.
            strand: where the queries are written.
            side: where the network events are written.
            config: time-outs, ids and the map of networks.
        """
        self._net, self._resolver, self._name = net, resolver, name
        self._strand, self._side, self._config = strand, side, config
        self._address = str(resolver)
        self._flow: Flow | None = None
        self._questions: dict[int, _Question] = {}

    async def ask(self) -> list[str]:
        """Ask, write it down, and return the addresses, each once.

        Raises:
            StepFailed: there is none.
        """
        self._side.mark("resolve_start")
        ids = self._config.random.sample(range(1 << 16), len(TYPES))
        t0 = self._strand.read_time()
        self._questions = {
            id: _Question(kind, build_query(self._name, kind, id), t0) for id, kind in zip(ids, TYPES, strict=True)
        }
        failure = TIMEOUT
        try:
            async with asyncio.timeout(self._config.patience.lookup):
                await self._converse()
        except OSError as error:
            failure = name_failure(error)
        except asyncio.CancelledError:
            self._close()
            raise
        for question in self._questions.values():
            if not question.is_answered:
                self._strand.trace.queries.append(self._make_query(question, failure))
            question.is_over = True
        self._side.mark("resolve_done")
        own = [query for query in self._strand.trace.queries if query.transaction_id == self._strand.transaction_id]
        addresses = [address for query in own for address in list_addresses(query.answers)]
        if not addresses:
            raise StepFailed(own[0].failure or TIMEOUT)
        return list(dict.fromkeys(addresses))

    async def listen(self) -> None:
        """Keep what comes after ``ask`` has ended, for as long as patience has for it, and end the flow."""
        if self._flow is None:
            return
        try:
            async with asyncio.timeout(self._config.patience.late):
                while True:
                    await self._receive(self._flow)
        except OSError:
            return
        finally:
            self._close()

    def _close(self) -> None:
        if self._flow is not None:
            self._flow.close()

    async def _converse(self) -> None:
        flow = self._flow = await self._net.open_flow(*self._resolver)
        await self._send(flow)
        try:
            async with asyncio.timeout(self._config.patience.retry):
                await self._receive_all(flow)
        except TimeoutError:
            await self._send(flow)
            await self._receive_all(flow)

    async def _send(self, flow: Flow) -> None:
        """Send the questions that have no answer."""
        for question in self._questions.values():
            if not question.is_answered:
                t0 = self._side.read_time()
                await flow.send(question.packet)
                self._side.note("write", t0, address=self._address, proto="udp", num_bytes=len(question.packet))

    async def _receive_all(self, flow: Flow) -> None:
        while not all(question.is_answered for question in self._questions.values()):
            await self._receive(flow)

    async def _receive(self, flow: Flow) -> None:
        t0 = self._side.read_time()
        try:
            data = await flow.receive()
        except OSError as error:
            self._side.note("read", t0, name_failure(error), address=self._address, proto="udp")
            raise
        self._side.note("read", t0, address=self._address, proto="udp", num_bytes=len(data))
        message = parse_message(data)
        question = self._questions.get(message.id) if message and message.is_response else None
        if message is not None and question is not None and self._is_about(message, question):
            self._take(question, message, data)

    def _is_about(self, message: Message, question: _Question) -> bool:
        asked = message.questions
        return not asked or (asked[0].type == question.kind and asked[0].name.lower() == self._name)

    def _take(self, question: _Question, message: Message, data: bytes) -> None:
        query = self._make_query(question, None)
        add_reply(query, message, data, self._config.find_network)
        trace = self._strand.trace
        if question.is_answered:
            trace.duplicates.append(query)
        else:
            (trace.late if question.is_over else trace.queries).append(query)
            question.is_answered = True

    def _make_query(self, question: _Question, failure: str | None) -> Query:
        kind = TYPES[question.kind]
        return make_query(
            self._strand, self._name, kind, question.t0, engine="udp", resolver=self._address, failure=failure
        )
