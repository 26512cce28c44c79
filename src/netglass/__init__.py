"""Netglass: see how a country controls its internet, and prove it.

Example:

    import netglass as ng

    store = ng.open("netglass-store")
    store.ingest(["raw/20240115"])
    store.query("SELECT probe_cc, count(*) FROM measurement GROUP BY 1")

The store is loaded when it is first asked for, so a command that needs none starts without it.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from netglass.api.store import Store, open  # noqa: A004

__all__ = ["Store", "open"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'netglass' has no attribute {name!r}")
    from netglass.api import store

    return getattr(store, name)
