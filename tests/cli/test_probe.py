"""``netglass probe``: asks first, sends nothing without consent, measures, and says what came of it."""

import io
import json
import socket

import pytest

from netglass.api import probe as api
from netglass.cli import main
from netglass.probe.socket_net import SocketNet
from tests.probe.scene import make_line


class Network:
    """What was used of the network."""

    def __init__(self):
        self.used = []


@pytest.fixture(scope="module")
def line():
    """A record, measured before the network is refused: others share it."""
    return make_line("good")


@pytest.fixture
def network(monkeypatch, tmp_path):
    """Refuse and note every use of the network."""
    found = Network()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NETGLASS_CONSENT", str(tmp_path / "consent.json"))
    for name in ("connect", "open_flow", "resolve"):

        async def refuse(self, *arguments, name=name):
            found.used.append((name, *arguments))
            raise ConnectionRefusedError(111, "refused")

        monkeypatch.setattr(SocketNet, name, refuse)
    monkeypatch.setattr(api, "find_own_addresses", list)
    return found


class Terminal(io.StringIO):
    def isatty(self):
        return True


def type_in(monkeypatch, text):
    monkeypatch.setattr("sys.stdin", Terminal(text))


URL = "http://site.test/"


def test_a_dry_run_says_every_packet_and_sends_none(network, capsys, monkeypatch) -> None:
    monkeypatch.setattr(socket, "socket", lambda *_, **__: pytest.fail("a socket was opened"))
    assert main(["probe", URL, "--dry-run", "--format", "jsonl"]) == 0
    captured = capsys.readouterr()
    rows = [json.loads(line) for line in captured.out.splitlines()]
    assert {row["url"] for row in rows} == {URL}
    assert len(rows) >= 7
    assert "Nothing was sent" in captured.err
    assert network.used == []


@pytest.mark.parametrize("answer", ["no\n", "", "y\n"])
def test_without_a_yes_nothing_is_sent(network, capsys, monkeypatch, tmp_path, answer) -> None:
    type_in(monkeypatch, answer)
    assert main(["probe", URL, "--cc", "XA"]) == 1
    captured = capsys.readouterr()
    assert "can recognise that a measuring program does it" in captured.err
    assert "Nothing was sent" in captured.err
    assert captured.out == ""
    assert network.used == []
    assert not (tmp_path / "netglass-probe").exists()


def test_a_yes_is_asked_for_once(network, capsys, monkeypatch) -> None:
    type_in(monkeypatch, "yes\n")
    assert main(["probe", URL, "--cc", "xa", "--asn", "64512", "--format", "jsonl", "--resolver", "none"]) == 0
    captured = capsys.readouterr()
    (row,) = [json.loads(line) for line in captured.out.splitlines()]
    assert row == {"url": URL, "blocking": None, "accessible": None, "failure": "connection_refused"}
    assert "1 measured, 0 were there before" in captured.err
    assert set(network.used) == {("resolve", "site.test"), ("resolve", "dns.google")}
    type_in(monkeypatch, "")
    assert main(["probe", URL, "--cc", "XA"]) == 0
    assert "0 measured, 1 were there before" in capsys.readouterr().err


@pytest.mark.parametrize(("accepted", "code"), [("high", 0), ("low", 1)])
def test_a_class_of_risk_is_accepted_by_its_name(network, capsys, accepted, code) -> None:
    assert main(["probe", URL, "--cc", "XA", "--accept-risk", accepted]) == code
    assert bool(network.used) == (code == 0)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([URL], "--cc"),
        ([URL, "--cc", "X"], "--cc"),
        (["--cc", "XA"], "--list"),
        (["site.test", "--cc", "XA"], "http://"),
        ([URL, "--cc", "IR"], "--despite-risk IR"),
        ([URL, "--cc", "XA", "--resolver", "dns.test"], "no address"),
        ([URL, "--cc", "XA", "--helper", "helper.test"], "http://"),
        (["--list", "none.csv", "--cc", "XA"], "none.csv"),
    ],
)
def test_wrong_use_is_said_and_sends_nothing(network, capsys, words, message) -> None:
    assert main(["probe", *words]) in (1, 2)
    assert message in capsys.readouterr().err
    assert network.used == []


def test_a_list_is_measured_but_for_what_is_no_url(network, capsys, tmp_path) -> None:
    (tmp_path / "xa.csv").write_text("url,category_code\nhttp://a.test/,COMM\nhttp://b.test/,COMM\nnonsense,COMM\n")
    assert main(["probe", "--list", "xa.csv", "--cc", "XA", "--accept-risk", "low", "--format", "jsonl"]) == 0
    captured = capsys.readouterr()
    assert len(captured.out.splitlines()) == 2
    assert "not measured" in captured.err


def test_a_run_is_exported_later(line, network, capsys, tmp_path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "measurements.jsonl").write_bytes(line + b"\n")
    assert main(["probe", "export", "run", "--out", "out.jsonl"]) == 0
    assert json.loads(capsys.readouterr().out) == {"exported": 1, "held_back": 0}
    assert main(["probe", "export", "run", "--out", "out.jsonl", "--days", "1"]) == 1


def test_the_helper_says_where_it_listens_and_stops(capsys, monkeypatch) -> None:
    def interrupt(url):
        assert url.startswith("http://127.0.0.1:")
        raise KeyboardInterrupt

    monkeypatch.setattr("netglass.cli.probe._say", lambda text: interrupt(text.rpartition(" ")[2]))
    assert main(["probe", "helper", "--port", "0"]) == 130


def test_a_helper_that_cannot_listen_says_so(capsys) -> None:
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        opened.listen()
        port = opened.getsockname()[1]
        assert main(["probe", "helper", "--port", str(port)]) == 2
    assert f"127.0.0.1:{port}" in capsys.readouterr().err


def test_a_helper_without_a_certificate_that_it_was_promised_says_so(capsys, tmp_path) -> None:
    (tmp_path / "empty.pem").write_text("")
    assert main(["probe", "helper", "--certificate", str(tmp_path / "empty.pem")]) == 2
    assert "empty.pem" in capsys.readouterr().err
