-- Connections and handshakes of the first hop that were meant to fetch the page, at addresses that somebody vouches for and, apart,
-- at others. Failures are few: what is told of them is made of their rows alone.

-- Of several failures at several addresses, one known symptom stands for all; ties go by name, so that the order of rows is nothing.
CREATE OR REPLACE TEMP MACRO worst(outcome) AS coalesce(
    min(outcome) FILTER (outcome NOT IN ('success', 'other', 'cancelled')), min(outcome) FILTER (outcome <> 'success')
);

CREATE OR REPLACE TEMP TABLE attempt AS
SELECT t.key, t.depth, t.outcome, t.control_outcome, coalesce(t.classic, true) AS classic, contains(t.address, ':') AS v6,
       l.place IS NULL AND NOT coalesce(t.bogon, false) AS vouched, CASE WHEN t.outcome <> 'success' THEN t.address END AS bad_address
FROM tcp t SEMI JOIN m USING (key) LEFT JOIN lie l ON l.place = hash(t.key, t.address)
WHERE coalesce(t.fetch_body, true);

-- On a probe with IPv4, IPv6 decides nothing.
CREATE OR REPLACE TEMP TABLE connected AS
WITH counted AS (
    SELECT key, bool_and(v6) AS only_v6, count(*) FILTER (vouched AND NOT v6) AS n4, count(*) FILTER (vouched AND v6) AS n6,
           count(*) FILTER (ok AND vouched AND NOT v6) AS ok4, count(*) FILTER (ok AND vouched AND v6) AS ok6,
           count(*) FILTER (NOT vouched AND NOT v6) AS inj4, count(*) FILTER (NOT vouched AND v6) AS inj6,
           count(*) FILTER (ok AND NOT vouched AND NOT v6) AS inj_ok4, count(*) FILTER (ok AND NOT vouched AND v6) AS inj_ok6
    FROM (SELECT key, v6, vouched, outcome = 'success' AS ok FROM attempt WHERE depth = 0 AND v6 IS NOT NULL)
    GROUP BY key
)
SELECT key, only_v6, CASE WHEN only_v6 THEN n6 ELSE n4 END AS n, CASE WHEN only_v6 THEN ok6 ELSE ok4 END AS n_ok,
       CASE WHEN only_v6 THEN inj6 ELSE inj4 END AS inj_n, CASE WHEN only_v6 THEN inj_ok6 ELSE inj_ok4 END AS inj_ok
FROM counted;

CREATE OR REPLACE TEMP TABLE unconnected AS
SELECT a.key, count(*) FILTER (a.control_outcome = 'success') AS n_ctl_ok, count(*) FILTER (a.control_outcome <> 'success') AS n_ctl_bad,
       count(*) FILTER (a.control_outcome IS NULL) AS n_no_ctl, worst(a.outcome) AS outcome,
       list_sort(list(DISTINCT a.bad_address)) AS addresses
FROM attempt a JOIN connected c USING (key)
WHERE a.outcome <> 'success' AND a.depth = 0 AND a.vouched AND a.v6 = c.only_v6
GROUP BY a.key;

-- An IPv6 handshake that completed counts as well.
CREATE OR REPLACE TEMP TABLE shaken AS
SELECT key, count(*) AS n_ok FROM shake ANTI JOIN lie USING (place) WHERE own AND outcome = 'success' GROUP BY key;

