"""Throttling below the point where nothing arrives: what shows it, and every innocent cause that must not."""

import math
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netglass.judge.explain import explain_row
from netglass.judge.fact import run_script
from netglass.judge.innocent import Finding, weigh_causes
from netglass.judge.setting import LEAST_ANSWER_BYTES, SLOW_FACTOR, SLOW_PACKETS, SLOW_SPEED
from netglass.judge.step import describe_speed
from tests.judge.world import TIMEOUT, Book, Measurement, Story, measurement, resolve, site

SEALED, PLAIN = "https://news.example/", "http://news.example/"
NAMES = ("shop.example", "weather.example", "library.test", "recipes.test")
THROTTLE, USUAL = 17.0, 900.0
"""Kilobytes a second under a limit of 140 kbit/s, and on a line that is nothing special."""

book = Book()


def run(one: Measurement, others: float = USUAL, **values: Any) -> list[Measurement]:
    """Return ``one`` and what else its run fetched, at a median speed of ``others``."""
    who = {"cc": one.cc, "asn": one.asn, "run": one.run, "at": one.at} | values
    scheme = one.url.split(":")[0]
    paces = (0.5, 1.0, 1.0, 2.0)
    return [one, *(site(f"{scheme}://{n}/", **who).paced(others * p) for n, p in zip(NAMES, paces, strict=True))]


def beyond(speed: float, url: str = SEALED, line: float = USUAL, **values: Any) -> list[Measurement]:
    """Return runs on three networks abroad that got the page at ``speed``, each line ``line`` fast for other pages."""
    places = (("XB", 64701), ("XB", 64702), ("XC", 64703))
    return [m for cc, asn in places for m in run(site(url, cc=cc, asn=asn).paced(speed, **values), line)]


def again(one: Measurement, hours: float = 24, **values: Any) -> list[Measurement]:
    """Return another run of the same network, the page at the same speed."""
    return run(one.seen(run=2, **values).later(hours))


slow, slow_plain = site(SEALED).paced(THROTTLE), site(PLAIN).paced(THROTTLE)
sealed = book.tell(*run(slow), *again(slow), *beyond(USUAL))
plain = book.tell(*run(slow_plain), *again(slow_plain), *beyond(USUAL, PLAIN))
country = book.tell(*run(slow), *run(slow.seen(asn=64513).later(2)), *beyond(USUAL))
local = book.tell(
    *run(slow), *again(slow), *run(site(SEALED, asn=64513).paced(USUAL)), *run(site(SEALED, asn=64514).paced(USUAL))
)
onset = book.tell(
    *run(slow), *again(slow, 20), *again(slow, 40, asn=64512), *run(site(SEALED, run=4).paced(USUAL).later(-30)), *beyond(USUAL)
)  # fmt: skip


@pytest.mark.parametrize(
    ("story", "path"),
    [
        (sealed, "tls.throttle.sni"),
        (plain, "http.throttle.host"),
        (country, "tls.throttle.sni"),
        (local, "tls.throttle.sni"),
    ],
    ids=["https", "http", "two networks of the country", "one network of the country"],
)
def test_a_page_slow_here_again_and_fast_elsewhere_is_throttled(story: Story, path: str) -> None:
    assert (story.state, story.locus, story.mechanisms) == ("impaired", "network", [path]), story.verdict["why"]
    assert "http.slowed" in story.rules and "http.slow" not in story.rules


def test_the_reason_has_the_figures() -> None:
    why = sealed.verdict["why"]
    assert why.startswith(
        "Throttled: the page arrived at 17 kB/s, 4 other pages of the run came at a median of 900 kB/s"
    )
    assert "on 3 other networks it came at 900 kB/s; it was slow in 1 other runs here too" in why


def test_the_first_day_of_throttling_is_no_chance() -> None:
    assert onset.state == "impaired"


def test_the_verdict_is_no_block_and_its_probability_is_honest() -> None:
    low, middle, high = sealed.verdict["p_blocked_range"]
    assert low < 0.5 < middle < 0.9 < high


# What must not fire. A limit's three contrasts hold in each of these but for one.

