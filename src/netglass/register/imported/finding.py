"""Findings that OONI published: which countries, networks and domains, from when to when.

The text of a finding (``title``, ``short_description``, ``slug``, ``tags``) is written freely and stays where it is, one click away at the
finding's address, which is made of its number; ``links`` name pages and are dropped; accounts and mail addresses of who created it
are not read.

**Source**: OONI API, ``/api/v1/incidents``; data under CC BY-NC-SA 4.0.
"""

from collections.abc import Mapping
from typing import Any

from netglass.register.country import COUNTRIES
from netglass.register.imported.intake import Intake, Licence, Row, Skip, collect, read_day

LICENCE = Licence("CC BY-NC-SA 4.0", "Open Observatory of Network Interference (OONI)")
ADDRESS = "https://explorer.ooni.org/findings/"


def read_findings(records: list[Any]) -> Intake:
    """Return the findings of the API's list."""
    return collect("finding", records, _read_row)


def _read_row(record: Any) -> list[Row]:
    if not isinstance(record, Mapping) or not str(record.get("id") or "").isdigit():
        raise Skip("no number of a finding")
    start = read_day(record.get("start_time"))
    if start is None:
        raise Skip("no start")
    codes = [str(code).upper() for code in record.get("CCs") or ()]
    if unknown := [code for code in codes if code not in COUNTRIES]:
        raise Skip(f"no country of ISO 3166-1: {unknown[0][:2]}")
    return [
        (
            str(record["id"]),
            sorted(codes),
            start,
            read_day(record.get("end_time")),
            str(record.get("event_type") or "") or None,
            sorted({int(asn) for asn in record.get("ASNs") or () if str(asn).isdigit()}),
            sorted({str(domain).lower() for domain in record.get("domains") or ()}),
            sorted({str(theme) for theme in record.get("themes") or ()}),
            sorted({str(test) for test in record.get("test_names") or ()}),
            f"{ADDRESS}{record['id']}",
        )
    ]
