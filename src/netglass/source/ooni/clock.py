"""Times of a record: its start, the hour of its upload, and whether the probe's clock can be believed.

The start is the probe's own clock. Two other clocks are not: the collector writes its time into the ``report_id`` when the probe opens
the report, and into the ``measurement_uid`` and the path when the measurement arrives. A start

* before 2012, when OONI had no probes (first reports: December 2012; ooni-probe 1.0),
* more than an hour after the end of the hour in which the measurement arrived, or after the report was opened by more than a day, or
* more than 30 days before the report was opened

is implausible. Late uploads are not: OONI clients keep results while offline and open the report, or send what belongs to one, days later
(probe-cli's ``oonimkall`` and ``probeservices`` re-open a report when they submit again), hence the 30 days; and one report may stay open
for a long run, hence the day.
"""

import re
from datetime import datetime, timedelta
from functools import lru_cache

FIRST_YEAR = 2012
AFTER_UPLOAD = timedelta(hours=2)
AFTER_REPORT = timedelta(days=1)
BEFORE_REPORT = timedelta(days=30)

_FOLDER = re.compile(r"(?:^|/)raw/(\d{8})/(\d{2})/")
_FILE = re.compile(r"(?:^|/)(\d{10})_[A-Z]{2}_[^/]*\Z")
_STAMP = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)T?(\d\d)(\d\d)(\d\d)(?=[.Z])")


@lru_cache(4096)
def read_path_hour(path: str) -> datetime | None:
    """Return the hour that ``raw/YYYYMMDD/HH/`` or ``YYYYMMDDHH_CC_…`` in a path tells."""
    match = _FOLDER.search(path) or _FILE.search(path)
    if not match:
        return None
    try:
        return datetime.strptime("".join(match.groups()), "%Y%m%d%H")
    except ValueError:
        return None


@lru_cache(4096)
def read_stamp(identifier: str | None) -> datetime | None:
    """Return the time at the head of a ``report_id`` (``20260305T140930Z_…``) or a ``measurement_uid`` (``20260305140937.817609_…``)."""
    match = _STAMP.match(identifier) if identifier else None
    if not match:
        return None
    year, month, day, hour, minute, second = map(int, match.groups())
    try:
        return datetime(year, month, day, hour, minute, second)
    except ValueError:
        return None


@lru_cache(4096)
def read_start(text: str | None) -> datetime | None:
    """Return a start time (``2026-03-05 14:09:34``, or ISO 8601) as naive UTC; None for what is no time."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
        return (moment - (moment.utcoffset() or timedelta())).replace(tzinfo=None, microsecond=0)
    except (ValueError, OverflowError):
        return None


def is_suspect(start: datetime, upload_hour: datetime | None, opened: datetime | None) -> bool:
    """Tell whether a start is implausible against the upload hour and the time at which the report was opened."""
    if start.year < FIRST_YEAR or (upload_hour is not None and start > upload_hour + AFTER_UPLOAD):
        return True
    return opened is not None and not -BEFORE_REPORT <= start - opened <= AFTER_REPORT
