"""The edge to an S3 bucket: list a prefix, read an object from a byte on. Anonymous, read-only, by way of obstore.

obstore is an extra (``netglass[s3]``) and is imported when a bucket is opened, so that everything else works without
it. Transient failures (connection errors, 5xx) are tried again by obstore with exponential backoff; what is left is
raised as ``InputError`` that says which endpoint and bucket it speaks of.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NamedTuple, Protocol
from urllib.parse import urlsplit

from netglass.vocab.error import InputError, UsageError

PIECE_BYTES = 1 << 20
"""Bytes asked of a stream at a time."""


@dataclass(frozen=True)
class BucketSettings:
    """Where the bucket is. ``endpoint`` None is Amazon's own for the region; any other is addressed path-style."""

    bucket: str = "ooni-data-eu-fra"
    region: str = "eu-central-1"
    endpoint: str | None = None
    connect_seconds: float = 10.0
    retries: int = 4


class Remote(NamedTuple):
    """An object as the bucket lists it; ``etag`` without its quotation marks."""

    key: str
    size: int
    etag: str


class RefusedError(InputError):
    """The bucket answered and said no (missing, forbidden, changed since it was listed). Asking again is of no use."""


class Bucket(Protocol):
    """What ``fetch`` needs of a bucket."""

    def list_objects(self, prefix: str) -> list[Remote]:
        """Return every object below ``prefix``."""

    def read_object(self, remote: Remote, start: int) -> Iterator[bytes]:
        """Yield the bytes of an object from ``start`` on, and fail if it is no longer the one that was listed."""


class S3Bucket:
    """A bucket behind obstore."""

    def __init__(self, settings: BucketSettings) -> None:
        """Prepare access; nothing is sent yet.

        Raises:
            UsageError: obstore is not installed, or the settings make no address.
        """
        self._settings = settings
        self._store = _open_store(settings)

    def list_objects(self, prefix: str) -> list[Remote]:
        """Return every object below ``prefix``, in the bucket's order.

        Raises:
            InputError: the bucket cannot be listed.
        """
        from obstore.exceptions import BaseError

        try:
            listed = [meta for page in self._store.list(prefix.rstrip("/")) for meta in page]
        except (BaseError, OSError) as error:
            raise self._explain(f"list {prefix}", error) from error
        return [Remote(meta["path"], meta["size"], (meta["e_tag"] or "").strip('"')) for meta in listed]

    def read_object(self, remote: Remote, start: int) -> Iterator[bytes]:
        """Yield the bytes of ``remote`` from byte ``start`` on, in pieces of about a megabyte.

        Raises:
            InputError: the object cannot be read, or is no longer the one that was listed.
        """
        from obstore.exceptions import BaseError, PermissionDeniedError, PreconditionError, UnauthenticatedError

        refusals = (FileNotFoundError, PermissionDeniedError, PreconditionError, UnauthenticatedError)
        options: dict[str, Any] = {"range": {"offset": start}} if start else {}
        if remote.etag:
            options["if_match"] = f'"{remote.etag}"'
        try:
            for piece in self._store.get(remote.key, options=options).stream(min_chunk_size=PIECE_BYTES):
                yield bytes(piece)
        except refusals as error:
            raise RefusedError(self._describe(f"read {remote.key}", error)) from error
        except (BaseError, OSError) as error:
            raise self._explain(f"read {remote.key}", error) from error

    def _describe(self, what: str, error: Exception) -> str:
        place = self._settings.endpoint or f"Amazon S3 in {self._settings.region}"
        return f"cannot {what} in bucket {self._settings.bucket} at {place}: {_shorten(str(error))}"

    def _explain(self, what: str, error: Exception) -> InputError:
        return InputError(
            f"{self._describe(what, error)}\nCheck the connection, and --endpoint, --bucket and --region; then run the"
            " same command again, it goes on where it stopped."
        )


def _open_store(settings: BucketSettings) -> Any:
    try:
        from obstore.store import S3Store
    except ImportError:
        raise UsageError(
            "sync needs obstore, which is not installed: install netglass with its extra s3"
            " (pip install 'netglass[s3]')"
        ) from None
    _check_address(settings)
    address: dict[str, Any] = {"endpoint": settings.endpoint.rstrip("/")} if settings.endpoint else {}
    return S3Store(
        settings.bucket,
        region=settings.region,
        skip_signature=True,
        virtual_hosted_style_request=settings.endpoint is None,
        client_options={
            "allow_http": (settings.endpoint or "").startswith("http://"),
            "connect_timeout": timedelta(seconds=settings.connect_seconds),
        },
        retry_config={
            "max_retries": settings.retries,
            "backoff": {"init_backoff": timedelta(milliseconds=200), "max_backoff": timedelta(seconds=10), "base": 2.0},
            "retry_timeout": timedelta(seconds=120),
        },
        **address,
    )


def _check_address(settings: BucketSettings) -> None:
    if not re.fullmatch(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", settings.bucket):
        raise UsageError(f"--bucket {settings.bucket!r}: 3 to 63 lower-case letters, digits, dots and hyphens")
    if not re.fullmatch(r"[a-z0-9-]+", settings.region):
        raise UsageError(f"--region {settings.region!r}: a region is named like eu-central-1")
    if settings.endpoint is not None and not _is_address(settings.endpoint):
        raise UsageError(
            f"--endpoint {settings.endpoint!r}: an endpoint is an address like https://s3.example.org:9000"
        )


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False


def _shorten(text: str) -> str:
    """Keep the first line of obstore's message, without its debug dump."""
    return text.strip().splitlines()[0].split("Debug source:")[0].strip()[:300] if text.strip() else "no reason given"
