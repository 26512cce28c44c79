"""Containers, whole and broken. Each test makes the file that it speaks of."""

import gzip
import json
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netglass.source.ooni import container, line
from netglass.source.ooni.container import open_records
from netglass.source.ooni.issue import REASONS
from netglass.source.ooni.row import Quarantine, Record
from netglass.vocab.error import InputError
from tests.source.ooni.maker import UID, decode_file, dump, make_tar, many, modern, read_file, write_gzip, write_lines


def raws(path: Path) -> list[bytes]:
    records, reports = read_file(path)
    assert reports == []
    return [record.raw for record in records]


def test_lines(tmp_path: Path) -> None:
    lines = many(3)
    records, _ = read_file(write_lines(tmp_path / "a.jsonl", lines))
    assert [record.raw for record in records] == lines
    assert [record.line for record in records] == [1, 2, 3]
    content = (tmp_path / "a.jsonl").read_bytes()
    assert [content[record.offset : record.offset + record.length] for record in records] == lines


def test_gzip_is_known_by_its_content_not_its_name(tmp_path: Path) -> None:
    lines = many(3)
    assert raws(write_gzip(tmp_path / "a.json", lines)) == lines
    assert raws(write_lines(tmp_path / "b.jsonl.gz", lines)) == lines


def test_blank_lines_are_no_records(tmp_path: Path) -> None:
    lines = many(2)
    records, reports = read_file(write_lines(tmp_path / "a.jsonl", [lines[0], b"", b"   ", b"\t\r", lines[1], b""]))
    assert [(record.line, record.raw) for record in records] == [(1, lines[0]), (5, lines[1])]
    assert reports == []


def test_no_newline_at_the_end(tmp_path: Path) -> None:
    assert raws(write_lines(tmp_path / "a.jsonl", many(2), end=b"")) == many(2)


def test_line_ends_of_windows(tmp_path: Path) -> None:
    stored, refused = decode_file(write_lines(tmp_path / "a.jsonl", [raw + b"\r" for raw in many(3)]))
    assert (len(stored), refused) == (3, [])


def test_a_byte_order_mark(tmp_path: Path) -> None:
    lines = many(2)
    assert raws(write_lines(tmp_path / "a.jsonl", [b"\xef\xbb\xbf" + lines[0], lines[1]])) == lines


def test_one_object_over_many_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(modern(), indent=2))
    stored, refused = decode_file(path)
    assert (len(stored), refused) == (1, [])


def test_objects_over_many_lines_one_after_the_other(tmp_path: Path) -> None:
    texts = [json.dumps(json.loads(raw), indent=1) for raw in many(3)]
    path = tmp_path / "a.json"
    path.write_text("\n\n".join(texts))
    records, reports = read_file(path)
    assert [record.raw.decode() for record in records] == texts
    content = path.read_bytes()
    assert [content[record.offset : record.offset + record.length].decode() for record in records] == texts
    assert reports == []


@pytest.mark.parametrize("indent", [None, 1])
def test_a_list_of_records(tmp_path: Path, indent: int | None) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps([json.loads(raw) for raw in many(3)], indent=indent))
    records, _ = read_file(path)
    content = path.read_bytes()
    assert [content[record.offset : record.offset + record.length] for record in records] == [r.raw for r in records]
    assert len(decode_file(path)[0]) == 3


def test_a_broken_object_over_many_lines_is_one_report(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(modern(), indent=2)[:-30])
    records, (report,) = read_file(path)
    assert records == []
    assert (report.disposition, report.reason, report.source_offset) == ("quarantined", "invalid_json", 0)
    assert report.source_length == path.stat().st_size


def test_half_a_line_first_does_not_cost_the_others(tmp_path: Path) -> None:
    lines = many(3)
    stored, (report,) = decode_file(write_lines(tmp_path / "a.jsonl", [lines[0][:200], lines[1], lines[2]]))
    assert len(stored) == 2
    assert (report.line, report.reason, report.source_length) == (1, "invalid_json", 200)


