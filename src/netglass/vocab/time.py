"""Times: always UTC, always ``YYYY-MM-DDTHH:MM:SSZ`` outside, naive ``datetime`` in UTC inside."""

from datetime import UTC, datetime

EPOCH = datetime(1970, 1, 1)


def format_time(moment: datetime | None) -> str | None:
    """Return ``moment`` (naive, UTC) as ``YYYY-MM-DDTHH:MM:SSZ``, or None."""
    return None if moment is None else moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_time(text: str) -> datetime:
    """Read a day, an OONI time (``2026-03-02 05:20:04``) or an ISO 8601 time as a naive UTC datetime.

    Raises:
        ValueError: ``text`` is none of these.
    """
    moment = datetime.fromisoformat(text.strip())
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
