-- How fast pages came, by the reads that the client kept of each. A speed says nothing by itself: it is set beside the other pages of
-- the run, and where it is far below them, beside the same page on other networks and at other times.

CREATE OR REPLACE TEMP TABLE speed AS
WITH answer AS (
    SELECT c.key, m.run, m.network, m.target, c.host, m.probe_cc, m.probe_asn, m.observed_at, c.address, t.answer_bytes,
           t.t_last_read - t.t_answer AS seconds, t.answer_gap
    FROM chain JOIN page c ON c.rowid = chain.last JOIN m ON m.key = c.key JOIN transfer t ON t.key = c.key
    WHERE t.answer_bytes >= $least_answer_bytes AND t.transaction_id IS NOT DISTINCT FROM c.transaction_id
      AND (t.address = c.address OR (c.address IS NULL AND c.depth = 0))
      -- What took less than the clock can tell has no speed.
      AND t.t_last_read - t.t_answer >= 1e-6 AND isfinite(t.t_last_read - t.t_answer)
    QUALIFY row_number() OVER (PARTITION BY c.key ORDER BY t.answer_bytes DESC, seconds, t.address) = 1
),
-- The time of one packet there and back, which is that of the connect. Without its longest wait a page is not slow for one pause.
timed AS (
    SELECT a.*, a.answer_bytes / a.seconds AS speed,
           CASE WHEN a.answer_gap < a.seconds THEN a.answer_bytes / (a.seconds - a.answer_gap) END AS steady,
           (SELECT min(t.t - t.t0) FROM tcp t
            WHERE t.key = a.key AND t.outcome = 'success' AND t.t > t.t0 AND isfinite(t.t - t.t0)
              AND (t.address = a.address OR a.address IS NULL)) AS round_trip
    FROM answer a
),
beside AS (
    SELECT run, target, count(*) OVER others AS others, median(fastest) OVER others AS others_speed
    FROM (SELECT run, target, max(speed) AS fastest FROM timed GROUP BY run, target)
    WINDOW others AS (PARTITION BY run ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING EXCLUDE CURRENT ROW)
)
SELECT t.*, b.others, b.others_speed, b.others >= $speed_others AS compared,
       coalesce(t.steady <= $slow_speed, false) AS sluggish,
       coalesce(b.others >= $speed_others AND t.steady <= $slow_speed AND t.steady * $slow_factor <= b.others_speed, false) AS slow
FROM timed t JOIN beside b USING (run, target);

-- The same page in other runs on this network, three days around: slow again, or as fast as it should.
CREATE OR REPLACE TEMP TABLE speed_near AS
SELECT network, target, host, run, count(*) FILTER (slow) OVER near AS slow_near, count(*) FILTER (NOT slow) OVER near AS fast_near
FROM (SELECT network, target, host, run, bool_or(slow) AS slow, min(observed_at) AS observed_at
      FROM speed WHERE compared GROUP BY network, target, host, run)
WINDOW near AS (PARTITION BY network, target, host ORDER BY observed_at
                RANGE BETWEEN INTERVAL 3 DAY PRECEDING AND INTERVAL 3 DAY FOLLOWING EXCLUDE CURRENT ROW);

-- The same page on other networks, two calendar days around, a network's day counting as one so that a flood is no more than that. It
-- was fast there if it came far faster in itself and also for that line: a fast line makes a slow site no faster, and a slow line hides
-- nothing.
CREATE OR REPLACE TEMP TABLE speed_elsewhere AS
WITH day AS (
    SELECT target, host, network, probe_cc, observed_at::DATE AS day, median(speed) AS speed, median(speed / others_speed) AS pace,
           2 * count(*) FILTER (slow) > count(*) AS slow
    FROM speed WHERE compared AND coalesce(probe_asn, 0) > 0 GROUP BY ALL
),
there AS (
    SELECT s.key, o.probe_cc = s.probe_cc AS home, median(o.speed) AS speed, 2 * count(*) FILTER (o.slow) > count(*) AS slow,
           median(o.speed) >= $slow_factor * any_value(s.steady)
           AND median(o.pace) >= $slow_factor * any_value(s.steady / s.others_speed) AS fast
    FROM speed s JOIN day o ON o.target = s.target AND o.host = s.host AND o.network <> s.network
         AND o.day BETWEEN s.observed_at::DATE - 2 AND s.observed_at::DATE + 2
    WHERE s.slow
    GROUP BY s.key, home, o.network
)
SELECT key, count(*) FILTER (fast) AS fast_networks, count(*) FILTER (slow AND home) AS slow_beside,
       count(*) FILTER (NOT fast AND NOT home) AS slow_abroad, median(speed) FILTER (fast) AS speed
FROM there GROUP BY key;

-- Requests without a status to whose end bytes came for seconds: TLS gives nothing of a record before all of it is there.
CREATE OR REPLACE TEMP TABLE trickle AS
SELECT DISTINCT c.key
FROM chain JOIN page c ON c.rowid = chain.last JOIN transfer t ON t.key = c.key
WHERE c.outcome = 'timeout' AND c.status IS NULL AND t.transaction_id IS NOT DISTINCT FROM c.transaction_id
  AND t.answer_bytes > 0 AND t.t_last_read - t.t_answer >= $trickle_seconds;

-- Kilobytes a second as they are told: 6.1, 17, 1,200.
CREATE OR REPLACE TEMP MACRO tell_speed(speed) AS
CASE WHEN speed < 10000 THEN format('{:.1f}', speed / 1000) ELSE format('{:,.0f}', speed / 1000) END;

CREATE OR REPLACE TEMP TABLE speed_fact AS
SELECT s.key, tell_speed(s.speed) AS speed_kb, s.others AS others_timed, tell_speed(s.others_speed) AS others_kb, s.sluggish, s.slow,
       round(s.steady * s.round_trip / $packet_bytes, 1) AS packets_per_trip, coalesce(n.slow_near, 0) AS slow_near,
       coalesce(n.fast_near, 0) AS fast_near, coalesce(e.fast_networks, 0) AS fast_networks,
       coalesce(e.slow_beside, 0) AS slow_beside, coalesce(e.slow_abroad, 0) AS slow_abroad, tell_speed(e.speed) AS elsewhere_kb
FROM speed s
LEFT JOIN speed_near n ON n.network = s.network AND n.target = s.target AND n.host = s.host AND n.run = s.run
LEFT JOIN speed_elsewhere e ON e.key = s.key;
