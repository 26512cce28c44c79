"""How a measurement is made, and who makes it.

Both are values that a run makes once and all of its measurements share; nothing of the machine is read here.
"""

import ssl
from collections.abc import Callable
from random import Random

import msgspec
from msgspec import field

from netglass.probe.pool import Pool
from netglass.wire.net import Endpoint

SOFTWARE = "netglass-probe"
TEST_VERSION = "0.5.0"
"""Web Connectivity's generation whose keys and tags are written: separate lookups, and one chain per endpoint."""


class Patience(msgspec.Struct, frozen=True):
    """Time-outs of the steps, in seconds. **Source**: those of Web Connectivity 0.5.

    Attributes:
        lookup: a lookup by one way, retries included.
        retry: when a question over UDP is sent again.
        late: how long a resolver is listened to after its first answer.
        connect: a TCP connect.
        handshake: a TLS or QUIC handshake.
        fetch: a request and its whole answer.
        control: the test helper's answer, all in all.
    """

    lookup: float = 4.0
    retry: float = 1.5
    late: float = 1.0
    connect: float = 10.0
    handshake: float = 10.0
    fetch: float = 10.0
    control: float = 30.0


class Vantage(msgspec.Struct, frozen=True):
    """Who measures: what a record says of probe, network and software. The probe's address is never among it.

    Attributes:
        probe_cc: country, two letters; ``ZZ`` is withheld.
        probe_asn: network as ``AS64512``; ``AS0`` is withheld.
        probe_network_name: its name.
        resolver_asn: network of the system's resolver.
        resolver_ip: address of the system's resolver.
        resolver_network_name: its name.
        probe_id: pseudonym of the probe; none is written where it is empty.
        annotations: what else is told of the probe, such as ``platform`` and ``network_type``.
        software_name: who wrote the record.
        software_version: in which version.
    """

    probe_cc: str = "ZZ"
    probe_asn: str = "AS0"
    probe_network_name: str = ""
    resolver_asn: str = "AS0"
    resolver_ip: str = "127.0.0.2"
    resolver_network_name: str = ""
    probe_id: str = ""
    annotations: dict[str, str] = {}
    software_name: str = SOFTWARE
    software_version: str = "0.1.0"


class Config(msgspec.Struct, frozen=True):
    """How to measure.

    Attributes:
        context: trusted roots, see ``handshake.make_context``; shared by all measurements.
        vantage: who measures.
        report_id: id of the run.
        test_start_time: when the run began, as ``2026-03-02 05:20:04``.
        helper: URL of the test helper, None for none.
        helper_addresses: addresses of the helper, where they need not be looked up.
        resolver: a public resolver that is asked over UDP, None for none.
        doh: URL of a resolver that is asked over HTTPS, None for none.
        doh_addresses: its addresses, where they need not be looked up.
        http3: whether HTTP/3 is tried too; it needs the extra ``probe``.
        patience: time-outs.
        most_addresses: addresses of one name that are tried.
        find_network: number and name of the network of an address, where a map is at hand; else consistency of lookups is told from
            addresses and certificates alone.
        pool: connections to helper and resolver that stand open between the measurements of a run; None to make them anew each time.
        random: source of ids; a seeded one makes them come again.
    """

    context: ssl.SSLContext
    vantage: Vantage = Vantage()
    report_id: str = ""
    test_start_time: str = ""
    helper: str | None = None
    helper_addresses: tuple[str, ...] = ()
    resolver: Endpoint | None = Endpoint("8.8.8.8", 53)
    doh: str | None = "https://dns.google/dns-query"
    doh_addresses: tuple[str, ...] = ()
    http3: bool = False
    patience: Patience = Patience()
    most_addresses: int = 10
    find_network: Callable[[str], tuple[int, str] | None] | None = None
    pool: Pool | None = None
    random: Random = field(default_factory=Random)
