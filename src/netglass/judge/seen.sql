-- What one measurement shows by itself, one row each.

-- What few measurements have is put together first: an outer join that most rows fail splits every vector of rows that passes through it.
-- A further fact of few measurements is joined here, one of most below.
CREATE OR REPLACE TEMP TABLE rare AS
SELECT key, q.* EXCLUDE (key), q.key IS NOT NULL AS asked, fp.* EXCLUDE (key), o.same_page AS other_same_page,
       x.n AS tls_bad, x.n_ctl_ok AS tls_ctl_ok, x.n_ctl_bad AS tls_ctl_bad, x.n_no_ctl AS tls_no_ctl, x.n_same AS tls_same, x.outcome AS tls_outcome,
       x.* EXCLUDE (key, n, n_ctl_ok, n_ctl_bad, n_no_ctl, n_same, outcome),
       u.n_ctl_ok AS tcp_ctl_ok, u.n_ctl_bad AS tcp_ctl_bad, u.n_no_ctl AS tcp_no_ctl, u.outcome AS tcp_outcome, u.addresses AS tcp_bad_addresses,
       w.n_sys AS lie_sys, w.n_udp AS lie_udp, w.n_both AS lie_both, w.targets AS injected_targets, w.addresses AS unvouched, w.abroad,
       hop.layer AS hop_layer, hop.outcome AS hop_outcome, hop.host AS hop_host, ch.served AS cohost_served, ch.cut AS cohost_cut,
       ip.key IS NOT NULL AS showed_page, tr.key IS NOT NULL AS trickled
FROM silence q
FULL JOIN print fp USING (key) FULL JOIN unshaken x USING (key) FULL JOIN other_chain o USING (key) FULL JOIN unconnected u USING (key)
FULL JOIN misled w USING (key) FULL JOIN hop USING (key) FULL JOIN cohost ch USING (key) FULL JOIN injected_page ip USING (key)
FULL JOIN trickle tr USING (key);

CREATE OR REPLACE TEMP TABLE seen AS
SELECT m.key, m.site, m.run, m.network, hash(m.engine) AS client, m.probe_cc, m.probe_asn, m.resolver_asn, m.observed_at, m.has_control,
       m.control_dns_outcome, m.control_http_outcome, m.control_http_status, m.helper_arrived, m.clock_suspect, m.helper_cert_refused,
       -- lookup
       coalesce(r.n_sys > 0, false) AS sys_ok, x.sys_outcome, x.sys_failure, coalesce(r.n_udp > 0, false) AS udp_ok, x.udp_outcome,
       coalesce(r.n_doh > 0, false) AS doh_ok, x.doh_outcome, r.key IS NOT NULL OR coalesce(x.asked, false) AS looked_up,
       coalesce(r.n_sys, 0) AS n_sys, coalesce(r.n_sys, 0) - coalesce(x.lie_sys, 0) AS n_sys_vouched,
       coalesce(r.n_sys_bogon, 0) AS n_sys_bogon, coalesce(x.lie_udp, 0) AS n_udp_unvouched,
       coalesce(r.n_udp, 0) - coalesce(x.lie_udp, 0) AS n_udp_vouched, coalesce(x.lie_both, 0) AS n_both_unvouched,
       coalesce(x.injected_targets, 0) AS injected_targets, r.dns_fingerprint, x.unvouched, coalesce(x.abroad, false) AS injected_abroad,
       coalesce(m.control_dns_outcome = 'success' AND b.public, false) AS helper_resolved,
       coalesce(m.control_dns_outcome = 'success' AND NOT b.public AND b.bogon, false) AS helper_bogon,
       coalesce(m.control_dns_outcome IN ('nxdomain', 'nodata'), false) AS helper_no_name,
       coalesce(starts_with(x.doh_outcome, 'cert_'), false) AS doh_cert_refused,
       -- connections; where the helper names no endpoint, its arrival is the control of all
       coalesce(c.n, 0) AS tcp_n, coalesce(c.n_ok, 0) AS tcp_ok,
       coalesce(x.tcp_ctl_ok + CASE WHEN m.helper_arrived THEN x.tcp_no_ctl ELSE 0 END, 0) AS tcp_bad_ctl_ok,
       coalesce(x.tcp_ctl_bad, 0) AS tcp_bad_ctl_bad, coalesce(CASE WHEN m.helper_arrived THEN 0 ELSE x.tcp_no_ctl END, 0) AS tcp_bad_no_ctl,
       x.tcp_outcome, x.tcp_bad_addresses, coalesce(c.only_v6 AND c.n > 0, false) AS tcp_only_v6,
       coalesce(c.inj_n, 0) AS inj_n, coalesce(c.inj_ok, 0) AS inj_ok,
       -- handshakes
       coalesce(s.n_ok, 0) + coalesce(x.tls_bad, 0) AS tls_n, coalesce(s.n_ok, 0) AS tls_ok,
       coalesce(x.tls_ctl_ok + CASE WHEN m.helper_arrived AND m.scheme = 'https' THEN x.tls_no_ctl ELSE 0 END, 0) AS tls_bad_ctl_ok,
       coalesce(x.tls_ctl_bad, 0) AS tls_bad_ctl_bad,
       coalesce(CASE WHEN m.helper_arrived AND m.scheme = 'https' THEN 0 ELSE x.tls_no_ctl END, 0) AS tls_bad_no_ctl,
       coalesce(x.tls_same, 0) AS tls_bad_same, x.tls_outcome, coalesce(x.cert_bad, false) AS cert_bad,
       coalesce(x.cert_genuine, false) AS cert_genuine, coalesce(x.cert_foreign, false) AS cert_foreign,
       coalesce(x.cert_self_signed, false) AS cert_self_signed, x.bad_certificate, x.bad_issuer,
       CASE WHEN x.bad_issuer IS NULL THEN false
            ELSE regexp_matches(lower(x.bad_issuer), $interception_products) END AS interception_product,
       coalesce(x.inj_cert_bad, false) AS inj_cert_bad, coalesce(x.inj_self_signed, false) AS inj_self_signed,
       coalesce(x.inj_cert_names_target, true) AS inj_cert_names_target, coalesce(x.cohost_served, false) AS cohost_ok,
       coalesce(x.cohost_cut, false) AS cohost_cut, coalesce(x.cert_for_another, false) AS cert_for_another,
       coalesce(x.reset_apart, false) AS reset_apart,
       coalesce(qu.n_ok, 0) AS quic_ok, coalesce(qu.n_silent, 0) AS quic_silent,
       -- pages
       e.outcome AS http_outcome, e.failure AS http_failure, e.status, e.body_length, e.title, e.scheme AS last_scheme, e.refusal,
       e.vouched AS page_vouched, coalesce(e.sealed, false) AS sealed, e.depth,
       coalesce(e.status = m.control_http_status, false) AS status_match, e.length_ratio, coalesce(e.title_match, false) AS title_match,
       coalesce(e.title_conflict, false) AS title_conflict, coalesce(e.header_match, false) AS header_match, e.server_match,
       coalesce(e.arrived AND coalesce(e.alike, NOT e.compared), false) AS same_page, e.body_sha256,
       coalesce(e.status >= 400 AND regexp_matches(lower(trim(e.title)), $error_title), false) AS bare_error, coalesce(x.trickled, false) AS trickled,
       e.first_location_host AS location_host, e.first_scheme, e.first_status,
       CASE WHEN e.first_location_host IS NULL THEN false
            ELSE regexp_matches(lower(concat_ws(' ', e.first_location_host, e.title, e.url)), $portal_words) END AS portal_words,
       coalesce(x.n_fingerprints, 0) AS n_fingerprints, coalesce(x.n_expected_fingerprints, 0) AS n_expected_fingerprints,
       coalesce(x.n_false_fingerprints, 0) AS n_false_fingerprints, x.fingerprint_names,
       coalesce(x.other_same_page, false) AS other_same_page, coalesce(x.showed_page, false) AS injected_showed_page,
       -- later hops
       x.hop_layer, x.hop_outcome, x.hop_host
