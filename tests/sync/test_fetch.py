"""Fetching from a real S3 server on loopback: only what is needed, resumable, and checked."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from netglass.sync.bucket import BucketSettings, RefusedError, Remote, S3Bucket
from netglass.sync.fetch import Fetcher, Progress, list_remote, map_parallel
from netglass.sync.layout import Container, Question, ask_question
from netglass.sync.ledger import LEDGER_NAME, read_ledger
from netglass.vocab.error import EngineError, InputError, UsageError

from .conftest import KEYS, Server, make_body

ONE_DAY = ask_question(["XA"], ["web_connectivity"], date(2024, 1, 15), date(2024, 1, 15))


class CutBucket(S3Bucket):
    """A bucket whose connection breaks after ``after`` bytes of an object."""

    after = 100_000

    def read_object(self, remote: Remote, start: int) -> Iterator[bytes]:
        left = self.after
        for piece in super().read_object(remote, start):
            yield piece[:left]
            left -= len(piece)
            if left <= 0:
                raise InputError("the connection broke")


class TornBucket(S3Bucket):
    """A bucket that delivers one wrong byte in each of the first ``times`` reads."""

    times = 1

    def read_object(self, remote: Remote, start: int) -> Iterator[bytes]:
        self.times -= 1
        for piece in super().read_object(remote, start):
            yield bytes([piece[0] ^ 1]) + piece[1:] if self.times >= 0 else piece


def fetch(bucket: S3Bucket, folder: Path, question: Question = ONE_DAY, attempts: int = 1) -> dict[str, str]:
    fetcher = Fetcher(bucket, folder, attempts=attempts, pause=lambda _: None)
    return {file.key: file.state for file in fetcher.fetch_all(list_remote(bucket, question), jobs=2)}


def test_only_the_prefixes_of_the_question_are_listed(server: Server, tmp_path: Path) -> None:
    states = fetch(S3Bucket(server.settings), tmp_path)
    assert server.listed() == {f"raw/20240115/{hour:02d}/XA/webconnectivity/" for hour in range(24)}
    assert states == {KEYS[4]: "fetched", KEYS[8]: "fetched"}
    assert sorted(server.read()) == [(KEYS[4], 200), (KEYS[8], 200)]


def test_the_files_keep_the_bucket_s_layout_and_content(server: Server, tmp_path: Path) -> None:
    fetch(S3Bucket(server.settings), tmp_path)
    files = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file())
    assert files == [LEDGER_NAME, KEYS[4], KEYS[8]]
    assert (tmp_path / KEYS[4]).read_bytes() == make_body(KEYS[4])


def test_both_layouts_are_read_around_the_change(server: Server, tmp_path: Path) -> None:
    question = ask_question(["XA"], ["web_connectivity"], date(2020, 10, 19), date(2020, 10, 20))
    assert set(fetch(S3Bucket(server.settings), tmp_path, question)) == {KEYS[0], KEYS[1], KEYS[3]}
    assert {prefix for prefix in server.listed() if prefix.startswith("jsonl")} == {
        "jsonl/webconnectivity/XA/20201019/",
        "jsonl/webconnectivity/XA/20201020/",
    }


def test_posts_come_when_they_are_asked_for(server: Server, tmp_path: Path) -> None:
    question = ONE_DAY._replace(container=Container.POSTS)
    assert set(fetch(S3Bucket(server.settings), tmp_path, question)) == {KEYS[5]}


def test_several_countries_and_tests(server: Server, tmp_path: Path) -> None:
    question = ask_question(["XA", "XB"], ["tor", "web_connectivity"], date(2024, 1, 15), date(2024, 1, 16))
    assert set(fetch(S3Bucket(server.settings), tmp_path, question)) == {KEYS[4], KEYS[6], KEYS[7], KEYS[8], KEYS[9]}


def test_a_second_run_fetches_nothing(server: Server, tmp_path: Path) -> None:
    fetch(S3Bucket(server.settings), tmp_path)
    before = (tmp_path / LEDGER_NAME).read_bytes()
    server.requests.clear()
    assert set(fetch(S3Bucket(server.settings), tmp_path).values()) == {"present"}
    assert server.read() == []
    assert (tmp_path / LEDGER_NAME).read_bytes() == before


def test_a_cut_transfer_goes_on_where_it_stopped(server: Server, tmp_path: Path) -> None:
    assert set(fetch(CutBucket(server.settings), tmp_path).values()) == {"failed"}
    parts = sorted(tmp_path.rglob("*.part"))
    assert [part.stat().st_size for part in parts] == [CutBucket.after] * 2
    assert not list(tmp_path.rglob("*.jsonl.gz"))
    server.requests.clear()
    assert set(fetch(S3Bucket(server.settings), tmp_path).values()) == {"fetched"}
    assert sorted(server.read()) == [(KEYS[4], 206), (KEYS[8], 206)]
    assert (tmp_path / KEYS[8]).read_bytes() == make_body(KEYS[8])
    assert not list(tmp_path.rglob("*.part"))


def test_a_cut_transfer_is_tried_again_within_one_run(server: Server, tmp_path: Path) -> None:
    waited: list[float] = []
    bucket = CutBucket(server.settings)
    bucket.after = len(make_body(KEYS[4])) // 3 + 1
    fetcher = Fetcher(bucket, tmp_path, attempts=4, pause=waited.append)
    assert fetcher.fetch_one(list_remote(bucket, ONE_DAY)[0]).state == "fetched"
    assert len(waited) == 2 and waited[0] < waited[1]


def test_a_part_of_an_older_object_is_not_continued(server: Server, tmp_path: Path) -> None:
    fetch(CutBucket(server.settings), tmp_path)
    body = make_body("another body")
    server.client.put_object(Bucket="ooni-data-eu-fra", Key=KEYS[4], Body=body, ACL="public-read")
    assert fetch(S3Bucket(server.settings), tmp_path)[KEYS[4]] == "fetched"
    assert (tmp_path / KEYS[4]).read_bytes() == body
    assert not list(tmp_path.rglob("*.part"))


def test_a_flipped_bit_on_disk_is_found_and_repaired(server: Server, tmp_path: Path) -> None:
    fetch(S3Bucket(server.settings), tmp_path)
    path = tmp_path / KEYS[4]
    content = bytearray(path.read_bytes())
    content[1000] ^= 1
    path.write_bytes(content)
    fetcher = Fetcher(S3Bucket(server.settings), tmp_path)
    files = {file.key: file for file in fetcher.fetch_all(list_remote(S3Bucket(server.settings), ONE_DAY))}
    assert (files[KEYS[4]].state, files[KEYS[8]].state) == ("repaired", "present")
    assert "MD5" in files[KEYS[4]].detail
    assert path.read_bytes() == make_body(KEYS[4])


def test_a_wrong_byte_on_the_way_is_found_and_fetched_again(server: Server, tmp_path: Path) -> None:
    fetcher = Fetcher(TornBucket(server.settings), tmp_path, attempts=2, pause=lambda _: None)
    files = fetcher.fetch_all(list_remote(S3Bucket(server.settings), ONE_DAY), jobs=1)
    assert {file.state for file in files} == {"fetched"}
    assert (tmp_path / KEYS[4]).read_bytes() == make_body(KEYS[4])


def test_bytes_that_stay_wrong_are_never_kept(server: Server, tmp_path: Path) -> None:
    bucket = TornBucket(server.settings)
    bucket.times = 100
    fetcher = Fetcher(bucket, tmp_path, attempts=2, pause=lambda _: None)
    files = fetcher.fetch_all(list_remote(S3Bucket(server.settings), ONE_DAY), jobs=1)
    assert {file.state for file in files} == {"failed"}
    assert "damaged" in files[0].detail
    assert not list(tmp_path.rglob("*.jsonl.gz*"))


def test_a_multipart_object_is_held_to_its_size_and_to_what_was_fetched(server: Server, tmp_path: Path) -> None:
    key, body = KEYS[4], b"x" * (5 << 20) + b"tail"
    upload = server.client.create_multipart_upload(Bucket="ooni-data-eu-fra", Key=key, ACL="public-read")
    parts = [
        {"PartNumber": n, "ETag": server.client.upload_part(
            Bucket="ooni-data-eu-fra", Key=key, UploadId=upload["UploadId"], PartNumber=n, Body=piece)["ETag"]}
        for n, piece in ((1, body[: 5 << 20]), (2, body[5 << 20 :]))
    ]  # fmt: skip
    server.client.complete_multipart_upload(
        Bucket="ooni-data-eu-fra", Key=key, UploadId=upload["UploadId"], MultipartUpload={"Parts": parts}
    )
    server.client.put_object_acl(Bucket="ooni-data-eu-fra", Key=key, ACL="public-read")
    assert fetch(S3Bucket(server.settings), tmp_path)[key] == "fetched"
    assert read_ledger(tmp_path)[key].etag.endswith("-2")
    (tmp_path / key).write_bytes(b"y" + body[1:])
    assert fetch(S3Bucket(server.settings), tmp_path)[key] == "repaired"
    assert (tmp_path / key).read_bytes() == body


def test_an_object_that_vanishes_fails_alone_and_is_not_asked_for_again(server: Server, tmp_path: Path) -> None:
    bucket = S3Bucket(server.settings)
    remotes = list_remote(bucket, ONE_DAY)
    server.client.delete_object(Bucket="ooni-data-eu-fra", Key=KEYS[4])
    server.requests.clear()
    files = Fetcher(bucket, tmp_path, pause=lambda _: None).fetch_all(remotes)
    assert [(file.key, file.state) for file in files] == [(KEYS[4], "failed"), (KEYS[8], "fetched")]
    assert [key for key, _ in server.read()].count(KEYS[4]) == 1
    with pytest.raises(RefusedError, match="cannot read"):
        list(bucket.read_object(remotes[0], 0))


def test_progress_is_told_step_by_step(server: Server, tmp_path: Path) -> None:
    steps: list[Progress] = []
    bucket = S3Bucket(server.settings)
    remotes = list_remote(bucket, ONE_DAY, report=steps.append)
    Fetcher(bucket, tmp_path).fetch_all(remotes, report=steps.append)
    assert [step.done for step in steps if step.stage == "listing"] == list(range(1, 25))
    last = steps[-1]
    assert (last.done, last.total, last.bytes_done) == (2, 2, last.bytes_total)


def test_a_wrong_endpoint_says_which(server: Server) -> None:
    closed = S3Bucket(BucketSettings(endpoint="http://127.0.0.1:9", retries=0))
    with pytest.raises(InputError, match=r"http://127\.0\.0\.1:9.*\n.*--endpoint"):
        closed.list_objects("raw/")
    missing = S3Bucket(BucketSettings(endpoint=server.settings.endpoint, bucket="no-such-bucket", retries=0))
    with pytest.raises(InputError, match=r"no-such-bucket.*404"):
        missing.list_objects("raw/")


@pytest.mark.parametrize("endpoint", ["nonsense", "ftp://example.org", "http://", "http://host:port", "http://[::1"])
def test_an_endpoint_that_is_no_address_is_refused_at_once(endpoint: str) -> None:
    with pytest.raises(UsageError, match="--endpoint"):
        S3Bucket(BucketSettings(endpoint=endpoint))


def test_without_obstore_the_message_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "obstore.store", None)
    with pytest.raises(UsageError, match=r"netglass\[s3\]"):
        S3Bucket(BucketSettings())


def test_a_folder_that_cannot_be_made_is_said(server: Server, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(EngineError, match="cannot make the folder"):
        Fetcher(S3Bucket(server.settings), tmp_path / "file" / "out")


def test_parallel_work_stops_at_the_first_error() -> None:
    started: list[int] = []

    def work(number: int) -> int:
        started.append(number)
        if number == 3:
            raise InputError("three")
        return number

    with pytest.raises(InputError, match="three"):
        list(map_parallel(work, range(10_000), jobs=2))
    assert len(started) < 100
