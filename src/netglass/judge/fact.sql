-- One row of facts per measurement: what the rules speak of. Context columns count *other* targets of the same run or network.

CREATE OR REPLACE TEMP TABLE plain AS
SELECT m.key, m.run, m.network, m.target, m.probe_cc, m.probe_asn, m.engine, m.scheme, m.observed_at, m.reporter,
       coalesce(l.sys_ok AND coalesce(r.n_sys_vouched, 0) > 0, false) AS dns_good,
       coalesce(NOT l.sys_ok AND (m.control_dns_outcome = 'success' OR l.doh_ok OR l.udp_ok), false) AS dns_bad,
       coalesce(NOT l.sys_ok AND (l.sys_outcome IN ('timeout', 'servfail', 'refused') OR starts_with(l.sys_failure, 'android_')), false)
           AS dns_dead,
       coalesce(l.sys_ok AND r.n_sys_vouched = 0 AND m.control_dns_outcome = 'nxdomain', false) AS dead_name_answered,
       coalesce(NOT l.sys_ok AND l.sys_outcome = 'nxdomain' AND m.control_dns_outcome = 'nxdomain', false) AS dead_name_dead,
       coalesce(l.sys_ok AND r.n_sys_bogon > 0, false) AS dns_bogon,
       coalesce(e.n_ok > 0, false) AS tcp_good,
       coalesce(e.n_ok = 0 AND e.n_bad_ctl_ok > 0, false) AS tcp_bad,
       coalesce(h.n_ok > 0, false) AS tls_good,
       coalesce(h.n_ok = 0 AND h.cert_bad AND h.n_bad_same = 0, false) AS cert_bad,
       coalesce(c.same_page, false) AS page_good,
       coalesce(e.n_bad_ctl_ok > 0 AND e.n_ok = 0 AND e.bad_outcome = 'timeout', false)
           OR coalesce(h.n_ok = 0 AND h.n_bad_ctl_ok > 0 AND h.bad_outcome IN ('timeout', 'eof'), false)
           OR coalesce(c.outcome = 'timeout', false)
           OR coalesce(NOT l.sys_ok AND l.sys_outcome = 'timeout', false) AS lost,
       CASE WHEN NOT coalesce(c.same_page, true) AND c.first_scheme = 'http' THEN c.location_host END AS off_host,
       coalesce(c.first_scheme = 'http' AND c.first_status IS NOT NULL, false) AS plain_answer,
       coalesce(c.outcome = 'reset', false) AS http_reset,
       coalesce(m.has_control AND m.control_http_outcome <> 'success', false) AND NOT coalesce(c.same_page, false) AS down_for_both
FROM m
LEFT JOIN lookup l ON l.key = m.key AND l.depth = 0
LEFT JOIN resolution r ON r.key = m.key
LEFT JOIN endpoint e ON e.key = m.key AND e.vouched
LEFT JOIN handshake h ON h.key = m.key AND h.vouched
LEFT JOIN chain c ON c.key = m.key;

-- How often the same target failed the same way on the same network at other times, three days around.
CREATE OR REPLACE TEMP TABLE repetition AS
SELECT key,
       count(*) OVER near AS n_near,
       count(*) FILTER (dns_bad) OVER near AS dns_bad_near,
       count(*) FILTER (tcp_bad OR lost) OVER near AS lost_near,
       count(*) FILTER (page_good) OVER near AS page_near,
       count(*) FILTER (off_host IS NOT NULL) OVER near AS off_near,
       count(*) FILTER (http_reset) OVER near AS reset_near
FROM plain
WINDOW near AS (PARTITION BY network, target ORDER BY observed_at
                RANGE BETWEEN INTERVAL 3 DAY PRECEDING AND INTERVAL 3 DAY FOLLOWING EXCLUDE GROUP);

-- The same target from other networks of the country within three hours: a line loses packets alone, a rule need not.
CREATE OR REPLACE TEMP TABLE concurrence AS
SELECT key,
       count(*) FILTER (lost OR tcp_bad) OVER country - count(*) FILTER (lost OR tcp_bad) OVER network AS country_lost,
       count(*) FILTER (page_good) OVER country - count(*) FILTER (page_good) OVER network AS country_good
