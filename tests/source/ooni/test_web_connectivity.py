"""What one record becomes: the rows of each table, for clients with tags and without."""

import base64
import hashlib

from tests.source.ooni.maker import OTHER, SITE, UID, classic, decode, measurement, modern, rows


def test_lookups_give_one_row_per_address_and_one_per_query_without() -> None:
    first, second, failed, late = rows(modern(), "dns")
    assert (first["address"], second["address"]) == (SITE, "2001:4:112::9")
    assert first["cname"] == "edge.site.test"
    assert (first["route"], first["engine"], first["resolver_address"]) == ("system", "getaddrinfo", None)
    assert (first["depth"], first["classic"], first["transaction_id"]) == (0, True, 10001)
    assert (failed["address"], failed["failure"], failed["outcome"]) == (None, "dns_nxdomain_error", "nxdomain")
    assert (failed["route"], failed["resolver_address"], failed["classic"]) == ("udp", "192.88.99.8:53", False)
    assert (late["address"], late["late"], first["late"]) == (OTHER, True, False)


def test_the_resolver_of_old_clients_is_named_by_its_host() -> None:
    query = {"hostname": "site.test", "resolver_hostname": "192.88.99.8", "resolver_port": 53, "answers": []}
    (row,) = rows(classic(test_keys={"queries": [query]}), "dns")
    assert (row["route"], row["resolver_address"], row["outcome"]) == ("udp", "192.88.99.8:53", "success")


def test_an_unknown_engine_has_no_route() -> None:
    (row,) = rows(
        modern(
            test_keys={"queries": [{"hostname": "a.test", "engine": "carrier_pigeon"}], "x_dns_duplicate_responses": []}
        ),
        "dns",
    )
    assert (row["engine"], row["route"]) == ("carrier_pigeon", None)


def test_connects_carry_tags_and_the_control_of_the_same_endpoint() -> None:
    good, bad = rows(modern(), "tcp")
    assert (good["address"], good["port"], good["outcome"], good["control_outcome"]) == (
        SITE,
        443,
        "success",
        "success",
    )
    assert (good["fetch_body"], bad["fetch_body"]) == (True, False)
    assert (bad["outcome"], bad["control_outcome"], bad["classic"]) == ("timeout", "timeout", False)


def test_a_connect_that_says_nothing_is_no_success() -> None:
    connects = [{"ip": SITE, "port": 443, "status": None}, {"ip": SITE, "port": 443, "status": {"success": False}}]
    assert [row["outcome"] for row in rows(modern(test_keys={"tcp_connect": connects}), "tcp")] == ["other", "other"]


def test_old_names_of_the_helpers_failures_are_understood() -> None:
    control = {"tcp_connect": {f"{SITE}:443": {"status": False, "failure": "connection_refused_error"}}}
    record = modern(test_keys={"control": control})
    assert rows(record, "tcp")[0]["control_outcome"] == "refused"
    assert rows(record, "control_address")[0]["tcp_outcome"] == "refused"


def test_handshakes() -> None:
    (row,) = rows(modern(), "tls")
    assert (row["server_name"], row["tls_version"], row["verified"]) == ("site.test", "TLSv1.3", True)
    assert (row["address"], row["port"], row["network"], row["control_outcome"]) == (SITE, 443, "tcp", "success")
    assert row["cert_sha256"] is None and row["chain_status"] is None


def test_names_of_networks_before_2022_are_those_of_today() -> None:
    handshakes = [{"network": name, "address": f"{SITE}:443"} for name in ("tls", "quic", None)]
    assert [row["network"] for row in rows(modern(test_keys={"tls_handshakes": handshakes}), "tls")] == [
        "tcp",
        "udp",
        "tcp",
    ]


