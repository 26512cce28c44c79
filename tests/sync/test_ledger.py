"""The ledger of a sync, and how a local file is held against the bucket."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from netglass.sync.bucket import Remote
from netglass.sync.ledger import (
    LEDGER_NAME,
    Digest,
    Entry,
    append_entry,
    digest_file,
    find_difference,
    read_ledger,
    write_ledger,
)

HELLO = Digest(
    5, "5d41402abc4b2a76b9719d911017c592", "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
)


def test_a_file_is_read_once_for_all_its_hashes(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"hello")
    assert digest_file(tmp_path / "file") == HELLO


def test_size_and_md5_decide_for_a_single_part() -> None:
    assert find_difference(HELLO, Remote("k", 5, HELLO.md5), None) is None
    assert "bytes" in (find_difference(HELLO, Remote("k", 6, HELLO.md5), None) or "")
    assert "MD5" in (find_difference(HELLO, Remote("k", 5, "0" * 32), None) or "")


def test_our_own_hash_decides_for_several_parts() -> None:
    remote = Remote("k", 5, "abc-2")
    assert find_difference(HELLO, remote, None) is None
    assert find_difference(HELLO, remote, Entry("k", 5, "abc-2", HELLO.sha256)) is None
    assert "SHA-256" in (find_difference(HELLO, remote, Entry("k", 5, "abc-2", "f" * 64)) or "")


def test_entries_survive_an_interrupted_run(tmp_path: Path) -> None:
    first, second = Entry("a", 1, "e", "1" * 64), Entry("b", 2, "f", "2" * 64)
    append_entry(tmp_path, second)
    append_entry(tmp_path, first)
    with (tmp_path / LEDGER_NAME).open("a") as stream:
        stream.write("c\t3\tto")
    assert read_ledger(tmp_path) == {"a": first, "b": second}
    write_ledger(tmp_path, [second, first])
    assert (tmp_path / LEDGER_NAME).read_text().splitlines()[1].startswith("a\t1\te\t")
    assert read_ledger(tmp_path) == {"a": first, "b": second}


def test_no_ledger_is_an_empty_one(tmp_path: Path) -> None:
    assert read_ledger(tmp_path) == {}


@given(content=st.binary())
def test_no_content_breaks_the_reader(tmp_path_factory: object, content: bytes) -> None:
    folder = tmp_path_factory.mktemp("ledger")  # type: ignore[attr-defined]
    (folder / LEDGER_NAME).write_bytes(content)
    assert all(entry.size >= 0 for entry in read_ledger(folder).values())
