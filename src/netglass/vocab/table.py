"""The tables: every column that is written to Parquet, with its DuckDB type and its meaning.

Sources fill the observation tables, ``judge`` writes ``verdict``, ``detect`` writes ``event``, ``changepoint`` and ``coverage``; the
reference documentation and the views are made from this module, so a column exists here or nowhere. Observation tables join on
``key``. Steps keep OONI's order of events: ``depth`` is the redirect hop (0 is the URL that was asked for).
"""

from typing import NamedTuple


class Column(NamedTuple):
    """One column: its name, its DuckDB type and what it means."""

    name: str
    type: str
    meaning: str


_STEP = (
    Column("key", "UBIGINT", "join key of the measurement"),
    Column("transaction_id", "BIGINT", "the probe's own number of the transaction, null in old formats"),
    Column("depth", "SMALLINT", "redirect hop, 0 for the URL that was asked for"),
    Column("classic", "BOOLEAN", "the step follows the system resolver's answers (null where the client does not say)"),
    Column("t0", "DOUBLE", "start, seconds since the measurement's start"),
    Column("t", "DOUBLE", "end, seconds since the measurement's start"),
    Column("failure", "VARCHAR", "OONI failure string, null is success"),
    Column("outcome", "VARCHAR", "class of the failure, see vocab.failure.Outcome"),
)

_ADDRESS = (
    Column("address", "VARCHAR", "IPv4 or IPv6 address in its shortest form"),
    Column("address_asn", "UINTEGER", "AS that announces the address, null when unknown"),
    Column("address_cc", "VARCHAR", "country of that AS or prefix, null when unknown"),
    Column("bogon", "BOOLEAN", "the address can not be on the public internet (list: setting)"),
)

_CONTROL = (
    Column("control_outcome", "VARCHAR", "outcome class of the helper on the same endpoint, null when it did not try"),
)

