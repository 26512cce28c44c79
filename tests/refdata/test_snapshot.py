import json
import pickle

import pytest

from netglass.refdata import load_refdata
from netglass.refdata.snapshot import KINDS, MISSING, Pin, add_snapshot, hash_pins, newest_pins, read_pins
from netglass.vocab.error import EngineError, InputError
from tests.refdata.world import FINGERPRINTS, MAP, make_refdata


def test_without_anything_it_works_and_says_what_is_missing():
    refdata = load_refdata(None)
    assert refdata.hash == "none"
    assert [text.partition(":")[0] for text in refdata.missing] == list(MISSING)
    assert refdata.network_of("81.2.3.4") is None
    assert refdata.match_dns("5.6.7.8") is None
    assert refdata.match_http(200, [("Server", "x")], "t", b"body") == ()
    assert refdata.test_list.category_of("site.test") is None
    assert refdata.suffixes.registrable_domain("a.b.co.uk") == "b.co.uk"


def test_a_folder_without_pins_is_empty_too(tmp_path):
    assert load_refdata(tmp_path).hash == "none"


def test_a_pin_says_what_since_when_and_whence(tmp_path):
    path = tmp_path / "asn.csv"
    path.write_text(MAP)
    pin = add_snapshot(tmp_path / "r", "asn", path, date="2026-01-01", licence="CC0-1.0", origin="lab")
    assert read_pins(tmp_path / "r") == (pin,)
    assert (pin.kind, pin.name, pin.date, pin.licence, pin.origin) == ("asn", "asn", "2026-01-01", "CC0-1.0", "lab")
    assert (tmp_path / "r" / pin.file).read_text() == MAP


def test_the_hash_names_the_content_and_not_the_folder(tmp_path):
    one, two = make_refdata(tmp_path / "one"), make_refdata(tmp_path / "two")
    assert one.hash == two.hash != "none"
    changed = tmp_path / "asn.csv"
    changed.write_text(MAP.replace("64513", "64514"))
    add_snapshot(tmp_path / "two" / "refdata", "asn", changed, date="2026-01-01")
    assert load_refdata(tmp_path / "two" / "refdata").hash != one.hash


def test_the_newest_file_of_a_name_counts(tmp_path):
    refdata = make_refdata(tmp_path)
    newer = tmp_path / "asn.csv"
    newer.write_text(MAP.replace("64513", "64514"))
    add_snapshot(tmp_path / "refdata", "asn", newer, date="2026-02-01")
    again = load_refdata(tmp_path / "refdata")
    assert (refdata.network_of("5.6.7.8").asn, again.network_of("5.6.7.8").asn) == (64513, 64514)
    assert [pin.date for pin in newest_pins(again.pins, "asn")] == ["2026-02-01"]


def test_files_of_different_names_work_together(tmp_path):
    make_refdata(tmp_path)
    other = tmp_path / "more.csv"
    other.write_text("prefix,asn,name,cc\n9.0.0.0/8,64999,More,XC\n")
    add_snapshot(tmp_path / "refdata", "asn", other, date="2025-01-01")
    refdata = load_refdata(tmp_path / "refdata")
    assert [refdata.network_of(text).asn for text in ("9.1.1.1", "5.6.7.8")] == [64999, 64513]


def test_the_cache_changes_nothing(tmp_path):
    make_refdata(tmp_path)
    cache = tmp_path / "refdata" / "cache"
    cold, warm = load_refdata(tmp_path / "refdata"), load_refdata(tmp_path / "refdata")
    for file in cache.iterdir():
        file.write_bytes(b"damaged")
    damaged = load_refdata(tmp_path / "refdata")
    for refdata in (cold, warm, damaged):
        assert refdata.network_of("81.2.200.1").name == "Harbor Hosting"
        assert [found.name for found in refdata.match_http(200, [], None, b"Closed by Decree 40")] == ["t.ministry"]


def test_what_takes_long_is_built_when_a_snapshot_is_added(tmp_path):
    make_refdata(tmp_path)
    cache = tmp_path / "refdata" / "cache"
    kept = {file.name: file.stat().st_mtime_ns for file in cache.iterdir()}
    assert {name.rpartition(".")[2] for name in kept} == {"npz", "hyperscan"}
    refdata = load_refdata(tmp_path / "refdata")
    refdata.match_http(200, [], None, b"Closed by Decree 40")
    refdata.list_marks(b"81.2.3.4")
    assert {file.name: file.stat().st_mtime_ns for file in cache.iterdir()} == kept


