"""Files inside archives: data sets come as ``.tgz``, ``.zip`` or ``.gz``, and one member of them is wanted.

Only the named member is read, as bytes; nothing is unpacked to disk, so that names in an archive mean nothing here.
"""

import gzip
import io
import tarfile
import zipfile
import zlib
from pathlib import PurePosixPath

from netglass.vocab.error import InputError

_ERRORS = (OSError, EOFError, zlib.error, tarfile.TarError, zipfile.BadZipFile, RuntimeError)


def _read_tar(content: bytes, member: str | None, where: str) -> bytes:
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        names = [info.name for info in archive if info.isfile()]
        file = archive.extractfile(_choose(names, member, where))
        return file.read() if file is not None else b""


def _read_zip(content: bytes, member: str | None, where: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = [name for name in archive.namelist() if not name.endswith("/")]
        return archive.read(_choose(names, member, where))


def _choose(names: list[str], member: str | None, where: str) -> str:
    """Return the member that is meant: by full name, by file name, or the only one there is."""
    wanted = [name for name in names if member in (None, name, PurePosixPath(name).name)]
    if len(wanted) == 1:
        return wanted[0]
    what = "an archive" if member is None else f"{member!r} is not in it exactly once"
    raise InputError(f"{where}: {what}; name one of its files with --member: {', '.join(sorted(names)[:20])}")


def _is_tar(content: bytes) -> bool:
    return content[257:262] == b"ustar"


def read_member(content: bytes, member: str | None, where: str) -> tuple[bytes, str | None]:
    """Return the wanted file of an archive and its name; what is no archive is returned as it is, with None.

    Args:
        content: The file as it came.
        member: Name of the wanted file; None where the archive holds only one.
        where: Path or address, for messages.

    Raises:
        InputError: the archive is damaged, or the member is not in it exactly once.
    """
    try:
        if content[:2] == b"\x1f\x8b":
            content = gzip.decompress(content)
            if not _is_tar(content):
                return content, None
        if _is_tar(content):
            return _read_tar(content, member, where), member
        if content[:4] == b"PK\x03\x04":
            return _read_zip(content, member, where), member
    except _ERRORS as error:
        raise InputError(f"{where}: the archive cannot be read ({error}); fetch it again") from error
    return content, None
