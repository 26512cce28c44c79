"""Read a document into drafts, and review drafts into a register. No message names a document or says a word of it."""

import hashlib
import json
import os
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import msgspec
import yaml

from netglass.reader.document import read_document
from netglass.reader.draft.file import format_drafts, parse_drafts
from netglass.reader.draft.match import match_drafts
from netglass.reader.draft.model import Reading
from netglass.reader.draft.reading import read_drafts
from netglass.reader.draft.review import PROGRESS, Desk, Progress, review_drafts
from netglass.register.country import COUNTRIES, is_invented
from netglass.register.library import Register, read_register
from netglass.register.partial_date import PartialDate, parse_date
from netglass.register.word import Reviewer
from netglass.vocab.error import InputError, NetglassError, RegisterError, UsageError

FORMATS = ("yaml", "json")
MAX_BYTES = 20_000_000
"""A document that is larger is refused. **Source**: design choice; the longest statutes have 2 MB."""
TIMEOUT_SECONDS = 30
REVIEWERS: tuple[str, ...] = get_args(Reviewer)


def read(
    document: Path | str, register: Register | None = None, *, published: str | None = None, cc: str | None = None
) -> Reading:
    """Read an article, a law or a statement into drafts.

    Args:
        document: a file of plain text, Markdown or HTML, or the address of a page.
        register: whose records the drafts are matched with.
        published: ``2031-05-14``, ``2031-05`` or ``2031``; anchors relative dates.
        cc: the country under which drafts are filed where the text names none.

    Raises:
        InputError: the document cannot be read.
        UsageError: no date, or no country.
    """
    day, country = _read_date(published), _read_country(cc)
    data, suffix = _fetch(str(document)) if str(document).startswith(("http://", "https://")) else _load(Path(document))
    try:
        text = read_document(data, f"the document{suffix}")
        reading = read_drafts(text, published=day, cc=country, sha256=hashlib.sha256(data).hexdigest())
        return match_drafts(reading, register) if register else reading
    except NetglassError:
        raise
    except Exception as error:  # an error of a rule may quote the text, which may name a person
        raise InputError(
            f"the document could not be read: {type(error).__name__}; please report this without the text"
        ) from None


def write_drafts(reading: Reading, format: str, out: Path | None = None) -> str:
    """Return a reading as text, and write it to a file that only its owner can read where one is named.

    Raises:
        UsageError: there is no such format.
    """
    if format not in FORMATS:
        raise UsageError(f"format {format!r} does not exist: use one of {', '.join(FORMATS)}")
    text = format_drafts(reading, format)
    if out is not None:
        _save(out, text)
    return text


def review(
    drafts: Path, folder: Path, reviewer: str, ask: Callable[[str], str | None], tell: Callable[[str], None]
) -> int:
    """Review a file of drafts and write what is accepted into a register. Returns how many records were written.

    Args:
        drafts: what :func:`write_drafts` wrote.
        folder: of the register; it is made where it is missing.
        reviewer: the role of who answers.
        ask: shows a question and returns the answer, None at the end.
        tell: shows a line.

    Raises:
        InputError: the file is no file of drafts.
        UsageError: there is no such role.
        RegisterError: the register is not valid.
    """
    if reviewer not in REVIEWERS:
        raise UsageError(f"there is no role {reviewer!r}: use one of {', '.join(REVIEWERS)}")
    text = _load_text(drafts)
    reading = parse_drafts(text)
    digest = hashlib.sha256(text.encode()).hexdigest()
    beside = drafts.with_name(f"{drafts.name}.review.json")
    progress = _load_progress(beside, digest)
    folder.mkdir(parents=True, exist_ok=True)
    desk = Desk(
        ask, tell, lambda kept: _save(beside, msgspec.json.encode(kept).decode()), lambda content: _write_record(folder, content),
        lambda: _open(folder),
    )  # fmt: skip
    return review_drafts(reading, progress, desk, reviewer, datetime.now(UTC).date().isoformat())


def _read_date(text: str | None) -> PartialDate | None:
    try:
        return parse_date(text) if text else None
    except ValueError:
        raise UsageError("--published is no date: write it as 2031-05-14, 2031-05 or 2031") from None


def _read_country(code: str | None) -> str | None:
    if code is None or code.upper() in COUNTRIES or is_invented(code.upper()):
        return code and code.upper()
    raise UsageError("--cc is no country: write the two letters of ISO 3166, EU or INT")


def _load(path: Path) -> tuple[bytes, str]:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError(f"the document is larger than {MAX_BYTES // 1_000_000} MB; give the part that matters")
        return path.read_bytes(), path.suffix.lower()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "no path"
        raise InputError(
            f"the document cannot be opened: {reason}; name a file of plain text, Markdown or HTML"
        ) from None


def _fetch(url: str) -> tuple[bytes, str]:
    request = urllib.request.Request(url, headers={"User-Agent": "netglass"})
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as response:
            data: bytes = response.read(MAX_BYTES + 1)
            kind = response.headers.get_content_type()
    except (OSError, ValueError) as error:
        code = f" (HTTP {error.code})" if isinstance(error, urllib.error.HTTPError) else ""
        raise InputError(f"the page cannot be fetched{code}; save it and give the file") from None
    if len(data) > MAX_BYTES:
        raise InputError("the page is too large; save the part that matters and give the file")
    return data, ".html" if kind in ("text/html", "application/xhtml+xml") else ".txt"


def _load_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(f"the drafts cannot be opened: {error.strerror}; give what `netglass read` wrote") from None
    except UnicodeDecodeError:
        raise InputError("the drafts are not UTF-8; give what `netglass read` wrote") from None


def _load_progress(path: Path, digest: str) -> Progress:
    fresh = Progress(PROGRESS, digest)
    if not path.exists():
        return fresh
    try:
        known = msgspec.json.decode(path.read_bytes(), type=Progress)
    except (msgspec.DecodeError, json.JSONDecodeError):
        raise InputError(f"{path.name} is damaged; remove it to begin the review again") from None
    return known if known.drafts_sha256 == digest and known.form == PROGRESS else fresh


def _save(path: Path, text: str) -> None:
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.touch(mode=0o600)
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _open(folder: Path) -> Register:
    register, faults = read_register(folder, lab=True)
    if faults:
        raise RegisterError(
            f"{faults[0]}\nthe register has {len(faults)} faults; see `netglass register validate {folder}`"
        )
    return register


def _write_record(folder: Path, content: dict[str, Any]) -> Path:
    path: Path = folder / content["kind"] / content["cc"].lower() / f"{content['id']}.yml"
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(f".{os.getpid()}")
    beside.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=120), encoding="utf-8")
    beside.replace(path)
    return path
