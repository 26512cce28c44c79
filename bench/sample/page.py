"""Text: invented words, pages of sites, block pages in several styles, and what servers say when they refuse."""

import random
from typing import NamedTuple

_ONSETS = ["b", "d", "f", "g", "h", "k", "l", "m", "n", "p", "r", "s", "t", "v", "dr", "st", "tr"]
_VOWELS = ["a", "e", "i", "o", "u", "a", "o"]
_CODAS = ("", "", "", "", "", "", "n", "r", "l", "s")


class Reply(NamedTuple):
    """What a web server answers: status, headers in order, body."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


def make_words(rng: random.Random, count: int, syllables: tuple[int, int] = (2, 3)) -> list[str]:
    """Return ``count`` different invented words."""
    words: dict[str, None] = {}
    while len(words) < count:
        parts = range(rng.randint(*syllables))
        words["".join(rng.choice(_ONSETS) + rng.choice(_VOWELS) + rng.choice(_CODAS) for _ in parts)] = None
    return list(words)


def make_article(rng: random.Random, title: str, words: list[str], length: int, language: str = "en") -> bytes:
    """Return a page of about ``length`` bytes with a title, a few paragraphs and a footer."""
    paragraphs, size = [], 0
    stock = [" ".join(rng.choice(words) for _ in range(rng.randint(9, 24))).capitalize() for _ in range(4)]
    while size < length:
        paragraphs.append(f"<p>{rng.choice(stock)}. {rng.choice(stock)}.</p>")
        size += len(paragraphs[-1])
    head = f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8"><title>{title}</title></head>\n'
    foot = f"\n<footer>{title} {rng.randint(1998, 2024)}</footer></body></html>\n"
    return (head + f"<body><h1>{title}</h1>\n" + "\n".join(paragraphs) + foot).encode()


def make_notice(rng: random.Random, authority: str, words: list[str]) -> tuple[str, bytes, str]:
    """Return a block page in one of several styles: its title, its body, and a phrase of it that names the page."""
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
    return title, rng.choice(styles).encode(), phrase


def refuse(kind: str, rng: random.Random, server: str) -> Reply:
    """Return a site's own refusal: ``geo451``, ``geo403`` or ``challenge``."""
    html = ("Content-Type", "text/html; charset=utf-8")
    if kind == "challenge":
        token = f"{rng.getrandbits(64):016x}"
        body = (
            "<!DOCTYPE html><html><head><title>Just a moment...</title></head><body><noscript>Enable JavaScript and"
            f" cookies to continue</noscript><script src='/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1?ray={token}'>"
            "</script></body></html>"
        )
        headers = (("Cf-Mitigated", "challenge"), html, ("Server", "edge"))
        return Reply(403, headers, body.encode())
    place = rng.choice(("country", "region"))
    body = rng.choice(
        (
            f"<html><head><title>Not available</title></head><body>This service is not available in your {place}.</body></html>",
            f"<html><head><title>Sorry</title></head><body><p>We do not offer our service in your {place} for legal"
            " reasons.</p></body></html>",
        )
    )
    return Reply(451 if kind == "geo451" else 403, (html, ("Server", server)), body.encode())


def read_title(body: bytes) -> str:
    """Return the text of the first ``<title>`` of a page, as the test helper reports it."""
    text = body.decode("utf-8", "replace")
    start = text.lower().find("<title>")
    end = text.lower().find("</title>", start)
    return text[start + 7 : end] if 0 <= start < end else ""
