"""What makes two records the same measurement: their content, not their wrapper.

The identity of a web_connectivity record is a hash over its typed fields in a fixed order, so it depends neither on escapes, key order
and wrapper nor on keys that a later road adds (``measurement_uid``, ``id``). Bodies enter by their SHA-256, chains by their leaf.
Times within the measurement are left out, because uploaders of 2019 to 2021 cut them to nine decimals (ujson before 2.0) and others
did not; what sets two measurements apart is in the rest. Other nettests are hashed over all of their test keys, numbers cut to
milliseconds.
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from netglass.source.ooni.http import Answer
from netglass.source.ooni.structure import Envelope, Handshake, Query, Transaction, WebKeys
from netglass.vocab.id import hash_content

_encode = msgspec.msgpack.Encoder(order="deterministic").encode


def list_envelope(envelope: Envelope) -> tuple[object, ...]:
    """Return the fields of the envelope that enter the identity."""
    runtime = None if envelope.test_runtime is None else round(envelope.test_runtime, 3)
    return (
        *(envelope.test_name, envelope.test_version, envelope.report_id, envelope.input),
        *(envelope.measurement_start_time, envelope.test_start_time, runtime),
        *(
            str(envelope.probe_asn),
            envelope.probe_cc,
            envelope.probe_id,
            str(envelope.resolver_asn),
            envelope.resolver_ip,
        ),
        *(envelope.software_name, envelope.software_version, envelope.annotations),
    )


def identify_web(envelope: Envelope, keys: WebKeys, answers: Sequence[Answer]) -> str:
    """Return the content id of a web_connectivity measurement whose answers were read."""
    replies = (keys.x_dns_duplicate_responses, keys.x_dns_late_replies)
    content = (
        list_envelope(envelope),
        [_list_query(query) for queries in (keys.queries, *replies) for query in queries or ()],
        [(step.ip, step.port, step.status, step.transaction_id, step.tags) for step in keys.tcp_connect or ()],
        [_list_handshake(handshake) for handshake in keys.tls_handshakes or ()],
        [_list_request(request, answer) for request, answer in zip(keys.requests or (), answers, strict=True)],
        (len(keys.network_events or ()), sum([event.num_bytes or 0 for event in keys.network_events or ()])),
        keys.control,
        (keys.control_failure, keys.blocking, keys.accessible, keys.client_resolver),
    )
    return hash_content(_encode(content))


def _list_query(query: Query) -> tuple[object, ...]:
    return (
        query.hostname,
        query.query_type,
        query.engine,
        query.resolver_address,
        query.transaction_id,
        query.tags,
        query.failure,
        query.answers,
    )


def _list_handshake(handshake: Handshake) -> tuple[object, ...]:
    return (
        handshake.address,
        handshake.server_name,
        handshake.transaction_id,
        handshake.tags,
        handshake.failure,
        handshake.tls_version,
        (handshake.peer_certificates or (None,))[0],
    )


def _list_request(transaction: Transaction, answer: Answer) -> tuple[object, ...]:
    asked = (transaction.address, transaction.failure, transaction.transaction_id, transaction.tags)
    return (*asked, transaction.request, answer.status, answer.body_sha256, answer.headers)


def identify_other(envelope: Envelope, test_keys: Any) -> str:
    """Return the content id of a measurement of another nettest over all of its test keys."""
    return hash_content(_encode((list_envelope(envelope), canonicalise(test_keys))))


def canonicalise(value: Any) -> Any:
    """Return decoded JSON with numbers as texts cut to milliseconds, so that 1 and 1.0 are the same."""
    if isinstance(value, (bool, str)) or value is None:
        return value
    if isinstance(value, (int, float)):
        return f"{value:.3f}" if isinstance(value, float) or abs(value) < 2**53 else str(value)
    if isinstance(value, list):
        return [canonicalise(item) for item in value]
    return {name: canonicalise(item) for name, item in value.items()}
