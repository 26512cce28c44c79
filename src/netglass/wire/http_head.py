r"""Heads of HTTP/1.1 messages (RFC 9112 sections 2 to 5): a start line and fields, up to the first empty line.

A middlebox reads the target and the ``Host`` field, which may come in any number of segments. Read as servers do: a bare
line feed ends a line (section 2.2), empty lines before a request are skipped, a line that begins with a space continues
the field before it (section 5.2). A line that is no field, or white space before the colon (section 5.1), makes it no head.

Text is Latin-1, so any byte is kept. The head is bounded, for a body without an empty line has no end.
"""

import re
from functools import lru_cache

import msgspec

from netglass.vocab.error import UsageError
from netglass.wire.progress import Progress

HEAD_BYTES = 1 << 16
"""Longest head that is read."""

_END = re.compile(rb"\n\r?\n")
_CHARACTER = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]"
_TOKEN = rf"{_CHARACTER}+"
_BEGIN = re.compile(rf"(?:{_CHARACTER}{{1,32}}(?: .*)?)?".encode(), re.DOTALL)
_BEGIN_BYTES = 34
_REQUEST_LINE = re.compile(rf"({_TOKEN}) ([^\x00-\x20\x7f]+) (HTTP/[0-9]\.[0-9])")
_STATUS_LINE = re.compile(r"(HTTP/[0-9]\.[0-9]) ([0-9]{3})(?: ([^\x00\r\n]*))?")
_FIELD = re.compile(rf"({_TOKEN}):(.*)", re.DOTALL)
_AUTHORITY = re.compile(r"[A-Za-z][A-Za-z0-9+\-.]*://(?:[^@/?#]*@)?([^/?#]*)")

_SPACE = " \t"
_REMEMBERED = 256

Fields = tuple[tuple[str, str], ...]


class RequestHead(msgspec.Struct, frozen=True, gc=False):
    """The head of a request: method, target as written, fields in order with names as written, version."""

    method: str
    target: str
    fields: Fields
    version: str = "HTTP/1.1"

    @property
    def host(self) -> str | None:
        """The host and, where it is written, the port: of an absolute target (RFC 9112 section 3.2.2), else of ``Host``."""
        if self.method == "CONNECT":
            return self.target
        absolute = _AUTHORITY.match(self.target)
        return absolute[1] if absolute else get_field(self.fields, "host")


class ResponseHead(msgspec.Struct, frozen=True, gc=False):
    """The head of a response: status of 100 to 999, fields in order, reason phrase, version."""

    status: int
    fields: Fields
    reason: str = ""
    version: str = "HTTP/1.1"


def get_field(fields: Fields, name: str) -> str | None:
    """Return the value of the first field of that name, whatever its case."""
    wanted = name.lower()
    return next((value for key, value in fields if key.lower() == wanted), None)


def find_head_end(stream: bytes | bytearray, start: int = 0) -> int | None:
    """Return the offset behind the empty line that ends a head; None where there is none at or behind ``start``."""
    found = _END.search(stream, start)
    return found.end() if found else None


def parse_request_head(head: bytes) -> RequestHead | None:
    """Read a whole head, with or without its empty line; None where it is none."""
    read = _parse_lines(head)
    line = read and _REQUEST_LINE.fullmatch(read[0])
    return RequestHead(line[1], line[2], read[1], line[3]) if read and line else None


def parse_response_head(head: bytes) -> ResponseHead | None:
    """Read a whole head, with or without its empty line; None where it is none."""
    read = _parse_lines(head)
    line = read and _STATUS_LINE.fullmatch(read[0])
    return ResponseHead(int(line[2]), read[1], line[3] or "", line[1]) if read and line else None


@lru_cache(_REMEMBERED)
def _parse_lines(head: bytes) -> tuple[str, Fields] | None:
    """Return start line and fields; None where a line is no field. Remembered, for clients and servers repeat themselves."""
    start, *lines = (line.removesuffix("\r") for line in head.decode("latin-1").strip("\r\n").split("\n"))
    found: list[tuple[str, list[str]]] = []
    for line in lines:
        field = _FIELD.fullmatch(line)
        if field is not None:
            found.append((field[1], [field[2].strip(_SPACE)]))
        elif found and line[:1] in tuple(_SPACE):
            found[-1][1].append(line.strip(_SPACE))
        else:
            return None
    return start, tuple((name, " ".join(filter(None, parts))) for name, parts in found)


def build_request_head(request: RequestHead) -> bytes:
    """Return the bytes of a request's head with its empty line.

    Raises:
        UsageError: a line break or a null byte stands in it, or text that is not Latin-1.
    """
    return _build_lines(f"{request.method} {request.target} {request.version}", request.fields)


def build_response_head(response: ResponseHead) -> bytes:
    """Return the bytes of a response's head with its empty line.

    Raises:
        UsageError: a line break or a null byte stands in it, or text that is not Latin-1.
    """
    return _build_lines(f"{response.version} {response.status} {response.reason}", response.fields)


@lru_cache(_REMEMBERED)
def _build_lines(start: str, fields: Fields) -> bytes:
    lines = [start, *(f"{name}: {value}" for name, value in fields)]
    for line in lines:
        if "\n" in line or "\r" in line or "\0" in line:
            raise UsageError(f"{line!r} cannot stand in the head of an HTTP message")
    try:
        return "\r\n".join([*lines, "", ""]).encode("latin-1")
    except UnicodeEncodeError as error:
        raise UsageError(f"{start!r}: an HTTP head takes Latin-1 only") from error


class RequestHeadReader:
    """Collects the head of a request from the bytes of a TCP stream, in order, cut anywhere.

    Attributes:
        progress: how far it is.
        head: the head, once ``progress`` is ``DONE``.
    """

    __slots__ = ("_stream", "head", "progress")

    def __init__(self) -> None:
        self.progress = Progress.MORE
        self.head: RequestHead | None = None
        self._stream = bytearray()

    def feed(self, data: bytes) -> Progress:
        """Take the next bytes of the stream."""
        if self.progress is not Progress.MORE:
            return self.progress
        stream = self._stream
        searched = max(0, len(stream) - 2)
        stream += data if stream else data.lstrip(b"\r\n")
        end = find_head_end(stream, searched)
        if end is not None:
            self.head = parse_request_head(bytes(stream[:end]))
            self.progress = Progress.OTHER if self.head is None else Progress.DONE
        elif len(stream) > HEAD_BYTES or not can_be_request(stream):
            self.progress = Progress.OTHER
        return self.progress


def can_be_request(stream: bytes | bytearray) -> bool:
    """Tell whether a stream that begins so, as far as it came, can begin with a request: a method and a space.

    A method of more than 32 characters (the longest that is registered has 17) is taken for none.
    """
    return _BEGIN.fullmatch(stream[:_BEGIN_BYTES]) is not None
