"""Hosts of block pages: they answer to any name, with a page of another length, title and head than the site's.

A host that answers on TLS too presents a certificate of its own making for whatever name it is asked, so a client that was led
there sees a wrong certificate; one that does not, refuses the connection.
"""

import csv
import hashlib
import io
from collections.abc import Iterable
from typing import NamedTuple

from netglass.lab.world.exchange import read_request, send_page
from netglass.lab.world.page import Page
from netglass.wire.net import ServeStream, Stream

_COLUMNS = (
    "name",
    "scope",
    "other_names",
    "location_found",
    "pattern_type",
    "pattern",
    "confidence_no_fp",
    "expected_countries",
    "source",
    "exp_url",
    "notes",
)
"""**Source**: github.com/ooni/blocking-fingerprints, ``fingerprints_http.csv`` and ``fingerprints_dns.csv``."""


class Notice(NamedTuple):
    """A block page and the machine that shows it.

    Attributes:
        cc: country whose censors show it.
        authority: who is named as the author.
        host: its own name, to which redirections lead.
        address: where it is.
        path: of its own page.
        page: what it shows.
        phrase: text in it that names the page.
        answers_tls: whether it answers on port 443.
    """

    cc: str
    authority: str
    host: str
    address: str
    path: str
    page: Page
    phrase: str
    answers_tls: bool

    @property
    def url(self) -> str:
        """Where a redirection leads."""
        return f"http://{self.host}{self.path}"


def always_show(page: Page) -> ServeStream:
    """Return what shows a page, whatever is asked for."""

    async def serve(stream: Stream) -> None:
        request = await read_request(stream)
        if request is not None:
            await send_page(stream, page, request[0].method)

    return serve


def render_fingerprints(notices: Iterable[Notice]) -> str:
    """Return ``fingerprints.csv``: phrase, address and address line of every block page."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    writer.writerows(sorted(row for notice in notices for row in _list_rows(notice)))
    return text.getvalue()


def _list_rows(notice: Notice) -> list[tuple[str | int, ...]]:
    mark = f"lab.{notice.cc.lower()}_{hashlib.sha256(notice.phrase.encode()).hexdigest()[:6]}"
    tail = (5, notice.cc, "lab", "", notice.authority)
    return [
        (f"{mark}_body", "nat", "", "body", "contains", notice.phrase, *tail),
        (f"{mark}_dns", "nat", "", "dns", "full", notice.address, *tail),
        (f"{mark}_location", "isp", "", "header.location", "prefix", f"http://{notice.host}/", *tail),
    ]
