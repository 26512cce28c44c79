"""Which rules mean an address, found in as many look-ups as there are lengths of prefixes, however many rules there are."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Generic, Protocol, TypeVar

from netglass.lab.fence import require_lab_prefix


class Prefixed(Protocol):
    """A rule that names prefixes."""

    @property
    def prefixes(self) -> tuple[str, ...]:
        """Prefixes of the lab as text."""


R = TypeVar("R", bound=Prefixed)


class PrefixIndex(Generic[R]):
    """Rules by prefix.

    Args:
        rules: places in the order of rules, and the rules.
    """

    def __init__(self, rules: Iterable[tuple[int, R]]) -> None:
        self._heads: dict[tuple[int, int], dict[int, list[tuple[int, R]]]] = defaultdict(lambda: defaultdict(list))
        for place, rule in rules:
            for network in map(require_lab_prefix, rule.prefixes):
                bits = network.max_prefixlen
                shift = bits - network.prefixlen
                self._heads[bits // 8, shift][int(network.network_address) >> shift].append((place, rule))

    def find(self, address: bytes) -> list[R]:
        """Return the rules that mean a packed address, in their order."""
        found: dict[int, R] = {}
        size, value = len(address), int.from_bytes(address, "big")
        for (bytes_, shift), heads in self._heads.items():
            if bytes_ == size:
                found.update(heads.get(value >> shift, ()))
        return [found[place] for place in sorted(found)] if len(found) > 1 else list(found.values())