def test_lines_that_are_no_records_name_file_line_and_reason(tmp_path: Path) -> None:
    bad = [b"not json", b'{"a":1,}', b"\xff\xfe\x00", b"{}", b"null", b"[]", b"3", b'"text"']
    good = many(2)
    path = write_gzip(tmp_path / "a.jsonl.gz", [good[0], *bad, good[1]])
    stored, refused = decode_file(path)
    assert len(stored) == 2
    assert [report.line for report in refused] == list(range(2, 10))
    assert [report.reason for report in refused] == ["invalid_json"] * 3 + ["empty_object"] + ["not_an_object"] * 4
    assert {report.disposition for report in refused} == {"quarantined"}
    assert {report.source_file for report in refused} == {str(path)}
    content = gzip.decompress(path.read_bytes())
    assert [content[r.source_offset : r.source_offset + r.source_length] for r in refused] == bad


def test_several_gzip_members(tmp_path: Path) -> None:
    lines = many(5)
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(b"".join(gzip.compress(raw + b"\n") for raw in lines))
    assert raws(path) == lines


def test_members_that_cut_lines_in_two(tmp_path: Path) -> None:
    content = b"\n".join(many(4))
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(b"".join(gzip.compress(content[at : at + 700]) for at in range(0, len(content), 700)))
    assert raws(path) == many(4)


def test_padding_behind_gzip_is_nothing(tmp_path: Path) -> None:
    path = write_gzip(tmp_path / "a.jsonl.gz", many(3))
    path.write_bytes(path.read_bytes() + b"\0" * 512)
    assert raws(path) == many(3)


def test_garbage_behind_gzip_is_reported(tmp_path: Path) -> None:
    path = write_gzip(tmp_path / "a.jsonl.gz", many(3))
    path.write_bytes(path.read_bytes() + b"garbage" * 9)
    records, (report,) = read_file(path)
    assert (len(records), report.disposition, report.reason) == (3, "skipped", "trailing_garbage")
    assert all(record.flags == () for record in records)


