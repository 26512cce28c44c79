"""Every mechanism of the censor, and every innocent cause, shows what it is known to show."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest

from netglass.lab.calendar import Calendar
from netglass.lab.confounding import CONFOUNDERS
from netglass.lab.enforcement import ENFORCEMENTS
from netglass.lab.library import find_scenario, read_scenario
from netglass.lab.scenario import Confounder
from netglass.lab.setting import describe_setting
from netglass.lab.stage import Stage, act_simulated
from netglass.lab.truth import Outcome, find_truth
from netglass.lab.volunteer import Run, Volunteer
from netglass.lab.world.build import build_world
from netglass.lab.world.world import World
from netglass.wire.net import Host
from tests.lab.glance import Glance, glance

MECHANISMS = build_world(read_scenario(find_scenario("mechanisms")))
CONFOUNDING = build_world(read_scenario(find_scenario("confounders")))

SHOWN = {
    # mechanism: what the client sees
    "dns.injection.blockpage": None,
    "dns.injection.bogon": "generic_timeout_error",
    "dns.injection.other": "connection_refused",
    "dns.nxdomain": "dns_nxdomain_error",
    "dns.refused": "dns_temporary_failure",
    "dns.servfail": "dns_temporary_failure",
    "dns.nodata": "dns_no_answer",
    "dns.timeout": "generic_timeout_error",
    "tcp.timeout": "generic_timeout_error",
    "tcp.refused": "connection_refused",
    "ip.unreachable": "host_unreachable",
    "tls.reset.sni": "connection_reset",
    "tls.reset.other": "connection_reset",
    "tls.timeout": "generic_timeout_error",
    "tls.eof": "eof_error",
    "tls.alert": "ssl_failed_handshake",
    "tls.mitm.self_signed": "ssl_unknown_authority",
    "tls.mitm.ca_signed": "ssl_invalid_hostname",
    "tls.throttle.sni": "generic_timeout_error",
    "http.blockpage": None,
    "http.redirect": None,
    "http.error": None,
    "http.reset.host": "connection_reset",
    "http.timeout": "generic_timeout_error",
    "http.eof": "eof_error",
    "http.throttle.host": "generic_timeout_error",
}


async def _no_helper(host: Host) -> None:
    """Nobody asks for a second opinion here."""


def look(
    world: World, asn: int, days: float, hosts: Sequence[str], cause: Confounder | None = None
) -> list[tuple[Glance, dict[str, object], tuple[str, ...]]]:
    """Return what a client on a network sees of each host at a moment, with the truth and what does not fit."""
    calendar, network = Calendar(world), world.find_network(asn)
    moment = world.scenario.start + timedelta(days=days)
    run = Run(0, Volunteer(network, 0, "linux", "wifi", "3.20.0"), moment, tuple(hosts), cause, timedelta())
    scene = calendar.set_scene(network, moment, cause)
    setting = describe_setting(world, scene, run, "report")

    async def act(stage: Stage) -> list[tuple[Glance, dict[str, object], tuple[str, ...]]]:
        found = []
        for host in hosts:
            await asyncio.sleep(60)
            await stage.take_triggers()
            seen = await glance(stage.client, world.sites[host].url, setting)
            finding = find_truth(
                world, scene, run, host, await stage.take_triggers(), Outcome(False, seen.failure is None)
            )
            found.append((seen, finding.row, finding.mismatches))
        return found

    return act_simulated(world, scene, run, _no_helper, act)


CASES = [
    (policy, phase.mechanism, world_asn)
    for policy in MECHANISMS.scenario.policies
    for phase in policy.phases[:1]
    if phase.mechanism != "quic.timeout"
    for world_asn in [next(net.asn for net in MECHANISMS.networks if net.cc == policy.cc)]
]


@pytest.mark.parametrize(("policy", "mechanism", "asn"), CASES, ids=[policy.id for policy, _, _ in CASES])
def test_a_block_shows_what_it_is_known_to_show_and_only_while_it_is_in_force(policy, mechanism, asn) -> None:
    host = policy.targets[0]
    begin, _ = Calendar(MECHANISMS).span(policy.phases[0].begin, None)
    start = MECHANISMS.scenario.start
    (during,) = look(MECHANISMS, asn, (begin - start).total_seconds() / 86400 + 0.01, [host])
    seen, truth, mismatches = during
    if mechanism == "dns.injection.blockpage":
        pages = MECHANISMS.notices[policy.cc]
        assert seen.addresses == (pages[policy.notice].address,)
    else:
        assert seen.failure == SHOWN[mechanism]
    assert (truth["state"], truth["mechanisms"], mismatches) == ("blocked", [mechanism], ())
    if policy.phases[0].begin is not None and policy.id != "p-switch":
        (before,) = look(MECHANISMS, asn, (begin - start).total_seconds() / 86400 - 0.01, [host])
        assert (before[0].status, before[1]["state"], before[2]) == (200, "ok", ())


def test_every_mechanism_is_shown() -> None:
    assert set(SHOWN) | {"quic.timeout"} == set(ENFORCEMENTS)  # a glance does not try QUIC
    played = {phase.mechanism for policy in MECHANISMS.scenario.policies for phase in policy.phases}
    assert played == set(ENFORCEMENTS)


def test_a_network_that_disobeys_shows_nothing() -> None:
    ((seen, truth, mismatches),) = look(MECHANISMS, 64514, 6, ["a-blockpage.test"])
    assert (seen.failure, truth["state"], mismatches) == (None, "ok", ())


def test_a_neighbour_at_a_blocked_address_is_blocked_too() -> None:
    ((seen, truth, mismatches),) = look(MECHANISMS, 64520, 6, ["t-neighbour.test"])
    assert (seen.failure, truth["state"], truth["scenario"]) == (
        "connection_refused",
        "blocked",
        "overblock_collateral",
    )
    assert not mismatches


def test_a_lying_resolver_shows_its_page_and_leaves_the_true_address_alone() -> None:
    ((seen, truth, _),) = look(MECHANISMS, 64512, 6, ["a-resolver.test"])
    page = MECHANISMS.notices["XA"][1]
    assert (seen.body[-len(page.page.body) :], truth["state"]) == (page.page.body, "blocked")


def test_other_sites_work_while_blocks_stand() -> None:
    for seen, truth, mismatches in look(
        MECHANISMS, 64512, 6.5, ["canary.test", "s-eof.test", "h-page.test", "canary.test"]
    ):
        if truth["state"] == "ok":
            assert (seen.status, mismatches) == (200, ())


WRONG = {
    "down_timeout": "generic_timeout_error",
    "down_refused": "connection_refused",
    "down_nxdomain": "dns_nxdomain_error",
    "down_servfail": "dns_temporary_failure",
    "down_503": 503,
    "down_eof": "eof_error",
    "down_expired": "ssl_invalid_certificate",
    "down_not_yet_valid": "ssl_invalid_certificate",
    "down_wrong_name": "ssl_invalid_hostname",
    "down_self_signed": "ssl_unknown_authority",
    "parked": 200,
    "slow": 200,
    "server_geo451": 451,
    "server_geo403": 403,
    "server_captcha": 403,
    "transparent_proxy": 200,
}

SITE_CAUSES = [cause for cause in CONFOUNDING.scenario.confounders if cause.kind in WRONG]


@pytest.mark.parametrize("cause", SITE_CAUSES, ids=[cause.kind for cause in SITE_CAUSES])
def test_a_site_shows_what_is_wrong_with_it_and_the_truth_names_the_cause(cause: Confounder) -> None:
    begin = (Calendar(CONFOUNDING).span(cause.begin, cause.end)[0] - CONFOUNDING.scenario.start) / timedelta(days=1)
    asn = (cause.networks or tuple(net.asn for net in CONFOUNDING.networks if cause.cc in (None, net.cc)))[0]
    before, during = (look(CONFOUNDING, asn, begin + shift, [cause.sites[0]])[0] for shift in (-0.01, 0.01))
    assert before[0].status == 200
    seen, truth, mismatches = during
    assert (seen.failure or seen.status) == WRONG[cause.kind]
    assert truth["state"] == CONFOUNDERS[cause.kind].state
    assert (truth["scenario"], truth["confounder_id"], mismatches) == (cause.kind, cause.id, ())


def test_a_refusal_concerns_its_country_alone() -> None:
    assert look(CONFOUNDING, 64530, 6, ["r-law.test", "r-captcha.test"])[0][0].status == 200


RUNS = {
    # kind: what canary.test shows, and the truth of it
    "captive_portal": (200, "ok"),
    "captive_portal_names": ("ssl_unknown_authority", "captive_portal"),
    "captive_portal_strict": ("ssl_unknown_authority", "captive_portal"),
    "resolver_timeout": ("generic_timeout_error", "resolver_down"),
    "resolver_servfail": ("dns_temporary_failure", "resolver_down"),
    "resolver_slow": (200, "ok"),
    "nxdomain_hijack": (200, "ok"),
    "ipv6_broken": (200, "ok"),
    "wrong_clock_past": ("ssl_invalid_certificate", "instrument"),
    "wrong_clock_future": ("ssl_invalid_certificate", "instrument"),
    "wrong_clock_benign": (200, "ok"),
    "antivirus": ("ssl_unknown_authority", "instrument"),
    "android_lookup": (200, "ok"),
    "withheld_network": (200, "ok"),
    "late_upload": (200, "ok"),
    "doh_blocked": (200, "ok"),
}


@pytest.mark.parametrize("kind", RUNS)
def test_a_cause_of_a_run_shows_on_a_site_that_nothing_is_wrong_with(kind: str) -> None:
    cause = next(cause for cause in CONFOUNDING.scenario.confounders if cause.kind == kind)
    asn = (cause.networks or (64512,))[0]
    ((seen, truth, mismatches),) = look(CONFOUNDING, asn, 1, ["canary.test"], cause)
    assert (seen.failure or seen.status, truth["state"], mismatches) == (*RUNS[kind], ())


def test_a_family_filter_touches_what_it_filters_alone() -> None:
    cause = next(cause for cause in CONFOUNDING.scenario.confounders if cause.kind == "family_filter")
    one, other = look(CONFOUNDING, 64512, 1, ["filtered-two.test", "canary.test"], cause)
    assert (one[1]["state"], one[0].addresses) == ("instrument", (CONFOUNDING.services.filter,))
    assert (other[1]["state"], other[0].status) == ("ok", 200)


def test_a_client_without_a_root_fails_where_that_root_signs() -> None:
    cause = next(cause for cause in CONFOUNDING.scenario.confounders if cause.kind == "broken_version")
    for host, site in CONFOUNDING.sites.items():
        if site.scheme == "https" and host.startswith(("d-", "spread")):
            ((seen, truth, _),) = look(CONFOUNDING, 64512, 1, [host], cause)
            assert (
                (seen.failure == "ssl_unknown_authority")
                == site.is_under_second_root
                == (truth["state"] == "instrument")
            )


def test_a_hotspot_that_takes_what_is_in_the_clear_shows_its_form_there() -> None:
    cause = next(cause for cause in CONFOUNDING.scenario.confounders if cause.kind == "captive_portal")
    ((seen, truth, _),) = look(CONFOUNDING, 64512, 1, ["filtered-two.test"], cause)
    assert (seen.status, truth["state"]) == (302, "captive_portal")


def test_a_cause_that_is_met_behind_a_redirection_counts() -> None:
    cause = next(cause for cause in CONFOUNDING.scenario.confounders if cause.kind == "wrong_clock_past")
    hops = [(site.host, scheme) for site, scheme in CONFOUNDING.list_hops("hop.test")]
    assert hops == [("hop.test", "http"), ("moved.test", "http"), ("moved.test", "https")]
    assert look(CONFOUNDING, 64512, 1, ["hop.test"], cause)[0][1]["state"] == "instrument"
    assert look(CONFOUNDING, 64512, 1, ["filtered-two.test"], cause)[0][1]["state"] == "ok"


def test_a_lossy_line_is_no_mismatch() -> None:
    cause = next(cause for cause in CONFOUNDING.scenario.confounders if cause.kind == "flaky_loss")
    for _, truth, mismatches in look(CONFOUNDING, 64531, 1, ["canary.test", "local.test"], cause):
        assert (truth["scenario"], truth["state"], mismatches) == ("flaky_loss", "ok", ())
