-- Steps of the window, cleaned of what the verdict never uses. `m` is made by judge.fact before this script runs:
-- one row per web_connectivity measurement of the context window.

-- Of several failures at several addresses, one known symptom stands for all; ties go by name, so that the order of rows is nothing.
CREATE OR REPLACE TEMP MACRO worst(outcome) AS coalesce(
    min(outcome) FILTER (outcome NOT IN ('success', 'other', 'cancelled')), min(outcome) FILTER (outcome <> 'success')
);

CREATE OR REPLACE TEMP TABLE answer AS
SELECT d.key, d.depth, d.route, d.hostname, d.address, d.outcome, d.failure, d.query_type,
       coalesce(d.bogon, false) AS bogon, d.fingerprint, d.fingerprint_scope, d.fingerprint_cc
FROM dns d SEMI JOIN m USING (key)
WHERE d.route IS NOT NULL;

CREATE OR REPLACE TEMP TABLE lookup AS
SELECT key, depth, min(hostname) AS hostname,
       coalesce(bool_or(route = 'system' AND address IS NOT NULL), false) AS sys_ok,
       min(outcome) FILTER (route = 'system' AND address IS NULL AND outcome <> 'success'
                            AND coalesce(query_type, '') <> 'AAAA') AS sys_outcome,
       min(failure) FILTER (route = 'system' AND address IS NULL AND outcome <> 'success'
                            AND coalesce(query_type, '') <> 'AAAA') AS sys_failure,
       coalesce(bool_or(route = 'udp' AND address IS NOT NULL), false) AS udp_ok,
       min(outcome) FILTER (route = 'udp' AND address IS NULL AND outcome <> 'success'
                            AND coalesce(query_type, '') <> 'AAAA') AS udp_outcome,
       coalesce(bool_or(route IN ('doh', 'dot') AND address IS NOT NULL AND NOT bogon), false) AS doh_ok,
       min(outcome) FILTER (route IN ('doh', 'dot') AND address IS NULL AND outcome <> 'success'
                            AND coalesce(query_type, '') <> 'AAAA') AS doh_outcome
FROM answer GROUP BY key, depth;

CREATE OR REPLACE TEMP TABLE helper_address AS
SELECT c.key, c.address, bool_or(coalesce(c.resolved, false)) AS resolved, bool_or(coalesce(c.bogon, false)) AS bogon,
       bool_or(coalesce(c.tls_outcome = 'success', false)) AS tls_ok,
       min(nullif(coalesce(c.ip_info_asn, c.address_asn), 0)) AS asn
FROM control_address c SEMI JOIN m USING (key)
WHERE c.address IS NOT NULL
GROUP BY c.key, c.address;

CREATE OR REPLACE TEMP TABLE helper_answer AS
SELECT key, count(*) FILTER (NOT bogon) AS n_public, count(*) FILTER (bogon) AS n_bogon
FROM helper_address WHERE resolved GROUP BY key;

-- Addresses that somebody beyond the network's own resolver gave for a target, or that proved to hold it by certificate.
CREATE OR REPLACE TEMP TABLE known_address AS
SELECT DISTINCT target, address FROM (
    SELECT m.target, c.address FROM helper_address c JOIN m USING (key) WHERE c.resolved AND NOT c.bogon
    UNION ALL
    SELECT m.target, a.address FROM answer a JOIN m USING (key)
    WHERE a.depth = 0 AND a.route IN ('doh', 'dot') AND a.address IS NOT NULL AND NOT a.bogon
    UNION ALL
    SELECT m.target, t.address FROM tls t JOIN m USING (key)
    WHERE t.outcome = 'success' AND coalesce(t.verified, true) AND t.server_name = m.target
    GROUP BY m.target, t.address HAVING count(DISTINCT m.reporter) >= 2
);

-- Leaf certificates with which a target was verified anywhere in the window.
CREATE OR REPLACE TEMP TABLE genuine_certificate AS
SELECT m.target, t.cert_sha256, count(DISTINCT m.probe_asn) AS networks
FROM tls t JOIN m USING (key)
WHERE t.outcome = 'success' AND coalesce(t.verified, true) AND t.server_name = m.target AND t.cert_sha256 IS NOT NULL
GROUP BY ALL;

