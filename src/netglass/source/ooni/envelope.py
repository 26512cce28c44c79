"""The envelope (df-000): who measured what, when, where and with what; one row of the ``measurement`` table.

**Source**: OONI spec df-000-base. ``AS0`` and ``ZZ`` mean that the probe withheld its network or country. ``probe_ip`` is ``127.0.0.1``
unless the user of an old client chose to share it; it is never written.
"""

import math
import re
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from netglass.source.ooni import clock
from netglass.source.ooni.address import Location, normalise_address, read_target
from netglass.source.ooni.step import Frame, Row
from netglass.source.ooni.structure import Annotations, Envelope

_ASN = re.compile(r"(?:AS)?(\d{1,10})\Z", re.IGNORECASE)
_MAX_ASN = 2**32 - 1
_NO_ANNOTATIONS = Annotations()


class Moment(NamedTuple):
    """When a measurement was made: ``measurement_start_time``, ``upload_hour`` and ``observed_at``."""

    start: datetime | None
    upload_hour: datetime | None
    observed: datetime | None


def read_asn(value: str | int | None, field: str, issues: dict[str, None]) -> int | None:
    """Return an AS number (``AS137``, ``137`` or a number); null and an issue for anything else."""
    if value is None or value == "":
        return None
    asn = _parse_asn(str(value))
    if asn is None:
        issues[f"bad_asn:{field}"] = None
    return asn


@lru_cache(4096)
def _parse_asn(text: str) -> int | None:
    match = _ASN.match(text.strip())
    return int(match[1]) if match and int(match[1]) <= _MAX_ASN else None


def read_moment(envelope: Envelope, uid: str | None, path_hour: datetime | None, issues: dict[str, None]) -> Moment:
    """Return the times of a measurement; issues say which were missing, unreadable or implausible."""
    start = _read_time(envelope.measurement_start_time, "measurement_start_time", issues)
    if start is None:
        start = _read_time(envelope.test_start_time, "test_start_time", issues)
        issues["no_start_time" if start is None else "start_from_test"] = None
    opened = clock.read_stamp(envelope.report_id)
    arrived = clock.read_stamp(uid) or path_hour
    upload = arrived or opened
    hour = upload.replace(minute=0, second=0, microsecond=0) if upload else None
    if start is None:
        return Moment(None, hour, opened or upload)
    if not clock.is_suspect(start, arrived and hour, opened):
        return Moment(start, hour, start)
    issues["clock_suspect"] = None
    return Moment(start, hour, opened or upload)


def _read_time(text: str | None, field: str, issues: dict[str, None]) -> datetime | None:
    moment = clock.read_start(text)
    if text and moment is None:
        issues[f"bad_time:{field}"] = None
    return moment


def read_probe_address(envelope: Envelope) -> str | None:
    """Return the probe's own address where the record gives it away."""
    address = normalise_address(envelope.probe_ip)
    return None if address in (None, "127.0.0.1", "::1", "0.0.0.0") else address


def read_aim(envelope: Envelope, issues: dict[str, None], required: bool) -> Location:
    """Return what ``input`` aims at; ``required`` notes an issue where it does not tell."""
    aim = read_target(envelope.input)
    if required and aim.host is None:
        issues["bad_input" if envelope.input else "no_input"] = None
    return aim


def list_probe(envelope: Envelope, frame: Frame, aim: Location) -> Row:
    """Return the columns from ``input`` to ``resolver_network_name``."""
    resolver = normalise_address(envelope.resolver_ip)
    asked = frame.scrub(envelope.input) if envelope.input and frame.probe_ip else envelope.input
    return (
        *(asked, aim.host, aim.scheme),
        *(envelope.probe_cc, read_asn(envelope.probe_asn, "probe_asn", frame.issues)),
        *(envelope.probe_network_name, envelope.probe_id or None),
        read_asn(envelope.resolver_asn, "resolver_asn", frame.issues),
        *(None if resolver == frame.probe_ip else resolver, envelope.resolver_network_name),
    )


def list_software(envelope: Envelope) -> Row:
    """Return the columns from ``test_name`` to ``network_type``."""
    runtime = envelope.test_runtime
    annotations = envelope.annotations or _NO_ANNOTATIONS
    return (
        *(
            envelope.test_name,
            envelope.test_version,
            runtime if runtime is not None and math.isfinite(runtime) else None,
        ),
        *(envelope.software_name, envelope.software_version),
        *(annotations.engine_version, annotations.platform, annotations.network_type),
    )