FROM plain
WINDOW country AS (PARTITION BY probe_cc, target ORDER BY observed_at
                   RANGE BETWEEN INTERVAL 3 HOUR PRECEDING AND INTERVAL 3 HOUR FOLLOWING EXCLUDE GROUP),
       network AS (PARTITION BY probe_cc, target, network ORDER BY observed_at
                   RANGE BETWEEN INTERVAL 3 HOUR PRECEDING AND INTERVAL 3 HOUR FOLLOWING EXCLUDE GROUP);

-- The same target anywhere within a day: whether helpers failed on it too, and whether anybody got it.
CREATE OR REPLACE TEMP TABLE anywhere AS
SELECT key, count(*) FILTER (down_for_both) OVER day AS down_anywhere, count(*) FILTER (page_good) OVER day AS good_anywhere
FROM plain
WINDOW day AS (PARTITION BY target ORDER BY observed_at
               RANGE BETWEEN INTERVAL 1 DAY PRECEDING AND INTERVAL 1 DAY FOLLOWING EXCLUDE GROUP);

CREATE OR REPLACE TEMP TABLE run_target AS
SELECT run, target,
       bool_or(dns_good) AS dns_good, bool_or(dns_bad) AS dns_bad, bool_or(dns_dead) AS dns_dead,
       bool_or(dns_bogon) AS dns_bogon, bool_or(tcp_good) AS tcp_good, bool_or(tcp_bad) AS tcp_bad,
       bool_or(lost AND lost_near = 0 AND page_near >= 1) AS lost, bool_or(tls_good) AS tls_good, bool_or(cert_bad) AS cert_bad,
       bool_or(page_good) AS page_good,
       bool_or(off_host IS NOT NULL) AS off_page, bool_or(plain_answer AND off_host IS NULL) AS plain_kept
FROM plain JOIN repetition USING (key) GROUP BY ALL;

CREATE OR REPLACE TEMP TABLE run_context AS
SELECT run, count(*) AS targets,
       count(*) FILTER (dns_good) AS dns_good, count(*) FILTER (dns_bad) AS dns_bad, count(*) FILTER (dns_dead) AS dns_dead,
       count(*) FILTER (dns_bogon) AS dns_bogon, count(*) FILTER (tcp_good) AS tcp_good, count(*) FILTER (tcp_bad) AS tcp_bad,
       count(*) FILTER (lost) AS lost, count(*) FILTER (tls_good) AS tls_good, count(*) FILTER (cert_bad) AS cert_bad,
       count(*) FILTER (page_good) AS page_good,
       count(*) FILTER (off_page) AS off_page, count(*) FILTER (plain_kept) AS plain_kept
FROM run_target GROUP BY run;

CREATE OR REPLACE TEMP TABLE off_host AS
SELECT run, off_host, count(DISTINCT target) AS targets FROM plain WHERE off_host IS NOT NULL GROUP BY ALL;

-- A network's own loss: names that time out now and then and load more often.
CREATE OR REPLACE TEMP TABLE network_context AS
SELECT network, count(DISTINCT target) AS targets,
       count(DISTINCT target) FILTER (lost AND lost_near = 0 AND page_near >= 1) AS lost_targets,
       count(*) AS n, count(*) FILTER (lost AND lost_near = 0 AND page_near >= 1) AS n_lost,
       count(DISTINCT target) FILTER (dead_name_answered) AS dead_answered,
       count(DISTINCT target) FILTER (dead_name_dead) AS dead_dead
FROM plain JOIN repetition USING (key) GROUP BY ALL;

CREATE OR REPLACE TEMP TABLE version_context AS
SELECT engine, target, count(DISTINCT probe_cc) FILTER (cert_bad) AS bad_countries
FROM plain GROUP BY ALL;

CREATE OR REPLACE TEMP TABLE elsewhere AS
SELECT m.key, count(DISTINCT r.reporter) AS reporters, count(DISTINCT r.probe_cc) AS countries,
       coalesce(bool_or(r.title <> '' AND lower(r.title) = lower(c.title)), false) AS title_match,
       coalesce(bool_or(c.body_length > 0 AND r.body_length > 0
                        AND least(r.body_length, c.body_length) / greatest(r.body_length, c.body_length)::DOUBLE
                            >= $length_ratio), false) AS length_match