limit = [*again(slow), *beyond(USUAL)]
INNOCENT: dict[str, tuple[str | None, Story]] = {
    "a slow line": ("a slow line", book.tell(*run(slow, THROTTLE), *again(slow), *beyond(USUAL))),
    "a line not fast enough to tell": ("a slow line", book.tell(*run(slow, 7 * THROTTLE), *again(slow), *beyond(USUAL))),
    "a slow site": (
        "a slow site, or a limit that its server sets for all",
        book.tell(*run(slow), *again(slow), *beyond(THROTTLE)),
    ),
    "a slow site on slow lines": (
        "a slow site, or a limit that its server sets for all",
        book.tell(*run(slow), *again(slow), *beyond(1.5 * THROTTLE, line=40)),
    ),
    "a slow site on very fast lines": (
        "a slow site, or a limit that its server sets for all",
        book.tell(*run(slow), *again(slow), *beyond(10 * THROTTLE, line=20_000)),
    ),
    "a small page": (None, book.tell(*run(site(SEALED).paced(THROTTLE, 20)), *again(site(SEALED).paced(THROTTLE, 20)), *beyond(USUAL))),
    "once": ("chance", book.tell(*run(slow), *beyond(USUAL))),
    "now and then": (
        "chance",
        book.tell(*run(slow), *again(slow), *[m for h in (5, 30, 50) for m in again(site(SEALED).paced(USUAL), h)], *beyond(USUAL)),
    ),
    "one long pause": (None, book.tell(*[m for p in (site(SEALED).paced(USUAL, pause=6),) for m in (*run(p), *again(p))], *beyond(USUAL))),
    "a server far away": (
        "a server far away",
        book.tell(*[m for p in (site(SEALED).paced(30, trip=0.3),) for m in (*run(p), *again(p))], *beyond(USUAL)),
    ),
    "a limit of the server for all": (
        "a slow site, or a limit that its server sets for all",
        book.tell(*run(slow), *again(slow), *beyond(THROTTLE, kilobytes=300)),
    ),
    "a limit of the server for some": (
        "a slow site, or a limit that its server sets for all",
        book.tell(*run(slow), *again(slow), *beyond(USUAL)[:10], *[m.seen(asn=m.asn + 50) for m in beyond(THROTTLE)]),
    ),
    "a limit of the server for one visitor who asks often": (
        "chance",
        book.tell(
            *run(slow), *again(slow),
            *[m for h in (3, 6, 9) for m in again(site(SEALED, network_type="mobile").paced(USUAL), h)], *beyond(USUAL),
        ),
    ),
}  # fmt: skip
OPEN: dict[str, tuple[str, Story]] = {
    "few other pages in the run": ("a slow line", book.tell(*run(slow)[:3], *again(slow), *beyond(USUAL))),
    "one network elsewhere": (
        "a slow site, or a limit that its server sets for all",
        book.tell(*run(slow), *again(slow), *beyond(USUAL)[:5]),
    ),
    "withheld networks elsewhere": (
        "a slow site, or a limit that its server sets for all",
        book.tell(*run(slow), *again(slow), *[m.seen(asn=0, cc="ZZ", run=m.asn) for m in beyond(USUAL)]),
    ),
    "no time of the connect": (
        "a server far away",
        book.tell(*[m for p in (site(SEALED).paced(THROTTLE, trip=0),) for m in (*run(p), *again(p))], *beyond(USUAL)),
    ),
}  # fmt: skip


def weigh(story: Story) -> dict[str, Finding]:
    """Return the findings by their cause."""
    return {finding.cause: finding for finding in weigh_causes(story.fact)}


@pytest.mark.parametrize("name", [*INNOCENT, *OPEN])
def test_an_innocent_or_unknown_cause_stays_ok(name: str) -> None:
    story = (INNOCENT | OPEN)[name][1]
    assert (story.state, story.mechanisms) == ("ok", []), story.verdict["why"]
    assert story.verdict["p_blocked"] < 0.01


@pytest.mark.parametrize("name", [name for name, (cause, _) in INNOCENT.items() if cause])
def test_the_innocent_cause_is_named(name: str) -> None:
    cause, story = INNOCENT[name]
    finding = weigh(story)[cause or ""]
    assert finding.finding != "excluded", finding


@pytest.mark.parametrize("name", OPEN)
def test_what_is_not_known_is_open(name: str) -> None:
    cause, story = OPEN[name]
    assert weigh(story)[cause].finding == "open"


def test_of_a_throttled_page_all_is_excluded_but_what_speed_never_tells() -> None:
    found = weigh(sealed)
    causes = ("a slow line", "a slow site, or a limit that its server sets for all", "a server far away", "chance")
    assert {found[cause].finding for cause in causes} == {"excluded"}
    assert found["a server that slows this country or network alone"].finding == "open"


def test_a_page_at_its_usual_speed_has_no_cause_to_weigh() -> None:
    assert not {"a slow line", "chance"} & set(weigh(usual))


usual = book.tell(*run(site(SEALED).paced(USUAL)))
unread = book.tell(site(SEALED))


