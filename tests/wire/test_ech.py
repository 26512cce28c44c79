import pytest
from hypothesis import given
from hypothesis import strategies as st

from netglass.wire.ech import (
    EchConfig,
    EchExtension,
    EchKind,
    Suite,
    build_ech_configs,
    build_ech_extension,
    parse_ech_configs,
    parse_ech_extension,
    tell_ech,
)
from tests.wire.strategy import BYTE, SHORT, broken

AES = Suite(1, 1)
CONFIG = EchConfig(42, 0x0020, bytes(32), (AES, Suite(1, 3)), 64, "front.example")
OUTER = EchExtension(AES, 42, bytes(32), bytes(208))
DATA = build_ech_extension(OUTER)

SUITES = st.builds(Suite, SHORT, SHORT)
EXTENSIONS = st.builds(EchExtension, SUITES, BYTE, st.binary(max_size=40), st.binary(min_size=1, max_size=40))
CONFIGS = st.builds(
    EchConfig,
    BYTE,
    SHORT,
    st.binary(max_size=40),
    st.lists(SUITES, max_size=3).map(tuple),
    BYTE,
    st.binary(max_size=20).map(lambda data: data.decode("latin-1")),
    st.binary(max_size=10),
)


@given(broken(DATA, build_ech_configs([CONFIG])))
def test_no_bytes_break_the_parsers(data):
    parse_ech_extension(data)
    parse_ech_configs(data)
    assert tell_ech(data, None) is not EchKind.FITTING


@given(EXTENSIONS, st.lists(CONFIGS, max_size=3))
def test_what_is_built_is_read_back(extension, configs):
    assert parse_ech_extension(build_ech_extension(extension)) == extension
    assert parse_ech_configs(build_ech_configs(configs)) == tuple(configs)


def test_an_extension_stands_as_the_standard_draws_it():
    data = build_ech_extension(EchExtension(Suite(1, 3), 7, b"key", b"secret"))
    assert data == bytes.fromhex("00 0001 0003 07 0003 6b6579 0006 736563726574")


def test_unknown_versions_of_configurations_are_left_out():
    data = build_ech_configs([CONFIG])[2:]
    other = b"\xfe\x0a\0\2??"
    assert parse_ech_configs((len(data) + 6).to_bytes(2, "big") + other + data) == (CONFIG,)


def test_alone_on_the_wire_nobody_can_tell():
    assert tell_ech(DATA, "front.example") is EchKind.UNKNOWN


def test_with_the_configuration_of_the_server_it_fits_or_is_grease():
    assert tell_ech(DATA, "FRONT.example", [CONFIG]) is EchKind.FITTING
    assert tell_ech(DATA, "hidden.example", [CONFIG]) is EchKind.GREASE
    assert tell_ech(DATA, None, [CONFIG]) is EchKind.GREASE


@pytest.mark.parametrize(
    "extension",
    [
        EchExtension(AES, 43, bytes(32), bytes(208)),
        EchExtension(Suite(2, 1), 42, bytes(32), bytes(208)),
        EchExtension(AES, 42, bytes(65), bytes(208)),
    ],
)
def test_another_id_suite_or_length_of_key_does_not_fit(extension):
    assert tell_ech(build_ech_extension(extension), "front.example", [CONFIG]) is EchKind.GREASE


def test_after_a_retry_the_key_is_empty_and_still_fits():
    assert tell_ech(build_ech_extension(EchExtension(AES, 42, b"", b"x")), "front.example", [CONFIG]) is EchKind.FITTING


def test_reserved_numbers_are_grease_even_without_a_configuration():
    assert tell_ech(build_ech_extension(EchExtension(Suite(1, 0x2A2A), 42, b"", b"x")), "a.example") is EchKind.GREASE


def test_the_other_kinds():
    assert tell_ech(None, "a.example") is EchKind.ABSENT
    assert tell_ech(b"\1", "a.example") is EchKind.INNER
    for data in (b"", b"\2", DATA[:-1], DATA + b"\0", build_ech_extension(EchExtension(AES, 42, b"", b""))):
        assert tell_ech(data, "a.example") is EchKind.MALFORMED
