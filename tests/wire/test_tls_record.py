import ssl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netglass.wire.tls_record import (
    ALERT,
    FATAL,
    HANDSHAKE,
    HANDSHAKE_FAILURE,
    UNRECOGNIZED_NAME,
    Alert,
    TlsRecord,
    build_alert,
    build_record,
    build_records,
    can_be_record,
    parse_alert,
    parse_record,
    split_records,
)
from tests.wire.strategy import broken

ALERTED = bytes.fromhex("15 0303 0002 0228")


@given(broken(ALERTED, build_record(TlsRecord(HANDSHAKE, 0x0303, b"hello"))))
def test_no_bytes_break_the_parsers(data):
    record = parse_record(data)
    assert record is None or can_be_record(data[:5])
    assert record is None or parse_alert(record) is None or record.content_type == ALERT
    records, rest = split_records(data)
    assert b"".join(map(build_record, records)) + rest == data


def test_the_longest_record_is_read_whole():
    record = TlsRecord(HANDSHAKE, 0x0301, bytes(16384))
    assert parse_record(build_record(record) + b"tail") == record
    assert not can_be_record(b"\x16\3\1\x41\x01")


@given(st.binary(min_size=1, max_size=100), st.integers(1, 100))
def test_data_is_cut_into_records_and_put_together(data, fragment_bytes):
    records, rest = split_records(build_records(HANDSHAKE, data, fragment_bytes=fragment_bytes))
    assert rest == b""
    assert b"".join(record.fragment for record in records) == data
    assert max(len(record.fragment) for record in records) <= fragment_bytes


def test_a_known_alert():
    assert build_alert(Alert(FATAL, HANDSHAKE_FAILURE)) == ALERTED
    record = parse_record(ALERTED)
    assert record is not None
    assert parse_alert(record) == Alert(FATAL, HANDSHAKE_FAILURE)


def test_openssl_takes_the_alert_for_one():
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = ssl.create_default_context().wrap_bio(incoming, outgoing, server_hostname="www.example.test")
    with pytest.raises(ssl.SSLWantReadError):
        client.do_handshake()
    incoming.write(build_alert(Alert(FATAL, UNRECOGNIZED_NAME)))
    with pytest.raises(ssl.SSLError, match="unrecognized name"):
        client.do_handshake()


@pytest.mark.parametrize("cut", range(len(ALERTED)))
def test_a_record_that_is_not_complete_can_still_be_one(cut):
    assert parse_record(ALERTED[:cut]) is None
    assert can_be_record(ALERTED[:cut][:5])


@pytest.mark.parametrize("content_type", [20, 21, 22, 23])
def test_the_types_of_content(content_type):
    record = TlsRecord(content_type, 0x0303, b"x")
    assert parse_record(build_record(record)) == record


@pytest.mark.parametrize("head", ["13", "18", "1602", "16 0301 4101", "474554"])
def test_what_can_be_no_record(head):
    assert not can_be_record(bytes.fromhex(head))


def test_an_encrypted_alert_is_not_read():
    assert parse_alert(TlsRecord(ALERT, 0x0303, bytes(26))) is None