def test_the_speed_is_told_with_what_it_is_compared_with() -> None:
    assert describe_speed(sealed.fact) == [
        "speed of the page: 17 kB/s; 4 other pages of the run at a median of 900 kB/s; on 3 other networks at 900 kB/s"
    ]
    assert describe_speed(usual.fact) == [
        "speed of the page: 900 kB/s; 4 other pages of the run at a median of 900 kB/s"
    ]


def test_a_speed_that_cannot_be_judged_says_so() -> None:
    assert "cannot be judged, less than 32 kB" in describe_speed(unread.fact)[0]
    assert "cannot be judged, only 2 other pages" in describe_speed(OPEN["few other pages in the run"][1].fact)[0]
    assert describe_speed(timed_out.fact) == []


timed_out = book.tell(
    resolve(measurement(PLAIN)).connect().fetch(status=206, length=700, failure=TIMEOUT).helper().paced(THROTTLE),
    *again(slow_plain), *beyond(USUAL, PLAIN),
)  # fmt: skip


def test_a_page_that_did_not_finish_is_judged_as_before() -> None:
    assert (timed_out.state, timed_out.mechanisms) == ("likely_blocked", ["http.throttle.host"])


def test_the_account_speaks_of_speed() -> None:
    account = explain_row(sealed.verdict, sealed.fact, [], [], [1.0, 0, 0, 0, 0])
    assert account.headline.endswith("throttled: the page arrived, and far too slowly")
    assert any("usual speed" in change for change in account.would_change)


elsewhere_read = site(SEALED).paced(THROTTLE)
other_connection = book.tell(
    *[
        m for p in (elsewhere_read.seen(events=tuple(e | {"transaction_id": 50009} for e in elsewhere_read.events)),)
        for m in (*run(p), *again(p))
    ], *beyond(USUAL),
)  # fmt: skip


def test_reads_of_another_connection_are_not_the_pages() -> None:
    assert other_connection.fact["speed_kb"] is None


ODD = st.one_of(st.floats(), st.sampled_from([0.0, 5e-324, 1e308, 0.5, 0.6]), st.none())
SIZE = st.sampled_from([None, 0, LEAST_ANSWER_BYTES, 10**9, 2**63])
ANSWER = st.tuples(ODD, ODD, ODD, SIZE, ODD, ODD)
GIVEN = """
CREATE TABLE given AS
SELECT unnest($first::DOUBLE[]) AS t_answer, unnest($last::DOUBLE[]) AS t_last_read, unnest($gap::DOUBLE[]) AS answer_gap,
       unnest($size::UBIGINT[]) AS answer_bytes, unnest($t0::DOUBLE[]) AS t0, unnest($t::DOUBLE[]) AS t
"""
OBSERVED = """
CREATE TABLE m AS SELECT rowid AS key, 'r' AS run, 7 AS network, 't' || rowid % 6 AS target, 'XA' AS probe_cc, 64512 AS probe_asn,
       TIMESTAMP '2031-05-05' AS observed_at FROM given;
CREATE TABLE page AS SELECT rowid AS key, 'h' AS host, 'a' AS address, 5 AS transaction_id, 0 AS depth, 'timeout' AS outcome,
       NULL::SMALLINT AS status FROM given;
CREATE TABLE chain AS SELECT key, rowid AS last FROM page;
CREATE TABLE tcp AS SELECT rowid AS key, 'a' AS address, t0, t, 'success' AS outcome FROM given;
CREATE TABLE transfer AS SELECT rowid AS key, 'a' AS address, 5 AS transaction_id, t_answer, t_last_read, answer_gap, answer_bytes
FROM given;
"""


@settings(max_examples=40)
@given(st.lists(ANSWER, min_size=1, max_size=12))
def test_no_times_or_sizes_break_the_fact(answers: list[tuple[Any, ...]]) -> None:
    connection = duckdb.connect(config={"threads": 1})
    names = ("first", "last", "gap", "size", "t0", "t")
    connection.execute(GIVEN, dict(zip(names, map(list, zip(*answers, strict=True)), strict=True)))
    connection.execute(OBSERVED)
    run_script(connection, "speed.sql")
    facts = connection.execute(
        "SELECT key, speed, f.slow, speed_kb FROM speed JOIN speed_fact f USING (key)"
    ).fetchall()
    assert len({key for key, *_ in facts}) == len(facts)
    for key, speed, slow, told in facts:
        assert speed >= 0 and math.isfinite(speed) and slow in (True, False) and told
        assert answers[key][3] >= LEAST_ANSWER_BYTES


def test_a_limit_reads_as_the_documented_one() -> None:
    assert 150_000 / 8 * 2 < SLOW_SPEED < 150_000 / 8 * 5
    assert LEAST_ANSWER_BYTES > 2 * 10 * 1460 and SLOW_PACKETS < 10 and SLOW_FACTOR > 1
