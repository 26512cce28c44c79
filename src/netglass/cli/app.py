"""The command line application and the types of the options that commands share.

Commands are functions registered with ``@app.command``; their docstring is their help. A command returns None, or the exit
code when it is not 0. It writes its result to stdout and everything else to stderr.
"""

import inspect
import re
from collections.abc import Iterator
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import App, Group, Parameter, Token

from netglass.vocab.error import UsageError
from netglass.vocab.setting import read_setting
from netglass.vocab.time import parse_time


def read_version() -> str:
    """Return the version of the installed package, or ``unknown`` when it runs from a source tree."""
    try:
        return version("netglass")
    except PackageNotFoundError:
        return "unknown"


def _convert_moment(_: Any, tokens: "list[Token] | tuple[Token, ...]") -> datetime:
    try:
        return parse_time(tokens[0].value)
    except ValueError as error:
        raise UsageError(
            f"{tokens[0].keyword or 'time'} {tokens[0].value!r} is no time: write a day (2026-03-02) or an ISO 8601 time"
            " (2026-03-02T05:20:04Z)"
        ) from error


StoreDir = Annotated[
    Path,
    Parameter(name="--store", env_var="NETGLASS_STORE", help="Folder of the store; it is made when it is missing."),
]
"""``store: StoreDir = DEFAULT_STORE``: the option that every command on a store takes."""

DEFAULT_STORE = Path(read_setting("NETGLASS_STORE", {}))
"""Where the store is when neither ``--store`` nor ``NETGLASS_STORE`` says so."""

Format = Annotated[
    Literal["table", "json", "jsonl", "csv", "parquet"],
    Parameter(name="--format", help="Form of the rows. All but table give every column of every row."),
]
"""``format: Format = "table"``: the option that every list takes."""

OutFile = Annotated[
    Path | None,
    Parameter(name="--out", help="File to write to instead of stdout; it appears whole or not at all."),
]
"""``out: OutFile = None``: the other option that every list takes."""

Moment = Annotated[
    datetime | None,
    Parameter(converter=_convert_moment, n_tokens=1, help="A day or an ISO 8601 time; UTC where it names no zone."),
]
"""``since: Moment = None``: a day or a time, naive UTC inside."""

app = App(
    name="netglass",
    help="See how a country controls its internet, and prove it: from raw measurements to explained blocking events.",
    version=read_version,
    help_format="markdown",
    default_parameter=Parameter(negative=""),
    result_action="return_int_as_exit_code_else_zero",
    exit_on_error=False,
    suppress_keyboard_interrupt=False,
)
"""The application ``netglass``."""

_EXAMPLES = re.compile(r"^Examples?:\n(?P<body>(?:[ \t]+\S.*\n?|\n)+)", re.MULTILINE)


def walk_commands(parent: App = app, words: str = "netglass") -> Iterator[tuple[str, App]]:
    """Yield every command that does something, as typed (``netglass sync ooni``) and as application, in order of name."""
    for name in sorted(name for name in parent if not name.startswith("-")):
        command = parent[name]
        if command.default_command is not None:
            yield f"{words} {name}", command
        yield from walk_commands(command, f"{words} {name}")


def read_examples(command: App) -> str:
    """Return the text under ``Examples:`` in the docstring of ``command``, without its margin; empty if there is none."""
    found = _EXAMPLES.search(inspect.cleandoc(getattr(command.default_command, "__doc__", None) or "") + "\n")
    return inspect.cleandoc("\n" + found["body"]).strip() if found else ""


def show_examples() -> None:
    """Put the examples of each command at the end of its help, where the parser of docstrings drops them."""
    for _, command in walk_commands():
        if examples := read_examples(command):
            command.help_epilogue = "Examples:\n\n" + "\n".join(f"    {line}" for line in examples.splitlines())


GROUPS = {
    "Begin": ("demo", "analyze"),
    "Get data": ("sync", "probe", "refdata"),
    "From raw files to events": ("ingest", "judge", "detect"),
    "Look": ("changes", "coverage", "events", "explain", "quarantine", "verdicts"),
    "Texts": ("diff", "reuse"),
    "Check": ("compare", "doctor", "evaluate", "fit", "rebuild"),
    "Keep": ("compact", "forget", "store"),
    "Law and word": ("read", "review", "register", "assess", "case"),
    "Try": ("lab",),
}
"""The groups of commands in the help, and what is in each."""


def group_commands() -> None:
    """Put the commands of the application into their groups; a command that is in none stays under Commands."""
    for place, (title, names) in enumerate(GROUPS.items()):
        group = Group(title, sort_key=place)
        for name in names:
            if name in app:
                app[name].group = group
