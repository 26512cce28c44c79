"""What looks like a block and is none: the innocent causes that the lab can play, as a table.

The scope says what a cause belongs to: a *site* for everybody, a site for clients of one *country*, a site on some *networks*,
or a whole *run* of a probe. ``state`` is the truth of a measurement that it touches, in the words that ``netglass evaluate``
reads; a measurement in which nothing went wrong stays ``ok`` and keeps the cause as its scenario.

**Source**: the list of confounders that any judge of such measurements has to know; each needs a test that it is no block.
"""

from enum import Enum
from typing import Literal, NamedTuple


class Scope(Enum):
    """What a cause belongs to."""

    SITE = "site"
    COUNTRY = "country"
    NETWORK_SITE = "network_site"
    RUN_SITE = "run_site"
    RUN = "run"


class Confounding(NamedTuple):
    """One cause.

    Attributes:
        scope: what it belongs to.
        state: truth of what it touches.
        group: the word for its kind in the truth of events.
        what: a sentence for people.
        only: what it touches alone: measurements that meet TLS on their way (``tls``), or begin in the clear (``plain``).
    """

    scope: Scope
    state: str
    group: str
    what: str
    only: Literal["", "tls", "plain"] = ""

    @property
    def needs_country(self) -> bool:
        """Whether a scenario must name a country."""
        return self.scope is Scope.COUNTRY


CONFOUNDERS: dict[str, Confounding] = {
    "down_timeout": Confounding(Scope.SITE, "down", "down", "nobody answers at the site's address"),
    "down_refused": Confounding(Scope.SITE, "down", "down", "nobody listens at the site's address"),
    "down_nxdomain": Confounding(Scope.SITE, "down", "down", "the name does not exist any more"),
    "down_servfail": Confounding(Scope.SITE, "down", "down", "the name servers of the site are broken"),
    "down_503": Confounding(Scope.SITE, "down", "down", "the site answers with an error"),
    "down_eof": Confounding(Scope.SITE, "down", "down", "the site closes the connection without an answer"),
    "down_expired": Confounding(Scope.SITE, "down", "down", "the certificate has expired", only="tls"),
    "down_not_yet_valid": Confounding(Scope.SITE, "down", "down", "the certificate is not valid yet", only="tls"),
    "down_wrong_name": Confounding(Scope.SITE, "down", "down", "the certificate is for another name", only="tls"),
    "down_self_signed": Confounding(Scope.SITE, "down", "down", "the site signs for itself", only="tls"),
    "parked": Confounding(Scope.SITE, "ok", "parked", "the domain was given up and shows a parking page"),
    "slow": Confounding(Scope.SITE, "ok", "slow", "the site takes seconds to answer"),
    "server_geo451": Confounding(Scope.COUNTRY, "server_side", "server_side", "the site refuses the country with 451"),
    "server_geo403": Confounding(Scope.COUNTRY, "server_side", "server_side", "the site refuses the country with 403"),
    "server_captcha": Confounding(
        Scope.COUNTRY, "server_side", "server_side", "the site asks the country for a captcha"
    ),
    "transparent_proxy": Confounding(
        Scope.NETWORK_SITE, "interfered-but-reachable", "proxy", "the network answers with a proxy that passes all on"
    ),
    "nxdomain_hijack": Confounding(
        Scope.RUN, "ok", "hijack", "the network's resolver shows advertisements for names that do not exist"
    ),
    "family_filter": Confounding(
        Scope.RUN_SITE, "instrument", "family_filter", "the user chose a resolver that filters"
    ),
    "captive_portal": Confounding(
        Scope.RUN,
        "captive_portal",
        "run",
        "a hotspot answers what is asked in the clear with its login page",
        only="plain",
    ),
    "captive_portal_names": Confounding(Scope.RUN, "captive_portal", "run", "a hotspot leads every name to itself"),
    "captive_portal_strict": Confounding(
        Scope.RUN, "captive_portal", "run", "a hotspot takes every connection, also that to the helper"
    ),
    "resolver_timeout": Confounding(Scope.RUN, "resolver_down", "run", "the network's resolver does not answer"),
    "resolver_servfail": Confounding(Scope.RUN, "resolver_down", "run", "the network's resolver answers with SERVFAIL"),
    "resolver_slow": Confounding(Scope.RUN, "ok", "run", "the network's resolver takes seconds"),
    "flaky_loss": Confounding(Scope.RUN, "ok", "loss", "the line loses packets"),
    "ipv6_broken": Confounding(Scope.RUN, "ok", "run", "the probe has IPv6 addresses and no way out"),
    "wrong_clock_past": Confounding(Scope.RUN, "instrument", "run", "the probe's clock is years behind", only="tls"),
    "wrong_clock_future": Confounding(Scope.RUN, "instrument", "run", "the probe's clock is years ahead", only="tls"),
    "wrong_clock_benign": Confounding(Scope.RUN, "ok", "run", "the probe's clock is some hours off"),
    "antivirus": Confounding(Scope.RUN, "instrument", "run", "a product on the device signs every site", only="tls"),
    "broken_version": Confounding(
        Scope.RUN, "instrument", "software_version", "this version of the client lacks a root", only="tls"
    ),
    "control_failed": Confounding(Scope.RUN, "control_failed", "run", "the test helper does not work"),
    "android_lookup": Confounding(Scope.RUN, "ok", "run", "the system's resolver hides why a lookup failed"),
    "withheld_network": Confounding(Scope.RUN, "ok", "run", "the probe keeps its network to itself (AS0)"),
    "late_upload": Confounding(Scope.RUN, "ok", "run", "the results come days late"),
    "doh_blocked": Confounding(Scope.RUN, "ok", "run", "the network blocks DNS over HTTPS, and no site"),
}
"""Every cause, by the name that scenarios use; it is the scenario word of the truth too."""

SITE_WIDE = (Scope.SITE, Scope.COUNTRY, Scope.NETWORK_SITE, Scope.RUN_SITE)
"""Scopes for which a scenario names sites."""

LOSSY_SHARE = 0.09
"""Share of packets that a flaky line loses, each way."""
