"""A token bucket in front of what comes from the server.

Russia slowed Twitter in 2021 by *policing*: packets over about 130 kbit/s were dropped, for each connection whose hello
held the name (Xue et al., "Throttling Twitter", IMC 2021). *Shaping* holds them back instead, until its queue is full.
"""

from netglass.lab.censor.rule import ThrottlePolicy, ThrottleRule


class Bucket:
    """The bucket of one flow; full at first.

    Args:
        rule: rate, burst, policy and room to wait.
        now: seconds.
    """

    __slots__ = ("_at", "_tokens", "rule")

    def __init__(self, rule: ThrottleRule, now: float) -> None:
        self.rule = rule
        self._tokens = float(rule.burst_bytes)
        self._at = now

    def take(self, size: int, now: float) -> float | None:
        """Return for how many seconds a packet of ``size`` bytes has to wait; None where it is lost.

        Waiting packets are a debt of tokens, so each leaves when the rate has paid for it, in the order of arrival.
        """
        rule = self.rule
        tokens = min(float(rule.burst_bytes), self._tokens + max(0.0, now - self._at) * rule.bytes_per_s)
        self._at = now
        left = tokens - size
        waits = left < 0 and rule.policy is ThrottlePolicy.DELAY and rule.bytes_per_s > 0 and -left <= rule.queue_bytes
        self._tokens = left if left >= 0 or waits else tokens
        if left >= 0:
            return 0.0
        return -left / rule.bytes_per_s if waits else None