FROM m JOIN reached r ON r.target = m.target AND r.probe_cc <> m.probe_cc
     AND r.observed_at BETWEEN m.observed_at - INTERVAL 2 DAY AND m.observed_at + INTERVAL 2 DAY
LEFT JOIN chain c ON c.key = m.key
WHERE NOT m.has_control
GROUP BY m.key;

-- Addresses at which this target's handshake was reset and another name's completed, on the same network.
CREATE OR REPLACE TEMP TABLE cohost AS
WITH good AS (
    SELECT DISTINCT m.network, t.address, m.target FROM tls t JOIN m USING (key)
    WHERE t.outcome = 'success' AND t.server_name = m.target
)
SELECT DISTINCT m.key FROM tls t JOIN m USING (key)
JOIN good g ON g.address = t.address AND g.network = m.network AND g.target <> m.target
WHERE t.outcome = 'reset' AND t.depth = 0;

-- Injected addresses at which a page that is not the site's was seen by anybody in the same country.
CREATE OR REPLACE TEMP TABLE injected_page AS
WITH seen AS (
    SELECT DISTINCT p.probe_cc, p.address FROM page p
    WHERE NOT p.vouched AND p.status IS NOT NULL AND NOT p.sealed AND NOT p.same_page
)
SELECT DISTINCT a.key FROM address a JOIN seen s ON s.probe_cc = a.probe_cc AND s.address = a.address
WHERE NOT a.vouched AND (a.from_sys OR a.from_udp);

