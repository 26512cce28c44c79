-- What the chain of requests ended in, and whether that is the page that the helper (or other countries) got.

-- OONI's heuristics, with the title ahead of length and headers, and TLS above all. A good answer under the site's certificate needs no
-- comparison, and gets none.
CREATE OR REPLACE TEMP TABLE page AS
WITH candidate AS (
    SELECT h.key, h.depth, coalesce(h.classic, true) AS classic, h.t, h.outcome, h.failure, h.status, h.body_length,
           h.body_sha256, h.title, h.header_names, h.server, h.url, h.host, h.scheme, h.location_host, h.refusal,
           h.fingerprints, h.address, h.transaction_id, coalesce(h.body_truncated, false) AS body_truncated,
           h.scheme = 'https' AND h.status IS NOT NULL AS sealed
    FROM http h SEMI JOIN m USING (key)
    WHERE coalesce(h.fetch_body, true)
),
met AS (
    SELECT c.*, m.target, m.probe_cc, m.control_title, m.control_header_names, m.control_server, m.control_body_length,
           coalesce(a.vouched, c.depth > 0 OR c.address IS NOT NULL OR r.n_sys = 0 OR r.n_sys_vouched > 0, true) AS vouched,
           coalesce(c.status = m.control_http_status, false) AS status_match,
           c.status IS NOT NULL AND NOT (sealed AND c.status < 400 AND c.refusal IS NULL) AS compared
    FROM candidate c JOIN m USING (key)
    LEFT JOIN address a ON a.key = c.key AND a.address = c.address AND c.depth = 0
    LEFT JOIN resolution r ON r.key = c.key
),
likened AS (
    SELECT met.*,
           CASE WHEN body_length > 0 AND control_body_length > 0 AND NOT body_truncated
                THEN least(body_length, control_body_length) / greatest(body_length, control_body_length)::DOUBLE END AS length_ratio,
           CASE WHEN compared THEN coalesce(title <> '' AND lower(trim(title)) = lower(trim(control_title)), false)
                ELSE false END AS title_match,
           CASE WHEN compared THEN lower(server) = lower(control_server) END AS server_match,
           CASE WHEN compared AND len(control_header_names) > 0
                THEN len(list_filter(header_names, lambda x: list_contains(control_header_names, x)
                                                             AND NOT list_contains($common_headers, x))) > 0
                ELSE false END AS header_match
    FROM met
),
told AS (
    SELECT likened.*,
           CASE WHEN compared AND NOT title_match AND title <> '' AND control_title <> ''
                THEN len(list_intersect(string_split(lower(trim(title)), ' '), string_split(lower(trim(control_title)), ' '))) = 0
                ELSE false END AS title_conflict
    FROM likened
)
SELECT * EXCLUDE (header_names, compared, control_title, control_header_names, control_server, control_body_length),
       outcome IN ('success', 'redirect_limit') AND status IS NOT NULL
       AND (outcome = 'redirect_limit' OR location_host IS NULL OR status NOT BETWEEN 300 AND 399)
       AND (status_match AND (title_match
                              OR (coalesce(length_ratio >= $length_ratio, false) AND NOT (title_conflict AND NOT header_match))
                              OR (coalesce(length_ratio, 1) = 1 AND header_match)
                              OR (header_match AND coalesce(server_match, false) AND coalesce(length_ratio, 0) >= 0.3))
            OR (sealed AND status < 400 AND NOT (refusal IS NOT NULL AND title_conflict))) AS same_page
FROM told;

CREATE OR REPLACE TEMP TABLE chain AS
WITH ranked AS (
    SELECT rowid AS place, key,
           row_number() OVER (PARTITION BY key ORDER BY depth DESC, vouched DESC, t DESC, address, url) AS from_end,
           row_number() OVER (PARTITION BY key ORDER BY depth, vouched DESC, t, address, url) AS from_start
    FROM page WHERE classic
)
SELECT l.* EXCLUDE (location_host, target, probe_cc), f.status AS first_status, f.location_host,
       f.scheme AS first_scheme
FROM ranked e JOIN page l ON l.rowid = e.place
JOIN ranked s ON s.key = e.key AND s.from_start = 1 JOIN page f ON f.rowid = s.place
WHERE e.from_end = 1;

-- Fingerprints are rare: scope `fp` is evidence against, `vbw` and `prod` are no statement of a network.
CREATE OR REPLACE TEMP TABLE print AS
SELECT p.key, count(*) FILTER (x.scope NOT IN ('fp', 'vbw', 'prod')) AS n_fingerprints,
       count(*) FILTER (x.scope IN ('nat', 'isp', 'inst') AND (len(x.cc) = 0 OR list_contains(x.cc, p.probe_cc)))
           AS n_expected_fingerprints,
       count(*) FILTER (x.scope = 'fp') AS n_false_fingerprints,
       list_sort(list(DISTINCT x.name) FILTER (x.scope <> 'fp')) AS fingerprint_names
FROM (SELECT key, probe_cc, unnest(fingerprints) AS x FROM page WHERE classic AND len(fingerprints) > 0) p
GROUP BY p.key;

CREATE OR REPLACE TEMP TABLE other_chain AS
SELECT key, bool_or(same_page AND vouched) AS same_page
FROM page WHERE NOT classic GROUP BY key;

-- A page that many unrelated names of one country show is the network's page; of several countries, a hosting company's.
CREATE OR REPLACE TEMP TABLE shown_page AS
SELECT c.body_sha256, count(DISTINCT m.target) AS targets, count(DISTINCT m.probe_cc) AS countries,
       count(DISTINCT m.run) AS runs
FROM chain c JOIN m USING (key)
WHERE NOT c.same_page AND c.status IS NOT NULL AND c.scheme = 'http' AND c.body_length > 0
  AND c.body_sha256 IS NOT NULL
GROUP BY ALL;

-- The same page for one target, network by network: a server refuses a country, a network refuses a name.
CREATE OR REPLACE TEMP TABLE shown_target AS
SELECT m.target, c.body_sha256, count(DISTINCT m.probe_cc) AS countries,
       count(*) FILTER (m.has_control AND m.control_http_status < 400) AS controlled
FROM chain c JOIN m USING (key)
WHERE NOT c.same_page AND c.status IS NOT NULL AND c.body_sha256 IS NOT NULL
GROUP BY ALL;

CREATE OR REPLACE TEMP TABLE redirect_host AS
SELECT m.probe_cc, c.location_host, count(DISTINCT m.run) AS runs
FROM chain c JOIN m USING (key)
WHERE c.location_host IS NOT NULL AND c.first_scheme = 'http'
GROUP BY ALL;

CREATE OR REPLACE TEMP TABLE redirect_target AS
SELECT m.target, c.location_host, count(DISTINCT m.probe_cc) AS countries,
       count(*) FILTER (c.same_page) AS same
FROM chain c JOIN m USING (key)
WHERE c.location_host IS NOT NULL AND c.first_scheme = 'http'
GROUP BY ALL;

-- Where a target was plainly reached, for measurements without a helper.
CREATE OR REPLACE TEMP TABLE reached AS
SELECT m.target, m.probe_cc, m.reporter, m.observed_at, c.body_length AS body_length, c.title AS title
FROM chain c JOIN m USING (key) LEFT JOIN lookup l ON l.key = c.key AND l.depth = 0
WHERE c.same_page AND c.vouched AND m.has_control AND coalesce(l.sys_ok, true);
