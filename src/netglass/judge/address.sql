-- Which addresses of a target somebody vouches for. `m` is made by judge.fact before this script runs: one row per web_connectivity
-- measurement of the context window.
--
-- Joins of many rows go over numbers of 64 bits: `site` is the hash of the target, `spot` that of an address, `place` that of an address in
-- one measurement. Among a hundred million texts the chance that any two share a number is 1 in 3,700 (birthday bound). Whether an address
-- is a bogon hangs on the address alone, so every row of one says the same.

-- Handshakes. `proven`: the certificate was verified for the target; `own`: it was meant to fetch the target's page.
CREATE OR REPLACE TEMP TABLE shake AS
SELECT t.key, t.depth, t.outcome, t.control_outcome, t.server_name, coalesce(t.fetch_body, true) AND coalesce(t.classic, true) AS followed,
       m.site, m.network, hash(t.key, t.address) AS place,
       CASE WHEN t.address IS NOT NULL THEN hash(t.address) END AS spot,
       contains(t.address, ':') AS v6,
       t.outcome = 'success' AND t.server_name = m.target AS named_well,
       t.outcome = 'success' AND coalesce(t.verified, true) AND t.server_name = m.target AS proven,
       t.depth = 0 AND coalesce(t.fetch_body, true) AND coalesce(t.server_name, m.target) = m.target
       AND coalesce(t.network, 'tcp') IN ('tcp', 'tls') AS own,
       CASE WHEN t.cert_sha256 IS NOT NULL THEN hash(t.cert_sha256) END AS cert,
       starts_with(t.outcome, 'cert_') AS rejected,
       CASE WHEN rejected THEN t.cert_sha256 END AS bad_certificate,
       CASE WHEN rejected THEN t.cert_issuer END AS bad_issuer, t.cert_self_signed, t.cert_name_match,
       rejected AND coalesce(t.chain_status = 'wrong_name', false) AS signed_for_another
FROM tls t JOIN m USING (key)
WHERE t.network IS DISTINCT FROM 'udp';

-- Handshakes of QUIC, apart: a name that HTTP/3 does not reach is reached over TCP all the same.
CREATE OR REPLACE TEMP TABLE quic AS
SELECT key, count(*) FILTER (outcome = 'success') AS n_ok,
       count(*) FILTER (outcome = 'timeout' AND control_outcome = 'success') AS n_silent
FROM tls SEMI JOIN m USING (key)
WHERE network = 'udp' AND depth = 0
GROUP BY key;

-- What the resolvers gave for the target itself, address by address. On later hops nobody can vouch, and nothing is made of it.
CREATE OR REPLACE TEMP TABLE answer AS
SELECT key, address, bool_or(route = 'system') AS from_sys, bool_or(route = 'udp') AS from_udp,
       bool_or(route IN ('doh', 'dot')) AS from_doh, bool_or(coalesce(bogon, false)) AS bogon, min(address_cc) AS address_cc,
       min(fingerprint) AS fingerprint, min(fingerprint_scope) AS fingerprint_scope
FROM dns SEMI JOIN m USING (key)
WHERE route IS NOT NULL AND depth = 0 AND address IS NOT NULL
GROUP BY key, address;

CREATE OR REPLACE TEMP TABLE lookup AS
SELECT key, count(*) FILTER (from_sys) AS n_sys, count(*) FILTER (from_udp) AS n_udp, count(*) FILTER (from_doh AND NOT bogon) AS n_doh,
       count(*) FILTER (from_sys AND bogon) AS n_sys_bogon,
       min(fingerprint) FILTER (from_sys AND coalesce(fingerprint_scope, '') <> 'fp') AS dns_fingerprint
FROM answer GROUP BY key;

-- Lookups without an address, and those of later hops. That a name has no IPv6 address is no failure.
CREATE OR REPLACE TEMP TABLE question AS
SELECT key, depth, route, hostname, address IS NOT NULL AS answered,
       CASE WHEN address IS NULL AND outcome <> 'success' AND coalesce(query_type, '') <> 'AAAA' THEN outcome END AS failed, failure
FROM dns SEMI JOIN m USING (key)
WHERE route IS NOT NULL AND (address IS NULL OR depth > 0);

CREATE OR REPLACE TEMP TABLE silence AS
SELECT key, min(failed) FILTER (route = 'system') AS sys_outcome,
       min(failure) FILTER (route = 'system' AND failed IS NOT NULL) AS sys_failure,
       min(failed) FILTER (route = 'udp') AS udp_outcome, min(failed) FILTER (route IN ('doh', 'dot')) AS doh_outcome