CREATE OR REPLACE TEMP TABLE fact AS
SELECT m.key, m.run, m.observed_at, m.target, m.scheme, m.input, m.probe_cc, m.probe_asn, m.resolver_asn, m.has_control, m.control_failure,
       m.control_dns_outcome, m.control_http_outcome, m.control_http_status, m.control_title, m.engine, m.reporter,
       coalesce(m.control_http_outcome = 'success', false) AS helper_arrived,
       -- lookup
       coalesce(l.sys_ok, false) AS sys_ok, l.sys_outcome, l.sys_failure, coalesce(l.udp_ok, false) AS udp_ok, l.udp_outcome,
       coalesce(l.doh_ok, false) AS doh_ok, l.doh_outcome,
       l.key IS NOT NULL AS looked_up,
       coalesce(r.n_sys, 0) AS n_sys, coalesce(r.n_sys_vouched, 0) AS n_sys_vouched, coalesce(r.n_sys_bogon, 0) AS n_sys_bogon,
       coalesce(r.n_udp_unvouched, 0) AS n_udp_unvouched, coalesce(r.n_udp_vouched, 0) AS n_udp_vouched,
       coalesce(r.n_both_unvouched, 0) AS n_both_unvouched,
       coalesce(j.targets, 0) AS injected_targets, r.dns_fingerprint, j.addresses AS unvouched,
       coalesce(m.control_dns_outcome = 'success' AND b.n_public > 0, false) AS helper_resolved,
       coalesce(m.control_dns_outcome = 'success' AND b.n_public = 0 AND b.n_bogon > 0, false) AS helper_bogon,
       (m.control_dns_outcome IN ('nxdomain', 'nodata')) IS TRUE AS helper_no_name,
       -- connect, genuine and injected addresses apart
       coalesce(e.n, 0) AS tcp_n, coalesce(e.n_ok, 0) AS tcp_ok, coalesce(e.n_bad_ctl_ok, 0) AS tcp_bad_ctl_ok,
       coalesce(e.n_bad_ctl_bad, 0) AS tcp_bad_ctl_bad, coalesce(e.n_bad_no_ctl, 0) AS tcp_bad_no_ctl,
       e.bad_outcome AS tcp_outcome, e.bad_addresses AS tcp_bad_addresses, coalesce(e.only_v6, false) AS tcp_only_v6,
       coalesce(ei.n, 0) AS inj_n, coalesce(ei.n_ok, 0) AS inj_ok,
       coalesce(h.n, 0) AS tls_n, coalesce(h.n_ok, 0) AS tls_ok, coalesce(h.n_bad_ctl_ok, 0) AS tls_bad_ctl_ok,
       coalesce(h.n_bad_ctl_bad, 0) AS tls_bad_ctl_bad, coalesce(h.n_bad_no_ctl, 0) AS tls_bad_no_ctl,
       coalesce(h.n_bad_same, 0) AS tls_bad_same, h.bad_outcome AS tls_outcome, coalesce(h.cert_bad, false) AS cert_bad,
       coalesce(h.cert_genuine, false) AS cert_genuine, coalesce(h.cert_foreign, false) AS cert_foreign,
       coalesce(h.cert_self_signed, false) AS cert_self_signed, h.bad_certificate, h.bad_issuer,
       coalesce(hi.cert_bad, false) AS inj_cert_bad,
       coalesce(hi.cert_self_signed, false) AS inj_self_signed,
       coalesce(hi.cert_names_target, true) AS inj_cert_names_target,
       -- pages
       c.outcome AS http_outcome, c.failure AS http_failure, c.status AS status, c.body_length AS body_length,
       c.title AS title, c.url AS url, c.host AS host, c.scheme AS last_scheme, c.refusal AS refusal,
       c.vouched AS page_vouched, coalesce(c.sealed, false) AS sealed, c.depth AS depth,
       coalesce(c.status_match, false) AS status_match, c.length_ratio AS length_ratio,
       coalesce(c.title_match, false) AS title_match, coalesce(c.title_conflict, false) AS title_conflict, coalesce(c.header_match, false) AS header_match,
       c.server_match AS server_match,
       coalesce(c.same_page, false) AS same_page, c.body_sha256 AS body_sha256,
       c.location_host AS location_host, c.first_scheme AS first_scheme,
       coalesce(fp.n_fingerprints, 0) AS n_fingerprints, coalesce(fp.n_expected_fingerprints, 0) AS n_expected_fingerprints,
       coalesce(fp.n_false_fingerprints, 0) AS n_false_fingerprints, fp.fingerprint_names,
       coalesce(o.same_page, false) AS other_same_page,
       coalesce(sp.targets, 0) AS page_targets, coalesce(sp.countries, 0) AS page_countries, coalesce(sp.runs, 0) AS page_runs,
       coalesce(st.countries, 0) AS target_page_countries, coalesce(st.controlled, 0) AS target_page_controlled,
       coalesce(rh.runs, 0) AS redirect_runs,
       coalesce(rt.countries, 0) AS redirect_countries, coalesce(rt.same, 0) AS redirect_target_same,
       -- later hops
       hop.layer AS hop_layer, hop.outcome AS hop_outcome, hop.host AS hop_host,
       -- the rest of the run, of the network, of the version
       coalesce(x.targets, 1) - 1 AS others,
       coalesce(x.dns_good, 0) - coalesce(t.dns_good, false)::INT AS others_dns_good,
       coalesce(x.dns_bad, 0) - coalesce(t.dns_bad, false)::INT AS others_dns_bad,
       coalesce(x.dns_dead, 0) - coalesce(t.dns_dead, false)::INT AS others_dns_dead,
       coalesce(x.dns_bogon, 0) - coalesce(t.dns_bogon, false)::INT AS others_dns_bogon,
       coalesce(x.tcp_good, 0) - coalesce(t.tcp_good, false)::INT AS others_tcp_good,
       coalesce(x.lost, 0) - coalesce(t.lost, false)::INT AS others_lost,
       coalesce(x.tls_good, 0) - coalesce(t.tls_good, false)::INT AS others_tls_good,
       coalesce(x.cert_bad, 0) - coalesce(t.cert_bad, false)::INT AS others_cert_bad,
       coalesce(x.page_good, 0) - coalesce(t.page_good, false)::INT AS others_page_good,
       coalesce(x.plain_kept, 0) - coalesce(t.plain_kept, false)::INT AS others_plain_kept,
       coalesce(oh.targets, 0) - 1 AS others_off_host,
       coalesce(n.n_lost / n.n::DOUBLE, 0) AS network_loss, coalesce(n.lost_targets, 0) AS network_lost_targets,
       coalesce(n.dead_answered, 0) AS dead_answered, coalesce(n.dead_dead, 0) AS dead_dead,
       coalesce(v.bad_countries, 0) AS version_bad_countries,
       coalesce(q.n_near, 0) AS n_near, coalesce(q.dns_bad_near, 0) AS dns_bad_near, coalesce(q.lost_near, 0) AS lost_near,
       coalesce(q.page_near, 0) AS page_near, coalesce(q.off_near, 0) AS off_near,
       coalesce(w.reporters, 0) AS elsewhere_reporters, coalesce(w.title_match, false) AS elsewhere_title,
       coalesce(w.length_match, false) AS elsewhere_length,
       coalesce(list_contains(m.issues, 'clock_suspect'), false) AS clock_suspect,
       coalesce(starts_with(m.control_failure, 'ssl_'), false) AS helper_cert_refused,
       coalesce(starts_with(l.doh_outcome, 'cert_'), false) AS doh_cert_refused,
       coalesce(w2.same_site, false) AS same_site,
       CASE WHEN c.location_host IS NULL THEN false
            ELSE regexp_matches(lower(concat_ws(' ', c.location_host, c.title, c.url)), $portal_words) END AS portal_words,
       CASE WHEN h.bad_issuer IS NULL THEN false
            ELSE regexp_matches(lower(h.bad_issuer), $interception_products) END AS interception_product,
       coalesce(co.key IS NOT NULL, false) AS cohost_ok,
       coalesce(ip.key IS NOT NULL, false) AS injected_showed_page,
       coalesce(q.reset_near, 0) AS reset_near,
       coalesce(cc.country_lost, 0) AS country_lost, coalesce(cc.country_good, 0) AS country_good,
       coalesce(an.down_anywhere, 0) AS down_anywhere, coalesce(an.good_anywhere, 0) AS good_anywhere,
       speed_fact.* EXCLUDE (key)
