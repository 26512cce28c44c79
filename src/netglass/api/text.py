"""Texts of law and of statements: two versions compared, passages that documents share. Files are read here and nowhere below."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from netglass.reader.comparison import Comparison, compare_documents
from netglass.reader.document import Document, read_document
from netglass.reader.reuse import LEAST_SCORE, Reuse, find_reuse, prepare_text
from netglass.vocab.error import InputError, UsageError

SUFFIXES = (".md", ".markdown", ".txt", ".text", ".html", ".htm", ".xhtml")
"""Files of a folder that are read; a file that is named itself may have any suffix."""


class ReuseReport(NamedTuple):
    """The shared passages, how many documents were compared, and why others were not."""

    passages: list[Reuse]
    documents: int
    skipped: list[str]


def read_text(path: Path | str) -> Document:
    """Read a file of plain text, Markdown or HTML in UTF-8, UTF-16 or GB 18030.

    Raises:
        InputError: there is no such file, or it is no text.
    """
    path = Path(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}; name a file of plain text, Markdown or HTML") from error
    return read_document(data, str(path))


def diff(old: Path | str, new: Path | str) -> Comparison:
    """Compare two versions of a text, provision by provision.

    Raises:
        InputError: a file cannot be read.
        UsageError: rapidfuzz is not installed.
    """
    return compare_documents(read_text(old), read_text(new))


def reuse(
    path: Path | str,
    against: Sequence[Path | str] = (),
    *,
    least_length: int | None = None,
    least_score: float = LEAST_SCORE,
) -> ReuseReport:
    """Find the passages that a text shares with others.

    Args:
        path: the text that is asked about.
        against: files and folders to compare with; by default the other texts in the folder of ``path``. Folders are searched
            to their bottom for files with one of :data:`SUFFIXES`. The text itself is never compared with itself.
        least_length: words (in Chinese characters) of the shortest passage.
        least_score: score of the weakest passage, 0 to 1.

    Raises:
        InputError: the text cannot be read, or none of the others can.
        UsageError: a number is out of range.
    """
    if not 0 <= least_score <= 1:
        raise UsageError(f"the least score is a share from 0 to 1, not {least_score}")
    if least_length is not None and least_length < 1:
        raise UsageError(f"the least length is at least 1 word, not {least_length}")
    path = Path(path)
    asked = prepare_text(read_text(path))
    others, skipped = [], []
    for place in _list_files(against or [path.resolve().parent], path):
        try:
            others.append(prepare_text(read_text(place)))
        except InputError as error:
            skipped.append(str(error))
    if not others:
        raise InputError(_explain_none(path, against, skipped))
    passages = find_reuse(asked, others, least_length=least_length, least_score=least_score)
    return ReuseReport(passages, len(others), skipped)


def _list_files(against: Iterable[Path | str], path: Path) -> Iterator[Path]:
    known = {path.resolve()}
    for place in map(Path, against):
        files = (
            sorted(f for f in place.rglob("*") if f.suffix.lower() in SUFFIXES and f.is_file())
            if place.is_dir()
            else [place]
        )
        for file in files:
            if file.resolve() not in known:
                known.add(file.resolve())
                yield file


def _explain_none(path: Path, against: Sequence[Path | str], skipped: Sequence[str]) -> str:
    if skipped:
        return f"{skipped[0]} (and {len(skipped) - 1} more files)" if len(skipped) > 1 else skipped[0]
    places = ", ".join(map(str, against)) or str(path.resolve().parent)
    return f"{places}: there is no text to compare {path} with; name files or folders with {', '.join(SUFFIXES)} files after --against"
