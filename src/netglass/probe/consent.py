"""Consent: nobody measures without having been told what it means, and nothing is sent before.

What is agreed to is a set of URLs, and the class of its risk. Who measures other URLs, or is told another text, or where the
class is another one, is asked again. A :class:`Permit` says what may be measured; a run takes nothing else.

The countries in which measuring is most dangerous are off by default: there a person must name the country once more. The
list is the setting ``NETGLASS_PROBE_OFF``, to be reviewed every year.
"""

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import msgspec

from netglass.probe.url_list import Risk, UrlList
from netglass.vocab.error import InputError, UsageError

TEXT = """\
What you are about to do, and what it may mean for you:

- The program asks for the pages below from this machine, in your name. Your provider, and whoever watches the
  network, can see that you ask for them, and can recognise that a measuring program does it.
- Some of these pages may be forbidden where you are, and asking for them may be held against you.
- The results are meant to be published. They name your country and your network, not your address; what is
  published is held back for at least 7 days, and its times are cut to the hour.
- The test helper, and the public resolvers that are asked, see your address and what you ask for.
- You can stop at any time. What was measured stays on this machine until you delete or export it.
"""
"""What is said before the first packet."""

CLASSES = {
    Risk.LOW: "low: pages of everyday use",
    Risk.ELEVATED: "elevated: pages that are often blocked or watched (news, politics, religion, evasion …)",
    Risk.HIGH: "high: pages that are punished in places, or that nobody has classed",
}
"""What each class is called in the question."""


class Consent(msgspec.Struct, frozen=True):
    """What was agreed to.

    Attributes:
        text: hash of the text that was shown.
        list_hash: hash of the list.
        risk: its class, 1 to 3.
        urls: hashes of its URLs, so that the file itself tells nobody which.
        country: country for which it was given.
    """

    text: str
    list_hash: str
    risk: int
    urls: frozenset[str]
    country: str


class Permit(NamedTuple):
    """What may be measured; only :func:`grant` makes one."""

    urls: frozenset[str]

    def allows(self, url: str) -> bool:
        """Tell whether a URL may be measured."""
        return hash_url(url) in self.urls


def hash_url(url: str) -> str:
    """Return the hash by which a URL is remembered."""
    return hashlib.sha256(url.encode()).hexdigest()[:16]


def make_consent(wanted: UrlList, country: str) -> Consent:
    """Return what is agreed to when a person says yes to a list."""
    urls = frozenset(hash_url(entry.url) for entry in wanted.entries)
    return Consent(hash_url(TEXT), wanted.hash, int(wanted.risk), urls, country)


def why_ask(given: Consent | None, wanted: UrlList, country: str) -> str | None:
    """Return why a person must be asked, None where consent covers what is wanted."""
    if given is None:
        return "nobody was asked yet"
    asked = make_consent(wanted, country)
    if given.text != asked.text:
        return "the text has changed"
    if given.country != country:
        return f"consent was given for {given.country}"
    if given.risk != asked.risk:
        return f"the risk class is {Risk(asked.risk).name.lower()} now"
    if strange := len(asked.urls - given.urls):
        return f"{strange} of the URLs are not on the list that was agreed to"
    return None


def describe(wanted: UrlList, country: str) -> str:
    """Return the whole question: the text, how many pages, of which class."""
    categories = ", ".join(sorted({entry.category or "none" for entry in wanted.entries}))
    return (
        f"{TEXT}\n{len(wanted.entries)} pages, country {country}, categories: {categories}\n"
        f"Risk class {CLASSES[wanted.risk]}\n"
    )


def grant(
    given: Consent | None, wanted: UrlList, country: str, dangerous: Iterable[str], insists: bool = False
) -> Permit:
    """Return the permit to measure a list.

    Args:
        given: what was agreed to.
        wanted: what is to be measured.
        country: where, two letters.
        dangerous: countries that are off.
        insists: whether the person named the country once more.

    Raises:
        UsageError: there is no consent to this.
    """
    if country in dangerous and not insists:
        raise UsageError(
            f"measuring from {country} is off, because it may be dangerous there. If you know the risk and take it, say so with"
            f" --despite-risk {country}"
        )
    reason = why_ask(given, wanted, country)
    if reason is not None or given is None:
        raise UsageError(f"no consent to measure this: {reason}. Nothing was sent.")
    return Permit(frozenset(hash_url(entry.url) for entry in wanted.entries))


def load_consent(path: Path) -> Consent | None:
    """Read what was agreed to, None where nothing was.

    Raises:
        InputError: the file is damaged.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=Consent)
    except FileNotFoundError:
        return None
    except msgspec.MsgspecError as error:
        raise InputError(f"{path}: {error}. Delete the file to be asked again") from error


def save_consent(path: Path, consent: Consent) -> None:
    """Write what was agreed to; the file is for its owner alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.new")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(msgspec.json.encode(consent, order="sorted"))
    beside.replace(path)
