"""Commands in the documentation exist, with their options, and make targets too."""

import re
import shlex

import pytest
from cyclopts import CycloptsError

from netglass.cli import app
from netglass.cli.app import walk_commands
from tests.docs.page import ROOT, list_pages, read_blocks, read_prose

COMMANDS = dict(walk_commands())


def read_command_lines() -> list[tuple[str, str]]:
    """Return page and text of every netglass command in a shell block; what follows a pipe or redirection is cut."""
    lines = []
    for block in read_blocks("sh", "bash", "console", "shell"):
        for line in block.body.replace("\\\n", " ").splitlines():
            found = re.match(r"\s*(?:\$ )?(?:\w+=\S+ )*netglass (?P<words>[^|>;&#]*)", line)
            if found and not (block.page.name == "commands.md" and block.language == "console"):
                lines.append((str(block.page), found["words"].strip()))
    return lines


@pytest.mark.parametrize(("page", "words"), read_command_lines())
def test_a_command_in_a_shell_block_can_be_typed(page: str, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NETGLASS_STORE", raising=False)
    try:
        app.parse_args(shlex.split(words), print_error=False, exit_on_error=False)
    except CycloptsError as error:
        pytest.fail(f"{page}: netglass {words}: {error}")


def test_there_are_commands_in_shell_blocks() -> None:
    assert len(read_command_lines()) > 10


@pytest.mark.parametrize("page", list_pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_a_command_in_a_sentence_exists_with_its_options(page: "object") -> None:
    wrong = []
    for words in re.findall(r"`netglass ([^`]+)`", read_prose(page)):  # type: ignore[arg-type]
        tokens = words.split()
        name = next((name for name in COMMANDS if f"netglass {words} ".startswith(name + " ")), None)
        groups = {name.split()[1] for name in COMMANDS}
        if name is None and tokens[0].split("|")[0] not in groups | {"--help", "--version"}:
            wrong.append(words)
        elif name is not None:
            known = {word for argument in COMMANDS[name].assemble_argument_collection() for word in argument.names}
            wrong += [words for token in tokens if token.startswith("--") and token not in known | {"--help"}]
    assert wrong == []


def test_make_targets_in_the_documentation_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    blocks = "\n".join(block.body for block in read_blocks("sh", "bash", "console", "shell"))
    named = set(re.findall(r"^\s*(?:\$ )?make ([a-z-]+)", blocks, re.MULTILINE))
    for page in list_pages():
        named |= set(re.findall(r"`make ([a-z-]+)`", read_prose(page)))
    assert named
    assert named <= targets


@pytest.mark.parametrize("block", list(read_blocks("python")), ids=lambda block: str(block.page))
def test_python_in_the_documentation_compiles(block: "object") -> None:
    compile(block.body, str(block.page), "exec")  # type: ignore[attr-defined]