CREATE OR REPLACE TEMP TABLE unshaken AS
WITH failed AS (
    SELECT * FROM shake WHERE own AND outcome <> 'success' AND NOT v6
    UNION ALL
    SELECT * FROM shake ANTI JOIN (SELECT key FROM shake WHERE own AND NOT v6) USING (key)
    WHERE own AND outcome <> 'success' AND v6
),
genuine AS (
    SELECT DISTINCT site, cert FROM shake WHERE proven AND cert IS NOT NULL AND site IN (SELECT site FROM failed WHERE rejected)
)
SELECT f.key, count(*) FILTER (vouched) AS n, count(*) FILTER (vouched AND control_outcome = 'success') AS n_ctl_ok,
       count(*) FILTER (vouched AND control_outcome <> 'success') AS n_ctl_bad,
       count(*) FILTER (vouched AND control_outcome IS NULL) AS n_no_ctl,
       count(*) FILTER (vouched AND control_outcome = outcome) AS n_same,
       worst(CASE WHEN vouched THEN outcome END) AS outcome,
       bool_or(vouched AND rejected) AS cert_bad, bool_or(vouched AND rejected AND genuine) AS cert_genuine,
       bool_or(vouched AND rejected AND NOT genuine AND cert IS NOT NULL AND known) AS cert_foreign,
       bool_or(vouched AND rejected AND cert_self_signed) AS cert_self_signed,
       bool_or(vouched AND signed_for_another) AS cert_for_another,
       bool_or(vouched AND outcome = 'reset' AND place NOT IN (SELECT place FROM shake WHERE own AND outcome = 'success')) AS reset_apart,
       min(bad_certificate) FILTER (vouched) AS bad_certificate, min(bad_issuer) FILTER (vouched) AS bad_issuer,
       bool_or(NOT vouched AND rejected) AS inj_cert_bad, bool_or(NOT vouched AND rejected AND cert_self_signed) AS inj_self_signed,
       bool_or(cert_name_match) FILTER (NOT vouched AND rejected) AS inj_cert_names_target
FROM (
    SELECT failed.*, place NOT IN (SELECT place FROM lie) AS vouched, (site, cert) IN (SELECT (site, cert) FROM genuine) AS genuine,
           site IN (SELECT site FROM genuine) AS known
    FROM failed
) f
GROUP BY f.key;

-- Addresses at which this target's handshake was reset, and what became of other names there on the same network within a day: one that
-- completed shows that the name is the trigger, and one that was reset too, with none that completed, that the address is.
CREATE OR REPLACE TEMP TABLE cohost AS
WITH cut AS (
    SELECT key, network, spot, site, m.observed_at FROM shake JOIN m USING (key, network, site) WHERE outcome = 'reset' AND depth = 0
),
beside AS (
    SELECT network, spot, site, m.observed_at, named_well FROM shake JOIN m USING (key, network, site) SEMI JOIN cut USING (network, spot)
    WHERE named_well OR (outcome = 'reset' AND depth = 0)
)
SELECT c.key, bool_or(b.named_well) AS served, NOT bool_or(b.named_well) AS cut
FROM cut c JOIN beside b ON b.network = c.network AND b.spot = c.spot AND b.site <> c.site
     AND b.observed_at BETWEEN c.observed_at - INTERVAL 1 DAY AND c.observed_at + INTERVAL 1 DAY
GROUP BY c.key;

-- Later hops: the helper names no endpoint there, so only its arrival at the end is a control.
CREATE OR REPLACE TEMP TABLE hop AS
WITH failed AS (
    SELECT key, depth, 1 AS place, 'dns' AS layer, min(hostname) AS host, min(failed) FILTER (route = 'system') AS outcome
    FROM question WHERE depth > 0
    GROUP BY key, depth HAVING NOT bool_or(route = 'system' AND answered)
    UNION ALL
    SELECT key, depth, 2, 'tcp', NULL, worst(outcome)
    FROM attempt WHERE depth > 0 AND classic
    GROUP BY key, depth HAVING NOT bool_or(outcome = 'success')
    UNION ALL
    SELECT key, depth, 3, 'tls', min(server_name), worst(outcome)
    FROM shake WHERE depth > 0 AND followed
    GROUP BY key, depth HAVING NOT bool_or(outcome = 'success')
)
SELECT key, arg_max(layer, depth * 10 + place) AS layer, arg_max(outcome, depth * 10 + place) AS outcome,
       arg_max(host, depth * 10 - place) FILTER (host IS NOT NULL) AS host
FROM failed
WHERE outcome IS NOT NULL
GROUP BY key;

DROP TABLE shake; DROP TABLE attempt; DROP TABLE question;
