"""Conditions and mechanisms that several rules share: SQL over one row of facts (``fact``), named for what they mean."""

UNVOUCHED = "(sys_ok AND n_sys > 0 AND n_sys_vouched = 0 AND n_sys_bogon = 0 AND (helper_resolved OR doh_ok))"
NETWORK_RESOLVER = "(coalesce(resolver_asn, 0) IN (0, probe_asn) OR n_udp_unvouched > 0)"
UNREACHED = "(tcp_n > 0 AND tcp_ok = 0 AND tcp_bad_ctl_ok > 0)"
CONNECT_SILENT = "(tcp_n > 0 AND tcp_ok = 0 AND tcp_bad_no_ctl > 0 AND tcp_bad_ctl_ok = 0 AND tcp_bad_ctl_bad = 0)"
UNSHAKEN = "(tls_n > 0 AND tls_ok = 0 AND tls_bad_ctl_ok > 0)"
SHAKE_SILENT = "(tls_n > 0 AND tls_ok = 0 AND tls_bad_no_ctl > 0 AND tls_bad_ctl_ok = 0 AND tls_bad_ctl_bad = 0)"
CONNECTED = "(depth > 0 OR ((tcp_ok > 0 OR tcp_n = 0) AND (last_scheme = 'http' OR tls_ok > 0 OR tls_n = 0)))"
UNFETCHED = (
    f"(http_outcome IS NOT NULL AND http_outcome <> 'success' AND page_vouched AND helper_arrived AND {CONNECTED})"
)
PLAIN_PAGE = "(http_outcome = 'success' AND status IS NOT NULL AND NOT sealed AND NOT same_page AND page_vouched)"
NO_REFUSAL = (
    "(refusal IS NULL OR (status < 400 AND refusal IN ('geo', 'denied') AND NOT coalesce(server_match, header_match)))"
)
PLAIN_OTHER = f"({PLAIN_PAGE} AND helper_arrived AND control_http_status < 400 AND {NO_REFUSAL})"
OFF_SITE = "(location_host IS NOT NULL AND first_scheme = 'http' AND NOT same_site)"
GENUINE_REDIRECT = "(first_scheme = 'https' OR same_site OR redirect_countries > 1 OR redirect_target_same > 0)"
ELSEWHERE = "(elsewhere_reporters >= 2)"
LOSSY = "(network_lost_targets >= 3 AND network_loss > 0.01)"
SILENT_AGAIN = f"(lost_near >= CASE WHEN {LOSSY} THEN 4 ELSE 1 END AND 2 * lost_near >= page_near)"
CONCURRENT = f"(country_good = 0 AND country_lost >= CASE WHEN {LOSSY} THEN 2 ELSE 1 END)"
SOUND_LINE = "(coalesce(probe_asn, 0) > 0 AND n_near = 0 AND network_lost_targets = 0 AND others_lost = 0 AND others_dns_dead = 0)"
AS_BEFORE = "(lost_near >= 1 AND page_near = 0)"
INJECTED_MECHANISM = (
    "CASE WHEN dns_fingerprint IS NOT NULL OR injected_showed_page OR (status IS NOT NULL AND NOT page_vouched AND NOT sealed"
    " AND NOT same_page) THEN 'dns.injection.blockpage' WHEN injected_abroad THEN 'dns.injection.other' ELSE 'dns.injection' END"
)
MITM = (
    "CASE WHEN cert_self_signed OR tls_outcome = 'cert_authority' THEN 'tls.mitm.self_signed'"
    " WHEN cert_for_another THEN 'tls.mitm.ca_signed' ELSE 'tls.mitm' END"
)
RESET = "CASE WHEN cohost_cut THEN 'tls.reset.other' ELSE 'tls.reset.sni' END"
NOTICE_MECHANISM = f"CASE WHEN NOT coalesce(page_vouched, true) THEN NULL WHEN {OFF_SITE} THEN 'http.redirect' ELSE 'http.blockpage' END"
PAGE_MECHANISM = (
    f"CASE WHEN {OFF_SITE} THEN 'http.redirect' WHEN bare_error THEN 'http.error' ELSE 'http.blockpage' END"
)
LIE_SHOWN = (
    "(n_sys > 0 AND n_sys_vouched = 0 AND (dns_fingerprint IS NOT NULL OR n_sys_bogon > 0 OR injected_targets >= 2))"
)
TIMED_OUT = (
    "'timeout' IN (coalesce(sys_outcome, ''), coalesce(tcp_outcome, ''), coalesce(tls_outcome, ''), coalesce(http_outcome, ''),"
    " coalesce(hop_outcome, ''))"
)
HIDDEN_CODE = (
    "CASE WHEN NOT starts_with(sys_failure, 'android_') THEN 'dns.nodata'"
    " WHEN udp_outcome IN ('nxdomain', 'refused', 'servfail', 'timeout') THEN 'dns.' || udp_outcome ELSE 'dns' END"
)
HTTP_OR_TLS = "CASE WHEN last_scheme = 'https' THEN '{}' ELSE '{}' END"

RESOLVER_DEAD = (
    "((NOT sys_ok AND (sys_outcome IN ('timeout', 'servfail', 'refused', 'other') OR starts_with(sys_failure, 'android_'))"
    " AND others_dns_dead >= 1 AND others_dns_dead > 4 * others_dns_good)"
    " OR (NOT sys_ok AND sys_outcome IN ('nxdomain', 'nodata') AND udp_ok AND others_dns_bad >= 3 AND others_dns_good = 0))"
)
ONE_ANSWER = "(others_dns_good = 0 AND ((n_sys_bogon > 0 AND others_dns_bogon >= 2) OR (sys_ok AND n_sys_vouched = 0 AND others >= 3)))"
FELL_LATER = f"({UNREACHED} OR {UNSHAKEN} OR {UNFETCHED})"

ONE_COUNTRY = "(target_page_countries <= 1 AND page_countries <= 1)"

SHARED = (
    PLAIN_OTHER,
    UNFETCHED,
    PLAIN_PAGE,
    CONNECTED,
    UNVOUCHED,
    NETWORK_RESOLVER,
    UNREACHED,
    CONNECT_SILENT,
    UNSHAKEN,
    SHAKE_SILENT,
    OFF_SITE,
    TIMED_OUT,
    GENUINE_REDIRECT,
    RESOLVER_DEAD,
    ONE_ANSWER,
)
"""Conditions that many rules begin with, those that hold others before them: each is computed once for all rules."""
