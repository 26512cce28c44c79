"""Known defects of the instruments, as data: which test, which versions, which dates, what they fake, and who says so.

A defect never removes a measurement. It masks, as evidence for a local fault, only where the control fails too or where the same run
shows the symptom for unrelated names; otherwise it is named in the issues of the verdict, and the evidence stands. Defects of
nettests that get no verdict yet are kept here so that the first verdict on them applies them.
"""

from datetime import date
from typing import NamedTuple


class Defect(NamedTuple):
    """One defect. ``versions`` is the last affected version of the nettest or None for all; dates are inclusive, None is open."""

    defect_id: str
    test_name: str
    versions: str | None
    since: date | None
    until: date | None
    symptom: str
    effect: str
    source: str


DEFECTS: tuple[Defect, ...] = (
    Defect(
        "android_dns_cache_no_data",
        "web_connectivity",
        None,
        None,
        None,
        "sys_failure = 'android_dns_cache_no_data'",
        "Android's getaddrinfo hides the reply code and fails so for any reason, also after a change of network",
        "OONI probe issue 2029; OONI spec df-007",
    ),
    Defect(
        "signal_rotated_ca_2022",
        "signal",
        "0.2.1",
        date(2022, 10, 19),
        None,
        "",
        "the client trusts a certificate authority that Signal has replaced, so every handshake fails",
        "OONI backend, fastpath scoring of signal; OONI spec ts-029",
    ),
    Defect(
        "signal_rotated_ca_2023",
        "signal",
        "0.2.3",
        date(2023, 11, 7),
        None,
        "",
        "the client trusts a certificate authority that Signal has replaced, so every handshake fails",
        "OONI backend, fastpath scoring of signal; OONI spec ts-029",
    ),
    Defect(
        "whatsapp_stale_prefixes",
        "whatsapp",
        None,
        None,
        None,
        "",
        "whatsapp_endpoints_dns_inconsistent compares with a list of prefixes that WhatsApp has left",
        "OONI backend, fastpath scoring of whatsapp; OONI spec ts-018",
    ),
    Defect(
        "tor_ntor_auth_2022",
        "tor",
        None,
        date(2022, 1, 1),
        date(2022, 6, 30),
        "",
        "or_port_dirauth targets fail with an ntor authentication mismatch after a directory authority changed its key",
        "OONI backend, fastpath scoring of tor",
    ),
)
"""Every known defect. ``symptom`` is SQL over a row of facts and empty for nettests without a verdict."""

JUDGED_DEFECTS = tuple(defect for defect in DEFECTS if defect.symptom)


def make_condition(defect: Defect) -> str:
    """Return the SQL predicate over facts that is true where the measurement shows the defect in its versions and dates."""
    parts = [f"coalesce({defect.symptom}, false)"]
    if defect.since:
        parts.append(f"fact.observed_at >= TIMESTAMP '{defect.since}'")
    if defect.until:
        parts.append(f"fact.observed_at < TIMESTAMP '{defect.until}' + INTERVAL 1 DAY")
    return "(" + " AND ".join(parts) + ")"
