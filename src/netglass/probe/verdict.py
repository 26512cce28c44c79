"""The client's own verdict, as Web Connectivity has always given it: ``blocking`` and ``accessible``.

It compares what the system's resolver, its addresses and the page gave with what the test helper saw, and nothing else. It
is written because readers of the format expect it, and to be measured against; our own verdicts are made in ``judge`` from
the steps.

**Source**: ts-017-web-connectivity, "Control comparison" and "Reason for blocking". Where its text leaves a case open, the
keys that OONI's client writes decide: a page over a verified HTTPS chain is accessible without a control, and a site that
fails for the helper too is neither blocked nor accessible.
"""

from collections.abc import Callable, Sequence

import msgspec

from netglass.probe.control import ControlPage, ControlResponse
from netglass.probe.page import read_length, read_title
from netglass.probe.record import Transaction

LENGTH_PROPORTION = 0.7
"""Least proportion of the lengths of two bodies that are called alike. **Source**: ts-017."""

WORD_LETTERS = 5
"""Shortest word of a title that is compared. **Source**: ts-017."""

COMMON_HEADERS = frozenset(
    """
    accept-ranges age cache-control cf-cache-status cf-ray connection content-encoding content-language content-length
    content-type date etag expires keep-alive last-modified link location p3p pragma server set-cookie
    strict-transport-security transfer-encoding upgrade vary via x-content-type-options x-frame-options x-powered-by
    x-varnish x-xss-protection
    """.split()  # noqa: SIM905  (a table of words)
)
"""Headers that say nothing of a site, because very many send them."""


class Seen(msgspec.Struct):
    """What the classic steps of a measurement gave.

    Attributes:
        addresses: what the system's resolver answered.
        dns_failure: why it answered nothing.
        is_address: whether the URL names an address, so that nothing was looked up.
        connects: failure, or None, of each connect to one of these addresses whose page is wanted, by endpoint.
        has_certificate: whether one of them showed a good certificate for the name.
        page: the last answer of the chain, None without one.
        failure: why there is none.
    """

    addresses: Sequence[str]
    dns_failure: str | None
    is_address: bool
    connects: dict[str, str | None]
    has_certificate: bool
    page: Transaction | None
    failure: str | None


class Verdict(msgspec.Struct):
    """The keys of the verdict (ts-017)."""

    dns_consistency: str | None = None
    body_proportion: float = 0.0
    body_length_match: bool | None = None
    headers_match: bool | None = None
    status_code_match: bool | None = None
    title_match: bool | None = None
    blocking: str | bool | None = None
    accessible: bool | None = None


def compare(
    seen: Seen, control: ControlResponse | None, find_network: Callable[[str], tuple[int, str] | None] | None = None
) -> Verdict:
    """Return the verdict on what was seen, beside the control where there is one."""
    verdict = Verdict()
    if control is not None:
        verdict.dns_consistency = tell_consistency(seen, control, find_network)
        if seen.page is not None and control.http_request.failure is None and control.http_request.status_code > 0:
            compare_pages(seen.page, control.http_request, verdict)
    verdict.blocking, verdict.accessible = decide(seen, control, verdict)
    return verdict


def tell_consistency(
    seen: Seen, control: ControlResponse, find_network: Callable[[str], tuple[int, str] | None] | None
) -> str:
    """Return ``consistent`` where lookups agree in failure, address or network, or a certificate shows that they are good."""
    answered = set(control.dns.addrs or ())
    if seen.is_address or seen.has_certificate or answered & set(seen.addresses):
        return "consistent"
    if seen.dns_failure is not None:
        return "consistent" if control.dns.failure is not None or not answered else "inconsistent"
    ours, theirs = (list_networks(found, control, find_network) for found in (seen.addresses, answered))
    return "consistent" if ours & theirs else "inconsistent"


def list_networks(
    addresses: Sequence[str] | set[str],
    control: ControlResponse,
    find_network: Callable[[str], tuple[int, str] | None] | None,
) -> set[int]:
    """Return the networks of addresses as far as the helper or a map of our own tells; 0 is none."""
    found = {info.asn for address in addresses if (info := (control.ip_info or {}).get(address))}
    if find_network is not None:
        found |= {network[0] for address in addresses if (network := find_network(address))}
    return found - {0}


def compare_pages(page: Transaction, control: ControlPage, verdict: Verdict) -> None:
    """Fill in how alike two pages are."""
    response = page.response
    length = read_length(response.body)
    longest = max(length, control.body_length)
    if not response.body_is_truncated and longest > 0:
        verdict.body_proportion = max(0, min(length, control.body_length)) / longest
        verdict.body_length_match = verdict.body_proportion > LENGTH_PROPORTION
    verdict.headers_match = match_headers(set(response.headers), set(control.headers))
    verdict.status_code_match = match_status(response.code, control.status_code)
    verdict.title_match = match_titles(read_title(response.body), control.title)


def match_headers(ours: set[str], theirs: set[str]) -> bool:
    """Tell whether two sets of header names are the same, or share one that few sites send."""
    first, second = ({name.lower() for name in names} for names in (ours, theirs))
    return first == second or bool((first & second) - COMMON_HEADERS)


def match_status(ours: int, theirs: int) -> bool | None:
    """Tell whether two status codes are the same; None where the control's is no success, for then nothing follows."""
    if ours == theirs:
        return True
    return False if theirs // 100 == 2 else None


def match_titles(ours: str, theirs: str) -> bool | None:
    """Tell whether the first words that are long enough are the same; None where there are none."""
    first, second = (
        next((word.lower() for word in title.split() if len(word) >= WORD_LETTERS), None) for title in (ours, theirs)
    )
    return first == second if first and second else None


def decide(seen: Seen, control: ControlResponse | None, verdict: Verdict) -> tuple[str | bool | None, bool | None]:
    """Return ``blocking`` and ``accessible``."""
    if seen.page is not None and seen.page.request.url.startswith("https:"):
        return False, True
    if control is None:
        return None, None
    if seen.page is None:
        return decide_failure(seen, control, verdict)
    if control.http_request.failure is not None:
        return None, None
    alike = (verdict.body_length_match, verdict.headers_match, verdict.title_match)
    if verdict.status_code_match is not False and any(alike):
        return False, True
    return ("dns" if verdict.dns_consistency == "inconsistent" else "http-diff"), False


def decide_failure(seen: Seen, control: ControlResponse, verdict: Verdict) -> tuple[str | bool, bool]:
    """Return ``blocking`` and ``accessible`` where no page came."""
    if control.http_request.failure is not None:
        return False, False
    if verdict.dns_consistency == "inconsistent":
        return "dns", False
    failed = [endpoint for endpoint, failure in seen.connects.items() if failure is not None]
    works = control.tcp_connect
    if (
        failed
        and len(failed) == len(seen.connects)
        and any(endpoint in works and works[endpoint].status for endpoint in failed)
    ):
        return "tcp_ip", False
    return "http-failure", False
