"""The commands and options that others rely on exist."""

import pytest

from netglass.cli.app import walk_commands

LISTED = {"--store", "--format", "--out"}

CONTRACT = {
    "analyze": {"--store"},
    "compact": {"--store"},
    "compare": LISTED | {"--with"},
    "coverage": LISTED | {"--cc", "--target"},
    "demo": set(),
    "detect": {"--store", "--since", "--until"},
    "diff": {"--format", "--out"},
    "doctor": {"--store"},
    "evaluate": {"--store", "--format"},
    "events": LISTED | {"--cc", "--target"},
    "explain": {"--store"},
    "fit": {"--store"},
    "forget": {"--store"},
    "ingest": {"--store", "--workers", "--strict"},
    "judge": {"--store", "--since", "--until"},
    "lab check": {"--seed"},
    "lab list": {"--format", "--out"},
    "lab run": {"--out", "--backend", "--seed", "--workers"},
    "probe": {"--list", "--cc", "--asn", "--out", "--dry-run", "--concurrency", "--helper", "--format"},
    "probe export": {"--out", "--days"},
    "probe helper": {"--address", "--port"},
    "quarantine": LISTED,
    "rebuild": {"--store", "--check"},
    "refdata add": set(),
    "refdata fetch": set(),
    "refdata list": set(),
    "read": {"--published", "--cc", "--register", "--format", "--out"},
    "review": {"--register", "--reviewer"},
    "case add": {"--cases", "--register"},
    "case count": {"--cases", "--format", "--out"},
    "case forget": {"--cases"},
    "case review": {"--cases", "--until"},
    "register export": {"--register"},
    "register hash": {"--chars"},
    "register list": {"--cc", "--register", "--format", "--out"},
    "register schema": set(),
    "register show": {"--register"},
    "register validate": {"--lab", "--register"},
    "reuse": {"--against", "--length", "--score", "--format", "--out"},
    "store info": {"--store"},
    "sync ooni": {"--cc", "--test", "--since", "--until", "--out"},
    "verdicts": LISTED | {"--cc", "--asn", "--target", "--state"},
}

COMMANDS = dict(walk_commands())


@pytest.mark.parametrize("words", CONTRACT)
def test_a_command_has_its_options(words: str) -> None:
    command = COMMANDS[f"netglass {words}"]
    options = {name for argument in command.assemble_argument_collection() for name in argument.names}
    assert options >= CONTRACT[words]
