"""How one wording became another: the words that went and came.

The edit is minimal over tokens; islands of one kept character between changes are drawn into the change, for nobody reads
a diff of single characters.

**Source**: the longest common subsequence (Indel distance), by the rapidfuzz library (extra ``read``).
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from netglass.reader.document import Span
from netglass.reader.token import Token
from netglass.vocab.error import UsageError

LEAST_ISLAND = 2
"""Tokens of kept text that stand between two changes; fewer are drawn into the change. **Source**: design choice."""


class Edit(NamedTuple):
    """One change: the tokens ``old`` went and ``new`` came, as ranges; equal is where both say the same."""

    equal: bool
    old: Span
    new: Span


def edit_tokens(old: Sequence[Token], new: Sequence[Token]) -> list[Edit]:
    """Return the changes that make ``new`` of ``old`` and what is kept between them, in order.

    Raises:
        UsageError: rapidfuzz is not installed.
    """
    try:
        from rapidfuzz.distance import Indel
    except ImportError:
        raise UsageError(
            "comparing texts needs rapidfuzz, which is not installed: install netglass with its extra read"
            " (pip install 'netglass[read]')"
        ) from None
    steps = Indel.opcodes([token.key for token in old], [token.key for token in new])
    edits = [
        Edit(step.tag == "equal", Span(step.src_start, step.src_end), Span(step.dest_start, step.dest_end))
        for step in steps
    ]
    return _join_edits(_drown_islands(edits))


def _drown_islands(edits: Sequence[Edit]) -> Iterator[Edit]:
    last = len(edits) - 1
    for place, edit in enumerate(edits):
        inner = 0 < place < last and edit.equal and edit.old.end - edit.old.start < LEAST_ISLAND
        yield edit._replace(equal=False) if inner else edit


def _join_edits(edits: Iterator[Edit]) -> list[Edit]:
    made: list[Edit] = []
    for edit in edits:
        if made and made[-1].equal == edit.equal:
            above = made.pop()
            edit = Edit(edit.equal, Span(above.old.start, edit.old.end), Span(above.new.start, edit.new.end))
        made.append(edit)
    return made
