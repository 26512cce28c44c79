"""Public suffixes: which part of a name somebody could register.

The list is Mozilla's (publicsuffix.org, MPL-2.0) as packaged with ``publicsuffixlist``; a dated snapshot replaces it.
"""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from publicsuffixlist import PublicSuffixList

from netglass.vocab.error import InputError


class SuffixList:
    """Registrable domains of names, memoised."""

    def __init__(self, suffixes: PublicSuffixList) -> None:
        self._find = lru_cache(maxsize=200_000)(suffixes.privatesuffix)

    def registrable_domain(self, host: str) -> str | None:
        """Return the registrable domain of a host in A-labels, None for a public suffix itself."""
        found = self._find(host.lower().rstrip("."))
        return str(found) if found else None


def load_suffixes(paths: Sequence[Path]) -> SuffixList:
    """Read the newest of ``paths``, or the packaged list when there is none.

    Raises:
        InputError: the file holds no suffix.
    """
    if not paths:
        return SuffixList(_packaged())
    lines = paths[-1].read_text(encoding="utf-8", errors="replace").splitlines()
    rules = [line for line in lines if line.strip() and not line.startswith("//")]
    if not any(line.strip() == "com" for line in rules):
        raise InputError(f"{paths[-1]}: not a public suffix list (no rule `com`); take public_suffix_list.dat")
    return SuffixList(PublicSuffixList(source=lines))


@lru_cache(maxsize=1)
def _packaged() -> PublicSuffixList:
    return PublicSuffixList()
