"""Own addresses in every spelling that links and logs use."""

import pytest

from netglass.probe.scrub import Scrubber, list_spellings


@pytest.mark.parametrize(
    ("address", "spelling"),
    [
        ("192.0.2.77", "192.0.2.77"),
        ("192.0.2.77", "192-0-2-77"),
        ("192.0.2.77", "3221226061"),
        ("192.0.2.77", "c000024d"),
        ("192.0.2.77", "MTkyLjAuMi43Nw"),
        ("2001:db8::5", "2001:db8::5"),
        ("2001:db8::5%eth0", "2001:0db8:0000:0000:0000:0000:0000:0005"),
        ("2001:db8::5", "20010db8000000000000000000000005"),
    ],
)
def test_an_address_is_also_written(address: str, spelling: str) -> None:
    assert spelling in list_spellings(address)


def test_what_is_no_address_is_refused() -> None:
    with pytest.raises(ValueError, match="localhost"):
        Scrubber(["localhost"])
