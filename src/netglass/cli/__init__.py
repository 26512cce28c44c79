"""The command line: thin shells over ``api``, and the boundary where errors become messages and exit codes.

stdout carries the result of a command and nothing else; messages, progress and logs go to stderr.
"""

import os
import sys
from collections.abc import Sequence
from importlib import import_module

from cyclopts import CycloptsError
from rich.console import Console
from rich.text import Text

from netglass.cli.app import app, group_commands, show_examples
from netglass.vocab.error import NetglassError

NOUNS = (
    "ingest",
    "store",
    "judge",
    "detect",
    "evaluate",
    "refdata",
    "sync",
    "probe",
    "lab",
    "register",
    "assess",
    "case",
    "demo",
    "text",
    "read",
)
"""The modules of this room that register commands, in the order of the help."""

EXIT_CODES = {
    0: "good; records in quarantine and one unreadable file among good ones are counted, and still good",
    1: "wrong use: an option, a value or an identifier that does not exist",
    2: "unusable input: nothing could be read, or the store or the file system refused",
    3: "records were quarantined, under `--strict`",
    4: "differs or invalid: `rebuild --check` found another hash, or a record is not valid",
    70: "a defect of Netglass: the traceback on stderr belongs into a report",
    130: "interrupted; what was finished is kept, and the same command goes on from there",
    141: "the reader of stdout went away, as `head` does",
}
"""Every exit code and what it means."""

for _noun in NOUNS:
    import_module(f"netglass.cli.{_noun}")
show_examples()
group_commands()


def _say(message: str) -> None:
    Console(stderr=True).print(Text(message, style="bold"), soft_wrap=True)


def _silence_stdout() -> None:
    """Keep the interpreter from complaining about the closed pipe again when it flushes stdout at its end."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):
        sys.stdout = None


def _run(arguments: Sequence[str] | None) -> int:
    result = app(None if arguments is None else list(arguments), error_console=Console(stderr=True))
    sys.stdout.flush()
    return result if isinstance(result, int) else 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code, see :data:`EXIT_CODES`.

    Args:
        arguments: the words after ``netglass``; by default those of the process.
    """
    try:
        return _run(arguments)
    except CycloptsError:
        return 1  # the application has printed the message already
    except NetglassError as error:
        _say(f"netglass: {error}")
        return error.exit_code
    except KeyboardInterrupt:
        _say("netglass: interrupted. What was finished is kept; the same command goes on from there.")
        return 130
    except BrokenPipeError:
        _silence_stdout()
        return 141
    except OSError as error:
        _say(f"netglass: {error.strerror or error}{f': {error.filename}' if error.filename else ''}")
        return 2
    except Exception:
        Console(stderr=True).print_exception(word_wrap=True)
        _say("netglass: this is a defect of Netglass. Please report it with the traceback above.")
        return 70
