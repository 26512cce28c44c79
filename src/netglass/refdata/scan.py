"""Passes over a body: one for the fingerprints, others for the marks.

They are apart because a body that was scrubbed is looked at again for marks only, and because one automaton for all is
not faster: it can be slower by half, when the literals of the one fill the tables of the other.
"""

from pathlib import Path

from netglass.refdata.fingerprint import FingerprintList
from netglass.refdata.mark import PASSES, PASSES_WITH_MAP, Mark
from netglass.refdata.pattern import PatternSet

_SHORT_BODY = 128
_PADDING = bytes(_SHORT_BODY)
"""Vectorscan 5.4.12 misses a literal of two bytes at the end of a body of 18 to 69 bytes when there are anchored expressions
beside it; ``test_a_literal_at_the_end_of_a_short_body_is_found`` shows it."""


class BodyScanner:
    """The body rules of a fingerprint list, compiled together."""

    def __init__(self, fingerprints: FingerprintList, cache: Path | None) -> None:
        self._fingerprints = fingerprints
        self._plan = fingerprints.body_plan
        self._set = PatternSet(self._plan.expressions, cache)

    def list_rules(self, body: bytes, is_text: bool = False) -> list[int]:
        """Return the numbers of the rules that match ``body``. About 0.5 us per kB.

        Args:
            body: The body.
            is_text: Whether the body is known to be valid UTF-8; else that is looked at.
        """
        numbers = [number for number, _ in self._set.scan(body)]
        if 0 < len(body) < _SHORT_BODY:
            numbers += self._search_end(numbers, body)
        if self._plan.text_numbers and not is_text and not body.isascii():
            numbers = self._rescan_text(numbers, body)
        if not numbers and not self._plan.always:
            return numbers
        return self._fingerprints.confirm_body(dict.fromkeys(numbers), body)

    def _search_end(self, numbers: list[int], body: bytes) -> list[int]:
        """Return what is found in a short body with padding and not without, where Python finds it too."""
        rules, text = self._fingerprints.rules, body.decode("utf-8", "replace")
        more = {number for number, _ in self._set.scan(body + _PADDING)}.difference(numbers)
        return [number for number in more if rules[self._plan.rules[number]].matches(text)]

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


class MarkScanner:
    """The passes for marks, those that need a map of networks only ``with_map``."""

    def __init__(self, with_map: bool, cache: Path | None) -> None:
        self._passes = [
            (
                PatternSet([spelling.expression for spelling in spellings], cache),
                [spelling.mark for spelling in spellings],
            )
            for spellings in (PASSES_WITH_MAP if with_map else PASSES)
        ]

    def list_marks(self, body: bytes) -> list[tuple[Mark, int]]:
        """Return every mark in ``body`` and the offset behind it. About 1 us per kB, with a map 2."""
        return [(marks[number], end) for patterns, marks in self._passes for number, end in patterns.scan(body)]