def test_a_file_cut_short_keeps_every_whole_line(tmp_path: Path) -> None:
    lines = many(30, noise=2000)
    whole = write_gzip(tmp_path / "a.jsonl.gz", lines).read_bytes()
    path = tmp_path / "cut.jsonl.gz"
    path.write_bytes(whole[: len(whole) * 6 // 10])
    stored, refused = decode_file(path)
    assert [report.reason for report in refused] == ["truncated", "truncated"]
    assert [report.disposition for report in refused] == ["skipped", "quarantined"]
    assert refused[1].line == len(stored) + 1
    assert [record.raw for record in read_file(path)[0]] == lines[: len(stored)]
    assert len(stored) > 10


def test_a_wrong_checksum_flags_every_line_of_its_member(tmp_path: Path) -> None:
    lines = many(3)
    good = gzip.compress(b"\n".join(lines) + b"\n")
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(good[:-8] + b"\0\0\0\0" + good[-4:] + gzip.compress(b"\n".join(many(5)[3:])))
    records, (report,) = read_file(path)
    assert [record.raw for record in records] == many(5)
    assert [record.flags for record in records] == [("after_checksum_error",)] * 3 + [()] * 2
    assert (report.disposition, report.reason) == ("skipped", "bad_checksum")
    stored, _ = decode_file(path)
    assert [row.tables["measurement"][0][-2] for row in stored] == [["after_checksum_error"]] * 3 + [[]] * 2


def test_broken_data_keeps_the_lines_before_and_finds_the_next_member(tmp_path: Path) -> None:
    lines = many(40)
    engine = zlib.compressobj(wbits=31)
    whole = engine.compress(b"\n".join(lines[:20]) + b"\n" + lines[20][:99]) + engine.flush(zlib.Z_FULL_FLUSH)
    no_block = b"\x07" + bytes(50)
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(whole + no_block + gzip.compress(b"\n".join(lines[30:]) + b"\n"))
    records, reports = read_file(path)
    assert [(report.disposition, report.reason, report.line) for report in reports] == [
        ("skipped", "damaged_gzip", None),
        ("quarantined", "damaged_gzip", 21),
    ]
    assert [record.raw for record in records if record.flags] == lines[:20]
    assert [record.raw for record in records if not record.flags] == lines[30:]


def test_records_of_damaged_data_that_make_no_sense_are_quarantined(tmp_path: Path) -> None:
    good = gzip.compress(many(1)[0] + b"\n" + b'{"test_nXme": "web_connectivity"}\n')
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(good[:-8] + b"\0\0\0\0" + good[-4:])
    stored, refused = decode_file(path)
    assert len(stored) == 1
    assert [(report.disposition, report.reason) for report in refused] == [
        ("skipped", "bad_checksum"),
        ("quarantined", "damaged_record"),
    ]


def test_an_empty_file_is_skipped(tmp_path: Path) -> None:
    path = tmp_path / "empty.jsonl.gz"
    path.write_bytes(b"")
    assert [(report.disposition, report.reason) for report in read_file(path)[1]] == [("skipped", "empty_file")]
    path.write_bytes(gzip.compress(b""))
    assert [(report.disposition, report.reason) for report in read_file(path)[1]] == [("skipped", "empty_file")]


@pytest.mark.parametrize(
    "content", [b"test_name\tfile\ncopied from\tx\n", b"\x89PNG\r\n\x1a\n\0\0\0", b"# Title\n\ntext\n"]
)
def test_a_file_without_json_is_named_as_skipped(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "SOURCES.tsv"
    path.write_bytes(content)
    records, (report,) = read_file(path)
    assert records == []
    assert (report.disposition, report.reason, report.source_file) == ("skipped", "not_ooni", str(path))


def test_a_file_that_can_not_be_read_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere\.jsonl: it can not be read"):
        list(open_records(tmp_path / "nowhere.jsonl"))
    with pytest.raises(InputError, match="it can not be read"):
        list(open_records(tmp_path))


def test_a_line_over_the_limit_is_quarantined_with_its_range(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    limited = lambda items: line.split_lines(items, 3 << 20)  # noqa: E731
    monkeypatch.setattr(container, "split_lines", limited)
    good = many(2)
    path = write_lines(tmp_path / "a.jsonl", [good[0], b'{"a":"' + b"x" * (4 << 20) + b'"}', good[1]])
    records, (report,) = read_file(path)
    assert [record.raw for record in records] == good
    assert (report.line, report.reason, report.disposition) == (2, "line_too_long", "quarantined")
    assert (report.source_offset, report.source_length) == (len(good[0]) + 1, (4 << 20) + 8)


def test_a_line_of_fifty_megabytes_is_read(tmp_path: Path) -> None:
    big = modern()
    big["test_keys"]["requests"][0]["response"]["body"] = "A<p>" * (50 * 250_000)
    good = many(2)
    stored, refused = decode_file(write_gzip(tmp_path / "a.jsonl.gz", [good[0], dump(big), good[1]]))
    assert (len(stored), refused) == (3, [])


def test_posts_in_a_tar_tell_the_uid_by_their_name(tmp_path: Path) -> None:
    post = b'{"format":"json","content":' + dump(modern()) + b"}"
    broken = b'{"format":"json","content":{}}'
    folder = "2026030514_XC_webconnectivity"
    path = tmp_path / "2026030514_XC_webconnectivity.n0.0.tar.gz"
    path.write_bytes(
        gzip.compress(
            make_tar({f"{folder}/{UID}.post": post, f"{folder}/x.post": broken, f"{folder}/notes.txt": b"hi"})
        )
    )
    stored, refused = decode_file(path)
    (row,) = stored[0].tables["measurement"]
    assert stored[0].measurement_uid == UID
    assert row[4] == f"{path}:{folder}/{UID}.post"
    assert {report.source_file.rpartition("/")[2]: report.reason for report in refused} == {
        "notes.txt": "not_ooni",
        "x.post": "empty_object",
    }


def test_a_tar_cut_short_keeps_whole_posts(tmp_path: Path) -> None:
    posts = {f"folder/{number}.post": b'{"format":"json","content":' + raw + b"}" for number, raw in enumerate(many(4))}
    content = make_tar(posts)
    path = tmp_path / "a.tar.gz"
    path.write_bytes(gzip.compress(content[: len(content) // 2 - 700]))
    stored, refused = decode_file(path)
    assert 0 < len(stored) < 4
    assert [report.reason for report in refused] == ["truncated", "damaged_tar"]
    assert refused[0].source_file == f"{path}:folder/{len(stored)}.post"


def test_replies_of_the_api(tmp_path: Path) -> None:
    raw = modern()
    path = tmp_path / "a.json"
    for reply in (
        {
            "measurement_uid": UID,
            "test_name": "web_connectivity",
            "probe_asn": 64530,
            "raw_measurement": json.dumps(raw),
        },
        {"measurement_uid": UID, "raw_measurement": raw},
        {"statusCode": 200, "body": {"measurement_uid": UID, "raw_measurement": json.dumps(raw)}},
        {"body": json.dumps({"measurement_uid": UID, "raw_measurement": raw})},
    ):
        path.write_text(json.dumps(reply))
        (stored,), refused = decode_file(path)
        assert refused == []
        assert stored.measurement_uid == UID


def test_lists_of_the_api(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    results = [
        {"measurement_uid": f"{UID}{number}", "raw_measurement": json.loads(raw)} for number, raw in enumerate(many(2))
    ]
    path.write_text(json.dumps({"metadata": {"count": 2}, "results": results}))
    assert [row.measurement_uid for row in decode_file(path)[0]] == [f"{UID}0", f"{UID}1"]
    path.write_text(json.dumps({"metadata": {"count": 1}, "results": [{"measurement_url": "https://api.test/x"}]}))
    stored, (report,) = decode_file(path)
    assert stored == []
    assert (report.disposition, report.reason) == ("not_understood", "no_raw_measurement")


def test_the_upload_hour_is_told_by_the_path(tmp_path: Path) -> None:
    folder = tmp_path / "raw/20260308/16/XC/webconnectivity"
    folder.mkdir(parents=True)
    (record, *_), _ = read_file(write_lines(folder / "x.jsonl", many(1)))
    assert str(record.upload_hour) == "2026-03-08 16:00:00"
    (record, *_), _ = read_file(write_lines(tmp_path / "2026030814_XC_webconnectivity.n0.0.jsonl", many(1)))
    assert str(record.upload_hour) == "2026-03-08 14:00:00"
    (record, *_), _ = read_file(write_lines(tmp_path / "9999999999_XC_x.jsonl", many(1)))
    assert record.upload_hour is None


def test_a_file_too_large_to_be_held_is_read_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good = gzip.compress(b"\n".join(many(30)) + b"\n")
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(good[:-8] + b"\0\0\0\0" + good[-4:])
    held = list(open_records(path))
    monkeypatch.setattr(container, "HELD_SIZE", 1000)
    assert list(open_records(path)) == held


def check(found: list[Record | Quarantine]) -> None:
    for item in found:
        if isinstance(item, Quarantine):
            assert item.reason in REASONS
            assert item.disposition in ("quarantined", "not_understood", "skipped")
        else:
            assert item.raw.strip()


@given(content=st.binary(max_size=3000))
def test_any_bytes_are_read(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("any") / "file"
    path.write_bytes(content)
    check(list(open_records(path)))


@given(
    cut=st.integers(0, 400),
    flips=st.lists(st.tuples(st.integers(0, 10**6), st.integers(1, 255)), max_size=4),
    tail=st.binary(max_size=20),
    tar=st.booleans(),
)
def test_any_damage_to_gzip_is_read(
    tmp_path_factory: pytest.TempPathFactory, cut: int, flips: list[tuple[int, int]], tail: bytes, tar: bool
) -> None:
    lines = [b'{"a": %d, "text": "%s"}' % (number, b"xyz" * number) for number in range(60)]
    content = make_tar({"a.post": lines[3], "b.post": lines[9]}) if tar else b"\n".join(lines)
    data = bytearray(gzip.compress(content, mtime=0))
    data = data[: len(data) - cut] if cut < len(data) else data
    for place, flip in flips:
        data[place % len(data)] ^= flip
    path = tmp_path_factory.mktemp("damage") / "file.gz"
    path.write_bytes(bytes(data) + tail)
    check(list(open_records(path)))


@given(text=st.text(alphabet='{}[]":,\n\\ abz1', max_size=120))
def test_any_layout_is_read(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.mktemp("layout") / "file.json"
    path.write_text(text)
    found = list(open_records(path))
    check(found)
    content = path.read_bytes()
    for item in found:
        if isinstance(item, Record):
            assert content[item.offset : item.offset + item.length] == item.raw
