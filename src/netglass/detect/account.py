"""The account of one event: who saw it, which innocent explanations were looked at and how, and what would change it.

Every line is a count over stored verdicts that anybody can repeat. An explanation is *excluded* only where something was
measured that contradicts it; where nothing was, it stays *open*, which is not the same as true.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from netglass.detect.event import BARS, LEAST_EFFECTIVE, LEAST_OTHERS, NOTES, Row
from netglass.vocab.time import format_time

if TYPE_CHECKING:
    import duckdb

WITNESSES = """
SELECT measurement_uid, observed_at, probe_asn, target, input, state, mechanisms, control, why, source_file
FROM verdict WHERE list_contains($uids, measurement_uid) ORDER BY observed_at, measurement_uid
"""

COUNTS = """
WITH during AS (
    SELECT *, probe_cc = $cc AS home, list_contains($asns, probe_asn) AND probe_cc = $cc AS here,
        list_contains($targets, target) AS same,
        state IN ('blocked', 'likely_blocked') OR (state = 'impaired' AND locus = 'network') AS seen,
        state = 'ok' OR (state = 'impaired' AND locus = 'server_side') AS reached
    FROM verdict WHERE observed_at >= $since AND observed_at <= $until
)
SELECT
    count(*) FILTER (same AND reached AND NOT home) AS reached_abroad,
    count(DISTINCT probe_cc) FILTER (same AND reached AND NOT home) AS countries_abroad,
    count(*) FILTER (same AND seen AND NOT home) AS seen_abroad,
    count(*) FILTER (same AND reached AND home AND NOT here) AS reached_beside,
    count(DISTINCT probe_asn) FILTER (same AND reached AND home AND NOT here) AS networks_beside,
    count(*) FILTER (same AND here AND state = 'impaired' AND locus = 'server_side') AS refused_here,
    count(*) FILTER (same AND here AND state = 'down') AS down_here,
    count(*) FILTER (same AND here AND reached) AS reached_here,
    count(*) FILTER (same AND here AND seen AND control = 'helper') AS with_control,
    count(*) FILTER (same AND here AND seen AND state = 'blocked') AS with_artefact,
    count(DISTINCT engine) FILTER (same AND here AND seen) AS engines,
    count(*) FILTER (here AND NOT same AND reached AND report_id IN (SELECT report_id FROM during WHERE same AND here AND seen))
        AS others_reached,
    count(DISTINCT target) FILTER (here AND NOT same AND reached
        AND report_id IN (SELECT report_id FROM during WHERE same AND here AND seen)) AS others
