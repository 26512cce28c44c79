"""What the steps of one measurement share: its key, its redirect hops, the reference data, and how tags and failures are read.

**Source**: tags are those of Web Connectivity LTE (ts-017, probe-cli internal/experiment/webconnectivitylte): ``depth=N``, ``classic``,
``fetch_body=true|false``. Older clients set none of them; they made one lookup and one chain of requests, so all they did was
*classic* and the hop follows from the names in the chain.
"""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple

from netglass.refdata import Refdata
from netglass.source.ooni.address import CACHE, NOWHERE, Place, locate_address, normalise_address
from netglass.source.ooni.scrub import scrub_text
from netglass.source.ooni.structure import Connect, Failure, Handshake, Query, Tags, Transaction
from netglass.vocab.failure import ALERT_PREFIX, OUTCOMES, Outcome

_ADDRESS_HINT = re.compile(r"(?:[0-9][^0-9]*){4}|[0-9a-f]{8}")

MAX_FAILURE = 300
"""Characters of a failure string that are kept; the known ones have at most 30."""

Row = tuple[object, ...]
Step = Query | Connect | Handshake | Transaction


class Tag(NamedTuple):
    """What the tags of a step say."""

    depth: int | None
    classic: bool
    fetch_body: bool | None


NO_TAG = Tag(None, False, None)
OUTCOME_NAMES = {failure: outcome.value for failure, outcome in OUTCOMES.items()}
SUCCESS, OTHER, ALERT = Outcome.SUCCESS.value, Outcome.OTHER.value, Outcome.ALERT.value


def name_outcome(failure: str | None) -> str:
    """Return the outcome class of a failure as plain text."""
    if failure is None:
        return SUCCESS
    return OUTCOME_NAMES.get(failure) or (ALERT if failure.startswith(ALERT_PREFIX) else OTHER)


class Frame:
    """One measurement while its steps are read.

    Attributes:
        key: join key of the measurement.
        classic: what ``classic`` is where a step has no tags: True for old web_connectivity, None for other nettests.
        find_hops: returns the redirect depth by host, for steps without a depth tag; asked at most once.
        hops: what it returned, None before.
        probe_asn: network of the probe, None when withheld.
        explained: addresses that DNS and TCP of the measurement account for, as far as it was read; they may stay in texts.
        probe_ip: the probe's own address where the record gives it away, else None; it is never written.
        issues: names of the issues found so far, in order and once each.
    """

    __slots__ = (
        *(
            "classic",
            "explained",
            "find_hops",
            "hops",
            "issues",
            "key",
            "probe_asn",
            "probe_ip",
            "refdata",
            "tcp_control",
            "tls_control",
        ),
    )

    def __init__(self, refdata: Refdata, classic: bool | None, probe_asn: int | None, probe_ip: str | None) -> None:
        self.key = 0
        self.refdata = refdata
        self.classic = classic
        self.probe_asn = probe_asn
        self.probe_ip = probe_ip
        self.explained: set[str] = set()
        self.find_hops: Callable[[], dict[str | None, int]] = dict
        self.hops: dict[str | None, int] | None = None
        self.issues: dict[str, None] = {}
        self.tcp_control: dict[tuple[str | None, int | None], str] = {}
        self.tls_control: dict[tuple[str | None, int | None], str] = {}

    def add_issue(self, name: str) -> None:
        """Note an issue, once."""
        self.issues[name] = None

    def explain(self, host: str | None) -> None:
        """Count ``host`` as explained where it is an address: that of the input, or of a URL that was answered, is no probe."""
        address = normalise_address(host)
        if address is not None:
            self.explained.add(address)

    def scrub(self, text: str) -> str:
        """Return ``text`` without what could name the person who measured, and without NUL."""
        if "\x00" in text:
            text = text.replace("\x00", "\ufffd")
        return scrub_text(text, self.probe_asn, self.explained, self.refdata, self.probe_ip)

    def scrub_host(self, host: str | None) -> str | None:
        """Return a host name, scrubbed where an address could be part of it (``ip-192-0-2-1.example``)."""
        return self.scrub(host) if host and may_hold_address(host) else host

    def place(self, text: str | None, field: str) -> Place:
        """Return where an address of a step is, and count it as explained; an issue is noted where ``text`` is no address."""
        if not text:
            return NOWHERE
        place = locate_address(self.refdata, text)
        address = place.address
        if address is None:
            if "scrubbed" not in text:
                self.add_issue(f"bad_address:{field}")
            return NOWHERE
        if address == self.probe_ip:
            return NOWHERE
        self.explained.add(address)
        return place

    def read_failure(self, failure: Failure) -> str | None:
        """Return a failure as a scrubbed string; ``false`` is the null of old clients, ``true`` a failure that is not named."""
        if failure is None or failure is False:
            return None
        if failure is True:
            return "unknown_failure"
        return failure if failure in OUTCOMES else self.scrub(failure)[:MAX_FAILURE]

    def read_tags(self, tags: Tags, host: str | None) -> Tag:
        """Return what the tags say; without a depth among them, what the chain of requests says of ``host``."""
        tag = parse_tags(tags) if tags else NO_TAG
        if tag.depth is not None or self.classic is None:
            return tag
        if self.hops is None:
            self.hops = self.find_hops()
        return Tag(self.hops.get(host), self.classic, tag.fetch_body)

    def list_step(self, step: Step, tag: Tag, failure: str | None, outcome: str | None = None) -> Row:
        """Return the columns that all steps begin with. ``outcome`` overrides the class of ``failure``."""
        return (
            self.key,
            step.transaction_id,
            tag.depth,
            None if self.classic is None else tag.classic,
            step.t0,
            step.t,
            failure,
            outcome or (SUCCESS if failure is None else name_outcome(failure)),
        )


@lru_cache(CACHE)
def may_hold_address(host: str) -> bool:
    """Tell whether a host name is long and numeric enough to spell an address, and is not one itself."""
    return _ADDRESS_HINT.search(host) is not None and normalise_address(host) is None


@lru_cache(4096)
def parse_tags(tags: Sequence[str]) -> Tag:
    """Read the tags of a step."""
    depth, classic, fetch_body = None, False, None
    for tag in tags:
        name, _, value = tag.partition("=")
        if name == "classic":
            classic = True
        elif name == "depth" and value.isascii() and value.isdigit() and len(value) <= 4:
            depth = int(value)
        elif name == "fetch_body" and value in ("true", "false"):
            fetch_body = value == "true"
    return Tag(depth, classic, fetch_body)
