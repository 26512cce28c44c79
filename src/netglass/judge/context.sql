-- What *other* targets of the same run, network, client version and country did. `around` is made by judge.fact before this script
-- runs: what the same target did at other times.

-- A page that many unrelated names of one country show is the network's page; of several countries, a hosting company's.
CREATE OR REPLACE TEMP TABLE shown_page AS
SELECT body_sha256, count(DISTINCT site) AS targets, count(DISTINCT probe_cc) AS countries, count(DISTINCT run) AS runs
FROM seen
WHERE NOT same_page AND status IS NOT NULL AND last_scheme = 'http' AND body_length > 0 AND body_sha256 IS NOT NULL
GROUP BY ALL;

-- The same page for one target, network by network: a server refuses a country, a network refuses a name.
CREATE OR REPLACE TEMP TABLE shown_target AS
SELECT site, body_sha256, count(DISTINCT probe_cc) AS countries, count(*) FILTER (has_control AND control_http_status < 400) AS controlled
FROM seen
WHERE NOT same_page AND status IS NOT NULL AND body_sha256 IS NOT NULL
GROUP BY ALL;

CREATE OR REPLACE TEMP TABLE redirect_host AS
SELECT probe_cc, location_host, count(DISTINCT run) AS runs
FROM seen
WHERE location_host IS NOT NULL AND first_scheme = 'http'
GROUP BY ALL;

CREATE OR REPLACE TEMP TABLE redirect_target AS
SELECT site, location_host, count(DISTINCT probe_cc) AS countries, count(*) FILTER (same_page) AS same
FROM seen
WHERE location_host IS NOT NULL AND first_scheme = 'http'
GROUP BY ALL;

CREATE OR REPLACE TEMP TABLE plain AS
SELECT trait.*, lost AND page_near >= 1 AND 10 * lost_near <= page_near AS stray FROM trait JOIN around USING (key);

CREATE OR REPLACE TEMP TABLE run_target AS
SELECT run, site,
       bool_or(dns_good) AS dns_good, bool_or(dns_bad) AS dns_bad, bool_or(dns_dead) AS dns_dead,
       bool_or(dns_bogon) AS dns_bogon, bool_or(tcp_good) AS tcp_good,
       bool_or(stray) AS lost, bool_or(tls_good) AS tls_good, bool_or(cert_bad) AS cert_bad,
       bool_or(page_good) AS page_good, bool_or(quic_good) AS quic_good, bool_or(plain_answer AND off_host IS NULL) AS plain_kept
FROM plain GROUP BY run, site;

CREATE OR REPLACE TEMP TABLE run_context AS
SELECT run, count(*) AS targets,
       count(*) FILTER (dns_good) AS dns_good, count(*) FILTER (dns_bad) AS dns_bad, count(*) FILTER (dns_dead) AS dns_dead,
       count(*) FILTER (dns_bogon) AS dns_bogon, count(*) FILTER (tcp_good) AS tcp_good,
       count(*) FILTER (lost) AS lost, count(*) FILTER (tls_good) AS tls_good, count(*) FILTER (cert_bad) AS cert_bad,
       count(*) FILTER (page_good) AS page_good, count(*) FILTER (quic_good) AS quic_good, count(*) FILTER (plain_kept) AS plain_kept
FROM run_target GROUP BY run;

CREATE OR REPLACE TEMP TABLE off_host AS
SELECT run, off_host, count(DISTINCT site) AS targets FROM plain WHERE off_host IS NOT NULL GROUP BY ALL;

-- A network's own loss: names that time out now and then and load more often.
CREATE OR REPLACE TEMP TABLE network_context AS
SELECT network, count(DISTINCT site) FILTER (stray) AS lost_targets, count(*) AS n, count(*) FILTER (stray) AS n_lost,
       count(DISTINCT site) FILTER (dead_name_answered) AS dead_answered, count(DISTINCT site) FILTER (dead_name_dead) AS dead_dead
FROM plain GROUP BY network;

CREATE OR REPLACE TEMP TABLE version_context AS
SELECT client, site, count(DISTINCT probe_cc) AS bad_countries FROM plain WHERE cert_bad GROUP BY ALL;

