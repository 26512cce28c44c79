"""Text: invented words, pages of sites, block pages in several styles, and what servers say when they refuse."""

import random
from typing import NamedTuple

_ONSETS = ("b", "d", "f", "g", "h", "k", "l", "m", "n", "p", "r", "s", "t", "v", "dr", "st", "tr")
_VOWELS = ("a", "e", "i", "o", "u", "a", "o")
_CODAS = ("", "", "", "", "", "", "n", "r", "l", "s")

HTML = ("Content-Type", "text/html; charset=utf-8")


class Page(NamedTuple):
    """What a web server answers.

    Attributes:
        status: 100 to 999.
        fields: fields of the head in order; how the body ends is up to the server.
        body: its bytes.
        is_measured: whether the head tells the length of the body; else it comes in chunks.
    """

    status: int
    fields: tuple[tuple[str, str], ...]
    body: bytes
    is_measured: bool = True


def make_words(rng: random.Random, count: int, syllables: tuple[int, int] = (2, 3)) -> list[str]:
    """Return ``count`` different invented words."""
    words: dict[str, None] = {}
    while len(words) < count:
        parts = range(rng.randint(*syllables))
        words["".join(rng.choice(_ONSETS) + rng.choice(_VOWELS) + rng.choice(_CODAS) for _ in parts)] = None
    return list(words)


def make_article(rng: random.Random, title: str, words: list[str], length: int, language: str = "en") -> bytes:
    """Return a page of about ``length`` bytes with a title, paragraphs and a footer."""
    paragraphs, size = [], 0
    stock = [" ".join(rng.choice(words) for _ in range(rng.randint(9, 24))).capitalize() for _ in range(4)]
    while size < length:
        paragraphs.append(f"<p>{rng.choice(stock)}. {rng.choice(stock)}.</p>")
        size += len(paragraphs[-1])
    head = f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8"><title>{title}</title></head>\n'
    foot = f"\n<footer>{title} {rng.randint(1998, 2024)}</footer></body></html>\n"
    return (head + f"<body><h1>{title}</h1>\n" + "\n".join(paragraphs) + foot).encode()


def make_notice(rng: random.Random, authority: str, words: list[str]) -> tuple[bytes, str]:
    """Return the body of a block page in one of several styles, and a phrase of it that names the page."""
    article = f"{rng.randint(3, 98)}/{rng.randint(1998, 2025)}"
    phrase = rng.choice(
        (
            f"Access to this address has been suspended by order of the {authority}, act {article}",
            f"This resource is closed under decision {article} of the {authority}",
            f"The page you asked for is on the register of the {authority} (entry {article})",
            f"{authority} filtering service: content not permitted, reference {article}",
        )
    )
    title = rng.choice(("Notice", "Access suspended", f"{authority}", "Restricted resource", "403", ""))
    filler = " ".join(rng.choice(words) for _ in range(rng.choice((0, 6, 25, 60))))
    styles = (
        f"<html><head><title>{title}</title></head><body bgcolor=red><h2>{phrase}.</h2><p>{filler}</p></body></html>",
        f"<!DOCTYPE html><html><head><meta charset=utf-8><title>{title}</title></head><body><div class=box>"
        f"<img src=/crest.png><p>{phrase}</p></div><!-- {filler} --></body></html>",
        f"<html><title>{title}</title><body><iframe src='http://inner.{words[0]}.test/?id={rng.randint(10, 99)}'>"
        f"</iframe><p>{phrase}</p><small>{filler}</small></body></html>",
        f"<center><b>{phrase}</b></center>\n{filler}\n",
    )
    return rng.choice(styles).encode(), phrase


def refuse_country(kind: str, rng: random.Random, server: str) -> Page:
    """Return a site's own refusal of a country: ``server_geo451``, ``server_geo403`` or ``server_captcha``."""
    if kind == "server_captcha":
        body = (
            "<!DOCTYPE html><html><head><title>Just a moment...</title></head><body><noscript>Enable JavaScript and"
            " cookies to continue</noscript><script"
            f" src='/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1?ray={rng.getrandbits(64):016x}'>"
            "</script></body></html>"
        )
        return Page(403, (("Cf-Mitigated", "challenge"), HTML, ("Server", "edge")), body.encode())
    place = rng.choice(("country", "region"))
    body = rng.choice(
        (
            f"<html><head><title>Not available</title></head><body>This service is not available in your {place}.</body></html>",
            f"<html><head><title>Sorry</title></head><body><p>We do not offer our service in your {place} for legal"
            " reasons.</p></body></html>",
        )
    )
    return Page(451 if kind == "server_geo451" else 403, (HTML, ("Server", server)), body.encode())


def park_domain(host: str) -> Page:
    """Return the page of a domain that was given up."""
    body = (
        f"<html><head><title>{host} is for sale</title></head><body><h1>{host}</h1><p>This domain may be for sale.</p>"
        "<ul><li>Insurance</li><li>Loans</li><li>Flights</li></ul></body></html>"
    )
    return Page(200, (HTML, ("Server", "parking")), body.encode())


def report_outage(server: str) -> Page:
    """Return what a site says that has no one behind it."""
    body = (
        b"<html><head><title>503 Service Unavailable</title></head><body><h1>503 Service Unavailable</h1></body></html>"
    )
    return Page(503, (HTML, ("Retry-After", "3600"), ("Server", server)), body)
