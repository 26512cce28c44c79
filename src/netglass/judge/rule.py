"""The rules: one row each, with a stable id. A rule is a piece of evidence, never a verdict.

``when`` and ``contrast`` are SQL over one row of facts (``fact.sql``). ``weight`` is a vector of log10 likelihoods of the evidence under
network_interference, server_down, server_refuses, local_or_instrument_fault and reachable, in that order; only differences matter.
``artefact`` marks evidence that a network leaves behind when it interferes; with a true ``contrast`` it may carry a verdict to *blocked*.

**Source** of weights: P1 = ratios that OONI fitted on 126 adjudicated measurements (TLS reset with a working control +2.04, bogon
+1.78, DNS failure with a working control +1.61, TLS-consistent answer -0.98, answer that matches nothing in the control +0.58,
interval 0.13 to 1.39). E = elicited: no published figure; set from the order of magnitude of P1's neighbours, and below them where an
innocent cause is common. Elicited weights were fixed per class of symptom, not per scenario. ``spread`` is the half width of the interval.
"""

from typing import NamedTuple

from netglass.judge.defect import JUDGED_DEFECTS, make_condition


class Rule(NamedTuple):
    """One rule. See the module's text for the fields."""

    rule_id: str
    layer: str
    family: str
    when: str
    weight: tuple[float, float, float, float, float]
    says: str
    source: str = "E"
    spread: float = 0.7
    mechanism: str = "NULL"
    artefact: bool = False
    contrast: str = "false"


_UNVOUCHED = "(sys_ok AND n_sys > 0 AND n_sys_vouched = 0 AND n_sys_bogon = 0 AND (helper_resolved OR doh_ok))"
_NETWORK_RESOLVER = "(coalesce(resolver_asn, 0) IN (0, probe_asn) OR n_udp_unvouched > 0)"
_UNREACHED = "(tcp_n > 0 AND tcp_ok = 0 AND tcp_bad_ctl_ok > 0)"
_CONNECT_SILENT = "(tcp_n > 0 AND tcp_ok = 0 AND tcp_bad_no_ctl > 0 AND tcp_bad_ctl_ok = 0 AND tcp_bad_ctl_bad = 0)"
_UNSHAKEN = "(tls_n > 0 AND tls_ok = 0 AND tls_bad_ctl_ok > 0)"
_SHAKE_SILENT = "(tls_n > 0 AND tls_ok = 0 AND tls_bad_no_ctl > 0 AND tls_bad_ctl_ok = 0 AND tls_bad_ctl_bad = 0)"
_CONNECTED = "(depth > 0 OR ((tcp_ok > 0 OR tcp_n = 0) AND (last_scheme = 'http' OR tls_ok > 0 OR tls_n = 0)))"
_UNFETCHED = (
    f"(http_outcome IS NOT NULL AND http_outcome <> 'success' AND page_vouched AND helper_arrived AND {_CONNECTED})"
)
_PLAIN_PAGE = "(http_outcome = 'success' AND status IS NOT NULL AND NOT sealed AND NOT same_page AND page_vouched)"
_NO_REFUSAL = (
    "(refusal IS NULL OR (status < 400 AND refusal IN ('geo', 'denied') AND NOT coalesce(server_match, header_match)))"
)
_PLAIN_OTHER = f"({_PLAIN_PAGE} AND helper_arrived AND control_http_status < 400 AND {_NO_REFUSAL})"
_OFF_SITE = "(location_host IS NOT NULL AND first_scheme = 'http' AND NOT same_site)"
_GENUINE_REDIRECT = "(first_scheme = 'https' OR same_site OR redirect_countries > 1 OR redirect_target_same > 0)"
_ELSEWHERE = "(elsewhere_reporters >= 2)"
_AS_BEFORE = "(lost_near >= 1 AND page_near = 0)"
_INJECTED_MECHANISM = (
    "CASE WHEN dns_fingerprint IS NOT NULL OR injected_showed_page OR (status IS NOT NULL AND NOT page_vouched AND NOT sealed"
    " AND NOT same_page) THEN 'dns.injection.blockpage' ELSE 'dns.injection' END"
)
_MITM = "CASE WHEN cert_self_signed OR tls_outcome = 'cert_authority' THEN 'tls.mitm.self_signed' ELSE 'tls.mitm' END"
_PAGE_MECHANISM = f"CASE WHEN {_OFF_SITE} THEN 'http.redirect' ELSE 'http.blockpage' END"
_TIMED_OUT = (
    "'timeout' IN (coalesce(sys_outcome, ''), coalesce(tcp_outcome, ''), coalesce(tls_outcome, ''), coalesce(http_outcome, ''),"
    " coalesce(hop_outcome, ''))"
)
_HIDDEN_CODE = (
    "CASE WHEN NOT starts_with(sys_failure, 'android_') THEN 'dns.nodata'"
    " WHEN udp_outcome IN ('nxdomain', 'refused', 'servfail', 'timeout') THEN 'dns.' || udp_outcome ELSE 'dns' END"
)
_HTTP_OR_TLS = "CASE WHEN last_scheme = 'https' THEN '{}' ELSE '{}' END"