OBSERVATIONS: dict[str, tuple[Column, ...]] = {
    "measurement": (
        Column("key", "UBIGINT", "join key: first eight bytes of the content id"),
        Column("measurement_uid", "VARCHAR", "official identifier, or ng- and the content id"),
        Column("content_id", "VARCHAR", "hash of envelope and test_keys, the same in every wrapper"),
        Column("report_id", "VARCHAR", "the report (run) that the probe submitted to"),
        Column("source_file", "VARCHAR", "input file, and member of it after a colon"),
        Column("source_offset", "UBIGINT", "first byte of the record in the decompressed file or member"),
        Column("source_length", "UBIGINT", "length of the record in bytes"),
        Column("input", "VARCHAR", "what was tested, as the probe put it"),
        Column("target", "VARCHAR", "host of input, lower case, A-label"),
        Column("scheme", "VARCHAR", "URL scheme of input"),
        Column("probe_cc", "VARCHAR", "country of the probe, ZZ when withheld"),
        Column("probe_asn", "UINTEGER", "network of the probe, 0 when withheld"),
        Column("probe_network_name", "VARCHAR", "name of that network as the probe put it"),
        Column("probe_id", "VARCHAR", "pseudonymous probe identifier, null when unknown"),
        Column("resolver_asn", "UINTEGER", "network of the system resolver, 0 when withheld"),
        Column("resolver_ip", "VARCHAR", "address of the system resolver as published"),
        Column("resolver_network_name", "VARCHAR", "name of that network"),
        Column("measurement_start_time", "TIMESTAMP", "start by the probe's clock, UTC"),
        Column("upload_hour", "TIMESTAMP", "hour of the upload where path, uid or report_id tell it"),
        Column(
            "observed_at",
            "TIMESTAMP",
            "time used in series: the start, or if the clock is suspect the report's opening or the upload",
        ),
        Column("test_name", "VARCHAR", "nettest"),
        Column("test_version", "VARCHAR", "version of the nettest"),
        Column("test_runtime", "DOUBLE", "seconds"),
        Column("software_name", "VARCHAR", "client"),
        Column("software_version", "VARCHAR", "version of the client"),
        Column("engine_version", "VARCHAR", "annotations.engine_version"),
        Column("platform", "VARCHAR", "annotations.platform"),
        Column("network_type", "VARCHAR", "annotations.network_type"),
        Column(
            "probe_blocking", "VARCHAR", "the probe's own verdict: dns, tcp_ip, http-failure, http-diff, false, or null"
        ),
        Column("probe_accessible", "BOOLEAN", "the probe's own accessible"),
        Column("control_failure", "VARCHAR", "why there is no control, null when there is one"),
        Column("has_control", "BOOLEAN", "the test helper answered"),
        Column("control_dns_outcome", "VARCHAR", "outcome class of the helper's lookup, null without one"),
        Column("control_dns_addresses", "VARCHAR[]", "what the helper resolved"),
        Column("control_http_outcome", "VARCHAR", "outcome class of the helper's request, null without one"),
        Column("control_http_status", "SMALLINT", "status code that the helper got"),
        Column("control_body_length", "BIGINT", "length of the body that the helper got"),
        Column("control_title", "VARCHAR", "title of the page that the helper got"),
        Column("control_header_names", "VARCHAR[]", "lower-case names of the headers that the helper got"),
        Column("control_server", "VARCHAR", "scrubbed Server header that the helper got"),
        Column("issues", "VARCHAR[]", "what was odd about the record, see the reference of issues"),
        Column("refdata", "VARCHAR", "hash of the reference data used for enrichment"),
    ),
    "dns": (
        *_STEP,
        Column(
            "engine", "VARCHAR", "resolver engine as the probe names it; what the helper resolved is in control_address"
        ),
        Column("route", "VARCHAR", "system, udp, doh, dot or tcp: how the question was put"),
        Column("hostname", "VARCHAR", "name asked for"),
        Column("query_type", "VARCHAR", "A, AAAA, ANY, …"),
        Column("resolver_address", "VARCHAR", "resolver that was asked, null for the system's"),
        Column("late", "BOOLEAN", "a second, later reply to the same query"),
        *_ADDRESS,
        Column("cname", "VARCHAR", "canonical name in the answer"),
        Column("fingerprint", "VARCHAR", "name of the DNS fingerprint that the answer matches"),
        Column("fingerprint_scope", "VARCHAR", "nat, isp, prod, inst, vbw, fp, … of that fingerprint"),
        Column("fingerprint_cc", "VARCHAR[]", "countries in which that fingerprint is expected"),
    ),
    "tcp": (
        *_STEP,
        *_ADDRESS,
        Column("port", "UINTEGER", "TCP port"),
        Column("fetch_body", "BOOLEAN", "the connection was meant to fetch the page (tag fetch_body)"),
        *_CONTROL,
    ),
    "tls": (
        *_STEP,
        *_ADDRESS,
        Column("port", "UINTEGER", "port"),
        Column("network", "VARCHAR", "tcp or udp (QUIC)"),
        Column("fetch_body", "BOOLEAN", "the connection was meant to fetch the page (tag fetch_body)"),
        Column("server_name", "VARCHAR", "name in the ClientHello"),
        Column("outer_server_name", "VARCHAR", "outer name under ECH"),
        Column("tls_version", "VARCHAR", "negotiated version"),
        Column("verified", "BOOLEAN", "the client verified the certificate (no_tls_verify was false)"),
        Column("cert_sha256", "VARCHAR", "SHA-256 of the leaf certificate (DER)"),
        Column("cert_issuer", "VARCHAR", "issuer of the leaf, RFC 4514"),
        Column("cert_subject", "VARCHAR", "subject of the leaf, RFC 4514"),
        Column("cert_not_before", "TIMESTAMP", "start of the leaf's validity"),
        Column("cert_not_after", "TIMESTAMP", "end of the leaf's validity"),
        Column("cert_self_signed", "BOOLEAN", "the leaf names itself as its issuer and is signed by its own key"),
        Column("cert_name_match", "BOOLEAN", "the leaf is valid for server_name"),
        Column(
            "chain_status",
            "VARCHAR",
            "offline check at measurement time: valid, untrusted, expired, not_yet_valid, wrong_name, unparsable, no_trust_store",
        ),
        *_CONTROL,
    ),
    "http": (
        *_STEP,
        *_ADDRESS,
        Column("port", "UINTEGER", "port"),
        Column("fetch_body", "BOOLEAN", "the request was meant to fetch the page"),
        Column("network", "VARCHAR", "tcp or udp (HTTP/3)"),
        Column("url", "VARCHAR", "scrubbed URL of the request"),
        Column("host", "VARCHAR", "host of that URL"),
        Column("scheme", "VARCHAR", "http or https"),
        Column("method", "VARCHAR", "method"),
        Column("status", "SMALLINT", "status code, null without an answer"),
        Column("body_length", "BIGINT", "bytes of the body, null without one"),
        Column("body_sha256", "VARCHAR", "SHA-256 of the scrubbed body"),
        Column("body_truncated", "BOOLEAN", "the client cut the body"),
        Column("title", "VARCHAR", "scrubbed title, at most 200 characters"),
        Column("header_names", "VARCHAR[]", "lower-case names of the answer's headers, sorted"),
        Column("server", "VARCHAR", "scrubbed Server header"),
        Column("location", "VARCHAR", "scrubbed Location header, absolute"),
        Column("location_host", "VARCHAR", "host of that location"),
        Column(
            "refusal",
            "VARCHAR",
            "server-side refusal read off status, headers and body: 451, geo, captcha, challenge, denied",
        ),
        Column(
            "fingerprints", "STRUCT(name VARCHAR, scope VARCHAR, cc VARCHAR[])[]", "block-page fingerprints that match"
        ),
    ),
    "transfer": (
        Column("key", "UBIGINT", "join key of the measurement"),
        Column("transaction_id", "BIGINT", "the probe's own number of the transaction"),
        Column("address", "VARCHAR", "address of the other end"),
        Column("port", "UINTEGER", "port of the other end"),
        Column("proto", "VARCHAR", "tcp or udp"),
        Column("reads", "UINTEGER", "successful reads"),
        Column("bytes_read", "UBIGINT", "bytes read"),
        Column("bytes_written", "UBIGINT", "bytes written"),
        Column("hello_written", "BOOLEAN", "something was written after tls_handshake_start"),
        Column("reads_after_hello", "UINTEGER", "reads between tls_handshake_start and tls_handshake_done or the end"),
        Column("t_first_read", "DOUBLE", "end of the first successful read"),
        Column("t_last_read", "DOUBLE", "end of the last successful read"),
        Column("t_end", "DOUBLE", "end of the last event"),
        Column("longest_gap", "DOUBLE", "longest wait between two successful reads, or before the end, seconds"),
        Column("t_answer", "DOUBLE", "end of the first successful read after the request was written"),
        Column("answer_bytes", "UBIGINT", "bytes read after that first read"),
        Column("answer_gap", "DOUBLE", "longest wait between two reads from that first one on, seconds"),
        Column("first_failure", "VARCHAR", "first failure among the events"),
        Column("first_failure_operation", "VARCHAR", "operation that failed first"),
    ),
    "control_address": (
        Column("key", "UBIGINT", "join key of the measurement"),
        *_ADDRESS,
        Column("resolved", "BOOLEAN", "the helper's own lookup gave it"),
        Column("port", "UINTEGER", "port that the helper tried, null where it tried none"),
        Column("tcp_outcome", "VARCHAR", "outcome class of the helper's connect"),
        Column("tls_outcome", "VARCHAR", "outcome class of the helper's handshake with the target's name"),
        Column("ip_info_asn", "UINTEGER", "AS by the helper"),
    ),
}
"""Observation tables: columns in the order in which they are written."""