-- Where a target was plainly reached, for measurements without a helper.
CREATE OR REPLACE TEMP TABLE elsewhere AS
WITH reached AS (
    SELECT s.site, s.probe_cc, m.reporter, s.observed_at, s.body_length, s.title FROM seen s JOIN m USING (key)
    WHERE s.same_page AND s.page_vouched AND s.has_control AND (s.sys_ok OR NOT s.looked_up)
)
SELECT s.key, count(DISTINCT r.reporter) AS reporters,
       coalesce(bool_or(r.title <> '' AND lower(r.title) = lower(s.title)), false) AS title_match,
       coalesce(bool_or(s.body_length > 0 AND r.body_length > 0
                        AND least(r.body_length, s.body_length) / greatest(r.body_length, s.body_length)::DOUBLE
                            >= $length_ratio), false) AS length_match
FROM seen s JOIN reached r ON r.site = s.site AND r.probe_cc <> s.probe_cc
     AND r.observed_at BETWEEN s.observed_at - INTERVAL 2 DAY AND s.observed_at + INTERVAL 2 DAY
WHERE NOT s.has_control
GROUP BY s.key;

CREATE OR REPLACE TEMP TABLE context AS
SELECT s.key,
       coalesce(sp.targets, 0) AS page_targets, coalesce(sp.countries, 0) AS page_countries, coalesce(sp.runs, 0) AS page_runs,
       coalesce(st.countries, 0) AS target_page_countries, coalesce(st.controlled, 0) AS target_page_controlled,
       coalesce(rh.runs, 0) AS redirect_runs, coalesce(rt.countries, 0) AS redirect_countries,
       coalesce(rt.same, 0) AS redirect_target_same, coalesce(w2.same_site, false) AS same_site,
       x.targets - 1 AS others,
       x.dns_good - t.dns_good::INT AS others_dns_good, x.dns_bad - t.dns_bad::INT AS others_dns_bad,
       x.dns_dead - t.dns_dead::INT AS others_dns_dead, x.dns_bogon - t.dns_bogon::INT AS others_dns_bogon,
       x.tcp_good - t.tcp_good::INT AS others_tcp_good, x.lost - t.lost::INT AS others_lost,
       x.tls_good - t.tls_good::INT AS others_tls_good, x.cert_bad - t.cert_bad::INT AS others_cert_bad,
       x.quic_good - t.quic_good::INT AS others_quic_good,
       x.page_good - t.page_good::INT AS others_page_good, x.plain_kept - t.plain_kept::INT AS others_plain_kept,
       coalesce(oh.targets, 0) - 1 AS others_off_host,
       n.n_lost / n.n::DOUBLE AS network_loss, n.lost_targets AS network_lost_targets, n.dead_answered, n.dead_dead,
       coalesce(v.bad_countries, 0) AS version_bad_countries,
       a.n_near, a.dns_bad_near, a.lost_near, a.page_near, a.off_near, a.reset_near, a.country_lost, a.country_good,
       a.down_anywhere, a.good_anywhere,
       coalesce(w.reporters, 0) AS elsewhere_reporters, coalesce(w.title_match, false) AS elsewhere_title,
       coalesce(w.length_match, false) AS elsewhere_length,
       sf.* EXCLUDE (key)
FROM seen s SEMI JOIN asked USING (key)
JOIN around a ON a.key = s.key
JOIN run_context x ON x.run = s.run
JOIN run_target t ON t.run = s.run AND t.site = s.site
JOIN network_context n ON n.network = s.network
LEFT JOIN shown_page sp ON sp.body_sha256 = s.body_sha256 AND NOT s.same_page
LEFT JOIN shown_target st ON st.site = s.site AND st.body_sha256 = s.body_sha256 AND NOT s.same_page
LEFT JOIN redirect_host rh ON rh.probe_cc = s.probe_cc AND rh.location_host = s.location_host
LEFT JOIN redirect_target rt ON rt.site = s.site AND rt.location_host = s.location_host
LEFT JOIN site_pair w2 ON w2.site = s.site AND w2.location_host = s.location_host
LEFT JOIN off_host oh ON oh.run = s.run AND oh.off_host = s.location_host AND NOT s.same_page AND s.first_scheme = 'http'
LEFT JOIN version_context v ON v.client = s.client AND v.site = s.site
LEFT JOIN elsewhere w ON w.key = s.key
LEFT JOIN speed_fact sf ON sf.key = s.key;

CREATE OR REPLACE TEMP VIEW fact AS SELECT * FROM seen JOIN context USING (key);