RULES: tuple[Rule, ...] = (
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
        f"{_NETWORK_RESOLVER} AND others_dns_bogon <= others_dns_good",
    ),
    Rule(
        "dns.fingerprint",
        "dns",
        "dns",
        f"({_UNVOUCHED} OR helper_no_name) AND n_sys_vouched = 0 AND dns_fingerprint IS NOT NULL",
        (2.0, -1.5, -1.0, -0.7, -2.0),
        "the network's resolver answered {unvouched}, a known block-page address ({dns_fingerprint})",
        mechanism="'dns.injection.blockpage'",
        artefact=True,
        contrast=_NETWORK_RESOLVER,
    ),
    Rule(
        "dns.injected_page",
        "dns",
        "dns",
        f"{_UNVOUCHED} AND status IS NOT NULL AND NOT page_vouched AND NOT sealed AND NOT same_page",
        (1.6, -1.2, -0.7, 0.0, -1.8),
        "the network's resolver answered {unvouched}, which nobody else gives for this name, and another page stood there",
        mechanism="'dns.injection.blockpage'",
        artefact=True,
        contrast=f"{_NETWORK_RESOLVER} AND (injected_targets >= 2 OR n_expected_fingerprints > 0)",
    ),
    Rule(
        "dns.injected_shared",
        "dns",
        "dns",
        f"{_UNVOUCHED} AND injected_targets >= 2 AND NOT same_page",
        (1.8, -1.2, -1.0, -0.2, -2.0),
        "resolvers of this country give {unvouched} for {injected_targets} unrelated names, and nobody elsewhere does",
        mechanism=_INJECTED_MECHANISM,
        artefact=True,
        contrast=_NETWORK_RESOLVER,
    ),
    Rule(
        "dns.injected_certificate",
        "dns",
        "dns",
        f"{_UNVOUCHED} AND inj_cert_bad",
        (1.8, -1.2, -1.0, -0.3, -2.0),
        "the network's resolver answered {unvouched}, which nobody else gives and which shows a certificate that is not the site's",
        mechanism="'dns.injection'",
        artefact=True,
        contrast=f"{_NETWORK_RESOLVER} AND others_cert_bad = 0",
    ),
    Rule(
        "tls.injected_certificate",
        "tls",
        "dns",
        f"{_UNVOUCHED} AND inj_cert_bad AND inj_cert_names_target",
        (1.0, -0.7, -0.7, 0.0, -1.5),
        "a handshake with the site's name at {unvouched} brought a certificate in its name that nobody trusts",
        mechanism="CASE WHEN inj_self_signed THEN 'tls.mitm.self_signed' ELSE 'tls.mitm' END",
    ),
    Rule(
        "dns.injected_dead",
        "dns",
        "dns",
        f"{_UNVOUCHED} AND inj_n > 0 AND inj_ok = 0",
        (1.5, -0.7, -0.7, -0.2, -1.7),
        "the network's resolver answered {unvouched}, which nobody else gives and where nothing serves this site",
        mechanism=_INJECTED_MECHANISM,
    ),
    Rule(
        "dns.mismatch",
        "dns",
        "dns",
        f"{_UNVOUCHED} AND NOT same_page",
        (0.58, 0.0, 0.0, 0.0, -0.3),
        "the network's resolver answered {unvouched}, which matches nothing that the helper or others got",
        "P1",
        0.6,
        "'dns.injection'",
    ),
    Rule(
        "dns.injected_working",
        "dns",
        "dns",
        f"{_UNVOUCHED} AND same_page",
        (-0.3, -1.0, -0.5, 0.0, 0.2),
        "the network's resolver answered {unvouched}, which nobody else gives, and the site was served there all the same",
        mechanism="'dns.injection.other'",
    ),
    Rule(
        "dns.ghost",
        "dns",
        "dns",
        "(helper_no_name OR (NOT has_control AND doh_outcome = 'nxdomain')) AND sys_ok AND n_sys_vouched = 0 AND NOT doh_ok"
        " AND (n_both_unvouched > 0 OR injected_targets >= 2 OR dead_dead >= 1) AND dead_answered <= dead_dead + 2",
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
        f"{_NETWORK_RESOLVER} AND others_dns_good >= 1 AND udp_outcome = 'nxdomain' AND doh_ok",
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
        mechanism=_HIDDEN_CODE,
    ),
    Rule(
        "dns.silence_for_name",
        "dns",
        "dns",
        "NOT sys_ok AND sys_outcome = 'timeout' AND (helper_resolved OR doh_ok) AND others_dns_good >= 1"
        " AND coalesce(udp_outcome, 'timeout') = 'timeout'",
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
        "helper_no_name AND NOT sys_ok AND sys_outcome IS NOT NULL AND NOT doh_ok",
        (-2.0, 2.0, -1.0, -0.5, -2.0),
        "the name resolves neither here nor at the helper",
    ),
    Rule(
        "dns.local_everywhere",
        "dns",
        "dns",
        "helper_bogon AND n_sys_bogon > 0",
        (-2.0, 2.0, -1.0, -0.5, -2.0),
        "the name points to an address that is not public, for everybody",
    ),
    Rule(
        "dns.no_control",
        "dns",
        "dns",
        "NOT sys_ok AND sys_outcome IS NOT NULL AND NOT helper_resolved AND NOT helper_no_name AND NOT doh_ok AND NOT udp_ok",
        (0.0, 0.7, -1.0, 0.4, -2.0),
        "the name did not resolve ({sys_outcome}), and there is no control to tell for whom",
    ),
    # The resolver itself.
    Rule(
        "resolver.dead",
        "dns",
        "resolver",
        "NOT sys_ok AND (sys_outcome IN ('timeout', 'servfail', 'refused', 'other') OR starts_with(sys_failure, 'android_'))"
        " AND others_dns_dead >= 1"
        " AND others_dns_dead > 4 * others_dns_good",
        (-1.8, 0.0, 0.0, 2.0, -1.0),
        "the resolver answered for no other name of this run either",
    ),
    Rule(
        "resolver.chosen",
        "dns",
        "resolver",
        "coalesce(resolver_asn, 0) NOT IN (0, probe_asn) AND n_sys_vouched = 0 AND n_udp_vouched > 0 AND n_udp_unvouched = 0"
        " AND doh_ok AND (sys_ok OR sys_outcome IN ('nxdomain', 'refused'))",
        (-1.2, 0.0, 0.0, 1.5, 0.0),
        "the resolver is not the network's own, and another resolver on the same network answers as it should",
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
    # Connecting to addresses that somebody vouches for.
    Rule(
        "tcp.timeout",
        "tcp",
        "tcp",
        f"{_UNREACHED} AND tcp_outcome = 'timeout'",
        (1.2, -1.0, -0.7, -0.2, -1.3),
        "no connection to {tcp_bad_addresses} came about (time-out), while the helper connected to the same endpoint",
        mechanism="'tcp.timeout'",
    ),
    Rule(
        "tcp.refused",
        "tcp",
        "tcp",
        f"{_UNREACHED} AND tcp_outcome = 'refused'",
        (1.5, -1.0, -0.5, -0.4, -2.0),
        "connections to {tcp_bad_addresses} were refused, while the helper connected to the same endpoint",
        mechanism="'tcp.refused'",
    ),
    Rule(
        "tcp.reset",
        "tcp",
        "tcp",
        f"{_UNREACHED} AND tcp_outcome IN ('reset', 'eof')",
        (1.6, -1.0, -0.7, -0.4, -2.0),
        "connections to {tcp_bad_addresses} were reset, while the helper connected to the same endpoint",
        mechanism="'tcp.reset'",
    ),
    Rule(
        "tcp.unreachable",
        "tcp",
        "tcp",
        f"{_UNREACHED} AND tcp_outcome = 'unreachable'",
        (1.2, -1.0, -0.7, 0.0, -1.8),
        "{tcp_bad_addresses} could not be reached, while the helper connected to the same endpoint",
        mechanism="'ip.unreachable'",
    ),
    Rule(
        "tcp.failed",
        "tcp",
        "tcp",
        f"{_UNREACHED} AND tcp_outcome IN ('other', 'cancelled')",
        (0.3, -0.5, -0.5, 0.5, -1.0),
        "connections to {tcp_bad_addresses} failed in a way that is no known sign of interference",
        mechanism="'tcp'",
    ),
    Rule(
        "tcp.down",
        "tcp",
        "tcp",
        "tcp_n > 0 AND tcp_ok = 0 AND tcp_bad_ctl_bad > 0 AND tcp_bad_ctl_ok = 0 AND NOT helper_arrived",
        (-1.5, 2.0, -0.5, -0.5, -2.0),
        "neither the probe nor the helper could connect",
    ),
    Rule(
        "tcp.elsewhere",
        "tcp",
        "tcp",
        f"{_CONNECT_SILENT} AND {_ELSEWHERE}",
        (1.0, -0.8, -0.5, 0.0, -1.5),
        "no connection came about ({tcp_outcome}), while {elsewhere_reporters} observers in other countries reached the site",
        mechanism="CASE tcp_outcome WHEN 'timeout' THEN 'tcp.timeout' WHEN 'refused' THEN 'tcp.refused'"
        " WHEN 'reset' THEN 'tcp.reset' ELSE 'tcp' END",
    ),
    Rule(
        "tcp.as_before",
        "tcp",
        "tcp",
        f"{_CONNECT_SILENT} AND NOT {_ELSEWHERE} AND {_AS_BEFORE}",
        (1.0, -0.5, -0.5, 0.0, -1.5),
        "no connection came about ({tcp_outcome}), as it did on this network when the helper connected",
        mechanism="CASE tcp_outcome WHEN 'timeout' THEN 'tcp.timeout' WHEN 'refused' THEN 'tcp.refused'"
        " WHEN 'reset' THEN 'tcp.reset' ELSE 'tcp' END",
    ),
    Rule(
        "tcp.no_control",
        "tcp",
        "tcp",
        f"{_CONNECT_SILENT} AND NOT {_ELSEWHERE} AND NOT {_AS_BEFORE}",
        (0.2, 0.5, -0.5, 0.4, -1.5),
        "no connection came about ({tcp_outcome}), and there is no control to tell for whom",
    ),
    # Handshakes with the target's name at addresses that somebody vouches for.
    Rule(
        "tls.reset",
        "tls",
        "tls",
        f"{_UNSHAKEN} AND tls_outcome = 'reset'",
        (2.0, -1.3, -0.7, -0.7, -2.0),
        "the connection was reset after the name was sent in the TLS handshake, while the helper's handshake completed",
        "P1",
        0.5,
        "'tls.reset.sni'",
        True,
        "(tls_bad_ctl_ok >= 2 OR cohost_ok) AND others_lost = 0",
    ),
    Rule(
        "tls.timeout",
        "tls",
        "tls",
        f"{_UNSHAKEN} AND tls_outcome = 'timeout'",
        (1.2, -1.0, -0.7, -0.1, -1.3),
        "the TLS handshake got no answer after the name was sent, while the helper's handshake completed",
        mechanism="'tls.timeout'",
    ),
    Rule(
        "tls.eof",
        "tls",
        "tls",
        f"{_UNSHAKEN} AND tls_outcome = 'eof'",
        (1.6, -1.0, -0.7, -0.4, -1.8),
        "the connection was closed in the TLS handshake, while the helper's handshake completed",
        mechanism="'tls.eof'",
    ),
    Rule(
        "tls.alert",
        "tls",
        "tls",
        f"{_UNSHAKEN} AND tls_outcome = 'alert'",
        (1.1, -0.7, -0.4, 0.0, -1.6),
        "the TLS handshake ended with an alert, while the helper's handshake completed",
        mechanism="'tls.alert'",
    ),
    Rule(
        "tls.failed",
        "tls",
        "tls",
        f"{_UNSHAKEN} AND tls_outcome IN ('other', 'cancelled', 'refused', 'unreachable')",
        (0.4, -0.5, -0.5, 0.5, -1.0),
        "the TLS handshake failed in a way that is no known sign of interference",
        mechanism="'tls'",
    ),
    Rule(
        "tls.genuine_certificate",
        "tls",
        "tls",
        "tls_n > 0 AND tls_ok = 0 AND cert_genuine AND NOT (tls_bad_same > 0 AND tls_bad_ctl_ok = 0)",
        (-2.0, -0.5, -1.0, 2.0, -2.0),
        "the certificate that the probe rejected is the site's own, which others verified: the probe's clock or trust store is at fault",
    ),
    Rule(
        "tls.foreign_certificate",
        "tls",
        "tls",
        f"{_UNSHAKEN} AND cert_bad AND cert_foreign AND NOT cert_genuine",
        (2.0, -1.3, -1.0, -0.3, -2.0),
        "the certificate shown is not the one with which others verified this site",
        mechanism=_MITM,
        artefact=True,
        contrast="others_cert_bad = 0 AND others_tls_good >= 1 AND NOT interception_product",
    ),
    Rule(
        "tls.rejected_certificate",
        "tls",
        "tls",
        f"{_UNSHAKEN} AND cert_bad AND NOT cert_genuine",
        (1.4, -1.0, -0.7, 0.2, -2.0),
        "the certificate shown was rejected, while the helper's handshake on the same endpoint completed",
        mechanism=_MITM,
    ),
    Rule(
        "tls.down",
        "tls",
        "tls",
        "tls_n > 0 AND tls_ok = 0 AND tls_bad_ctl_bad > 0 AND tls_bad_ctl_ok = 0",
        (-1.5, 2.0, -0.5, -0.5, -2.0),
        "the TLS handshake failed at the helper too",
    ),
    Rule(
        "tls.elsewhere",
        "tls",
        "tls",
        f"{_SHAKE_SILENT} AND {_ELSEWHERE} AND NOT cert_bad",
        (1.2, -0.8, -0.5, 0.0, -1.5),
        "the TLS handshake failed ({tls_outcome}), while {elsewhere_reporters} observers in other countries reached the site",
        mechanism="CASE tls_outcome WHEN 'timeout' THEN 'tls.timeout' WHEN 'reset' THEN 'tls.reset.sni'"
        " WHEN 'eof' THEN 'tls.eof' ELSE 'tls' END",
    ),
    Rule(
        "tls.no_control",
        "tls",
        "tls",
        f"{_SHAKE_SILENT} AND NOT cert_bad AND NOT {_ELSEWHERE} AND NOT {_AS_BEFORE}",
        (0.2, 0.4, -0.5, 0.5, -1.5),
        "the TLS handshake failed ({tls_outcome}), and there is no control to tell for whom",
    ),
    Rule(
        "tls.rejected_without_control",
        "tls",
        "tls",
        f"{_SHAKE_SILENT} AND cert_bad AND NOT cert_genuine",
        (0.4, 0.2, -0.5, 1.0, -2.0),
        "the certificate shown was rejected, and there is no control to tell for whom",
    ),
    Rule(
        "tls.as_before",
        "tls",
        "tls",
        f"{_SHAKE_SILENT} AND NOT cert_bad AND NOT {_ELSEWHERE} AND {_AS_BEFORE}",
        (1.0, -0.5, -0.5, 0.0, -1.5),
        "the TLS handshake failed ({tls_outcome}), as it did on this network when the helper's completed",
        mechanism="CASE tls_outcome WHEN 'timeout' THEN 'tls.timeout' WHEN 'reset' THEN 'tls.reset.sni'"
        " WHEN 'eof' THEN 'tls.eof' ELSE 'tls' END",
    ),
    # Requests, and the page that came.
    Rule(
        "http.same_page",
        "http",
        "http",
        "same_page AND page_vouched AND (helper_arrived OR sealed)"
        " AND NOT (coalesce(status, 0) >= 500 AND control_http_status >= 500)",
        (-2.0, -2.0, -1.5, -2.0, 0.0),
        "the page arrived as it did at the helper",
    ),
    Rule(
        "http.same_page_elsewhere",
        "http",
        "http",
        "NOT has_control AND http_outcome = 'success' AND status < 400 AND (elsewhere_title OR elsewhere_length)",
        (-1.7, -2.0, -1.5, -1.5, 0.0),
        "the page arrived as it did in other countries",
    ),
    Rule(
        "http.fingerprint",
        "http",
        "http",
        "n_expected_fingerprints > 0 AND NOT sealed",
        (2.0, -1.5, -1.3, -0.5, -2.0),
        "the answer matches a known block page of this country ({fingerprint_names})",
        mechanism=_PAGE_MECHANISM,
        artefact=True,
        contrast="n_false_fingerprints = 0 AND coalesce(page_vouched, true)",
    ),
    Rule(
        "http.fingerprint_elsewhere",
        "http",
        "http",
        "n_fingerprints > 0 AND n_expected_fingerprints = 0 AND NOT sealed AND NOT same_page",
        (1.2, -1.0, -0.7, 0.0, -1.5),
        "the answer matches a block page known from another country ({fingerprint_names})",
        mechanism="'http.blockpage'",
    ),
    Rule(
        "http.redirected",
        "http",
        "http",
        f"{_OFF_SITE} AND NOT same_page AND helper_arrived AND redirect_countries <= 1 AND redirect_target_same = 0",
        (1.7, -1.0, -0.7, 0.3, -1.7),
        "the request was redirected to {location_host}, where neither the helper nor another country was led",
        mechanism="'http.redirect'",
        artefact=True,
        contrast="redirect_runs >= 2 AND others_plain_kept >= 1 AND off_near >= 1",
    ),
    Rule(
        "http.shared_page",
        "http",
        "http",
        f"{_PLAIN_PAGE} AND page_targets >= 2 AND page_countries = 1 AND coalesce(control_http_status, 200) < 400",
        (1.8, -1.0, -0.7, 0.0, -1.8),
        "the very page that came is shown for {page_targets} unrelated names in this country and nowhere else",
        mechanism=_PAGE_MECHANISM,
        artefact=True,
        contrast="page_runs >= 2 AND refusal IS NULL AND (others_plain_kept >= 1 OR others = 0)",
    ),
    Rule(
        "http.different_page",
        "http",
        "http",
        f"{_PLAIN_OTHER} AND status < 400 AND NOT coalesce(server_match AND header_match, false)"
        " AND (coalesce(length_ratio, 0) < 0.7 OR title_conflict) AND NOT title_match",
        (1.6, -0.8, -0.4, 0.0, -1.6),
        "another page came than the helper got: other length, title and headers",
        mechanism=_PAGE_MECHANISM,
    ),
    Rule(
        "http.different_length",
        "http",
        "http",
        f"{_PLAIN_OTHER} AND NOT title_match",
        (0.7, -0.3, 0.3, 0.0, -0.5),
        "the page differs from the one that the helper got",
        mechanism=_PAGE_MECHANISM,
    ),
    Rule(
        "http.refused",
        "server",
        "http",
        "http_outcome = 'success' AND sealed AND page_vouched AND status >= 400 AND NOT same_page"
        " AND coalesce(control_http_status, 200) < 400 AND (has_control OR status < 500 OR refusal IS NOT NULL)",
        (-2.0, -0.7, 2.0, -1.0, -1.5),
        "the server itself refused (status {status}) under its own certificate",
    ),
    Rule(
        "http.refused_in_clear",
        "server",
        "http",
        f"{_PLAIN_PAGE} AND refusal IS NOT NULL AND status >= 400 AND coalesce(control_http_status, 200) < 400",
        (0.0, -0.7, 2.0, -0.5, -1.5),
        "the answer is a server's refusal ({refusal}, status {status})",
    ),
    Rule(
        "http.error_page_own",
        "server",
        "http",
        f"{_PLAIN_OTHER} AND status >= 400 AND (coalesce(server_match, false) OR header_match OR target_page_countries >= 2)",
        (-0.5, 0.0, 1.7, 0.0, -1.3),
        "an error page came (status {status}) with the headers of the site's own server, or in several countries",
    ),
    Rule(
        "http.error_page",
        "http",
        "http",
        f"{_PLAIN_OTHER} AND status >= 400 AND NOT coalesce(server_match, false) AND NOT header_match AND target_page_countries <= 1",
        (1.4, -0.3, 0.4, 0.0, -1.3),
        "a page with an error (status {status}) and with the headers of another server came, while the helper got the site",
        mechanism=_PAGE_MECHANISM,
    ),
    Rule(
        "http.reset",
        "http",
        "http",
        f"{_UNFETCHED} AND http_outcome = 'reset' AND status IS NULL",
        (1.9, -1.2, -0.7, -0.5, -2.0),
        "the connection was reset after the request was sent, while the helper got the page",
        mechanism=_HTTP_OR_TLS.format("tls.reset.other", "http.reset.host"),
        artefact=True,
        contrast="others_page_good >= 1 AND tcp_ok > 0 AND last_scheme = 'http' AND reset_near >= 1 AND page_near = 0",
    ),
    Rule(
        "http.eof",
        "http",
        "http",
        f"{_UNFETCHED} AND http_outcome = 'eof'",
        (1.4, -0.8, -0.7, -0.2, -1.7),
        "the connection was closed after the request was sent, while the helper got the page",
        mechanism=_HTTP_OR_TLS.format("tls.eof", "http.eof"),
    ),
    Rule(
        "http.throttled",
        "http",
        "http",
        f"{_UNFETCHED} AND http_outcome = 'timeout' AND (status IS NOT NULL OR body_length > 0)",
        (1.4, -0.7, -0.7, 0.0, -1.4),
        "the page began to arrive and did not finish before the time-out ({body_length} bytes), while the helper got it whole",
        mechanism=_HTTP_OR_TLS.format("tls.throttle.sni", "http.throttle.host"),
    ),
    Rule(
        "http.timeout",
        "http",
        "http",
        f"{_UNFETCHED} AND http_outcome = 'timeout' AND status IS NULL",
        (1.2, -0.8, -0.7, 0.0, -1.3),
        "the request got no answer in time, while the helper got the page",
        mechanism=_HTTP_OR_TLS.format("tls.timeout", "http.timeout"),
    ),
    Rule(
        "http.failed",
        "http",
        "http",
        f"{_UNFETCHED} AND http_outcome IN ('other', 'cancelled', 'unreachable', 'refused', 'alert')",
        (0.4, 0.0, -0.3, 0.4, -1.0),
        "the request failed ({http_failure}) in a way that is no known sign of interference",
        mechanism="'http'",
    ),
    Rule(
        "http.reset_elsewhere",
        "http",
        "http",
        f"http_outcome IN ('reset', 'timeout', 'eof') AND NOT has_control AND page_vouched AND {_ELSEWHERE}",
        (1.3, -0.8, -0.5, 0.0, -1.7),
        "the request failed ({http_outcome}), while {elsewhere_reporters} observers in other countries got the page",
        mechanism="CASE http_outcome WHEN 'reset' THEN 'http.reset.host' WHEN 'eof' THEN 'http.eof' ELSE 'http.timeout' END",
    ),
    Rule(
        "http.failed_as_before",
        "http",
        "http",
        f"http_outcome IN ('reset', 'timeout', 'eof') AND NOT has_control AND page_vouched AND {_CONNECTED}"
        f" AND NOT {_ELSEWHERE} AND (reset_near >= 1 OR lost_near >= 1) AND page_near = 0",
        (1.0, -0.5, -0.5, 0.0, -1.6),
        "the request failed ({http_outcome}), as it did on this network when the helper got the page",
        mechanism="CASE http_outcome WHEN 'reset' THEN 'http.reset.host' WHEN 'eof' THEN 'http.eof' ELSE 'http.timeout' END",
    ),
    Rule(
        "http.page_as_before",
        "http",
        "http",
        f"NOT has_control AND {_PLAIN_PAGE} AND target_page_controlled >= 1 AND target_page_countries = 1 AND refusal IS NULL",
        (1.4, -0.8, -0.3, 0.0, -1.6),
        "the very page that came was shown in this country when the helper got the site",
        mechanism=_PAGE_MECHANISM,
    ),
    Rule(
        "http.redirected_as_before",
        "http",
        "http",
        f"NOT has_control AND {_OFF_SITE} AND NOT same_page AND off_near >= 1 AND redirect_countries <= 1"
        " AND redirect_target_same = 0",
        (1.4, -0.8, -0.5, 0.3, -1.6),
        "the request was redirected to {location_host}, as it was on this network when the helper got the site",
        mechanism="'http.redirect'",
    ),
    Rule(
        "http.bad_redirect",
        "server",
        "http",
        "http_outcome = 'bad_redirect'",
        (-2.0, 2.0, -0.5, -1.0, -1.5),
        "the site's own redirect leads nowhere ({http_failure})",
    ),
    Rule(
        "http.down",
        "server",
        "http",
        "has_control AND NOT helper_arrived AND http_outcome IS NOT NULL AND http_outcome NOT IN ('success', 'redirect_limit')"
        " AND page_vouched AND NOT (helper_no_name AND sys_ok)",
        (-1.3, 2.0, -0.5, -0.3, -2.0),
        "the page failed to load here and at the helper",
    ),
    Rule(
        "http.server_error_alone",
        "server",
        "http",
        "NOT has_control AND http_outcome = 'success' AND status >= 500 AND refusal IS NULL",
        (-1.5, 2.0, 1.0, -1.0, -1.7),
        "the server answered with an error (status {status}), and there is no control to tell for whom",
    ),
    Rule(
        "http.server_error",
        "server",
        "http",
        "status >= 500 AND control_http_status >= 500",
        (-2.0, 2.0, -0.5, -1.0, -1.7),
        "the server answered with an error (status {status}) to everybody",
    ),
    # What happened on a later hop; only the helper's arrival at the end is a control there.
    Rule(
        "hop.name",
        "dns",
        "hop",
        f"hop_layer = 'dns' AND hop_outcome IN ('nxdomain', 'refused') AND helper_arrived AND {_GENUINE_REDIRECT}",
        (1.5, -0.7, -0.7, 0.0, -1.7),
        "the site redirects to {hop_host}, which the network's resolver would not resolve; the helper arrived",
        mechanism="CASE hop_outcome WHEN 'nxdomain' THEN 'dns.nxdomain' ELSE 'dns.refused' END",
    ),
    Rule(
        "hop.connect",
        "tcp",
        "hop",
        f"hop_layer = 'tcp' AND hop_outcome IN ('refused', 'reset', 'timeout', 'unreachable') AND helper_arrived"
        f" AND {_GENUINE_REDIRECT}",
        (1.4, -0.7, -0.7, -0.1, -1.6),
        "the site redirects to {hop_host}, to which no connection came about ({hop_outcome}); the helper arrived",
        mechanism="CASE hop_outcome WHEN 'unreachable' THEN 'ip.unreachable' ELSE 'tcp.' || hop_outcome END",
    ),
    Rule(
        "hop.handshake",
        "tls",
        "hop",
        f"hop_layer = 'tls' AND hop_outcome IN ('reset', 'timeout', 'eof', 'cert_authority', 'cert_name') AND helper_arrived"
        f" AND {_GENUINE_REDIRECT}",
        (1.6, -0.7, -0.7, 0.0, -1.7),
        "the site redirects to {hop_host}, whose TLS handshake failed here ({hop_outcome}); the helper arrived",
        mechanism="CASE hop_outcome WHEN 'reset' THEN 'tls.reset.sni' WHEN 'timeout' THEN 'tls.timeout'"
        " WHEN 'eof' THEN 'tls.eof' ELSE 'tls.mitm' END",
    ),
    Rule(
        "hop.silent",
        "dns",
        "hop",
        f"hop_layer = 'dns' AND hop_outcome IN ('timeout', 'servfail') AND helper_arrived AND {_GENUINE_REDIRECT}",
        (0.9, -0.5, -0.5, 0.3, -1.2),
        "the site redirects to {hop_host}, for which the resolver gave no answer; the helper arrived",
        mechanism="CASE hop_outcome WHEN 'timeout' THEN 'dns.timeout' ELSE 'dns.servfail' END",
    ),
    # The rest of the run, the network and the client: what tells a local fault from interference.
    Rule(
        "run.portal",
        "local",
        "run",
        f"{_OFF_SITE} AND NOT same_page AND ((others_off_host >= 1 AND others_plain_kept = 0) OR portal_words)",
        (-1.7, 0.0, 0.0, 2.0, -1.0),
        "every plain request of this run was led to {location_host}, as a captive portal does",
    ),
    Rule(
        "run.certificates",
        "local",
        "run",
        "cert_bad AND others_cert_bad >= 1 AND others_cert_bad >= others_tls_good",
        (-1.7, 0.0, 0.0, 2.0, -1.0),
        "certificates of {others_cert_bad} other names were rejected in the same run: clock, trust store or interception on the device",
    ),
    Rule(
        "run.clock",
        "local",
        "run",
        "cert_bad AND tls_outcome = 'cert_invalid' AND (helper_cert_refused OR doh_cert_refused OR clock_suspect)",
        (-2.0, 0.0, 0.0, 2.0, -1.0),
        "the helper's or the resolver's own certificate was rejected too: the probe's clock is wrong",
    ),
    Rule(
        "run.interception",
        "local",
        "run",
        "cert_bad AND interception_product",
        (-2.0, 0.0, 0.0, 2.0, -1.0),
        "the certificate was issued by a known antivirus, enterprise or portal product ({bad_issuer})",
    ),
    Rule(
        "run.version",
        "local",
        "run",
        "cert_bad AND version_bad_countries >= 2",
        (-1.8, 0.0, 0.0, 2.0, -1.0),
        "this client version rejects the site's certificate in {version_bad_countries} countries",
    ),
    Rule(
        "run.lossy",
        "local",
        "run",
        "(others_lost >= 2 OR (others_lost >= 1 AND others_lost >= others_page_good)) AND NOT same_page"
        " AND NOT (country_lost >= 1 AND country_good = 0) AND NOT (lost_near >= 2 AND page_near = 0)"
        f" AND {_TIMED_OUT}",
        (-0.8, 0.0, 0.0, 1.3, 0.0),
        "{others_lost} other names timed out in the same run: the line loses packets",
    ),
    Rule(
        "run.lone_loss",
        "local",
        "run",
        "others_lost = 0 AND NOT same_page AND page_near >= 1 AND network_lost_targets >= 2 AND country_lost = 0"
        f" AND {_TIMED_OUT}"
        " AND lost_near < page_near",
        (-1.2, 0.0, 0.0, 1.0, 0.5),
        "the site loads on this network at other times, and unrelated names time out on it now and then",
    ),
    Rule(
        "run.lossy_network",
        "local",
        "run",
        f"others_lost = 0 AND NOT same_page AND network_lost_targets >= 3 AND network_loss > 0.015 AND lost_near <= page_near"
        f" AND country_lost = 0 AND {_TIMED_OUT}",
        (-0.8, 0.0, 0.0, 0.9, 0.4),
        "{network_lost_targets} names that usually load on this network timed out on it now and then",
    ),
    Rule(
        "run.isolated",
        "context",
        "run",
        f"page_near >= 2 AND lost_near = 0 AND country_lost = 0 AND NOT same_page AND {_TIMED_OUT}",
        (-0.4, 0.0, 0.0, 0.3, 0.4),
        "the site loaded at the {page_near} other tries on this network around this day",
    ),
    Rule(
        "run.concurrent",
        "context",
        "concurrence",
        f"country_lost >= 1 AND country_good = 0 AND NOT same_page AND {_TIMED_OUT}",
        (0.4, 0.0, 0.0, -0.7, -0.4),
        "{country_lost} tries on other networks of this country within three hours failed as well, and none succeeded",
    ),
    Rule(
        "run.repeated",
        "context",
        "run",
        "greatest(lost_near, dns_bad_near, off_near, reset_near) >= 1 AND page_near = 0 AND NOT same_page",
        (0.5, 0.0, 0.0, -0.3, -0.5),
        "no other of the {n_near} tries on this network around this day succeeded either",
    ),
    Rule(
        "run.sound",
        "context",
        "run",
        "others_page_good >= 1 AND others_lost = 0 AND others_cert_bad = 0 AND others_dns_dead = 0 AND NOT same_page",
        (0.2, 0.0, 0.0, -0.7, 0.0),
        "{others_page_good} other names loaded in the same run",
    ),
    Rule(
        "other.down",
        "context",
        "other",
        "NOT has_control AND NOT same_page AND down_anywhere >= 1 AND good_anywhere = 0",
        (-0.5, 1.5, -0.3, -0.3, -0.5),
        "within a day the helper failed on this site too ({down_anywhere} times), and nobody reached it",
    ),
    Rule(
        "other.reached",
        "context",
        "other",
        "other_same_page AND NOT same_page",
        (0.2, -2.0, -0.7, 0.0, 0.0),
        "the site answered on an address that did not come from the network's resolver: it was up",
    ),
)
"""Every rule, in the order of the path of a request."""

BY_ID = {rule.rule_id: rule for rule in RULES}