QUARANTINE = (
    Column("source_file", "VARCHAR", "input file, and member of it after a colon"),
    Column("line", "UBIGINT", "line of the record, counted from 1; null where the container has no lines"),
    Column("source_offset", "UBIGINT", "first byte in the decompressed file or member"),
    Column("source_length", "UBIGINT", "length in bytes"),
    Column("disposition", "VARCHAR", "quarantined, not_understood or skipped"),
    Column("reason", "VARCHAR", "stable reason, see the reference of issues"),
    Column("detail", "VARCHAR", "what the parser said, scrubbed, at most 200 characters"),
)

DUPLICATE = (
    Column("measurement_uid", "VARCHAR", "identifier under which the duplicate came"),
    Column("stored_uid", "VARCHAR", "identifier under which the measurement is stored"),
    Column("source_file", "VARCHAR", "where the duplicate came from"),
    Column("source_offset", "UBIGINT", "first byte of the duplicate"),
)

VERDICT = (
    Column("measurement_uid", "VARCHAR", "the measurement judged"),
    Column("key", "UBIGINT", "join key of the measurement"),
    Column("report_id", "VARCHAR", "run"),
    Column("source_file", "VARCHAR", "input file"),
    Column("input", "VARCHAR", "what was tested"),
    Column("target", "VARCHAR", "host of input"),
    Column("probe_cc", "VARCHAR", "country of the probe"),
    Column("probe_asn", "UINTEGER", "network of the probe"),
    Column("resolver_asn", "UINTEGER", "network of the system resolver"),
    Column("measurement_start_time", "TIMESTAMP", "start by the probe's clock"),
    Column("observed_at", "TIMESTAMP", "time used in series"),
    Column("test_name", "VARCHAR", "nettest"),
    Column("test_version", "VARCHAR", "version of the nettest"),
    Column("engine", "VARCHAR", "client and its version, for defects of versions"),
    Column("state", "VARCHAR", "vocab.state.State"),
    Column("locus", "VARCHAR", "vocab.state.Locus"),
    Column("mechanisms", "VARCHAR[]", "OONI taxonomy, deepest node that the evidence supports"),
    Column(
        "log10_lr",
        "STRUCT(network_interference DOUBLE, server_down DOUBLE, server_refuses DOUBLE, local_or_instrument_fault DOUBLE, reachable DOUBLE)",
        "summed evidence per hypothesis",
    ),
    Column("p_blocked", "DOUBLE", "posterior probability of network interference at the stated prior"),
    Column("p_blocked_range", "DOUBLE[]", "the same at a prevalence of 0.1, 1 and 8 %"),
    Column("prior", "DOUBLE", "prior probability of network interference"),
    Column("rules", "STRUCT(rule_id VARCHAR, layer VARCHAR, log10_lr DOUBLE)[]", "all rules that fired"),
    Column("control", "VARCHAR", "helper, cross_network or none"),
    Column("issues", "VARCHAR[]", "what was odd about the record or its judging"),
    Column(
        "signatures",
        "VARCHAR[]",
        "artefacts that tie verdicts together: address:, injected:, page:, location:, certificate:",
    ),
    Column("reporter", "VARCHAR", "profile that bounds independent observers from below"),
    Column("probe_verdict", "VARCHAR", "the probe's own verdict: blocked, not_blocked or none"),
    Column("why", "VARCHAR", "one line of plain English"),
    Column("ruleset", "VARCHAR", "hash of the rules"),
    Column("refdata", "VARCHAR", "hash of the reference data"),
)

