"""Nettests other than web_connectivity: their envelope and the common step lists, wherever in the test keys these stand.

Each nettest arranges its steps in its own way (dnscheck by URL under ``lookups``, tor by target, pings as a list of single steps), but the
steps themselves are those of df-001 to df-008; they are found by their names. What is particular to a nettest is not read yet.

**Source**: OONI spec nettests ts-001 to ts-041; names of tests that were never specified are from the public bucket's folders.
"""

from collections.abc import Iterator
from typing import Any

from netglass.refdata import Refdata
from netglass.source.ooni import envelope as df000
from netglass.source.ooni.dns import list_lookups
from netglass.source.ooni.http import list_requests, read_answer
from netglass.source.ooni.identity import identify_other
from netglass.source.ooni.lenient import fit_struct
from netglass.source.ooni.row import Record, Rows
from netglass.source.ooni.step import Frame
from netglass.source.ooni.structure import Envelope, Steps
from netglass.source.ooni.tcp import list_connects
from netglass.source.ooni.tls import list_handshakes
from netglass.source.ooni.transfer import group_events, list_transfers
from netglass.vocab.id import derive_key, derive_uid

WEB_CONNECTIVITY = "web_connectivity"
MAX_DEPTH = 6
"""How deep step lists are looked for; the deepest known are at 3 (tlsmiddlebox: ``iterative_trace[].control_trace.iterations``)."""

KNOWN_TESTS = frozenset(
    (
        "bridge_reachability",
        "browser_web",
        "captiveportal",
        "chinatrigger",
        "daphn3",
        "dash",
        "dns_consistency",
        "dns_injection",
        "dns_spoof",
        "dnscheck",
        "dnsping",
        "domclass_collector",
        "echcheck",
        "example",
        "facebook_messenger",
        "http_filtering_bypass",
        "http_header_field_manipulation",
        "http_host",
        "http_invalid_request_line",
        "http_keyword_filtering",
        "http_requests",
        "http_requests_test",
        "http_trix",
        "http_uk_mobile_networks",
        "lantern",
        "lantern_circumvention_tool_test",
        "meek_fronted_requests_test",
        "multi_port_traceroute",
        "multi_protocol_traceroute",
        "multi_protocol_traceroute_test",
        "ndt",
        "ndt7",
        "netalyzr",
        "openvpn",
        "openvpn_client_test",
        "parasitic_traceroute",
        "portfiltering",
        "psiphon",
        "psiphon_test",
        "quicping",
        "riseupvpn",
        "signal",
        "simplequicping",
        "sni_blocking",
        "squid",
        "stun_reachability",
        "stunreachability",
        "tcp_connect",
        "tcp_connect_test",
        "tcpping",
        "telegram",
        "tls_handshake",
        "tlsmiddlebox",
        "tlsping",
        "tlstool",
        "tor",
        "torsf",
        "urlgetter",
        "vanilla_tor",
        "vanilla_tor_test",
        "web_connectivity",
        "websteps",
        "whatsapp",
        "whatsapp_test",
    )
)
"""Names of nettests whose records are stored."""

_LISTS = ("queries", "tcp_connect", "tls_handshakes", "quic_handshakes", "requests", "network_events")
_SINGLES = {
    "query": "queries",
    "tcp_connect": "tcp_connect",
    "tls_handshake": "tls_handshakes",
    "quic_handshake": "quic_handshakes",
}


def find_steps(value: Any, path: str = "test_keys", depth: int = 0) -> Iterator[tuple[str, dict[str, list[Any]]]]:
    """Yield every group of step lists within ``value``, with its path; a single step counts as a list of one."""
    if depth > MAX_DEPTH:
        return
    if isinstance(value, dict):
        group = {name: value[name] for name in _LISTS if isinstance(value.get(name), list)}
        for single, name in _SINGLES.items():
            if isinstance(value.get(single), dict):
                group.setdefault(name, [value[single]])
        if group:
            yield path, group
        for name, item in value.items():
            if name not in _LISTS and name not in _SINGLES:
                yield from find_steps(item, f"{path}.{name}", depth + 1)
    elif isinstance(value, list):
        for item in value:
            yield from find_steps(item, f"{path}[]", depth + 1)


def list_nettest(
    record: Record, value: dict[str, Any], uid: str | None, refdata: Refdata, issues: dict[str, None]
) -> Rows:
    """Return the rows of a measurement of any other nettest; ``value`` is the decoded record, its test keys an object."""
    envelope = fit_struct(value, Envelope, "", issues)
    test_keys = value["test_keys"]
    aim = df000.read_aim(envelope, issues, required=False)
    frame = Frame(
        refdata, None, df000.read_asn(envelope.probe_asn, "probe_asn", {}), df000.read_probe_address(envelope)
    )
    frame.issues = issues
    frame.explain(aim.host)
    if not test_keys:
        frame.add_issue("empty_test_keys")
    content_id = identify_other(envelope, test_keys)
    frame.key = derive_key(content_id)
    official = envelope.measurement_uid or uid or record.uid_hint
    moment = df000.read_moment(envelope, official, record.upload_hour, issues)
    tables: dict[str, list[tuple[object, ...]]] = {name: [] for name in ("dns", "tcp", "tls", "http", "transfer")}
    for path, group in find_steps(test_keys):
        steps = fit_struct(group, Steps, path, issues)
        answers = [read_answer(transaction, frame) for transaction in steps.requests or ()]
        tables["dns"].extend(list_lookups(steps.queries, frame))
        tables["tcp"].extend(list_connects(steps.tcp_connect, frame, None))
        groups = group_events(steps.network_events)
        handshakes = (*(steps.tls_handshakes or ()), *(steps.quic_handshakes or ()))
        tables["tls"].extend(list_handshakes(handshakes, groups, frame, moment.observed))
        tables["http"].extend(list_requests(steps.requests or (), answers, [None] * len(answers), frame))
        tables["transfer"].extend(list_transfers(groups, frame))
    measurement_uid = official or derive_uid(content_id)
    head = (
        frame.key,
        measurement_uid,
        content_id,
        envelope.report_id or None,
        record.source_file,
        record.offset,
        record.length,
    )
    probe = df000.list_probe(envelope, frame, aim)
    verdict = (None, None, None, False, *(None,) * 8)
    row = (*head, *probe, *moment, *df000.list_software(envelope), *verdict, list(issues), refdata.hash)
    return Rows(content_id, measurement_uid, {"measurement": [row], **tables, "control_address": []})
