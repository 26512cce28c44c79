"""What the command line can do, Python can do, and the other way round."""

import inspect
from importlib import import_module

import pytest

from netglass.api.store import Store, Verb
from netglass.cli.app import walk_commands

COMMANDS = {words.removeprefix("netglass ") for words, _ in walk_commands()}

STORE_VERBS = {name for name, value in vars(Store).items() if isinstance(value, Verb)}

ASSESSED = ("chain", "zombies", "collateral", "claims", "pledges", "companies", "endorsements", "dependence", "trend")
"""Nouns of ``assess``, which one method answers."""

SPELLED_APART = {"store info": "info"} | {f"assess {noun}": "assess" for noun in ASSESSED}
"""Commands of the store whose method has another name."""

FUNCTIONS = {
    "assess effect": ("assess", "assess_effect"),
    "read": ("read", "read"),
    "review": ("read", "review"),
    "sync ooni": ("sync", "sync_ooni"),
    "refdata list": ("refdata", "list_refdata"),
    "refdata add": ("refdata", "add_refdata"),
    "refdata fetch": ("refdata", "fetch_refdata"),
    "demo": ("demo", "run_demo"),
    "diff": ("text", "diff"),
    "reuse": ("text", "reuse"),
    "probe": ("probe", "run_probe"),
    "probe export": ("probe", "export_run"),
    "probe helper": ("probe", "serve_helper"),
    "case add": ("case", "keep_case"),
    "case count": ("case", "count_casebook"),
    "case forget": ("case", "forget"),
    "case review": ("case", "review"),
    "register export": ("register", "export_register"),
    "register hash": ("register", "hash_text"),
    "register import": ("register_import", "import_table"),
    "register imported": ("register_import", "list_imported"),
    "register list": ("register", "list_register"),
    "register schema": ("register", "make_schema"),
    "register show": ("register", "show_record"),
    "register validate": ("register", "validate_register"),
    "lab check": ("lab", "check_lab"),
    "lab draw": ("lab", "draw_lab"),
    "lab list": ("lab", "list_lab"),
    "lab run": ("lab", "run_lab"),
}
"""Commands that need no store: module below ``netglass.api`` and function."""


def test_every_command_is_a_method_or_a_function_and_every_method_a_command() -> None:
    assert {SPELLED_APART.get(words, words) for words in COMMANDS - set(FUNCTIONS)} == STORE_VERBS


@pytest.mark.parametrize("words", sorted(set(FUNCTIONS) & COMMANDS))
def test_commands_without_a_store_have_their_function(words: str) -> None:
    module, function = FUNCTIONS[words]
    assert callable(getattr(import_module(f"netglass.api.{module}"), function))


@pytest.mark.parametrize("verb", sorted(STORE_VERBS))
def test_every_verb_takes_the_store_first_and_explains_itself(verb: str) -> None:
    function = getattr(Store, verb)
    assert next(iter(inspect.signature(function).parameters)) == "store"
    assert inspect.getdoc(function)
