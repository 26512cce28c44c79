"""Shutdowns that Access Now's #KeepItOn coalition recorded (the STOP dataset): who ordered them, where, when, and what was said.

Each column has one of three fates. *Kept*: codes, places, dates, yes and no. *Hosts alone*: links, which name pages and accounts.
*Dropped*: what people wrote freely, which names persons: ``decision_maker``, ``*_details``, ``*_quote``, ``*_detail``, ``event``,
``legal_method``, ``other_affected``, ``telcos_involved`` and ``users_targeted``. So networks are not named; ``an_link`` and
``econ_impact`` say nothing that is asked here.

**Source**: Access Now, Shutdown Tracker Optimization Project, methodology and columns of the published table.
"""

from collections.abc import Mapping
from typing import Any

from netglass.register.country_code import find_code
from netglass.register.imported.intake import Intake, Licence, Row, Skip, collect, list_hosts, read_day

LICENCE = Licence("CC BY 4.0", "Access Now and the #KeepItOn coalition, Shutdown Tracker Optimization Project (STOP)")

SERVICES = ("facebook", "twitter", "whatsapp", "instagram", "telegram", "sms", "phonecall")
"""Services with a column of their own, ``<name>_affected``."""

COLUMNS = (
    "start_date",
    "country",
    "geo_scope",
    "area_name",
    "shutdown_type",
    "affected_network",
    "shutdown_extent",
    "ordered_by",
    "actual_cause",
    "gov_justification",
    "gov_ack",
    "legal_just",
    "shutdown_status",
    "election",
    "violence",
)
"""Columns without which a file is not this table."""


def read_stop(records: list[Mapping[str, Any]]) -> Intake:
    """Return the shutdowns of a table; one that concerns several countries is a row for each."""
    return collect("shutdown", records, _read_row)


def _read_row(record: Mapping[str, Any]) -> list[Row]:
    start = read_day(record.get("start_date"))
    if start is None:
        raise Skip("no start date")
    end = read_day(record.get("end_date"))
    if end is not None and end < start:
        raise Skip("it ends before it begins")
    countries = [_find_country(name) for name in str(record.get("country") or "").split(";")]
    return [
        (
            cc,
            start,
            _word(record.get("start_date_type")),
            end,
            *(
                _word(record.get(name))
                for name in ("shutdown_status", "geo_scope", "area_name", "shutdown_type", "affected_network")
            ),
            *(_word(record.get(name)) for name in ("shutdown_extent", "ordered_by", "actual_cause")),
            *(_word(record.get(name)) for name in ("gov_justification", "gov_ack", "legal_just")),
            [name for name in SERVICES if _word(record.get(f"{name}_affected")) == "Yes"],
            _word(record.get("election")),
            _word(record.get("violence")),
            list_hosts(record.get("info_source_link")),
        )
        for cc in countries
    ]


def _find_country(name: str) -> str:
    code = find_code(name)
    if code is None:
        raise Skip(f"no country of ISO 3166-1: {name.strip() or 'none named'}")
    return code


def _word(value: Any) -> str | None:
    text = " ".join(str(value).split()) if value is not None else ""
    return text or None
