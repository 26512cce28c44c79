"""Lists of URLs to measure, in the layout of the Citizen Lab's test lists, and how risky it is to ask for them.

A URL is a page, or a single step (``urlgetter``), so that a list of a messenger's servers or of resolvers is a list too.

Whoever measures asks for these pages in their own name, and their network sees it. What that may cost depends on the page
and on the country. A list has the class of its riskiest entry; consent is given to a class, and again to a higher one.

**Source**: categories of github.com/citizenlab/test-lists (``category_code``). The classes are ours: *high* is what is
punished as such in many countries, *elevated* what is commonly blocked or watched, *low* the rest. A category that is not
in the table is *high*.
"""

import csv
import hashlib
from collections.abc import Iterable, Sequence
from enum import IntEnum
from pathlib import Path
from typing import NamedTuple

from netglass.probe.url import parse_target
from netglass.probe.urlgetter import is_step, parse_step
from netglass.vocab.error import InputError, UsageError


class Risk(IntEnum):
    """What asking for a page may cost, as far as its category tells."""

    LOW = 1
    ELEVATED = 2
    HIGH = 3


RISKS: dict[str, Risk] = {
    **dict.fromkeys("COMM CTRL CULTR ECON ENV GAME GOVT HOST IGO MMED SRCH".split(), Risk.LOW),  # noqa: SIM905
    **dict.fromkeys(
        "ALDR ANON COMT DATE FILE GMB GRP HACK HUMR NEWS POLR PROV PUBH REL XED".split(),  # noqa: SIM905
        Risk.ELEVATED,
    ),
    **dict.fromkeys(("HATE", "LGBT", "MILX", "MISC", "PORN"), Risk.HIGH),
}
"""The class of each category."""

UNLISTED = "UNLISTED"
"""The category of a URL that was typed and stands in no list; nobody looked at it, so it is *high*."""


class ListedUrl(NamedTuple):
    """A URL, its category code, and the class of that."""

    url: str
    category: str
    risk: Risk


class UrlList(NamedTuple):
    """URLs to measure.

    Attributes:
        entries: each URL once, in order.
        refused: what cannot be measured, with the reason.
    """

    entries: tuple[ListedUrl, ...]
    refused: tuple[tuple[str, str], ...] = ()

    @property
    def risk(self) -> Risk:
        """The class of the riskiest entry."""
        return max((entry.risk for entry in self.entries), default=Risk.LOW)

    @property
    def hash(self) -> str:
        """SHA-256 over URLs and categories, whatever their order, as 32 hexadecimal digits."""
        lines = sorted(f"{entry.url}\t{entry.category}\n" for entry in self.entries)
        return hashlib.sha256("".join(lines).encode()).hexdigest()[:32]


def check_url(url: str) -> None:
    """Refuse what is neither a page nor a single step.

    Raises:
        UsageError: it cannot be measured.
    """
    if is_step(url):
        parse_step(url)
    else:
        parse_target(url)


def read_url_list(path: Path) -> UrlList:
    """Read a list: CSV with the columns ``url`` and ``category_code``.

    Raises:
        InputError: it is no such list; the message names file and line.
    """
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        rows = csv.DictReader(file)
        missing = [name for name in ("url", "category_code") if name not in (rows.fieldnames or ())]
        if missing:
            raise InputError(f"{path}:1: no column {', '.join(missing)}; a list begins with url,category_code")
        try:
            return make_url_list((row["url"] or "", row["category_code"] or "") for row in rows)
        except csv.Error as error:
            raise InputError(f"{path}:{rows.line_num}: {error}; expected comma-separated values") from error


def list_urls(urls: Sequence[str]) -> UrlList:
    """Return typed URLs as a list.

    Raises:
        UsageError: one of them cannot be measured.
    """
    for url in urls:
        check_url(url)
    return make_url_list((url, UNLISTED) for url in urls)


def make_url_list(entries: Iterable[tuple[str, str]]) -> UrlList:
    """Return URLs with their categories as a list; what is no URL is put aside with the reason."""
    found: dict[str, ListedUrl] = {}
    refused = []
    for text, category in entries:
        url, code = text.strip(), category.strip().upper()
        try:
            check_url(url)
        except UsageError as error:
            refused.append((url, str(error)))
        else:
            found.setdefault(url, ListedUrl(url, code, RISKS.get(code, Risk.HIGH)))
    return UrlList(tuple(found.values()), tuple(refused))