SERIES_TYPE = (
    "STRUCT(target VARCHAR, probe_asn UINTEGER, onset_earliest TIMESTAMP, onset_latest TIMESTAMP, end_earliest TIMESTAMP,"
    " end_latest TIMESTAMP, n_before UINTEGER, n_during UINTEGER, n_after UINTEGER, n_reporters UINTEGER)[]"
)

EVENT = (
    Column("event_id", "VARCHAR", "stable identifier"),
    Column("kind", "VARCHAR", "block, unblock or shutdown"),
    Column("state", "VARCHAR", "confirmed or unconfirmed"),
    Column("probe_cc", "VARCHAR", "country"),
    Column("asns", "UINTEGER[]", "networks, sorted"),
    Column("targets", "VARCHAR[]", "targets, sorted; empty for a shutdown"),
    Column("mechanisms", "VARCHAR[]", "mechanisms seen during the event"),
    Column(
        "onset_earliest", "TIMESTAMP", "last telling measurement before; null: stood already when the window begins"
    ),
    Column("onset_latest", "TIMESTAMP", "first telling measurement during"),
    Column("end_earliest", "TIMESTAMP", "last telling measurement during; null while standing"),
    Column("end_latest", "TIMESTAMP", "first telling measurement after; null while standing"),
    Column("series", SERIES_TYPE, "the same brackets per network and target"),
    Column("n_measurements", "UBIGINT", "telling measurements during"),
    Column("n_reporters", "UINTEGER", "lower bound on independent observers"),
    Column("confidence", "DOUBLE", "0 to 1"),
    Column("witnesses", "VARCHAR[]", "uids of the clearest measurements, at most 20"),
    Column("flags", "VARCHAR[]", "common_cause, independence_not_shown, few_measurements, recurring, …"),
    Column("campaign", "VARCHAR", "id shared by events that begin together, or null"),
    Column("refers_to", "VARCHAR", "for unblock: the block that it ends"),
    Column("supersedes", "VARCHAR[]", "ids of earlier events that this one replaces"),
    Column("ruleset", "VARCHAR", "hash of the rules"),
    Column("refdata", "VARCHAR", "hash of the reference data"),
)

