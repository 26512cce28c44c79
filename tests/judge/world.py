"""Made-up web_connectivity measurements in a few words, and their verdicts.

``site("https://news.example/")`` is a measurement that went well; ``measurement("https://news.example/")`` is an empty one. Each method
adds what one step saw and returns a new measurement, so that a test can be read aloud. Records go through the real decoder and
the real judge. Names end in ``.example`` or ``.test``; addresses are in special blocks that are globally reachable, so no bogons.

A judgement costs a third of a second however little it judges, so a module's stories are told in a ``Book`` and judged together, each
with countries, networks, names and pages of its own.
"""

import base64
import hashlib
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache, cached_property
from itertools import accumulate
from typing import Any
from urllib.parse import urlsplit

import duckdb

from netglass.judge.window import judge_window
from netglass.lab.authority import Authority, Grade
from netglass.refdata import Refdata
from netglass.refdata.snapshot import load_refdata
from netglass.source.ooni.record import decode_records
from netglass.source.ooni.row import Quarantine, Record
from netglass.store.column import make_arrays, select_columns
from netglass.vocab.table import OBSERVATIONS, VERDICT

Verdict = dict[str, Any]
Step = dict[str, Any]

START = datetime(2031, 5, 5, 12)
LIE = "192.31.196.66"
"""An address that only a censor's resolver gives."""
BOGON = "10.10.34.35"

RESET, TIMEOUT, EOF = "connection_reset", "generic_timeout_error", "eof_error"
REFUSED, UNREACHABLE = "connection_refused", "host_unreachable"
NXDOMAIN, NO_DATA = "dns_nxdomain_error", "dns_no_answer"
SELF_SIGNED, BAD_DATE, BAD_NAME = "ssl_unknown_authority", "ssl_invalid_certificate", "ssl_invalid_hostname"

OWN_HEADERS = (("Content-Type", "text/html"), ("Server", "site"), ("X-Site-Version", "7"))
GATE_HEADERS = (("Content-Type", "text/html"), ("Server", "gate"))
TITLE = "Morning Courier"

_AUTHORITY = Authority("judge", "Plain Trust Root", START, START)
AUTHORITY_PEM = _AUTHORITY.root_pem
"""Root with which the world verifies every site."""
_BLOCKS = ("192.52.193", "192.175.48", "192.88.99")


def address_of(host: str) -> str:
    """Return the address of a host in this world, the same every time."""
    digest = hashlib.sha256(host.encode()).digest()
    return f"{_BLOCKS[digest[0] % len(_BLOCKS)]}.{digest[1] % 250 + 2}"


Certificate = Callable[[str], bytes]
"""Makes a certificate for a name."""


@cache
def own_certificate(host: str) -> bytes:
    """Return the certificate with which the world verifies ``host``."""
    return _AUTHORITY.issue(host).chain[0]


@cache
def self_signed(host: str) -> bytes:
    """Return a certificate for ``host`` that a box made on the fly."""
    return _AUTHORITY.issue(host, Grade.SELF_SIGNED).chain[0]


def issued_by(issuer: str, name: str | None = None) -> Certificate:
    """Return a maker of certificates by an authority of this name, for ``name`` whatever host was asked for."""
    authority = Authority("judge", issuer, START, START)
    return cache(lambda host: authority.issue(name or host).chain[0])


def page(title: str | None = TITLE, length: int = 4000, text: str = "") -> str:
    """Return a page of exactly ``length`` bytes, at least what title and text take."""
    head = f"<html><head><title>{title}</title></head><body>{text}" if title else f"<html><body>{text}"
    return head.ljust(length - 14, ".") + "</body></html>"


@dataclass(frozen=True)
class World:
    """What keeps the stories of a book apart: marks in countries, AS numbers, host names and pages."""

    number: int = 0
    country: str = ""

    def renumber(self, asn: int) -> int:
        """Return the AS number that stands for ``asn``; 0 stays 0."""
        return asn + 1000 * self.number if asn else 0

    def rename(self, text: str) -> str:
        """Return ``text`` with every host name marked."""
        return re.sub(r"([a-z0-9-]+)\.(example|test)\b", rf"\1-{self.number}.\2", text) if self.number else text

    def certify(self, step: Step) -> Step:
        """Return a handshake with the certificate that was shown, made for the marked name."""
        if step["peer_certificates"] is None:
            return step
        der = step["peer_certificates"](self.rename(step["server_name"]))
        return step | {"peer_certificates": [{"format": "base64", "data": base64.b64encode(der).decode()}]}

    def print_page(self, step: Step) -> Step:
        """Return a request with its page, marked."""
        response = step["response"]
        title, length, text = response["body"] or (None, 0, "")
        body = page(title, length, f"<!--{self.number}-->{text}") if response["body"] else ""
        return step | {"response": response | {"body": body}}


