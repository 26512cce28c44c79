"""Settings: a default, an override, and nothing that is not in the table."""

import pytest

from netglass.vocab.setting import SETTINGS, read_setting


def test_a_setting_that_is_unset_or_empty_has_its_default() -> None:
    assert read_setting("NETGLASS_STORE", {}) == "netglass-store"
    assert read_setting("NETGLASS_STORE", {"NETGLASS_STORE": ""}) == "netglass-store"
    assert read_setting("NETGLASS_STORE", {"NETGLASS_STORE": "elsewhere"}) == "elsewhere"


def test_a_setting_outside_the_table_does_not_exist() -> None:
    with pytest.raises(KeyError):
        read_setting("NETGLASS_NO_SUCH_THING", {"NETGLASS_NO_SUCH_THING": "1"})


def test_names_are_unique_and_ours() -> None:
    names = [setting.name for setting in SETTINGS]
    assert len(set(names)) == len(names)
    assert all(name.startswith("NETGLASS_") for name in names)
