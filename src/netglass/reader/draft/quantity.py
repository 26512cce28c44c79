"""Numbers in sentences: ``1.2 million``, ``38,000``, ``61.5 percent``, ``every``, with where they stand."""

import re
from typing import NamedTuple

from netglass.reader.document import Span

_SCALES = {
    "hundred": 1e2,
    "thousand": 1e3,
    "million": 1e6,
    "billion": 1e9,
    "trillion": 1e12,
    "lakh": 1e5,
    "crore": 1e7,
    "m": 1e6,
    "bn": 1e9,
}
_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_SCALE = r"hundred|thousand|million|billion|trillion|lakh|crore|bn|m"
QUANTITY = rf"(?P<number>{_NUMBER})(?:\s?(?P<scale>{_SCALE})\b)?(?P<share>\s?(?:%|per\s?cent\b))?"
"""The pattern of a number, with groups ``number``, ``scale`` and ``share``."""

_PATTERN = re.compile(rf"(?<![\w.,]){QUANTITY}", re.IGNORECASE)


class Quantity(NamedTuple):
    """A number and whether it is a share in percent."""

    value: float
    is_share: bool
    span: Span


def find_quantities(text: str, span: Span) -> list[Quantity]:
    """Return the numbers of a passage."""
    return [read_quantity(found) for found in _PATTERN.finditer(text, *span)]


def read_quantity(found: re.Match[str]) -> Quantity:
    """Return the number that a match of :data:`QUANTITY` holds."""
    scale = _SCALES[found["scale"].lower()] if found["scale"] else 1
    value = round(float(found["number"].replace(",", "")) * scale, 6)
    stop = max(found.end(name) for name in ("number", "scale", "share"))
    return Quantity(value, bool(found["share"]), Span(found.start("number"), stop))
