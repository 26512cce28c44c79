"""OONI's failure strings, verbatim, sorted into the outcome classes that rules speak of.

**Source**: OONI spec data-formats/df-007-errors.md; older spellings (``connection_refused_error`` and friends of the
test helper and of ooni-probe 2.x) as found in real measurements. A string that is not in the table is ``other``: it is a
failure, but no rule about a known symptom may use it.
"""

from enum import StrEnum


class Outcome(StrEnum):
    """What a step ended in, coarser than a failure string and the same for every client."""

    SUCCESS = "success"
    NXDOMAIN = "nxdomain"
    REFUSED = "refused"
    SERVFAIL = "servfail"
    NODATA = "nodata"
    TIMEOUT = "timeout"
    REDIRECT_LIMIT = "redirect_limit"
    BAD_REDIRECT = "bad_redirect"
    RESET = "reset"
    CLOSED = "eof"
    UNREACHABLE = "unreachable"
    CERT_AUTHORITY = "cert_authority"
    CERT_INVALID = "cert_invalid"
    CERT_NAME = "cert_name"
    ALERT = "alert"
    CANCELLED = "cancelled"
    OTHER = "other"


OUTCOMES: dict[str, Outcome] = {
    "dns_nxdomain_error": Outcome.NXDOMAIN,
    "dns_lookup_error": Outcome.NXDOMAIN,
    "dns_name_error": Outcome.NXDOMAIN,
    "dns_refused_error": Outcome.REFUSED,
    "dns_servfail_error": Outcome.SERVFAIL,
    "dns_server_misbehaving": Outcome.SERVFAIL,
    "dns_temporary_failure": Outcome.SERVFAIL,
    "dns_non_recoverable_failure": Outcome.SERVFAIL,
    "dns_server_failure": Outcome.SERVFAIL,
    "dns_no_answer": Outcome.NODATA,
    "android_dns_cache_no_data": Outcome.NODATA,
    "dns_bogon_error": Outcome.OTHER,
    "generic_timeout_error": Outcome.TIMEOUT,
    "tcp_timed_out_error": Outcome.TIMEOUT,
    "deferred_timeout_error": Outcome.TIMEOUT,
    "timeout_error": Outcome.TIMEOUT,
    "connection_timed_out": Outcome.TIMEOUT,
    "timed_out": Outcome.TIMEOUT,
    "response_never_received": Outcome.TIMEOUT,
    "connection_refused": Outcome.REFUSED,
    "connection_refused_error": Outcome.REFUSED,
    "connect_error": Outcome.OTHER,
    "connection_reset": Outcome.RESET,
    "connection_aborted": Outcome.RESET,
    "connection_lost": Outcome.RESET,
    "eof_error": Outcome.CLOSED,
    "connection_done": Outcome.CLOSED,
    "host_unreachable": Outcome.UNREACHABLE,
    "network_unreachable": Outcome.UNREACHABLE,
    "no_route_to_host_error": Outcome.UNREACHABLE,
    "ssl_unknown_authority": Outcome.CERT_AUTHORITY,
    "ssl_invalid_certificate": Outcome.CERT_INVALID,
    "ssl_invalid_hostname": Outcome.CERT_NAME,
    "ssl_failed_handshake": Outcome.ALERT,
    "quic_incompatible_version": Outcome.OTHER,
    "unknown_failure: stopped after too many redirects": Outcome.REDIRECT_LIMIT,
    "unknown_failure: stopped after 10 redirects": Outcome.REDIRECT_LIMIT,
    "http_invalid_redirect_location_host": Outcome.BAD_REDIRECT,
    "http_invalid_redirect_location_scheme": Outcome.BAD_REDIRECT,
    "unknown_failure: http: no Location header in response": Outcome.BAD_REDIRECT,
    "interrupted": Outcome.CANCELLED,
    "operation_canceled": Outcome.CANCELLED,
}


ALERT_PREFIX = "unknown_failure: remote error: tls: "
"""What an alert of the peer begins with in the records of OONI's clients over TCP, which have no string of their own for it.

**Source**: Go, crypto/tls, alert.go, by way of probe-cli's wrapping of what it does not know.
"""


def classify_failure(failure: str | None) -> Outcome:
    """Return the outcome class of an OONI ``failure`` (None is success)."""
    if failure is None:
        return Outcome.SUCCESS
    return OUTCOMES.get(failure) or (Outcome.ALERT if failure.startswith(ALERT_PREFIX) else Outcome.OTHER)
