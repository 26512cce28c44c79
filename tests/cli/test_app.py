"""The application knows its commands and keeps the examples of their docstrings."""

import pytest
from cyclopts import App

from netglass.cli.app import GROUPS, app, read_examples, walk_commands


def grow(parent: App) -> App:
    """Plant two commands, one of them below a noun."""
    noun = App(name="noun")
    parent.command(noun)

    @parent.command
    def plain() -> None:
        """Do one thing."""

    @noun.command
    def list_all() -> None:
        """List it.

        Examples:
            netglass noun list-all

            netglass noun list-all --format csv

        Returns nothing more.
        """

    return parent


def test_commands_are_walked_as_they_are_typed() -> None:
    assert [words for words, _ in walk_commands(grow(App()), "ng")] == ["ng noun list-all", "ng plain"]


def test_examples_are_read_without_their_margin() -> None:
    commands = dict(walk_commands(grow(App()), "ng"))
    assert (
        read_examples(commands["ng noun list-all"]) == "netglass noun list-all\n\nnetglass noun list-all --format csv"
    )
    assert read_examples(commands["ng plain"]) == ""


@pytest.mark.parametrize("words", [words for words, _ in walk_commands()])
def test_every_command_has_help_and_an_example(words: str) -> None:
    command = dict(walk_commands())[words]
    assert command.help
    assert words in read_examples(command)


def test_every_command_is_in_one_group_of_the_help() -> None:
    grouped = [name for names in GROUPS.values() for name in names]
    assert sorted(grouped) == sorted(name for name in app if not name.startswith("-"))
