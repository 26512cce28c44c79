"""Passages that one document shares with others, word for word or nearly, whatever stands around them.

Fingerprints find the candidates, words decide, and small changes between two equal runs are bridged. The score is the share of
the n-grams of both passages that is shared; a phrase that stands in many of the documents adds less, so the formulas of
legislators fall below what one text took from another.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from netglass.reader.document import Document, Span
from netglass.reader.passage import Chain, chain_runs, drop_covered, grow_runs
from netglass.reader.provision import Structure, split_document
from netglass.reader.shingle import SIZES, WINDOWS, Hashes, hash_grams, winnow
from netglass.reader.token import Words, split_words

GAPS = {"zh": 40, "en": 24}
"""Words (in Chinese characters) between two equal runs of one passage at most."""

LEAST_LENGTHS = {"zh": 20, "en": 12}
"""Words (in Chinese characters) of the shortest passage, by default."""

LEAST_SCORE = 0.3
"""Score of the weakest passage, by default. **Source** of all three: design choice."""

RARE_DOCUMENTS = 8
"""Documents that may share a phrase without it losing weight. **Source**: design choice; a list that seven acts share is what this
looks for."""

RARE_SHARE = 0.05
"""The same as a share of all documents, where they are many."""


@dataclass(frozen=True, slots=True)
class Text:
    """A document made ready: its words and the hashes of their n-grams."""

    structure: Structure
    words: Words
    hashes: Hashes
    kept: NDArray[np.int64]

    @property
    def document(self) -> Document:
        """The document itself."""
        return self.structure.document


@dataclass(frozen=True, slots=True)
class Side:
    """A passage in one document: its span in the text and in the original, and the provisions that it touches."""

    text: str
    span: Span
    source: Span
    provisions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reuse:
    """A passage that ``other`` shares. ``length`` counts words (in Chinese characters) of the shorter side."""

    other: str
    score: float
    length: int
    here: Side
    there: Side


def prepare_text(document: Document) -> Text:
    """Make a document ready to be searched for shared passages. The labels of provisions (Article 5) are no words of it."""
    structure = split_document(document)
    words = _drop_labels(split_words(document.text), structure)
    hashes = hash_grams(words.keys, SIZES[document.language])
    return Text(structure, words, hashes, winnow(hashes, WINDOWS[document.language]))


def _drop_labels(words: Words, structure: Structure) -> Words:
    starts = np.array(words.starts, dtype=np.int64)
    label = np.zeros(len(starts), dtype=np.bool_)
    for provision in structure.provisions:
        label[np.searchsorted(starts, provision.span.start) : np.searchsorted(starts, provision.body.start)] = True
    kept = np.flatnonzero(~label).tolist()
    return Words([words.keys[i] for i in kept], *(array("I", (column[i] for i in kept)) for column in words[1:]))


def find_reuse(
    text: Text, others: Sequence[Text], *, least_length: int | None = None, least_score: float = LEAST_SCORE
) -> list[Reuse]:
    """Return the passages that ``text`` shares with each of ``others``, longest first.

    Args:
        text: the document that is asked about.
        others: those to compare with; they also tell which phrases are common.
        least_length: words (in Chinese characters) of the shortest passage; by default :data:`LEAST_LENGTHS`.
        least_score: score of the weakest passage, 0 to 1.
    """
    language = text.document.language
    least = LEAST_LENGTHS[language] if least_length is None else least_length
    weights = weigh_hashes(text, others)
    starts = defaultdict(list)
    for place in range(len(text.hashes)):
        starts[int(text.hashes[place])].append(place)
    made = []
    for other in others:
        if other.document.language == language:
            chains = _find_chains(text, other, starts)
            made += [reuse for reuse in _tell(text, other, chains, weights, least) if reuse.score >= least_score]
    return sorted(made, key=lambda reuse: (-reuse.length, -reuse.score, reuse.other, reuse.here.span, reuse.there.span))


def weigh_hashes(text: Text, others: Sequence[Text]) -> dict[int, float]:
    """Return the weight of each n-gram of ``text``: 1, less where more documents share it than may by the rule above."""
    own = np.unique(text.hashes)
    documents = np.ones(len(own))
    for other in others:
        documents += np.isin(own, other.hashes)
    free = max(RARE_DOCUMENTS, RARE_SHARE * (len(others) + 1))
    return dict(zip(own.tolist(), np.minimum(1.0, free / documents).tolist(), strict=True))


def _find_chains(text: Text, other: Text, starts: dict[int, list[int]]) -> list[Chain]:
    """Look up the kept fingerprints of ``other`` among all n-grams of ``text``, so each run that winnowing promises is found."""
    kept = other.kept.tolist()
    seeds = [
        (a, b) for b, key in zip(kept, other.hashes[other.kept].tolist(), strict=True) for a in starts.get(key, ())
    ]
    language = text.document.language
    return drop_covered(
        chain_runs(grow_runs(text.words.keys, other.words.keys, seeds, SIZES[language]), GAPS[language])
    )


def _tell(text: Text, other: Text, chains: Sequence[Chain], weights: dict[int, float], least: int) -> Iterator[Reuse]:
    for chain in chains:
        length = min(chain.left_end - chain.left, chain.right_end - chain.right)
        if length >= least:
            score = score_passage(text, other, chain, weights)
            here, there = _side(text, chain.left, chain.left_end), _side(other, chain.right, chain.right_end)
            yield Reuse(other.document.name, round(score, 4), length, here, there)


def score_passage(text: Text, other: Text, chain: Chain, weights: dict[int, float]) -> float:
    """Return the share of the n-grams of both passages that they have in common, 0 to 1, common phrases counted less.

    **Source**: the Jaccard coefficient of shingles (Broder, "On the resemblance and containment of documents", 1997).
    """
    size = SIZES[text.document.language]
    left = set(text.hashes[chain.left : max(chain.left, chain.left_end - size) + 1].tolist())
    right = set(other.hashes[chain.right : max(chain.right, chain.right_end - size) + 1].tolist())
    either = len(left | right)
    return sum(weights[key] for key in left & right) / either if either else 0.0


def _side(text: Text, first: int, end: int) -> Side:
    document = text.document
    span = Span(text.words.starts[first], text.words.ends[end - 1])
    touched = [p.locator for p in text.structure.provisions if p.span.start < span.end and span.start < p.span.end]
    return Side(document.text[span.start : span.end], span, document.find_source(span), tuple(touched))
