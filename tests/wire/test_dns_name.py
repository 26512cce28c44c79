import pytest
from hypothesis import given
from hypothesis import strategies as st

from netglass.vocab.error import UsageError
from netglass.wire.dns_name import build_name, compress_name, expand_name, format_name, parse_name
from tests.wire.strategy import broken

LABELS = st.lists(st.binary(min_size=1, max_size=12), max_size=8)
WWW = b"\3www\7example\4test\0"


def join(labels: list[bytes]) -> bytes:
    """Return labels as a name on the wire."""
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


@given(broken(WWW, WWW + b"\1a\xc0\4"), st.integers(0, 40))
def test_no_bytes_break_the_parser(data, offset):
    found = parse_name(data, offset)
    assert found is None or build_name(found[0])


@given(LABELS)
def test_any_labels_go_to_text_and_back(labels):
    data = join(labels)
    assert build_name(format_name(data)) == data
    assert expand_name(data, 0) == (data, len(data))


@given(st.text(max_size=40))
def test_any_text_is_a_name_or_refused(text):
    try:
        data = build_name(text)
    except UsageError:
        return
    assert expand_name(data, 0) == (data, len(data))


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"\0", "."),
        (WWW, "www.example.test"),
        (b"\6wWw.eX\4test\0", r"wWw\.eX.test"),
        (b"\4a\\b\0\2\xff \0", r"a\\b\000.\255\032"),
    ],
)
def test_names_are_spelled_as_in_zone_files(data, text):
    assert parse_name(data) == (text, len(data))
    assert build_name(text) == data


def test_a_dot_at_the_end_changes_nothing():
    assert build_name("www.example.test.") == WWW
    assert build_name(r"a\..") == b"\2a.\0"
    assert build_name("") == build_name(".") == b"\0"


@pytest.mark.parametrize(
    "text", ["a..b", ".a", "a" * 64, ".".join(["a" * 63] * 4), "bücher.example", "a\\", r"\256", r"..\a"]
)
def test_what_has_no_form_is_refused(text):
    with pytest.raises(UsageError):
        build_name(text)


def test_the_longest_name_fits_and_no_longer_one():
    name = [b"a" * 63] * 3 + [b"b" * 61]
    assert parse_name(join(name)) is not None
    assert build_name(format_name(join(name))) == join(name)
    assert parse_name(join([*name[:3], b"b" * 62])) is None
    assert parse_name(b"\1x" + join(name)) is None


def test_a_pointer_is_followed_and_the_end_is_behind_it():
    message = WWW + b"\4mail\xc0\4" + b"\1a\xc0\x12"
    assert parse_name(message, 18) == ("mail.example.test", 25)
    assert parse_name(message, 25) == ("a.mail.example.test", 29)


@pytest.mark.parametrize(
    "message",
    [
        b"\xc0\0",  # at itself
        b"\1a\xc0\0",  # at the run that it ends
        b"\1a\xc0\2",
        b"\xc0\2\xc0\0",  # two that point at each other
        b"\xc0\4\1a\0",  # forward
        b"\xc0",
        b"\x40a\0",  # reserved kinds of labels
        b"\x80a\0",
        b"\3ab",
        b"",
    ],
)
def test_loops_and_false_labels_are_no_names(message):
    assert parse_name(message) is None


def test_a_loop_through_an_earlier_name_ends():
    assert parse_name(b"\1a\xc0\4\1b\xc0\0", 4) is None


def test_a_long_chain_of_pointers_is_given_up():
    message = b"\0\0" + b"".join((0xC000 | at).to_bytes(2, "big") for at in range(0, 300, 2))
    assert parse_name(message, 200) == (".", 202)
    assert parse_name(message, 300) is None


def test_tails_are_pointed_at():
    known: dict[bytes, int] = {}
    assert compress_name(WWW, 12, known) == WWW
    assert compress_name(WWW, 40, known) == b"\xc0\x0c"
    assert compress_name(b"\4mail\7example\4test\0", 60, known) == b"\4mail\xc0\x10"
    assert compress_name(b"\1x\4mail\7example\4test\0", 80, known) == b"\1x\xc0\x3c"


def test_no_pointer_reaches_further_than_its_bits():
    known: dict[bytes, int] = {}
    compress_name(WWW, 0x3FFE, known)
    assert known == {WWW: 0x3FFE}
