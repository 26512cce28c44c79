"""What a measurement would send, said before anything is sent: every kind of packet, to whom, and who can read what of it."""

from collections.abc import Iterator

from netglass.probe.config import Config
from netglass.probe.redirect import MOST_REDIRECTS
from netglass.probe.url import Target, parse_target
from netglass.probe.urlgetter import HANDSHAKE, LOOKUP, Step, is_step, parse_step


def describe_packets(url: str, config: Config) -> Iterator[str]:
    """Yield one sentence for each purpose for which packets of a URL's measurement would be sent.

    Raises:
        UsageError: the URL cannot be measured.
    """
    if is_step(url):
        yield from _describe_step(parse_step(url), config)
        return
    target = parse_target(url)
    if not target.is_address:
        yield from _describe_lookups(target.host, config)
    if config.helper is not None:
        yield f"ask the test helper {config.helper} how the page looks from there; it learns the URL, the addresses found and yours"
    yield from _describe_page(target, config)
    yield f"follow up to {MOST_REDIRECTS} redirects, each with lookups, connects and a request of its own"


def _describe_step(step: Step, config: Config) -> Iterator[str]:
    if step.scheme == LOOKUP:
        yield from _describe_lookups(step.host, config)
        return
    if not step.is_address:
        yield f"ask the system's resolver for the addresses of {step.host}"
    yield f"connect to up to {config.most_addresses} addresses of {step.host}, port {step.port}"
    if step.scheme == HANDSHAKE:
        yield f"shake hands by TLS there; the network sees the name {step.host}"


def _describe_lookups(name: str, config: Config) -> Iterator[str]:
    yield f"ask the system's resolver for the addresses of {name}"
    if config.resolver is not None:
        yield f"ask {config.resolver} over UDP for A and AAAA of {name}, in clear"
    if config.doh is not None:
        server = parse_target(config.doh)
        if not server.is_address and not config.doh_addresses:
            yield f"ask the system's resolver for the addresses of {server.host}"
        yield f"ask {config.doh} over HTTPS for A and AAAA of {name}; the network sees the name {server.host}"


def _describe_page(target: Target, config: Config) -> Iterator[str]:
    addresses = target.host if target.is_address else f"up to {config.most_addresses} addresses found"
    yield f"connect to {addresses}, port {target.port}"
    if target.scheme == "https":
        yield f"shake hands by TLS there; the network sees the name {target.host}"
        yield f"ask for {target.path} of {target.authority} by one of them, encrypted"
    else:
        yield f"ask for {target.path} of {target.authority} by one of them, in clear"
        if not target.has_port and not target.is_address:
            yield f"connect to them at port 443 too and shake hands by TLS; the network sees the name {target.host}"
    if config.http3 and target.scheme == "https":
        yield f"shake hands by QUIC and ask for the page over HTTP/3; the network sees the name {target.host}"
