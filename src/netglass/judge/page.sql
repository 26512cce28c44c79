-- What the chain of requests ended in, and whether that is the page that the helper got.

-- A good answer under the site's certificate needs no comparison, and gets none.
CREATE OR REPLACE TEMP TABLE page AS
WITH met AS (
    SELECT h.*, m.control_body_length, h.scheme = 'https' AND h.status IS NOT NULL AS sealed,
           NOT coalesce(h.depth = 0 AND (l.place IS NOT NULL OR (h.address IS NULL AND w.wholly)), false) AS vouched
    FROM http h JOIN m USING (key)
    LEFT JOIN lie l ON l.place = hash(h.key, h.address)
    LEFT JOIN misled w ON w.key = h.key
    WHERE coalesce(h.fetch_body, true)
)
SELECT key, depth, coalesce(classic, true) AS classic, t, outcome, failure, status, body_length, body_sha256, title, url,
       scheme, host, location_host, refusal, fingerprints, address, transaction_id, sealed, vouched,
       CASE WHEN body_length > 0 AND control_body_length > 0 AND NOT coalesce(body_truncated, false)
            THEN least(body_length, control_body_length) / greatest(body_length, control_body_length)::DOUBLE END AS length_ratio,
       outcome IN ('success', 'redirect_limit') AND status IS NOT NULL
       AND (outcome = 'redirect_limit' OR location_host IS NULL OR status NOT BETWEEN 300 AND 399) AS arrived,
       status IS NOT NULL AND NOT (sealed AND status < 400 AND refusal IS NULL) AS compared,
       CASE WHEN compared THEN header_names END AS header_names, CASE WHEN compared THEN server END AS server
FROM met;

-- OONI's heuristics, with the title ahead of length and headers, and TLS above all.
CREATE OR REPLACE TEMP TABLE likeness AS
WITH likened AS (
    SELECT p.rowid AS page, p.status, p.refusal, p.sealed, p.title, p.length_ratio, c.control_title, p.status = c.control_http_status AS status_match,
           coalesce(p.title <> '' AND lower(trim(p.title)) = lower(trim(c.control_title)), false) AS title_match,
           lower(p.server) = lower(c.control_server) AS server_match,
           CASE WHEN len(c.control_header_names) > 0
                THEN len(list_filter(p.header_names, lambda x: list_contains(c.control_header_names, x)
                                                               AND NOT list_contains($common_headers, x))) > 0
                ELSE false END AS header_match
    FROM page p JOIN measurement c USING (key)
    WHERE p.compared
),
told AS (
    SELECT likened.*,
           CASE WHEN NOT title_match AND title <> '' AND control_title <> ''
                THEN len(list_intersect(string_split(lower(trim(title)), ' '), string_split(lower(trim(control_title)), ' '))) = 0
                ELSE false END AS title_conflict
    FROM likened
)
SELECT page, title_match, title_conflict, header_match, server_match,
       (status_match AND (title_match
                          OR (coalesce(length_ratio >= $length_ratio, false) AND NOT (title_conflict AND NOT header_match))
                          OR (coalesce(length_ratio, 1) = 1 AND header_match)
                          OR (header_match AND coalesce(server_match, false) AND coalesce(length_ratio, 0) >= 0.3)))
       OR (sealed AND status < 400 AND NOT (refusal IS NOT NULL AND title_conflict)) AS alike
FROM told;

-- The request with which the chain ended, and the one that began it, as rows of `page`. Where the system's resolver led nowhere, a request
-- at an address from elsewhere that failed tells of the way to the site; one that succeeded tells nothing of what users get.
CREATE OR REPLACE TEMP TABLE chain AS
WITH led AS (SELECT DISTINCT key FROM page WHERE classic OR outcome = 'success')
SELECT key,
       arg_min(rowid, create_sort_key(depth, 'DESC NULLS LAST', vouched, 'DESC NULLS LAST', t, 'DESC NULLS LAST',
                                      address, 'ASC NULLS LAST', url, 'ASC NULLS LAST')) AS last,
       arg_min(rowid, create_sort_key(depth, 'ASC NULLS LAST', vouched, 'DESC NULLS LAST', t, 'ASC NULLS LAST',
                                      address, 'ASC NULLS LAST', url, 'ASC NULLS LAST')) AS first
FROM page WHERE classic OR key NOT IN (SELECT key FROM led) GROUP BY key;

-- Fingerprints are rare: scope `fp` is evidence against, `vbw` and `prod` are no statement of a network.
CREATE OR REPLACE TEMP TABLE print AS
SELECT p.key, count(*) FILTER (x.scope NOT IN ('fp', 'vbw', 'prod')) AS n_fingerprints,
       count(*) FILTER (x.scope IN ('nat', 'isp', 'inst') AND (len(x.cc) = 0 OR list_contains(x.cc, m.probe_cc)))
           AS n_expected_fingerprints,
       count(*) FILTER (x.scope = 'fp') AS n_false_fingerprints,
       list_sort(list(DISTINCT x.name) FILTER (x.scope <> 'fp')) AS fingerprint_names
FROM (SELECT key, unnest(fingerprints) AS x FROM page WHERE classic AND len(fingerprints) > 0) p JOIN m USING (key)
GROUP BY p.key;

CREATE OR REPLACE TEMP TABLE other_chain AS
SELECT p.key, bool_or(p.arrived AND coalesce(y.alike, NOT p.compared) AND p.vouched) AS same_page
FROM page p LEFT JOIN likeness y ON y.page = p.rowid WHERE NOT p.classic GROUP BY p.key;

-- Injected addresses at which a page that is not the site's was seen in two runs in the same country.
CREATE OR REPLACE TEMP TABLE injected_page AS
WITH met AS (
    SELECT m.probe_cc, p.address, m.run FROM page p JOIN m USING (key) LEFT JOIN likeness y ON y.page = p.rowid
    WHERE NOT p.vouched AND p.status IS NOT NULL AND NOT p.sealed AND NOT (p.arrived AND coalesce(y.alike, NOT p.compared))
)
SELECT DISTINCT key FROM lie SEMI JOIN (
    SELECT probe_cc, address FROM met GROUP BY ALL HAVING count(DISTINCT run) >= 2  -- one run may be behind a captive portal
) USING (probe_cc, address) WHERE from_sys OR from_udp;
