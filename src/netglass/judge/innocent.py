"""The innocent causes of a failure, and what the record says of each: excluded, not excluded, or found.

One row per confounder that web_connectivity can meet. ``excluded`` and ``found`` are predicates over a row of facts, ``because`` and
``found_says`` fill ``{field}`` places from it. What is neither is said to be open: a reader must see what was not tested as plainly as
what was.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from netglass.judge.setting import SLOW_PACKETS, SPEED_NETWORKS, SPEED_OTHERS

Fact = Mapping[str, Any]


class Cause(NamedTuple):
    """One innocent cause."""

    name: str
    relevant: Callable[[Fact], bool]
    excluded: Callable[[Fact], bool]
    because: str
    found: Callable[[Fact], bool]
    found_says: str
    open_says: str


def _always(_: Fact) -> bool:
    return True


def _slow_page(f: Fact) -> bool:
    return bool(f["slow"]) and bool(f["same_page"])


CAUSES: tuple[Cause, ...] = (
    Cause(
        "the site was down for everybody",
        _always,
        lambda f: f["helper_arrived"] or f["other_same_page"] or f["elsewhere_reporters"] >= 2,
        "the test helper or observers in other countries reached it at the time",
        lambda f: f["has_control"] and not f["helper_arrived"] and not f["same_page"],
        "the test helper, outside the country, could not reach it either",
        "no control reached or failed to reach the site at the time",
    ),
    Cause(
        "the server refused visitors from this country",
        lambda f: f["status"] is not None,
        lambda f: f["same_page"] or (f["status"] < 400 and f["refusal"] is None),
        "no refusal (status 403, 451, captcha, notice of unavailability) was served",
        lambda f: f["refusal"] is not None or (f["sealed"] and f["status"] >= 400),
        "a refusal was served (status {status}, {refusal_words})",
        "status {status} came unencrypted, so the sender cannot be told from the record",
    ),
    Cause(
        "the resolver was broken",
        lambda f: not f["sys_ok"] and f["looked_up"],
        lambda f: f["others_dns_good"] >= 1,
        "it resolved {others_dns_good} other names in the same run",
        lambda f: f["others_dns_dead"] >= 1 and f["others_dns_good"] == 0,
        "it failed on {others_dns_dead} other names of the run and resolved none",
        "no other name was looked up in this run",
    ),
    Cause(
        "the user's own filtering resolver did it",
        lambda f: f["n_sys"] > 0 or f["looked_up"],
        lambda f: f["resolver_asn"] == f["probe_asn"] or f["n_udp_unvouched"] > 0,
        "the resolver belongs to the network (AS{resolver_asn}), or a public resolver was answered for in the same way",
        lambda f: (
            (f["resolver_asn"] or 0) not in (0, f["probe_asn"]) and f["n_sys_vouched"] == 0 and f["n_udp_vouched"] > 0
        ),
        "the resolver (AS{resolver_asn}) is not the network's, and another one answered rightly",
        "the resolver (AS{resolver_asn}) is not in the probe's network (AS{probe_asn})",
    ),
    Cause(
        "a content network gave a local address that the control never saw",
        lambda f: f["n_sys"] > 0,
        lambda f: f["n_sys_vouched"] > 0 or f["n_sys_bogon"] > 0 or f["injected_targets"] >= 2 or f["inj_cert_bad"],
        "the addresses are vouched for by the helper or a valid certificate, or are no address of the site at all",
        lambda f: f["n_sys_vouched"] == 0 and f["same_page"],
        "the site was served at an address that only this network gives",
        "nobody else gives the address, and no certificate was seen on it",
    ),
    Cause(
        "a captive portal",
        lambda f: f["location_host"] is not None,
        lambda f: f["others_plain_kept"] >= 1 and not f["portal_words"],
        "{others_plain_kept} other plain requests of the run were not led there",
        lambda f: f["portal_words"] or (f["others_off_host"] >= 1 and f["others_plain_kept"] == 0),
        "the address or page speaks of a login, or every plain request of the run was led to {location_host}",
        "no other plain request was made in this run",
    ),
    Cause(
        "a wrong clock, an old trust store or interception on the device",
        lambda f: f["cert_bad"],
        lambda f: not f["cert_genuine"] and f["others_cert_bad"] == 0 and f["others_tls_good"] >= 1,
        "{others_tls_good} other names were verified in the same run, and the certificate is not the site's",
        lambda f: (
            f["cert_genuine"]
            or f["others_cert_bad"] >= 1
            or f["version_bad_countries"] >= 2
            or f["interception_product"]
        ),
        "the certificate is the site's own, or others were rejected in the same run or by the same client version",
        "no other certificate was seen in this run",
    ),
    Cause(
        "packet loss on the probe's line",
        lambda f: (
            "timeout" in (f["tcp_outcome"], f["tls_outcome"], f["http_outcome"], f["sys_outcome"], f["hop_outcome"])
        ),
        lambda f: f["others_lost"] == 0 and f["others_page_good"] >= 1,
        "{others_page_good} other names loaded in the same run and none timed out",
        lambda f: f["others_lost"] >= 1,
        "{others_lost} other names of the run timed out too",
        "too few other names were tried in this run",
    ),
    Cause(
        "broken IPv6 on the probe",
        lambda f: any(":" in a for a in f["tcp_bad_addresses"] or ()),
        lambda f: f["tcp_ok"] > 0 or any(":" not in a for a in f["tcp_bad_addresses"] or ()),
        "IPv4 addresses decide where there are any",
        lambda f: False,
        "",
        "only IPv6 addresses were tried",
    ),
    Cause(
        "a page that differs by place or time",
        lambda f: f["status"] is not None and not f["sealed"],
        lambda f: f["same_page"] or f["n_expected_fingerprints"] > 0 or f["page_targets"] >= 2,
        "it is the helper's page, a known block page, or one page for several unrelated names",
        lambda f: f["target_page_countries"] >= 2,
        "the same page was seen in {target_page_countries} countries",
        "only length, title and headers could be compared",
    ),
    Cause(
        "a slow line",
        lambda f: bool(f["sluggish"]) and f["same_page"],
        lambda f: bool(f["slow"]),
        "{others_timed} other pages of the run came at a median of {others_kb} kB/s",
        lambda f: not f["slow"] and f["others_timed"] >= SPEED_OTHERS,
        "{others_timed} other pages of the run came at a median of {others_kb} kB/s too",
        "only {others_timed} other pages of the run were long enough to compare",
    ),
    Cause(
        "a slow site, or a limit that its server sets for all",
        _slow_page,
        lambda f: f["fast_networks"] >= SPEED_NETWORKS and f["fast_networks"] > f["slow_abroad"],
        "it came at {elsewhere_kb} kB/s on {fast_networks} other networks",
        lambda f: f["slow_abroad"] >= SPEED_NETWORKS and f["slow_abroad"] > f["fast_networks"],
        "it came no faster for their lines on {slow_abroad} networks of other countries",
        "it came fast on {fast_networks} other networks, and no faster on {slow_abroad} abroad",
    ),
    Cause(
        "a server far away",
        _slow_page,
        lambda f: f["packets_per_trip"] is not None and f["packets_per_trip"] < SLOW_PACKETS,
        "{packets_per_trip} packets came per round trip, where TCP sends ten at first",
        lambda f: f["packets_per_trip"] is not None and f["packets_per_trip"] >= SLOW_PACKETS,
        "{packets_per_trip} packets came per round trip, as they may on a long way",
        "the client did not record how long a packet takes there and back",
    ),
    Cause(
        "chance",
        _slow_page,
        lambda f: f["slow_near"] + f["slow_beside"] > f["fast_near"],
        "it was slow in {slow_near} other runs here and on {slow_beside} other networks of the country, and fast in {fast_near} runs here",
        lambda f: f["fast_near"] > f["slow_near"] + f["slow_beside"],
        "it came faster in {fast_near} other runs on this network",
        "it was slow in {slow_near} and fast in {fast_near} other runs on this network",
    ),
    Cause(
        "a server that slows this country or network alone",
        _slow_page,
        lambda f: False,
        "",
        lambda f: False,
        "",
        "speed does not tell who slows",
    ),
)


class Finding(NamedTuple):
    """What the record says of one innocent cause: ``excluded``, ``found`` or ``open``, and why."""

    cause: str
    finding: str
    because: str


def weigh_causes(fact: Fact) -> list[Finding]:
    """Return what the record says of each innocent cause that could be met on the path this measurement took."""
    return [_weigh(cause, fact) for cause in CAUSES if cause.relevant(fact)]


def _weigh(cause: Cause, row: Fact) -> Finding:
    source = "under the site's own certificate" if row["sealed"] else "unencrypted"
    fact = {**row, "refusal_words": f"{row['refusal']}, {source}" if row["refusal"] else source}
    if cause.found(fact):
        return Finding(cause.name, "found", cause.found_says.format_map(fact))
    if cause.excluded(fact):
        return Finding(cause.name, "excluded", cause.because.format_map(fact))
    return Finding(cause.name, "open", cause.open_says.format_map(fact))
