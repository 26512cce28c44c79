import pytest

from netglass.wire.quic_key import VERSION_1, VERSION_2, derive_initial_keys

CONNECTION_ID = bytes.fromhex("8394c8f03e515708")


@pytest.mark.parametrize(
    ("version", "is_client", "key", "iv", "header_key"),
    [
        (VERSION_1, True, "1f369613dd76d5467730efcbe3b1a22d", "fa044b2f42a3fd3b46fb255c", "9f50449e04a0e810283a1e9933adedd2"),
        (VERSION_1, False, "cf3a5331653c364c88f0f379b6067e37", "0ac1493ca1905853b0bba03e", "c206b8d9b9f0f37644430b490eeaa314"),
        (VERSION_2, True, "8b1a0bc121284290a29e0971b5cd045d", "91f73e2351d8fa91660e909f", "45b95e15235d6f45a6b19cbcb0294ba9"),
        (VERSION_2, False, "82db637861d55e1d011f19ea71d5d2a7", "dd13c276499c0249d3310652", "edf6d05c83121201b436e16877593c3a"),
    ],
)  # fmt: skip
def test_the_keys_of_rfc_9001_and_rfc_9369(version, is_client, key, iv, header_key):
    """Appendix A.1 of both."""
    keys = derive_initial_keys(version, CONNECTION_ID, is_client)
    assert keys is not None
    assert [part.hex() for part in keys] == [key, iv, header_key]


def test_other_versions_have_no_keys_here():
    assert derive_initial_keys(0xFF00001D, CONNECTION_ID) is None
