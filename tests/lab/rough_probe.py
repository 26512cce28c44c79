"""A probe in outline: enough of OONI's Web Connectivity to see whether a scenario's truth can be found in what it writes."""

import asyncio
import base64
import ssl
from typing import Any

from netglass.lab.envelope import Setting
from netglass.wire.dns_data import parse_address_data
from netglass.wire.dns_message import A, build_query, parse_message
from netglass.wire.http_head import get_field
from netglass.wire.net import Host, LookupFailed, Net, Stream
from tests.lab.glance import _read, _secure, name_failure

Row = dict[str, Any]
_HELPER = {"connection_refused": "connection_refused_error", "dns_nxdomain_error": "dns_name_error"}


class _Visit:
    """One walk through lookups, connections, handshakes and requests."""

    def __init__(self, net: Net, setting: Setting) -> None:
        self.net, self.setting = net, setting
        self.loop = asyncio.get_running_loop()
        self.start = self.loop.time()
        self.keys: Row = {n: [] for n in ("network_events", "queries", "requests", "tcp_connect", "tls_handshakes")}
        self.number = 50_000

    def now(self) -> float:
        return self.loop.time() - self.start

    def _owner(self, address: str) -> Row:
        holder = self.setting.world.plan.find(address)
        return {"asn": holder.asn, "as_org_name": holder.name} if holder else {}

    def _note_query(self, engine: str, host: str, t0: float, failure: str | None, found: list[str], **more: Any) -> None:
        kinds = [("AAAA", "ipv6") if ":" in address else ("A", "ipv4") for address in found]
        answers = [
            {"answer_type": kind, key: address, "ttl": None} | self._owner(address)
            for address, (kind, key) in zip(found, kinds, strict=True)
        ]
        row = {"answers": answers or None, "engine": engine, "failure": failure, "hostname": host, "t0": t0}
        self.keys["queries"].append(row | {"t": self.now(), "resolver_address": "", "query_type": "ANY"} | more)

    async def look_up(self, host: str, depth: int) -> list[str]:
        t0, failure, found = self.now(), None, []
        try:
            async with asyncio.timeout(12):
                found = await self.net.resolve(host)
        except (OSError, LookupFailed) as error:
            failure = name_failure(error)
        tags = ["classic", f"depth={depth}"]
        self._note_query("getaddrinfo", host, t0, failure, found, tags=tags, transaction_id=10_001)
        other = await self._ask_public(host, depth)
        return list(dict.fromkeys([*found, *other]))

    async def _ask_public(self, host: str, depth: int) -> list[str]:
        t0, failure, found, raw = self.now(), None, [], b""
        try:
            async with asyncio.timeout(5):
                flow = await self.net.open_flow(self.setting.public_resolver, 53)
                await flow.send(build_query(host, A, 77))
                raw = await flow.receive()
                flow.close()
            message = parse_message(raw)
            code = message.response_code
            found = [parse_address_data(record.data) for record in message.answers if record.type == A]
            failure = {0: None if found else "dns_no_answer", 3: "dns_nxdomain_error", 5: "dns_refused_error"}.get(
                code, "dns_server_misbehaving"
            )
        except OSError as error:
            failure = name_failure(error)
        more = {"query_type": "A", "resolver_address": f"{self.setting.public_resolver}:53", "tags": [f"depth={depth}"]}
        raw_text = base64.b64encode(raw).decode()
        self._note_query("udp", host, t0, failure, found, raw_response=raw_text, transaction_id=20_001, **more)
        return found

    async def try_endpoint(self, address: str, port: int, url: str, depth: int, fetch: bool) -> tuple[str | None, Any]:
        self.number += 1
        host = url.split("/")[2]
        tags = ["classic", f"depth={depth}", f"fetch_body={str(fetch).lower()}"]
        t0, failure, stream, seen = self.now(), None, None, None
        try:
            async with asyncio.timeout(10):
                stream = await self.net.connect(address, port)
        except OSError as error:
            failure = name_failure(error)
        row: Row = {"ip": address, "port": port, "t0": t0, "t": self.now(), "tags": tags, "transaction_id": self.number}
        row["status"] = {"failure": failure, "success": failure is None}
        self.keys["tcp_connect"].append(row)
        if stream is not None and port == 443:
            stream, failure = await self._shake(stream, address, host, tags)
        if stream is not None and fetch:
            seen, failure = await self._fetch(stream, address, port, url, tags)
        if stream is not None:
            stream.close()
        return failure, seen

    async def _shake(self, stream: Stream, address: str, host: str, tags: list[str]) -> tuple[Stream | None, str | None]:
        t0, failure, inside, chain = self.now(), None, None, []
        try:
            async with asyncio.timeout(10):
                inside = await _secure(self.net, stream, host, self.setting.roots)
            chain = [inside.tls.getpeercert(True)]
        except (OSError, EOFError, ssl.SSLError) as error:
            failure = name_failure(error)
            chain = getattr(error, "chain", [])
        row: Row = {"network": "tcp", "address": f"{address}:443", "server_name": host, "failure": failure, "t0": t0}
        row |= {"t": self.now(), "tags": tags, "transaction_id": self.number, "no_tls_verify": False}
        row["peer_certificates"] = [{"data": base64.b64encode(der).decode(), "format": "base64"} for der in chain]
        self.keys["tls_handshakes"].append(row)
        return inside, failure

    async def _fetch(self, stream: Stream, address: str, port: int, url: str, tags: list[str]) -> tuple[Any, str | None]:
        t0, failure, seen = self.now(), None, None
        host = url.split("/")[2]
        try:
            async with asyncio.timeout(10):
                await stream.write(f"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
                seen = await _read(stream)
        except (OSError, EOFError) as error:
            failure = name_failure(error)
        response: Row = {"code": 0, "headers": {}, "body": ""}
        if seen:
            response = {"code": seen[0].status, "headers": dict(seen[0].fields), "body": seen[1].decode("utf-8", "replace")}
        row = {"network": "tcp", "address": f"{address}:{port}", "failure": failure, "t0": t0, "t": self.now(), "tags": tags}
        row |= {"request": {"method": "GET", "url": url, "headers": {"Host": host}}, "response": response}
        self.keys["requests"].insert(0, row | {"transaction_id": self.number})
        return seen, failure


class RoughProbe:
    """An instrument for :mod:`netglass.lab.play`; its control looks from the helper's host."""

    async def start_helper(self, host: Host, setting: Setting) -> None:
        self.helper = host
        context = setting.world.authorities[0].serve(setting.helper_host)

        async def serve(stream: Stream) -> None:
            from netglass.lab.world.secure import SecureStream

            inside = SecureStream(stream, lambda _: context)
            if await inside.shake_hands():
                await inside.finish()

        await host.listen(setting.helper, 443, serve)

    async def measure(self, net: Net, url: str, setting: Setting) -> dict[str, Any]:
        visit, failure, here = _Visit(net, setting), None, url
        last: Any = None
        for depth in range(3):
            host, port = here.split("/")[2], 443 if here.startswith("https") else 80
            addresses = await visit.look_up(host, depth)
            last = None
            for address in addresses:
                result = await visit.try_endpoint(address, port, here, depth, last is None)
                failure, last = (result[0], result[1] or last) if last is None else (failure, last)
            target = last and get_field(last[0].fields, "location")
            if not target:
                break
            here = target
        control, problem = await self._control(net, url, setting, visit)
        keys = visit.keys | {"client_resolver": setting.resolver, "control": control, "control_failure": problem}
        keys["accessible"] = last is not None if problem is None else None
        return {"test_keys": keys, "test_version": "0.5.28", "software_name": "rough", "extensions": {}}

    async def _control(self, net: Net, url: str, setting: Setting, seen: _Visit) -> tuple[Row, str | None]:
        try:
            async with asyncio.timeout(10):
                stream = await net.connect(setting.helper, 443)
                await _secure(net, stream, setting.helper_host, setting.roots)
                stream.close()
        except (OSError, EOFError) as error:
            return {}, name_failure(error)
        visit = _Visit(self.helper, setting._replace(roots=setting.helper_roots))
        host, port = url.split("/")[2], 443 if url.startswith("https") else 80
        own = await visit.look_up(host, 0)
        tried = {(row["ip"], row["port"]) for row in seen.keys["tcp_connect"] if "depth=0" in row["tags"]}
        page: Any = None
        failure: str | None = "dns_lookup_error"
        for address, each in sorted(tried | {(address, port) for address in own}):
            if address.startswith("10."):
                continue
            wants = page is None and each == port and address in own
            result = await visit.try_endpoint(address, each, url, 0, wants)
            failure, page = result if wants else (failure, page)
        lookup = visit.keys["queries"][0]["failure"]
        title = page[1].decode("utf-8", "replace") if page else ""
        return {
            "tcp_connect": {
                f"{row['ip']}:{row['port']}": {
                    "status": row["status"]["success"],
                    "failure": _HELPER.get(row["status"]["failure"], row["status"]["failure"]),
                }
                for row in visit.keys["tcp_connect"]
            },
            "tls_handshake": {
                row["address"]: {"server_name": host, "status": row["failure"] is None, "failure": row["failure"]}
                for row in visit.keys["tls_handshakes"]
            },
            "http_request": {
                "failure": _HELPER.get(failure or "", failure),
                "status_code": page[0].status if page else -1,
                "body_length": len(page[1]) if page else -1,
                "title": title.partition("<title>")[2].partition("</title>")[0],
                "headers": dict(page[0].fields) if page else {},
            },
            "dns": {"failure": _HELPER.get(lookup or "", lookup), "addrs": own},
        }, None
