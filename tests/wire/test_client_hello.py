import ssl
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netglass.wire.client_hello import (
    APPLICATION_PROTOCOLS,
    SERVER_NAME,
    ClientHello,
    ClientHelloReader,
    build_client_hello,
    build_hello_records,
    make_client_hello,
    parse_client_hello,
)
from netglass.wire.ech import ECH_EXTENSION, EchExtension, EchKind, Suite, build_ech_extension, tell_ech
from netglass.wire.progress import Progress
from netglass.wire.tls_record import HANDSHAKE, build_records
from tests.wire.strategy import SHORT, broken, pieces

NAME = "www.example.test"
PLAIN = make_client_hello(NAME, bytes(32), bytes(32), ("h2", "http/1.1"), bytes(32))

HELLOS = st.builds(
    ClientHello,
    st.binary(min_size=32, max_size=32),
    st.binary(max_size=32),
    st.lists(SHORT, max_size=5).map(tuple),
    st.lists(st.tuples(SHORT, st.binary(max_size=20)), max_size=5).map(tuple),
    SHORT,
    st.binary(max_size=3),
)


@cache
def greet() -> bytes:
    """Return what OpenSSL sends first for ``NAME``: one record."""
    context = ssl.create_default_context()
    context.set_alpn_protocols(["h2", "http/1.1"])
    outgoing = ssl.MemoryBIO()
    client = context.wrap_bio(ssl.MemoryBIO(), outgoing, server_hostname=NAME)
    with pytest.raises(ssl.SSLWantReadError):
        client.do_handshake()
    return outgoing.read()


def read(parts: list[bytes]) -> ClientHelloReader:
    """Return a reader that was fed all parts, each but the last with nothing final to say."""
    reader = ClientHelloReader()
    for part in parts[:-1]:
        assert reader.feed(part) is Progress.MORE
    reader.feed(parts[-1])
    return reader


@given(broken(build_client_hello(PLAIN), build_hello_records(PLAIN, 40), greet()))
def test_no_bytes_break_parser_and_reader(data):
    for hello in (parse_client_hello(data), read([data]).hello):
        if hello is not None:
            assert parse_client_hello(build_client_hello(hello)) == hello
            assert (hello.server_name, hello.protocols, hello.versions, hello.ech) is not None


@given(HELLOS)
def test_what_is_built_is_read_back(hello):
    assert parse_client_hello(build_client_hello(hello)) == hello


def test_a_hello_of_openssl():
    hello = read([greet()]).hello
    assert hello is not None
    assert hello.server_name == NAME
    assert hello.protocols == ("h2", "http/1.1")
    assert hello.versions[0] == 0x0304
    assert hello.ech is None
    assert build_hello_records(hello) == greet()


def test_it_may_be_cut_at_every_byte():
    whole = read([greet()]).hello
    for cut in range(1, len(greet())):
        reader = read([greet()[:cut], greet()[cut:]])
        assert reader.progress is Progress.DONE
        assert reader.hello == whole
    assert read([bytes([byte]) for byte in greet()]).hello == whole


@pytest.mark.parametrize("fragment_bytes", [1, 2, 3, 100, 511])
def test_it_may_be_cut_into_records_of_any_size(fragment_bytes):
    stream = build_records(HANDSHAKE, greet()[5:], 0x0301, fragment_bytes)
    assert read([stream]).hello == read([greet()]).hello
    half = len(stream) // 2
    assert read([stream[:half], stream[half:]]).hello == read([greet()]).hello


@given(st.data(), st.integers(1, 200))
def test_segments_and_records_cut_independently(data, fragment_bytes):
    stream = build_hello_records(PLAIN, fragment_bytes)
    assert read(data.draw(pieces(stream))).hello == PLAIN


def test_what_follows_changes_nothing():
    reader = read([greet() + b"more"])
    hello = reader.hello
    assert reader.feed(b"\x15\3\3\0\2\2\x28") is Progress.DONE
    assert reader.hello is hello


def test_openssl_answers_a_hello_that_was_made():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    seen = []
    context.sni_callback = lambda connection, name, _: seen.append(name)
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    server = context.wrap_bio(incoming, outgoing, server_side=True)
    incoming.write(
        build_hello_records(make_client_hello(NAME, bytes(32), bytes([9, *bytes(31)]), session_id=bytes(32)), 60)
    )
    with pytest.raises(ssl.SSLError):  # it has no certificate
        server.do_handshake()
    assert seen == [NAME]


def test_with_ech_the_name_is_the_outer_one():
    data = build_ech_extension(EchExtension(Suite(1, 1), 5, bytes(32), bytes(100)))
    hello = make_client_hello("front.example", bytes(32), bytes(32), extensions=((ECH_EXTENSION, data),))
    found = read([build_hello_records(hello)]).hello
    assert found is not None
    assert found.server_name == "front.example"
    assert found.ech == EchExtension(Suite(1, 1), 5, bytes(32), bytes(100))
    assert tell_ech(found.get_extension(ECH_EXTENSION), found.server_name) is EchKind.UNKNOWN


def test_a_hello_without_a_name():
    hello = parse_client_hello(build_client_hello(make_client_hello(None, bytes(32), bytes(32))))
    assert hello is not None
    assert hello.server_name is None


def test_malformed_extensions_are_read_as_absent():
    hello = ClientHello(bytes(32), b"", (), ((SERVER_NAME, b"\0\5\0\0\3ab"), (APPLICATION_PROTOCOLS, b"\0\3\5h2")))
    assert (hello.server_name, hello.protocols, hello.versions) == (None, (), (0x0303,))


def test_other_kinds_of_names_are_passed_over():
    hello = ClientHello(bytes(32), b"", (), ((SERVER_NAME, b"\0\x09\1\0\1x\0\0\2ab"),))
    assert hello.server_name == "ab"


@pytest.mark.parametrize(
    "stream",
    [
        b"GET / HTTP/1.1\r\n",
        b"\x15\3\1",
        b"\x16\2",
        b"\x16\3\1\x50\0",  # longer than a record may be
        b"\x16\3\1\0\0",  # an empty fragment
        b"\x16\3\1\0\x10\2",  # a ServerHello
        b"\x16\3\1\0\x10\1\2\0\0",  # longer than is remembered
        b"\x16\3\1\0\1\1\x17\3\3\0\1x",  # another content in between
    ],
)
def test_what_can_become_no_hello_is_given_up_at_once(stream):
    at_once, by_bytes = ClientHelloReader(), ClientHelloReader()
    assert at_once.feed(stream) is Progress.OTHER
    for byte in stream:
        by_bytes.feed(bytes([byte]))
    assert by_bytes.feed(greet()) is Progress.OTHER


def test_a_message_of_the_right_length_and_wrong_content_is_other():
    assert read([build_records(HANDSHAKE, b"\1\0\0\2??")]).progress is Progress.OTHER
    assert parse_client_hello(build_client_hello(PLAIN) + b"\0") is None
