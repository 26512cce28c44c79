"""The settings: every environment variable that is read, with its default and its meaning.

A setting is read through :func:`read_setting` alone, so one that is not in the table does not exist; the reference of
settings is made from the table. An option on the command line wins over the environment.
"""

import os
from collections.abc import Mapping
from typing import NamedTuple


class Setting(NamedTuple):
    """One environment variable: its name, the value used when it is unset or empty, and what it does."""

    name: str
    default: str
    meaning: str


SETTINGS = (
    Setting("NETGLASS_STORE", "netglass-store", "folder of the store, when `--store` is not given"),
    Setting("NETGLASS_REFDATA", "", "folder of the reference data; empty: the folder `refdata` in the store"),
    Setting("NETGLASS_BOGONS", "", "file with one address prefix per line that replaces the built-in list of bogons"),
    Setting(
        "NETGLASS_CONSENT", "", "file of what you agreed to measure; empty: `netglass/consent.json` in `~/.config`"
    ),
    Setting("NETGLASS_PROBE_HELPER", "", "address (URL) of the test helper that `probe` asks; empty: none"),
    Setting("NETGLASS_PROBE_RESOLVER", "8.8.8.8", "public resolver that `probe` asks over UDP; `none`: none"),
    Setting(
        "NETGLASS_PROBE_DOH", "https://dns.google/dns-query", "resolver that `probe` asks over HTTPS; `none`: none"
    ),
    Setting(
        "NETGLASS_PROBE_OFF",
        "AF BY CN CU ER IR KP MM RU SY TM",
        "countries from which `probe` does not measure unless it is told the country once more",
    ),
    Setting(
        "NETGLASS_REGISTER",
        "",
        "folder of the register, when `--register` is not given; empty: the one that is shipped",
    ),
    Setting("NETGLASS_CASES", "", "folder of real cases; empty: `netglass/cases` in `~/.local/share`"),
    Setting("NETGLASS_SYNC_BUCKET", "ooni-data-eu-fra", "bucket that `sync` reads"),
    Setting("NETGLASS_SYNC_REGION", "eu-central-1", "region of that bucket"),
    Setting("NETGLASS_SYNC_ENDPOINT", "", "address of an S3 service that holds the bucket; empty: Amazon's own"),
)
"""Every setting, in the order of the reference."""

_DEFAULTS = {setting.name: setting.default for setting in SETTINGS}


def read_setting(name: str, environment: Mapping[str, str] | None = None) -> str:
    """Return the value of the setting ``name``, or its default where it is unset or empty.

    Args:
        name: a name from :data:`SETTINGS`.
        environment: where to look, by default the process's environment.

    Raises:
        KeyError: there is no such setting.
    """
    default = _DEFAULTS[name]
    return (os.environ if environment is None else environment).get(name) or default
