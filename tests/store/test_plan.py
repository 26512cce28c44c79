"""Which files are taken, how they are named, and which batches they form."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netglass.store import plan
from netglass.store.plan import Source, find_sources, make_plan, name_apart
from netglass.vocab.error import InputError

NOWHERE = Path("/nonexistent")


def touch(path: Path, content: bytes = b"{}\n") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def names(*paths: Path | str, exclude: Path = NOWHERE) -> dict[str, str | None]:
    return {source.name: source.skipped for source in find_sources([str(path) for path in paths], exclude)}


def test_files_of_a_folder_are_named_by_their_path_in_it(tmp_path: Path) -> None:
    touch(tmp_path / "raw/b/2.jsonl.gz")
    touch(tmp_path / "raw/1.json")
    assert list(names(tmp_path / "raw")) == ["1.json", "b/2.jsonl.gz"]


def test_other_files_of_a_folder_are_skipped_unless_they_look_like_raw_data_or_are_given(tmp_path: Path) -> None:
    table = touch(tmp_path / "SOURCES.tsv", b"a\tb\n")
    touch(tmp_path / "postcan", b"\x1f\x8b")
    touch(tmp_path / "measurement.txt", b'{"a":1}')
    assert names(tmp_path) == {"SOURCES.tsv": "not_raw_data", "measurement.txt": None, "postcan": None}
    assert names(table) == {"SOURCES.tsv": None}


def test_a_glob_and_a_file_of_that_very_name(tmp_path: Path) -> None:
    touch(tmp_path / "a/1.json")
    touch(tmp_path / "b/1.json")
    touch(tmp_path / "b/[1].json")
    assert list(names(tmp_path / "*/1.json")) == ["1.json"]
    assert len(find_sources([str(tmp_path / "*/1.json")], NOWHERE)) == 2
    assert list(names(tmp_path / "b/[1].json")) == ["[1].json"]


def test_the_store_within_the_folder_is_not_read(tmp_path: Path) -> None:
    touch(tmp_path / "raw.json")
    touch(tmp_path / "netglass-store/part/x.json")
    assert list(names(tmp_path, exclude=tmp_path / "netglass-store")) == ["raw.json"]


def test_one_path_given_twice_is_one_source(tmp_path: Path) -> None:
    path = touch(tmp_path / "a.json")
    assert len(find_sources([str(path), str(path), str(tmp_path)], NOWHERE)) == 1


def test_what_can_not_be_opened_is_named_with_its_reason(tmp_path: Path) -> None:
    touch(tmp_path / "good.json")
    (tmp_path / "gone.json").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe.json")
    found = {source.name: (source.skipped, source.detail) for source in find_sources([str(tmp_path)], NOWHERE)}
    assert found["gone.json"] == ("unreadable_file", "No such file or directory")
    assert found["pipe.json"] == ("not_raw_data", "not a regular file")


@pytest.mark.parametrize("path", ["missing.json", "missing/*.json"])
def test_nothing_to_read_is_an_error_that_names_it(tmp_path: Path, path: str) -> None:
    with pytest.raises(InputError, match="missing"):
        find_sources([str(tmp_path / path)], NOWHERE)


def test_an_empty_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nothing to ingest"):
        find_sources([str(tmp_path)], NOWHERE)


@given(st.lists(st.integers(0, 50), min_size=1, max_size=30), st.data())
def test_the_batches_that_are_left_are_those_of_the_whole_plan(sizes: list[int], data: st.DataObject) -> None:
    sources = [Source(f"{n:03d}", f"/{n:03d}", size, sha256=str(n)) for n, size in enumerate(sizes)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plan, "BATCH_BYTES", 60)
        tasks = make_plan(sources, [], lambda source: False).tasks
        assert [source for task in tasks for source in task.sources] == sources
        done = data.draw(st.integers(0, len(tasks)))
        known = {source.sha256 for task in tasks[:done] for source in task.sources}
        left = make_plan(sources, [], lambda source: source.sha256 in known).tasks
    assert [task.sources for task in left] == [task.sources for task in tasks[done:]]


def test_copies_within_one_run_are_read_once(tmp_path: Path) -> None:
    for name in ("a", "b"):
        touch(tmp_path / f"{name}.json", b'{"x": 1}')
    result = make_plan(find_sources([str(tmp_path)], NOWHERE), [], lambda source: False)
    assert [source.name for task in result.tasks for source in task.sources] == ["a.json"]
    assert [source.name for source in result.known] == ["b.json"]


def test_names_are_kept_apart_and_still_end_in_the_file_name() -> None:
    sources = [Source("a.json", "/1", 1), Source("a.json", "/2", 1), Source("b.json", "/3", 1)]
    assert [source.name for source in name_apart(sources, {"b.json"})] == ["a.json", "2/a.json", "2/b.json"]
