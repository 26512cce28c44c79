"""Which rules mean a name, found in as many look-ups as the name has labels, however many rules there are."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Generic, Protocol, TypeVar


class Named(Protocol):
    """A rule that may name names."""

    @property
    def names(self) -> tuple[str, ...]:
        """Names in any case; none means any name, or the lack of one."""

    @property
    def subdomains(self) -> bool:
        """Whether names below them count too."""


R = TypeVar("R", bound=Named)


def normalize_name(name: str) -> str:
    """Return a name in lower case and without a last dot."""
    return name.lower().removesuffix(".")


class NameIndex(Generic[R]):
    """Rules by name.

    Args:
        rules: places in the order of rules, and the rules.
    """

    def __init__(self, rules: Iterable[tuple[int, R]]) -> None:
        self._exact: dict[str, list[tuple[int, R]]] = defaultdict(list)
        self._below: dict[str, list[tuple[int, R]]] = defaultdict(list)
        self._any: list[tuple[int, R]] = []
        for place, rule in rules:
            if not rule.names:
                self._any.append((place, rule))
            for name in map(normalize_name, rule.names):
                self._exact[name].append((place, rule))
                if rule.subdomains:
                    self._below[name].append((place, rule))

    def find(self, name: str | None) -> list[R]:
        """Return the rules that mean a normalized name, in their order."""
        found = dict(self._any)
        if name is not None:
            found.update(self._exact.get(name, ()))
            at = name.find(".")
            while at >= 0:
                found.update(self._below.get(name[at + 1 :], ()))
                at = name.find(".", at + 1)
        return [found[place] for place in sorted(found)] if len(found) > 1 else list(found.values())
