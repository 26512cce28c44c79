"""The passage behind a field, known again by its hash when the source is read anew."""

import hashlib
import unicodedata

from netglass.vocab.error import UsageError


def normalise_passage(text: str) -> str:
    """Return ``text`` in NFC with each run of white space as one blank, and none at its ends.

    **Source**: Unicode Standard Annex 15 (NFC). White space is what Python's ``str.split`` splits at, the ideographic space included.
    """
    return " ".join(unicodedata.normalize("NFC", text).split())


def hash_passage(text: str) -> str:
    """Return the SHA-256 of a passage, normalised and as UTF-8, in 64 hexadecimal digits."""
    return hashlib.sha256(normalise_passage(text).encode()).hexdigest()


def cut_passage(text: str, span: str) -> str:
    """Return the characters of ``text`` from A to before B, for a span ``A-B`` that counts from 0.

    Raises:
        UsageError: the span is not of that form, or not within the text.
    """
    begin, _, end = span.partition("-")
    if not (begin.isdecimal() and end.isdecimal() and int(begin) < int(end) <= len(text)):
        raise UsageError(f"{span!r} is no span of the text: write A-B, with A below B and B at most {len(text)}")
    return text[int(begin) : int(end)]