-- What the resolvers gave for the target itself. On later hops nobody can vouch, and nothing is made of it.
CREATE OR REPLACE TEMP TABLE address AS
WITH given AS (
    SELECT key, address, bool_or(route = 'system') AS from_sys, bool_or(route = 'udp') AS from_udp,
           bool_or(route IN ('doh', 'dot')) AS from_doh, bool_or(bogon) AS bogon, min(fingerprint) AS fingerprint,
           min(fingerprint_scope) AS fingerprint_scope
    FROM answer WHERE address IS NOT NULL AND depth = 0 GROUP BY key, address
),
own_tls AS (
    SELECT DISTINCT t.key, t.address FROM tls t JOIN m USING (key)
    WHERE t.outcome = 'success' AND coalesce(t.verified, true) AND t.server_name = m.target
),
helper_asn AS (
    SELECT DISTINCT key, asn FROM helper_address WHERE resolved AND asn IS NOT NULL
)
SELECT g.*, m.target, m.probe_cc, m.probe_asn, m.control_dns_outcome,
       NOT g.bogon AND (g.from_doh OR coalesce(h.resolved, false) OR coalesce(h.tls_ok, false) OR o.key IS NOT NULL
                        OR k.address IS NOT NULL OR s.key IS NOT NULL) AS vouched
FROM given g
JOIN m USING (key)
LEFT JOIN helper_address h ON h.key = g.key AND h.address = g.address
LEFT JOIN own_tls o ON o.key = g.key AND o.address = g.address
LEFT JOIN known_address k ON k.target = m.target AND k.address = g.address
LEFT JOIN helper_asn s ON s.key = g.key AND s.asn = h.asn;

-- Answers that nobody vouches for, and for how many unrelated names a country's resolvers give the same one.
CREATE OR REPLACE TEMP TABLE injected_address AS
SELECT probe_cc, address, count(DISTINCT target) AS targets, count(DISTINCT probe_asn) AS networks
FROM address
WHERE (from_sys OR from_udp) AND NOT vouched AND control_dns_outcome IN ('success', 'nxdomain')
GROUP BY probe_cc, address;

CREATE OR REPLACE TEMP TABLE resolution AS
SELECT key, count(*) FILTER (from_sys) AS n_sys,
       count(*) FILTER (from_sys AND vouched) AS n_sys_vouched,
       count(*) FILTER (from_sys AND bogon) AS n_sys_bogon,
       count(*) FILTER (from_udp AND NOT vouched) AS n_udp_unvouched,
       count(*) FILTER (from_udp AND vouched) AS n_udp_vouched,
       count(*) FILTER (from_sys AND from_udp AND NOT vouched) AS n_both_unvouched,
       min(fingerprint) FILTER (from_sys AND coalesce(fingerprint_scope, '') <> 'fp') AS dns_fingerprint
FROM address GROUP BY key;

CREATE OR REPLACE TEMP TABLE injection AS
SELECT a.key, max(i.targets) AS targets, list_sort(list(a.address)) AS addresses
FROM address a LEFT JOIN injected_address i ON i.probe_cc = a.probe_cc AND i.address = a.address
WHERE (a.from_sys OR a.from_udp) AND NOT a.vouched
GROUP BY a.key;

-- Endpoints of the first hop that were meant to fetch the page; on a probe with IPv4, IPv6 decides nothing.
CREATE OR REPLACE TEMP TABLE endpoint AS
WITH step AS (
    SELECT t.key, t.address, t.outcome, contains(t.address, ':') AS v6, coalesce(a.vouched, NOT coalesce(t.bogon, false)) AS vouched,
           coalesce(t.control_outcome, CASE WHEN m.control_http_outcome = 'success'
                                            AND coalesce(a.vouched, NOT coalesce(t.bogon, false)) THEN 'success' END) AS ctl
    FROM tcp t JOIN m USING (key)
    LEFT JOIN address a ON a.key = t.key AND a.address = t.address
    WHERE t.depth = 0 AND coalesce(t.fetch_body, true)
),
telling AS (
    SELECT * FROM step WHERE NOT v6
    UNION ALL
    SELECT * FROM step WHERE v6 AND key NOT IN (SELECT key FROM step WHERE NOT v6)
)
SELECT key, vouched, count(*) AS n, count(*) FILTER (outcome = 'success') AS n_ok,
       count(*) FILTER (outcome <> 'success' AND ctl = 'success') AS n_bad_ctl_ok,
       count(*) FILTER (outcome <> 'success' AND ctl <> 'success') AS n_bad_ctl_bad,
       count(*) FILTER (outcome <> 'success' AND ctl IS NULL) AS n_bad_no_ctl,
       worst(outcome) AS bad_outcome,
       list_sort(list(DISTINCT address) FILTER (outcome <> 'success')) AS bad_addresses, bool_and(v6) AS only_v6
FROM telling GROUP BY key, vouched;

