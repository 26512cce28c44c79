"""Drafts beside the records that there are: the same thing is matched and not written twice.

A record that rests on the same passage of the same document is the same. Else kind, country and what tells things of a kind apart
must agree: words of the title, the speaker and the date, target and deadline, act and date. A match is a proposal for the reviewer.
"""

import re
from collections.abc import Callable, Iterable

from msgspec.structs import replace

from netglass.reader.document import Span
from netglass.reader.draft.model import Draft, Reading
from netglass.register.claim import Claim
from netglass.register.company import Company
from netglass.register.endorsement import Endorsement
from netglass.register.incident import Incident
from netglass.register.indicator import Indicator
from netglass.register.instrument import Instrument
from netglass.register.library import Register
from netglass.register.partial_date import PartialDate, parse_date
from netglass.register.pledge import Pledge
from netglass.register.record import Record, SourcedRecord
from netglass.register.source import Source
from netglass.register.statement import Statement

LEAST_SHARED = 0.75
"""Share of words of two titles (Dice) from which they name one thing. **Source**: design choice; *internet law* is not
*internet safety law of 2030*."""

_CHARS = re.compile(r"chars (\d+)-(\d+)")
_IDLE = frozenset(["the", "a", "an", "of", "on", "for", "and", "to", "in", "republic", "people", "s", "law", "act"])


def match_drafts(reading: Reading, register: Register) -> Reading:
    """Return a reading whose drafts name the records that they seem to be."""
    records = list(register.records.values())
    sources = {
        record.id for record in records if isinstance(record, Source) and record.sha256 == reading.document.sha256
    }
    drafts: list[Draft] = []
    known: dict[str, str] = {}
    for draft in reading.drafts:
        found = _find(draft, records, sources, known)
        if found:
            known[draft.id] = found
        drafts.append(replace(draft, matches=found))
    return replace(reading, drafts=drafts)


def _find(draft: Draft, records: Iterable[Record], sources: set[str], known: dict[str, str]) -> str | None:
    if draft.kind == "source":
        return min(sources, default=None)
    same = [record for record in records if record.kind == draft.kind]
    cited = [record.id for record in same if _rests_on(record, draft.span, sources)]
    if cited:
        return cited[0]
    near = [record for record in same if draft.cc in (None, record.cc)]
    return next((record.id for record in near if _TESTS[draft.kind](draft, record, known)), None)


def _rests_on(record: Record, span: Span, sources: set[str]) -> bool:
    if not isinstance(record, SourcedRecord):
        return False
    places = [_CHARS.fullmatch(entry.locator) for entry in record.evidence if entry.source in sources]
    return any(place and int(place[1]) < span.end and span.start < int(place[2]) for place in places)


def _is_same_instrument(draft: Draft, record: Record, known: dict[str, str]) -> bool:
    assert isinstance(record, Instrument)
    titles = [record.title.official, record.title.english, record.title.short or ""]
    dates = [stage.date for stage in record.stages]
    told = [
        _read_date(field.value)
        for field in draft.fields
        if field.path.startswith("stages.") and field.path.endswith(".date")
    ]
    if any(told) and not any(date and abs(date.year - other.year) <= 1 for date in told for other in dates):
        return False
    names = [_get(draft, path) for path in ("title.official", "title.english")]
    return any(_share_words(str(name), title) >= LEAST_SHARED for name in names if name for title in titles if title)


def _is_same_statement(draft: Draft, record: Record, known: dict[str, str]) -> bool:
    assert isinstance(record, Statement)
    date, about = _read_date(_get(draft, "date")), _get(draft, "about")
    return (
        _get(draft, "speaker.role") == record.speaker.role
        and date is not None
        and not date.is_before(record.date)
        and not record.date.is_before(date)
        and bool(set(about if isinstance(about, list) else []) & set(record.about))
    )


def _is_same_claim(draft: Draft, record: Record, known: dict[str, str]) -> bool:
    assert isinstance(record, Claim)
    about = _get(draft, "about")
    return (
        known.get(draft.statement or "") == record.statement
        and isinstance(about, list)
        and set(about) == set(record.about)
    )


def _is_same_pledge(draft: Draft, record: Record, known: dict[str, str]) -> bool:
    assert isinstance(record, Pledge)
    deadline = _read_date(_get(draft, "deadline"))
    return deadline is not None and deadline.year == record.deadline.year and _get(draft, "target") == record.target


def _is_same_indicator(draft: Draft, record: Record, known: dict[str, str]) -> bool:
    assert isinstance(record, Indicator)
    return (
        max(_share_words(str(_get(draft, "title")), record.title), _share_words(str(_get(draft, "unit")), record.unit))
        >= LEAST_SHARED
    )


def _is_same_endorsement(draft: Draft, record: Record, known: dict[str, str]) -> bool:
    assert isinstance(record, Endorsement)
    date = _read_date(_get(draft, "date"))
    return (
        _get(draft, "act") == record.act
        and date is not None
        and not (date.is_before(record.date) or record.date.is_before(date))
    )


def _is_same_company(draft: Draft, record: Record, known: dict[str, str]) -> bool:
    assert isinstance(record, Company)
    return str(_get(draft, "name")).casefold().rstrip(".") == record.name.casefold().rstrip(".")


def _is_same_incident(draft: Draft, record: Record, known: dict[str, str]) -> bool:
    assert isinstance(record, Incident)
    begins = _read_date(_get(draft, "begins"))
    return (
        begins is not None
        and record.begins is not None
        and begins == record.begins
        and _get(draft, "type") == record.type
    )


_TESTS: dict[str, Callable[[Draft, Record, dict[str, str]], bool]] = {
    "instrument": _is_same_instrument,
    "statement": _is_same_statement,
    "claim": _is_same_claim,
    "pledge": _is_same_pledge,
    "indicator": _is_same_indicator,
    "endorsement": _is_same_endorsement,
    "company": _is_same_company,
    "incident": _is_same_incident,
}


def _get(draft: Draft, path: str) -> object:
    found = draft.find_field(path)
    return found.value if found else None


def _read_date(value: object) -> PartialDate | None:
    try:
        return parse_date(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _share_words(left: str, right: str) -> float:
    one, two = (set(re.findall(r"[^\W_]+", text.lower())) for text in (left, right))
    if one == two:
        return 1.0
    one, two = one - _IDLE, two - _IDLE
    return 2 * len(one & two) / (len(one) + len(two)) if one and two else 0.0
