"""What all of a censor's paths share: the rules in force, who stays blocked, the log, and which flows are harmless.

A packet of a harmless flow is known by a slice of its bytes and passes without being parsed. That memory is dropped
whenever a rule begins or ends or a residual block is added, and every half a minute, so it can only be wrong for a second
exchange between the same ports within that time. A TCP connection begins with a SYN, which always gets a closer look.
"""

from bisect import bisect_right
from collections import deque
from collections.abc import Sequence

from netglass.lab.censor.book import Book
from netglass.lab.censor.emission import Trigger
from netglass.lab.censor.flow import Flow, ResidualRule, ResidualTable
from netglass.lab.censor.injector import Injector
from netglass.lab.censor.rule import AnyRule, QuicRule, ResidualScope
from netglass.wire.ip import format_address

HARMLESS = 65_536
"""Directions of flows that are known as harmless at once."""

HARMLESS_S = 30.0
"""How long they are known, seconds."""

TRIGGERS = 1 << 20
"""Entries of the log that wait to be taken; the oldest is lost first."""


class Desk:
    """The state of a censor beside its flows.

    Args:
        rules: all rules, in order, whenever they act.
        injector: makes packets.

    Attributes:
        book: the rules that act.
        epoch: grows when a flow has to be held against rules and residual blocks again.
        since: the second from which on ``book`` holds.
        until: the second at which to ``turn`` again.
        residual: who stays blocked.
        harmless_tcp: directions of flows, as ``build_key`` writes them.
        harmless_udp: the same for UDP.
        lost_triggers: how many entries of the log were lost.
    """

    def __init__(self, rules: Sequence[AnyRule], injector: Injector) -> None:
        self._rules = rules
        self._bounds = sorted({bound for rule in rules for bound in (rule.start, rule.end) if bound is not None})
        self._triggers: deque[Trigger] = deque(maxlen=TRIGGERS)
        self.injector = injector
        self.book = Book(())
        self.epoch = 0
        self.since = self.until = 0.0
        self.residual = ResidualTable()
        self.harmless_tcp: set[bytes] = set()
        self.harmless_udp: set[bytes] = set()
        self.lost_triggers = 0

    def turn(self, now: float) -> None:
        """Find the rules that act at a second, and until when they do."""
        active = [rule for rule in self._rules if rule.is_active(now)]
        if active != self.book.rules:
            self.book = Book(active)
        place = bisect_right(self._bounds, now)
        self.since = max([now - HARMLESS_S, *self._bounds[place - 1 : place]])
        self.until = min([now + HARMLESS_S, *self._bounds[place : place + 1]])
        self.forget_harmless()

    def forget_harmless(self) -> None:
        """Have every flow held against rules and residual blocks again."""
        self.epoch += 1
        self.harmless_tcp.clear()
        self.harmless_udp.clear()

    def mark(self, harmless: set[bytes], key: bytes, is_harmless: bool) -> None:
        """Note whether one direction of a flow is harmless: ports are used again."""
        if not is_harmless:
            harmless.discard(key)
            return
        if len(harmless) >= HARMLESS:
            harmless.clear()
        harmless.add(key)

    def log(self, now: float, rule: AnyRule, flow: Flow, name: str | None = None, is_residual: bool = False) -> None:
        """Note that a rule acted."""
        self.lost_triggers += len(self._triggers) == TRIGGERS
        address = format_address(flow.server)
        self._triggers.append(Trigger(now, rule.id, name, address, flow.server_port, is_residual))

    def take_triggers(self) -> list[Trigger]:
        """Return the log and begin a new one."""
        taken = list(self._triggers)
        self._triggers.clear()
        return taken

    def block(self, protocol: int, flow: Flow, rule: ResidualRule, name: str | None, now: float) -> None:
        """Go on to block after a trigger, as long as its rule says."""
        if rule.residual_s > 0:
            by_name = not isinstance(rule, QuicRule) and rule.residual_scope is ResidualScope.NAME
            self.residual.add(protocol, flow, name if by_name else None, rule, now)
            self.forget_harmless()
            flow.epoch = self.epoch