FROM m SEMI JOIN asked USING (key)
LEFT JOIN lookup l ON l.key = m.key AND l.depth = 0
LEFT JOIN resolution r ON r.key = m.key
LEFT JOIN injection j ON j.key = m.key
LEFT JOIN endpoint e ON e.key = m.key AND e.vouched
LEFT JOIN endpoint ei ON ei.key = m.key AND NOT ei.vouched
LEFT JOIN handshake h ON h.key = m.key AND h.vouched
LEFT JOIN handshake hi ON hi.key = m.key AND NOT hi.vouched
LEFT JOIN chain c ON c.key = m.key
LEFT JOIN print fp ON fp.key = m.key
LEFT JOIN other_chain o ON o.key = m.key
LEFT JOIN shown_page sp ON sp.body_sha256 = c.body_sha256 AND NOT c.same_page
LEFT JOIN shown_target st ON st.target = m.target AND st.body_sha256 = c.body_sha256 AND NOT c.same_page
LEFT JOIN redirect_host rh ON rh.probe_cc = m.probe_cc AND rh.location_host = c.location_host
LEFT JOIN redirect_target rt ON rt.target = m.target AND rt.location_host = c.location_host
LEFT JOIN hop ON hop.key = m.key
LEFT JOIN run_context x ON x.run = m.run
LEFT JOIN run_target t ON t.run = m.run AND t.target = m.target
LEFT JOIN plain pl ON pl.key = m.key
LEFT JOIN off_host oh ON oh.run = m.run AND oh.off_host = pl.off_host
LEFT JOIN network_context n ON n.network = m.network
LEFT JOIN version_context v ON v.engine = m.engine AND v.target = m.target
LEFT JOIN repetition q ON q.key = m.key
LEFT JOIN concurrence cc ON cc.key = m.key
LEFT JOIN anywhere an ON an.key = m.key
LEFT JOIN elsewhere w ON w.key = m.key
LEFT JOIN site_pair w2 ON w2.target = m.target AND w2.location_host = c.location_host
LEFT JOIN cohost co ON co.key = m.key
LEFT JOIN injected_page ip ON ip.key = m.key
LEFT JOIN helper_answer b ON b.key = m.key
LEFT JOIN speed_fact ON speed_fact.key = m.key;
