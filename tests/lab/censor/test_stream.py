from hypothesis import given
from hypothesis import strategies as st

from netglass.lab.censor import AnyRule, DnsAction, DnsRule, HttpRule, TlsRule
from netglass.lab.censor.book import Book, read_name
from netglass.lab.censor.stream import STREAM_BYTES, StreamInspector
from netglass.wire.dns_message import build_frame, build_query
from tests.lab.censor.playbook import make_hello, make_request
from tests.wire.strategy import pieces

RULES: list[AnyRule] = [
    TlsRule(id="tls", names=("a.test",), ports=(443, 4430)),
    HttpRule(id="http", names=("a.test",), ports=(80, 4430)),
    DnsRule(id="dns", names=("a.test",), action=DnsAction.DROP),
]
BOOK = Book(RULES)
HELLO, REQUEST, QUESTION = make_hello("a.test"), make_request("b.test"), build_frame(build_query("c.test", 1, 7))


def read_names(port: int, *told: bytes) -> list[str | None]:
    inspector, at, names = StreamInspector(BOOK, port, 1), 1, []
    for piece in told:
        names += [read_name(content) for _, content in inspector.feed(at, piece)]
        at += len(piece)
    return names


@given(st.data())
def test_each_port_is_read_for_what_its_rules_look_for_however_it_is_cut(data):
    stream, port, names = data.draw(
        st.sampled_from(
            [
                (HELLO, 443, ["a.test"]),
                (HELLO, 4430, ["a.test"]),
                (REQUEST, 4430, ["b.test"]),
                (REQUEST, 80, ["b.test"]),
                (QUESTION * 3, 53, ["c.test"] * 3),
                (HELLO, 80, []),
                (REQUEST, 443, []),
                (QUESTION, 80, []),
            ]
        )
    )
    assert read_names(port, *data.draw(pieces(stream))) == names


def test_it_is_over_where_no_rule_reads_and_where_nothing_can_follow():
    assert StreamInspector(BOOK, 8080, 1).is_over
    inspector = StreamInspector(BOOK, 443, 1)
    assert not inspector.is_over
    inspector.feed(1, b"no hello")
    assert inspector.is_over


def test_it_loses_interest_in_a_long_stream():
    inspector = StreamInspector(BOOK, 53, 1)
    inspector.feed(1, b"\xff\xff" + bytes(STREAM_BYTES))
    assert inspector.is_over
