"""Rules on later hops, and on the rest of the run, the network, the country and the client: what tells a local fault from interference."""

from netglass.judge.condition import CONCURRENT, GENUINE_REDIRECT, LIE_SHOWN, LOSSY, OFF_SITE, TIMED_OUT
from netglass.judge.evidence import Rule
from netglass.vocab.state import Hypothesis

CONTEXT_RULES: tuple[Rule, ...] = (
    # What happened on a later hop; only the helper's arrival at the end is a control there.
    Rule(
        "hop.name",
        "dns",
        "hop",
        f"hop_layer = 'dns' AND hop_outcome IN ('nxdomain', 'refused') AND helper_arrived AND {GENUINE_REDIRECT}",
        (1.5, -0.7, -0.7, 0.0, -1.7),
        "the site redirects to {hop_host}, which the network's resolver would not resolve; the helper arrived",
        mechanism="CASE hop_outcome WHEN 'nxdomain' THEN 'dns.nxdomain' ELSE 'dns.refused' END",
    ),
    Rule(
        "hop.connect",
        "tcp",
        "hop",
        f"hop_layer = 'tcp' AND hop_outcome IN ('refused', 'reset', 'timeout', 'unreachable') AND helper_arrived"
        f" AND {GENUINE_REDIRECT}",
        (1.4, -0.7, -0.7, -0.1, -1.6),
        "the site redirects to {hop_host}, to which no connection came about ({hop_outcome}); the helper arrived",
        mechanism="CASE hop_outcome WHEN 'unreachable' THEN 'ip.unreachable' ELSE 'tcp.' || hop_outcome END",
    ),
    Rule(
        "hop.handshake",
        "tls",
        "hop",
        "hop_layer = 'tls' AND (hop_outcome IN ('reset', 'timeout', 'eof')"
        " OR (hop_outcome IN ('cert_authority', 'cert_name') AND others_tls_good >= 1 AND others_cert_bad = 0))"
        f" AND helper_arrived AND {GENUINE_REDIRECT}",
        (1.6, -0.7, -0.7, 0.0, -1.7),
        "the site redirects to {hop_host}, whose TLS handshake failed here ({hop_outcome}); the helper arrived",
        mechanism="CASE hop_outcome WHEN 'reset' THEN 'tls.reset.sni' WHEN 'timeout' THEN 'tls.timeout'"
        " WHEN 'eof' THEN 'tls.eof' ELSE 'tls.mitm' END",
    ),
    Rule(
        "hop.silent",
        "dns",
        "hop",
        f"hop_layer = 'dns' AND hop_outcome IN ('timeout', 'servfail') AND helper_arrived AND {GENUINE_REDIRECT}",
        (0.9, -0.5, -0.5, 0.3, -1.2),
        "the site redirects to {hop_host}, for which the resolver gave no answer; the helper arrived",
        mechanism="CASE hop_outcome WHEN 'timeout' THEN 'dns.timeout' ELSE 'dns.servfail' END",
    ),
    Rule(
        "hop.down",
        "server",
        "hop",
        "hop_outcome IS NOT NULL AND has_control AND control_http_outcome IS NOT NULL AND NOT helper_arrived",
        (-1.5, 2.0, -0.5, -0.5, -2.0),
        "the site redirects to {hop_host}, where neither the probe nor the helper arrived",
        shows=Hypothesis.SERVER_DOWN,
    ),
    # The rest of the run, the network and the client: what tells a local fault from interference.
    Rule(
        "run.portal",
        "local",
        "run",
        f"{OFF_SITE} AND NOT same_page AND n_expected_fingerprints = 0"
        " AND ((others_off_host >= 1 AND others_plain_kept = 0) OR portal_words)",
        (-1.7, 0.0, 0.0, 2.0, -1.0),
        "every plain request of this run was led to {location_host}, as a captive portal does",
    ),
    Rule(
        "run.no_ipv6",
        "local",
        "run",
        "tcp_only_v6 AND tcp_ok = 0 AND tcp_outcome IN ('unreachable', 'timeout') AND others_tcp_good >= 1",
        (-1.5, 0.0, 0.0, 1.8, -0.5),
        "only IPv6 addresses were tried, and other names were reached in the same run: IPv6 does not work on this line",
    ),
    Rule(
        "run.certificates",
        "local",
        "run",
        f"cert_bad AND others_cert_bad >= 1 AND others_cert_bad >= others_tls_good AND NOT {LIE_SHOWN}",
        (-1.7, 0.0, 0.0, 2.0, -1.0),
        "certificates of {others_cert_bad} other names were rejected in the same run: clock, trust store or interception on the device",
    ),
    Rule(
        "run.clock",
        "local",
        "run",
        f"cert_bad AND tls_outcome = 'cert_invalid' AND (helper_cert_refused OR doh_cert_refused OR clock_suspect) AND NOT {LIE_SHOWN}",
        (-2.0, 0.0, 0.0, 2.0, -1.0),
        "the helper's or the resolver's own certificate was rejected too: the probe's clock is wrong",
    ),
    Rule(
        "run.interception",
        "local",
        "run",
        f"cert_bad AND interception_product AND NOT {LIE_SHOWN}",
        (-2.0, 0.0, 0.0, 2.0, -1.0),
        "the certificate was issued by a known antivirus, enterprise or portal product ({bad_issuer})",
    ),
    Rule(
        "run.version",
        "local",
        "run",
        f"cert_bad AND version_bad_countries >= 2 AND NOT (tls_bad_ctl_bad > 0 AND tls_bad_ctl_ok = 0) AND NOT {LIE_SHOWN}",
        (-1.8, 0.0, 0.0, 2.0, -1.0),
        "this client version rejects the site's certificate in {version_bad_countries} countries",
    ),
    Rule(
        "run.lossy",
        "local",
        "run",
        "(others_lost >= 2 OR (others_lost >= 1 AND others_lost >= others_page_good)) AND NOT same_page"
        f" AND NOT {CONCURRENT} AND NOT (lost_near >= 2 AND page_near = 0)"
        f" AND {TIMED_OUT}",
        (-0.8, 0.0, 0.0, 1.3, 0.0),
        "{others_lost} other names timed out in the same run: the line loses packets",
    ),
    Rule(
        "run.lone_loss",
        "local",
        "run",
        f"NOT same_page AND page_near >= 1 AND network_lost_targets >= 2 AND NOT {CONCURRENT} AND {TIMED_OUT}"
        " AND lost_near < page_near",
        (-1.2, 0.0, 0.0, 1.0, 0.5),
        "the site loads on this network at other times, and unrelated names time out on it now and then",
    ),
    Rule(
        "run.lossy_network",
        "local",
        "run",
        f"NOT same_page AND {LOSSY} AND lost_near <= page_near AND (page_near >= 1 OR NOT sys_ok) AND NOT {CONCURRENT} AND {TIMED_OUT}",
        (-0.8, 0.0, 0.0, 0.9, 0.4),
        "{network_lost_targets} names that usually load on this network timed out on it now and then",
    ),
    Rule(
        "run.isolated",
        "context",
        "run",
        f"page_near >= 2 AND 10 * lost_near <= page_near AND NOT {CONCURRENT} AND NOT same_page AND {TIMED_OUT}",
        (-0.4, 0.0, 0.0, 0.3, 0.4),
        "the site loaded at the {page_near} other tries on this network around this day",
    ),
    Rule(
        "run.concurrent",
        "context",
        "concurrence",
        f"{CONCURRENT} AND NOT same_page AND {TIMED_OUT}",
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
        "NOT has_control AND NOT same_page AND down_anywhere >= 1 AND good_anywhere = 0 AND NOT (sys_ok AND n_sys_vouched = 0)",
        (-0.5, 1.5, -0.3, -0.3, -0.5),
        "within a day the helper failed on this site too ({down_anywhere} times), and nobody reached it",
        shows=Hypothesis.SERVER_DOWN,
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
"""In the order of the path of a request."""