FROM question WHERE depth = 0 GROUP BY key;

-- What the helper knows of addresses: that its own lookup gave them, or that the target answers there.
CREATE OR REPLACE TEMP TABLE helped AS
SELECT key, hash(key, address) AS place, hash(address) AS spot, coalesce(resolved, false) AS resolved,
       coalesce(bogon, false) AS bogon, coalesce(resolved OR tls_outcome = 'success', false) AS vouched,
       nullif(coalesce(ip_info_asn, address_asn), 0) AS asn
FROM control_address SEMI JOIN m USING (key)
WHERE address IS NOT NULL;

CREATE OR REPLACE TEMP TABLE helper_answer AS
SELECT key, bool_or(NOT bogon) AS public, bool_or(bogon) AS bogon FROM helped WHERE resolved GROUP BY key;

-- Addresses that neither DNS over HTTPS nor the helper nor a certificate vouches for in the same measurement.
CREATE OR REPLACE TEMP TABLE doubted AS
WITH given AS (
    SELECT *, hash(key, address) AS place FROM answer WHERE NOT from_doh AND NOT bogon
),
voucher AS (
    SELECT place FROM helped WHERE vouched
    UNION ALL
    SELECT place FROM shake WHERE proven
)
SELECT g.key, g.address, g.address_cc, g.from_sys, g.from_udp, g.bogon, g.place, hash(g.address) AS spot, m.site
FROM given g ANTI JOIN voucher USING (place) JOIN m USING (key);

-- Addresses that somebody beyond the network's own resolver gave for the target in another measurement, or that proved to hold it.
CREATE OR REPLACE TEMP TABLE known AS
WITH given AS (
    SELECT key, spot FROM helped WHERE resolved AND NOT bogon
    UNION ALL
    SELECT key, hash(address) FROM answer WHERE from_doh AND NOT bogon
)
SELECT m.site, g.spot FROM given g SEMI JOIN doubted USING (spot) JOIN m USING (key)
UNION
SELECT s.site, s.spot FROM shake s SEMI JOIN doubted USING (site, spot) JOIN m USING (key)
WHERE s.proven GROUP BY s.site, s.spot HAVING count(DISTINCT m.reporter) >= 2;

-- Addresses in a network in which the helper found the target too.
CREATE OR REPLACE TEMP TABLE beside AS
WITH told AS (
    SELECT key, place, bool_or(resolved) AS resolved, min(asn) AS asn FROM helped SEMI JOIN doubted USING (key) GROUP BY key, place
)
SELECT place FROM told SEMI JOIN (SELECT key, asn FROM told WHERE resolved) USING (key, asn);

-- Addresses that nobody vouches for. They are few, and every other address is vouched for.
CREATE OR REPLACE TEMP TABLE lie AS
WITH found AS (
    SELECT key, address, address_cc, from_sys, from_udp, bogon, place FROM doubted ANTI JOIN known USING (site, spot) ANTI JOIN beside USING (place)
    UNION ALL
    SELECT key, address, address_cc, from_sys, from_udp, bogon, hash(key, address) FROM answer WHERE bogon
)
SELECT f.*, m.site, m.probe_cc, m.control_dns_outcome FROM found f JOIN m USING (key);

-- For how many unrelated names a country's resolvers give the same address that nobody vouches for.
CREATE OR REPLACE TEMP TABLE injected_address AS
SELECT probe_cc, address, count(DISTINCT site) AS targets
FROM lie
WHERE (from_sys OR from_udp) AND control_dns_outcome IN ('success', 'nxdomain')
GROUP BY probe_cc, address;

CREATE OR REPLACE TEMP TABLE misled AS
WITH counted AS (
    SELECT l.key, count(*) FILTER (from_sys) AS n_sys, count(*) FILTER (from_udp) AS n_udp, count(*) FILTER (from_sys AND from_udp) AS n_both,
           max(i.targets) FILTER (from_sys OR from_udp) AS targets,
           list_sort(list(l.address) FILTER (from_sys OR from_udp)) AS addresses,
           coalesce(bool_and(l.address_cc <> l.probe_cc), false) AS abroad
    FROM lie l LEFT JOIN injected_address i ON i.probe_cc = l.probe_cc AND i.address = l.address
    GROUP BY l.key
)
SELECT c.*, c.n_sys > 0 AND c.n_sys = r.n_sys AS wholly FROM counted c JOIN lookup r USING (key);

DROP TABLE answer; DROP TABLE helped; DROP TABLE doubted; DROP TABLE known; DROP TABLE beside;