def test_a_snapshot_can_be_added_beside_one_that_is_missing(tmp_path):
    make_refdata(tmp_path)
    (tmp_path / "refdata" / "fingerprint" / "fingerprints@2026-01-01.csv").unlink()
    add_snapshot(tmp_path / "refdata", "asn", tmp_path / "asn.csv", date="2026-02-01")
    assert len(read_pins(tmp_path / "refdata")) == 3


def test_a_folder_that_cannot_be_written_still_serves(tmp_path):
    make_refdata(tmp_path)
    cache = tmp_path / "refdata" / "cache"
    for file in cache.iterdir():
        file.unlink()
    cache.rmdir()
    cache.write_text("a file where the folder should be")
    assert load_refdata(tmp_path / "refdata").network_of("5.6.7.8").asn == 64513


def test_it_goes_to_another_process_as_its_folder(tmp_path):
    refdata = make_refdata(tmp_path)
    refdata.network_of("5.6.7.8")
    sent = pickle.dumps(refdata)
    again = pickle.loads(sent)
    assert len(sent) < 500
    assert (again.hash, again.network_of("5.6.7.8")) == (refdata.hash, refdata.network_of("5.6.7.8"))


def test_a_changed_file_stops_the_load(tmp_path):
    make_refdata(tmp_path)
    pinned = tmp_path / "refdata" / "asn" / "asn@2026-01-01.csv"
    pinned.write_text(MAP + "\n")
    with pytest.raises(InputError, match="not the file that was pinned"):
        load_refdata(tmp_path / "refdata")
    pinned.unlink()
    with pytest.raises(InputError, match="not there"):
        load_refdata(tmp_path / "refdata")


def test_broken_pins_are_named(tmp_path):
    (tmp_path / "pins.json").write_text("[{")
    with pytest.raises(InputError, match=r"pins\.json"):
        load_refdata(tmp_path)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "suffix"])
def test_a_file_of_the_wrong_kind_is_refused_and_nothing_is_pinned(tmp_path, kind):
    path = tmp_path / "file.csv"
    path.write_text("neither,this\nnor,that\n")
    with pytest.raises(InputError, match=r"file\.csv"):
        add_snapshot(tmp_path / "r", kind, path, date="2026-01-01")
    assert read_pins(tmp_path / "r") == ()


def test_what_is_not_there_or_no_kind_is_refused(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        add_snapshot(tmp_path, "asn", tmp_path / "none.csv", date="2026-01-01")
    with pytest.raises(InputError, match="no kind"):
        add_snapshot(tmp_path, "weather", tmp_path, date="2026-01-01")


def test_a_folder_that_cannot_be_made_is_an_engine_error(tmp_path):
    (tmp_path / "taken").write_text("")
    path = tmp_path / "fingerprints.csv"
    path.write_text(FINGERPRINTS)
    with pytest.raises(EngineError, match="cannot write"):
        add_snapshot(tmp_path / "taken", "fingerprint", path, date="2026-01-01")


def test_the_hash_of_pins_does_not_depend_on_their_order():
    pins = [Pin(kind="asn", name=name, date="", sha256=name, licence="", origin="", file=name) for name in "abc"]
    assert hash_pins(pins) == hash_pins(pins[::-1])
    assert len(hash_pins(pins)) == 16


def test_pins_are_read_by_people(tmp_path):
    make_refdata(tmp_path)
    path = tmp_path / "refdata" / "pins.json"
    assert {entry["kind"] for entry in json.loads(path.read_text())} == {"asn", "fingerprint"}
    assert path.read_text().count("\n") > 10


def test_the_shared_data_load(shared_data, tmp_path):
    lab = shared_data / "ooni" / "client-lab"
    for kind, path in (
        ("asn", lab / "asn.csv"),
        ("fingerprint", lab / "fingerprints.csv"),
        ("fingerprint", shared_data / "fingerprints" / "fingerprints_http.csv"),
        ("fingerprint", shared_data / "fingerprints" / "fingerprints_dns.csv"),
        *(("testlist", shared_data / "test-lists" / f"{name}.csv") for name in ("global", "cn", "ir", "ru")),
    ):
        add_snapshot(tmp_path, kind, path, date="2026-01-01")
    refdata = load_refdata(tmp_path)
    assert len(refdata.test_list) > 3_000
    assert len(refdata.fingerprints.rules) > 1_900
    assert refdata.test_list.category_of("www.facebook.com") is not None