def test_requests() -> None:
    (row,) = rows(modern(), "http")
    body = b"<html><title>A page</title></html>"
    assert (row["url"], row["host"], row["scheme"], row["method"]) == (
        "https://site.test/page",
        "site.test",
        "https",
        "GET",
    )
    assert (row["status"], row["body_length"], row["body_sha256"]) == (200, len(body), hashlib.sha256(body).hexdigest())
    assert (row["title"], row["server"], row["header_names"]) == (
        "A page",
        "lighttpd",
        ["content-type", "server", "vary"],
    )
    assert (row["address"], row["port"], row["network"], row["depth"]) == (SITE, 443, "tcp", 0)
    assert row["fingerprints"] == [] and row["refusal"] is None and row["location"] is None


def test_a_body_in_base64_is_the_body_itself() -> None:
    text, binary = modern(), modern()
    body = text["test_keys"]["requests"][0]["response"]["body"]
    encoded = base64.b64encode(body.encode()).decode()
    binary["test_keys"]["requests"][0]["response"]["body"] = {"format": "base64", "data": encoded}
    assert rows(text, "http") == rows(binary, "http")


def test_a_request_without_an_answer_has_no_body_and_no_success() -> None:
    request = {"url": "https://site.test/", "method": "GET"}
    failed = {"request": request, "response": {"body": "", "code": 0, "headers": {}}, "failure": "connection_reset"}
    silent = {"request": request, "response": None, "failure": None}
    first, second = rows(modern(test_keys={"requests": [failed, silent]}), "http")
    assert (first["status"], first["body_length"], first["outcome"]) == (None, None, "reset")
    assert (second["status"], second["outcome"]) == (None, "other")


def test_a_location_is_made_absolute() -> None:
    record = modern()
    record["test_keys"]["requests"][0]["response"] |= {"code": 302, "headers_list": [["LOCATION", "/Next?a=b"]]}
    (row,) = rows(record, "http")
    assert (row["location"], row["location_host"]) == ("https://site.test/Next?a=b", "site.test")


def test_transfers_are_summed_per_connection() -> None:
    (row,) = rows(modern(), "transfer")
    assert (row["address"], row["port"], row["proto"], row["transaction_id"]) == (SITE, 443, "tcp", 50001)
    assert (row["reads"], row["bytes_read"], row["bytes_written"]) == (2, 1400, 517)
    assert (row["hello_written"], row["reads_after_hello"]) == (True, 1)
    assert (row["t_first_read"], row["t_last_read"], row["t_end"]) == (0.65, 0.95, 1.0)
    assert round(row["longest_gap"], 3) == 0.3
    assert (row["first_failure"], row["first_failure_operation"]) == ("connection_reset", "read")


def test_the_last_wait_counts_as_a_gap() -> None:
    events = [
        {"address": f"{SITE}:443", "operation": "read", "num_bytes": 1, "t": 1.0},
        {"address": f"{SITE}:443", "operation": "read", "num_bytes": 1, "t": 1.5},
        {"address": f"{SITE}:443", "operation": "read", "t": 10.0, "failure": "generic_timeout_error"},
    ]
    (row,) = rows(modern(test_keys={"network_events": events}), "transfer")
    assert (row["longest_gap"], row["hello_written"]) == (8.5, False)


def test_the_helpers_addresses_and_endpoints() -> None:
    found = {(row["address"], row["port"]): row for row in rows(modern(), "control_address")}
    assert set(found) == {(SITE, 443), (OTHER, 443), ("192.52.193.77", None)}
    site = found[SITE, 443]
    assert (site["resolved"], site["tcp_outcome"], site["tls_outcome"], site["ip_info_asn"]) == (
        True,
        "success",
        "success",
        64600,
    )
    assert (found[OTHER, 443]["resolved"], found[OTHER, 443]["tls_outcome"]) == (False, None)
    assert found["192.52.193.77", None]["ip_info_asn"] == 64601