FROM during
"""


class Alternative(NamedTuple):
    """One innocent explanation and what the measurements say of it."""

    explanation: str
    excluded: bool
    how: str


class EventAccount(NamedTuple):
    """Everything that an explanation of an event needs."""

    event: Row
    witnesses: list[Row]
    counts: dict[str, int]
    alternatives: list[Alternative]
    brackets: list[str]
    weaknesses: list[str]
    would_change: list[str]


def account_event(connection: "duckdb.DuckDBPyConnection", event: Row) -> EventAccount:
    """Return the account of ``event`` (a row of the event table) from the verdicts that ``connection`` sees."""
    witnesses = _fetch(connection, WITNESSES, {"uids": event["witnesses"]})
    span = {
        "since": event["onset_latest"],
        "until": event["end_earliest"] or max((row["observed_at"] for row in witnesses), default=event["onset_latest"]),
    }
    scope = {"cc": event["probe_cc"], "asns": event["asns"], "targets": event["targets"]}
    counts = _fetch(connection, COUNTS, scope | span)[0]
    return EventAccount(
        event,
        witnesses,
        counts,
        weigh_alternatives(event, counts),
        describe_brackets(event),
        [describe_flag(flag) for flag in event["flags"]],
        list_changes(event, counts),
    )


def _fetch(connection: "duckdb.DuckDBPyConnection", query: str, values: dict[str, Any]) -> list[Row]:
    cursor = connection.execute(query, values)
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def describe_flag(flag: str) -> str:
    """Return a flag in words, its detail kept."""
    name, _, detail = flag.partition(":")
    return f"{name}: {NOTES.get(name, 'see the reference')}" + (f" ({detail})" if detail else "")


def describe_brackets(event: Row) -> list[str]:
    """Return in words when the event began and ended, as exactly as the measurements allow."""
    before, seen = format_time(event["onset_earliest"]), format_time(event["onset_latest"])
    last, after = format_time(event["end_earliest"]), format_time(event["end_latest"])
    begin = (
        f"It began after {before}, when it was not there yet, and by {seen}, when it was first seen."
        if before
        else f"It was there when first measured, {seen}; when it began is not known."
    )
    end = (
        f"It ended after {last}, when it was last seen, and by {after}, when it was gone."
        if after
        else "No measurement shows that it ended."
    )
    return [begin, end]


def weigh_alternatives(event: Row, counts: dict[str, int]) -> list[Alternative]:
    """Return the innocent explanations, each with what was measured against it during the event."""
    return [weigh(event, counts) for weigh in _ALTERNATIVES]


def _weigh_down(_: Row, n: dict[str, int]) -> Alternative:
    excluded = n["reached_abroad"] + n["reached_beside"] > 0
    how = (
        f"reached {n['reached_abroad']} times from {n['countries_abroad']} other countries and {n['reached_beside']} times"
        f" from {n['networks_beside']} other networks of the country while it lasted"
        if excluded
        else f"nobody elsewhere reached it while it lasted; {n['with_artefact']} measurements rest on an artefact of the network"
    )
    return Alternative("the site was down for everybody", excluded or n["with_artefact"] > 0, how)


def _weigh_refusal(_: Row, n: dict[str, int]) -> Alternative:
    how = (
        f"{n['refused_here']} refusals by the server itself in these series, beside {n['with_artefact']} measurements"
        " with an artefact of the network"
    )
    return Alternative("the site itself refuses the country", n["with_artefact"] > 0 and not n["refused_here"], how)


def _weigh_probe(_: Row, n: dict[str, int]) -> Alternative:
    how = f"in the same runs {n['others']} other targets were reached, {n['others_reached']} times"
    return Alternative("the probe or its connection was at fault", n["others"] > 0, how)


def _weigh_version(event: Row, n: dict[str, int]) -> Alternative:
    flagged = any(flag.startswith("common_cause:only") for flag in event["flags"])
    how = f"seen by {n['engines']} versions of the client" + ("; other versions did not see it" if flagged else "")
    return Alternative("one version of the client is at fault", n["engines"] > 1, how)


def _weigh_world(event: Row, n: dict[str, int]) -> Alternative:
    flagged = any(flag.startswith("common_cause") and "countries" in flag for flag in event["flags"])
    how = f"seen {n['seen_abroad']} times and not seen {n['reached_abroad']} times in other countries while it lasted"
    return Alternative("the same happened everywhere", not flagged and n["reached_abroad"] > n["seen_abroad"], how)


def _weigh_flood(event: Row, _: dict[str, int]) -> Alternative:
    alone = "one_busy_reporter" in event["flags"]
    how = f"at least {event['n_reporters']} independent reporters on {len(event['asns'])} networks; one counts once a day at most"
    return Alternative("one reporter made it up", not alone, how)


def _weigh_chance(event: Row, _: dict[str, int]) -> Alternative:
    how = f"posterior probability of an event {event['confidence']:.2f}, after paying for when, where and how often one looked"
    return Alternative("single wrong verdicts fell together by chance", event["confidence"] >= 0.95, how)


_ALTERNATIVES: tuple[Callable[[Row, dict[str, int]], Alternative], ...] = (
    _weigh_down,
    _weigh_refusal,
    _weigh_probe,
    _weigh_version,
    _weigh_world,
    _weigh_flood,
    _weigh_chance,
)


def list_changes(event: Row, counts: dict[str, int]) -> list[str]:
    """Return what further measurements would change, in words."""
    lines = []
    bars = [flag for flag in event["flags"] if flag.split(":")[0] in BARS]
    if bars:
        lines.append(
            f"It would be confirmed with {LEAST_EFFECTIVE} effective measurements over 2 hours, {LEAST_OTHERS} of them without"
            f" the busiest reporter, and without: {', '.join(bars)}."
        )
    if event["onset_earliest"] is not None:
        lines.append(
            "A clear or interfered measurement inside the onset's bracket would narrow it; late uploads count."
        )
    if event["end_latest"] is None:
        lines.append("Clear measurements on these networks after the last witness would end it.")
    lines.append(
        f"Clear measurements on these networks during it would weaken it: there are {counts['reached_here']} now."
    )
    if not counts["reached_abroad"]:
        lines.append("A measurement that reaches the site from another country would exclude that it was down.")
    return lines
