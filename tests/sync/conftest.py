"""A public bucket on loopback: moto's S3 server, with objects in both layouts and a log of what was asked."""

import gzip
import json
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import boto3
import pytest
from moto.moto_server.threaded_moto_server import ThreadedMotoServer

from netglass.sync.bucket import BucketSettings

BUCKET = "ooni-data-eu-fra"
KEYS = (
    "jsonl/webconnectivity/XA/20201019/00/20201019_XA_webconnectivity.l.0.jsonl.gz",
    "jsonl/webconnectivity/XA/20201020/00/20201020_XA_webconnectivity.l.0.jsonl.gz",
    "jsonl/webconnectivity/XB/20201020/00/20201020_XB_webconnectivity.l.0.jsonl.gz",
    "raw/20201020/05/XA/webconnectivity/2020102005_XA_webconnectivity.n0.0.jsonl.gz",
    "raw/20240115/07/XA/webconnectivity/2024011507_XA_webconnectivity.n1.0.jsonl.gz",
    "raw/20240115/07/XA/webconnectivity/2024011507_XA_webconnectivity.n1.0.tar.gz",
    "raw/20240115/07/XB/webconnectivity/2024011507_XB_webconnectivity.n1.0.jsonl.gz",
    "raw/20240115/08/XA/tor/2024011508_XA_tor.n1.0.jsonl.gz",
    "raw/20240115/09/XA/webconnectivity/2024011509_XA_webconnectivity.n1.1.jsonl.gz",
    "raw/20240116/07/XA/webconnectivity/2024011607_XA_webconnectivity.n1.0.jsonl.gz",
    "raw/20240117/07/XA/webconnectivity/2024011707_XA_webconnectivity.n1.0.jsonl.gz",
)


@lru_cache
def make_body(key: str) -> bytes:
    """Return the content of an object: one gzipped line that names its key, as large as a few reads."""
    line = json.dumps({"input": key, "filler": "".join(f"{i * 2654435761 % 2**32:08x}" for i in range(40_000))})
    return gzip.compress(line.encode(), mtime=0)


@dataclass
class Server:
    """The server, and the requests that it answered: method, path with query, status."""

    settings: BucketSettings
    client: Any
    requests: list[tuple[str, str, int]] = field(default_factory=list)

    def listed(self) -> set[str]:
        """Return the prefixes that were listed."""
        found = (re.search(r"list-type=2.*[?&]prefix=([^&]*)", path) for _, path, _ in self.requests)
        return {match[1].replace("%2F", "/") for match in found if match}

    def read(self) -> list[tuple[str, int]]:
        """Return the keys that were read, each with its status: 200, or 206 for the rest of it."""
        start = f"/{BUCKET}/"
        return [(path.removeprefix(start), code) for _, path, code in self.requests if path.startswith(start)]


class _Log(logging.Handler):
    """Keeps the request lines that the server logs."""

    def __init__(self) -> None:
        super().__init__()
        self.requests: list[tuple[str, str, int]] = []

    def emit(self, record: logging.LogRecord) -> None:
        plain = re.sub(r"\x1b\[[0-9;]*m", "", record.getMessage())
        if match := re.search(r'"(GET|PUT|HEAD|POST) (\S+) HTTP/[\d.]+" (\d+)', plain):
            self.requests.append((match[1], match[2], int(match[3])))


@pytest.fixture(scope="session")
def moto() -> Iterator[tuple[str, _Log]]:
    log = _Log()
    werkzeug = logging.getLogger("werkzeug")
    werkzeug.addHandler(log)
    werkzeug.setLevel(logging.INFO)
    werkzeug.propagate = False
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}", log
    server.stop()


@pytest.fixture
def server(moto: tuple[str, _Log]) -> Iterator[Server]:
    """A fresh public bucket with :data:`KEYS`."""
    endpoint, log = moto
    client = boto3.client(
        "s3", endpoint_url=endpoint, region_name="eu-central-1", aws_access_key_id="test", aws_secret_access_key="test"
    )
    client.create_bucket(
        Bucket=BUCKET, ACL="public-read", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
    )
    for key in KEYS:
        client.put_object(Bucket=BUCKET, Key=key, Body=make_body(key), ACL="public-read")
    log.requests.clear()
    yield Server(BucketSettings(endpoint=endpoint, retries=1), client, log.requests)
    for item in client.list_objects_v2(Bucket=BUCKET)["Contents"]:
        client.delete_object(Bucket=BUCKET, Key=item["Key"])
    client.delete_bucket(Bucket=BUCKET)
