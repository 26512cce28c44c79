"""Public suffixes: which part of a name somebody could register.

The list is Mozilla's (publicsuffix.org, MPL-2.0) as packaged with ``publicsuffixlist``; a dated snapshot replaces it.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path

from publicsuffixlist import PSLFILE, PublicSuffixList

from netglass.vocab.error import InputError


class SuffixList:
    """Registrable domains of names, memoised."""

    def __init__(self, suffixes: PublicSuffixList) -> None:
        self._find = lru_cache(maxsize=200_000)(suffixes.privatesuffix)

    def registrable_domain(self, host: str) -> str | None:
        """Return the registrable domain of a host in A-labels, None for a public suffix itself."""
        found = self._find(host.lower().rstrip("."))
        return str(found) if found else None


def load_suffixes(paths: Sequence[Path], names: Iterable[str] | None = None) -> SuffixList:
    """Read the newest of ``paths``, or the packaged list when there is none.

    Args:
        paths: dated snapshots, oldest first.
        names: hosts in A-labels that will be asked for; where they are few, reading only the rules that bear on them is much quicker.

    Raises:
        InputError: the file holds no suffix.
    """
    lines = paths[-1].read_text(encoding="utf-8", errors="replace").splitlines() if paths else _read_packaged()
    rules = [line for line in lines if line.strip() and not line.startswith("//")]
    if not any(line.strip() == "com" for line in rules):
        raise InputError(f"{paths[-1]}: not a public suffix list (no rule `com`); take public_suffix_list.dat")
    return SuffixList(PublicSuffixList(source=rules if names is None else _choose_rules(rules, names)))


@lru_cache(maxsize=1)
def _read_packaged() -> list[str]:
    return Path(PSLFILE).read_text(encoding="utf-8").splitlines()


def _choose_rules(rules: Sequence[str], names: Iterable[str]) -> list[str]:
    """Return the rules that end one of ``names``; those in Unicode bear on names with an encoded label."""
    endings: set[str] = set()
    for name in names:
        labels = name.lower().rstrip(".").split(".")
        endings.update(".".join(labels[start:]) for start in range(len(labels)))
    encoded = any("xn--" in ending for ending in endings)
    return [
        rule for rule in rules if rule.split()[0].lower().lstrip("!*.") in endings or (encoded and not rule.isascii())
    ]
