"""The test helper's side of web_connectivity: what it resolved, connected to and fetched.

**Source**: OONI spec ts-017-web-connectivity, section "control". Helpers before 2022 tried the client's addresses alone and used failure
names of their own (``connection_refused_error``); -1 stood for "no status" and "no body".
"""

import html
from collections.abc import Iterator

from netglass.source.ooni.address import normalise_address, split_endpoint
from netglass.source.ooni.http import sort_names
from netglass.source.ooni.step import OTHER, SUCCESS, Frame, Row, name_outcome
from netglass.source.ooni.structure import Control, ControlStep

MAX_TITLE = 200
Endpoint = tuple[str | None, int | None]


def read_outcomes(steps: dict[str, ControlStep] | None) -> dict[Endpoint, str]:
    """Return the helper's outcome class per endpoint."""
    if not steps:
        return {}
    outcomes = {split_endpoint(text): read_outcome(step) for text, step in steps.items() if step is not None}
    return {endpoint: outcome for endpoint, outcome in outcomes.items() if endpoint[0] is not None}


def read_outcome(step: ControlStep) -> str:
    """Return the outcome class of one of the helper's steps; ``other`` where it failed and does not say how."""
    if isinstance(step.failure, str):
        return name_outcome(step.failure)
    return SUCCESS if step.status and not step.failure else OTHER


def has_answer(control: Control | None) -> bool:
    """Tell whether the helper answered at all."""
    return control is not None and (control.dns is not None or control.http_request is not None)


def read_resolved(control: Control) -> list[str]:
    """Return the addresses that the helper resolved, in its order; old helpers list names among them, which are left out."""
    addresses = (normalise_address(text) for text in (control.dns.addrs or ()) if text) if control.dns else ()
    return list(dict.fromkeys(address for address in addresses if address))


def list_page(control: Control | None, frame: Frame) -> Row:
    """Return the columns from ``control_dns_outcome`` to ``control_server`` of the ``measurement`` table."""
    dns = control.dns if control else None
    page = control.http_request if control else None
    lookup: Row = (None, None)
    if control and dns:
        lookup = (name_outcome(frame.read_failure(dns.failure)), read_resolved(control))
    if page is None:
        return (*lookup, *(None,) * 6)
    failure = frame.read_failure(page.failure)
    status = page.status_code if page.status_code is not None and page.status_code > 0 else None
    outcome = OTHER if failure is None and status is None else name_outcome(failure)
    length = page.body_length if page.body_length is not None and page.body_length >= 0 else None
    headers = page.headers or {}
    server = next(
        (value for name, value in headers.items() if name.lower() == "server" and isinstance(value, str)), None
    )
    return (
        *lookup,
        *(outcome, status, length, read_control_title(page.title, frame)),
        *(sort_names(tuple(headers)), frame.scrub(server)[:MAX_TITLE] if server else None),
    )


def read_control_title(title: str | None, frame: Frame) -> str | None:
    """Return the helper's title as titles of bodies are read: entities resolved, white space folded, scrubbed."""
    text = " ".join(html.unescape(title).split()) if title else ""
    return frame.scrub(text)[:MAX_TITLE] if text else None


def list_control_addresses(control: Control | None, frame: Frame) -> Iterator[Row]:
    """Yield one ``control_address`` row per endpoint that the helper tried, and one per address that it tried on no port."""
    if control is None:
        return
    resolved = set(read_resolved(control))
    asns = {normalise_address(text): info.asn for text, info in (control.ip_info or {}).items() if info}
    tcp, tls = frame.tcp_control, frame.tls_control
    endpoints: dict[Endpoint, str | None] = {**tcp, **tls}
    untried = {*resolved, *asns} - {address for address, _ in endpoints} - {None}
    if untried:
        endpoints |= dict.fromkeys([(address, None) for address in sorted(filter(None, untried))])
    for endpoint in endpoints:
        address, port = endpoint
        yield (
            frame.key,
            *frame.place(address, "control"),
            address in resolved,
            port,
            tcp.get(endpoint),
            tls.get(endpoint),
            asns.get(address),
        )
