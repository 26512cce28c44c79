import pytest
from hypothesis import given
from hypothesis import strategies as st

from netglass.wire.dns_data import Authority, build_authority_data, build_name_data
from netglass.wire.dns_message import (
    AAAA,
    AUTHORITATIVE,
    CNAME,
    HTTPS,
    MX,
    NXDOMAIN,
    RECURSION_AVAILABLE,
    RECURSION_DESIRED,
    REFUSED,
    RESPONSE,
    SOA,
    TRUNCATED,
    TXT,
    A,
    Edns,
    Message,
    Question,
    Record,
    build_frame,
    build_message,
    build_query,
    build_response,
    parse_message,
    split_frames,
)
from netglass.wire.dns_name import format_name
from tests.wire.strategy import LONG, SHORT, broken

KNOWN = bytes.fromhex(
    "1234 8180 0001 0003 0000 0001"
    "03777777 076578616d706c65 0474657374 00 0001 0001"
    "c00c 0005 0001 0000012c 0006 0363646e c010"
    "c02e 0001 0001 0000003c 0004 c0000201"
    "c02e 0001 0001 0000003c 0004 c0000202"
    "00 0029 04d0 00000000 0000"
)
CDN = Record("cdn.example.test", A, bytes([192, 0, 2, 1]), 60)

NAMES = st.lists(st.binary(min_size=1, max_size=9), max_size=5).map(
    lambda labels: format_name(b"".join(bytes([len(label)]) + label for label in labels) + b"\0")
)
NAME_DATA = NAMES.map(build_name_data)
RECORDS = st.one_of(
    st.builds(Record, NAMES, st.sampled_from((A, AAAA, TXT, HTTPS)), st.binary(max_size=20), LONG, SHORT),
    st.builds(Record, NAMES, st.just(CNAME), NAME_DATA, LONG),
    st.builds(Record, NAMES, st.just(SOA), st.builds(Authority, NAMES, NAMES, LONG).map(build_authority_data), LONG),
    st.builds(Record, NAMES, st.just(MX), NAME_DATA.map(lambda data: b"\0\5" + data), LONG),
)
SECTIONS = st.lists(RECORDS, max_size=3).map(tuple)
MESSAGES = st.builds(
    Message,
    SHORT,
    SHORT,
    st.lists(st.builds(Question, NAMES, SHORT, SHORT), max_size=2).map(tuple),
    SECTIONS,
    SECTIONS,
    SECTIONS,
    st.none() | st.builds(Edns, SHORT, LONG, st.binary(max_size=10)),
)


@given(broken(KNOWN))
def test_no_bytes_break_the_parser(data):
    message = parse_message(data)
    assert (message is None) == (len(data) < 12)
    if message is not None and message.is_whole:
        assert parse_message(build_message(message)) == message


@given(MESSAGES)
def test_what_is_built_is_read_back(message):
    assert parse_message(build_message(message)) == message


def test_a_known_answer():
    message = parse_message(KNOWN)
    assert message == Message(
        0x1234,
        RESPONSE | RECURSION_DESIRED | RECURSION_AVAILABLE,
        (Question("www.example.test", A),),
        (
            Record("www.example.test", CNAME, b"\3cdn\7example\4test\0"),
            CDN,
            Record("cdn.example.test", A, bytes([192, 0, 2, 2]), 60),
        ),
        edns=Edns(1232),
    )
    assert message.is_response
    assert (message.response_code, message.operation) == (0, 0)


def test_a_known_query():
    assert build_query("example.test", AAAA, 7) == bytes.fromhex(
        "0007 0100 0001 0000 0000 0000 076578616d706c65 0474657374 00 001c 0001"
    )


def test_an_answer_takes_over_what_the_query_had():
    query = parse_message(build_query("wWw.example.test", A, 99, Edns(4096)))
    assert query is not None
    answer = parse_message(build_response(query, [CDN], flags=AUTHORITATIVE))
    assert answer is not None
    assert (answer.id, answer.questions, answer.answers) == (99, query.questions, (CDN,))
    assert answer.flags == RESPONSE | RECURSION_DESIRED | AUTHORITATIVE
    assert answer.edns == Edns()


@pytest.mark.parametrize("code", [NXDOMAIN, REFUSED])
def test_an_answer_may_be_a_refusal(code):
    query = Message(1, 0, (Question("x.test"),))
    answer = parse_message(build_response(query, response_code=code, flags=TRUNCATED))
    assert answer is not None
    assert (answer.response_code, answer.answers, answer.edns) == (code, (), None)


def test_the_response_code_has_its_upper_bits_in_edns():
    message = parse_message(build_message(Message(1, RESPONSE | 1, edns=Edns(512, 1 << 24))))
    assert message is not None
    assert message.response_code == 17


@pytest.mark.parametrize("cut", range(12, len(KNOWN)))
def test_a_cut_answer_is_read_as_far_as_it_goes(cut):
    whole, message = parse_message(KNOWN), parse_message(KNOWN[:cut])
    assert whole is not None
    assert message is not None
    assert not message.is_whole
    assert message.answers == whole.answers[: len(message.answers)]
    assert bool(message.questions) == (cut >= 34)


def test_bytes_left_over_and_false_counts_are_told():
    for data in (KNOWN + b"\0", KNOWN[:5] + b"\2" + KNOWN[6:], KNOWN[:11] + b"\xff" + KNOWN[12:]):
        message = parse_message(data)
        assert message is not None
        assert not message.is_whole


def test_both_names_of_a_start_of_authority_are_expanded_and_its_numbers_kept():
    numbers = bytes(range(1, 21))
    data = b"\2ns\xc0\x10\5admin\xc0\x31" + numbers
    record = b"\xc0\x0c\0\6\0\1\0\0\0\5" + len(data).to_bytes(2, "big") + data
    message = parse_message(bytes.fromhex("0001 8000 0001 0000 0001 0000") + KNOWN[12:34] + record)
    assert message is not None
    assert message.is_whole
    names = b"\2ns\7example\4test\0" + b"\5admin\7example\4test\0"
    assert message.authorities == (Record("www.example.test", SOA, names + numbers, 5),)


def test_a_loop_in_the_data_of_a_record_spoils_that_record_only():
    data = KNOWN.replace(b"\3cdn\xc0\x10", b"\3cdn\xc0\x2e")
    message = parse_message(data)
    assert message is not None
    assert not message.is_whole
    assert message.answers[0].data == b"\3cdn\xc0\x2e"


@given(st.lists(st.binary(max_size=30), max_size=4), st.binary(max_size=5))
def test_frames_of_a_stream_are_split(messages, tail):
    stream = b"".join(map(build_frame, messages))
    assert split_frames(stream) == (messages, b"")
    found, rest = split_frames(stream + tail)
    assert found[: len(messages)] == messages
    assert stream + tail == b"".join(map(build_frame, found)) + rest