COVERAGE = (
    Column("probe_cc", "VARCHAR", "country"),
    Column("probe_asn", "UINTEGER", "network"),
    Column("target", "VARCHAR", "target"),
    Column("first_measured", "TIMESTAMP", "first telling measurement"),
    Column("last_measured", "TIMESTAMP", "last telling measurement"),
    Column("n_measurements", "UBIGINT", "measurements"),
    Column("n_telling", "UBIGINT", "measurements that are not insufficient"),
    Column("n_reporters", "UINTEGER", "lower bound on independent observers"),
    Column("n_blocked", "UBIGINT", "blocked and likely_blocked"),
    Column("n_ok", "UBIGINT", "ok"),
    Column("median_gap_hours", "DOUBLE", "median time between telling measurements"),
    Column("longest_gap_hours", "DOUBLE", "longest time without a telling measurement, window edges included"),
    Column("detection_limit_hours", "DOUBLE", "a block shorter than this would be missed here"),
    Column("note", "VARCHAR", "the same in words"),
)

CHANGE = (
    Column("event_id", "VARCHAR", "event"),
    Column("change", "VARCHAR", "new, changed, superseded or withdrawn"),
    Column("detail", "VARCHAR", "what changed"),
    Column("run", "VARCHAR", "hash of the inputs of the run that made the change"),
)

TABLES: dict[str, tuple[Column, ...]] = {
    **OBSERVATIONS,
    "quarantine": QUARANTINE,
    "duplicate": DUPLICATE,
    "verdict": VERDICT,
    "event": EVENT,
    "coverage": COVERAGE,
    "change": CHANGE,
}
"""Every table that a store holds."""

IMPORTED: dict[str, tuple[Column, ...]] = {
    "shutdown": (
        Column("cc", "VARCHAR", "country"),
        Column("start_date", "DATE", "first day"),
        Column("start_date_type", "VARCHAR", "Actual or Estimated"),
        Column("end_date", "DATE", "last day, null while it goes on or where nobody knows"),
        Column("shutdown_status", "VARCHAR", "Ended, Ongoing or Unknown"),
        Column("geo_scope", "VARCHAR", "how much of the country"),
        Column("area_name", "VARCHAR", "where in the country"),
        Column("shutdown_type", "VARCHAR", "Shutdown, Throttle, or both"),
        Column("affected_network", "VARCHAR", "Mobile, Broadband, or both"),
        Column("shutdown_extent", "VARCHAR", "Full network, Service-based, or both"),
        Column("ordered_by", "VARCHAR", "kind of body that ordered it"),
        Column("actual_cause", "VARCHAR", "cause as the coalition sees it"),
        Column("gov_justification", "VARCHAR", "cause as the government gave it"),
        Column("gov_ack", "VARCHAR", "whether the government admitted it"),
        Column("legal_just", "VARCHAR", "whether a legal basis was named"),
        Column("services", "VARCHAR[]", "services that were cut by name"),
        Column("election", "VARCHAR", "whether it came with an election"),
        Column("violence", "VARCHAR", "whether it came with violence"),
        Column("source_hosts", "VARCHAR[]", "hosts of the sources; their pages are not taken over"),
    ),
    "finding": (
        Column("finding_id", "VARCHAR", "number of the finding"),
        Column("ccs", "VARCHAR[]", "countries"),
        Column("start_date", "DATE", "begin"),
        Column("end_date", "DATE", "end, null while it goes on"),
        Column("event_type", "VARCHAR", "incident or other"),
        Column("asns", "UINTEGER[]", "networks"),
        Column("domains", "VARCHAR[]", "what was blocked"),
        Column("themes", "VARCHAR[]", "themes by OONI's own short names"),
        Column("test_names", "VARCHAR[]", "nettests that it rests on"),
        Column("url", "VARCHAR", "address of the finding"),
    ),
    "series": (
        Column("cc", "VARCHAR", "country"),
        Column("indicator", "VARCHAR", "code of the indicator"),
        Column("name", "VARCHAR", "name of the indicator, with its unit"),
        Column("year", "USMALLINT", "year"),
        Column("value", "DOUBLE", "value"),
    ),
}
"""Tables of others that are kept beside the register, see ``register.imported``."""
