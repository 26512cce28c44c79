"""Documents and drafts as files: errors that name nothing, pages from loopback, files for their owner alone."""

import stat
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from netglass.api import read as api
from netglass.vocab.error import InputError, UsageError
from tests.reader.draft.scene import ARTICLE

NAME = "Testovska"


class Page(BaseHTTPRequestHandler):
    """A page with an article, and nothing else."""

    def do_GET(self) -> None:
        found = self.path == "/article"
        body = f"<html><body><nav>Home</nav><p>{ARTICLE}</p></body></html>".encode()
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(body if found else b"")

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def site() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Page)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_page_is_read_without_its_navigation(site: str) -> None:
    reading = api.read(f"{site}/article", cc="xa")
    assert {draft.kind for draft in reading.drafts} >= {"instrument", "pledge", "indicator"}
    assert len(reading.protected) == 1


def test_a_page_that_is_not_there_is_told_without_its_address(site: str) -> None:
    with pytest.raises(InputError, match=r"HTTP 404.*save it and give the file") as caught:
        api.read(f"{site}/{NAME}")
    assert NAME not in str(caught.value)


def test_a_file_that_cannot_be_read_is_told_without_its_name(tmp_path: Path) -> None:
    broken = tmp_path / f"{NAME}.pdf"
    broken.write_bytes(b"%PDF-1.4 " + NAME.encode())
    binary = tmp_path / f"{NAME}.txt"
    binary.write_bytes(b"\0\1" + NAME.encode())
    for path in (tmp_path / NAME, tmp_path, broken, binary, f"{NAME}\0"):
        with pytest.raises(InputError) as caught:
            api.read(path)
        assert NAME not in str(caught.value)
        assert caught.value.__cause__ is None


def test_a_defect_of_a_rule_quotes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ValueError(NAME)

    path = tmp_path / "a.txt"
    path.write_text(ARTICLE)
    monkeypatch.setattr(api, "read_drafts", fail)
    with pytest.raises(InputError) as caught:
        api.read(path)
    assert NAME not in str(caught.value)
    assert caught.value.__suppress_context__


@pytest.mark.parametrize("options", [{"published": "soon"}, {"cc": "Testovska"}])
def test_wrong_options_are_refused(options: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        api.read(tmp_path, **options)
    assert NAME not in str(caught.value)


def test_drafts_are_for_their_owner_alone(tmp_path: Path) -> None:
    article = tmp_path / "a.txt"
    article.write_text(ARTICLE, encoding="utf-8")
    out = tmp_path / "drafts.yml"
    api.write_drafts(api.read(article), "yaml", out)
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.txt", "drafts.yml"]
    with pytest.raises(UsageError):
        api.write_drafts(api.read(article), "xml")


def test_a_damaged_progress_is_refused(tmp_path: Path) -> None:
    article = tmp_path / "a.txt"
    article.write_text(ARTICLE, encoding="utf-8")
    drafts = tmp_path / "drafts.yml"
    api.write_drafts(api.read(article), "yaml", drafts)
    (tmp_path / "drafts.yml.review.json").write_text("{")
    with pytest.raises(InputError, match="damaged"):
        api.review(drafts, tmp_path / "register", "editor", lambda _: None, print)
    with pytest.raises(UsageError):
        api.review(drafts, tmp_path / "register", "boss", lambda _: None, print)
