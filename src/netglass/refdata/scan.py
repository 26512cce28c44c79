"""One pass over a body for everything that is looked for in bodies.

Fingerprints live here; the callers bring further expressions (addresses to scrub, the title, words of refusal), so
that a body is read once whatever is asked of it.
"""

from pathlib import Path
from typing import NamedTuple

from netglass.refdata.fingerprint import FingerprintList
from netglass.refdata.pattern import Expression, PatternSet


class Scan(NamedTuple):
    """What a pass found: numbers of fingerprint rules, and marks of the marks as (number, end offset)."""

    rules: list[int]
    marks: list[tuple[int, int]]


class BodyScanner:
    """The body rules of a fingerprint list and the marks, compiled together."""

    def __init__(self, fingerprints: FingerprintList, marks: tuple[Expression, ...], cache: Path | None) -> None:
        self._fingerprints = fingerprints
        self._plan = fingerprints.body_plan
        self._size = len(self._plan.expressions)
        self._set = PatternSet((*self._plan.expressions, *marks), cache)

    def scan(self, body: bytes) -> Scan:
        """Search ``body``. About 1.5 us per kB."""
        numbers: list[int] = []
        marks: list[tuple[int, int]] = []
        for number, end in self._set.scan(body):
            if number < self._size:
                numbers.append(number)
            else:
                marks.append((number - self._size, end))
        if self._plan.text_numbers and not body.isascii():
            numbers = self._rescan_text(numbers, body)
        if not numbers and not self._plan.always:
            return Scan(numbers, marks)
        return Scan(self._fingerprints.confirm_body(dict.fromkeys(numbers), body), marks)

    def _rescan_text(self, numbers: list[int], body: bytes) -> list[int]:
        """Search text expressions again where the body is no valid UTF-8, with replacement characters in its place."""
        try:
            body.decode()
        except UnicodeDecodeError:
            text_numbers = self._plan.text_numbers
            again = self._set.scan(body.decode("utf-8", "replace").encode())
            kept = [number for number in numbers if number not in text_numbers]
            return kept + [number for number, _ in again if number in text_numbers]
        return numbers
