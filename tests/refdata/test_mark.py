import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from netglass.refdata.mark import Mark
from netglass.refdata.scan import MarkScanner

PLAIN = {
    Mark.TEXT: [
        rb"(?i:(?::[0-9a-f]{1,4}){4}:)",
        rb"(?i:[23][0-9a-f]{3}(?::[0-9a-f]{1,4}){0,6}::)",
        rb"(?i:3[0-9]2e3[0-9])",
    ],
    Mark.GROUPS: [rb"[0-9]\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]"],
}
PLAIN_WITH_MAP = {
    Mark.HEX_GROUPS: [
        rb"(?i:[0-9a-f]\.[0-9a-f]{2}\.[0-9a-f]{2}\.[0-9a-f])",
        rb"(?i:[0-9a-f][_-][0-9a-f]{1,4}[_-][0-9a-f]{1,4}[_-][0-9a-f])",
    ],
    Mark.RAW: [rb"=[0-9A-Za-z+/_-]{5}[AQgw][&\"'<\s]", rb"(?i:[0-9a-z+/_-]{5}[agqw](?:==|%3d%3d))"],
    Mark.NUMBER: [
        rb"(?i:(?:[^0-9a-z]|0x|%[2-7][0-9a-f])(?:[0-9a-f]{8}|[0-9]{9,10}|[0-9]{12}|[0-9]{38}|[0-9a-f]{32})[^0-9a-z])"
    ],
}
BODIES = st.lists(
    st.sampled_from(
        [
            *"0aF:.-_= %3",
            "12",
            "2e",
            "3d",
            "fe",
            "Zg",
            "Ab12+",
            "gQ==",
            "2a00",
            "5102458e",
            "0123456789ab",
            "::",
            "0x",
            '"',
        ]
    ),
    max_size=40,
).map(lambda pieces: "".join(pieces).encode())


@pytest.fixture(scope="module")
def scanners():
    return {with_map: MarkScanner(with_map, None) for with_map in (False, True)}


@given(BODIES)
@example(b"a:1:22:333:4444:5")
@example(b"=Zm9vYQ&")
@example(b" 5102458e ")
@example(b"%3D5102458E;")
@example(b"AC-1F-02-9b")
def test_a_spelled_out_expression_hits_wherever_the_plain_one_does(scanners, body):
    for with_map, scanner in scanners.items():
        found = set(scanner.list_marks(body))
        for mark, expressions in ({**PLAIN, **PLAIN_WITH_MAP} if with_map else PLAIN).items():
            for expression in map(re.compile, expressions):
                matches = (expression.match(body, at) for at in range(len(body)))
                assert {(mark, match.end()) for match in matches if match} <= found


def test_numbers_and_raw_bytes_are_looked_for_with_a_map_only(scanners):
    body = b"?a=5102458e&b=UQJFjg&c=81-2-69-142 "
    assert {mark for mark, _ in scanners[True].list_marks(body)} == {Mark.NUMBER, Mark.RAW, Mark.HEX_GROUPS}
    assert scanners[False].list_marks(body) == []