CREATE OR REPLACE TEMP TABLE handshake AS
WITH step AS (
    SELECT t.key, t.address, t.outcome, t.cert_sha256, t.cert_self_signed, t.cert_name_match, t.cert_issuer,
           contains(t.address, ':') AS v6, coalesce(a.vouched, true) AS vouched,
           coalesce(t.control_outcome, CASE WHEN m.control_http_outcome = 'success' AND m.scheme = 'https'
                                            AND coalesce(a.vouched, true) THEN 'success' END) AS ctl,
           m.target, m.target IN (SELECT target FROM genuine_certificate) AS known_target
    FROM tls t JOIN m USING (key)
    LEFT JOIN address a ON a.key = t.key AND a.address = t.address
    WHERE t.depth = 0 AND coalesce(t.fetch_body, true) AND coalesce(t.server_name, m.target) = m.target
      AND coalesce(t.network, 'tcp') IN ('tcp', 'tls')
),
telling AS (
    SELECT * FROM step WHERE NOT v6 OR outcome = 'success'
    UNION ALL
    SELECT * FROM step WHERE v6 AND outcome <> 'success' AND key NOT IN (SELECT key FROM step WHERE NOT v6)
)
SELECT step.key, vouched,
       count(*) AS n, count(*) FILTER (outcome = 'success') AS n_ok,
       count(*) FILTER (outcome <> 'success' AND ctl = 'success') AS n_bad_ctl_ok,
       count(*) FILTER (outcome <> 'success' AND ctl <> 'success') AS n_bad_ctl_bad,
       count(*) FILTER (outcome <> 'success' AND ctl IS NULL) AS n_bad_no_ctl,
       count(*) FILTER (outcome <> 'success' AND ctl = outcome) AS n_bad_same,
       worst(outcome) AS bad_outcome,
       coalesce(bool_or(starts_with(outcome, 'cert_')), false) AS cert_bad,
       coalesce(bool_or(starts_with(outcome, 'cert_') AND g.target IS NOT NULL), false) AS cert_genuine,
       coalesce(bool_or(starts_with(outcome, 'cert_') AND g.target IS NULL AND step.cert_sha256 IS NOT NULL
                        AND step.known_target), false) AS cert_foreign,
       coalesce(bool_or(starts_with(outcome, 'cert_') AND step.cert_self_signed), false) AS cert_self_signed,
       coalesce(bool_or(step.cert_name_match) FILTER (starts_with(outcome, 'cert_')), true) AS cert_names_target,
       min(step.cert_sha256) FILTER (starts_with(outcome, 'cert_')) AS bad_certificate,
       min(step.cert_issuer) FILTER (starts_with(outcome, 'cert_')) AS bad_issuer
FROM telling AS step LEFT JOIN genuine_certificate g ON g.target = step.target AND g.cert_sha256 = step.cert_sha256
GROUP BY step.key, vouched;

-- Later hops: the helper names no endpoint there, so only its arrival at the end is a control.
CREATE OR REPLACE TEMP TABLE hop AS
WITH step AS (
    SELECT key, depth, 'dns' AS layer, outcome, hostname AS host FROM (
        SELECT key, depth, hostname, CASE WHEN sys_ok THEN 'success' ELSE sys_outcome END AS outcome FROM lookup
    ) WHERE outcome IS NOT NULL
    UNION ALL
    SELECT key, depth, 'tcp', CASE WHEN bool_or(outcome = 'success') THEN 'success' ELSE worst(outcome) END, NULL
    FROM tcp WHERE coalesce(fetch_body, true) AND coalesce(classic, true) GROUP BY key, depth
    UNION ALL
    SELECT key, depth, 'tls', CASE WHEN bool_or(outcome = 'success') THEN 'success' ELSE worst(outcome) END,
           min(server_name)
    FROM tls WHERE coalesce(fetch_body, true) AND coalesce(classic, true) GROUP BY key, depth
)
SELECT s.key, arg_max(s.layer, s.depth * 10 + CASE s.layer WHEN 'dns' THEN 1 WHEN 'tcp' THEN 2 ELSE 3 END) AS layer,
       arg_max(s.outcome, s.depth * 10 + CASE s.layer WHEN 'dns' THEN 1 WHEN 'tcp' THEN 2 ELSE 3 END) AS outcome,
       max(s.depth) AS depth, arg_max(s.host, s.depth) FILTER (s.host IS NOT NULL) AS host
FROM step s SEMI JOIN m USING (key)
WHERE s.depth > 0 AND s.outcome <> 'success'
GROUP BY s.key;
