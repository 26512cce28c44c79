"""Rules on the speed at which a page came that came whole: throttling below the point where nothing arrives.

A speed alone says nothing. Line, distance, site and chance each make a page slow, and each leaves another trace, so that a page counts as
throttled only where all four are contradicted:

- the *line*: other pages of the run, long enough to tell, came at a median of ``SLOW_FACTOR`` times the speed or more;
- the *distance*: fewer packets came per round trip than TCP sends on the longest of sound paths (``SLOW_PACKETS``);
- the *site*, and limits that the server sets for all: on other networks it came ``SLOW_FACTOR`` times as fast, in itself and against the
  other pages of the runs there, and on more of them than networks abroad where it did not;
- *chance*: it was slow in other runs on this network or on other networks of the country, more often than fast.

What stays is a server that slows this country or network alone, which no record of speed tells from a network that does, so the weight
on *server_refuses* is high. Weights are elicited: rate limits on names are documented (Xue et al., Throttling Twitter, IMC 2021: 130 to 150
kbit/s, by the name in the TLS handshake, alike on many networks), but their share among slow pages is not.
"""

from netglass.judge.condition import HTTP_OR_TLS
from netglass.judge.evidence import Rule
from netglass.judge.setting import SLOW_PACKETS, SPEED_NETWORKS

SLOW = "(slow AND same_page AND page_vouched)"
NEAR = f"(packets_per_trip < {SLOW_PACKETS})"
FAST_ELSEWHERE = f"(fast_networks >= {SPEED_NETWORKS} AND fast_networks > slow_abroad)"
SLOW_AGAIN = "(slow_near + slow_beside > fast_near)"
THROTTLED = f"({SLOW} AND {NEAR} AND {FAST_ELSEWHERE} AND {SLOW_AGAIN})"

SPEED_RULES: tuple[Rule, ...] = (
    # Of the family of pages, and further apart than http.same_page: that a page arrived is no evidence against slowing it down.
    Rule(
        "http.slowed",
        "http",
        "http",
        THROTTLED,
        (1.5, -2.0, 0.0, -0.5, -1.2),
        "the page arrived at {speed_kb} kB/s, {others_timed} other pages of the run came at a median of {others_kb} kB/s, and on"
        " {fast_networks} other networks it came at {elsewhere_kb} kB/s; it was slow in {slow_near} other runs here too, and on"
        " {slow_beside} other networks of the country",
        spread=1.0,
        mechanism=HTTP_OR_TLS.format("tls.throttle.sni", "http.throttle.host"),
        slows=True,
    ),
    Rule(
        "http.slow",
        "http",
        "speed",
        f"{SLOW} AND NOT coalesce({THROTTLED}, false)",
        (0.4, 0.0, 0.2, 0.2, 0.0),
        "the page arrived at {speed_kb} kB/s, {others_timed} other pages of the run came at a median of {others_kb} kB/s; what slowed it is"
        " not shown",
        spread=1.0,
    ),
)
"""What is shown, and what is only seen."""