def test_the_measurement_itself() -> None:
    row = measurement(modern(measurement_uid=UID))
    assert (row["measurement_uid"], row["target"], row["scheme"]) == (UID, "site.test", "https")
    assert (row["probe_cc"], row["probe_asn"], row["resolver_asn"]) == ("XC", 64530, 64530)
    assert (row["probe_blocking"], row["probe_accessible"], row["has_control"]) == ("false", True, True)
    assert (row["control_dns_outcome"], row["control_dns_addresses"]) == ("success", [SITE])
    assert (row["control_http_outcome"], row["control_http_status"], row["control_body_length"]) == ("success", 200, 34)
    assert (row["control_title"], row["control_header_names"], row["control_server"]) == (
        "A page",
        ["date", "server"],
        "lighttpd",
    )
    assert (row["engine_version"], row["platform"], row["network_type"]) == ("3.31.0", "linux", "wifi")
    assert row["issues"] == [] and row["refdata"] == "none"


def test_without_an_answer_of_the_helper_there_is_no_control() -> None:
    row = measurement(modern(test_keys={"control": {}, "control_failure": "generic_timeout_error"}))
    assert (row["has_control"], row["control_failure"], row["control_dns_outcome"]) == (
        False,
        "generic_timeout_error",
        None,
    )
    assert (row["control_dns_addresses"], row["control_http_outcome"]) == (None, None)


def test_minus_one_of_old_helpers_is_nothing() -> None:
    page = {"body_length": -1, "failure": "dns_lookup_error", "status_code": -1, "title": "", "headers": {}}
    row = measurement(modern(test_keys={"control": {"http_request": page, "dns": {"failure": None, "addrs": []}}}))
    assert (row["control_http_status"], row["control_body_length"], row["control_http_outcome"]) == (
        None,
        None,
        "nxdomain",
    )


def test_old_clients_tell_the_hop_by_the_order_of_requests() -> None:
    landing, first = rows(classic(), "http")
    assert (first["depth"], first["location"], first["classic"]) == (0, "https://other.test/landing", True)
    assert (landing["depth"], landing["status"], landing["fetch_body"]) == (1, 200, None)


def test_a_retry_of_old_clients_is_no_hop() -> None:
    again = {"failure": "connection_reset", "request": {"url": "http://site.test/"}, "response": None}
    depths = [row["depth"] for row in rows(classic(test_keys={"requests": [again, again]}), "http")]
    assert depths == [0, 0]


def test_steps_of_old_clients_belong_to_the_hop_of_their_host() -> None:
    assert [row["depth"] for row in rows(classic(), "dns")] == [0]
    assert [(row["depth"], row["classic"], row["fetch_body"]) for row in rows(classic(), "tcp")] == [(0, True, None)]
    assert [row["depth"] for row in rows(classic(), "tls")] == [1]


def test_handshakes_of_old_clients_find_their_endpoint_in_the_events() -> None:
    (row,) = rows(classic(), "tls")
    assert (row["address"], row["port"]) == (OTHER, 443)


def test_events_of_old_clients_belong_to_the_last_connect() -> None:
    plain, encrypted = rows(classic(), "transfer")
    assert (plain["port"], plain["reads"]) == (80, 0)
    assert (encrypted["port"], encrypted["reads"], encrypted["bytes_written"]) == (443, 1, 300)


def test_false_is_the_null_of_old_clients() -> None:
    assert rows(classic(), "tcp")[0]["failure"] is None
    assert rows(classic(), "tcp")[0]["outcome"] == "success"


def test_an_input_that_is_an_address() -> None:
    record = modern(input="http://192.31.196.2:8080/x")
    assert (measurement(record)["target"], measurement(record)["scheme"]) == (SITE, "http")


def test_names_in_other_scripts_are_a_labels() -> None:
    assert measurement(modern(input="https://BÜCHER.test/"))["target"] == "xn--bcher-kva.test"


def test_keys_tie_the_rows_together() -> None:
    decoded = decode(modern())
    keys = {row[0] for rows_ in decoded.tables.values() for row in rows_}  # type: ignore[union-attr]
    assert keys == {int(decoded.content_id[:16], 16)}  # type: ignore[union-attr]
