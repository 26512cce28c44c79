"""Taking the probe's own addresses out of a measurement before it is written.

Pages tell a visitor where they come from: in the text, in a header, in a link. What is looked for is each own address as it
is written, and in the spellings that links and logs use: with dashes, as a number, in hexadecimal, in base64. The reader of
measurements (``source``) scrubs again, by network, since behind a translator the public address is not known here.

An address that is also one of the measured endpoints stays: it is the site's, as on loopback.
"""

import ipaddress
import re
from base64 import b64encode
from collections.abc import Iterable

from netglass.probe.measurement import AnyMeasurement
from netglass.probe.page import read_body
from netglass.probe.record import Request, Response, Text, make_text

SCRUBBED = "[scrubbed]"


def list_spellings(address: str) -> set[str]:
    """Return the ways in which an address is written.

    Raises:
        ValueError: it is no address.
    """
    found = ipaddress.ip_address(address.partition("%")[0])
    plain = {str(found), found.exploded}
    separator = "." if found.version == 4 else ":"
    dashed = {text.replace(separator, "-") for text in plain}
    digits = {str(int(found)), f"{int(found):x}", found.packed.hex()}
    coded = {b64encode(text.encode()).decode().rstrip("=") for text in plain}
    return plain | dashed | {text for text in digits if len(text) > 6} | coded


class Scrubber:
    """Takes addresses out of measurements."""

    def __init__(self, addresses: Iterable[str]) -> None:
        self._spellings = {address: list_spellings(address) for address in addresses}

    def scrub(self, measurement: AnyMeasurement) -> None:
        """Take own addresses out of what a measurement says of pages, in place."""
        keys = measurement.test_keys
        reached = {connect.ip for connect in keys.tcp_connect}
        words = [word for address, found in self._spellings.items() if address not in reached for word in found]
        if not words:
            return
        pattern = re.compile(
            rb"(?<![0-9A-Za-z])(?:%s)(?![0-9A-Za-z])" % b"|".join(re.escape(word.encode()) for word in words),
            re.IGNORECASE,
        )
        for transaction in keys.requests:
            _scrub_request(transaction.request, pattern)
            _scrub_response(transaction.response, pattern)


def _scrub_request(request: Request, pattern: re.Pattern[bytes]) -> None:
    request.url = pattern.sub(SCRUBBED.encode(), request.url.encode()).decode()
    request.headers_list, request.headers = _scrub_headers(request.headers_list, request.headers, pattern)


def _scrub_response(response: Response, pattern: re.Pattern[bytes]) -> None:
    response.body = _scrub_text(response.body, pattern)
    response.headers_list, response.headers = _scrub_headers(response.headers_list, response.headers, pattern)


def _scrub_headers(
    listed: list[tuple[str, Text]], first: dict[str, Text], pattern: re.Pattern[bytes]
) -> tuple[list[tuple[str, Text]], dict[str, Text]]:
    return (
        [(name, _scrub_text(value, pattern)) for name, value in listed],
        {name: _scrub_text(value, pattern) for name, value in first.items()},
    )


def _scrub_text(text: Text, pattern: re.Pattern[bytes]) -> Text:
    data = read_body(text)
    scrubbed = pattern.sub(SCRUBBED.encode(), data)
    return text if scrubbed == data else make_text(scrubbed)
