"""What one measurement can say of one target, and where the cause sits."""

from enum import StrEnum


class State(StrEnum):
    """The state of a verdict. ``insufficient`` is never drawn, counted or exported as ``ok``."""

    BLOCKED = "blocked"
    LIKELY_BLOCKED = "likely_blocked"
    IMPAIRED = "impaired"
    DOWN = "down"
    OK = "ok"
    INSUFFICIENT = "insufficient"


class Locus(StrEnum):
    """Where the cause of a verdict sits."""

    NETWORK = "network"
    UPSTREAM = "upstream"
    RESOLVER_CHOICE = "resolver_choice"
    LOCAL = "local"
    SERVER_SIDE = "server_side"
    UNKNOWN = "unknown"


class Hypothesis(StrEnum):
    """The five explanations that every rule weighs against each other, in the order of every vector."""

    NETWORK_INTERFERENCE = "network_interference"
    SERVER_DOWN = "server_down"
    SERVER_REFUSES = "server_refuses"
    LOCAL_FAULT = "local_or_instrument_fault"
    REACHABLE = "reachable"


INTERFERED = (State.BLOCKED, State.LIKELY_BLOCKED)
"""The states that count as a block in precision, recall and events."""

NOT_MEASURED = "not_measured"
"""The state of a cell or an event without a single measurement; no verdict has it."""
