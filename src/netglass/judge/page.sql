-- What the chain of requests ended in, and whether that is the page that the helper (or other countries) got.

CREATE OR REPLACE TEMP TABLE request AS
WITH candidate AS (
    SELECT h.key, h.depth, coalesce(h.classic, true) AS classic, h.t, h.outcome, h.failure, h.status, h.body_length,
           h.body_sha256, h.title, h.header_names, h.server, h.url, h.host, h.scheme, h.location_host, h.refusal,
           h.fingerprints, h.address, h.transaction_id, coalesce(h.body_truncated, false) AS body_truncated
    FROM http h SEMI JOIN m USING (key)
    WHERE coalesce(h.fetch_body, true)
)
SELECT c.*, m.target, m.probe_cc, m.probe_asn, m.run,
       coalesce(a.vouched, true) AS vouched,
       c.scheme = 'https' AND c.status IS NOT NULL AS sealed,
       coalesce(c.status = m.control_http_status, false) AS status_match,
       CASE WHEN c.body_length > 0 AND m.control_body_length > 0
            THEN least(c.body_length, m.control_body_length) / greatest(c.body_length, m.control_body_length)::DOUBLE END
           AS length_ratio,
       coalesce(c.title <> '' AND lower(trim(c.title)) = lower(trim(m.control_title)), false) AS title_match,
       coalesce(len(list_intersect(list_filter(c.header_names, lambda x: NOT list_contains($common_headers, x)),
                                   m.control_header_names)) > 0, false) AS header_match,
       CASE WHEN c.server IS NULL OR m.control_server IS NULL THEN NULL ELSE lower(c.server) = lower(m.control_server) END
           AS server_match
FROM candidate c JOIN m USING (key)
LEFT JOIN address a ON a.key = c.key AND a.address = c.address AND a.depth = c.depth;

-- Whether the request brought what it should: OONI's heuristics, with the body length ahead of headers, and TLS above all.
CREATE OR REPLACE TEMP TABLE page AS
SELECT r.*,
       outcome IN ('success', 'redirect_limit') AND status IS NOT NULL
       AND (outcome = 'redirect_limit' OR location_host IS NULL OR status NOT BETWEEN 300 AND 399)
       AND (status_match AND (coalesce(length_ratio >= $length_ratio, false) OR title_match
                              OR (coalesce(length_ratio, 1) = 1 AND header_match)
                              OR (header_match AND coalesce(server_match, false) AND coalesce(length_ratio, 0) >= 0.3))
            OR (sealed AND status < 400)) AS same_page
FROM request r;

CREATE OR REPLACE TEMP TABLE chain AS
SELECT key,
       arg_max({'outcome': outcome, 'failure': failure, 'status': status, 'body_length': body_length,
                'body_sha256': body_sha256, 'title': title, 'url': url, 'host': host, 'scheme': scheme, 'refusal': refusal,
                'fingerprints': fingerprints, 'address': address, 'vouched': vouched, 'sealed': sealed, 'depth': depth,
                'status_match': status_match, 'length_ratio': length_ratio, 'title_match': title_match,
                'header_match': header_match, 'server_match': server_match, 'same_page': same_page,
                'transaction_id': transaction_id, 'server': server},
               depth * 2 + vouched::INT) AS last,
       arg_min({'status': status, 'location_host': location_host, 'scheme': scheme, 'outcome': outcome,
                'address': address}, depth * 2 - vouched::INT) AS first,
       list_distinct(flatten(list(list_transform(fingerprints, lambda x: {'name': x.name, 'scope': x.scope, 'cc': x.cc})))) AS fingerprints
FROM page WHERE classic GROUP BY key;

CREATE OR REPLACE TEMP TABLE other_chain AS
SELECT key, bool_or(same_page AND vouched) AS same_page,
       coalesce(bool_or(outcome = 'success' AND status IS NOT NULL AND vouched), false) AS answered
FROM page WHERE NOT classic GROUP BY key;

-- How far a transfer came before it failed: the bytes of the transaction that the last request belongs to.
CREATE OR REPLACE TEMP TABLE progress AS
SELECT t.key, max(t.bytes_read) AS bytes_read, max(t.reads) AS reads, max(t.longest_gap) AS longest_gap,
       max(t.t_last_read) AS t_last_read, max(t.t_end - t.t_first_read) AS seconds
FROM transfer t JOIN chain c ON c.key = t.key AND c.last.transaction_id IS NOT DISTINCT FROM t.transaction_id
WHERE t.proto = 'tcp' GROUP BY t.key;

-- A page that many unrelated names of one country show is the network's page; of several countries, a hosting company's.
CREATE OR REPLACE TEMP TABLE shown_page AS
SELECT last.body_sha256 AS body_sha256, count(DISTINCT m.target) AS targets, count(DISTINCT m.probe_cc) AS countries,
       count(DISTINCT m.run) AS runs
FROM chain c JOIN m USING (key)
WHERE NOT last.same_page AND last.status IS NOT NULL AND last.scheme = 'http' AND last.body_length > 0
  AND last.body_sha256 IS NOT NULL
GROUP BY ALL;

-- The same page for one target, network by network: a server refuses a country, a network refuses a name.
CREATE OR REPLACE TEMP TABLE shown_target AS
SELECT m.target, last.body_sha256 AS body_sha256, count(DISTINCT m.probe_cc) AS countries,
       count(DISTINCT m.probe_asn) AS networks
FROM chain c JOIN m USING (key)
WHERE NOT last.same_page AND last.status IS NOT NULL AND last.body_sha256 IS NOT NULL
GROUP BY ALL;

CREATE OR REPLACE TEMP TABLE redirect_host AS
SELECT m.probe_cc, first.location_host AS location_host, count(DISTINCT m.target) AS targets, count(DISTINCT m.run) AS runs,
       count(*) FILTER (last.same_page) AS same
FROM chain c JOIN m USING (key)
WHERE first.location_host IS NOT NULL AND first.scheme = 'http'
GROUP BY ALL;

CREATE OR REPLACE TEMP TABLE redirect_target AS
SELECT m.target, first.location_host AS location_host, count(DISTINCT m.probe_cc) AS countries,
       count(*) FILTER (last.same_page) AS same
FROM chain c JOIN m USING (key)
WHERE first.location_host IS NOT NULL AND first.scheme = 'http'
GROUP BY ALL;

-- Where a target was plainly reached, for measurements without a helper.
CREATE OR REPLACE TEMP TABLE reached AS
SELECT m.target, m.probe_cc, m.reporter, m.observed_at, c.last.body_length AS body_length, c.last.title AS title
FROM chain c JOIN m USING (key) LEFT JOIN lookup l ON l.key = c.key AND l.depth = 0
WHERE c.last.same_page AND c.last.vouched AND m.has_control AND coalesce(l.sys_ok, true);
