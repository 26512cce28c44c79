"""The command line's boundary: every ending is a message on stderr and an exit code, and stdout stays clean."""

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from cyclopts import App

import netglass.cli as cli
from netglass.cli.app import DEFAULT_STORE, Format, Moment, StoreDir, app
from netglass.vocab.error import InputError, NetglassError, RegisterError

Endings = Callable[[], int | None]


@pytest.fixture
def ending(monkeypatch: pytest.MonkeyPatch) -> Callable[[Endings], int]:
    """Return a function that runs one command which ends as told, and gives the exit code."""

    def run(end: Endings) -> int:
        stand_in = App(
            result_action="return_int_as_exit_code_else_zero", exit_on_error=False, suppress_keyboard_interrupt=False
        )
        stand_in.command(end, name="end")
        monkeypatch.setattr(cli, "app", stand_in)
        return cli.main(["end"])

    return run


def raising(kind: type[BaseException], *words: object) -> Endings:
    def end() -> int | None:
        raise kind(*words)

    return end


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        ((NetglassError, "[bold]no such store[/]"), 1, "netglass: [bold]no such store[/]"),
        ((InputError, "a.jsonl, line 3: no gzip"), 2, "a.jsonl, line 3: no gzip"),
        ((RegisterError, "cc is missing"), 4, "cc is missing"),
        ((KeyboardInterrupt,), 130, "the same command goes on from there"),
        ((OSError, 28, "No space left on device", "part/x"), 2, "No space left on device: part/x"),
        ((ZeroDivisionError, "division"), 70, "this is a defect of Netglass"),
    ],
)
def test_an_error_is_a_message_and_an_exit_code(
    ending: Callable[[Endings], int], capsys: pytest.CaptureFixture[str], error: tuple[Any, ...], code: int, said: str
) -> None:
    assert ending(raising(*error)) == code
    output = capsys.readouterr()
    assert said in output.err and output.out == ""


def test_a_command_may_return_its_exit_code(ending: Callable[[Endings], int]) -> None:
    assert ending(lambda: 3) == 3
    assert ending(lambda: None) == 0


def test_wrong_use_is_1_and_goes_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["no-such-command"]) == 1
    output = capsys.readouterr()
    assert "no-such-command" in output.err and output.out == ""


def test_help_is_a_result() -> None:
    assert cli.main(["--help"]) == 0


def test_every_exit_code_of_an_error_is_documented() -> None:
    kinds = [NetglassError, *NetglassError.__subclasses__()]
    assert {kind.exit_code for kind in kinds} <= set(cli.EXIT_CODES)


def test_a_reader_that_leaves_early_is_met_with_silence() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    code = "import sys, netglass.cli as c; c.app.command(lambda: print('x' * 100000), name='talk'); sys.exit(c.main(['talk']))"
    done = subprocess.run([sys.executable, "-c", code], stdout=writing, stderr=subprocess.PIPE, check=False)
    os.close(writing)
    assert (done.returncode, done.stderr) == (141, b"")


@pytest.fixture
def probe(monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, object]]:
    """Return a function that parses words as a command with the shared options would."""

    def parse(*words: str) -> dict[str, object]:
        seen: dict[str, object] = {}

        def command(*, store: StoreDir = DEFAULT_STORE, format: Format = "table", since: Moment = None) -> None:
            seen.update(store=store, format=format, since=since)

        stand_in = App(result_action="return_int_as_exit_code_else_zero", exit_on_error=False)
        stand_in.command(command, name="probe")
        monkeypatch.setattr(cli, "app", stand_in)
        seen["code"] = cli.main(["probe", *words])
        return seen

    return parse


def test_shared_options(probe: Callable[..., dict[str, object]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NETGLASS_STORE", raising=False)
    assert probe() == {"store": Path("netglass-store"), "format": "table", "since": None, "code": 0}
    monkeypatch.setenv("NETGLASS_STORE", "elsewhere")
    assert probe()["store"] == Path("elsewhere")
    assert probe("--store", "here", "--format", "csv", "--since", "2026-03-02T05:00:00+03:00") == {
        "store": Path("here"),
        "format": "csv",
        "since": datetime(2026, 3, 2, 2),
        "code": 0,
    }


def test_a_time_that_is_none_is_wrong_use(
    probe: Callable[..., dict[str, object]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert probe("--since", "yesterday")["code"] == 1
    assert "'yesterday' is no time" in capsys.readouterr().err
    assert probe("--format", "xml")["code"] == 1


def test_the_application_is_named_after_the_command() -> None:
    assert app.name == ("netglass",)
