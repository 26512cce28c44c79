import hashlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from netglass.api.refdata import add_refdata, fetch_refdata, list_missing, list_refdata, read_day, read_kind
from netglass.api.store import open as open_store
from netglass.refdata import load_refdata
from netglass.vocab.error import InputError, UsageError
from tests.refdata.test_archive import make_tar
from tests.refdata.world import FINGERPRINTS, MAP

ANSWERS = {
    "/asn.csv": MAP.encode(),
    "/data.tgz": make_tar({"package/asn.csv": MAP.encode(), "package/README": b"x"}),
}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        content = ANSWERS.get(self.path)
        self.send_response(200 if content else 404)
        self.end_headers()
        self.wfile.write(content or b"")

    def log_message(self, *_):
        pass


@pytest.fixture
def site():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def store(tmp_path):
    return open_store(tmp_path / "store")


def test_a_new_store_has_none_and_says_what_is_missing(store):
    assert list_refdata(store) == ()
    assert [text.split(":")[0] for text in list_missing(store)] == [
        "asn",
        "country",
        "fingerprint",
        "trust",
        "testlist",
    ]


def test_a_file_is_added_and_then_in_force(store, tmp_path):
    path = tmp_path / "asn.csv"
    path.write_text(MAP)
    pin = add_refdata(store, "networks", path, day="2026-01-01", licence="CC0-1.0")
    assert list_refdata(store) == (pin,)
    assert load_refdata(store.refdata_dir).network_of("5.6.7.8").asn == 64513
    assert "asn" not in " ".join(list_missing(store)).split(":")[0]


def test_a_member_of_an_archive_is_added_under_its_own_name(store, tmp_path):
    path = tmp_path / "data.tgz"
    path.write_bytes(ANSWERS["/data.tgz"])
    pin = add_refdata(store, "asn", path, member="asn.csv", day="2026-01-01")
    assert (pin.name, pin.origin) == ("asn", "data.tgz")
    assert pin.sha256 == hashlib.sha256(MAP.encode()).hexdigest()
    with pytest.raises(InputError, match="--member"):
        add_refdata(store, "asn", path)


def test_a_file_is_fetched_checked_and_added(store, site):
    right = hashlib.sha256(ANSWERS["/asn.csv"]).hexdigest()
    with pytest.raises(InputError, match="nothing was added"):
        fetch_refdata(store, "asn", f"{site}/asn.csv", sha256="0" * 64)
    assert list_refdata(store) == ()
    pin = fetch_refdata(store, "asn", f"{site}/asn.csv", sha256=right.upper(), day="2026-01-01")
    assert pin.origin == f"{site}/asn.csv"
    fetched = fetch_refdata(store, "asn", f"{site}/data.tgz", member="asn.csv", name="other", day="2026-01-01")
    assert {entry.name for entry in list_refdata(store)} == {pin.name, fetched.name}


def test_what_cannot_be_fetched_is_an_input_error(store, site):
    with pytest.raises(InputError, match="404"):
        fetch_refdata(store, "asn", f"{site}/none.csv")
    with pytest.raises(UsageError, match="refdata add"):
        fetch_refdata(store, "asn", "file:///etc/hosts")


def test_a_file_of_another_kind_is_refused(store, tmp_path):
    path = tmp_path / "fingerprints.csv"
    path.write_text(FINGERPRINTS)
    with pytest.raises(InputError, match=r"fingerprints\.csv:1"):
        add_refdata(store, "asn", path)
    with pytest.raises(InputError, match="no such file"):
        add_refdata(store, "asn", tmp_path / "none")


def test_kinds_and_days_are_checked():
    assert read_kind("Fingerprints") == "fingerprint"
    assert read_day("2026-06-17") == "2026-06-17"
    assert len(read_day(None)) == 10
    with pytest.raises(UsageError, match="one of asn"):
        read_kind("weather")
    with pytest.raises(UsageError, match="2026-06-17"):
        read_day("yesterday")
