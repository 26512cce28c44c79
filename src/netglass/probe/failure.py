"""What went wrong, in OONI's failure strings.

A step ends in an answer or in one exception; :data:`FAILURES` and :data:`SYMPTOMS` say which string an exception is. What
is in neither becomes ``unknown_failure: …``, so a new symptom is seen and never taken for a known one.

**Source**: OONI spec df-007-errors; strings of Web Connectivity 0.5 as they stand in measurements. An alert in the
handshake is ``ssl_failed_handshake``. The kernel tells of a reset that came after the peer's end as ``EPIPE``.
"""

import errno
import ssl

from netglass.wire.net import LookupFailed, LookupProblem

TIMEOUT = "generic_timeout_error"
EOF = "eof_error"
RESET = "connection_reset"
NXDOMAIN = "dns_nxdomain_error"
NO_ANSWER = "dns_no_answer"
ALERT = "ssl_failed_handshake"
AUTHORITY = "ssl_unknown_authority"
CERTIFICATE = "ssl_invalid_certificate"
HOSTNAME = "ssl_invalid_hostname"
REDIRECT_LIMIT = "unknown_failure: stopped after 10 redirects"
REDIRECT_SCHEME = "http_invalid_redirect_location_scheme"
REDIRECT_HOST = "http_invalid_redirect_location_host"

_ALERT_REASONS = ("sslv3_alert_", "tlsv1_", "tlsv13_alert_")
"""How OpenSSL names what the peer's alert said; not all of these names hold the word (``TLSV1_UNRECOGNIZED_NAME``).

**Source**: openssl, include/openssl/sslerr.h.
"""

MAX_DETAIL = 120
"""Characters of an unknown failure that are kept."""


class StepFailed(Exception):
    """A step ended in a failure, which is recorded already. ``failure`` is OONI's string."""

    def __init__(self, failure: str) -> None:
        super().__init__(failure)
        self.failure = failure


class StreamEnded(Exception):
    """The peer, or somebody in its name, ended the stream before an answer was complete."""


class BadAnswer(Exception):
    """What came is not an answer of the protocol that was spoken."""


FAILURES: dict[int, str] = {
    errno.ECONNREFUSED: "connection_refused",
    errno.ECONNRESET: RESET,
    errno.EPIPE: RESET,
    errno.ECONNABORTED: "connection_aborted",
    errno.EHOSTUNREACH: "host_unreachable",
    errno.ENETUNREACH: "network_unreachable",
    errno.EADDRNOTAVAIL: "address_not_available",
    errno.EAFNOSUPPORT: "address_family_not_supported",
    errno.EACCES: "permission_denied",
    errno.EPERM: "permission_denied",
    errno.ETIMEDOUT: TIMEOUT,
}
"""The string of each error number of a socket."""

LOOKUPS: dict[LookupProblem, str] = {
    LookupProblem.NO_SUCH_NAME: NXDOMAIN,
    LookupProblem.NO_ADDRESS: NO_ANSWER,
    LookupProblem.TRY_AGAIN: "dns_temporary_failure",
    LookupProblem.FAILED: "dns_non_recoverable_failure",
}
"""The string of each way in which the system's resolver gives no address."""

SYMPTOMS: tuple[tuple[type[BaseException], str], ...] = (
    (TimeoutError, TIMEOUT),
    (ConnectionRefusedError, "connection_refused"),
    (ConnectionResetError, RESET),
    (StreamEnded, EOF),
    (ssl.SSLEOFError, EOF),
    (ssl.SSLZeroReturnError, EOF),
)
"""The string of each exception that carries no error number of its own, the first that fits."""

Problem = (OSError, StreamEnded, BadAnswer, LookupFailed)
"""What a step may raise for reasons outside of this program. Errors of TLS and time-outs are among them."""


def name_failure(error: BaseException) -> str:
    """Return OONI's failure string of an exception."""
    for kind, failure in SYMPTOMS:
        if isinstance(error, kind):
            return failure
    if isinstance(error, LookupFailed):
        return LOOKUPS[error.problem]
    if isinstance(error, ssl.SSLError):
        reason = (error.reason or str(error)).lower()
        return (
            ALERT
            if reason.startswith(_ALERT_REASONS)
            else f"unknown_failure: tls: {reason.replace('_', ' ')[:MAX_DETAIL]}"
        )
    if isinstance(error, OSError) and error.errno in FAILURES:
        return FAILURES[error.errno]
    return f"unknown_failure: {str(error)[:MAX_DETAIL] or type(error).__name__}"
