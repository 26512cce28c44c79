"""Where an answer sends a client on to.

**Source**: RFC 9110 section 15.4; ten redirects are followed (ts-017-web-connectivity, extension E002).
"""

from netglass.probe.cookie import CookieJar
from netglass.probe.failure import REDIRECT_HOST, REDIRECT_LIMIT, REDIRECT_SCHEME, StepFailed
from netglass.probe.record import Response
from netglass.probe.url import Target, follow, parse_target
from netglass.vocab.error import UsageError

MOST_REDIRECTS = 10
REDIRECTS = frozenset((301, 302, 303, 307, 308))


def find_redirect(target: Target, response: Response, depth: int, cookies: CookieJar) -> Target | None:
    """Return where an answer redirects to, None where it does not; its cookies are kept.

    Args:
        target: what was asked for.
        response: the answer.
        depth: redirects before it.
        cookies: those of the chain.

    Raises:
        StepFailed: it redirects once too often, or to what is no URL.
    """
    location = next((value for name, value in response.headers_list if name.lower() == "location"), None)
    if response.code not in REDIRECTS or not location:
        return None
    if depth >= MOST_REDIRECTS:
        raise StepFailed(REDIRECT_LIMIT)
    cookies.take(target.host, [(name, value) for name, value in response.headers_list if isinstance(value, str)])
    if not isinstance(location, str):
        raise StepFailed(REDIRECT_HOST)
    try:
        return parse_target(follow(target, location))
    except UsageError as error:
        scheme, found, _ = location.partition(":")
        known = not found or "/" in scheme or scheme.lower() in ("http", "https")
        raise StepFailed(REDIRECT_HOST if known else REDIRECT_SCHEME) from error
