"""Rules on name resolution: the system's resolver against the helper, DNS over HTTPS and other countries, and the resolver itself.

Addresses that the helper, DNS over HTTPS, a valid certificate or anybody else in the window gives for the name are *vouched* for; what
follows from an address that nobody vouches for is evidence about the answer, and about nothing downstream of it.
"""

from netglass.judge.condition import (
    HIDDEN_CODE,
    INJECTED_MECHANISM,
    NETWORK_RESOLVER,
    SILENT_AGAIN,
    SOUND_LINE,
    UNVOUCHED,
)
from netglass.judge.defect import JUDGED_DEFECTS, make_condition
from netglass.judge.evidence import Rule
from netglass.vocab.state import Hypothesis

DNS_RULES: tuple[Rule, ...] = (
    # Name resolution by the system's resolver, against the helper, DNS over HTTPS and other countries.
    Rule(
        "dns.bogon",
        "dns",
        "dns",
        "n_sys_bogon > 0 AND NOT helper_bogon AND (helper_resolved OR doh_ok)",
        (1.8, -1.5, -1.0, -0.3, -2.0),
        "the network's resolver answered {unvouched}, which cannot be on the public internet",
        "P1",
        0.5,
        "'dns.injection.bogon'",
        True,
        f"{NETWORK_RESOLVER} AND others_dns_bogon <= others_dns_good",
    ),
    Rule(
        "dns.fingerprint",
        "dns",
        "dns",
        f"({UNVOUCHED} OR helper_no_name) AND n_sys_vouched = 0 AND dns_fingerprint IS NOT NULL",
        (2.0, -1.5, -1.0, -0.7, -2.0),
        "the network's resolver answered {unvouched}, a known block-page address ({dns_fingerprint})",
        mechanism="'dns.injection.blockpage'",
        artefact=True,
        contrast=NETWORK_RESOLVER,
    ),
    Rule(
        "dns.injected_page",
        "dns",
        "dns",
        f"{UNVOUCHED} AND status IS NOT NULL AND NOT page_vouched AND NOT sealed AND NOT same_page",
        (1.6, -1.2, -0.7, 0.0, -1.8),
        "the network's resolver answered {unvouched}, which nobody else gives for this name, and another page stood there",
        mechanism="'dns.injection.blockpage'",
        artefact=True,
        contrast=f"{NETWORK_RESOLVER} AND (injected_targets >= 2 OR n_expected_fingerprints > 0)",
    ),
    Rule(
        "dns.injected_shared",
        "dns",
        "dns",
        f"{UNVOUCHED} AND injected_targets >= 2 AND NOT same_page",
        (1.8, -1.2, -1.0, -0.2, -2.0),
        "resolvers of this country give {unvouched} for {injected_targets} unrelated names, and nobody elsewhere does",
        mechanism=INJECTED_MECHANISM,
        artefact=True,
        contrast=NETWORK_RESOLVER,
    ),
    Rule(
        "dns.injected_certificate",
        "dns",
        "dns",
        f"{UNVOUCHED} AND inj_cert_bad",
        (1.8, -1.2, -1.0, -0.3, -2.0),
        "the network's resolver answered {unvouched}, which nobody else gives and which shows a certificate that is not the site's",
        mechanism="'dns.injection'",
        artefact=True,
        contrast=f"{NETWORK_RESOLVER} AND others_cert_bad = 0",
    ),
    Rule(
        "tls.injected_certificate",
        "tls",
        "dns",
        f"{UNVOUCHED} AND inj_cert_bad AND inj_cert_names_target",
        (1.0, -0.7, -0.7, 0.0, -1.5),
        "a handshake with the site's name at {unvouched} brought a certificate in its name that nobody trusts",
        mechanism="CASE WHEN inj_self_signed THEN 'tls.mitm.self_signed' ELSE 'tls.mitm' END",
    ),
    Rule(
        "dns.injected_dead",
        "dns",
        "dns",
        f"{UNVOUCHED} AND inj_n > 0 AND inj_ok = 0",
        (1.5, -0.7, -0.7, -0.2, -1.7),
        "the network's resolver answered {unvouched}, which nobody else gives and where nothing serves this site",
        mechanism=INJECTED_MECHANISM,
    ),
    Rule(
        "dns.mismatch",
        "dns",
        "dns",
        f"{UNVOUCHED} AND NOT same_page",
        (0.13, 0.0, 0.0, 0.0, -0.1),
        "the network's resolver answered {unvouched}, which matches nothing that the helper or others got",
        "P1",
        0.6,
        "'dns.injection'",
    ),
    Rule(
        "dns.injected_working",
        "dns",
        "dns",
        f"{UNVOUCHED} AND same_page",
        (-0.3, -1.0, -0.5, 0.0, 0.2),
        "the network's resolver answered {unvouched}, which nobody else gives, and the site was served there all the same",
        mechanism="'dns.injection.other'",
        shows=Hypothesis.REACHABLE,
    ),
    Rule(
        "dns.ghost",
        "dns",
        "dns",
        "(helper_no_name OR (NOT has_control AND doh_outcome = 'nxdomain')) AND sys_ok AND n_sys_vouched = 0 AND NOT doh_ok"
        " AND (n_both_unvouched > 0 OR injected_targets > dead_answered OR (dead_dead >= 1 AND dead_answered <= 1))"
        " AND dead_answered <= dead_dead + 2",
        (1.8, 0.0, -1.0, -0.3, -2.0),
        "the name no longer exists, and the network's resolver still answers {unvouched} for it",
        mechanism="CASE WHEN n_sys_bogon > 0 THEN 'dns.injection.bogon' WHEN dns_fingerprint IS NOT NULL OR injected_showed_page"
        " THEN 'dns.injection.blockpage' ELSE 'dns.injection' END",
    ),
    Rule(
        "dns.dead_name_answered",
        "dns",
        "dns",
        "helper_no_name AND sys_ok AND n_sys_vouched = 0",
        (-0.5, 1.5, -1.0, 0.0, -2.0),
        "the name does not exist, and the resolver answers for names that do not exist",
        shows=Hypothesis.SERVER_DOWN,
    ),
    Rule(
        "dns.nxdomain",
        "dns",
        "dns",
        "NOT sys_ok AND sys_outcome = 'nxdomain' AND (helper_resolved OR (NOT has_control AND doh_ok))",
        (1.61, -1.5, -1.0, -0.3, -2.0),
        "the network's resolver said that the name does not exist, while it resolves elsewhere",
        "P1",
        0.5,
        "'dns.nxdomain'",
        True,
        f"{NETWORK_RESOLVER} AND others_dns_good >= 1 AND udp_outcome = 'nxdomain' AND doh_ok",
    ),
    Rule(
        "dns.refused",
        "dns",
        "dns",
        "NOT sys_ok AND sys_outcome = 'refused' AND helper_resolved",
        (1.4, -1.5, -1.0, 0.0, -1.8),
        "the network's resolver refused to answer for this name, while it resolves elsewhere",
        mechanism="'dns.refused'",
    ),
    Rule(
        "dns.servfail",
        "dns",
        "dns",
        "NOT sys_ok AND sys_outcome = 'servfail' AND helper_resolved",
        (1.1, -0.7, -1.0, 0.0, -1.4),
        "the network's resolver failed on this name, while it resolves elsewhere",
        mechanism="CASE WHEN udp_outcome = 'refused' THEN 'dns.refused' ELSE 'dns.servfail' END",
    ),
    Rule(
        "dns.no_data",
        "dns",
        "dns",
        "NOT sys_ok AND sys_outcome = 'nodata' AND helper_resolved",
        (1.4, -1.5, -1.0, -0.2, -1.7),
        "the network's resolver gave no address for this name, while it resolves elsewhere",
        mechanism=HIDDEN_CODE,
    ),
    Rule(
        "dns.silence_for_name",
        "dns",
        "dns",
        "NOT sys_ok AND sys_outcome = 'timeout' AND (helper_resolved OR doh_ok) AND others_dns_good >= 1"
        " AND coalesce(udp_outcome, 'timeout') = 'timeout'"
        f" AND ({SILENT_AGAIN} OR {SOUND_LINE})",
        (1.3, -1.2, -1.0, -0.5, -1.5),
        "no resolver answered for this name on this network, while other names resolved in the same run",
        mechanism="'dns.timeout'",
    ),
    Rule(
        "dns.timeout",
        "dns",
        "dns",
        "NOT sys_ok AND sys_outcome IN ('timeout', 'other') AND (helper_resolved OR doh_ok)",
        (0.7, -1.0, -1.0, 0.5, -1.0),
        "the network's resolver did not answer in time",
        mechanism="'dns.timeout'",
    ),
    Rule(
        "dns.dead_name",
        "dns",
        "dns",
        "(helper_no_name OR (control_dns_outcome IN ('servfail', 'refused') AND NOT helper_arrived))"
        " AND NOT sys_ok AND sys_outcome IS NOT NULL AND NOT doh_ok",
        (-2.0, 2.0, -1.0, -0.5, -2.0),
        "the name resolves neither here nor at the helper",
        shows=Hypothesis.SERVER_DOWN,
    ),
    Rule(
        "dns.local_everywhere",
        "dns",
        "dns",
        "helper_bogon AND n_sys_bogon > 0",
        (-2.0, 2.0, -1.0, -0.5, -2.0),
        "the name points to an address that is not public, for everybody",
        shows=Hypothesis.SERVER_DOWN,
    ),
    Rule(
        "dns.no_control",
        "dns",
        "dns",
        "NOT sys_ok AND sys_outcome IS NOT NULL AND control_dns_outcome IS NULL AND NOT doh_ok AND NOT udp_ok",
        (0.0, 0.7, -1.0, 0.4, -2.0),
        "the name did not resolve ({sys_outcome}), and there is no control to tell for whom",
    ),
    # The resolver itself.
    Rule(
        "resolver.dead",
        "dns",
        "resolver",
        "(NOT sys_ok AND (sys_outcome IN ('timeout', 'servfail', 'refused', 'other') OR starts_with(sys_failure, 'android_'))"
        " AND others_dns_dead >= 1 AND others_dns_dead > 4 * others_dns_good)"
        " OR (NOT sys_ok AND sys_outcome IN ('nxdomain', 'nodata') AND udp_ok AND others_dns_bad >= 3 AND others_dns_good = 0)",
        (-1.8, 0.0, 0.0, 2.0, -1.0),
        "the resolver answered for no other name of this run either",
    ),
    Rule(
        "resolver.chosen",
        "dns",
        "resolver",
        "coalesce(resolver_asn, 0) NOT IN (0, probe_asn) AND n_sys_vouched = 0 AND n_udp_vouched > 0 AND n_udp_unvouched = 0"
        " AND doh_ok AND (sys_ok OR sys_outcome IN ('nxdomain', 'refused'))",
        (-1.7, 0.0, 0.0, 2.0, 0.0),
        "the resolver is not the network's own, and another resolver on the same network answers as it should",
    ),
    Rule(
        "resolver.one_answer",
        "dns",
        "resolver",
        "others_dns_good = 0 AND ((n_sys_bogon > 0 AND others_dns_bogon >= 2) OR (sys_ok AND n_sys_vouched = 0 AND others >= 3))",
        (-2.0, 0.0, 0.0, 2.0, -1.0),
        "the resolver gave such an address for every name of this run, as a captive portal's does",
    ),
    *(
        Rule(
            f"defect.{defect.defect_id}",
            "local",
            "resolver",
            f"{make_condition(defect)} AND ((others_dns_dead >= 1 AND others_dns_good = 0) OR (NOT helper_resolved AND NOT doh_ok))",
            (-1.5, 0.0, 0.0, 1.8, -0.5),
            f"a known defect of the instrument, and not of this name alone: {defect.effect}",
        )
        for defect in JUDGED_DEFECTS
    ),
)
"""In the order of the path of a request."""
