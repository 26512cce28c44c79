"""Two versions of a text compared: the aligned provisions with their changed words and the matters that these touch."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from netglass.reader.align import Alignment, Kind, align_structures
from netglass.reader.change import Edit, edit_tokens
from netglass.reader.document import Document, Span
from netglass.reader.matter import Matter, find_matters
from netglass.reader.provision import Provision, Structure, split_document
from netglass.reader.token import Token, split_tokens


class Op(StrEnum):
    """What became of some words."""

    KEEP = "keep"
    DELETE = "delete"
    INSERT = "insert"


@dataclass(frozen=True, slots=True)
class Wording:
    """Words in a row that were kept, deleted or inserted. ``source`` is of the old original for what was deleted, else of the new."""

    op: Op
    text: str
    source: Span


@dataclass(frozen=True, slots=True)
class Difference:
    """One row of a comparison."""

    kind: Kind
    old: tuple[Provision, ...]
    new: tuple[Provision, ...]
    score: float
    wordings: tuple[Wording, ...]
    matters: tuple[Matter, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two texts compared. ``notes`` say what a reader must know of how it was done."""

    old: Structure
    new: Structure
    rows: tuple[Difference, ...]
    notes: tuple[str, ...]

    def count_kinds(self) -> dict[Kind, int]:
        """Return the number of rows of each kind, in the order of :class:`Kind`."""
        counts = Counter(row.kind for row in self.rows)
        return {kind: counts[kind] for kind in Kind if counts[kind]}


def compare_documents(old: Document, new: Document) -> Comparison:
    """Compare two versions provision by provision.

    Raises:
        UsageError: rapidfuzz is not installed.
    """
    before, after = split_document(old), split_document(new)
    rows = tuple(_describe(row, before, after) for row in align_structures(before, after))
    return Comparison(before, after, rows, tuple(_list_notes(before, after)))


def _list_notes(old: Structure, new: Structure) -> Iterator[str]:
    for structure in dict.fromkeys((old, new)):
        if structure.basis == "text":
            yield f"{structure.document.name}: no numbered provisions were found, so its paragraphs are compared as they stand"
    if old.document.language != new.document.language:
        yield "the texts are in different languages, so only words that are the same in both can be aligned"
    elif old.basis != new.basis and "text" not in (old.basis, new.basis):
        yield f"one text is divided by {old.basis}, the other by {new.basis}; they are compared across"


def _describe(row: Alignment, old: Structure, new: Structure) -> Difference:
    before, after = _Side(old.document, row.old), _Side(new.document, row.new)
    if row.score == 1.0 and len(row.old) == len(row.new) == 1:
        edits = [Edit(True, Span(0, len(before.tokens)), Span(0, len(after.tokens)))]
    else:
        edits = edit_tokens(before.tokens, after.tokens)
    wordings = tuple(wording for edit in edits for wording in _word_edit(edit, before, after))
    matters = (
        find_matters(before.text, after.text, new.document.language) if row.old and row.new and row.score < 1 else []
    )
    return Difference(row.kind, row.old, row.new, row.score, wordings, tuple(matters))


def _word_edit(edit: Edit, before: "_Side", after: "_Side") -> Iterator[Wording]:
    if edit.equal:
        yield from after.cut(Op.KEEP, edit.new)
    else:
        yield from before.cut(Op.DELETE, edit.old)
        yield from after.cut(Op.INSERT, edit.new)


class _Side:
    """The provisions on one side of a row as one run of tokens."""

    def __init__(self, document: Document, provisions: Sequence[Provision]) -> None:
        self.document = document
        self.tokens: list[Token] = []
        self.bounds = [0]
        for provision in provisions:
            self.tokens += split_tokens(provision.text, provision.body.start)
            self.bounds.append(len(self.tokens))
        self.text = "\n".join(provision.text for provision in provisions)

    def cut(self, op: Op, tokens: Span) -> Iterator[Wording]:
        """Give the words of a range of tokens, provision by provision, each with the white space behind it."""
        for first, stop in pairwise(self.bounds):
            start, end = max(first, tokens.start), min(stop, tokens.end)
            if start < end:
                span = Span(self.tokens[start].start, self.tokens[end - 1].end)
                follows = self.tokens[end].start if end < stop else span.end
                text = self.document.text[span.start : follows] + ("\n" if end == stop < len(self.tokens) else "")
                yield Wording(op, text, self.document.find_source(span))