ONLY_WORLD = World()


@dataclass(frozen=True)
class Measurement:
    """One measurement as far as it is told."""

    url: str
    at: datetime = START
    cc: str = "XA"
    asn: int = 64512
    run: int | str = 1
    resolver_asn: int | None = None
    platform: str = "linux"
    version: str = "3.20.0"
    network_type: str = "wifi"
    test_version: str = "0.5.28"
    opened: datetime | None = None
    queries: tuple[Step, ...] = ()
    connects: tuple[Step, ...] = ()
    handshakes: tuple[Step, ...] = ()
    quics: tuple[Step, ...] = ()
    requests: tuple[Step, ...] = ()
    events: tuple[Step, ...] = ()
    control: dict[str, Any] | None = None
    control_failure: str | None = "unknown_failure: not asked"
    blocking: str | bool | None = None

    @property
    def host(self) -> str:
        """Host of the URL."""
        return urlsplit(self.url).hostname or ""

    @property
    def address(self) -> str:
        """Address of that host in this world."""
        return address_of(self.host)

    @property
    def port(self) -> int:
        """Port of the URL."""
        return 443 if self.url.startswith("https") else 80

    def seen(self, **values: Any) -> "Measurement":
        """Return the same by another observer: ``cc``, ``asn``, ``run``, ``at``, ``version``, …"""
        return replace(self, **values)

    def later(self, hours: float) -> "Measurement":
        """Return the same that many hours later."""
        return replace(self, at=self.at + timedelta(hours=hours))

    def without(self, *steps: str) -> "Measurement":
        """Return the same with none of these: ``queries``, ``connects``, ``handshakes``, ``requests``."""
        nothing: dict[str, Any] = dict.fromkeys(steps, ())
        return replace(self, **nothing)

    def _look_up(
        self, engine: str, addresses: Sequence[str], failure: str | None, host: str | None, depth: int
    ) -> "Measurement":
        name = host or self.host
        kept = tuple(
            query
            for query in self.queries
            if (query["engine"], query["hostname"], query["tags"][0]) != (engine, name, f"depth={depth}")
        )
        kinds = [("AAAA", "ipv6") if ":" in address else ("A", "ipv4") for address in addresses]
        answers = [
            {"answer_type": kind, field: address} for (kind, field), address in zip(kinds, addresses, strict=True)
        ]
        tags = [f"depth={depth}", "classic"] if engine == "getaddrinfo" else [f"depth={depth}"]
        query = {
            "engine": engine, "hostname": name, "query_type": "ANY" if engine == "getaddrinfo" else "A",
            "answers": answers or None, "failure": failure, "tags": tags, "t": 0.1 + depth, "transaction_id": 10001,
        }  # fmt: skip
        return replace(self, queries=(*kept, query))

    def system(
        self, *addresses: str, failure: str | None = None, host: str | None = None, depth: int = 0
    ) -> "Measurement":
        """Tell what the system's resolver said (replacing what it said before)."""
        return self._look_up("getaddrinfo", addresses, failure, host, depth)

    def udp(
        self, *addresses: str, failure: str | None = None, host: str | None = None, depth: int = 0
    ) -> "Measurement":
        """Tell what a public resolver over UDP said."""
        return self._look_up("udp", addresses, failure, host, depth)

    def doh(
        self, *addresses: str, failure: str | None = None, host: str | None = None, depth: int = 0
    ) -> "Measurement":
        """Tell what DNS over HTTPS said."""
        return self._look_up("doh", addresses, failure, host, depth)

    def connect(
        self, address: str | None = None, failure: str | None = None, port: int | None = None, depth: int = 0,
        fetch_body: bool = True,
    ) -> "Measurement":  # fmt: skip
        """Tell how a connection ended."""
        step = {
            "ip": address or self.address, "port": port or self.port, "t": 0.2 + depth,
            "status": {"success": failure is None, "failure": failure}, "transaction_id": 50001 + len(self.connects),
            "depth": depth, "fetch_body": fetch_body,
        }  # fmt: skip
        return replace(self, connects=(*self.connects, step))

    def shake(
        self, address: str | None = None, failure: str | None = None, certificate: Certificate | None = None,
        name: str | None = None, depth: int = 0, fetch_body: bool = True, outer_name: str | None = None,
    ) -> "Measurement":  # fmt: skip
        """Tell how a TLS handshake ended; one that succeeds shows the site's own certificate."""
        name = name or self.host
        shown = certificate or (own_certificate if failure is None else None)
        address = address or self.address
        step = {
            "network": "tcp", "address": f"[{address}]:443" if ":" in address else f"{address}:443", "server_name": name,
            "failure": failure, "no_tls_verify": False, "peer_certificates": shown, "t": 0.4 + depth,
            "transaction_id": 50001, "depth": depth, "fetch_body": fetch_body, "ip": address,
        }  # fmt: skip
        step |= {"outer_server_name": outer_name} if outer_name else {}
        return replace(self, handshakes=(*self.handshakes, step))

    def quic(self, failure: str | None = None) -> "Measurement":
        """Tell how a QUIC handshake with the site ended; the helper's, who was told of before, went well."""
        place = f"{self.address}:443"
        step = {
            "network": "udp", "address": place, "server_name": self.host, "failure": failure, "no_tls_verify": False,
            "peer_certificates": None if failure else own_certificate, "t": 0.5, "transaction_id": 60001, "depth": 0,
            "fetch_body": False, "ip": self.address,
        }  # fmt: skip
        control = (self.control or {}) | {"quic_handshake": {place: {"status": True, "failure": None}}}
        return replace(self, quics=(*self.quics, step), control=control)

    def fetch(
        self, address: str | None = None, status: int | None = 200, title: str | None = TITLE, length: int = 4000,
        headers: Sequence[tuple[str, str]] = OWN_HEADERS, location: str | None = None, failure: str | None = None,
        url: str | None = None, depth: int = 0, text: str = "", truncated: bool = False,
    ) -> "Measurement":  # fmt: skip
        """Tell what a request brought; by default the site's own page. A failure brings nothing unless ``status`` is named with it."""
        if failure and status == 200:
            status = None
        sent = [list(header) for header in headers] + ([["Location", location]] if location else [])
        body = (title, length, text) if status else None
        response: Step = {"code": status or 0, "body": body, "headers_list": sent if status else []}
        address = address or self.address
        step = {
            "address": f"{address}:{self.port}", "ip": address, "network": "tcp", "failure": failure,
            "request": {"url": url or self.url, "method": "GET", "x_transport": "tcp"},
            "response": {**response, "body_is_truncated": truncated}, "t": 0.6 + depth, "transaction_id": 50001,
            "depth": depth, "fetch_body": True,
        }  # fmt: skip
        return replace(self, requests=(step, *self.requests))

    def paced(
        self, speed: float, kilobytes: float = 100, trip: float = 0.02, pause: float = 0.0, reads: int = 41
    ) -> "Measurement":
        """Tell how fast the page came, read by read.

        Args:
            speed: kilobytes a second of steady reading.
            kilobytes: read after the first read.
            trip: seconds that a packet takes there and back.
            pause: seconds of one wait in the middle, beside the steady reading.
            reads: into how many reads the page fell, the first included.
        """
        place, step = self.requests[0]["address"], kilobytes / speed / (reads - 1)
        connects = tuple(one | {"t0": one["t"] - trip} for one in self.connects)
        common: Step = {"address": place, "proto": "tcp", "failure": None, "transaction_id": 50001}
        events: list[Step] = [{"operation": "connect", "t": 0.2}]
        if self.port == 443:
            events += [
                {"operation": "tls_handshake_start", "t": 0.2}, {"operation": "write", "num_bytes": 517, "t": 0.2},
                {"operation": "read", "num_bytes": 4000, "t": 0.3}, {"operation": "tls_handshake_done", "t": 0.4},
            ]  # fmt: skip
        events.append({"operation": "write", "num_bytes": 310, "t": 0.4})
        for number in range(reads):
            moment = 0.6 + number * step + (pause if number > reads // 2 else 0)
            events.append({"operation": "read", "num_bytes": round(1000 * kilobytes / (reads - 1)), "t": moment})
        return replace(self, connects=connects, events=tuple(common | event for event in events))

    def helper(
        self, *addresses: str, status: int | None = 200, title: str = TITLE, length: int = 4000,
        headers: Sequence[tuple[str, str]] = OWN_HEADERS, failure: str | None = None, dns: str | None = None,
        tcp: str | None = None, tls: str | None = None,
    ) -> "Measurement":  # fmt: skip
        """Tell what the test helper saw; by default that all was well. ``tcp`` and ``tls`` are failures at its own addresses."""
        own = list(addresses) or ([] if dns else [self.address])
        places = [f"[{a}]:{self.port}" if ":" in a else f"{a}:{self.port}" for a in own]
        if failure or dns:
            status, title, length, headers, failure = -1, "", -1, (), failure or "dns_lookup_error"
        control: dict[str, Any] = {
            "dns": {"failure": dns, "addrs": own},
            "tcp_connect": {place: {"status": tcp is None, "failure": tcp} for place in places},
            "http_request": {
                "failure": failure, "status_code": status, "title": title, "body_length": length, "headers": dict(headers),
            },
        }  # fmt: skip
        if self.port == 443 and tcp is None:
            control["tls_handshake"] = {place: {"status": tls is None, "failure": tls} for place in places}
        return replace(self, control=control, control_failure=None)

    def helper_tried(
        self, address: str, tcp: str | None = None, tls: str | None = None, asn: int | None = None, shook: bool = True
    ) -> "Measurement":
        """Tell what the helper saw at an address that the probe had resolved."""
        control = dict(self.control or {})
        place = f"[{address}]:{self.port}" if ":" in address else f"{address}:{self.port}"
        control["tcp_connect"] = control["tcp_connect"] | {place: {"status": tcp is None, "failure": tcp}}
        if self.port == 443 and tcp is None and shook:
            control["tls_handshake"] = control["tls_handshake"] | {place: {"status": tls is None, "failure": tls}}
        if asn:
            known = {name: {"asn": asn} for name in (*control["dns"]["addrs"], address)}
            control["ip_info"] = control.get("ip_info", {}) | known
        return replace(self, control=control)

    def no_helper(self, failure: str = TIMEOUT) -> "Measurement":
        """Tell that the test helper could not be asked."""
        return replace(self, control=None, control_failure=failure)

    def record(self, world: "World") -> dict[str, Any]:
        """Return the measurement as OONI's client writes it in this world."""
        day = self.opened or self.at.replace(hour=0, minute=0)
        keys = {
            "queries": list(self.queries),
            "tcp_connect": [self._tag(step) for step in self.connects],
            "tls_handshakes": [self._tag(world.certify(step)) for step in self.handshakes],
            "quic_handshakes": [self._tag(world.certify(step)) for step in self.quics],
            "requests": [self._tag(world.print_page(step)) for step in self.requests],
            "network_events": list(self.events),
            "control": self.control,
            "control_failure": self.control_failure,
            "blocking": self.blocking,
        }
        if self.test_version < "0.5":
            keys = _write_old(keys)
        resolver = self.asn if self.resolver_asn is None else self.resolver_asn
        cc, asn = self.cc + world.country, world.renumber(self.asn)
        return {
            "annotations": {
                "platform": self.platform,
                "engine_version": self.version,
                "network_type": self.network_type,
            },
            "input": self.url,
            "measurement_start_time": f"{self.at:%Y-%m-%d %H:%M:%S}",
            "probe_asn": f"AS{asn}",
            "probe_cc": cc,
            "report_id": f"{day:%Y%m%dT%H%M%SZ}_webconnectivity_{cc}_{asn}_n1_{self.run:>016}",
            "resolver_asn": f"AS{world.renumber(resolver)}",
            "resolver_ip": "192.31.196.1",
            "software_name": "ooniprobe-cli",
            "software_version": self.version,
            "test_keys": keys,
            "test_name": "web_connectivity",
            "test_runtime": 1.5,
            "test_start_time": f"{self.at:%Y-%m-%d %H:%M:%S}",
            "test_version": self.test_version,
        }

    def _tag(self, step: Step) -> Step:
        """Return a step with the tags that Web Connectivity 0.5 gives it: *classic* follows the system's resolver."""
        depth, fetch_body, address = step["depth"], step["fetch_body"], step["ip"]
        named = [query for query in self.queries if query["tags"][:2] == [f"depth={depth}", "classic"]]
        answered = {a.get("ipv4") or a.get("ipv6") for query in named for a in query["answers"] or ()}
        tags = ["classic"] if address in answered or not named else []
        tags += [f"depth={depth}", f"fetch_body={str(fetch_body).lower()}"]
        shown = {name: value for name, value in step.items() if name not in ("depth", "fetch_body")}
        if "port" not in step:
            del shown["ip"]
        return shown | {"tags": tags}


def _write_old(keys: dict[str, Any]) -> dict[str, Any]:
    """Return test keys as 0.4 has them: one lookup by the system's resolver, no tags, no transactions."""
    dropped = ("tags", "transaction_id")
    steps = ("queries", "tcp_connect", "tls_handshakes", "requests")
    old = {name: [{k: v for k, v in step.items() if k not in dropped} for step in keys[name]] for name in steps}
    old["queries"] = [query | {"engine": "system"} for query in old["queries"] if query["engine"] == "getaddrinfo"]
    for request in old["requests"]:
        del request["address"]
    return keys | old


def measurement(url: str, **values: Any) -> Measurement:
    """Return an empty measurement of ``url``; ``values`` say who measured, where and when."""
    return Measurement(url, **values)


def site(url: str, **values: Any) -> Measurement:
    """Return a measurement of ``url`` that went well, helper included."""
    return reach(resolve(measurement(url, **values))).helper()


def resolve(one: Measurement) -> Measurement:
    """Add lookups that all give the site's address."""
    return one.system(one.address).udp(one.address).doh(one.address)


def reach(one: Measurement, address: str | None = None) -> Measurement:
    """Add a connection, a handshake where the URL asks for one, and the site's page."""
    one = one.connect(address)
    return (one.shake(address) if one.port == 443 else one).fetch(address)


def others(*hosts: str, scheme: str = "https", **values: Any) -> list[Measurement]:
    """Return measurements of other sites of the same run, all well."""
    return [site(f"{scheme}://{host}/", **values) for host in hosts]


def tell(
    *measurements: Measurement,
    refdata: Refdata | None = None,
    threads: int = 1,
    worlds: Sequence[World] | None = None,
) -> duckdb.DuckDBPyConnection:
    """Return a connection with the observation tables of these measurements, decoded as files are.

    Args:
        measurements: what was measured.
        refdata: reference data, by default none.
        threads: threads of DuckDB.
        worlds: the world of each measurement, by default the same for all.
    """
    refdata = refdata or no_refdata()
    tables: dict[str, list[Any]] = {name: [] for name in OBSERVATIONS}
    for one, world in zip(measurements, worlds or [ONLY_WORLD] * len(measurements), strict=True):
        raw = world.rename(json.dumps(one.record(world))).encode()
        decoded = decode_records([Record(raw, "made-up.jsonl", 1, 0, len(raw))], refdata)[0]
        assert not isinstance(decoded, Quarantine), decoded
        for name, rows in decoded.tables.items():
            tables[name] += rows
    uids = [row[1] for row in tables["measurement"]]
    assert len(set(uids)) == len(uids), "two measurements are one and the same: give one another time, run or network"
    connection = duckdb.connect(":memory:", config={"threads": threads})
    for name, rows in tables.items():
        fill_table(connection, name, rows)
    return connection


@cache
def no_refdata() -> Refdata:
    """Return the empty set of reference data."""
    return load_refdata(None)


def fill_table(connection: duckdb.DuckDBPyConnection, name: str, rows: Sequence[Sequence[Any]]) -> None:
    """Make one observation table."""
    columns = OBSERVATIONS[name]
    if not rows:
        connection.execute(f'CREATE TABLE "{name}" ({", ".join(f"{c.name} {c.type}" for c in columns)})')
        return
    connection.register("slice", make_arrays(columns, rows))
    connection.execute(f'CREATE TABLE "{name}" AS SELECT {select_columns(columns)} FROM slice')
    connection.unregister("slice")


def read_verdicts(
    connection: duckdb.DuckDBPyConnection, since: datetime | None = None, until: datetime | None = None
) -> list[Verdict]:
    """Judge what a connection holds and return the rows in the judge's order."""
    names = [column.name for column in VERDICT]
    rows = connection.execute(judge_window(connection, since, until)).fetchall()
    return [dict(zip(names, row, strict=True)) for row in rows]


def judge_all(*measurements: Measurement, refdata: Refdata | None = None) -> list[Verdict]:
    """Return the verdicts in the order of the measurements."""
    connection = tell(*measurements, refdata=refdata)
    return sort_as_told(connection, read_verdicts(connection))


def sort_as_told(connection: duckdb.DuckDBPyConnection, rows: list[Verdict]) -> list[Verdict]:
    """Return verdicts in the order in which the measurements were told."""
    order = {key: place for place, (key,) in enumerate(connection.execute("SELECT key FROM measurement").fetchall())}
    return sorted(rows, key=lambda row: order[row["key"]])


def read_facts(connection: duckdb.DuckDBPyConnection) -> dict[int, Verdict]:
    """Return the rows of facts by key, after ``read_verdicts`` on the same connection."""
    cursor = connection.execute("SELECT * FROM fact")
    names = [column[0] for column in cursor.description or ()]
    return {row[0]: dict(zip(names, row, strict=True)) for row in cursor.fetchall()}


def judge(one: Measurement, *context: Measurement, refdata: Refdata | None = None) -> Verdict:
    """Return the verdict on ``one``, with ``context`` measured beside it."""
    return judge_all(one, *context, refdata=refdata)[0]


@dataclass(eq=False, repr=False)
class Story:
    """A measurement with what was measured beside it; its verdict is there once the whole book is judged."""

    book: "Book"
    place: int
    measurements: tuple[Measurement, ...]

    @property
    def verdict(self) -> Verdict:
        """Verdict on the first measurement."""
        return self.book.verdicts[self.place]

    @property
    def fact(self) -> Verdict:
        """Facts about the first measurement."""
        return self.book.facts[self.verdict["key"]]

    @property
    def state(self) -> str:
        """State of that verdict."""
        return str(self.verdict["state"])

    @property
    def locus(self) -> str:
        """Locus of that verdict."""
        return str(self.verdict["locus"])

    @property
    def mechanisms(self) -> list[str]:
        """Mechanisms of that verdict."""
        return list(self.verdict["mechanisms"])

    @property
    def rules(self) -> set[str]:
        """Ids of the rules that fired."""
        return {rule["rule_id"] for rule in self.verdict["rules"]}


@dataclass(eq=False, repr=False)
class Book:
    """Stories that have nothing to do with each other.

    Attributes:
        refdata: gives the reference data when the book is judged.
        marked: countries are marked too; not where fingerprints are to know them.
        stories: in the order told.
    """

    refdata: Callable[[], Refdata] = no_refdata
    marked: bool = True
    stories: list[Story] = field(default_factory=list)

    def tell(self, one: Measurement, *context: Measurement) -> Story:
        """Add a story: a measurement, and what was measured beside it."""
        self.stories.append(Story(self, len(self.stories), (one, *context)))
        return self.stories[-1]

    @cached_property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """Connection with the observations of all stories."""
        worlds = [World(n + 1, str(n + 1) if self.marked else "") for n in range(len(self.stories))]
        placed = [(one, world) for story, world in zip(self.stories, worlds, strict=True) for one in story.measurements]
        return tell(*(one for one, _ in placed), refdata=self.refdata(), worlds=[world for _, world in placed])

    @cached_property
    def verdicts(self) -> list[Verdict]:
        """Verdicts on the first measurement of every story."""
        rows = sort_as_told(self.connection, read_verdicts(self.connection))
        starts = accumulate((len(story.measurements) for story in self.stories[:-1]), initial=0)
        return [rows[start] for start in starts]

    @cached_property
    def facts(self) -> dict[int, Verdict]:
        """Facts about every measurement by key."""
        return read_facts(self.connection) if self.verdicts else {}