FROM m
LEFT JOIN connected c ON c.key = m.key
LEFT JOIN lookup r ON r.key = m.key
LEFT JOIN helper_answer b ON b.key = m.key
LEFT JOIN (
    SELECT chain.key, e.* EXCLUDE (key), y.* EXCLUDE (page), f.location_host AS first_location_host, f.scheme AS first_scheme,
           f.status AS first_status
    FROM chain JOIN page e ON e.rowid = chain.last JOIN page f ON f.rowid = chain.first LEFT JOIN likeness y ON y.page = chain.last
) e ON e.key = m.key
LEFT JOIN shaken s ON s.key = m.key
LEFT JOIN quic qu ON qu.key = m.key
LEFT JOIN rare x ON x.key = m.key;

DROP TABLE page; DROP TABLE likeness; DROP TABLE rare;

-- The same in yes and no, to be counted over other measurements.
CREATE OR REPLACE TEMP TABLE trait AS
SELECT key, site, run, network, client, probe_cc, epoch_us(observed_at) AS moment,
       sys_ok AND n_sys_vouched > 0 AS dns_good,
       coalesce(looked_up AND NOT sys_ok AND (control_dns_outcome = 'success' OR doh_ok OR udp_ok), false) AS dns_bad,
       coalesce(NOT sys_ok AND (sys_outcome IN ('timeout', 'servfail', 'refused') OR starts_with(sys_failure, 'android_')), false)
           AS dns_dead,
       coalesce(sys_ok AND n_sys_vouched = 0 AND control_dns_outcome = 'nxdomain', false) AS dead_name_answered,
       coalesce(NOT sys_ok AND sys_outcome = 'nxdomain' AND control_dns_outcome = 'nxdomain', false) AS dead_name_dead,
       sys_ok AND n_sys_bogon > 0 AS dns_bogon,
       tcp_ok > 0 AS tcp_good, tcp_ok = 0 AND tcp_bad_ctl_ok > 0 AS tcp_bad,
       tls_ok > 0 AS tls_good, tls_ok = 0 AND cert_bad AND tls_bad_same = 0 AS cert_bad,
       same_page AS page_good, quic_ok > 0 AS quic_good,
       coalesce(tcp_bad AND tcp_outcome = 'timeout', false)
       OR coalesce(tls_ok = 0 AND tls_bad_ctl_ok > 0 AND tls_outcome IN ('timeout', 'eof'), false)
       OR coalesce(http_outcome = 'timeout', false) OR coalesce(NOT sys_ok AND sys_outcome = 'timeout', false) AS lost,
       CASE WHEN NOT same_page AND first_scheme = 'http' THEN location_host END AS off_host,
       coalesce(first_scheme = 'http' AND first_status IS NOT NULL, false) AS plain_answer,
       coalesce(http_outcome = 'reset', false) AS http_reset,
       coalesce(has_control AND control_http_outcome <> 'success', false) AND NOT same_page AS down_for_both
FROM seen;
