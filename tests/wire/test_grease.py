from netglass.wire.grease import GREASE_PROTOCOLS, GREASE_VALUES, is_grease


def test_the_values_are_those_of_the_standard():
    assert sorted(GREASE_VALUES)[:3] == [0x0A0A, 0x1A1A, 0x2A2A]
    assert max(GREASE_VALUES) == 0xFAFA
    assert len(GREASE_VALUES) == 16
    assert b"\x5a\x5a" in GREASE_PROTOCOLS


def test_neighbours_mean_something():
    assert is_grease(0xCACA)
    assert not any(is_grease(value) for value in (0x0A1A, 0x1301, 0x0A0B, 0xFE0D))
