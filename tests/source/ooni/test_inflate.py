"""Gzip, whole and broken: what comes out, and what is said about it."""

import gzip
import io
import random
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netglass.source.ooni.inflate import MAGIC, Damage, find_header_end, inflate

TEXT = b"".join(b"%d %s\n" % (number, random.Random(number).randbytes(9).hex().encode()) for number in range(20_000))


def read(data: bytes, careful: bool = False) -> tuple[bytes, list[str]]:
    items = list(inflate(io.BytesIO(data).read, careful))
    output = b"".join(item for item in items if not isinstance(item, Damage))
    return output, [item.reason for item in items if isinstance(item, Damage)]


@pytest.mark.parametrize("careful", [False, True])
def test_whole_members(careful: bool) -> None:
    assert read(gzip.compress(TEXT), careful) == (TEXT, [])
    assert read(gzip.compress(TEXT) + gzip.compress(b"more"), careful) == (TEXT + b"more", [])
    assert read(gzip.compress(b""), careful) == (b"", [])


@pytest.mark.parametrize("careful", [False, True])
def test_a_cut_gives_what_came_before_and_all_of_it_where_care_is_taken(careful: bool) -> None:
    data = gzip.compress(TEXT)
    for cut in range(11, len(data) - 8, len(data) // 37):
        output, damage = read(data[:cut], careful)
        expected = zlib.decompressobj(wbits=31).decompress(data[:cut])
        assert output == expected if careful else expected.startswith(output) and len(expected) - len(output) < 300
        assert damage == ["truncated"]


def test_a_cut_in_the_trailer_loses_no_data() -> None:
    assert read(gzip.compress(TEXT)[:-3]) == (TEXT, ["truncated"])


def test_damages_name_the_range_that_they_cast_doubt_on() -> None:
    good = gzip.compress(TEXT)
    bad = good[:-8] + b"\0\0\0\0" + good[-4:]
    items = list(inflate(io.BytesIO(good + bad + good).read))
    (damage,) = [item for item in items if isinstance(item, Damage)]
    assert (damage.reason, damage.start, damage.end) == ("bad_checksum", len(TEXT), 2 * len(TEXT))


def test_a_wrong_size_is_noticed() -> None:
    good = gzip.compress(TEXT)
    assert read(good[:-4] + b"\1\0\0\0") == (TEXT, ["bad_checksum"])


def test_careful_reading_yields_the_last_bytes_before_broken_data() -> None:
    engine = zlib.compressobj(wbits=31)
    whole = engine.compress(TEXT) + engine.flush(zlib.Z_FULL_FLUSH)
    assert read(whole + b"\x07" + bytes(99), careful=True) == (TEXT, ["damaged_gzip"])


@pytest.mark.parametrize(
    ("header", "end"),
    [
        (MAGIC + b"\x08\0" + bytes(6), 10),
        (MAGIC + b"\x08\x08" + bytes(6) + b"name\0", 15),
        (MAGIC + b"\x08\x1c" + bytes(6) + b"\2\0xx" + b"name\0" + b"note\0", 24),
        (MAGIC + b"\x08\x02" + bytes(6) + b"cc", 12),
        (MAGIC + b"\x08\x08" + bytes(6) + b"nam", None),
        (MAGIC + b"\x08", None),
        (MAGIC + b"\x07\0" + bytes(6), 0),
        (b"xx", 0),
    ],
)
def test_headers_with_and_without_their_options(header: bytes, end: int | None) -> None:
    assert find_header_end(header) == end


@given(data=st.binary(max_size=300), careful=st.booleans())
def test_any_bytes_end(data: bytes, careful: bool) -> None:
    read(MAGIC + b"\x08\0" + bytes(6) + data, careful)
    read(data, careful)
