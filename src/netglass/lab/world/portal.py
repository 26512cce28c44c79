"""A hotspot that wants a login first: every name is its own, every page leads to the form, and TLS has its certificate."""

import ssl
from typing import NamedTuple

from netglass.lab.authority import Authority, Grade
from netglass.lab.world.exchange import read_request, redirect_to, send_page
from netglass.lab.world.page import Page
from netglass.wire.net import Stream

_FORM = (
    b"<html><head><title>Wi-Fi login</title></head><body><form action=/login>Room number <input name=room>"
    b" Accept the terms to continue.</form></body></html>"
)


class Portal(NamedTuple):
    """A hotspot: its own name, its address, and who signs for it; nobody trusts that one."""

    host: str
    address: str
    authority: Authority

    async def serve(self, stream: Stream) -> None:
        """Show the form to those who ask for the hotspot itself, and lead all others to it."""
        request = await read_request(stream)
        if request is None:
            return
        name = (request[0].host or "").partition(":")[0].lower()
        form = Page(200, (("Content-Type", "text/html; charset=utf-8"), ("Server", "hotspot")), _FORM)
        page = form if name == self.host else redirect_to(f"http://{self.host}/welcome", 302, "hotspot")
        await send_page(stream, page, request[0].method)

    def choose_context(self, name: str | None) -> ssl.SSLContext:
        """Return the hotspot's own certificate, whatever name is asked for."""
        return self.authority.serve(self.host, Grade.SELF_SIGNED)
