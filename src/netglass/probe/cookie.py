"""Cookies that a chain of redirects sets and expects back, and nothing longer than that chain.

Some sites redirect in circles until a cookie comes back. Kept are name, value and the domain; the rest of RFC 6265 (paths,
expiry) does not matter within some seconds.
"""

from collections.abc import Iterable

MOST_COOKIES = 50


class CookieJar:
    """The cookies of one chain."""

    __slots__ = ("_cookies",)

    def __init__(self) -> None:
        self._cookies: dict[tuple[str, str], tuple[str, bool]] = {}

    def take(self, host: str, fields: Iterable[tuple[str, str]]) -> None:
        """Keep the cookies that an answer of ``host`` sets, where they are for it."""
        for name, value in fields:
            if name.lower() == "set-cookie" and len(self._cookies) < MOST_COOKIES:
                self._take_one(host, value)

    def _take_one(self, host: str, text: str) -> None:
        pair, *attributes = (part.strip() for part in text.split(";"))
        name, found, value = pair.partition("=")
        if not found or not name or not pair.isprintable():
            return
        domain = next((item[7:].lstrip(".").lower() for item in attributes if item.lower().startswith("domain=")), "")
        if not domain:
            self._cookies[host, name] = value, False
        elif "." in domain and (host == domain or host.endswith(f".{domain}")):
            self._cookies[domain, name] = value, True

    def list_for(self, host: str) -> str:
        """Return the value of the ``Cookie`` field for ``host``, empty where there is none."""
        return "; ".join(
            f"{name}={value}"
            for (domain, name), (value, is_wide) in self._cookies.items()
            if host == domain or (is_wide and host.endswith(f".{domain}"))
        )
